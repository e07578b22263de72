"""The person on a scripted leg: follows steps, watching what is heard."""

from collections.abc import Callable
from typing import Protocol

from infrastructure.voice.clock import Clock, within
from infrastructure.voice.legs.hearing import Hearing
from infrastructure.voice.legs.scripts import Step
from infrastructure.voice.pulse import Pulse

KEY_S = 0.3
"""Time between two keys of a person."""


class Body(Protocol):
    """What the person can do on the leg."""

    def press(self, digit: str) -> None:
        """Press one key."""
        ...

    def end(self) -> None:
        """Hang up."""
        ...


class Senses:
    """What the person has noticed so far."""

    def __init__(self) -> None:
        self.answered = False
        self.queued = False
        self.listening: str | None = None
        self.hearing = Hearing()
        self.texts: list[str] = []
        self.talked = False
        self.was_held = False
        self.pulse = Pulse()

    def notice(self, hearing: Hearing, listening: str | None) -> None:
        """Take in what is heard now."""
        self.hearing, self.listening = hearing, listening
        if hearing.text and hearing.kind in ("prompt", "music"):
            self.texts = [*self.texts[-49:], hearing.text]
        if hearing.kind == "conversation":
            self.talked = True
        if hearing.kind == "hold":
            self.was_held = True
        self.pulse.fire()

    def at(self, moment: str) -> bool:
        """Tell whether a Moment holds now (scripts.Moment)."""
        talking = self.hearing.kind == "conversation"
        moments = {
            "answered": self.answered,
            "listening": self.listening == "keys",
            "queued": self.queued,
            "connected": talking,
            "held": self.hearing.kind == "hold",
            "retrieved": talking and self.was_held,
            "alone": self.hearing.alone,
            "recording": self.listening == "record",
        }
        return moments[moment]


async def act(clock: Clock, senses: Senses, steps: list[Step], body: Body) -> None:
    """Follow the steps to their end; afterwards the party just stays on the line."""
    for step in steps:
        if step.hang_up or not await _do(clock, senses, step, body):
            body.end()
            return


async def _do(clock: Clock, senses: Senses, step: Step, body: Body) -> bool:
    """Do one step; False: the party gives up."""
    if step.wait_s is not None:
        await clock.sleep(step.wait_s)
    elif step.press is not None:
        await press(clock, step.press, body)
    elif step.wait_until is not None:
        moment = step.wait_until
        return await _until(clock, senses, step, lambda: senses.at(moment))
    elif step.heard is not None:
        wanted = step.heard
        return await _until(clock, senses, step, lambda: any(wanted in text for text in senses.texts))
    return True


async def press(clock: Clock, digits: str, body: Body) -> None:
    """Press keys one after the other."""
    for number, digit in enumerate(digits):
        if number or digit == "w":
            await clock.sleep(0.5 if digit == "w" else KEY_S)
        if digit != "w":
            body.press(digit)


async def _until(clock: Clock, senses: Senses, step: Step, holds: Callable[[], bool]) -> bool:
    try:
        await within(clock, step.timeout_s, senses.pulse.until(holds))
    except TimeoutError:
        return step.on_timeout == "go_on"
    return True
