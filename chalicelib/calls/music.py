"""What callers hear while they wait or are held: the group's own music, else the house's."""

import math

from chalicelib.acd.model.group import Group
from chalicelib.calls import library
from chalicelib.kernel.config import config
from chalicelib.prompts.storage import address
from chalicelib.telephony.model import Play

HOUSE_MUSIC = "/fallback/music.wav"
"""A file beside the fall-back document: it needs neither function nor table."""
HOUSE_MUSIC_S = 8
ALERT = "/fallback/alert.wav"
"""What an agent whose phone is off hook hears of a call that is offered."""
RINGBACK = "/fallback/ringback.wav"
RINGBACK_S = 5
STRETCH_S = 24
"""How long music is played in one go when nothing is to be announced."""


def music_url(group: Group | None) -> str:
    """Return the address of the music of a group, or of a call that has none."""
    return _music(group)[0]


def _music(group: Group | None) -> tuple[str, float | None]:
    """Return the address of a group's music and how long it plays (seconds; None: not known).

    Music of the library that is gone, or is but words, leaves the group's address.
    """
    found = library.audio(group.music_prompt_id) if group else None
    if found is not None:
        return address(found.key), found.seconds
    if group is not None and group.music_url is not None:
        return group.music_url, None
    return config().public_url.rstrip("/") + HOUSE_MUSIC, HOUSE_MUSIC_S


def ringback() -> Play:
    """Return what a caller hears while the phone rings that he asked for, until the next wait document."""
    return Play(config().public_url.rstrip("/") + RINGBACK, times=math.ceil(STRETCH_S / RINGBACK_S))


def alert_url() -> str:
    """Return the address of the sound of an offered call."""
    return config().public_url.rstrip("/") + ALERT


def stretch(group: Group | None, seconds: int = STRETCH_S) -> Play:
    """Return the music until the next announcement, in so many seconds.

    A file at an address of the group's own is played once: its length is not known.
    """
    url, length = _music(group)
    return Play(url, times=1 if length is None else math.ceil(seconds / length))
