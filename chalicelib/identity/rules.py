"""Decisions of identity: effective permissions, data scope, the department tree, who may grant what. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from chalicelib.identity.errors import DepartmentCycle, GrantsTooMuch, LastAdministrator, TreeTooLarge
from chalicelib.identity.model import Contact, Department, Role, User
from chalicelib.identity.permissions import ADMINISTRATOR
from chalicelib.kernel.principal import Principal, Scope

SUPERVISES_ALL: Final = "supervision.everywhere"
DEPTH_LIMIT: Final = 10
DEPARTMENTS_LIMIT: Final = 200
"""The ids inside a user's scope travel in the authorizer's answer, which API Gateway limits to a few kilobytes."""

_WIDTH: Final[dict[Scope, int]] = {"own": 0, "department": 1, "subtree": 2, "all": 3}


def effective_permissions(roles: Iterable[Role]) -> frozenset[str]:
    """Return everything that any of the roles allows; everybody may read his own account."""
    return frozenset({"self.read"}).union(*(role.permissions for role in roles))


def effective_scope(roles: Iterable[Role]) -> Scope:
    """Return the widest scope among the roles (`own` for none)."""
    scopes: list[Scope] = ["own", *(role.scope for role in roles)]
    return max(scopes, key=lambda scope: _WIDTH[scope])


def children_of(departments: Iterable[Department]) -> dict[str | None, list[str]]:
    """Return the ids below each department."""
    found: dict[str | None, list[str]] = {}
    for department in departments:
        found.setdefault(department.parent_id, []).append(department.department_id)
    return found


def subtree(department_id: str, departments: Iterable[Department]) -> list[str]:
    """Return a department and all below it, sorted. A cycle in stored data ends the walk instead of hanging it."""
    children = children_of(departments)
    found: set[str] = set()
    pending = [department_id]
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending.extend(children.get(current, []))
    return sorted(found)


def departments_in_scope(scope: Scope, department_id: str, departments: Iterable[Department]) -> list[str]:
    """Return the ids of the departments whose data the scope shows (empty for `own` and `all`)."""
    if scope in ("own", "all") or not department_id:
        return []
    return [department_id] if scope == "department" else subtree(department_id, departments)


def principal(user: User, roles: Sequence[Role], departments: Iterable[Department]) -> Principal:
    """Return who asks and what he may. A scope over departments without a department shows only one's own."""
    scope = effective_scope(roles)
    inside = departments_in_scope(scope, user.department_id, departments)
    return Principal(
        username=user.username,
        name=user.name,
        roles=tuple(role.role_id for role in roles),
        permissions=effective_permissions(roles),
        scope=scope if inside or scope == "all" else "own",
        department_id=user.department_id,
        department_ids=tuple(inside),
    )


def sees_department(who: Principal, department_id: str) -> bool:
    """Return whether the user's data scope covers a department."""
    return who.scope == "all" or department_id in who.department_ids


def as_supervisor(who: Principal) -> Principal:
    """Return the user with the data scope in which he supervises: a permission of its own widens it to everybody."""
    return replace(who, scope="all") if who.may(SUPERVISES_ALL) else who


def sees_user(who: Principal, user: User) -> bool:
    """Return whether the user's data scope covers another user (always himself)."""
    return user.username == who.username or sees_department(who, user.department_id)


def check_tree(changed: Department, departments: Iterable[Department]) -> None:
    """Refuse a department that would close a cycle or make the tree too deep or too large."""
    tree = {department.department_id: department for department in departments}
    tree[changed.department_id] = changed
    if len(tree) > DEPARTMENTS_LIMIT:
        raise TreeTooLarge(depth=DEPTH_LIMIT, count=DEPARTMENTS_LIMIT)
    above = _levels_above(changed, tree)
    if above + _levels_below(changed.department_id, tree) > DEPTH_LIMIT:
        raise TreeTooLarge(depth=DEPTH_LIMIT, count=DEPARTMENTS_LIMIT)


def _levels_above(changed: Department, tree: Mapping[str, Department]) -> int:
    levels, parent = 0, changed.parent_id
    while parent is not None:
        if parent == changed.department_id or levels > DEPARTMENTS_LIMIT:
            raise DepartmentCycle(department_id=changed.department_id)
        levels += 1
        parent = tree[parent].parent_id if parent in tree else None
    return levels


def _levels_below(department_id: str, tree: Mapping[str, Department]) -> int:
    """Return the number of levels from a department down, itself included (no cycle through it is left)."""
    children = children_of(tree.values())
    levels, current = 0, [department_id]
    while current and levels <= DEPTH_LIMIT:
        levels += 1
        current = [child for parent in current for child in children.get(parent, [])]
    return levels


def check_grant(who: Principal, permissions: Iterable[str], scope: Scope) -> None:
    """Refuse to grant a permission or scope that the granting user does not hold."""
    missing = sorted(set(permissions) - who.permissions)
    if missing:
        raise GrantsTooMuch(what=", ".join(missing))
    if _WIDTH[scope] > _WIDTH[who.scope]:
        raise GrantsTooMuch(what=scope)


def administers(user: User | None) -> bool:
    """Return whether the user is an administrator who can sign in."""
    return user is not None and not user.disabled and ADMINISTRATOR in user.roles


def administrators_after(current: Sequence[str], username: str, after: User | None) -> list[str]:
    """Return the administrators once `username` has become `after` (None: deleted). Errors: LastAdministrator."""
    others = [name for name in current if name != username]
    if administers(after):
        return sorted([*others, username])
    if username in current and not others:
        raise LastAdministrator(username=username)
    return others


def match_score(query: str, user: User) -> int:
    """Return how well an address book query fits a user: 0 for not at all, higher is better.

    Looks at extension, name, pinyin, initials and username; letters in order are enough ("zhs" finds zhangsan).
    """
    wanted = query.strip().lower()
    if not wanted:
        return 1
    fields = [text.lower() for text in (user.extension, user.name, user.pinyin, user.initials, user.username) if text]
    if wanted in fields:
        return 5
    if any(text.startswith(wanted) for text in fields):
        return 4
    if any(wanted in text for text in fields):
        return 3
    return 2 if len(wanted) > 1 and any(_in_order(wanted, text) for text in (user.pinyin, user.name)) else 0


def _in_order(wanted: str, text: str) -> bool:
    letters = iter(text.lower())
    return all(letter in letters for letter in wanted)


def contact(user: User, names: Mapping[str, str], state: str | None) -> Contact:
    """Return the address book line of a user. names: department names by id."""
    return Contact(
        username=user.username,
        name=user.name,
        pinyin=user.pinyin,
        extension=user.extension,
        department_id=user.department_id,
        department_name=names.get(user.department_id, ""),
        agent_state=state,
    )
