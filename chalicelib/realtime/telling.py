"""Telling a topic's subscribers: what was collected is read again, so that they get the newest state."""

from collections import defaultdict
from collections.abc import Iterable

from chalicelib.acd.groups import cached_group
from chalicelib.acd.service import stage
from chalicelib.calls.views import public_agent, public_call
from chalicelib.kernel.clock import now_ms
from chalicelib.realtime import frames, gateway, tables, wall
from chalicelib.realtime.model import (
    EVERYTHING,
    GROUPS,
    NOTHING,
    PRESENCE,
    Change,
    Entity,
    EntityMessage,
    wall_of,
)

Versions = dict[str, int]
"""Newest version that was heard of, by id."""


def tell_at_once(topic: str, changes: list[Change]) -> None:
    """Send changes to a topic's subscribers, the newest of each entity."""
    connection_ids = tables.subscribers(topic)
    if not connection_ids:
        return
    newest: dict[tuple[str, str], Change] = {}
    for change in changes:
        held = newest.get((change.entity, change.id))
        if held is None or held.version < change.version:
            newest[change.entity, change.id] = change
    _post(connection_ids, [_message_of(change) for change in newest.values()])


def tell(topic: str, marks: frozenset[str]) -> None:
    """Send the present state of what changed to a coalesced topic's subscribers."""
    if topic == GROUPS:
        _tell_groups({mark.partition("|")[0] for mark in marks})
        return
    agents, calls = versions_of("agent", marks), versions_of("call", marks)
    connection_ids = tables.subscribers(topic) if agents or calls else []
    if connection_ids and topic == PRESENCE:
        _post(connection_ids, _presence(agents))
    elif connection_ids:
        _post(connection_ids, [*_agents(agents), *_calls(calls)])


def group_mark(group_id: str, mark: str) -> str:
    """Return the name under which a group's changed status is collected."""
    return f"{group_id}|{mark}"


def versions_of(entity: str, marks: Iterable[str]) -> Versions:
    """Return the newest version in the marks of each entity of a kind."""
    found: Versions = {}
    for mark in marks:
        kind, _, rest = mark.partition("|")
        id, _, version = rest.rpartition("|")
        if kind == entity:
            found[id] = max(found.get(id, 0), int(version))
    return found


def _tell_groups(group_ids: set[str]) -> None:
    groups = [group for id in sorted(group_ids) if (group := cached_group(id))]
    if not groups:
        return
    by_topic: dict[str, list[EntityMessage]] = defaultdict(list)
    for group, view in zip(groups, wall.group_views(groups), strict=True):
        message = _entity("group_status", group.group_id, view.version, view)
        by_topic[EVERYTHING].append(message)
        if group.department_id:
            by_topic[wall_of(group.department_id)].append(message)
    for topic, messages in by_topic.items():
        _post(tables.subscribers(topic), messages)


def _agents(versions: Versions) -> list[EntityMessage]:
    found = stage().store.agents(list(versions))
    return [
        _entity("agent", id, found[id].version, public_agent(found[id])) if id in found else _gone("agent", id, version)
        for id, version in versions.items()
    ]


def _presence(versions: Versions) -> list[EntityMessage]:
    found = stage().store.agents(list(versions))
    return [
        _entity("presence", id, found[id].version, wall.presence_of(found[id]))
        if id in found
        else _gone("presence", id, version)
        for id, version in versions.items()
    ]


def _calls(versions: Versions) -> list[EntityMessage]:
    found = stage().store.calls(list(versions))
    return [
        _entity("call", id, found[id].version, public_call(found[id])) if id in found else _gone("call", id, version)
        for id, version in versions.items()
    ]


def _message_of(change: Change) -> EntityMessage:
    """Return a change as its subscribers get it; the record is read when it was too large to travel along."""
    if change.deleted or bytes(change.data) != bytes(NOTHING):
        return EntityMessage(
            entity=change.entity, id=change.id, version=change.version, deleted=change.deleted, data=change.data,
            at=change.at,
        )  # fmt: skip
    found = (_agents if change.entity == "agent" else _calls)({change.id: change.version})
    return found[0]


def _entity(entity: Entity, id: str, version: int, data: object) -> EntityMessage:
    return EntityMessage(entity=entity, id=id, version=version, deleted=False, data=data, at=now_ms())


def _gone(entity: Entity, id: str, version: int) -> EntityMessage:
    return EntityMessage(entity=entity, id=id, version=version, deleted=True, data=None, at=now_ms())


def _post(connection_ids: list[str], messages: list[EntityMessage]) -> None:
    packed = frames.pack(messages)
    gateway.deliver({connection_id: packed for connection_id in connection_ids})
