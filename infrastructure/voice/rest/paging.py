"""Lists as the provider pages them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from infrastructure.voice.rest.errors import RestError

T = TypeVar("T")
MAX_PAGE = 1000


def page(request: web.Request, key: str, items: Sequence[T], shape: Callable[[T], dict[str, Any]]) -> web.Response:
    """Return one page of a list. PageSize (default 50) and Page choose which."""
    size, number = _integer(request, "PageSize", 50), _integer(request, "Page", 0)
    size = max(1, min(size, MAX_PAGE))
    start = number * size
    shown = items[start : start + size]
    body: dict[str, Any] = {
        "first_page_uri": _uri(request, 0, size),
        "end": start + max(len(shown) - 1, 0),
        "previous_page_uri": _uri(request, number - 1, size) if number > 0 else None,
        "uri": _uri(request, number, size),
        "page_size": size,
        "start": start,
        "next_page_uri": _uri(request, number + 1, size) if start + size < len(items) else None,
        "page": number,
        key: [shape(item) for item in shown],
    }
    return web.json_response(body)


def dated(request: web.Request, name: str, at_ms: int | None) -> bool:
    """Tell whether an instant fits the filters `name` (then), `name>` (then or later) and `name<` (then or earlier)."""
    wanted = {sign: request.query.get(name + sign) for sign in ("", ">", "<")}
    for sign, text in wanted.items():
        if text is None:
            continue
        first, last = _span(name, text)
        if at_ms is None or (sign != "<" and at_ms < first) or (sign != ">" and at_ms >= last):
            return False
    return True


def _span(name: str, text: str) -> tuple[int, int]:
    """Return the first ms that a date (a whole day) or an instant (a whole second) means, and the first after it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RestError(400, 20001, f"{name} is not a date") from None
    first = int((at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp() * 1000)
    return first, first + (86_400_000 if len(text) == 10 else 1000)


def _integer(request: web.Request, name: str, default: int) -> int:
    try:
        return max(0, int(request.query.get(name, default)))
    except ValueError:
        raise RestError(400, 20001, f"{name} is not a number") from None


def _uri(request: web.Request, number: int, size: int) -> str:
    kept = [(k, v) for k, v in request.query.items() if k not in ("Page", "PageSize", "PageToken")]
    return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', number)])}"
