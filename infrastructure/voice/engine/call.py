"""One call: its state, its one task, and what its leg tells it. What documents do with it is in program.py and
verb_*.py."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from infrastructure.voice.engine import callbacks
from infrastructure.voice.engine.source import Ended, Interrupt, Redirected, Source
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.legs.leg import Ending, Leg, Refusal, Seat

if TYPE_CHECKING:
    from infrastructure.voice.engine.exchange import Exchange
    from infrastructure.voice.engine.recording import Recording

T = TypeVar("T")
TIMELINE_KEPT = 400
DIGITS_KEPT = 200
"""Keys that nobody collected beyond this many are forgotten, oldest first."""


class Interrupted(Exception):
    """The running work was cut short; the call knows by what."""


class Call:
    """A call and its leg. Only `exchange` makes them."""

    def __init__(self, exchange: "Exchange", sid: str, terms: Terms, leg: Leg) -> None:
        self.exchange = exchange
        self.sid = sid
        self.terms = terms
        self.leg = leg
        self.status = "queued" if terms.direction != "inbound" else "ringing"
        self.created_at = exchange.clock.now_ms()
        self.updated_at = self.created_at
        self.answered_at: int | None = None
        self.ended_at: int | None = None
        self.ended_by: str | None = None
        self.answered_by: str | None = None
        self.reports_answerer = False
        """Machine detection was asked for, so webhooks carry AnsweredBy."""
        self.fallen_back = False
        """The fallback URL was used; it is not used twice."""
        self.sip_code: int | None = None
        self.sequence = 0
        self.timeline: deque[dict[str, Any]] = deque(maxlen=TIMELINE_KEPT)
        self.recordings: list[Recording] = []
        self.queue_name: str | None = None
        self.conference_name: str | None = None
        self.seat: Seat | None = None
        self.digits: asyncio.Queue[str] = asyncio.Queue(DIGITS_KEPT)
        self.on_digit: Callable[[str], bool] | None = None
        """Takes a key instead of the queue of digits when it returns True (hangupOnStar)."""
        self.interrupt: Interrupt | None = None
        self.over = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._beside: set[asyncio.Task[None]] = set()
        self._interrupted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        leg.attach(self)

    # -- what others ask of a call

    @property
    def in_progress(self) -> bool:
        """Tell whether it was answered and goes on."""
        return self.status == "in-progress" and not isinstance(self.interrupt, Ended)

    def start(self, life: Coroutine[Any, Any, None]) -> None:
        """Begin the call's one task."""
        self.note("placed", from_=self.terms.from_, to=self.terms.to, direction=self.terms.direction)
        self.task = asyncio.get_running_loop().create_task(self._live(life))

    def redirect(self, source: Source) -> None:
        """Leave what it does and go on with another document."""
        self._cut(Redirected(source))

    def end(self, by: str, cause: str = "") -> None:
        """End the call in whatever state it is. Harmless twice."""
        if not isinstance(self.interrupt, Ended):
            self._cut(Ended(by, cause))

    def duration_s(self) -> int:
        """Return the seconds since the answer, whole, at least 1 for an answered call that ended."""
        if self.answered_at is None:
            return 0
        end = self.ended_at if self.ended_at is not None else self.exchange.clock.now_ms()
        return max(1 if self.ended_at is not None else 0, round((end - self.answered_at) / 1000))

    def note(self, what: str, **detail: Any) -> None:
        """Write a line into the time line."""
        now = self.exchange.clock.now_ms()
        line = {"at": now, "offset_ms": now - self.created_at, "what": what, "detail": detail}
        self.timeline.append(line)
        self.exchange.events.add("timeline", self.sid, what=what, detail=detail)

    def became(self, status: str, **extra: str) -> None:
        """Come into a status and report it."""
        if self.status in FINAL:
            return
        self.status = status
        self.updated_at = self.exchange.clock.now_ms()
        if status == "in-progress":
            self.answered_at = self.updated_at
        if status in FINAL:
            self.ended_at = self.updated_at
        self.note({"in-progress": "answered"}.get(status, "ended" if status in FINAL else status), status=status)
        callbacks.call_status(self, extra)
        self.exchange.call_changed(self)

    def accept(self) -> None:
        """Pick an incoming call up, if that has not happened."""
        if self.status == "ringing" and self.terms.direction == "inbound":
            self.leg.answer()
            self.became("in-progress")

    async def unless_interrupted(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns; raise Interrupted, with `work` cancelled and cleaned up, when the call is cut
        short."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task, self._interrupted}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if self.interrupt is not None:
            if not task.cancelled() and task.exception() is not None:
                self.note("error", message=repr(task.exception()))
            raise Interrupted
        return task.result()

    def resume(self) -> Source | None:
        """Return the document to go on with after an interruption, None when the call is over."""
        if not isinstance(self.interrupt, Redirected):
            return None
        source = self.interrupt.source
        self.interrupt = None
        self._interrupted = asyncio.get_running_loop().create_future()
        return source

    # -- what the leg tells (LegEvents)

    def leg_ringing(self) -> None:
        """Take note that the phone rings."""
        if self.status in ("queued", "initiated"):
            self.became("ringing")

    def leg_answered(self, answered_by: str | None) -> None:
        """Take note that the phone was picked up."""
        if self.status in ("queued", "initiated", "ringing") and self.interrupt is None:
            self.answered_by = answered_by
            self.became("in-progress")
            self._settle_ring(None)

    def leg_refused(self, status: Refusal, sip_code: int) -> None:
        """Take note that the call was not taken."""
        self.sip_code = sip_code
        self._settle_ring(status)

    def leg_digit(self, digit: str) -> None:
        """Take a key."""
        self.note("pressed", digit=digit)
        if self.on_digit is not None and self.on_digit(digit):
            return
        if self.digits.full():
            self.digits.get_nowait()
        self.digits.put_nowait(digit)

    def leg_muted(self, muted: bool) -> None:
        """Take note that the far end switched its microphone; the provider does not report that."""
        self.note("microphone", muted=muted)

    def leg_hung_up(self, cause: str) -> None:
        """End the call, the far end has left."""
        self.end("caller", cause)

    def leg_note(self, what: str, detail: dict[str, object]) -> None:
        """Write into the time line."""
        self.note(what, **detail)
        if what == "hears":
            self.exchange.call_changed(self)

    def keep(self, task: "asyncio.Task[None]") -> None:
        """Hold on to something that runs beside the document, and cancel it at the call's end."""
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    # -- the ring phase of an outgoing call

    _ring_outcome: "asyncio.Future[Refusal | None] | None" = None

    async def ring(self, prepare: Callable[[], Awaitable[None]]) -> Refusal | None:
        """Alert the phone and return how it refused, None when it answered."""
        self._ring_outcome = asyncio.get_running_loop().create_future()
        await prepare()
        return await self._ring_outcome

    def _settle_ring(self, outcome: Refusal | None) -> None:
        if self._ring_outcome is not None and not self._ring_outcome.done():
            self._ring_outcome.set_result(outcome)

    # -- inside

    def _cut(self, interrupt: Interrupt) -> None:
        if isinstance(self.interrupt, Ended):
            return
        self.interrupt = interrupt
        if not self._interrupted.done():
            self._interrupted.set_result(None)

    async def _live(self, life: Coroutine[Any, Any, None]) -> None:
        try:
            await life
        except Interrupted:
            pass
        except Exception as error:
            self.exchange.events.add("error", self.sid, code=0, message=repr(error))
            self.exchange.log.exception("call %s failed", self.sid)
        finally:
            self._finish()

    def _finish(self) -> None:
        ended = self.interrupt if isinstance(self.interrupt, Ended) else Ended("document")
        self.ended_by = ended.by
        status, ending = self._final_status(ended)
        for recording in self.recordings:
            recording.stop()
        for task in list(self._beside):
            task.cancel()
        self.leg.hang_up(ending)
        self.became(status)
        self.over.set()
        self.exchange.call_over(self)

    def _final_status(self, ended: Ended) -> tuple[str, Ending]:
        if self.answered_at is not None:
            return "completed", "completed"
        if ended.by == "reject":
            return ("busy", "busy") if ended.cause == "busy" else ("no-answer", "rejected")
        if ended.by in ("no-answer", "busy", "failed"):
            return ended.by, "timeout" if ended.cause == "timeout" else "failed"
        if ended.by == "document":
            return "completed", "completed"
        return "canceled", "elsewhere" if ended.cause == "elsewhere" else "canceled"
