"""Messages that leave in batches: at most ten and 250 KB a request; what was not taken is told by its origin."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chalicelib.acd.bus import DialMessage, DispatchMessage
from chalicelib.kernel import aws, log
from chalicelib.kernel.config import config

BATCH = 10
BATCH_BYTES = 250_000
DIAL_AGAIN_S = 1
"""The offer was sent to the dial worker when it was stored; by then it has usually been taken."""


@dataclass
class Outbox:
    """Collects messages by queue. origin: name of what caused a message, to be tried again when it was not taken."""

    _entries: dict[str, list[tuple[str, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict[str, list[tuple[str, dict[str, Any]]]](list)
    )

    def dispatch(self, origin: str, target: str, cause: str) -> None:
        """Wake the dispatcher of a target again; the queue drops it if `cause` was sent a moment ago."""
        self._add(
            config().dispatch_queue_url, origin, DispatchMessage(target),
            MessageGroupId=target, MessageDeduplicationId=f"{target}-{cause}"[:128],
        )  # fmt: skip

    def dial(self, origin: str, call_id: str, offer_id: str) -> None:
        """Ask for an offer to be dialled again, unless it has been."""
        self._add(config().dial_queue_url, origin, DialMessage(call_id, offer_id), DelaySeconds=DIAL_AGAIN_S)

    def realtime(self, origin: str, message: msgspec.Struct, delay_s: int = 0) -> None:
        """Tell the screens."""
        self._add(config().realtime_queue_url, origin, message, DelaySeconds=delay_s)

    def file(self, origin: str, message: msgspec.Struct) -> None:
        """File events and records."""
        self._add(config().events_queue_url, origin, message)

    def send(self) -> set[str]:
        """Send everything; return the origins of what was not taken."""
        failed: set[str] = set()
        for url, entries in self._entries.items():
            for batch in _batches(entries):
                failed |= _sent(url, batch)
        self._entries.clear()
        return failed

    def _add(self, url: str, origin: str, message: msgspec.Struct, **fields: Any) -> None:
        self._entries[url].append((origin, {"MessageBody": msgspec.json.encode(message).decode(), **fields}))


def _sent(url: str, batch: list[tuple[str, dict[str, Any]]]) -> set[str]:
    entries = [{"Id": str(number), **entry} for number, (_, entry) in enumerate(batch)]
    try:
        answer = aws.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    except Exception:
        log.logger().exception("batch not sent", extra={"queue": url})
        return {origin for origin, _ in batch}
    return {batch[int(refused["Id"])][0] for refused in answer.get("Failed", [])}


def _batches(entries: list[tuple[str, dict[str, Any]]]) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    batch: list[tuple[str, dict[str, Any]]] = []
    size = 0
    for entry in entries:
        length = len(entry[1]["MessageBody"].encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch
