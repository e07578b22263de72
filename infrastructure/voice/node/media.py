"""The engine's media with real sound: a file is fetched, decoded and kept; its true length is told."""

from infrastructure.voice.engine.media import Media
from infrastructure.voice.events import EventLog
from infrastructure.voice.hooks.webhooks import WebhookFailed, Webhooks
from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.sound.files import SoundError
from infrastructure.voice.sound.pcm import RATE
from infrastructure.voice.sound.shelf import SoundLibrary

UNREADABLE = 12300
"""The provider's code for a sound file whose content it cannot use."""


class NodeMedia(Media):
    """Speech is made when it is played; what takes time here is only the first caller's wait."""

    def __init__(self, webhooks: Webhooks, events: EventLog, library: SoundLibrary) -> None:
        super().__init__(webhooks, events)
        self._library = library

    async def fetch(self, url: str) -> bytes:
        """Return the file at a URL. Raises SoundError."""
        try:
            return (await self._webhooks.media(url)).body
        except WebhookFailed as failure:
            raise SoundError(f"{failure.code} {failure.message}") from failure

    async def played(self, call_sid: str, url: str) -> Prompt | None:
        """Return a prompt for a file, None (and an error event) when it cannot be had or read."""
        try:
            pcm = await self._library.file(url, lambda: self.fetch(url))
        except SoundError as error:
            self._events.add("error", call_sid, code=UNREADABLE, url=url, message=str(error))
            return None
        return Prompt(kind="play", text=url, duration_s=len(pcm) / (2 * RATE))
