"""The words of recordings and their state machine. No I/O, no clock."""

from typing import ClassVar, Final, Literal

import msgspec

from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.postings import Facts
from chalicelib.kernel.records import Record

State = Literal["expected", "available", "copying", "stored", "failed", "deleted"]
Event = Literal["completed", "absent", "leased", "released", "stored", "gave_up", "deleted"]
Kind = Literal["call", "voicemail"]
Direction = Literal["inbound", "outbound", "internal"]

TRANSITIONS: Final[dict[State, dict[Event, State]]] = {
    "expected": {"completed": "available", "absent": "failed", "gave_up": "failed", "deleted": "deleted"},
    "available": {"leased": "copying", "gave_up": "failed", "deleted": "deleted"},
    # `leased` again: the worker that held the lease has died.
    "copying": {
        "leased": "copying",
        "released": "available",
        "stored": "stored",
        "gave_up": "failed",
        "deleted": "deleted",
    },
    "stored": {"deleted": "deleted"},
    # Audio that turns up late is better than none.
    "failed": {"completed": "available", "deleted": "deleted"},
    "deleted": {},
}
REPEATED: Final[dict[State, frozenset[Event]]] = {
    "available": frozenset({"completed"}),
    "copying": frozenset({"completed", "absent"}),
    "stored": frozenset({"completed", "absent"}),
    "failed": frozenset({"absent"}),
    "deleted": frozenset({"completed", "absent", "deleted"}),
}
"""Duplicated and late events: lawful, and they change nothing."""


class Refused(DomainError):
    """An event that the state does not allow. params: event, state."""

    status = 409
    code = "recording_state"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "录音处于“{state}”状态,不能执行“{event}”。",
        "en": "The recording is “{state}”; “{event}” is not possible now.",
    }


class NotStored(DomainError):
    """There is no audio to hear (yet). params: id, state."""

    status = 409
    code = "recording_not_stored"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "录音尚不可播放(状态:{state}),请稍后重试。",
        "en": "The recording cannot be played (state: {state}). Try again later.",
    }


class CopyFailed(Exception):
    """The copy did not succeed this time; the queue or the sweep tries again. args: the reason, one word."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a recording in which an agent took part, in ms from its beginning."""

    agent_id: str
    from_ms: int
    to_ms: int


class RecordingView(Record, frozen=True, kw_only=True):
    """A recording as the API shows it. Instants in ms; size in bytes; sha256 in hex; channels: 0 customer, 1 others."""

    recording_id: str
    call_id: str
    kind: Kind = "call"
    direction: Direction = "inbound"
    state: State = "expected"
    caller: str = ""
    callee: str = ""
    agent_ids: tuple[str, ...] = ()
    group_id: str | None = None
    customer_id: str | None = None
    started_at: int = 0
    ended_at: int | None = None
    duration_s: int | None = None
    channels: int | None = None
    size: int | None = None
    file_name: str | None = None
    sha256: str | None = None
    segments: tuple[Segment, ...] = ()


class Recording(RecordingView, frozen=True, kw_only=True):
    """A recording as it is stored.

    leg_id: the customer's leg. call_sid, provider_sid: the carrier's ids of that leg and of the recording.
    customer_channel: where the carrier puts the customer. departments: whose supervisors may see it. orphan: audio that
    no call of ours expected. cause: why it failed. object_key: place in the bucket. attempts: copies begun.
    lease_until: when another worker may take the copy over. due_at: when the sweep looks at it (None: nothing is
    left to do). carrier_deleted_at: when the carrier's copy went. filed: the facts it is found by. settled: the version
    at which index and carrier were up to date. box: of a voicemail, where it was left.
    """

    leg_id: str = ""
    carrier: str = ""
    call_sid: str | None = None
    provider_sid: str | None = None
    customer_channel: Literal[0, 1] = 0
    departments: tuple[str, ...] = ()
    orphan: bool = False
    cause: str | None = None
    object_key: str | None = None
    attempts: int = 0
    lease_until: int | None = None
    due_at: int | None = None
    carrier_deleted_at: int | None = None
    filed: Facts | None = None
    settled: int | None = None
    box: str | None = None


class LegFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a recording is asked for. carrier: its name; call_sid: the recorded leg at the carrier.

    box: of a voicemail, where it is left.
    """

    carrier: str
    started_at: int
    call_sid: str | None = None
    kind: Kind = "call"
    direction: Direction = "inbound"
    caller: str = ""
    callee: str = ""
    agent_ids: tuple[str, ...] = ()
    group_id: str | None = None
    customer_id: str | None = None
    departments: tuple[str, ...] = ()
    customer_channel: Literal[0, 1] = 0
    box: str | None = None


class AgentTime(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's time in the conversation, as instants (ms). left_at: None while he is in it."""

    agent_id: str
    joined_at: int
    left_at: int | None = None


class CallFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the call knows of its recordings when it ends (or changes later).

    recording_ids: those that the call knows of (the index by call lags a moment behind).
    """

    direction: Direction
    caller: str
    callee: str
    group_id: str | None = None
    customer_id: str | None = None
    departments: tuple[str, ...] = ()
    agents: tuple[AgentTime, ...] = ()
    ended_at: int | None = None
    recording_ids: tuple[str, ...] = ()


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """The carrier's word on a recording. status: in-progress, paused, processing, completed, absent, failed.

    recording_id: carried in our call-back's URL; None when the carrier's list told us.
    """

    carrier: str
    provider_sid: str
    status: str
    recording_id: str | None = None
    call_sid: str | None = None
    duration_s: int | None = None
    channels: int | None = None
    started_at: int | None = None
    error_code: str | None = None


class Work(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of the recordings queue: bring this recording on, with what the carrier said if it said something."""

    recording_id: str | None = None
    completion: Completion | None = None
