"""Recent events for panels: as a long poll, or as server-sent events."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from infrastructure.voice.events import Event, EventLog

LONGEST_WAIT_S = 60
MOST_AT_ONCE = 500
KEEP_ALIVE_S = 15


def handler(events: EventLog) -> Any:
    """Return the handler of /sim/events."""

    async def handle(request: web.Request) -> web.StreamResponse:
        """Answer with what happened after `after`, waiting `wait_s` for something; or stream it."""
        last = _number(request, "after", request.headers.get("Last-Event-ID", str(events.last)))
        kinds = {kind for kind in request.query.get("kinds", "").split(",") if kind}
        if "text/event-stream" in request.headers.get("Accept", ""):
            return await _stream(request, events, last, kinds)
        limit = min(_number(request, "limit", "200"), MOST_AT_ONCE)
        seconds = min(_number(request, "wait_s", "25"), LONGEST_WAIT_S)
        found = await events.wait(last, limit, seconds)
        items = [msgspec.to_builtins(event) for event in found if not kinds or event.kind in kinds]
        return web.json_response({"items": items, "last": found[-1].id if found else max(last, 0)})

    return handle


async def _stream(request: web.Request, events: EventLog, last: int, kinds: set[str]) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await answer.prepare(request)
    try:
        while True:
            found = await events.wait(last, MOST_AT_ONCE, KEEP_ALIVE_S)
            lines = [_line(event) for event in found if not kinds or event.kind in kinds] or [b": still here\n\n"]
            await answer.write(b"".join(lines))
            last = found[-1].id if found else last
    except (ConnectionError, asyncio.CancelledError):
        return answer


def _line(event: Event) -> bytes:
    data = msgspec.json.encode(event).decode()
    return f"id: {event.id}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def _number(request: web.Request, name: str, default: str) -> int:
    value = request.query.get(name, default)
    return int(value) if value.isdigit() else 0
