"""Table streams as Lambda reads them: a reader of its own per mapping, retries, bisection, records kept over a restart.

ministack reads every stream and every queue in one thread, retries a failing batch for ever, takes a partial failure
for success, and saves read positions but not the records. Here each mapping of a table stream has a thread; a batch is
retried from its first failed record, a record that keeps failing goes to the mapping's failure queue, delivered
records are dropped, and undelivered ones are saved with the tables.
"""
# pyright: reportMissingImports=false

import asyncio
import threading
import time
from typing import Any

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import dynamodb, lambda_svc

LOOK_FOR_MAPPINGS_S = 0.5
WAIT_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
RETRIES = 10
Key = tuple[str, str, str]
Json = dict[str, Any]


class _Wake:
    """Stands where the tables signal a change; passes it on to the readers as well."""

    def __init__(self, queues: threading.Event) -> None:
        self._queues = queues
        self.changed = threading.Condition()

    def set(self) -> None:
        """Wake the queue poller and every stream reader."""
        self._queues.set()
        with self.changed:
            self.changed.notify_all()


def take_over() -> None:
    """Replace the emulator's own reading of table streams, and keep what is undelivered with the tables' state."""
    get_state, load = dynamodb.get_state, dynamodb.load_persisted_state

    def state() -> Json:
        return {**get_state(), "streams": dynamodb._stream_records, "streams_dropped": dynamodb._stream_trimmed}

    def restored(data: Json) -> None:
        load(data)
        dynamodb._stream_records.update(data.get("streams", {}))
        dynamodb._stream_trimmed.update(data.get("streams_dropped", {}))

    dynamodb.get_state, dynamodb.load_persisted_state = state, restored
    dynamodb.esm_wake = _Wake(dynamodb.esm_wake)
    lambda_svc._poll_dynamodb_streams = _nothing_here


def _nothing_here() -> bool:
    """Answer the queue poller that no stream needs it."""
    return False


async def start_readers() -> None:
    """Give every mapping of a table stream its reader, for as long as the emulator lives."""
    readers: dict[Key, threading.Thread] = {}
    while True:
        for key, mapping in list(lambda_svc._esms._data.items()):
            if _table_of(mapping) and (key not in readers or not readers[key].is_alive()):
                readers[key] = threading.Thread(target=_read, args=(key,), daemon=True, name=f"stream-{key[2]}")
                readers[key].start()
        await asyncio.sleep(LOOK_FOR_MAPPINGS_S)


def forget_lost() -> None:
    """After a restart, set back positions that are past the stream's end: the two files may be a moment apart."""
    for key, position in list(lambda_svc._dynamodb_stream_positions._data.items()):
        table = _table_of(lambda_svc._esms._data.get(key, {}))
        if table:
            end = dynamodb.stream_end_position(table, account_id=key[0], region=key[1])
            lambda_svc._dynamodb_stream_positions._data[key] = min(position, end)


def _read(key: Key) -> None:
    """Read one mapping's stream until the mapping is gone."""
    _request_account_id.set(key[0])
    _request_region.set(key[1])
    while (mapping := lambda_svc._esms._data.get(key)) is not None:
        table = _table_of(mapping)
        position = _position(key, table)
        if not mapping.get("Enabled", True) or dynamodb.stream_end_position(table) <= position:
            _wait_for_more(mapping, table, position)
            continue
        batch = dynamodb.stream_records_since(table, position, mapping.get("BatchSize", 100))
        _deliver(mapping, batch)
        with dynamodb._lock:
            lambda_svc._dynamodb_stream_positions._data[key] = position + len(batch)
            _drop_delivered(key, table)


def _wait_for_more(mapping: Json, table: str, position: int) -> None:
    """Sleep until a table changes; a change since the caller looked is not slept through."""
    with dynamodb.esm_wake.changed:
        if not mapping.get("Enabled", True) or dynamodb.stream_end_position(table) <= position:
            dynamodb.esm_wake.changed.wait(WAIT_S)


def _deliver(mapping: Json, batch: list[Json]) -> None:
    """Invoke the function until every record is done or given up; what is done is not repeated."""
    attempts, size = 0, len(batch)
    while batch:
        function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        part = batch[:size]
        result = lambda_svc._execute_function(function, {"Records": part}) if function else {"error": True}
        done = _done(result, part)
        batch = batch[done:]
        attempts, size = (0, len(batch)) if done else (attempts + 1, max(1, size // 2))
        if not done and size == 1 and attempts > mapping.get("MaximumRetryAttempts", RETRIES):
            _give_up(mapping, function or {}, batch[:1], result)
            batch, attempts, size = batch[1:], 0, len(batch)
        elif not done:
            time.sleep(min(FIRST_PAUSE_S * 2**attempts, LONGEST_PAUSE_S))


def _give_up(mapping: Json, function: Json, records: list[Json], result: Json) -> None:
    condition, source = "RetryAttemptsExhausted", mapping["EventSourceArn"]
    lambda_svc._send_ddb_stream_failure_record(mapping, function, records, source, result, condition)


def _done(result: Json, batch: list[Json]) -> int:
    """Return how many records from the batch's beginning the function has dealt with."""
    if result.get("error") or result.get("throttle"):
        return 0
    body = result.get("body") or {}
    failed = {each.get("itemIdentifier") for each in body.get("batchItemFailures", [])}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return next((index for index, number in enumerate(numbers) if number in failed), len(batch))


def _position(key: Key, table: str) -> int:
    """Return where the mapping goes on reading; a new one begins where its StartingPosition says."""
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions._data
        if key not in positions:
            latest = lambda_svc._esms._data[key].get("StartingPosition") == "LATEST"
            positions[key] = (dynamodb.stream_end_position if latest else dynamodb.stream_start_position)(table)
        return max(positions[key], dynamodb.stream_start_position(table))


def _drop_delivered(key: Key, table: str) -> None:
    """Drop the records that every mapping of the table has passed. Called under the tables' lock."""
    positions = [
        position
        for other, position in list(lambda_svc._dynamodb_stream_positions._data.items())
        if other[:2] == key[:2] and _table_of(lambda_svc._esms._data.get(other, {})) == table
    ]
    stream = (key[0], key[1], table)
    records = dynamodb._stream_records._data.get(stream, [])
    done = min(positions) - dynamodb._stream_trimmed._data.get(stream, 0)
    if done > 0:
        del records[:done]
        dynamodb._stream_trimmed._data[stream] = min(positions)


def _table_of(mapping: Json) -> str:
    """Return the name of the table whose stream a mapping reads, or nothing for other sources."""
    source = mapping.get("EventSourceArn", "")
    return source.split(":table/")[1].split("/")[0] if ":table/" in source else ""
