"""From the queue to the screens: own state and calls at once, walls and presence coalesced."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.realtime import coalescing, tables, telling, wall
from chalicelib.realtime.model import (
    EVERYTHING,
    GROUPS,
    PRESENCE,
    WATCHERS,
    Change,
    Flush,
    Message,
    own_topic,
    voicemails_of,
    wall_of,
)
from chalicelib.realtime.outbox import Outbox

INTERVAL_MS = 1_000
GROUPS_INTERVAL_MS = 5_000
FILED_MS = 31_000
"""How long after a call's end the figures of the day certainly hold it (see `today`)."""

HEARD_FRESH_S = 60.0

Json = dict[str, Any]


@dataclass
class Work:
    """What a batch asks for, by topic. sources: the messages that a topic's work comes from."""

    direct: dict[str, list[Change]] = field(default_factory=lambda: defaultdict[str, list[Change]](list))
    marks: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    flushes: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    sources: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))

    @property
    def topics(self) -> list[str]:
        """Return the topics, those that are told at once first."""
        return list(dict.fromkeys([*self.direct, *self.marks, *self.flushes]))


def on_realtime(event: Json) -> Json:
    """Handle a batch of the realtime queue; what failed is delivered again."""
    work, failed = Work(), set[str]()
    for record in event["Records"]:
        try:
            message: Message = msgspec.json.decode(record["body"], type=Message)
            _sort(message, record["messageId"], work)
        except Exception:
            log.logger().exception("change not sorted", extra={"message_id": record["messageId"]})
            failed.add(record["messageId"])
    for topic in work.topics:
        try:
            _do(work, topic)
        except Exception:
            log.logger().exception("topic not told", extra={"topic": topic})
            failed |= work.sources[topic]
    log.log("told", messages=len(event["Records"]), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": id} for id in sorted(failed)]}


def _sort(message: Message, message_id: str, work: Work) -> None:
    """Put a message's work under its topics."""
    if isinstance(message, Flush):
        work.flushes[message.topic] |= set(message.marks)
        work.sources[message.topic].add(message_id)
        return
    for agent_id in message.agents:
        work.direct[own_topic(agent_id)].append(message)
        work.sources[own_topic(agent_id)].add(message_id)
    for box in message.boxes:
        work.direct[voicemails_of(box)].append(message)
        work.sources[voicemails_of(box)].add(message_id)
    for topic in _walls_at_once(message):
        work.direct[topic].append(message)
        work.sources[topic].add(message_id)
    for topic, marks in collected_under(message).items():
        work.marks[topic] |= marks
        work.sources[topic].add(message_id)


def _walls_at_once(change: Change) -> list[str]:
    """Return the walls that are told of a change itself: nobody holds a low answer's state to be read again later."""
    if change.entity != "low_answer":
        return []
    return [EVERYTHING, *map(wall_of, sorted(change.places))]


def collected_under(change: Change) -> dict[str, set[str]]:
    """Return the coalesced topics that a change concerns and that somebody hears, with what to collect."""
    found: dict[str, set[str]] = {}
    if change.entity in ("voicemail", "low_answer"):
        return found
    if change.entity == "agent" and _heard(PRESENCE):
        found[PRESENCE] = {change.mark}
    if _heard(WATCHERS):
        places = {*change.places, *wall.departments_of(change.involved)}
        topics = [EVERYTHING, *map(wall_of, sorted(places))]
        found |= {topic: {change.mark} for topic in topics if _heard(topic)}
        marks = {telling.group_mark(group_id, change.mark) for group_id in change.groups}
        if marks:
            found[GROUPS] = marks
        if change.ended:
            flush_later(GROUPS, FILED_MS, marks)
    return found


_heard_at: dict[str, float] = {}


def _heard(topic: str) -> bool:
    """Return whether anybody hears a topic: a yes may be a minute old (telling nobody is harmless), a no is fresh."""
    now = time.monotonic()
    if now - _heard_at.get(topic, -HEARD_FRESH_S) < HEARD_FRESH_S:
        return True
    if not tables.heard(topic):
        return False
    _heard_at[topic] = now
    return True


def forget() -> None:
    """Drop what this process remembers."""
    _heard_at.clear()


def _do(work: Work, topic: str) -> None:
    now, interval = now_ms(), GROUPS_INTERVAL_MS if topic == GROUPS else INTERVAL_MS
    if topic in work.direct:
        telling.tell_at_once(topic, work.direct[topic])
    if topic in work.marks:
        coalescing.touch(tables, topic, work.marks[topic], interval, now, telling.tell, flush_later)
    if topic in work.flushes:
        also = frozenset(work.flushes[topic])
        coalescing.flush(tables, topic, also, interval, now, telling.tell, flush_later)


def flush_later(topic: str, wait_ms: int, marks: set[str] | None = None) -> None:
    """Send a message that flushes a topic after a time (the queue counts whole seconds). Errors: RuntimeError."""
    outbox = Outbox()
    message = Flush(topic=topic, marks=tuple(sorted(marks or ())))
    outbox.realtime(topic, message, delay_s=max(1, -(-wait_ms // 1000)))
    if outbox.send():
        raise RuntimeError("flush not armed")
