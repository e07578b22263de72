"""Whose boxes a user may hear."""

from chalicelib.acd import tables as acd
from chalicelib.directory import tables as directory
from chalicelib.kernel.principal import Principal

Boxes = tuple[str, ...]


def boxes_of(who: Principal) -> Boxes:
    """Return the boxes whose messages the user may hear; none without `voicemail.read`.

    His own, his extensions', those of the groups that he is a member of or that lie in his data scope. What was left
    for one person is for him alone, whatever another's scope.
    """
    if not who.may("voicemail.read"):
        return ()
    extensions = (f"extension:{found.extension}" for found in directory.extensions.of_user(who.username))
    groups = {member.group_id for member in acd.memberships(who.username)} | _in_scope(who)
    return (f"agent:{who.username}", *sorted(extensions), *(f"group:{id}" for id in sorted(groups)))


def _in_scope(who: Principal) -> set[str]:
    if who.scope == "own":
        return set()
    places = set(who.department_ids)
    return {group.group_id for group in acd.groups.all() if who.scope == "all" or (group.department_id or "") in places}
