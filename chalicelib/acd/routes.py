"""Groups and their members, over HTTP."""

from typing import Annotated

import msgspec

from chalicelib.acd import service, skills, tables
from chalicelib.acd.model.group import Group, Member
from chalicelib.acd.skills import Skill
from chalicelib.directory import uses
from chalicelib.kernel.errors import InUse, InvalidInput
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.routing import Router

router = Router("groups")

Level = Annotated[int, msgspec.Meta(ge=1, le=9)]


class ListQuery(msgspec.Struct, frozen=True):
    """Paging."""

    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = PAGE_SIZE


class DeleteQuery(msgspec.Struct, frozen=True):
    """The version that was read."""

    version: int | None = None


class MemberBody(msgspec.Struct, frozen=True, kw_only=True):
    """See Member. name: as shown."""

    level: Level = 5
    priority: Level = 1
    position: Annotated[int, msgspec.Meta(ge=1, le=999)] = 50
    weight: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    name: str = ""


class Members(msgspec.Struct, frozen=True):
    """A group's members."""

    items: list[Member]


@router.get("/groups", permission="groups.read")
def list_groups(query: ListQuery) -> Page[Group]:
    """List groups in the order of their ids."""
    return tables.groups.page(query.cursor, query.limit)


@router.post("/groups", permission="groups.write", status=201)
def create_group(body: Group) -> Group:
    """Create a group. Errors: BadFormula."""
    return service.create_group(body)


@router.get("/groups/{group_id}", permission="groups.read")
def read_group(group_id: str) -> Group:
    """Read a group."""
    return tables.groups.read(group_id)


@router.put("/groups/{group_id}", permission="groups.write")
def update_group(group_id: str, body: Group) -> Group:
    """Change a group; takes effect at once, for waiting calls and ready agents too. Errors: BadFormula."""
    if body.group_id != group_id:
        raise InvalidInput(reason="group_id")
    return service.update_group(body)


@router.delete("/groups/{group_id}", permission="groups.write")
def delete_group(group_id: str, query: DeleteQuery) -> None:
    """Delete a group without members."""
    members = tables.members(group_id)
    if members:
        raise InUse(kind="group", id=group_id, by=members[0].username)
    uses.refuse_if_used("group", group_id, "group")
    waiting = service.a_waiting_call(tables.groups.read(group_id))
    if waiting:
        raise InUse(kind="group", id=group_id, by=waiting)
    tables.groups.delete(group_id, query.version)


@router.get("/groups/{group_id}/members", permission="groups.read")
def list_members(group_id: str) -> Members:
    """List a group's members."""
    return Members(tables.members(group_id))


@router.put("/groups/{group_id}/members/{username}", permission="groups.write")
def put_member(group_id: str, username: str, body: MemberBody) -> Member:
    """Add a member, or change how he serves the group."""
    return service.put_member(group_id, username, **msgspec.structs.asdict(body))


@router.delete("/groups/{group_id}/members/{username}", permission="groups.write")
def remove_member(group_id: str, username: str) -> None:
    """Remove a member."""
    service.remove_member(group_id, username)


@router.get("/skills", permission="groups.read")
def list_skills(query: ListQuery) -> Page[Skill]:
    """List skills with the agents who have them, in the order of their ids."""
    return skills.skills.page(query.cursor, query.limit)


@router.post("/skills", permission="groups.write", status=201)
def create_skill(body: Skill) -> Skill:
    """Create a skill."""
    return skills.create(body)


@router.get("/skills/{skill_id}", permission="groups.read")
def read_skill(skill_id: str) -> Skill:
    """Read a skill."""
    return skills.skills.read(skill_id)


@router.put("/skills/{skill_id}", permission="groups.write")
def update_skill(skill_id: str, body: Skill) -> Skill:
    """Change a skill and who has it; holds at once for signed-in agents too."""
    if body.skill_id != skill_id:
        raise InvalidInput(reason="skill_id")
    return skills.update(body)


@router.delete("/skills/{skill_id}", permission="groups.write")
def delete_skill(skill_id: str, query: DeleteQuery) -> None:
    """Delete a skill that no group requires."""
    skills.delete(skill_id, query.version)
