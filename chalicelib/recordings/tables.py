"""How recordings are stored: the record whole in `data`, beside it what the indexes need."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.kernel.postings import Postings
from chalicelib.kernel.records import Lost, StructAttribute, stored_version, table_meta
from chalicelib.recordings.model import Recording, RecordingView

SHARDS: Final = 8
PER_CALL: Final = 50

index: Final = Postings("recording_index", RecordingView)


class DueIndex(GlobalSecondaryIndex[Any]):
    """Recordings that the sweep has to look at."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class CallIndex(GlobalSecondaryIndex[Any]):
    """The recordings of a call."""

    class Meta:
        index_name = "by_call"
        projection = AllProjection()

    call_id = UnicodeAttribute(hash_key=True)
    started_at = NumberAttribute(range_key=True)


class SidIndex(GlobalSecondaryIndex[Any]):
    """The recording that has the carrier's id."""

    class Meta:
        index_name = "by_provider_sid"
        projection = KeysOnlyProjection()

    provider_sid = UnicodeAttribute(hash_key=True)


class RecordingItem(Model):
    """One recording."""

    Meta = table_meta("recordings")  # pyright: ignore[reportAssignmentType]
    recording_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    data = StructAttribute(Recording)
    call_id = UnicodeAttribute(null=True)
    started_at = NumberAttribute()
    provider_sid = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)
    due = DueIndex()
    by_call = CallIndex()
    by_provider_sid = SidIndex()


def find(recording_id: str) -> Recording | None:
    """Return a recording, read consistently, or None."""
    try:
        return RecordingItem.get(recording_id, consistent_read=True).data
    except DoesNotExist:
        return None


def find_all(recording_ids: Iterable[str]) -> dict[str, Recording]:
    """Return recordings by id, read consistently; those that there are."""
    found = RecordingItem.batch_get(list(dict.fromkeys(recording_ids)), consistent_read=True)
    return {item.recording_id: item.data for item in found}


def save(recording: Recording) -> Recording:
    """Store the recording in the place of the version that was read; return it at the next. Errors: Lost."""
    saved = msgspec.structs.replace(recording, version=recording.version + 1)
    try:
        _item(saved).save(condition=stored_version(recording.version))
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise Lost from error
    return saved


def of_call(call_id: str) -> list[Recording]:
    """Return the recordings of a call (at most `PER_CALL`), as the index knows them."""
    return [item.data for item in RecordingItem.by_call.query(call_id, limit=PER_CALL)]


def id_of_sid(provider_sid: str) -> str | None:
    """Return the id of the recording that has the carrier's id, as the index knows it."""
    return next((item.recording_id for item in RecordingItem.by_provider_sid.query(provider_sid, limit=1)), None)


def due(until: int, limit: int) -> Iterator[Recording]:
    """Yield recordings whose time came before `until` (ms), at most `limit` of each shard."""
    for shard in range(SHARDS):
        for item in RecordingItem.due.query(str(shard), RecordingItem.due_at <= until, limit=limit):
            recording = find(item.recording_id)
            if recording is not None and recording.due_at is not None and recording.due_at <= until:
                yield recording


def _item(recording: Recording) -> Any:
    item: Any = RecordingItem(recording.recording_id)
    item.version, item.data, item.started_at = recording.version, recording, recording.started_at
    item.call_id, item.provider_sid = recording.call_id or None, recording.provider_sid
    if recording.due_at is not None:
        item.due_shard = str(zlib.crc32(recording.recording_id.encode()) % SHARDS)
        item.due_at = recording.due_at
    return item
