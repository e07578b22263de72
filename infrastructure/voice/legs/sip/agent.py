"""What a leg needs of a SIP user agent. One implementation is baresip_agent.py; the rest knows only this."""

from dataclasses import dataclass, field
from typing import Protocol

from infrastructure.voice.sound.port import Line


class SipError(Exception):
    """The user agent could not do it; the call, if any, is as good as gone."""


@dataclass(frozen=True)
class Quality:
    """How a call's RTP fares so far. lost: packets that never came; jitter_ms: of what came."""

    received: int = 0
    sent: int = 0
    lost: int = 0
    jitter_ms: float = 0.0


class CallListener(Protocol):
    """What a call tells; all on the event loop, `closed` exactly once and last."""

    def ringing(self) -> None:
        """Tell that the phone rings (180 or 183)."""
        ...

    def established(self) -> None:
        """Tell that the call was answered and media runs."""
        ...

    def digit(self, digit: str) -> None:
        """Tell that the far end pressed a key (RFC 2833 event or SIP INFO)."""
        ...

    def quality(self, quality: Quality) -> None:
        """Tell how the media fares; every few seconds and at the end."""
        ...

    def closed(self, status: int, reason: str) -> None:
        """Tell that the call is over. status: the SIP code of a refusal, 0 when there was none."""
        ...


@dataclass(frozen=True)
class Invitation:
    """What an INVITE said. headers: by lower-case name; the X-Zhiyin ones are the edge's, which strips them from
    outside."""

    call_id: str
    request_uri: str
    headers: dict[str, str] = field(default_factory=dict[str, str])


class SipCall(Protocol):
    """One call at the user agent."""

    @property
    def invitation(self) -> Invitation:
        """Return what the INVITE said."""
        ...

    @property
    def line(self) -> Line:
        """Return the media."""
        ...

    def listen(self, listener: CallListener) -> None:
        """Say who listens. Once, at once after the call was made."""
        ...

    async def answer(self) -> None:
        """Answer an incoming call with 200. Raises SipError."""
        ...

    async def end(self, status: int) -> None:
        """End the call: BYE, CANCEL, or refuse an incoming one with that status. Harmless when it is gone."""
        ...

    async def send_digit(self, digit: str) -> None:
        """Send one key, 0-9 * # A-D, and return when it is released. Raises SipError."""
        ...


class Agent(Protocol):
    """A user agent."""

    async def dial(self, uri: str, headers: dict[str, str]) -> SipCall:
        """Send an INVITE. Raises SipError."""
        ...


CALLER_ID = "X-Zhiyin-Caller-Id"
CALL_SID = "X-Zhiyin-Call-Sid"
PARAMETERS = "X-Zhiyin-Parameters"
"""Custom parameters of a called client, as a query string."""
