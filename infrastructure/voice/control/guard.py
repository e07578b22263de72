"""What every route of the admin API shares: errors as JSON, typed bodies, no pages of other origins."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from aiohttp import web

T = TypeVar("T")


class AdminError(Exception):
    """A refusal with a code that programs can read."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn errors into JSON, and keep pages of other origins out (a browser says where a request comes from)."""
    if not request.path.startswith("/sim/"):
        return await handler(request)
    try:
        if request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
            raise AdminError(403, "cross_site", "pages of other sites may not control the simulator")
        return await handler(request)
    except AdminError as error:
        return web.json_response({"code": error.code, "detail": error.detail}, status=error.status)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return web.json_response({"code": "http", "detail": error.reason}, status=error.status)


async def body(request: web.Request, kind: type[T]) -> T:
    """Return the JSON body as what it must be."""
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.MsgspecError as error:
        raise AdminError(422, "invalid", str(error)) from None


def integer(request: web.Request, name: str, default: int) -> int:
    """Return a number of the query."""
    try:
        return max(0, int(request.query.get(name, default)))
    except ValueError:
        raise AdminError(422, "invalid", f"{name} is not a number") from None
