"""A recording on a leg with media: a WAV file on disk that grows while the call goes on."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from infrastructure.voice.legs import wav
from infrastructure.voice.sound.pcm import FRAME_SAMPLES, RATE, SILENCE, clipped, samples

_PIECE_BYTES = 64_000


class FileTake:
    """Channel 0 is what the far end said, channel 1 what it heard; a mono take holds their sum.

    The mixer's thread hands over frames, the writer's thread brings them to the disk: a slow disk never holds sound up.
    """

    def __init__(self, path: Path, *, mono: bool) -> None:
        self.path = path
        self.mono = mono
        self._channels = 1 if mono else 2
        self._frames: list[bytes] = []
        self._bytes = 0
        self._paused = ""
        self._stopped = False
        self._writing = threading.Lock()
        self._file = path.open("wb")
        self._file.write(wav.header(0, self._channels))
        self._file.flush()

    def frame(self, said: bytes, heard: bytes) -> None:
        """Take one frame of each direction."""
        if self._stopped or self._paused == "skip":
            return
        if self._paused:
            said = heard = SILENCE
        frame = _sum(said, heard) if self.mono else _interleaved(said, heard)
        self._bytes += len(frame)
        self._frames.append(frame)

    def pause(self, *, skip: bool) -> None:
        """Stop taking."""
        self._paused = "skip" if skip else "silence"

    def resume(self) -> None:
        """Take again."""
        self._paused = ""

    def stop(self) -> None:
        """End, and make the file a whole WAV file."""
        if self._stopped:
            return
        self._stopped = True
        self.flush()
        with self._writing:
            self._file.seek(0)
            self._file.write(wav.header(self.duration_ms(), self._channels))
            self._file.close()

    def flush(self) -> None:
        """Bring to the disk what has been taken."""
        with self._writing:
            if self._file.closed:
                return
            frames, self._frames = self._frames, []
            self._file.write(b"".join(frames))
            self._file.flush()

    @property
    def finished(self) -> bool:
        """Tell whether it was stopped."""
        return self._stopped

    def duration_ms(self) -> int:
        """Return the length so far."""
        return self._bytes * 1000 // (2 * self._channels * RATE)

    def size(self, channels: int) -> int:
        """Return the WAV file's size."""
        return wav.HEADER_BYTES + self._bytes // self._channels * channels

    async def wav(self, channels: int) -> AsyncIterator[bytes]:
        """Yield the file, mixed to one channel when asked for."""
        yield wav.header(self.duration_ms(), channels)
        with await asyncio.to_thread(self.path.open, "rb") as file:
            file.seek(wav.HEADER_BYTES)
            left = self._bytes
            while left > 0 and (piece := await asyncio.to_thread(file.read, min(_PIECE_BYTES, left))):
                left -= len(piece)
                yield _mono(piece) if channels < self._channels else piece

    def discard(self) -> None:
        """Delete the audio."""
        self.stop()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def dump(self) -> dict[str, object]:
        """Return where the audio lies."""
        return {"kind": "file", "mono": self.mono, "path": str(self.path)}

    @classmethod
    def load(cls, dumped: dict[str, object]) -> "FileTake":
        """Return a finished take; of a process that died, what reached the disk."""
        take = cls.__new__(cls)
        take.path = Path(str(dumped["path"]))
        take.mono = bool(dumped["mono"])
        take._channels = 1 if take.mono else 2
        size = take.path.stat().st_size if take.path.exists() else wav.HEADER_BYTES
        take._bytes = max(0, size - wav.HEADER_BYTES) // (2 * take._channels) * 2 * take._channels
        take._frames, take._paused, take._stopped = [], "", True
        take._writing = threading.Lock()
        if take.path.exists():
            _write_header(take.path, wav.header(take.duration_ms(), take._channels))
        return take


class TakeWriter:
    """A thread that brings all running takes to the disk, so that little is lost when the process dies."""

    EVERY_S = 0.5

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._takes: set[FileTake] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="takes", daemon=True)
        directory.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def new(self, name: str, *, mono: bool) -> FileTake:
        """Begin a take; its file is <name>.wav."""
        take = FileTake(self._directory / f"{name}.wav", mono=mono)
        self._takes.add(take)
        return take

    def close(self) -> None:
        """Write a last time and stop."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2)
        self._write()

    def _run(self) -> None:
        while not self._stop.wait(self.EVERY_S):
            self._write()

    def _write(self) -> None:
        for take in list(self._takes):
            take.flush()
            if take.finished:
                self._takes.discard(take)


def _interleaved(said: bytes, heard: bytes) -> bytes:
    frame = np.empty(2 * FRAME_SAMPLES, "<i2")
    frame[0::2], frame[1::2] = samples(said), samples(heard)
    return frame.tobytes()


def _sum(said: bytes, heard: bytes) -> bytes:
    return clipped(samples(said).astype(np.int32) + samples(heard)).tobytes()


def _mono(stereo: bytes) -> bytes:
    both = samples(stereo).astype(np.int32).reshape(-1, 2)
    return clipped(both.sum(axis=1)).tobytes()


def _write_header(path: Path, header: bytes) -> None:
    with path.open("r+b") as file:
        file.write(header)
        file.flush()
        os.fsync(file.fileno())
