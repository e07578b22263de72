"""What app.py's WebSocket triggers call."""

from typing import Any

from chalicelib.kernel import log
from chalicelib.realtime import service

Json = dict[str, Any]
Answer = dict[str, int]

GRANTED: Answer = {"statusCode": 200}
DENIED: Answer = {"statusCode": 401}


def connect(event: Json) -> Answer:
    """Open a WebSocket for a ticket."""
    given = event.get("queryStringParameters") or {}
    if service.connect(_connection_id(event), str(given.get("ticket", ""))):
        return GRANTED
    log.log("connection refused")
    return DENIED


def message(event: Json) -> Answer:
    """Answer a client."""
    service.hear(_connection_id(event), event.get("body") or "")
    log.log("heard")
    return GRANTED


def disconnect(event: Json) -> Answer:
    """Forget a connection."""
    service.disconnect(_connection_id(event))
    log.log("disconnected")
    return GRANTED


def _connection_id(event: Json) -> str:
    return event["requestContext"]["connectionId"]
