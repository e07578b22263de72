"""Listeners on one leg: falling silent, and who answered – a person, a machine, a machine's beep.

All are decided by energy and cadence alone (no speech recognition). Limits: a person who greets for more than
MACHINE_SPEECH_S is taken for a machine, a mailbox that says one short word for a person; noise above SPEECH_LEVEL is
speech; music and fax tones are a machine.
"""

import asyncio
from collections.abc import Callable
from typing import Literal

import numpy as np

from infrastructure.voice.sound.pcm import FRAME_S, loudness, samples

SPEECH_LEVEL = 300
"""Root mean square above which a frame is speech; -40 dB of full scale."""
MACHINE_SPEECH_S = 2.4
"""Speech longer than this is a recorded announcement (the provider's MachineDetectionSpeechThreshold)."""
HUMAN_PAUSE_S = 1.2
"""A pause so long after short speech is a person who waits for an answer (MachineDetectionSpeechEndThreshold)."""
SILENT_S = 5.0
"""Who says nothing for so long is unknown (MachineDetectionSilenceTimeout)."""
MESSAGE_PAUSE_S = 2.0
"""A pause so long ends a machine's announcement when no beep does."""
BEEP_S = 0.12
LONGEST_S = 30.0
"""After so long whatever is known counts (MachineDetectionTimeout)."""
_CLICK_S = 0.06
"""Shorter noise is no speech."""
_PURE_TONE = 0.9
"""Share of a frame's energy in one narrow band that makes it a tone."""

Answerer = Literal["human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "unknown"]


class SilenceEar:
    """Resolves `fallen` when the far end said nothing for so long."""

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit = max(1, round(seconds / FRAME_S))
        self._silent = 0
        self.fallen: asyncio.Future[None] = self._loop.create_future()

    def frame(self, said: bytes, heard: bytes) -> None:  # noqa: ARG002 - only the far end's voice counts
        """Take one frame."""
        self._silent = 0 if loudness(said) > SPEECH_LEVEL else self._silent + 1
        if self._silent == self._limit:
            self._loop.call_soon_threadsafe(_settle, self.fallen)


def _settle(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


class Cadence:
    """Judges a greeting frame by frame. Pure."""

    def __init__(self, *, wait_for_end: bool) -> None:
        self._wait_for_end = wait_for_end
        self._passed = 0.0
        self._speech = 0.0
        self._pause = 0.0
        self._burst = 0.0
        self._tone = 0.0
        self._machine = False

    def judge(self, said: bytes) -> Answerer | None:
        """Take one frame; return who answered as soon as that is known."""
        self._passed += FRAME_S
        self._hear(said)
        if self._machine:
            return self._machine_ended()
        if self._speech >= MACHINE_SPEECH_S:
            self._machine = True
            return None if self._wait_for_end else "machine_start"
        if self._speech > 0 and self._pause >= HUMAN_PAUSE_S:
            return "human"
        if self._speech == 0 and self._passed >= SILENT_S:
            return "unknown"
        return None if self._passed < LONGEST_S else "unknown"

    def _hear(self, said: bytes) -> None:
        if loudness(said) <= SPEECH_LEVEL:
            self._pause += FRAME_S
            self._burst = self._tone = 0.0
            return
        self._burst += FRAME_S
        self._tone = self._tone + FRAME_S if is_tone(said) else 0.0
        if self._burst >= _CLICK_S:
            # Pauses within a sentence belong to it: only the pause after the last word counts as one.
            self._speech += FRAME_S if self._speech == 0 or self._pause == 0 else FRAME_S + self._pause
            self._pause = 0.0

    def _machine_ended(self) -> Answerer | None:
        if self._tone >= BEEP_S:
            return "machine_end_beep"
        if self._pause >= MESSAGE_PAUSE_S:
            return "machine_end_silence"
        return "machine_end_other" if self._passed >= LONGEST_S else None


def is_tone(frame: bytes) -> bool:
    """Tell whether nearly all energy of a frame lies in one narrow band above 300 Hz."""
    values = samples(frame).astype(np.float64)
    spectrum = np.abs(np.fft.rfft(values * np.hanning(len(values)))) ** 2
    peak = int(spectrum.argmax())
    total = float(spectrum.sum())
    return peak >= 6 and total > 0 and float(spectrum[max(0, peak - 2) : peak + 3].sum()) / total > _PURE_TONE


class AnswererEar:
    """Resolves `known` with who answered."""

    def __init__(self, *, wait_for_end: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._cadence = Cadence(wait_for_end=wait_for_end)
        self._decided = False
        self.known: asyncio.Future[Answerer] = self._loop.create_future()

    def frame(self, said: bytes, heard: bytes) -> None:  # noqa: ARG002 - only the far end's voice counts
        """Take one frame."""
        verdict = None if self._decided else self._cadence.judge(said)
        if verdict is not None:
            self._decided = True
            self._loop.call_soon_threadsafe(self._tell(verdict))

    def _tell(self, verdict: Answerer) -> Callable[[], None]:
        return lambda: None if self.known.done() else self.known.set_result(verdict)
