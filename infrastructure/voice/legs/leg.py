"""The far end of a call, as the engine sees it. A leg carries media (or pretends to); it knows no TwiML, no REST and
no webhook.

Implementations: `ScriptedLeg` (a caller or phone that follows a script), `BrowserLeg` (a page over a WebSocket, no
media), `SipLeg` (a phone, a browser or a trunk, with media). `PhoneBook.leg_for` or a node's switchboard chooses for
outgoing calls; whoever receives an incoming call brings its leg along.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Refusal = Literal["busy", "no-answer", "failed", "canceled"]
Ending = Literal["completed", "canceled", "elsewhere", "timeout", "rejected", "busy", "failed"]


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Something that is played to an end: spoken text, a sound file or tones."""

    kind: Literal["say", "play", "tones", "beep"]
    text: str
    duration_s: float
    language: str = ""
    voice: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a called phone is told when it begins to ring."""

    call_sid: str
    from_: str
    to: str
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    timeout_s: float = 60


@dataclass
class Seat:
    """One party's place in a bridge. The leg reads it whenever `reseat` is called."""

    call_sid: str
    address: str
    muted: bool = False
    hold: bool = False
    coaching: str | None = None
    """Call SID of the one party that hears this one; None: everybody does."""


class Bridge(Protocol):
    """Parties whose audio is mixed: a conference, or the two ends of a Dial."""

    name: str
    started: bool
    seats: dict[str, Seat]


class Take(Protocol):
    """One running or finished recording of a leg. Channel 0 is what the far end says, channel 1 what it hears."""

    def pause(self, *, skip: bool) -> None:
        """Stop taking: `skip` leaves the time out, else silence takes its place."""
        ...

    def resume(self) -> None:
        """Take again."""
        ...

    def stop(self) -> None:
        """End the recording; its audio stays readable."""
        ...

    def duration_ms(self) -> int:
        """Return the length of the audio so far."""
        ...

    def wav(self, channels: int) -> AsyncIterator[bytes]:
        """Yield a WAV file in pieces."""
        ...

    def size(self, channels: int) -> int:
        """Return the WAV file's size in bytes."""
        ...

    def discard(self) -> None:
        """Delete the audio for good."""
        ...

    def dump(self) -> dict[str, object]:
        """Return what is needed to read the audio again after a restart, as JSON values."""
        ...


class LegEvents(Protocol):
    """What a leg tells its call. All are harmless when they come twice or late."""

    def leg_ringing(self) -> None:
        """Tell that the phone rings."""
        ...

    def leg_answered(self, answered_by: str | None) -> None:
        """Tell that it was picked up. answered_by: "human", "machine_start" or None when unknown."""
        ...

    def leg_refused(self, status: Refusal, sip_code: int) -> None:
        """Tell that the call was not taken."""
        ...

    def leg_digit(self, digit: str) -> None:
        """Tell that a key was pressed: 0-9 * # A-D."""
        ...

    def leg_muted(self, muted: bool) -> None:
        """Tell that the far end switched its own microphone."""
        ...

    def leg_hung_up(self, cause: str) -> None:
        """Tell that the far end ended the call. cause: "hangup", "connection_lost" or a SIP reason."""
        ...

    def leg_note(self, what: str, detail: dict[str, object]) -> None:
        """Write a line into the call's time line."""
        ...


class Leg(Protocol):
    """One far end."""

    address: str

    def attach(self, events: LegEvents) -> None:
        """Say who listens. Called once, before anything else."""
        ...

    def ring(self, offer: Offer) -> None:
        """Outgoing call: alert the phone. Answers with leg_ringing, then leg_answered or leg_refused."""
        ...

    def answer(self) -> None:
        """Incoming call: pick up."""
        ...

    async def play(self, prompt: Prompt) -> None:
        """Play to the end. Cancelling stops the sound at once."""
        ...

    def music(self, name: str | None) -> None:
        """Begin endless sound under everything ("ringing", a music URL …) or end it (None)."""
        ...

    def join(self, bridge: Bridge, seat: Seat) -> None:
        """Take a place in a bridge."""
        ...

    def reseat(self) -> None:
        """Look at the bridge and the seat again: someone came, left, was muted, held …"""
        ...

    def leave(self) -> None:
        """Give the place up."""
        ...

    async def send_digits(self, digits: str) -> None:
        """Send tones to the far end; `w` waits half a second."""
        ...

    def listen(self, what: Literal["keys", "record"] | None) -> None:
        """Tell that keys or a message are now expected (None: no more)."""
        ...

    async def silence(self, seconds: float) -> None:
        """Return when the far end said nothing for so long."""
        ...

    async def answerer(self, known: str | None, *, wait_for_end: bool) -> str:
        """Return who picked up, as machine detection reports it (AnsweredBy), as soon as that is known.

        known: what `leg_answered` said. wait_for_end: a machine is reported when its announcement is over.
        """
        ...

    def queued(self, waiting: bool) -> None:
        """Tell that the call now waits in a queue, or no longer."""
        ...

    def record(self, *, mono: bool) -> Take:
        """Begin a recording."""
        ...

    def hang_up(self, ending: Ending) -> None:
        """End the call from this side, in whatever state it is."""
        ...


LegFactory = Callable[[str, str], Leg]
"""(address, from) → leg for an outgoing call."""
