"""WAV files for tests."""

import struct


def wav(
    samples: int = 800, *, rate: int = 8_000, channels: int = 1, bits: int = 16, coding: int = 1, more: bytes = b""
) -> bytes:
    """Return a WAV file of silence; `more` stands between format and data."""
    frame = channels * bits // 8
    form = b"fmt " + struct.pack("<IHHIIHH", 16, coding, channels, rate, rate * frame, frame, bits)
    data = b"data" + struct.pack("<I", samples * frame) + bytes(samples * frame)
    body = b"WAVE" + form + more + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
