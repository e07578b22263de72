"""Identity over HTTP: session, own account, users, departments, roles, reasons, address book."""

from typing import Annotated, Any, Final

import msgspec

from chalicelib.identity import accounts, organisation, service, sessions, tables
from chalicelib.identity.errors import SignInFailed
from chalicelib.identity.model import (
    Contact,
    Department,
    Locale,
    Me,
    NewUser,
    Password,
    Permission,
    ReasonLists,
    Role,
    Session,
    Theme,
    User,
)
from chalicelib.identity.permissions import CATALOGUE
from chalicelib.kernel.config import config
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import PUBLIC, Reply, Router

router = Router("identity")

COOKIE: Final = "zhiyin_session"
COOKIE_AGE_S: Final = 12 * 3600

Typed = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class SignIn(msgspec.Struct, frozen=True):
    """Username and password as typed."""

    username: Typed
    password: Password


class PasswordChange(msgspec.Struct, frozen=True):
    """The old password proves who asks."""

    username: Typed
    old_password: Password
    new_password: Password


class PasswordReset(msgspec.Struct, frozen=True):
    """A password good for one sign-in."""

    password: Password


class Preferences(msgspec.Struct, frozen=True):
    """What the user prefers; absent fields stay."""

    locale: Locale | None = None
    theme: Theme | None = None


class ListQuery(msgspec.Struct, frozen=True):
    """Where a page begins and how long it is."""

    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class BookQuery(ListQuery, frozen=True):
    """q: letters of name, pinyin, initials or extension."""

    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    department_id: str = ""


class DeleteQuery(msgspec.Struct, frozen=True):
    """version: the one that was read; absent deletes whatever is there."""

    version: int | None = None


@router.post("/session", permission=PUBLIC)
def sign_in(body: SignIn) -> Session:
    """Sign in with username and password; sets the session cookie."""
    return _with_cookie(sessions.sign_in(body.username, body.password))


@router.post("/session/password", permission=PUBLIC)
def choose_password(body: PasswordChange) -> Session:
    """Choose a new password with the old one, first or regular, and sign in."""
    return _with_cookie(sessions.choose_password(body.username, body.old_password, body.new_password))


@router.post("/session/refresh", permission=PUBLIC)
def refresh_session(headers: dict[str, str]) -> Session:
    """Get a new access token with the session cookie."""
    refresh_token = _cookie(headers)
    if not refresh_token:
        raise SignInFailed
    return _with_cookie(sessions.refresh(refresh_token))


@router.delete("/session", permission=PUBLIC)
def sign_out(headers: dict[str, str]) -> Reply:
    """End the session and clear its cookie."""
    refresh_token = _cookie(headers)
    if refresh_token:
        sessions.sign_out(refresh_token)
    return Reply("", status=204, headers={"Set-Cookie": _cookie_text("", 0)})


def _with_cookie(signed: sessions.Signed) -> Any:
    """Return a reply with the session as its body (the views state its type for the API reference)."""
    token = signed.refresh_token
    headers = {"Set-Cookie": _cookie_text(token, COOKIE_AGE_S)} if token else {}
    return Reply(signed.session, headers=headers)


def _cookie_text(value: str, age_s: int) -> str:
    secure = "; Secure" if config().public_url.startswith("https://") else ""
    return f"{COOKIE}={value}; Path=/api/session; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}"


def _cookie(headers: dict[str, str]) -> str:
    from http.cookies import CookieError, SimpleCookie

    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


@router.get("/me", permission="self.read")
def read_me(who: Principal) -> Me:
    """Return the signed-in user."""
    return service.read_me(who.username)


@router.put("/me/preferences", permission="self.read")
def write_preferences(who: Principal, body: Preferences) -> Me:
    """Keep the user's language and theme."""
    return service.me(accounts.write_preferences(who.username, body.locale, body.theme))


@router.get("/users", permission="users.read")
def list_users(who: Principal, query: ListQuery) -> Page[User]:
    """List the users inside the data scope."""
    return service.visible_users(who, query.cursor, query.limit)


@router.post("/users", permission="users.write", status=201)
def create_user(who: Principal, body: NewUser) -> User:
    """Make a user with a first password."""
    return accounts.create_user(who, body)


@router.get("/users/{username}", permission="users.read")
def read_user(who: Principal, username: str) -> User:
    """Return a user."""
    return service.visible_user(who, username)


@router.put("/users/{username}", permission="users.write")
def update_user(who: Principal, username: str, body: User) -> User:
    """Replace a user at the version that was read."""
    return accounts.update_user(who, username, body)


@router.delete("/users/{username}", permission="users.write")
def delete_user(who: Principal, username: str, query: DeleteQuery) -> None:
    """Delete a user."""
    accounts.delete_user(who, username, query.version)


@router.post("/users/{username}/password", permission="users.write", status=204)
def reset_password(who: Principal, username: str, body: PasswordReset) -> None:
    """Give a user a new first password; his sessions end."""
    accounts.reset_password(who, username, body.password)


@router.get("/departments", permission="departments.read")
def list_departments() -> Page[Department]:
    """List all departments."""
    return organisation.list_departments()


@router.post("/departments", permission="departments.write", status=201)
def create_department(body: Department) -> Department:
    """Make a department."""
    return organisation.create_department(body)


@router.get("/departments/{department_id}", permission="departments.read")
def read_department(department_id: str) -> Department:
    """Return a department."""
    return tables.departments.read(department_id)


@router.put("/departments/{department_id}", permission="departments.write")
def update_department(department_id: str, body: Department) -> Department:
    """Replace a department at the version that was read."""
    return organisation.update_department(department_id, body)


@router.delete("/departments/{department_id}", permission="departments.write")
def delete_department(department_id: str, query: DeleteQuery) -> None:
    """Delete a department without members and departments below it."""
    organisation.delete_department(department_id, query.version)


@router.get("/roles", permission="roles.read")
def list_roles() -> Page[Role]:
    """List built-in and own roles."""
    return organisation.list_roles()


@router.post("/roles", permission="roles.write", status=201)
def create_role(who: Principal, body: Role) -> Role:
    """Make a role."""
    return organisation.create_role(who, body)


@router.get("/roles/{role_id}", permission="roles.read")
def read_role(role_id: str) -> Role:
    """Return a role."""
    return organisation.read_role(role_id)


@router.put("/roles/{role_id}", permission="roles.write")
def update_role(who: Principal, role_id: str, body: Role) -> Role:
    """Replace an own role at the version that was read."""
    return organisation.update_role(who, role_id, body)


@router.delete("/roles/{role_id}", permission="roles.write")
def delete_role(who: Principal, role_id: str, query: DeleteQuery) -> None:
    """Delete an own role that nobody has."""
    organisation.delete_role(who, role_id, query.version)


@router.get("/permissions", permission="roles.read")
def list_permissions() -> Page[Permission]:
    """List every permission with its label."""
    return Page(items=CATALOGUE)


@router.get("/reasons", permission="self.read")
def read_reasons() -> ReasonLists:
    """Return reasons for not ready and sign-out, and dispositions."""
    return organisation.read_reasons()


@router.put("/reasons", permission="settings.write")
def write_reasons(body: ReasonLists) -> ReasonLists:
    """Replace the lists at the version that was read."""
    return organisation.write_reasons(body)


@router.get("/address-book", permission="address_book.read")
def read_address_book(query: BookQuery) -> Page[Contact]:
    """Search colleagues by name, pinyin, initials or extension."""
    return service.address_book(query.q, query.department_id, query.cursor, query.limit)
