"""The sounds that the engine's prompts and music stand for."""

from collections.abc import Awaitable, Callable

from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.sound import tones
from infrastructure.voice.sound.shelf import SoundLibrary

RINGING = "ringing"
MUSIC = "music"


class Sounds:
    """Turns prompts and the names of endless sounds into PCM. fetch: returns the file at a URL."""

    def __init__(
        self, library: SoundLibrary, fetch: Callable[[str], Awaitable[bytes]], music: bytes | None = None
    ) -> None:
        self._library = library
        self._fetch = fetch
        self._music = music

    async def prompt(self, prompt: Prompt) -> bytes:
        """Return what is to be played. Raises SoundError."""
        if prompt.kind == "beep":
            return tones.beep(prompt.duration_s)
        if prompt.kind == "say":
            return await self._library.speech(prompt.text, prompt.language, prompt.voice)
        return await self._library.file(prompt.text, lambda: self._fetch(prompt.text))

    def endless(self, name: str) -> bytes | None:
        """Return the round of an endless sound; None for a document's URL, whose sounds come as prompts."""
        if name == RINGING:
            return tones.ringback()
        return (self._music or tones.music()) if name == MUSIC else None
