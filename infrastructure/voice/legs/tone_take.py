"""A recording on a leg without media: it notes who was heard when, and computes the audio from that when it is asked
for."""

import asyncio
from collections.abc import AsyncIterator

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs import wav
from infrastructure.voice.legs.wav import Segment

Sound = tuple[tuple[int, ...], tuple[int, ...]]
"""Frequencies of (the far end, what it hears)."""
SILENCE: Sound = ((), ())
MAX_SEGMENTS = 20_000


class ToneTake:
    """Channel 0 is the leg's party, channel 1 the rest."""

    def __init__(self, clock: Clock, *, mono: bool) -> None:
        self._clock = clock
        self.mono = mono
        self._segments: list[tuple[int, Sound]] = []
        self._sound: Sound = SILENCE
        self._since_ms = clock.now_ms()
        self._paused: str = ""
        self._stopped = False

    def sound(self, sound: Sound) -> None:
        """Note that from now on something else is heard."""
        if sound != self._sound:
            self._close_segment()
            self._sound = sound

    def pause(self, *, skip: bool) -> None:
        """Stop taking."""
        self._close_segment()
        self._paused = "skip" if skip else "silence"

    def resume(self) -> None:
        """Take again."""
        self._close_segment()
        self._paused = ""

    def stop(self) -> None:
        """End."""
        self._close_segment()
        self._stopped = True

    def duration_ms(self) -> int:
        """Return the length so far."""
        running = 0 if self._stopped or self._paused == "skip" else self._clock.now_ms() - self._since_ms
        return sum(length for length, _ in self._segments) + running

    def size(self, channels: int) -> int:
        """Return the file's size."""
        return wav.HEADER_BYTES + wav.data_size(self.duration_ms(), channels)

    async def wav(self, channels: int) -> AsyncIterator[bytes]:
        """Yield the file; other work of the process goes on between the pieces."""
        yield wav.header(self.duration_ms(), channels)
        segments = [Segment(length, sound) for length, sound in self._segments]
        for piece in wav.pieces(segments, channels):
            yield piece
            await asyncio.sleep(0)

    def discard(self) -> None:
        """Forget the notes."""
        self.stop()
        self._segments.clear()

    def dump(self) -> dict[str, object]:
        """Return the notes so far."""
        self._close_segment()
        return {"kind": "tones", "mono": self.mono, "segments": [[length, *sound] for length, sound in self._segments]}

    @classmethod
    def load(cls, clock: Clock, dumped: dict[str, object]) -> "ToneTake":
        """Return a finished take from its notes."""
        take = cls(clock, mono=bool(dumped["mono"]))
        segments = dumped["segments"]
        assert isinstance(segments, list)
        take._segments = [(int(s[0]), (tuple(s[1]), tuple(s[2]))) for s in segments]
        take._stopped = True
        return take

    def _close_segment(self) -> None:
        now = self._clock.now_ms()
        length, self._since_ms = now - self._since_ms, now
        if self._stopped or length <= 0 or self._paused == "skip":
            return
        sound = SILENCE if self._paused else self._sound
        if self._segments and (self._segments[-1][1] == sound or len(self._segments) >= MAX_SEGMENTS):
            length += self._segments.pop()[0]
        self._segments.append((length, sound))
