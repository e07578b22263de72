"""Reading sound files into PCM. WAV in every usual coding is read here; anything else goes through sox."""

import asyncio
import contextlib
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infrastructure.voice.sound.pcm import RATE, clipped, resampled

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
LONGEST_S = 3600
"""Sound beyond an hour is cut off: it would fill the memory of all calls."""


class SoundError(Exception):
    """The file is no sound that can be read."""


@dataclass(frozen=True)
class _Format:
    coding: int
    channels: int
    rate: int
    bits: int


async def decoded(data: bytes, kind: str = "") -> bytes:
    """Return a sound file as PCM. kind: a hint for files without a tell-tale head (mp3 …). Raises SoundError."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return await asyncio.to_thread(from_wav, data)
    return await _by_sox(data, kind or _guessed(data))


def from_wav(data: bytes) -> bytes:
    """Return a WAV file (PCM 8 to 32 bit, float, A-law, µ-law; any rate and channels) as PCM. Raises SoundError."""
    form: _Format | None = None
    position = 12
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack_from("<I", data, position + 4)[0]
        body = data[position + 8 : position + 8 + size]
        if name == b"fmt ":
            form = _format(body)
        if name == b"data":
            if form is None:
                break
            return _pcm(form, body)
        position += 8 + size + size % 2
    raise SoundError("a WAV file without sound")


def _format(body: bytes) -> _Format:
    if len(body) < 16:
        raise SoundError("a WAV file with a broken head")
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if coding == _EXTENSIBLE and len(body) >= 26:
        coding = struct.unpack_from("<H", body, 24)[0]
    if not channels or not 1000 <= rate <= 384_000:
        raise SoundError(f"a WAV file with {channels} channels at {rate} Hz")
    return _Format(coding, channels, rate, bits)


def _pcm(form: _Format, body: bytes) -> bytes:
    values = _values(form, body[: LONGEST_S * form.rate * form.channels * max(1, form.bits // 8)])
    whole = len(values) // form.channels * form.channels
    mono = values[:whole].reshape(-1, form.channels).mean(axis=1)
    return clipped(np.rint(resampled(mono, form.rate))).tobytes()


def _values(form: _Format, body: bytes) -> "NDArray[np.float64]":
    """Return the samples as numbers of the 16 bit scale."""
    if form.coding == _A_LAW:
        return _A_LAW_VALUES[np.frombuffer(body, np.uint8)].astype(np.float64)
    if form.coding == _MU_LAW:
        return _MU_LAW_VALUES[np.frombuffer(body, np.uint8)].astype(np.float64)
    if form.coding == _FLOAT and form.bits == 32:
        return np.frombuffer(body[: len(body) // 4 * 4], "<f4").astype(np.float64) * 32767
    if form.coding == _PCM and form.bits in _PCM_READERS:
        return _PCM_READERS[form.bits](body)
    raise SoundError(f"a WAV file in coding {form.coding} with {form.bits} bit")


def _of_24_bit(body: bytes) -> "NDArray[np.float64]":
    parts = np.frombuffer(body[: len(body) // 3 * 3], np.uint8).reshape(-1, 3).astype(np.int32)
    return ((parts[:, 0] << 8 | parts[:, 1] << 16 | parts[:, 2] << 24) >> 8) / 256.0


def _of_8_bit(body: bytes) -> "NDArray[np.float64]":
    return (np.frombuffer(body, np.uint8).astype(np.float64) - 128) * 256


def _of_16_bit(body: bytes) -> "NDArray[np.float64]":
    return np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.float64)


def _of_32_bit(body: bytes) -> "NDArray[np.float64]":
    return np.frombuffer(body[: len(body) // 4 * 4], "<i4").astype(np.float64) / 65536


_PCM_READERS = {8: _of_8_bit, 16: _of_16_bit, 24: _of_24_bit, 32: _of_32_bit}


def _a_law_values() -> "NDArray[np.int16]":
    """Return what each A-law byte stands for (ITU-T G.711)."""
    code = np.arange(256) ^ 0x55
    mantissa, exponent = (code & 0x0F) << 4, (code & 0x70) >> 4
    size = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


def _mu_law_values() -> "NDArray[np.int16]":
    """Return what each µ-law byte stands for (ITU-T G.711)."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


_A_LAW_VALUES = _a_law_values()
_MU_LAW_VALUES = _mu_law_values()


def _guessed(data: bytes) -> str:
    heads = {b"OggS": "ogg", b"fLaC": "flac", b"FORM": "aiff", b".snd": "au"}
    return heads.get(data[:4], "mp3")


async def _by_sox(data: bytes, kind: str) -> bytes:
    """Convert with sox (Debian: sox, libsox-fmt-mp3)."""
    command = ("sox", "-t", kind, "-", "-t", "raw", "-r", str(RATE), "-e", "signed", "-b", "16", "-L", "-c", "1", "-")
    return await piped(command, data)


async def piped(command: tuple[str, ...], data: bytes, limit_s: float = 30) -> bytes:
    """Return what a program makes of data. Raises SoundError."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise SoundError(f"{command[0]}: {error}") from error
    try:
        out, complaint = await asyncio.wait_for(process.communicate(data), limit_s)
    except TimeoutError:
        raise SoundError(f"{command[0]} took more than {limit_s:g} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        raise SoundError(f"{command[0]}: {complaint.decode(errors='replace').strip()[:200]}")
    return out
