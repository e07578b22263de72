"""A far end that follows a script: a caller who dialled one of our numbers, or a phone that is called."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs.actor import Senses, act, press
from infrastructure.voice.legs.hearing import Hearing
from infrastructure.voice.legs.leg import Ending, LegEvents, Offer, Refusal
from infrastructure.voice.legs.scripts import Phone, Step
from infrastructure.voice.legs.silent import SilentLeg

_REFUSALS: dict[str, tuple[Refusal, int]] = {
    "busy": ("busy", 486),
    "reject": ("busy", 603),
    "failed": ("failed", 404),
    "unreachable": ("no-answer", 480),
}


class ScriptedLeg(SilentLeg):
    """One scripted party."""

    def __init__(
        self, clock: Clock, address: str, *, phone: Phone | None, steps: list[Step], patience_s: float | None
    ) -> None:
        super().__init__(clock, address)
        self._phone = phone
        self._steps = steps
        self._patience_s = patience_s
        self._senses = Senses()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False
        self._ringing = False

    @classmethod
    def caller(cls, clock: Clock, address: str, steps: list[Step], patience_s: float | None) -> "ScriptedLeg":
        """Return the leg of a person who calls us; the script begins at once."""
        return cls(clock, address, phone=None, steps=steps, patience_s=patience_s)

    @classmethod
    def phone(cls, clock: Clock, address: str, phone: Phone) -> "ScriptedLeg":
        """Return the leg of a phone that is called."""
        return cls(clock, address, phone=phone, steps=phone.steps, patience_s=None)

    def attach(self, events: LegEvents) -> None:
        """Say who listens; a caller's script begins."""
        super().attach(events)
        if self._phone is None:
            self._spawn(act(self._clock, self._senses, self._steps, self))

    def ring(self, offer: Offer) -> None:  # noqa: ARG002 - a script does not care who calls
        """Do what the phone's script says."""
        assert self._phone is not None, "a caller is not called"
        if self._phone.result in _REFUSALS:
            self._spawn(self._refuse(*_REFUSALS[self._phone.result]))
            return
        self._ringing = True
        self.events.leg_ringing()
        if self._phone.result in ("answer", "machine"):
            self._spawn(self._answer_after(self._phone.answer_after_s))

    def pick_up(self) -> bool:
        """Answer now (admin API); False when the phone does not ring."""
        if not self._ringing or self._over:
            return False
        self._picked_up("human")
        return True

    def answer(self) -> None:
        """Notice that our side picked up."""
        self._begin_talk()

    def press(self, digit: str) -> None:
        """Press one key."""
        if not self._over:
            self.events.leg_digit(digit)

    def press_all(self, digits: str) -> None:
        """Press several keys, as fast as a person (admin API)."""
        self._spawn(press(self._clock, digits, self))

    def end(self) -> None:
        """Hang up."""
        if not self._over:
            self._close()
            self.events.leg_hung_up("hangup")

    def hang_up(self, ending: Ending) -> None:  # noqa: ARG002 - nor why it ended
        """Notice that our side ended the call."""
        self._close()

    def heard(self, now: Hearing) -> None:
        """Take in what is heard."""
        first_talk = now.kind == "conversation" and not self._senses.talked
        self._senses.notice(now, self.listening)
        if first_talk and self._phone is not None and self._phone.talk_s is not None:
            self._spawn(self._end_after(self._phone.talk_s))

    def queued(self, waiting: bool) -> None:
        """Take in that the call waits in a queue, or no longer."""
        self._senses.queued = waiting
        self._senses.pulse.fire()

    def _begin_talk(self) -> None:
        self._senses.answered = True
        self._senses.pulse.fire()
        if self._patience_s is not None:
            self._spawn(self._lose_patience(self._patience_s))

    def _picked_up(self, answered_by: str) -> None:
        self._ringing = False
        self.events.leg_answered(answered_by)
        self._begin_talk()
        phone = self._phone
        assert phone is not None
        for keys in phone.presses:
            self._spawn(self._press_after(keys.after_s, keys.digits))
        if phone.hang_up_after_s is not None:
            self._spawn(self._end_after(phone.hang_up_after_s))
        if phone.steps:
            self._spawn(act(self._clock, self._senses, phone.steps, self))

    async def _refuse(self, status: Refusal, sip_code: int) -> None:
        assert self._phone is not None
        if self._phone.result in ("busy", "reject"):
            if self._phone.result == "reject":
                self.events.leg_ringing()
            await self._clock.sleep(self._phone.answer_after_s)
        else:
            await self._clock.sleep(0.2)
        self.events.leg_refused(status, sip_code)

    async def _answer_after(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        if self._ringing:
            assert self._phone is not None
            self._picked_up("machine_start" if self._phone.result == "machine" else "human")

    async def _press_after(self, seconds: float, digits: str) -> None:
        await self._clock.sleep(seconds)
        await press(self._clock, digits, self)

    async def _end_after(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self.end()

    async def _lose_patience(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        if not self._senses.talked:
            self.events.leg_note("out_of_patience", {})
            self.end()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self) -> None:
        self._over = True
        self._ringing = False
        current = asyncio.current_task()
        for task in list(self._tasks):
            if task is not current:
                task.cancel()
