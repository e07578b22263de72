"""The words of real time: connections, topics' names, what travels over the queue and over the socket."""

from typing import Any, Literal

import msgspec

from chalicelib.kernel.principal import Principal

TICKET_MS = 60_000
CONNECTION_S = 2 * 3_600 + 600
"""API Gateway closes a connection after two hours; rows live ten minutes longer."""
TOPICS_LIMIT = 50
FRAME_BYTES = 32_768
MESSAGE_BYTES = 131_072
"""API Gateway's limits: frames of 32 KB, messages of 128 KB."""

PRESENCE = "presence"
WALL = "wall"
WATCHERS = "walls"
"""Topic that every watcher of any wall is in, so that one query says that nobody watches."""
GROUPS = "groups"
"""Key under which the groups whose status changed are collected; nobody subscribes to it."""
VOICEMAILS = "voicemails"
"""Topic of the messages in all boxes that its hearer may hear."""
EVERYTHING = "wall#all"

NOTHING = msgspec.Raw(b"null")

Entity = Literal["agent", "call", "group_status", "presence", "voicemail", "low_answer"]


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A WebSocket, or the ticket for one. expires_at: ms, of a ticket."""

    principal: Principal
    expires_at: int


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What opens one WebSocket within a minute. expires_at: ms."""

    ticket: str
    expires_at: int


class EntityMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="entity"):
    """The whole state of an entity. deleted: it is gone (data is null). at: ms, when it was told."""

    entity: Entity
    id: str
    version: int
    deleted: bool
    data: Any
    at: int


class LowAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was judged badly in a survey. at: when (ms)."""

    result_id: str
    call_id: str
    group_id: str
    agent_id: str
    at: int


class Change(msgspec.Struct, frozen=True, kw_only=True, tag="change"):
    """A changed record on its way to screens. data: its public state, NOTHING when too large for a message.

    agents: whose own topic hears it at once. places: departments whose walls show it (a low answer at once).
    involved: agents whose departments' walls show it as well. groups: whose status it may have changed. ended: a call
    has just ended. boxes: whose hearers hear of a voicemail at once.
    """

    entity: Literal["agent", "call", "voicemail", "low_answer"]
    id: str
    version: int
    at: int
    data: msgspec.Raw = NOTHING
    deleted: bool = False
    agents: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    involved: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    ended: bool = False
    boxes: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Return the name of this change in a set of changes."""
        return f"{self.entity}|{self.id}|{self.version}"


class Flush(msgspec.Struct, frozen=True, kw_only=True, tag="flush"):
    """Time to tell the subscribers of a topic what has been collected. marks: to be told besides."""

    topic: str
    marks: tuple[str, ...] = ()


Message = Change | Flush


def own_topic(username: str) -> str:
    """Return the topic of an agent's own state and calls."""
    return f"agent/{username}"


def wall_of(department_id: str) -> str:
    """Return the topic of a department's part of the wall."""
    return f"{WALL}#{department_id}"


def voicemails_of(box: str) -> str:
    """Return the topic of the messages in a box."""
    return f"{VOICEMAILS}#{box}"
