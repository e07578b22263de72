"""WAV files (RIFF, PCM 16 bit, 8 kHz) that are computed while they are read: an hour of audio costs no memory."""

import math
import struct
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

RATE = 8000
HEADER_BYTES = 44
_LOUDNESS = 2500
"""Peak of one tone; full scale is 32767. Quiet, so that a listener with headphones is not startled."""
_PIECE_FRAMES = RATE


@dataclass(frozen=True)
class Segment:
    """A stretch with constant sound: frequencies (Hz) that are heard at once, per channel."""

    milliseconds: int
    tones: tuple[tuple[int, ...], ...]


def tone_of(address: str) -> int:
    """Return the frequency that stands for a speaker: 300 to 980 Hz in steps of 20, the same in every recording."""
    return 300 + 20 * (zlib.crc32(address.encode()) % 35)


def header(milliseconds: int, channels: int) -> bytes:
    """Return the file header for audio of that length."""
    size = data_size(milliseconds, channels)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels, RATE, RATE * 2 * channels, 2 * channels, 16, b"data",
        size,
    )  # fmt: skip


def data_size(milliseconds: int, channels: int) -> int:
    """Return the bytes of audio of that length."""
    return milliseconds * RATE // 1000 * 2 * channels


def pieces(segments: list[Segment], channels: int) -> Iterator[bytes]:
    """Yield the audio in pieces of at most one second. One channel is the mix of all."""
    position_ms = 0
    for segment in segments:
        first = position_ms * RATE // 1000
        position_ms += segment.milliseconds
        last = position_ms * RATE // 1000
        loops = [_loop(tones) for tones in _mixed(segment.tones, channels)]
        for start in range(first, last, _PIECE_FRAMES):
            yield _interleave(loops, start, min(_PIECE_FRAMES, last - start))


def _mixed(tones: tuple[tuple[int, ...], ...], channels: int) -> tuple[tuple[int, ...], ...]:
    return (tuple(t for channel in tones for t in channel),) if channels == 1 else tones


def _loop(tones: tuple[int, ...]) -> "array[int]":
    """Return 1 s of the mix; tones are whole numbers of Hz, so seconds join without a click."""
    if not tones:
        return array("h", bytes(2 * RATE))
    if len(tones) == 1:
        return _tone(tones[0])
    parts = [_tone(tone) for tone in tones]
    return array("h", (max(-32767, min(32767, sum(values))) for values in zip(*parts, strict=True)))


_tones: "dict[int, array[int]]" = {}


def _tone(hertz: int) -> "array[int]":
    if hertz not in _tones:
        if len(_tones) >= 64:
            _tones.clear()
        step = 2 * math.pi * hertz / RATE
        _tones[hertz] = array("h", (int(_LOUDNESS * math.sin(step * i)) for i in range(RATE)))
    return _tones[hertz]


def _interleave(loops: "list[array[int]]", start: int, frames: int) -> bytes:
    offset = start % RATE
    piece = array("h", bytes(2 * frames * len(loops)))
    for channel, loop in enumerate(loops):
        piece[channel :: len(loops)] = (loop + loop)[offset : offset + frames]
    return piece.tobytes()
