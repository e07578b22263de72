"""What happened lately, for panels and tests: a bounded log that can be waited on."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from infrastructure.voice.clock import Clock, within
from infrastructure.voice.pulse import Pulse

KEPT = 2000


@dataclass(frozen=True)
class Event:
    """One entry. id: rising without gaps; at: ms since the epoch."""

    id: int
    at: int
    kind: str
    call_sid: str | None
    data: dict[str, Any]


class EventLog:
    """The last KEPT events."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._last = 0
        self._pulse = Pulse()

    @property
    def last(self) -> int:
        """Return the id of the newest event, 0 when there was none."""
        return self._last

    def add(self, kind: str, call_sid: str | None, /, **data: Any) -> None:
        """Append an event and wake the waiters."""
        self._last += 1
        self._events.append(Event(self._last, self._clock.now_ms(), kind, call_sid, data))
        self._pulse.fire()

    def after(self, last: int, limit: int) -> list[Event]:
        """Return events newer than `last`, oldest first."""
        missing = min(self._last - last, len(self._events))
        if missing <= 0:
            return []
        start = len(self._events) - missing
        return [self._events[i] for i in range(start, min(start + limit, len(self._events)))]

    async def wait(self, last: int, limit: int, seconds: float) -> list[Event]:
        """Return events newer than `last`, waiting up to `seconds` for the first."""
        if self._last <= last and seconds > 0:
            try:
                await within(self._clock, seconds, self._pulse.until(lambda: self._last > last))
            except TimeoutError:
                return []
        return self.after(last, limit)
