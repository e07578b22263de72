"""Where the next document comes from, and what can cut a running one short."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """A document: at a URL, or given as text. params: fields beyond the standard ones."""

    url: str | None = None
    method: str = "POST"
    params: dict[str, str] = field(default_factory=dict[str, str])
    twiml: str | None = None


@dataclass(frozen=True)
class Redirected:
    """Somebody redirected the call by REST."""

    source: Source


@dataclass(frozen=True)
class Ended:
    """The call is over. by: "caller" (the far end), "api", "document", "time limit", "conference", "shutdown" …"""

    by: str
    cause: str = ""


Interrupt = Redirected | Ended
