"""The words of identity: users, departments, roles, permissions, reasons, sessions."""

from typing import Annotated, Literal

import msgspec

from chalicelib.kernel.principal import Scope
from chalicelib.kernel.records import Record

Locale = Literal["zh-CN", "en"]
Theme = Literal["light", "dark", "system"]
Username = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Extension = Annotated[str, msgspec.Meta(pattern=r"^(\d{2,10})?$")]
Roles = Annotated[list[Code], msgspec.Meta(max_length=20)]


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A text that users see, in both languages."""

    zh_cn: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = msgspec.field(name="zh-CN")
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a role may allow, e.g. `customers.read`."""

    name: str
    label: Label


class User(Record, frozen=True, kw_only=True):
    """A person who may sign in. username: his key everywhere, also the agent id.

    pinyin, initials: of his name, without tones, made when the record is written. department_id: "" for none.
    extension: his short number, "" for none. phone: "" or any number to reach him by.
    """

    username: Username
    name: Name
    pinyin: str = ""
    initials: str = ""
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=32)] = ""
    roles: Roles = []
    department_id: str = ""
    extension: Extension = ""
    disabled: bool = False
    locale: Locale = "zh-CN"
    theme: Theme = "system"


class NewUser(User, frozen=True, kw_only=True):
    """A user to be made. initial_password: valid for the first sign-in only."""

    initial_password: Password


class Department(Record, frozen=True, kw_only=True):
    """A node of the department tree. parent_id: None for a root."""

    department_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Name
    parent_id: str | None = None


class Role(Record, frozen=True, kw_only=True):
    """A named set of permissions and the scope of data that comes with it."""

    role_id: Code
    name: Label
    permissions: Annotated[list[str], msgspec.Meta(max_length=200)] = []
    scope: Scope = "own"
    builtin: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its label: why not ready, why signed out, how a call was disposed of."""

    code: Code
    label: Label


Reasons = Annotated[list[Reason], msgspec.Meta(max_length=100)]


class ReasonLists(Record, frozen=True, kw_only=True):
    """The lists that agents choose from."""

    setting_id: Literal["reasons"] = "reasons"
    not_ready: Reasons = []
    sign_out: Reasons = []
    dispositions: Reasons = []


class Administrators(Record, frozen=True, kw_only=True):
    """Who can administer at this moment. Written together with every change of such a user, so that two changes at
    the same time cannot remove the last two.
    """

    setting_id: Literal["administrators"] = "administrators"
    usernames: list[str] = []


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in user as the web app needs him."""

    username: str
    name: str
    roles: list[str]
    permissions: list[str]
    scope: Scope
    department_id: str
    extension: str
    locale: Locale
    theme: Theme


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in. access_token: for the Authorization header until expires_at (ms)."""

    access_token: str
    expires_at: int
    user: Me


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the address book. agent_state: None when nobody tells (then the presence topic does)."""

    username: str
    name: str
    pinyin: str
    extension: str
    department_id: str
    department_name: str
    agent_state: str | None = None
