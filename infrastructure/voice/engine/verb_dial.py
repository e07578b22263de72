"""Dial: connect the call to others. Conferences and queues have files of their own; here are numbers, clients and SIP
addresses."""

import asyncio

from infrastructure.voice.engine import verb_conference, verb_dial_queue
from infrastructure.voice.engine.child import ChildCall
from infrastructure.voice.engine.outcome import Context, Outcome
from infrastructure.voice.engine.recording import Recording
from infrastructure.voice.engine.room import Room, seat_of
from infrastructure.voice.engine.source import Redirected
from infrastructure.voice.pulse import Pulse
from infrastructure.voice.twiml.verbs import Dial


async def perform(context: Context, verb: Dial) -> Outcome:
    """Connect until that ends; go on at the action, or with the next verb."""
    if verb.conference is not None:
        return await verb_conference.perform(context, verb, verb.conference)
    if verb.queue is not None:
        return await verb_dial_queue.perform(context, verb, verb.queue)
    return await _Dialling(context, verb).perform()


class _Dialling:
    """All targets ring at once; the first that answers is connected, the others stop."""

    def __init__(self, context: Context, verb: Dial) -> None:
        self._context = context
        self._verb = verb
        self._call = context.call
        self._pulse = Pulse()
        self._room = Room(f"dial {context.call.sid}", started=True)
        self._children = [ChildCall(context, verb, target, self._pulse) for target in verb.targets]
        self._winner: ChildCall | None = None
        self._bridged_at: int | None = None
        self._ended_at: int | None = None
        self._star = False

    async def perform(self) -> Outcome:
        """Ring, talk, tidy up."""
        try:
            await self._ring()
            if self._winner is not None:
                await self._talk(self._winner)
        except asyncio.CancelledError:
            self._tidy()
            # The provider reports the Dial that a redirect cut short as completed.
            status = "completed" if isinstance(self._call.interrupt, Redirected) else self._status()
            self._context.cut_short(self._verb.action, self._verb.method, self._fields(status))
            raise
        finally:
            self._tidy()
        return self._context.action(self._verb.action, self._verb.method, self._fields(self._status()))

    async def _ring(self) -> None:
        self._call.leg.music("ringing")
        for child in self._children:
            child.start()
        await self._pulse.until(lambda: any(c.ready for c in self._children) or all(c.over for c in self._children))
        self._winner = next((child for child in self._children if child.ready), None)
        for child in self._children:
            if child is not self._winner:
                child.stop("elsewhere")

    async def _talk(self, winner: ChildCall) -> None:
        call = self._call
        self._bridged_at = call.exchange.clock.now_ms()
        call.leg.music(None)
        self._room.enter(call, seat_of(call))
        self._room.enter(winner.call, seat_of(winner.call))
        recording = self._record()
        if self._verb.hangup_on_star:
            call.on_digit = self._on_star
        stop_limit = call.exchange.clock.call_later(self._verb.time_limit_s, lambda: winner.stop("time limit"))
        try:
            await self._pulse.until(lambda: winner.over or self._star)
        finally:
            stop_limit()
            call.on_digit = None
            if recording is not None:
                recording.stop()

    def _on_star(self, digit: str) -> bool:
        if digit != "*":
            return False
        self._star = True
        self._pulse.fire()
        return True

    def _record(self) -> Recording | None:
        if self._verb.record in ("do-not-record", "false"):
            return None
        return self._call.exchange.record(self._call, "DialVerb", self._context.recording(self._verb.recording))

    def _tidy(self) -> None:
        if self._ended_at is None:
            self._ended_at = self._call.exchange.clock.now_ms()
        self._call.leg.music(None)
        for child in self._children:
            self._room.exit(child.call)
            child.stop("caller")
        self._room.exit(self._call)

    def _status(self) -> str:
        if self._winner is not None:
            return "completed"
        statuses = {child.outcome() for child in self._children}
        return next((s for s in ("busy", "no-answer", "canceled", "completed") if s in statuses), "failed")

    def _fields(self, status: str) -> dict[str, str]:
        child = self._winner or self._children[0]
        fields = {"DialCallStatus": status, "DialCallSid": child.call.sid, "DialBridged": "false"}
        if self._bridged_at is not None and self._ended_at is not None:
            seconds = max(1, round((self._ended_at - self._bridged_at) / 1000))
            fields |= {"DialBridged": "true", "DialCallDuration": str(seconds)}
        return fields
