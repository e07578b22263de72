"""WAV as it streams: is it whole, and is the customer in channel 0?

A WAV file is `RIFF`, its size, `WAVE`, then chunks; `fmt ` tells channels and bytes of a frame, `data` holds the frames
(http://soundfile.sapp.org/doc/WaveFormat/).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from chalicelib.recordings.model import CopyFailed

HEADER_LIMIT: Final = 64 * 1024
_UNKNOWN_SIZES: Final = (0, 0xFFFFFFFF)


def checked(chunks: Iterable[bytes], customer_channel: int) -> Iterator[bytes]:
    """Yield a WAV stream with the customer in channel 0.

    Errors: CopyFailed when it is not a WAV, or ends before the length that it states: a broken download must never
    pass for the recording.
    """
    stream = iter(chunks)
    head, format_at, data_at = _head(stream)
    stated = int.from_bytes(head[4:8], "little")
    size = 0
    whole = _joined(head, stream)
    for chunk in _swapped(whole, head, format_at, data_at) if customer_channel == 1 else whole:
        size += len(chunk)
        yield chunk
    if stated not in _UNKNOWN_SIZES and size < stated + 8:
        raise CopyFailed("truncated")


def _head(stream: Iterator[bytes]) -> tuple[bytes, int, int]:
    """Read up to the first frame; return what was read and where the bodies of `fmt ` and `data` begin."""
    head = b""
    for chunk in stream:
        head += chunk
        found = _chunk_starts(head)
        if "data" in found and "fmt " in found:
            return head, found["fmt "], found["data"]
        if len(head) > HEADER_LIMIT:
            break
    raise CopyFailed("not_wav")


def _chunk_starts(head: bytes) -> dict[str, int]:
    """Return where the bodies of the chunks begin, as far as `head` goes (up to `data`)."""
    found: dict[str, int] = {}
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return found
    at = 12
    while at + 8 <= len(head) and "data" not in found:
        name = head[at : at + 4].decode("latin-1")
        found[name] = at + 8
        length = int.from_bytes(head[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return found


def _swapped(stream: Iterator[bytes], head: bytes, format_at: int, data_at: int) -> Iterator[bytes]:
    """Yield the stream with both channels of every frame exchanged; other than two channels go as they are."""
    channels = int.from_bytes(head[format_at + 2 : format_at + 4], "little")
    frame = int.from_bytes(head[format_at + 12 : format_at + 14], "little")
    if channels != 2 or frame < 2 or frame % 2:
        yield from stream
        return
    held = bytearray(next(stream))
    yield bytes(held[:data_at])
    del held[:data_at]
    for chunk in stream:
        whole = len(held) - len(held) % frame
        yield _exchange(bytes(held[:whole]), frame)
        del held[:whole]
        held += chunk
    whole = len(held) - len(held) % frame
    yield _exchange(bytes(held[:whole]), frame) + bytes(held[whole:])


def _exchange(frames: bytes, frame: int) -> bytes:
    """Return whole frames with their two halves exchanged (slices: a loop over samples would take minutes)."""
    half = frame // 2
    out = bytearray(len(frames))
    for byte in range(half):
        out[byte::frame] = frames[half + byte :: frame]
        out[half + byte :: frame] = frames[byte::frame]
    return bytes(out)


def _joined(head: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from stream
