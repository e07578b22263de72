"""Decisions on recordings: pure functions."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from chalicelib.kernel.postings import Facts
from chalicelib.kernel.principal import Principal
from chalicelib.recordings.model import (
    REPEATED,
    TRANSITIONS,
    AgentTime,
    CallFacts,
    Completion,
    Event,
    LegFacts,
    Recording,
    RecordingView,
    Refused,
    Segment,
)

MINUTE_MS: Final = 60_000
LEASE_MS: Final = 6 * MINUTE_MS
"""Longer than the worker may run, so that a lease outlives only a dead one."""
CALLBACK_AFTER_END_MS: Final = 10 * MINUTE_MS
LONG_CALL_MS: Final = 6 * 60 * MINUTE_MS
NO_AUDIO_MS: Final = 24 * 60 * MINUTE_MS
SETTLE_MS: Final = 2 * MINUTE_MS
RETRY_MS: Final = 30_000
RETRY_LIMIT_MS: Final = 60 * MINUTE_MS
ATTEMPTS: Final = 20
"""Copies that are begun before a recording counts as failed: about fourteen hours with the growing pauses."""

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9+._-]+")


def recording_id(call_id: str, leg_id: str, kind: str, provider_sid: str = "") -> str:
    """Return the id of the recording of a leg, always the same one, in the form of a ULID (its time means nothing).

    provider_sid: given for a second audio of the same leg, and for audio without a call.
    """
    digest = hashlib.sha256("|".join((call_id, leg_id, kind, provider_sid)).encode()).digest()
    value = int.from_bytes(digest[:16], "big")
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def expected(call_id: str, leg_id: str, facts: LegFacts) -> Recording:
    """Return the row that is written before there is audio."""
    return Recording(
        recording_id=recording_id(call_id, leg_id, facts.kind),
        call_id=call_id,
        leg_id=leg_id,
        due_at=facts.started_at + LONG_CALL_MS,
        **{name: getattr(facts, name) for name in facts.__struct_fields__},
    )


def sibling(recording: Recording, provider_sid: str, now: int) -> Recording:
    """Return the row of a second audio of the same leg (the carrier began anew): nothing that was recorded is lost."""
    return Recording(
        recording_id=recording_id(recording.call_id, recording.leg_id, recording.kind, provider_sid),
        due_at=now + SETTLE_MS,
        **{name: getattr(recording, name) for name in _FACTS},
    )


_FACTS: Final = (
    "call_id", "leg_id", "kind", "direction", "carrier", "call_sid", "caller", "callee", "agent_ids", "group_id",
    "customer_id", "departments", "customer_channel", "started_at", "ended_at", "segments",
    "box",
)  # fmt: skip


def orphan(completion: Completion, now: int) -> Recording:
    """Return the row of audio at the carrier that none of our calls expected."""
    return Recording(
        recording_id=completion.recording_id or recording_id("", completion.carrier, "call", completion.provider_sid),
        call_id="",
        carrier=completion.carrier,
        call_sid=completion.call_sid,
        orphan=True,
        started_at=completion.started_at or now,
        due_at=now + SETTLE_MS,
    )


def after(recording: Recording, event: Event, **changes: object) -> Recording:
    """Return the recording after an event; a repeated or late one changes nothing. Errors: Refused."""
    state = TRANSITIONS[recording.state].get(event)
    if state is not None:
        return msgspec.structs.replace(recording, state=state, **changes)
    if event in REPEATED.get(recording.state, ()):
        return recording
    raise Refused(event=event, state=recording.state)


def told(recording: Recording, completion: Completion, now: int) -> Recording:
    """Return the recording after the carrier's word on it; unfinished audio changes nothing."""
    if completion.status in ("absent", "failed"):
        return after(recording, "absent", cause=completion.error_code or completion.status, due_at=now + SETTLE_MS)
    if completion.status != "completed":
        return recording
    return after(
        recording,
        "completed",
        provider_sid=completion.provider_sid,
        carrier=completion.carrier,
        call_sid=recording.call_sid or completion.call_sid,
        duration_s=completion.duration_s,
        channels=completion.channels,
        cause=None,
        attempts=0,
        due_at=now + SETTLE_MS,
    )


def may_lease(recording: Recording, now: int) -> bool:
    """Return whether a worker may begin the copy: audio waits, or the worker that was at it has died."""
    expired = recording.state == "copying" and (recording.lease_until or 0) <= now
    return recording.state == "available" or expired


def leased(recording: Recording, now: int) -> Recording:
    """Return the recording with a new lease on its copy. Errors: Refused when there is nothing to copy."""
    until = now + LEASE_MS
    return after(
        recording, "leased", lease_until=until, due_at=until + SETTLE_MS, attempts=recording.attempts + 1, cause=None
    )


def released(recording: Recording, reason: str, now: int) -> Recording:
    """Return the recording after a copy that failed: tried again after a growing pause, in the end given up."""
    if recording.attempts >= ATTEMPTS:
        return after(recording, "gave_up", lease_until=None, cause=reason, due_at=now)
    return after(recording, "released", lease_until=None, cause=reason, due_at=now + pause(recording.attempts))


def pause(attempts: int) -> int:
    """Return how long (ms) to wait after this many attempts: 30 s, doubled up to an hour."""
    return min(RETRY_LIMIT_MS, RETRY_MS * 2 ** max(0, attempts - 1))


def object_key(recording: Recording) -> str:
    """Return the place of the audio in the bucket: `recordings/yyyy/mm/dd/<recording_id>.wav` (UTC)."""
    return f"recordings/{_at(recording.started_at):%Y/%m/%d}/{recording.recording_id}.wav"


def file_name(recording: Recording) -> str:
    """Return a name to download under: time (UTC), caller, callee; plain letters only, whatever was dialled."""
    parts = [f"{_at(recording.started_at):%Y%m%d-%H%M%S}", recording.caller, recording.callee]
    safe = [_UNSAFE.sub("-", part)[:40].strip(".-") for part in (*parts, recording.recording_id[-6:])]
    return "_".join(part for part in safe if part) + ".wav"


def described(recording: Recording, facts: CallFacts, now: int) -> Recording:
    """Return the recording with the facts of its call."""
    voicemail = recording.kind == "voicemail"
    names = tuple(dict.fromkeys(agent.agent_id for agent in facts.agents))
    changed = msgspec.structs.replace(
        recording,
        direction=facts.direction,
        caller=facts.caller,
        callee=facts.callee,
        group_id=facts.group_id,
        customer_id=facts.customer_id,
        departments=facts.departments,
        agent_ids=recording.agent_ids if voicemail else names or recording.agent_ids,
        ended_at=facts.ended_at,
        segments=() if voicemail else segments(recording.started_at, facts.agents, facts.ended_at),
    )
    return recording if changed == recording else msgspec.structs.replace(changed, due_at=_due(changed, now))


def segments(started_at: int, agents: tuple[AgentTime, ...], ended_at: int | None) -> tuple[Segment, ...]:
    """Return the agents' times as offsets into a recording that began at `started_at`; what lies before it is cut."""
    found: list[Segment] = []
    for agent in agents:
        left_at = agent.left_at or ended_at
        if left_at is not None and left_at > max(agent.joined_at, started_at):
            begins = max(0, agent.joined_at - started_at)
            found.append(Segment(agent_id=agent.agent_id, from_ms=begins, to_ms=left_at - started_at))
    return tuple(found)


def _due(recording: Recording, now: int) -> int | None:
    if recording.state == "expected":
        return recording.due_at if recording.ended_at is None else recording.ended_at + CALLBACK_AFTER_END_MS
    return now + SETTLE_MS if recording.state in ("stored", "failed") else recording.due_at


def overdue(recording: Recording, now: int) -> Recording:
    """Return an expected recording that the carrier does not list: looked for again, after a day given up."""
    if now - (recording.ended_at or recording.started_at) < NO_AUDIO_MS:
        return msgspec.structs.replace(recording, due_at=now + RETRY_LIMIT_MS)
    return after(recording, "gave_up", cause="no_audio", due_at=now + SETTLE_MS)


def filed_facts(recording: Recording) -> Facts:
    """Return what the recording is found by."""
    numbers = tuple(dict.fromkeys(number for number in (recording.caller, recording.callee) if number))
    return Facts(
        id=recording.recording_id,
        started_at=recording.started_at,
        agents=recording.agent_ids,
        numbers=numbers,
        groups=(recording.group_id,) if recording.group_id else (),
        departments=recording.departments,
    )


def view(recording: Recording) -> RecordingView:
    """Return the recording as the API shows it."""
    return RecordingView(**{name: getattr(recording, name) for name in RecordingView.__struct_fields__})


def visible(recording: Recording, who: Principal) -> bool:
    """Return whether the recording lies in the user's data scope."""
    if who.scope == "own":
        return who.username in recording.agent_ids
    return who.scope == "all" or not set(who.department_ids).isdisjoint(recording.departments)


def _at(instant: int) -> datetime:
    return datetime.fromtimestamp(instant // 1000, UTC)


def channels_at_carrier(recording: Recording) -> int:
    """Return how many channels the carrier's audio has: as it said, else one of a message and two of a conversation."""
    told = recording.channels or (1 if recording.kind == "voicemail" else 2)
    return min(told, 2)
