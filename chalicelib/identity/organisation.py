"""Use cases around departments, roles and the lists of reasons."""

from typing import TypeVar

import msgspec

from chalicelib.identity import rules, service, tables
from chalicelib.identity.errors import BuiltinRole
from chalicelib.identity.model import Department, ReasonLists, Role
from chalicelib.identity.permissions import ALL, BUILTIN
from chalicelib.identity.reasons import DEFAULTS, SYSTEM
from chalicelib.kernel.errors import AlreadyExists, ChangedMeanwhile, InUse, InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import Page
from chalicelib.kernel.principal import Principal

T = TypeVar("T")


def list_departments() -> Page[Department]:
    """Return every department (at most 200)."""
    return Page(items=tables.departments.all())


def create_department(department: Department) -> Department:
    """Store a new department. Errors: NotFound (parent), TreeTooLarge, AlreadyExists."""
    made: Department = msgspec.structs.replace(department, department_id=department.department_id or new_id())
    _check_department(made)
    return _after_write(tables.departments.create(made))


def update_department(department_id: str, department: Department) -> Department:
    """Replace a department. Errors: NotFound, DepartmentCycle, TreeTooLarge, ChangedMeanwhile."""
    tables.departments.read(department_id)
    changed: Department = msgspec.structs.replace(department, department_id=department_id)
    _check_department(changed)
    return _after_write(tables.departments.update(changed))


def _check_department(department: Department) -> None:
    departments = tables.departments.all()
    known = {known.department_id for known in departments}
    if department.parent_id is not None and department.parent_id not in known | {department.department_id}:
        raise NotFound(kind=tables.departments.kind, id=department.parent_id)
    rules.check_tree(department, departments)


def delete_department(department_id: str, version: int | None) -> None:
    """Delete a department that nothing refers to. Errors: NotFound, InUse, ChangedMeanwhile."""
    for below in tables.departments.all():
        if below.parent_id == department_id:
            raise InUse(kind=tables.departments.kind, id=department_id, by=below.name)
    for user in tables.users.all():
        if user.department_id == department_id:
            raise InUse(kind=tables.departments.kind, id=department_id, by=user.name)
    tables.departments.delete(department_id, version)
    service.forget()


def list_roles() -> Page[Role]:
    """Return the built-in roles, then the own ones."""
    return Page(items=[*BUILTIN.values(), *tables.roles.all()])


def read_role(role_id: str) -> Role:
    """Return a role. Errors: NotFound."""
    return BUILTIN.get(role_id) or tables.roles.read(role_id)


def create_role(who: Principal, role: Role) -> Role:
    """Store a new role. Errors: AlreadyExists, GrantsTooMuch, InvalidInput (unknown permission)."""
    if role.role_id in BUILTIN:
        raise AlreadyExists(kind=tables.roles.kind, id=role.role_id)
    return _after_write(tables.roles.create(_checked_role(who, role)))


def update_role(who: Principal, role_id: str, role: Role) -> Role:
    """Replace an own role. Errors: BuiltinRole, NotFound, GrantsTooMuch, ChangedMeanwhile."""
    if role_id in BUILTIN:
        raise BuiltinRole(role_id=role_id)
    before = tables.roles.read(role_id)
    rules.check_grant(who, before.permissions, before.scope)
    changed: Role = msgspec.structs.replace(role, role_id=role_id)
    return _after_write(tables.roles.update(_checked_role(who, changed)))


def _checked_role(who: Principal, role: Role) -> Role:
    unknown = sorted(set(role.permissions) - ALL)
    if unknown:
        raise InvalidInput(reason=f"permissions: {', '.join(unknown)}")
    rules.check_grant(who, role.permissions, role.scope)
    return msgspec.structs.replace(role, builtin=False, permissions=sorted(set(role.permissions)))


def delete_role(who: Principal, role_id: str, version: int | None) -> None:
    """Delete an own role that nobody has. Errors: BuiltinRole, NotFound, InUse, GrantsTooMuch, ChangedMeanwhile."""
    if role_id in BUILTIN:
        raise BuiltinRole(role_id=role_id)
    before = tables.roles.read(role_id)
    rules.check_grant(who, before.permissions, before.scope)
    for user in tables.users.all():
        if role_id in user.roles:
            raise InUse(kind=tables.roles.kind, id=role_id, by=user.name)
    tables.roles.delete(role_id, version)
    service.forget()


def read_reasons() -> ReasonLists:
    """Return the lists that agents choose from; the product's own until an administrator changes them."""
    return tables.reasons.find("reasons") or DEFAULTS


def write_reasons(lists: ReasonLists) -> ReasonLists:
    """Replace the lists at the version that was read.

    Errors: InvalidInput (a code twice, or one of the system's), ChangedMeanwhile.
    """
    if any(item.code in SYSTEM for item in lists.not_ready):
        raise InvalidInput(reason="code")
    for items in (lists.not_ready, lists.sign_out, lists.dispositions):
        codes = [item.code for item in items]
        if len(set(codes)) < len(codes):
            raise InvalidInput(reason="code")
    try:
        return tables.reasons.update(lists) if lists.version else tables.reasons.create(lists)
    except AlreadyExists as error:
        raise ChangedMeanwhile(kind=tables.reasons.kind, id=lists.setting_id) from error


def _after_write(written: T) -> T:
    service.forget()
    return written
