"""Is a file fit for telephones, and what of a prompt does a caller hear? Pure.

A WAV file is `RIFF`, its size, `WAVE`, then chunks, each padded to even length; `fmt ` tells the coding, `data` holds
the samples (http://soundfile.sapp.org/doc/WaveFormat/).
"""

import hashlib
import struct
from collections.abc import Mapping

from chalicelib.prompts.errors import InvalidAudio
from chalicelib.prompts.model import LOCALES, RATE, SECONDS_LIMIT, Content, Locale, Prompt, Spoken

_PCM = 1
_FORMAT = struct.Struct("<HHIIHH")


def checked_seconds(data: bytes, sha256: str) -> float:
    """Return how long a WAV file plays, when it is exactly what telephones want and what was announced.

    Errors: InvalidAudio, which says what is wrong.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InvalidAudio(reason="hash")
    found = _chunks(data)
    _require_format(found.get(b"fmt ", b""))
    samples, half = divmod(len(found.get(b"data", b"")), 2)
    if half:
        raise InvalidAudio(reason="truncated")
    if samples == 0:
        raise InvalidAudio(reason="empty")
    if samples > SECONDS_LIMIT * RATE:
        raise InvalidAudio(reason="too_long")
    return samples / RATE


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks by name; the file must end where it says and hold each name once."""
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise InvalidAudio(reason="not_wav")
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise InvalidAudio(reason="truncated")
    found: dict[bytes, bytes] = {}
    at = 12
    while at < len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(data):
            raise InvalidAudio(reason="truncated")
        if not (len(name) == 4 and name.isascii() and name.decode().isprintable()) or name in found:
            raise InvalidAudio(reason="not_wav")
        found[name] = data[at + 8 : end]
        at = end + length % 2
    return found


def _require_format(body: bytes) -> None:
    if len(body) < _FORMAT.size:
        raise InvalidAudio(reason="not_wav")
    coding, channels, rate, byte_rate, frame, bits = _FORMAT.unpack_from(body)
    for holds, reason in (
        (coding == _PCM, "not_pcm"),
        (channels == 1, "channels"),
        (rate == RATE, "rate"),
        (bits == 16, "bits"),
        ((byte_rate, frame) == (RATE * 2, 2), "not_wav"),
    ):
        if not holds:
            raise InvalidAudio(reason=reason)


def content_in(contents: Mapping[Locale, Content], language: str) -> tuple[Locale, Content] | None:
    """Return what is heard in a language: its own content, else another one's, which beats silence."""
    order = sorted(LOCALES, key=lambda locale: locale != language)
    return next(((locale, contents[locale]) for locale in order if locale in contents), None)


def fits(prompt: Prompt, query: str) -> bool:
    """Return whether a prompt is among those that a query looks for: each word in name, note, text or file name."""
    said = [content.text if isinstance(content, Spoken) else content.name for content in prompt.contents.values()]
    haystack = " ".join((prompt.prompt_id, prompt.name, prompt.note, *said)).casefold()
    return all(word in haystack for word in query.casefold().split())
