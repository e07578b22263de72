"""Tickets, connections and subscriptions."""

import hashlib
import secrets
from typing import Any, Literal

import msgspec

from chalicelib.calls.pulse import WORK, Pulse, pulse
from chalicelib.identity import rules as identity_rules
from chalicelib.identity import service as identity
from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.principal import Principal
from chalicelib.realtime import frames, gateway, rules, tables
from chalicelib.realtime.model import (
    CONNECTION_S,
    FRAME_BYTES,
    TICKET_MS,
    TOPICS_LIMIT,
    VOICEMAILS,
    Connection,
    Ticket,
    own_topic,
)
from chalicelib.voicemail.boxes import boxes_of

Code = Literal["forbidden", "too_many_topics", "unknown_action", "invalid_message"]


class Asked(msgspec.Struct, frozen=True):
    """What a client sends. action: subscribe, unsubscribe or ping.

    phone_ready: of an agent's ping, which then is his page's heartbeat: whether its phone is registered.
    """

    action: str = ""
    topics: list[str] = []
    phone_ready: bool | None = None


class Subscribed(msgspec.Struct, frozen=True, tag_field="type", tag="subscribed"):
    """The topics answer from now on: the time to read their snapshots."""

    topics: list[str]


class Refused(msgspec.Struct, frozen=True, tag_field="type", tag="refused"):
    """Something that was asked for is not granted."""

    topic: str
    code: Code


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The connection lives. server_time: ms. pulse: the answer to a heartbeat."""

    server_time: int
    pulse: Pulse | None = None


def ticket(who: Principal) -> Ticket:
    """Return a ticket that opens one WebSocket within a minute."""
    secret, now = secrets.token_urlsafe(32), now_ms()
    made = Connection(principal=who, expires_at=now + TICKET_MS)
    tables.save_connection(_ticket_id(secret), made, made.expires_at // 1000 + 60)
    return Ticket(ticket=secret, expires_at=made.expires_at)


def connect(connection_id: str, secret: str) -> bool:
    """Open a connection with a ticket; False for one that is unknown, used or old."""
    found, now = tables.connection(_ticket_id(secret)), now_ms()
    if found is None or not tables.take_connection(_ticket_id(secret)) or found.expires_at <= now:
        return False
    expires_at = now // 1000 + CONNECTION_S
    tables.save_connection(connection_id, msgspec.structs.replace(found, expires_at=expires_at * 1000), expires_at)
    log.log("connected", user=found.principal.username)
    return True


def _ticket_id(secret: str) -> str:
    """Return the key of a ticket: its hash, so that what is stored opens nothing."""
    return f"ticket#{hashlib.sha256(secret.encode()).hexdigest()}"


def disconnect(connection_id: str) -> None:
    """Forget a connection."""
    gateway.forget(connection_id)


def hear(connection_id: str, text: str) -> None:
    """Act on what a client sent, and answer it: by what its user may now, not by what he might when he connected."""
    found = tables.connection(connection_id)
    who = identity.principal(found.principal.username) if found else None
    if who is None:
        gateway.close(connection_id)
        return
    answers = _answers(connection_id, who, text)
    gateway.deliver({connection_id: frames.pack(answers)})


def _answers(connection_id: str, who: Principal, text: str) -> list[Any]:
    try:
        asked = msgspec.json.decode(text[:FRAME_BYTES], type=Asked)
    except msgspec.DecodeError:
        return [Refused("", "invalid_message")]
    if asked.action == "ping":
        beats = asked.phone_ready is not None and who.may(WORK)
        return [Pong(now_ms(), pulse(who, bool(asked.phone_ready)) if beats else None)]
    if asked.action == "subscribe":
        return subscribe(connection_id, who, asked.topics)
    if asked.action == "unsubscribe":
        return unsubscribe(connection_id, who, asked.topics)
    return [Refused("", "unknown_action")]


def subscribe(connection_id: str, who: Principal, asked: list[str]) -> list[Any]:
    """Let a connection hear topics that its user may hear; say which, and which not."""
    topics = list(dict.fromkeys(asked))
    if rules.too_many(tables.topics_of(connection_id), topics[: TOPICS_LIMIT + 1]):
        return [Refused(topic, "too_many_topics") for topic in topics[:TOPICS_LIMIT]]
    rows = {topic: rows_of(who, topic) for topic in topics}
    tables.subscribe(connection_id, [row for found in rows.values() for row in found], now_ms())
    refused = [Refused(topic, "forbidden") for topic, found in rows.items() if not found]
    granted = [topic for topic, found in rows.items() if found]
    return [*refused, *([Subscribed(granted)] if granted else [])]


def unsubscribe(connection_id: str, who: Principal, asked: list[str]) -> list[Any]:
    """Let a connection hear topics no longer. What remains of other topics stays; there is no answer."""
    topics = list(dict.fromkeys(asked))[:TOPICS_LIMIT]
    tables.unsubscribe(connection_id, [row for topic in topics for row in rows_of(who, topic)])
    return []


def rows_of(who: Principal, topic: str) -> list[str]:
    """Return the stored topics of what was asked for; none when the user may not hear it."""
    boxes = boxes_of(who) if topic == VOICEMAILS else ()
    return rules.rows_of(who, topic, in_scope=_in_scope(who, topic), boxes=boxes)


def _in_scope(who: Principal, topic: str) -> bool:
    """Return whether the user's data scope covers the agent of an agent's topic."""
    if not rules.is_agent_topic(topic) or topic == own_topic(who.username) or not who.may("wall.read"):
        return False
    user = identity.find_user(topic.removeprefix("agent/"))
    return user is not None and identity_rules.sees_user(who, user)
