"""The worker of the recordings queue: brings one recording on, whatever state it is in and however often it is asked.

Order: lease → stream into the bucket, hashed → verified → row says `stored` → filed in the index → deleted at the
carrier. A worker that dies anywhere leaves a row with a due time, and the next one goes on from there.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import Busy
from chalicelib.kernel.records import Lost
from chalicelib.recordings import audio, metrics, rules, service, storage, tables
from chalicelib.recordings.model import Completion, CopyFailed, Recording, Work
from chalicelib.telephony.carriers import carrier
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done, Refused

TRIES: Final = 5
MEDIA_TIMEOUT_S: Final = 20.0
"""For the first byte and between bytes; nobody is on the line."""


def work(message: Work) -> Recording | None:
    """Bring a recording on as far as it goes now; return it, None when there is nothing of that id.

    Errors: CopyFailed and those of the carrier's connection and of S3 – the queue or the sweep tries again.
    """
    recording = _told(message.completion) if message.completion else tables.find(message.recording_id or "")
    if recording is None:
        log.warn("recording unknown", recording_id=message.recording_id)
        return None
    service.announce(recording)  # before the copy, which may take its time or fail
    if recording.state in ("available", "copying"):
        recording = _copied(recording)
    return settle(recording) if recording.state in ("stored", "failed") else recording


def settle(recording: Recording) -> Recording:
    """File a finished recording where it is searched, delete the carrier's copy, and note both. Again is harmless."""
    for _ in range(TRIES):
        if recording.settled == recording.version:
            return recording
        done = _filed(_deleted_at_carrier(recording))
        try:
            return tables.save(done)
        except Lost:
            recording = tables.find(recording.recording_id) or recording
    return recording


def _told(completion: Completion) -> Recording:
    """Store the carrier's word and return the recording that it is about; audio that nobody expected gets a row."""
    now = now_ms()
    id = completion.recording_id or tables.id_of_sid(completion.provider_sid)
    found = tables.find(id) if id else None
    if found is None:
        found = _new(rules.orphan(completion, now))
    elif found.provider_sid not in (None, completion.provider_sid):
        found = _new(rules.sibling(found, completion.provider_sid, now))
    return service.change(found.recording_id, lambda stored: rules.told(stored, completion, now)) or found


def _new(wanted: Recording) -> Recording:
    try:
        return tables.save(wanted)
    except Lost:
        return tables.find(wanted.recording_id) or wanted


def _copied(recording: Recording) -> Recording:
    """Copy under a lease and return the recording; as it is when another worker holds the lease."""
    held = _leased(recording)
    if held is None:
        return tables.find(recording.recording_id) or recording
    try:
        return _store(held)
    except Exception as error:
        found = _release(held, error)
        if found.state == "stored":
            # Another worker took an expired lease and has finished: nothing is left to repeat.
            return found
        raise


def _leased(recording: Recording) -> Recording | None:
    """Return the recording under our lease, None when there is nothing (more) to copy or another worker is at it."""
    for _ in range(TRIES):
        stored = tables.find(recording.recording_id)
        if stored is None or not rules.may_lease(stored, now_ms()):
            return None
        try:
            return tables.save(rules.leased(stored, now_ms()))
        except Lost:
            continue
    raise Busy


def _store(held: Recording) -> Recording:
    """Stream the audio into the bucket and say so, if the lease is still ours."""
    key = rules.object_key(held)
    metadata = {"recording-id": held.recording_id, "call-id": held.call_id}
    stored = storage.store(audio.checked(_media(held), held.customer_channel), key, metadata)
    done = rules.after(
        held,
        "stored",
        object_key=key,
        size=stored.size,
        sha256=stored.sha256,
        file_name=rules.file_name(held),
        lease_until=None,
        due_at=now_ms() + rules.SETTLE_MS,
    )
    try:
        saved = tables.save(done)
    except Lost:
        return _overtaken(held, done)
    metrics.count("recordings_stored")
    log.log("recording stored", correlation_id=held.call_id, recording_id=held.recording_id, size=stored.size)
    return saved


def _overtaken(held: Recording, done: Recording) -> Recording:
    """Return what is stored now; facts that came during the copy are kept beside ours while the lease is ours."""
    ours = {"state", "object_key", "size", "sha256", "file_name", "lease_until", "due_at"}

    def decide(stored: Recording) -> Recording:
        if (stored.state, stored.lease_until, stored.attempts) != ("copying", held.lease_until, held.attempts):
            return stored
        return msgspec.structs.replace(stored, **{name: getattr(done, name) for name in ours})

    return service.change(held.recording_id, decide) or held


def _media(held: Recording) -> Iterator[bytes]:
    client = CarrierClient(carrier(held.carrier), MEDIA_TIMEOUT_S)
    outcome = client.recording_media(held.provider_sid or "", rules.channels_at_carrier(held))
    if isinstance(outcome, Done):
        return outcome.value
    raise CopyFailed(f"carrier_{outcome.status}" if isinstance(outcome, Refused) else "carrier_unreachable")


def _release(held: Recording, error: Exception) -> Recording:
    """Give the lease back with the reason, so that the next try need not wait for its end; return what is stored."""
    reason = str(error) if isinstance(error, CopyFailed) else type(error).__name__

    def decide(stored: Recording) -> Recording:
        if (stored.state, stored.lease_until, stored.attempts) != ("copying", held.lease_until, held.attempts):
            return stored
        return rules.released(stored, reason, now_ms())

    found = service.change(held.recording_id, decide) or held
    log.warn("recording not copied", correlation_id=held.call_id, recording_id=held.recording_id, cause=reason)
    metrics.count("recordings_failed" if found.state == "failed" else "recording_copies_failed")
    return found


def _deleted_at_carrier(recording: Recording) -> Recording:
    """Return the recording after the carrier was asked to delete its copy, which only a verified one of ours allows."""
    if recording.state != "stored" or recording.carrier_deleted_at is not None or recording.provider_sid is None:
        return msgspec.structs.replace(recording, due_at=None)
    outcome = CarrierClient(carrier(recording.carrier)).delete_recording(recording.provider_sid)
    if isinstance(outcome, Done) or (isinstance(outcome, Refused) and outcome.gone):
        return msgspec.structs.replace(recording, carrier_deleted_at=now_ms(), due_at=None)
    log.warn("recording not deleted at the carrier", recording_id=recording.recording_id)
    return msgspec.structs.replace(recording, due_at=now_ms() + rules.RETRY_LIMIT_MS)


def _filed(recording: Recording) -> Recording:
    """Write the index and return the recording with the facts that it is now found by."""
    facts = rules.filed_facts(recording)
    tables.index.write(facts, rules.view(recording), recording.version, before=recording.filed)
    settled = recording.version + 1 if recording.due_at is None else None
    return msgspec.structs.replace(recording, filed=facts, settled=settled)
