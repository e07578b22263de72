"""PCM as the whole node has it: 8 kHz, mono, 16 bit little-endian, in frames of 20 ms."""

import math

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME_S = 0.02
FRAME_SAMPLES = 160
FRAME_BYTES = 320
SILENCE = bytes(FRAME_BYTES)
FULL_SCALE = 32767

Samples = NDArray[np.int16]

_BAND = 0.9
"""Part of the narrower band that passes."""
_HALF_WIDTH = 16
"""Zero crossings of the low-pass filter to each side: 60 dB and more against aliases."""


def samples(pcm: bytes) -> Samples:
    """Return the samples of PCM bytes; a trailing odd byte is dropped."""
    return np.frombuffer(pcm, "<i2", count=len(pcm) // 2)


def clipped(values: "NDArray[np.floating | np.integer]") -> Samples:
    """Return samples within 16 bit: what is louder is cut off, never wrapped."""
    return np.clip(values, -FULL_SCALE - 1, FULL_SCALE).astype("<i2")


def loudness(pcm: bytes) -> float:
    """Return the root mean square of PCM, 0 to 32768."""
    values = samples(pcm).astype(np.float64)
    return math.sqrt(float(np.mean(values * values))) if len(values) else 0.0


def resampled(values: "NDArray[np.floating]", rate: int) -> "NDArray[np.floating]":
    """Return audio of any rate (Hz) at 8 kHz, by a windowed sinc below the narrower band's edge."""
    if rate == RATE or len(values) == 0:
        return values
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    kernels = _kernels(rate, up)
    reach = kernels.shape[1] // 2
    padded = np.concatenate([np.zeros(reach), values, np.zeros(reach + 1)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernels.shape[1])
    at = np.arange(len(values) * RATE // rate, dtype=np.int64) * down
    parts = [
        np.einsum("ij,ij->i", windows[piece // up], kernels[piece % up])
        for piece in np.array_split(at, max(1, len(at) // RATE))
    ]
    return np.concatenate(parts)


def _kernels(rate: int, phases: int) -> "NDArray[np.floating]":
    """Return the filter for each place between two samples, one a row, each with unit gain."""
    narrow = min(1.0, RATE / rate)
    reach = math.ceil(_HALF_WIDTH / narrow)
    offsets = np.arange(-reach, reach + 1)[None, :] - (np.arange(phases) / phases)[:, None]
    window = 0.42 + 0.5 * np.cos(np.pi * offsets / (reach + 1)) + 0.08 * np.cos(2 * np.pi * offsets / (reach + 1))
    kernels = np.sinc(_BAND * narrow * offsets) * window
    return kernels / kernels.sum(axis=1, keepdims=True)


def whole_frames(pcm: bytes) -> bytes:
    """Return PCM filled up with silence to whole frames."""
    return pcm + bytes(-len(pcm) % FRAME_BYTES)
