"""What app.py's queue and schedule call."""

from typing import Any

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.recordings import copying, upkeep
from chalicelib.recordings.model import Work


def on_recording(event: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Handle a batch of the recordings queue; what failed is named, so that only that is delivered again."""
    failed = [record["messageId"] for record in event["Records"] if not _handled(record)]
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}


def reconcile() -> dict[str, int]:
    """Run the daily comparison with the carriers."""
    return msgspec.structs.asdict(upkeep.reconcile(now_ms()))


def sweep() -> int:
    """Bring on what is due."""
    return upkeep.sweep(now_ms())


def _handled(record: dict[str, Any]) -> bool:
    try:
        done = copying.work(msgspec.json.decode(record["body"], type=Work))
    except Exception:
        log.logger().exception("recording not brought on", extra={"message_id": record["messageId"]})
        return False
    log.log("recording brought on", recording_id=done and done.recording_id, state=done and done.state)
    return True
