"""Use cases around users: each lives in the users table (what he may do) and in the user pool (his password).

The table is the gate: the authorizer refuses whoever is missing or disabled there. So what lets somebody in happens
in the pool first and is undone when the table refuses; what keeps him out is never undone half-way.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from pynamodb.transactions import TransactWrite

from chalicelib.identity import cognito, rules, service, tables
from chalicelib.identity.model import Administrators, Locale, NewUser, Theme, User
from chalicelib.identity.pinyin import spell
from chalicelib.kernel import log
from chalicelib.kernel.errors import AlreadyExists, Busy, ChangedMeanwhile, DomainError, InUse, NotFound
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost, transact

TRIES: Final = 5

_references: list[Callable[[str], str | None]] = []


def refuse_deletion_when(referring: Callable[[str], str | None]) -> None:
    """Let a capability above refuse a user's deletion: it returns what refers to the username, or None."""
    _references.append(referring)


def create_user(who: Principal, new: NewUser) -> User:
    """Make a user with a first password. Errors: AlreadyExists, WeakPassword, GrantsTooMuch, NotFound (references)."""
    user = _spelled(_unsaved(new))
    if tables.users.find(user.username):
        raise AlreadyExists(kind=tables.users.kind, id=user.username)
    _check(who, user)
    made = cognito.create(user.username, new.initial_password)
    if user.disabled:
        cognito.disable(user.username)
    try:
        return _store(None, user)
    except (AlreadyExists, ChangedMeanwhile) as error:  # somebody was faster: the account is his now
        raise AlreadyExists(kind=tables.users.kind, id=user.username) from error
    except Exception:
        if made:
            cognito.delete(user.username)
        raise


def _unsaved(new: NewUser) -> User:
    fields: dict[str, Any] = {name: getattr(new, name) for name in User.__struct_fields__ if name != "version"}
    return User(**fields)


def record_user(who: Principal, user: User) -> User:
    """Make the record of somebody whom the issuer knows already (an issuer of one's own, demo accounts).

    Errors: AlreadyExists, GrantsTooMuch, NotFound (references).
    """
    fresh = _spelled(msgspec.structs.replace(user, version=0))
    if tables.users.find(fresh.username):
        raise AlreadyExists(kind=tables.users.kind, id=fresh.username)
    _check(who, fresh)
    return _store(None, fresh)


def update_user(who: Principal, username: str, user: User) -> User:
    """Replace a user at the version that was read.

    Errors: NotFound, GrantsTooMuch, LastAdministrator, ChangedMeanwhile.
    """
    before = _administered(who, username)
    after = _spelled(msgspec.structs.replace(user, username=username, theme=before.theme))
    _check(who, after)
    if before.disabled == after.disabled:
        return _store(before, after)
    change, undo = (cognito.disable, cognito.enable) if after.disabled else (cognito.enable, cognito.disable)
    _check_administrators(before, after)
    change(username)
    try:
        return _store(before, after)
    except Exception:
        undo(username)
        raise


def delete_user(who: Principal, username: str, version: int | None) -> None:
    """Delete a user. Errors: NotFound, GrantsTooMuch, InUse, LastAdministrator, ChangedMeanwhile."""
    before = _administered(who, username)
    for referring in _references:
        by = referring(username)
        if by:
            raise InUse(kind=tables.users.kind, id=username, by=by)
    at = before if version is None else msgspec.structs.replace(before, version=version)
    _remove(at)
    try:
        cognito.delete(username)
    except DomainError as error:  # an account without a record opens nothing; a new user of this name takes it over
        log.warn("account left in the user pool", username=username, code=error.code)


def reset_password(who: Principal, username: str, password: str) -> None:
    """Give a user a new first password; his sessions end. Errors: NotFound, GrantsTooMuch, WeakPassword."""
    _administered(who, username)
    try:
        cognito.reset_password(username, password)
    except cognito.NoAccount:
        cognito.create(username, password)


def write_preferences(username: str, locale: Locale | None, theme: Theme | None) -> User:
    """Keep what the user prefers. Errors: NotFound."""

    def prefer(user: User) -> User:
        return msgspec.structs.replace(user, locale=locale or user.locale, theme=theme or user.theme)

    return _amend(username, prefer)


def write_extension(username: str, extension: str) -> User:
    """Note a user's extension ("" for none); the directory says so when one is given to him. Errors: NotFound."""
    return _amend(username, lambda user: msgspec.structs.replace(user, extension=extension))


def _amend(username: str, change: Callable[[User], User]) -> User:
    """Change a few fields of the freshest record, again when somebody was faster."""
    for _ in range(TRIES):
        before = tables.users.read(username)
        after = change(before)
        if after == before:
            return before
        try:
            saved = tables.users.update(after)
        except ChangedMeanwhile:
            continue
        service.forget()
        return saved
    raise Busy


def _spelled(user: User) -> User:
    pinyin, initials = spell(user.name)
    return msgspec.structs.replace(user, pinyin=pinyin, initials=initials)


def _administered(who: Principal, username: str) -> User:
    """Return a user whom `who` may administer: in his data scope and not mightier than himself."""
    user = service.visible_user(who, username)
    roles = service.roles_of(user.roles)
    rules.check_grant(who, rules.effective_permissions(roles), rules.effective_scope(roles))
    return user


def _check(who: Principal, user: User) -> None:
    """Check a user's references and that `who` may hand out what they give."""
    roles = service.roles_of(user.roles)
    missing = sorted(set(user.roles) - {role.role_id for role in roles})
    if missing:
        raise NotFound(kind=tables.roles.kind, id=missing[0])
    rules.check_grant(who, rules.effective_permissions(roles), rules.effective_scope(roles))
    if user.department_id:
        tables.departments.read(user.department_id)
    if user.username != who.username and not rules.sees_department(who, user.department_id):
        raise NotFound(kind=tables.departments.kind, id=user.department_id)


def _administrators() -> Administrators:
    found = tables.administrators.find("administrators")
    if found:
        return found
    return Administrators(usernames=sorted(user.username for user in tables.users.all() if rules.administers(user)))


def _check_administrators(before: User, after: User | None) -> None:
    if rules.administers(before):
        rules.administrators_after(_administrators().usernames, before.username, after)


def _store(before: User | None, after: User) -> User:
    if rules.administers(before) or rules.administers(after):
        saved = _guarded(after, after, lambda transaction: tables.users.save_in(transaction, after))
    else:
        saved = tables.users.update(after) if before else tables.users.create(after)
        service.forget()
    return saved


def _remove(user: User) -> None:
    if rules.administers(user):
        _guarded(user, None, lambda transaction: tables.users.delete_in(transaction, user))
    else:
        tables.users.delete(user.username, user.version)
        service.forget()


def _guarded(user: User, after: User | None, write: Callable[[TransactWrite], object]) -> User:
    """Write a user and the list of administrators in one transaction. Errors: LastAdministrator, ChangedMeanwhile."""
    for _ in range(TRIES):
        guard = _administrators()
        left = rules.administrators_after(guard.usernames, user.username, after)
        changed: Administrators = msgspec.structs.replace(guard, usernames=left)
        try:
            transact(lambda transaction, changed=changed: _both(transaction, write, changed))
        except Lost:
            continue
        service.forget()
        return msgspec.structs.replace(user, version=user.version + 1)
    raise ChangedMeanwhile(kind=tables.users.kind, id=user.username)


def _both(transaction: TransactWrite, write: Callable[[TransactWrite], object], guard: Administrators) -> None:
    write(transaction)
    tables.administrators.save_in(transaction, guard)
