"""What the scripted and the browser leg share: sounds take their time, and everybody is told what would be heard."""

import asyncio
from typing import Literal

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs.hearing import Hearing, hearing
from infrastructure.voice.legs.leg import Bridge, LegEvents, Prompt, Seat
from infrastructure.voice.legs.tone_take import SILENCE, Sound, ToneTake
from infrastructure.voice.legs.wav import tone_of

PROMPT_HZ = 440
HUMAN_AFTER_S = 2
MACHINE_AFTER_S = 4
MESSAGE_END_AFTER_S = 8
"""How long after the answer machine detection knows a human, a machine, the end of a machine's announcement."""


class SilentLeg:
    """A leg without media. Subclasses say how it rings, answers and ends, and get `heard` whenever that changes."""

    def __init__(self, clock: Clock, address: str) -> None:
        self.address = address
        self.hearing = Hearing()
        self.listening: Literal["keys", "record"] | None = None
        self._clock = clock
        self._events: LegEvents | None = None
        self._prompt: Prompt | None = None
        self._music: str | None = None
        self._bridge: Bridge | None = None
        self._seat: Seat | None = None
        self._takes: list[ToneTake] = []

    @property
    def events(self) -> LegEvents:
        """Return the call that listens."""
        assert self._events is not None, "attach comes first"
        return self._events

    def attach(self, events: LegEvents) -> None:
        """Say who listens."""
        self._events = events

    async def play(self, prompt: Prompt) -> None:
        """Let the sound's time pass."""
        self._prompt = prompt
        self._update(again=True)
        try:
            await self._clock.sleep(prompt.duration_s)
        finally:
            self._prompt = None
            self._update()

    def music(self, name: str | None) -> None:
        """Begin or end endless sound."""
        self._music = name
        self._update()

    def join(self, bridge: Bridge, seat: Seat) -> None:
        """Take a place in a bridge."""
        self._bridge, self._seat = bridge, seat
        self._update()

    def reseat(self) -> None:
        """Work out again what is heard."""
        self._update()

    def leave(self) -> None:
        """Give the place up."""
        self._bridge = self._seat = None
        self._update()

    async def send_digits(self, digits: str) -> None:
        """Let the tones' time pass: a quarter of a second a key, half a second a `w`, a second a `W`."""
        self.events.leg_note("keys_sent", {"digits": digits})
        await asyncio.shield(self._clock.sleep(sum({"w": 0.5, "W": 1.0}.get(d, 0.25) for d in digits)))

    def listen(self, what: Literal["keys", "record"] | None) -> None:
        """Tell what is expected now."""
        self.listening = what
        self._update()
        self.heard(self.hearing)

    async def silence(self, seconds: float) -> None:  # noqa: ARG002 - silence never comes
        """Never return: a party without a voice cannot fall silent, it goes on until it presses a key or hangs up."""
        await asyncio.get_running_loop().create_future()

    async def answerer(self, known: str | None, *, wait_for_end: bool) -> str:
        """Return what the script said, after the time that a provider needs to find out."""
        machine = known == "machine_start"
        seconds = (MESSAGE_END_AFTER_S if wait_for_end else MACHINE_AFTER_S) if machine else HUMAN_AFTER_S
        await self._clock.sleep(seconds)
        return "machine_end_beep" if machine and wait_for_end else known or "unknown"

    def queued(self, waiting: bool) -> None:
        """Nothing to hear: the queue's own sounds tell it."""

    def record(self, *, mono: bool) -> ToneTake:
        """Begin a recording."""
        take = ToneTake(self._clock, mono=mono)
        take.sound(self._sound())
        self._takes.append(take)
        return take

    def heard(self, now: Hearing) -> None:
        """Do what the subclass does when something else is heard."""

    def _update(self, *, again: bool = False) -> None:
        now = hearing(self._prompt, self._music, self._bridge, self._seat)
        changed = now != self.hearing or again
        self.hearing = now
        for take in self._takes:
            take.sound(self._sound())
        if changed and self._events is not None:
            self._events.leg_note("hears", now.view())
            self.heard(now)

    def _sound(self) -> Sound:
        """Return the tones of this moment: hold and music are silent, speech is a tone per speaker."""
        own = (tone_of(self.address),)
        if self.listening == "record" and self.hearing.kind != "prompt":
            return (own, ())
        if self.hearing.kind == "prompt":
            return ((), (PROMPT_HZ,))
        if self.hearing.kind != "conversation":
            return SILENCE
        others = tuple(sorted({tone_of(address) for address in self.hearing.audible}))[:3]
        return (own if self.hearing.speaking else (), others)
