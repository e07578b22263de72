"""How identity is stored."""

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.identity.model import Administrators, Department, ReasonLists, Role, User
from chalicelib.kernel.records import Collection, table_meta

users: Final = Collection("users", User, "username", "user")
departments: Final = Collection("departments", Department, "department_id", "department")
roles: Final = Collection("roles", Role, "role_id", "role")
reasons: Final = Collection("settings", ReasonLists, "setting_id", "setting")
administrators: Final = Collection("settings", Administrators, "setting_id", "setting")


class AttemptItem(Model):
    """Failed sign-ins of one typed username. snapshot_id: `sign_in#<username>`; expires_at: seconds."""

    Meta = table_meta("snapshots")  # pyright: ignore[reportAssignmentType]
    snapshot_id = UnicodeAttribute(hash_key=True)
    failures = NumberAttribute(default=0)
    expires_at = NumberAttribute(default=0)
