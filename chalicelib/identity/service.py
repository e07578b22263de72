"""What others ask identity: who is this, what may he do, whom does he see. Reads only."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from chalicelib.identity import rules, tables
from chalicelib.identity.model import Contact, Department, Me, Role, User
from chalicelib.identity.permissions import BUILTIN
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.paging import PAGE_LIMIT, Page, decode_cursor, encode_cursor
from chalicelib.kernel.principal import Principal

CACHE_S: Final = 30.0
BOOK_CACHE_S: Final = 5.0

StatesReader = Callable[[Sequence[str]], dict[str, str]]


class Organisation(msgspec.Struct, frozen=True):
    """Roles and departments as read a moment ago."""

    roles: dict[str, Role]
    departments: list[Department]


class _Cached(msgspec.Struct):
    """What this process remembers for a few seconds. Times: time.monotonic()."""

    organisation: tuple[float, Organisation] | None = None
    users: tuple[float, list[User]] | None = None
    principals: dict[str, tuple[float, Principal | None]] = {}
    states: StatesReader | None = None


_cached = _Cached()


def forget() -> None:
    """Drop what this process remembers (after its own writes)."""
    _cached.organisation = _cached.users = None
    _cached.principals.clear()


def find_user(username: str) -> User | None:
    """Return a user, read consistently, or None."""
    return tables.users.find(username)


def organisation() -> Organisation:
    """Return roles and departments, at most 30 s old."""
    if _cached.organisation is None or time.monotonic() - _cached.organisation[0] > CACHE_S:
        stored = {role.role_id: role for role in tables.roles.all()}
        _cached.organisation = (time.monotonic(), Organisation({**stored, **BUILTIN}, tables.departments.all()))
    return _cached.organisation[1]


def roles_of(role_ids: Sequence[str]) -> list[Role]:
    """Return the roles that exist among the ids."""
    known = organisation().roles
    return [known[role_id] for role_id in role_ids if role_id in known]


def principal_of(user: User) -> Principal:
    """Return the principal of a user."""
    return rules.principal(user, roles_of(user.roles), organisation().departments)


def principal(username: str) -> Principal | None:
    """Return the principal of a username, at most 30 s old; None for nobody or a disabled user."""
    cached = _cached.principals.get(username)
    if cached is None or time.monotonic() - cached[0] > CACHE_S:
        user = find_user(username)
        found = principal_of(user) if user and not user.disabled else None
        cached = _cached.principals[username] = (time.monotonic(), found)
    return cached[1]


def me(user: User) -> Me:
    """Return a user as his own web app needs him."""
    who = principal_of(user)
    return Me(
        username=user.username,
        name=user.name,
        roles=list(user.roles),
        permissions=sorted(who.permissions),
        scope=who.scope,
        department_id=user.department_id,
        extension=user.extension,
        locale=user.locale,
        theme=user.theme,
    )


def read_me(username: str) -> Me:
    """Return the signed-in user. Errors: NotFound."""
    return me(tables.users.read(username))


def visible_user(who: Principal, username: str) -> User:
    """Return a user inside the data scope. Errors: NotFound, outside of it too."""
    user = tables.users.read(username)
    if not rules.sees_user(who, user):
        raise NotFound(kind=tables.users.kind, id=username)
    return user


def visible_users(who: Principal, cursor: str | None, limit: int) -> Page[User]:
    """Return a page of the users inside the data scope.

    Pages are filled from at most 20 reads; a page may be short while its cursor still leads on.
    """
    found: list[User] = []
    for _ in range(20):
        page = tables.users.page(cursor, min(limit, PAGE_LIMIT) - len(found))
        found.extend(user for user in page.items if rules.sees_user(who, user))
        cursor = page.cursor
        if cursor is None or len(found) >= min(limit, PAGE_LIMIT):
            break
    return Page(items=found, cursor=cursor)


def all_users() -> list[User]:
    """Return every user, at most 5 s old (address book, names beside records)."""
    if _cached.users is None or time.monotonic() - _cached.users[0] > BOOK_CACHE_S:
        _cached.users = (time.monotonic(), tables.users.all())
    return _cached.users[1]


def names_of(usernames: Sequence[str]) -> dict[str, str]:
    """Return display names by username, for those that exist."""
    wanted = set(usernames)
    return {user.username: user.name for user in all_users() if user.username in wanted}


def use_agent_states(reader: StatesReader) -> None:
    """Let the address book show agents' states. Whoever keeps them (a capability above) gives the reader."""
    _cached.states = reader


def address_book(query: str, department_id: str, cursor: str | None, limit: int) -> Page[Contact]:
    """Return colleagues who fit the query, best first: name, pinyin, initials, extension, username.

    department_id: only this department and those below it; "" for all. Everybody sees the whole book.
    """
    departments = organisation().departments
    inside = set(rules.subtree(department_id, departments)) if department_id else None
    scored = [
        (rules.match_score(query, user), user)
        for user in all_users()
        if not user.disabled and (inside is None or user.department_id in inside)
    ]
    found = [user for score, user in sorted(scored, key=lambda pair: (-pair[0], pair[1].pinyin)) if score]
    start = _offset(cursor)
    end = start + min(limit, PAGE_LIMIT)
    return Page(
        items=_contacts(found[start:end], departments),
        cursor=encode_cursor(end if end < len(found) else None),
    )


def _offset(cursor: str | None) -> int:
    position = decode_cursor(cursor)
    return position if isinstance(position, int) and position > 0 else 0


def _contacts(users: list[User], departments: list[Department]) -> list[Contact]:
    names = {department.department_id: department.name for department in departments}
    states = _cached.states([user.username for user in users]) if _cached.states and users else {}
    return [rules.contact(user, names, states.get(user.username)) for user in users]
