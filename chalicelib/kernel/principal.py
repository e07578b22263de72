"""Who is asking: the signed-in user as the authorizer found him, with what he may do and which data he may see."""

from typing import Literal

import msgspec

from chalicelib.kernel.errors import Forbidden

Scope = Literal["own", "department", "subtree", "all"]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The user behind a request.

    username: key of the user (also the agent id). permissions: names such as `customers.read`.
    scope: which records he sees: own, his department's, his department's subtree's, all.
    department_ids: the departments inside that scope (empty for `own` and `all`).
    """

    username: str
    name: str = ""
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    scope: Scope = "own"
    department_id: str = ""
    department_ids: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        """Return whether the user holds `permission`."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the user holds `permission`."""
        if not self.may(permission):
            raise Forbidden(permission=permission)
