"""All sound that is not computed: speech and files, made or fetched once and kept on disk and in memory."""

import asyncio
import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from infrastructure.voice.sound import files
from infrastructure.voice.sound.files import SoundError
from infrastructure.voice.sound.voices import TEXT_AT_MOST, Voice

MEMORY_BYTES = 64_000_000
DISK_BYTES = 2_000_000_000


class SoundLibrary:
    """Speech by text, files by URL. The same sound is never made twice at once."""

    def __init__(self, directory: Path, voices: Sequence[Voice], *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._directory = directory
        self._voices = voices
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._memory_bytes = memory_bytes
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._log = logging.getLogger(__name__)
        directory.mkdir(parents=True, exist_ok=True)

    async def speech(self, text: str, language: str, voice: str) -> bytes:
        """Return speech as PCM. Raises SoundError when no voice can say it."""
        text = text.strip()[:TEXT_AT_MOST]
        names = "+".join(speaker.name for speaker in self._voices)
        key = _key("speech", names, language, voice, text)
        return await self._kept(key, lambda: self._spoken(text, language, voice))

    async def file(self, url: str, fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return the sound at a URL as PCM; fetched once, since a prompt that changes gets another URL."""

        async def make() -> bytes:
            return await files.decoded(await fetch())

        return await self._kept(_key("file", url), make)

    async def _spoken(self, text: str, language: str, voice: str) -> bytes:
        for speaker in self._voices:
            pcm = await speaker.speak(text, language, voice)
            if pcm is not None:
                return pcm
        raise SoundError("no voice can say this")

    async def _kept(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        if (pcm := self._memory.get(key)) is not None:
            self._memory.move_to_end(key)
            return pcm
        task = self._making.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._made(key, make))
            self._making[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # Whoever stops listening does not stop the others' sound.

    def _forget(self, key: str, task: "asyncio.Task[bytes]") -> None:
        self._making.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            self._log.warning("no sound: %s", task.exception())

    async def _made(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        path = self._directory / f"{key}.pcm"
        try:
            pcm = await asyncio.to_thread(_read, path)
        except FileNotFoundError:
            pcm = await make()
            await asyncio.to_thread(self._write, path, pcm)
        self._memory[key] = pcm
        while len(self._memory) > 1 and sum(map(len, self._memory.values())) > self._memory_bytes:
            self._memory.popitem(last=False)
        return pcm

    def _write(self, path: Path, pcm: bytes) -> None:
        """Keep sound on disk, as a whole or not at all; the oldest files make room."""
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.write_bytes(pcm)
        fresh.replace(path)
        kept = sorted(self._directory.glob("*.pcm"), key=lambda file: file.stat().st_mtime)
        excess = sum(file.stat().st_size for file in kept) - DISK_BYTES
        for file in kept[:-1]:
            if excess <= 0:
                break
            excess -= file.stat().st_size
            file.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    pcm = path.read_bytes()
    os.utime(path)
    return pcm


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
