"""One leg at the mixer: what comes from its far end, what goes there, who listens in between.

The event loop changes a port by assigning whole values; the mixer's thread reads each once a tick. So neither waits for
the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from infrastructure.voice.legs.leg import Bridge, Seat
from infrastructure.voice.sound.pcm import FRAME_BYTES, SILENCE
from infrastructure.voice.sound.players import Loop, Prompt

_PREFILL_FRAMES = 2
"""Received frames that are kept back before the first is used, so that two in a bunch do not tear a hole."""
_AT_MOST_FRAMES = 8
"""More than these are behind: the oldest go, speech stays live."""


class Line(Protocol):
    """The media of one call. Both are called by the mixer's thread and never wait."""

    def read(self) -> bytes:
        """Return the PCM that came since the last time, b"" when none did or the media is down."""
        ...

    def write(self, frame: bytes) -> None:
        """Send one frame of 320 bytes; it is lost while the media is down."""
        ...


class Ear(Protocol):
    """Something that listens to one leg in both directions, e.g. a recording."""

    def frame(self, said: bytes, heard: bytes) -> None:
        """Take one frame of what the far end said and of what it hears. Called by the mixer's thread."""
        ...


@dataclass(frozen=True)
class Place:
    """A seat in a bridge."""

    bridge: Bridge
    seat: Seat


class Port:
    """A leg's connection with the mixer. relay: what to do with a key that another party of the bridge pressed."""

    def __init__(self, line: Line, relay: Callable[[str], None]) -> None:
        self.line = line
        self.relay = relay
        self.prompts: tuple[Prompt, ...] = ()
        """What is played, the last one first: an announcement covers the prompt below, which then goes on."""
        self.music: Loop | None = None
        self.place: Place | None = None
        self.ears: tuple[Ear, ...] = ()
        self.said = SILENCE
        """The frame that came in this tick."""
        self.gaps = 0
        """How often what came did not suffice for a frame in the middle of sound."""
        self.skipped = 0
        """How often frames were thrown away to stay live."""
        self._fifo = bytearray()
        self._primed = False

    def listen(self) -> None:
        """Take this tick's frame from the line."""
        self._fifo += self.line.read()
        if len(self._fifo) > _AT_MOST_FRAMES * FRAME_BYTES:
            self.skipped += 1
            del self._fifo[: len(self._fifo) - (_PREFILL_FRAMES + 1) * FRAME_BYTES]
        if not self._primed:
            self._primed = len(self._fifo) >= _PREFILL_FRAMES * FRAME_BYTES
        if self._primed and len(self._fifo) >= FRAME_BYTES:
            self.said = bytes(self._fifo[:FRAME_BYTES])
            del self._fifo[:FRAME_BYTES]
            return
        self.gaps += self._primed
        self._primed = False
        self.said = SILENCE

    def speak(self, bridged: bytes) -> None:
        """Send this tick's frame: a prompt covers a bridge, a bridge covers music; who is held hears the hold's."""
        heard = self._heard(self.place, bridged)
        self.line.write(heard)
        for ear in self.ears:
            ear.frame(self.said, heard)

    def _heard(self, place: Place | None, bridged: bytes) -> bytes:
        for prompt in reversed(self.prompts):
            frame = prompt.frame()
            if frame is not None:
                return frame
        if place is not None and place.bridge.started and not place.seat.hold:
            return bridged
        music = self.music
        return music.frame() if music is not None else SILENCE

    def add_ear(self, ear: Ear) -> None:
        """Let something listen."""
        self.ears = (*self.ears, ear)

    def remove_ear(self, ear: Ear) -> None:
        """Let it listen no more; harmless twice."""
        self.ears = tuple(other for other in self.ears if other is not ear)
