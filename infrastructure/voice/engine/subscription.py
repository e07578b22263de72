"""Who is told about a call, and about what."""

from dataclasses import dataclass

PROGRESS = ("initiated", "ringing", "answered", "completed")
FINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True)
class Subscription:
    """A status call-back. events: some of PROGRESS; only "completed" (the end, whatever it was) by default."""

    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)

    def wants(self, status: str) -> bool:
        """Tell whether a call that comes into this status is to be reported."""
        event = "completed" if status in FINAL else {"in-progress": "answered"}.get(status, status)
        return event in self.events
