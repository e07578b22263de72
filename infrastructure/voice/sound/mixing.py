"""Who hears what in one bridge during one frame. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infrastructure.voice.legs.leg import Seat
from infrastructure.voice.sound.pcm import FRAME_SAMPLES, SILENCE, clipped


@dataclass(frozen=True)
class Party:
    """One seat, and the frame (320 bytes) that its far end said."""

    seat: Seat
    said: bytes


def mixed(parties: Sequence[Party]) -> list[bytes]:
    """Return what each party hears: all others but the muted and held; a coach reaches one party only.

    Two parties need no arithmetic: their frames change places.
    """
    if len(parties) == 2:
        first, second = parties
        return [_reaching(second, first), _reaching(first, second)]
    if len(parties) < 2:
        return [SILENCE] * len(parties)
    return _sums(parties)


def reaches(speaker: Seat, listener: Seat) -> bool:
    """Tell whether a voice gets to an ear."""
    if speaker is listener or speaker.muted or speaker.hold or listener.hold:
        return False
    return speaker.coaching is None or speaker.coaching == listener.call_sid


def _reaching(speaker: Party, listener: Party) -> bytes:
    return speaker.said if reaches(speaker.seat, listener.seat) else SILENCE


def _sums(parties: Sequence[Party]) -> list[bytes]:
    frames = np.frombuffer(b"".join(party.said for party in parties), "<i2").reshape(len(parties), FRAME_SAMPLES)
    frames = frames.astype(np.int32)
    heard_by_all = np.array([p.seat.coaching is None and not p.seat.muted and not p.seat.hold for p in parties])
    total = frames[heard_by_all].sum(axis=0)
    heard = total[None, :] - frames * heard_by_all[:, None]
    for number, coach in enumerate(parties):
        if coach.seat.coaching is not None:
            for place, listener in enumerate(parties):
                if reaches(coach.seat, listener.seat):
                    heard[place] += frames[number]
    outcome = clipped(heard)
    return [SILENCE if p.seat.hold else outcome[place].tobytes() for place, p in enumerate(parties)]
