"""Which groups a user's work reaches."""

from chalicelib.acd import tables
from chalicelib.kernel.principal import Principal


def groups_within(who: Principal) -> set[str]:
    """Return the groups that the user is a member of or that lie in his data scope."""
    return {member.group_id for member in tables.memberships(who.username)} | _in_scope(who)


def _in_scope(who: Principal) -> set[str]:
    if who.scope == "own":
        return set()
    everywhere, places = who.scope == "all", set(who.department_ids)
    return {group.group_id for group in tables.groups.all() if everywhere or (group.department_id or "") in places}
