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
    """Return audio of any rate (Hz) at 8 kHz: low-pass below the narrower band's edge, then interpolation."""
    if rate == RATE or len(values) == 0:
        return values
    if rate > RATE:
        cutoff = 0.45 * RATE / rate
        reach = math.ceil(_HALF_WIDTH * rate / RATE)
        offsets = np.arange(-reach, reach + 1)
        kernel = 2 * cutoff * np.sinc(2 * cutoff * offsets) * np.blackman(len(offsets))
        values = np.convolve(values, kernel / kernel.sum(), mode="same")
    length = len(values) * RATE // rate
    return np.interp(np.arange(length) * (rate / RATE), np.arange(len(values)), values)


def whole_frames(pcm: bytes) -> bytes:
    """Return PCM filled up with silence to whole frames."""
    return pcm + bytes(-len(pcm) % FRAME_BYTES)
