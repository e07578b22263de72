"""The words of TwiML as data (https://www.twilio.com/docs/voice/twiml). Durations in seconds; URLs as written,
resolved later."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Say:
    """Speak text; loop 0 = until something ends it."""

    text: str
    language: str
    voice: str
    loop: int


@dataclass(frozen=True, kw_only=True)
class Play:
    """Play a sound file, or tones when `digits` is set."""

    url: str
    digits: str
    loop: int


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Silence."""

    length_s: float


Sound = Say | Play | Pause


@dataclass(frozen=True, kw_only=True)
class Gather:
    """Collect keys while the nested sounds play; the first key ends them."""

    sounds: tuple[Sound, ...]
    num_digits: int | None
    timeout_s: float
    finish_on_key: str
    action: str | None
    method: str
    action_on_empty: bool


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """Go on with another document."""

    url: str
    method: str


@dataclass(frozen=True, kw_only=True)
class Enqueue:
    """Wait in a named queue."""

    queue: str
    action: str | None
    method: str
    wait_url: str | None
    wait_method: str


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Leave the queue (wait documents only)."""


@dataclass(frozen=True, kw_only=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, kw_only=True)
class Reject:
    """Refuse an incoming call without answering it."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """One number, client or SIP address to dial, with what to ask and tell about its leg."""

    address: str
    parameters: tuple[tuple[str, str], ...]
    url: str | None
    method: str
    send_digits: str
    status_callback: str | None
    status_method: str
    status_events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConferenceRoom:
    """A conference to join and the place to take in it."""

    name: str
    muted: bool
    start_on_enter: bool
    end_on_exit: bool
    wait_url: str | None
    wait_method: str
    beep: str
    coach: str | None
    label: str | None
    max_participants: int
    status_callback: str | None
    status_method: str
    status_events: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DialQueue:
    """Take the first caller of a queue."""

    name: str
    url: str | None
    method: str


@dataclass(frozen=True, kw_only=True)
class RecordingOptions:
    """How to record and whom to tell."""

    callback: str | None = None
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    dual: bool = False


@dataclass(frozen=True, kw_only=True)
class Dial:
    """Connect the call to others and wait until that ends."""

    targets: tuple[Target, ...]
    conference: ConferenceRoom | None
    queue: DialQueue | None
    action: str | None
    method: str
    timeout_s: float
    time_limit_s: float
    caller_id: str | None
    hangup_on_star: bool
    record: str
    recording: RecordingOptions


@dataclass(frozen=True, kw_only=True)
class Record:
    """Take a message."""

    action: str | None
    method: str
    max_length_s: float
    timeout_s: float
    finish_on_key: str
    play_beep: bool
    recording: RecordingOptions


@dataclass(frozen=True, kw_only=True)
class StartRecording:
    """Record the call from here on, beside whatever it does."""

    name: str
    recording: RecordingOptions


@dataclass(frozen=True, kw_only=True)
class StopRecording:
    """End what StartRecording began."""

    name: str


Verb = (
    Say
    | Play
    | Pause
    | Gather
    | Redirect
    | Enqueue
    | Leave
    | Hangup
    | Reject
    | Dial
    | Record
    | StartRecording
    | StopRecording
)
