"""How a webhook leaves the house: over HTTP, or into a function of the same process (tests, simulations)."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from yarl import URL

MAX_REPLY_BYTES = 20_000_000


@dataclass(frozen=True)
class HookRequest:
    """One request to the platform. form: the posted fields, empty for GET (they are in the URL then)."""

    method: str
    url: str
    headers: dict[str, str]
    form: dict[str, str]


@dataclass(frozen=True)
class HookReply:
    """What came back."""

    status: int
    body: bytes = b""
    content_type: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict[str, str])


class ConnectionFailed(Exception):
    """Nobody answered: refused, reset, unknown host."""


class Transport(Protocol):
    """Delivers requests. Raises ConnectionFailed; knows no time-out, the caller cancels."""

    async def send(self, request: HookRequest) -> HookReply:
        """Deliver one request and return the reply whatever its status."""
        ...

    async def close(self) -> None:
        """Free what is held."""
        ...


class HttpTransport:
    """Real HTTP. Follows redirects, as the provider does."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: HookRequest) -> HookReply:
        """Deliver one request; the URL goes out byte for byte as it was signed."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=200)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))
        data = request.form if request.method == "POST" else None
        try:
            async with self._session.request(
                request.method, URL(request.url, encoded=True), data=data, headers=request.headers, max_redirects=5
            ) as answer:
                body = await answer.content.read(MAX_REPLY_BYTES)
                while len(body) < MAX_REPLY_BYTES and (more := await answer.content.read(MAX_REPLY_BYTES - len(body))):
                    body += more
                return HookReply(answer.status, body, answer.content_type, dict(answer.headers))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ConnectionFailed(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


Handler = Callable[[HookRequest], "HookReply | str | Awaitable[HookReply | str]"]


class FunctionTransport:
    """Calls a function instead of a server; a plain string is a 200 with TwiML."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def send(self, request: HookRequest) -> HookReply:
        """Call the function, awaiting its result when it is asynchronous."""
        answer = self._handler(request)
        reply = await answer if inspect.isawaitable(answer) else answer
        return HookReply(200, reply.encode()) if isinstance(reply, str) else reply

    async def close(self) -> None:
        """Nothing is held."""
