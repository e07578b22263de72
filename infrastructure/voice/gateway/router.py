"""One address for all voice nodes of a host: the provider's REST, passed on to the node that a request belongs to.

Beside it, for the edge: the digests of passwords. Listens where Zhiyin reaches it; credentials are given to this host
alone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from infrastructure.voice.gateway import routing
from infrastructure.voice.gateway.credentials import Credentials, Unavailable
from infrastructure.voice.gateway.settings import Gateway

LOOK_S = 1.0
LOOK_LIMIT_S = 0.8
PASS_LIMIT_S = 60.0
MAX_BODY_BYTES = 1_000_000
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "server", "date"}
"""Headers that belong to one connection and are not passed on."""


class Router:
    """Knows which nodes live and how busy they are."""

    session: aiohttp.ClientSession
    credentials: Credentials

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.calls: dict[int, int] = {}
        """Calls of each node that lives and takes more."""

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Hold what the application needs while it runs."""
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            self.session, self.credentials = session, Credentials(self.gateway, session)
            watching = asyncio.create_task(self._watch())
            yield
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        """Look at the nodes again and again."""
        while True:
            await asyncio.gather(*(self._look(node) for node in range(len(self.gateway.node_ports))))
            await asyncio.sleep(LOOK_S)

    async def _look(self, node: int) -> None:
        limit = aiohttp.ClientTimeout(total=LOOK_LIMIT_S)
        try:
            async with self.session.get(f"{self.gateway.node_url(node)}/health", timeout=limit) as reply:
                body = await reply.json()
                if reply.status == 200:
                    self.calls[node] = body["calls"]
                    return
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            pass
        self.calls.pop(node, None)

    async def health(self, _: web.Request) -> web.Response:
        """Tell which nodes take calls."""
        body = {"status": "ok" if self.calls else "down", "nodes": {str(node): n for node, n in self.calls.items()}}
        return web.json_response(body, status=200 if self.calls else 503)

    async def password(self, request: web.Request) -> web.Response:
        """Return the digest of a user's password: 404 when he has none, 503 when that cannot be known."""
        if request.remote not in ("127.0.0.1", self.gateway.ip):
            raise web.HTTPForbidden
        try:
            found = await self.credentials.of(request.match_info["user"])
        except Unavailable:
            raise web.HTTPServiceUnavailable from None
        if found is None:
            raise web.HTTPNotFound
        return web.Response(text=found)

    async def rest(self, request: web.Request) -> web.StreamResponse:
        """Pass a request on to the node that it belongs to."""
        body = await request.read()
        node = routing.owner(request.path)
        if node is None:
            node = self._node_for(request, body)
        if node is None or node >= len(self.gateway.node_ports):
            return _refusal(404 if node is not None else 503, "no voice node for this request")
        return await self._pass(request, node, body)

    def _node_for(self, request: web.Request, body: bytes) -> int | None:
        if not self.calls:
            return None
        form = dict(parse_qsl(body.decode(errors="replace"))) if request.method == "POST" else dict(request.query)
        name = routing.conversation(form) or form.get("FriendlyName")
        if name:
            return routing.home(name, sorted(self.calls))
        return min(self.calls, key=lambda node: self.calls[node])

    async def _pass(self, request: web.Request, node: int, body: bytes) -> web.StreamResponse:
        url = f"{self.gateway.node_url(node)}{request.path_qs}"
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        limit = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=PASS_LIMIT_S)
        try:
            async with self.session.request(request.method, url, data=body, headers=headers, timeout=limit) as reply:
                kept = {name: value for name, value in reply.headers.items() if name.lower() not in HOP}
                answer = web.StreamResponse(status=reply.status, headers=kept)
                await answer.prepare(request)
                async for chunk in reply.content.iter_chunked(65_536):
                    await answer.write(chunk)
                await answer.write_eof()
                return answer
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
            return _refusal(503, f"voice node {node} does not answer")


def _refusal(status: int, message: str) -> web.Response:
    """Return an error in the provider's form."""
    return web.json_response(
        {"status": status, "code": 20_404 if status == 404 else 20_503, "message": message}, status=status
    )


def application(gateway: Gateway) -> web.Application:
    """Return the HTTP application."""
    made = web.Application(client_max_size=MAX_BODY_BYTES)
    router = Router(gateway)
    made.cleanup_ctx.append(router.running)
    made.add_routes(
        [
            web.get("/health", router.health),
            web.get("/credentials/{user}", router.password),
            web.route("*", "/2010-04-01/{rest:.*}", router.rest),
        ]
    )
    return made
