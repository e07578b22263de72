"""What others ask of recordings: expect one, tell what the carrier said, describe them, search, hear.

Every use case loads, decides by `rules` and stores conditionally; whoever loses decides again on fresh data.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from chalicelib.kernel.audit import audit
from chalicelib.kernel.aws import client
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.config import config
from chalicelib.kernel.errors import Busy, NotFound
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost
from chalicelib.recordings import rules, storage, tables
from chalicelib.recordings.model import (
    CallFacts,
    Completion,
    LegFacts,
    NotStored,
    Recording,
    RecordingView,
    State,
    Work,
)

TRIES: Final = 5
WITH_AUDIO: Final[frozenset[State]] = frozenset({"available", "copying", "stored"})


def _nobody(_recording: Recording) -> None:
    """Nobody wants to know yet."""


@dataclass
class _Ports:
    voicemail: Callable[[Recording], None] = _nobody


_ports: Final = _Ports()


def expect(call_id: str, leg_id: str, facts: LegFacts) -> Recording:
    """Store the row of a leg's recording before there is audio and return it. Again: the row that is there.

    Call it before the document that starts the recording is answered; its `recording_id` belongs into the URL of the
    recording's call-back.
    """
    wanted = rules.expected(call_id, leg_id, facts)
    try:
        return tables.save(wanted)
    except Lost:
        found = change(wanted.recording_id, lambda stored: _adopted(stored, wanted))
        return found or wanted


def completed(completion: Completion) -> None:
    """Hand the carrier's word on a recording to the queue: one message, so that the call-back is answered at once."""
    send(Work(recording_id=completion.recording_id, completion=completion))


def describe(call_id: str, facts: CallFacts) -> list[Recording]:
    """Give a call's recordings its facts (at its end, and again when they change); return them."""
    known = {*facts.recording_ids, *(recording.recording_id for recording in tables.of_call(call_id))}
    return [found for id in sorted(known) if (found := _describe(id, call_id, facts)) is not None]


def search(wanted: Wanted, who: Principal, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[RecordingView]:
    """Return one page, newest first, of the finished recordings that `who` may see."""
    return tables.index.search(wanted, who, now_ms(), cursor, limit)


def read(recording_id: str, who: Principal) -> Recording:
    """Return a recording. Errors: NotFound, also for one outside the user's data scope."""
    found = tables.find(recording_id)
    if found is None or found.state == "deleted" or not rules.visible(found, who):
        raise NotFound(kind="recording", id=recording_id)
    return found


def url(recording_id: str, who: Principal, download: bool) -> storage.Presigned:
    """Return the address to hear or download a recording at, good for ten minutes; it is written into the audit.

    Errors: Forbidden, NotFound, NotStored.
    """
    who.require("recordings.download" if download else "recordings.play")
    return _address(read(recording_id, who), who, download)


def hear_message(recording_id: str, who: Principal) -> storage.Presigned:
    """Return the address to hear a voicemail at; as `url`, but whose box it is in decides who may, and the caller asks.

    Errors: NotFound, NotStored.
    """
    found = tables.find(recording_id)
    if found is None:
        raise NotFound(kind="recording", id=recording_id)
    return _address(found, who, download=False)


def states(recording_ids: Iterable[str]) -> dict[str, State]:
    """Return where recordings stand, by id; those that there are."""
    return {id: recording.state for id, recording in tables.find_all(recording_ids).items()}


def announce_voicemails_to(hear_of: Callable[[Recording], None]) -> None:
    """Let somebody know of every voicemail that has audio, at least once each time that the worker meets it."""
    _ports.voicemail = hear_of


def announce(recording: Recording) -> None:
    """Say that a recording has audio, when it is a voicemail."""
    if recording.kind == "voicemail" and recording.state in WITH_AUDIO:
        _ports.voicemail(recording)


def change(recording_id: str, decide: Callable[[Recording], Recording]) -> Recording | None:
    """Store what `decide` makes of a recording, again on fresh data when somebody was faster; None: there is none.

    Nothing is written when `decide` returns its argument. Errors: Busy.
    """
    for _ in range(TRIES):
        found = tables.find(recording_id)
        if found is None:
            return None
        wanted = decide(found)
        try:
            return found if wanted == found else tables.save(wanted)
        except Lost:
            continue
    raise Busy


def send(work: Work) -> None:
    """Put a message on the recordings queue."""
    client("sqs").send_message(QueueUrl=config().recordings_queue_url, MessageBody=msgspec.json.encode(work).decode())


def _address(found: Recording, who: Principal, download: bool) -> storage.Presigned:
    if found.state != "stored" or found.object_key is None:
        raise NotStored(id=found.recording_id, state=found.state)
    audit(f"recording#{found.recording_id}", who.username, "download" if download else "play")
    return storage.presigned(found.object_key, found.file_name or rules.file_name(found), download, now_ms())


def _adopted(stored: Recording, wanted: Recording) -> Recording:
    """Return the stored row; one that was made for audio without a row gets the facts that were late."""
    if not stored.orphan:
        return stored
    late = {name: getattr(wanted, name) for name in (*LegFacts.__struct_fields__, "call_id", "leg_id")}
    return msgspec.structs.replace(stored, orphan=False, due_at=now_ms() + rules.SETTLE_MS, **late)


def _describe(recording_id: str, call_id: str, facts: CallFacts) -> Recording | None:
    def decide(stored: Recording) -> Recording:
        return rules.described(stored, facts, now_ms()) if stored.call_id == call_id else stored

    found = change(recording_id, decide)
    if found is not None and found.state in ("stored", "failed") and found.settled != found.version:
        send(Work(recording_id=recording_id))
    return found
