"""SIP response codes and what they mean for a call."""

from infrastructure.voice.legs.leg import Ending, Refusal

_BUSY = (486, 600, 603)
"""Busy here, busy everywhere, decline: the provider reports all as busy."""
_NO_ANSWER = (408, 480, 487)
"""Request time-out, temporarily unavailable (also: not registered), terminated."""

_REFUSED_WITH: dict[Ending, int] = {
    "rejected": 603,
    "busy": 486,
    "completed": 480,
    "canceled": 487,
    "elsewhere": 487,
    "timeout": 480,
    "failed": 500,
}


def refusal(status: int) -> Refusal:
    """Return what an outgoing call's failure is called. 0 (no answer from the network at all) is failed."""
    if status in _BUSY:
        return "busy"
    return "no-answer" if status in _NO_ANSWER else "failed"


def refused_with(ending: Ending) -> int:
    """Return the code that an incoming call gets when our side ends it before answering."""
    return _REFUSED_WITH[ending]


def status_of(text: str) -> int:
    """Return the code at the head of a status text ("486 Busy Here"), 0 when there is none."""
    head = text[:3]
    return int(head) if head.isdigit() and text[3:4] in ("", " ") else 0
