"""The script model: what callers and phones do, as JSON. See README.md for examples."""

from fnmatch import fnmatchcase
from typing import Literal

import msgspec

Moment = Literal["answered", "listening", "queued", "connected", "held", "retrieved", "alone", "recording"]
"""answered: the call was picked up; listening: a Gather waits for keys; queued: in Enqueue; connected: talking with
someone; held: on hold; retrieved: talking again after a hold; alone: in a conference without others; recording: a
Record verb listens."""


class Step(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing a party does; exactly one of the first five fields is set.

    wait_s: seconds to wait · press: keys to press · wait_until: a moment to wait for · heard: text that must be heard
    · hang_up: end the call. timeout_s limits wait_until and heard; on_timeout says what then.
    """

    wait_s: float | None = None
    press: str | None = None
    wait_until: Moment | None = None
    heard: str | None = None
    hang_up: bool = False
    timeout_s: float = 60
    on_timeout: Literal["hang_up", "go_on"] = "hang_up"

    def __post_init__(self) -> None:
        """Refuse a step that says nothing or two things."""
        said = [self.wait_s is not None, self.press is not None, self.wait_until is not None, self.heard is not None]
        if sum(said) + self.hang_up != 1:
            raise ValueError("a step is exactly one of wait_s, press, wait_until, heard, hang_up")
        if self.press is not None and (not self.press or set(self.press) - set("0123456789*#ABCDw")):
            raise ValueError("press takes 0-9 * # A-D and w (half a second)")


class Caller(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename={"from_": "from"}):
    """A person who calls one of our numbers, or a phone of ours (`sip:1001@…`, `client:agent1`) that dials anything.

    patience_s: hangs up when talking to nobody so long after the answer.
    """

    from_: str
    to: str
    caller_name: str = ""
    forwarded_from: str = ""
    patience_s: float | None = None
    steps: list[Step] = []


class Press(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Keys that a phone presses some seconds after it answered."""

    after_s: float
    digits: str


class Phone(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What happens when an address is called.

    pattern: address or shell pattern (`client:agent*`, `+86139*`). result: answer (by itself), manual (through the
    admin API or never), machine (answers as an answering machine), busy, reject, no_answer (rings), failed (no such
    number), unreachable (never even rings). talk_s: hangs up so long after first talking to someone; hang_up_after_s:
    after the answer.
    """

    pattern: str
    result: Literal["answer", "manual", "busy", "no_answer", "reject", "machine", "failed", "unreachable"] = "answer"
    answer_after_s: float = 1
    presses: list[Press] = []
    talk_s: float | None = None
    hang_up_after_s: float | None = None
    steps: list[Step] = []

    def fits(self, address: str) -> bool:
        """Tell whether this phone stands for the address."""
        return fnmatchcase(address, self.pattern)
