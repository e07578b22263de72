"""How long sounds last: speech is estimated, sound files are fetched and measured."""

import struct

from infrastructure.voice.events import EventLog
from infrastructure.voice.hooks.webhooks import WebhookFailed, Webhooks
from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.twiml.verbs import Say

KEPT = 500
COMPRESSED_BYTES_PER_S = 4000
"""MP3 at 32 kbit/s, what prompts for the telephone have: used for files whose length cannot be read."""


class Media:
    """Measures sounds and remembers files by URL."""

    def __init__(self, webhooks: Webhooks, events: EventLog) -> None:
        self._webhooks = webhooks
        self._events = events
        self._seconds: dict[str, float] = {}

    def spoken(self, say: Say) -> Prompt:
        """Return a prompt as long as a voice would need: 4 Chinese characters or 14 letters a second."""
        wide = sum(1 for character in say.text if ord(character) > 0x2E80)
        seconds = wide / 4 + (len(say.text) - wide) / 14
        return Prompt(kind="say", text=say.text, duration_s=max(0.3, seconds), language=say.language, voice=say.voice)

    async def played(self, call_sid: str, url: str) -> Prompt | None:
        """Return a prompt as long as the file, None (and an error event) when it cannot be fetched."""
        if url not in self._seconds:
            try:
                reply = await self._webhooks.media(url)
            except WebhookFailed as failure:
                self._events.add("error", call_sid, code=failure.code, url=url, message=failure.message)
                return None
            if len(self._seconds) >= KEPT:
                self._seconds.pop(next(iter(self._seconds)))
            self._seconds[url] = seconds_of(reply.body)
        return Prompt(kind="play", text=url, duration_s=self._seconds[url])


def seconds_of(data: bytes) -> float:
    """Return the length of a sound file: exact for WAV, estimated for anything else."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return len(data) / COMPRESSED_BYTES_PER_S
    position, rate = 12, 0
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack_from("<I", data, position + 4)[0]
        if name == b"fmt " and position + 20 <= len(data):
            rate = struct.unpack_from("<I", data, position + 16)[0]
        if name == b"data":
            return min(size, len(data) - position - 8) / rate if rate else 0.0
        position += 8 + size + size % 2
    return 0.0
