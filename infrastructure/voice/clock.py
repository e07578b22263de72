"""Time as the engine sees it: wall time in production, a virtual one in tests, where minutes of waiting take
milliseconds."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """What the engine asks of time. Every wait in this package goes through it."""

    virtual: bool

    def now_ms(self) -> int:
        """Return the instant in ms since the epoch, UTC. Never goes backwards while the process lives."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back once after a time; return a function that cancels it."""
        ...


class SystemClock:
    """Wall time, moved on by the monotonic clock: a change of the host's clock neither shortens nor lengthens a
    call."""

    virtual = False

    def __init__(self) -> None:
        self._offset_ms = time.time() * 1000 - time.monotonic() * 1000

    def now_ms(self) -> int:
        """Return ms since the epoch."""
        return int(time.monotonic() * 1000 + self._offset_ms)

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(max(0.0, seconds))

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back in real time."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds), callback).cancel


@dataclass(order=True)
class _Timer:
    due_ms: float
    number: int
    callback: Callable[[], None] | None = field(compare=False)


class VirtualClock:
    """Time that moves only when told to; between two timers the event loop runs until nothing is left to do.

    Deterministic as long as nothing but this clock and in-process awaits drives the code (no sockets, no threads).
    """

    virtual = True

    def __init__(self, start_ms: int = 1_800_000_000_000) -> None:
        self._now_ms = float(start_ms)
        self._order = itertools.count()
        self._timers: list[_Timer] = []
        self._dead = 0

    def now_ms(self) -> int:
        """Return virtual ms since the epoch."""
        return int(self._now_ms)

    async def sleep(self, seconds: float) -> None:
        """Wait until the virtual clock was advanced that far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        cancel = self.call_later(seconds, lambda: None if done.done() else done.set_result(None))
        try:
            await done
        finally:
            cancel()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Put a timer on the virtual time line."""
        timer = _Timer(self._now_ms + max(0.0, seconds) * 1000, next(self._order), callback)
        heapq.heappush(self._timers, timer)

        def cancel() -> None:
            if timer.callback is not None:
                timer.callback = None
                self._dead += 1
                self._bury()

        return cancel

    async def advance(self, seconds: float) -> None:
        """Move time on, firing every timer in order and letting all work settle after each."""
        end = self._now_ms + seconds * 1000
        await settle()
        while (due := self._next_due()) is not None and due <= end:
            await self._fire(due)
        self._now_ms = end
        await settle()

    async def run_until_idle(self, limit_s: float = 86_400) -> None:
        """Move time on from timer to timer until none is left, at most `limit_s` virtual seconds."""
        end = self._now_ms + limit_s * 1000
        await settle()
        while (due := self._next_due()) is not None and due <= end:
            await self._fire(due)

    def _bury(self) -> None:
        """Forget cancelled timers once they are most of all: some lie years ahead and would never come up."""
        if self._dead > 1000 and self._dead * 2 > len(self._timers):
            self._timers = [timer for timer in self._timers if timer.callback is not None]
            heapq.heapify(self._timers)
            self._dead = 0

    def _next_due(self) -> float | None:
        while self._timers and self._timers[0].callback is None:
            heapq.heappop(self._timers)
            self._dead -= 1
        return self._timers[0].due_ms if self._timers else None

    async def _fire(self, due: float) -> None:
        self._now_ms = max(self._now_ms, due)
        timer = heapq.heappop(self._timers)
        callback, timer.callback = timer.callback, None
        if callback is not None:
            callback()
        await settle()


async def settle() -> None:
    """Let the running event loop work until nothing is ready.

    asyncio has no public question for this; without the loop's own list of ready callbacks a fixed number of turns
    must do.
    """
    ready = getattr(asyncio.get_running_loop(), "_ready", None)
    if ready is None:
        for _ in range(200):
            await asyncio.sleep(0)
        return
    await asyncio.sleep(0)
    while len(ready) > 0:
        await asyncio.sleep(0)


async def within(clock: Clock, seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, or cancel it and raise TimeoutError when it takes longer than `seconds`."""
    task = asyncio.ensure_future(work)
    cancel = clock.call_later(seconds, lambda: _cancel(task))
    deadline = clock.now_ms() + seconds * 1000
    try:
        return await task
    except asyncio.CancelledError:
        if task.cancelled() and clock.now_ms() >= deadline - 1 and not _being_cancelled():
            raise TimeoutError(f"no answer within {seconds:g} s") from None
        task.cancel()
        raise
    finally:
        cancel()


def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()


def _being_cancelled() -> bool:
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0
