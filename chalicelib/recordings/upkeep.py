"""What keeps the promise when a message was lost: the sweep over due rows, the daily comparison with the carriers."""

from collections.abc import Iterable
from typing import Final

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.records import Lost
from chalicelib.recordings import metrics, rules, service, tables
from chalicelib.recordings.model import Completion, Recording, Work
from chalicelib.telephony.answers import CarrierRecording
from chalicelib.telephony.carriers import carriers
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done

PER_SHARD: Final = 25
RECONCILED_PER_SHARD: Final = 500
MARGIN_MS: Final = 60 * rules.MINUTE_MS
LOOK_BACK_MS: Final = 7 * 24 * 60 * rules.MINUTE_MS
"""Audio is deleted at the carrier once copied, so a long look back costs little and finds what an outage left."""


class Report(msgspec.Struct, kw_only=True):
    """What a comparison found: at the carriers, handed to the worker again, without a row, unfinished; carriers that
    did not answer.
    """

    listed: int = 0
    resent: int = 0
    orphans: int = 0
    unfinished: int = 0
    unreachable: int = 0


def sweep(now: int) -> int:
    """Bring on what is due: hand it to the queue, or ask the carrier for audio whose call-back never came.

    Returns how many rows were due. At most 200 a run; the next run takes the rest.
    """
    found = list(tables.due(now, PER_SHARD))
    _chase([recording for recording in found if recording.state == "expected"], now)
    for recording in found:
        if recording.state != "expected":
            _again(recording, now)
    return len(found)


def reconcile(now: int) -> Report:
    """Compare the carriers' lists of the last week with our rows and report; see `Report`."""
    report = Report()
    rows = _by_leg(tables.due(now + LOOK_BACK_MS, RECONCILED_PER_SHARD))
    for carrier in carriers():
        outcome = CarrierClient(carrier).list_recordings(now - LOOK_BACK_MS)
        if not isinstance(outcome, Done):
            report.unreachable += 1
            continue
        for made in outcome.value:
            _compare(made, carrier.name, rows, now, report)
    for name in Report.__struct_fields__:
        metrics.count(f"recordings_reconciled_{name}", getattr(report, name))
    log.log("recordings reconciled", **msgspec.structs.asdict(report))
    return report


def _compare(made: CarrierRecording, carrier: str, rows: dict[str, Recording], now: int, report: Report) -> None:
    report.listed += 1
    if made.status != "completed" or now - (made.created_at or now) < MARGIN_MS:
        report.unfinished += 1
        return
    id = tables.id_of_sid(made.sid)
    if id is None and made.call_sid in rows:
        id = rows[made.call_sid].recording_id
    report.orphans += id is None
    report.resent += 1
    service.send(Work(recording_id=id, completion=_completion(made, carrier, id)))


def _chase(expected: list[Recording], now: int) -> None:
    """Ask each carrier once for its list since the oldest of these legs, and tell the worker what is there."""
    for name in {recording.carrier for recording in expected}:
        rows = [recording for recording in expected if recording.carrier == name]
        client = next((CarrierClient(carrier) for carrier in carriers() if carrier.name == name), None)
        since = min(recording.started_at for recording in rows) - MARGIN_MS
        outcome = client.list_recordings(since) if client else None
        made = outcome.value if isinstance(outcome, Done) else None
        for recording in rows:
            _chased(recording, made, now)


def _chased(recording: Recording, made: list[CarrierRecording] | None, now: int) -> None:
    if made is None:
        # Silence of the carrier proves nothing.
        _postpone(recording, now + rules.CALLBACK_AFTER_END_MS)
        return
    ours = [found for found in made if found.call_sid == recording.call_sid]
    for found in ours:
        service.send(
            Work(
                recording_id=recording.recording_id,
                completion=_completion(found, recording.carrier, recording.recording_id),
            )
        )
    if ours:
        _postpone(recording, now + rules.CALLBACK_AFTER_END_MS)
        return
    lost = service.change(
        recording.recording_id,
        lambda stored: rules.overdue(stored, now) if stored.version == recording.version else stored,
    )
    if lost is not None and lost.state == "failed":
        metrics.count("recordings_failed")
        service.send(Work(recording_id=recording.recording_id))


def _again(recording: Recording, now: int) -> None:
    service.send(Work(recording_id=recording.recording_id))
    _postpone(recording, now + rules.LEASE_MS)


def _postpone(recording: Recording, due_at: int) -> None:
    """Look again later; whoever changed the row meanwhile has set its due time himself."""
    try:
        tables.save(msgspec.structs.replace(recording, due_at=due_at))
    except Lost:
        log.log("recording moved on", recording_id=recording.recording_id)


def _by_leg(rows: Iterable[Recording]) -> dict[str, Recording]:
    return {row.call_sid: row for row in rows if row.call_sid and row.provider_sid is None}


def _completion(made: CarrierRecording, carrier: str, recording_id: str | None) -> Completion:
    return Completion(
        carrier=carrier,
        provider_sid=made.sid,
        status=made.status,
        recording_id=recording_id,
        call_sid=made.call_sid or None,
        duration_s=made.duration_s,
        channels=made.channels,
        started_at=made.created_at,
    )
