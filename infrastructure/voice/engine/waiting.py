"""The carrier's queues: only parking. Order of arrival, a limit, and who takes the first one."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infrastructure.voice.engine.room import Room
from infrastructure.voice.pulse import Pulse

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call
    from infrastructure.voice.engine.exchange import Exchange

MAX_SIZE = 100
"""Twilio's default; 5,000 is the most that REST may set."""


@dataclass
class Taker:
    """The call that took a waiting one: their bridge, and the document the waiting one hears first."""

    call: "Call"
    bridge: Room
    url: str | None
    method: str
    over: asyncio.Event
    bridged: asyncio.Event


@dataclass
class Waiting:
    """One place in a queue."""

    call: "Call"
    enqueued_at: int
    taken: "asyncio.Future[Taker]"


class WaitingQueue:
    """One named queue."""

    def __init__(self, exchange: "Exchange", sid: str, name: str) -> None:
        self.exchange = exchange
        self.sid = sid
        self.name = name
        self.max_size = MAX_SIZE
        self.created_at = exchange.clock.now_ms()
        self.updated_at = self.created_at
        self.members: list[Waiting] = []
        self.pulse = Pulse()
        self._waits_ms: list[int] = []

    @property
    def full(self) -> bool:
        """Tell whether nobody fits in any more."""
        return len(self.members) >= self.max_size

    def add(self, call: "Call") -> Waiting:
        """Give a call the last place."""
        now = self.exchange.clock.now_ms()
        entry = Waiting(call, now, asyncio.get_running_loop().create_future())
        self.members.append(entry)
        call.queue_name = self.name
        call.note("queued", queue=self.name, position=len(self.members))
        call.leg.queued(True)
        self._changed()
        return entry

    def remove(self, entry: Waiting, result: str) -> None:
        """Take a call out; harmless twice."""
        if entry not in self.members:
            return
        self.members.remove(entry)
        self._waits_ms = [*self._waits_ms[-99:], self.exchange.clock.now_ms() - entry.enqueued_at]
        entry.call.queue_name = None
        entry.call.note("left_queue", queue=self.name, result=result)
        entry.call.leg.queued(False)
        self._changed()

    def take_first(self, taker: Taker) -> Waiting | None:
        """Let a call take the first waiting one; None when nobody waits."""
        for entry in self.members:
            if not entry.taken.done():
                entry.taken.set_result(taker)
                return entry
        return None

    def waited_s(self, entry: Waiting) -> int:
        """Return how long it has waited."""
        return (self.exchange.clock.now_ms() - entry.enqueued_at) // 1000

    def average_wait_s(self) -> int:
        """Return the mean wait of the last hundred that left."""
        return sum(self._waits_ms) // len(self._waits_ms) // 1000 if self._waits_ms else 0

    def position(self, entry: Waiting) -> int:
        """Return the place, 1 for the first."""
        return self.members.index(entry) + 1 if entry in self.members else 0

    def wait_fields(self, entry: Waiting) -> dict[str, str]:
        """Return the fields of a wait document's request."""
        return {
            "QueueSid": self.sid,
            "QueuePosition": str(self.position(entry)),
            "QueueTime": str(self.waited_s(entry)),
            "AvgQueueTime": str(self.average_wait_s()),
            "CurrentQueueSize": str(len(self.members)),
            "MaxQueueSize": str(self.max_size),
        }

    def _changed(self) -> None:
        self.updated_at = self.exchange.clock.now_ms()
        self.pulse.fire()
