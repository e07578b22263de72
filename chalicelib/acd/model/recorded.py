"""Whether a live call is being recorded, and what its agents may do about that (AGT-7)."""

from typing import Literal

import msgspec

RESUME_AGAIN_MS = 5_000
RESUME_TRIES = 5

RecordingState = Literal["on", "paused", "off"]
RecordingControl = Literal["none", "pause", "manual"]
"""What agents may do: nothing, pause it, or start and stop it besides."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The recording of a conversation. Instants in ms.

    since: when its audio began, from which events count their offsets. control, pause_s: the policy of the group in
    which it began. by: who paused it. pause_until: when it goes on by itself. tries: how often the carrier was asked
    in vain for that.
    """

    state: RecordingState = "on"
    since: int = 0
    control: RecordingControl = "none"
    pause_s: int = 120
    by: str = ""
    pause_until: int | None = None
    tries: int = 0
