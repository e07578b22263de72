"""Sounds that are computed: ring-back, beep, and the music of a house without music."""

import functools

import numpy as np

from infrastructure.voice.sound.pcm import RATE, clipped, whole_frames

RINGBACK_HZ = 450
"""China's ring-back tone (GB 3380): 450 Hz, 1 s on, 4 s off."""
RINGBACK_ON_S, RINGBACK_OFF_S = 1, 4
BEEP_HZ = 1000
_PEAK = 5000
_NOTES = (0, 4, 7, 9, 12, 9, 7, 4, 2, 5, 9, 12, 14, 12, 9, 5)
"""Half tones above the ground note; two bars that go round."""
_GROUND_HZ = 261.63
_NOTE_S = 0.5


def tone(hertz: float, seconds: float, peak: int = _PEAK) -> bytes:
    """Return a sine, faded in and out within 5 ms so that it does not click."""
    count = int(seconds * RATE)
    values = peak * np.sin(2 * np.pi * hertz * np.arange(count) / RATE)
    fade = min(RATE // 200, count // 2)
    ramp = np.linspace(0, 1, fade)
    values[:fade] *= ramp
    values[count - fade :] *= ramp[::-1]
    return clipped(values).tobytes()


@functools.cache
def ringback() -> bytes:
    """Return one round of the ring-back tone."""
    return whole_frames(tone(RINGBACK_HZ, RINGBACK_ON_S) + bytes(2 * RATE * RINGBACK_OFF_S))


@functools.cache
def beep(seconds: float) -> bytes:
    """Return the beep before a message."""
    return whole_frames(tone(BEEP_HZ, seconds))


@functools.cache
def music() -> bytes:
    """Return one round of plain music: plucked notes with an octave, each dying away."""
    count = int(_NOTE_S * RATE)
    time = np.arange(count) / RATE
    decay = np.exp(-time * 4) * np.minimum(1, time * 200)
    notes = [_GROUND_HZ * 2 ** (step / 12) for step in _NOTES]
    parts = [np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time) for hertz in notes]
    return whole_frames(clipped(np.concatenate([part * decay for part in parts]) * _PEAK * 0.7).tobytes())
