"""The REST that the platform sees: one address for all nodes.

A SID names its node. A new leg goes to the node of the conversation that its webhooks name, since that is where it is
mixed, and to another one when that takes no calls; a call that belongs to none goes to the emptiest.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import aiohttp
from aiohttp import web

from infrastructure.voice.gateway.settings import Node, Settings

PREFIX: Final = "/2010-04-01"
LOOK_EVERY_S: Final = 1.0
TIMEOUT: Final = aiohttp.ClientTimeout(total=60, connect=2)
LOOK_TIMEOUT: Final = aiohttp.ClientTimeout(total=1)
_OWNED: Final = re.compile(
    r"/(?:Calls|Conferences|Recordings|Queues)/(?:CA|CF|RE|QU)([0-9a-f]{2})[0-9a-f]{30}(?=[/.]|$)"
)
_CALL: Final = re.compile(r"CA([0-9a-f]{2})[0-9a-f]{30}")
_LIST: Final = re.compile(r"/(Calls|Conferences|Recordings|Queues)\.json$")
_HOP: Final = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host", "content-length"}
NO_NODE: Final = 20503
"""Error code of 503: nothing was done, neither here nor there."""
SILENT: Final = 20504
NODE: Final = "Node"
"""Query parameter that says which node's page of a list this is."""


def owner(path: str) -> int | None:
    """Return the number of the node that made the SID in a path, None when there is none."""
    found = _OWNED.search(path)
    return int(found[1], 16) if found else None


def conversation(form: Mapping[str, str]) -> str | None:
    """Return the call that a new leg is for, as the `call_id` of its webhooks names it."""
    for name in ("Url", "StatusCallback"):
        named = parse_qs(urlsplit(form.get(name, "")).query).get("call_id")
        if named:
            return named[0]
    return None


def home(call_id: str, living: Sequence[int]) -> int:
    """Return the node of a conversation: that of the call's own SID, else always the same one of the living nodes."""
    named = _CALL.fullmatch(call_id)
    if named:
        return int(named[1], 16)
    return max(living, key=lambda node: hashlib.sha256(f"{call_id}/{node}".encode()).digest())


@dataclass
class Router:
    """Sends each request to its node. load: calls by node number, of the nodes that take new ones."""

    settings: Settings
    load: dict[int, int] = field(default_factory=dict[int, int])

    async def watch(self, session: aiohttp.ClientSession) -> None:
        """Keep `load` true, once a second, for ever."""
        while True:
            await self.look(session)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, session: aiohttp.ClientSession) -> None:
        """Ask every node how it is."""
        found = await asyncio.gather(*(self._look(session, node) for node in self.settings.all_nodes))
        self.load = {number: calls for number, calls in found if calls is not None}

    async def _look(self, session: aiohttp.ClientSession, node: Node) -> tuple[int, int | None]:
        try:
            async with session.get(f"{node.url}/health", timeout=LOOK_TIMEOUT) as answer:
                return node.number, int((await answer.json())["calls"]) if answer.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            return node.number, None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request of the platform."""
        number = owner(request.path)
        if number is not None:
            return await self._forward(request, self._node(number))
        if request.method == "GET" and _LIST.search(request.path):
            return await self._list(request)
        if request.path.endswith("/Calls.json"):
            return await self._create(request)
        return await self._everywhere(request)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = _error(503, NO_NODE, "No voice node takes calls")
        if not self.load:
            await self.look(request.app[SESSION])  # one may have come up since
        for number in self._order(dict(parse_qsl((await request.read()).decode(errors="replace")))):
            self.load[number] = self.load.get(number, 0) + 1  # until the next look, so that a burst spreads
            answer = await self._forward(request, self._node(number))
            if not _was_refused(answer):
                return answer
        return answer

    def _order(self, form: Mapping[str, str]) -> list[int]:
        """Return the nodes that may take a new call, the best one first."""
        emptiest = sorted(self.load, key=lambda each: self.load[each])
        named = conversation(form)
        if named is None or not emptiest:
            return emptiest
        own = home(named, sorted(self.load))
        return sorted(emptiest, key=lambda each: each != own)

    async def _everywhere(self, request: web.Request) -> web.StreamResponse:
        """What has no SID (numbers) is every node's: a change goes to all, a question to the first that answers."""
        nodes = [node for node in self.settings.all_nodes if node.number in self.load] or list(self.settings.all_nodes)
        if request.method == "GET":
            nodes = nodes[:1]
        answers = [await self._forward(request, node) for node in nodes]
        return max(answers, key=lambda answer: answer.status, default=_error(503, NO_NODE, "No voice node"))

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """Return one node's page; the page after a node's last one is the first of the next node."""
        live = sorted(self.load)
        asked = request.query.get(NODE, "")
        number = int(asked) if asked.isdecimal() else (live[0] if live else None)
        if number is None:
            return _error(503, NO_NODE, "No voice node")
        answer = await self._forward(request, self._node(number))
        if not isinstance(answer, web.Response) or answer.status != 200:
            return answer
        body: dict[str, Any] = json.loads(answer.body if isinstance(answer.body, bytes) else b"{}")
        following = next((each for each in live if each > number), None)
        body["next_page_uri"] = _next_page(request, body, number, following)
        return web.json_response(body)

    def _node(self, number: int) -> Node | None:
        return next((node for node in self.settings.all_nodes if node.number == number), None)

    async def _forward(self, request: web.Request, node: Node | None) -> web.StreamResponse:
        if node is None:
            return _error(404, 20404, f"The requested resource {request.path} was not found")
        query = [(name, value) for name, value in request.query.items() if name != NODE]
        url = f"{node.url}{request.path}" + (f"?{urlencode(query)}" if query else "")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        session = request.app[SESSION]
        try:
            sent = session.request(
                request.method, url, data=await request.read(), headers=headers, allow_redirects=False
            )
            async with sent as answer:
                return await _copy(request, answer)
        except aiohttp.ClientConnectorError:
            # A node that is dead or starting again has lost its calls: they are ended by call-backs.
            return _error(503, NO_NODE, f"Node {node.number} is not there")
        except (aiohttp.ClientError, TimeoutError):
            return _error(504, SILENT, f"Node {node.number} does not answer")  # and may have done what it was asked


SESSION: Final = web.AppKey("session", aiohttp.ClientSession)


def _was_refused(answer: web.StreamResponse) -> bool:
    """Tell whether the call was certainly not made: the node is full, drains or is not there."""
    if answer.status != 503 or not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
        return False
    try:
        return json.loads(answer.body).get("code") == NO_NODE
    except (ValueError, AttributeError):
        return False


async def _copy(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    """Return a node's answer; sound is passed on as it comes."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP | {"content-encoding"}}
    if answer.content_type in ("application/json", "text/xml", "text/plain") or answer.status == 204:
        return web.Response(status=answer.status, headers=headers, body=await answer.read())
    stream = web.StreamResponse(status=answer.status, headers=headers)
    stream.content_length = answer.content_length
    await stream.prepare(request)
    async for chunk in answer.content.iter_chunked(65536):
        await stream.write(chunk)
    await stream.write_eof()
    return stream


def _next_page(request: web.Request, body: dict[str, Any], number: int, following: int | None) -> str | None:
    own = body.get("next_page_uri")
    if own:
        return f"{own}&{NODE}={number}"
    if following is None:
        return None
    query = [(name, value) for name, value in request.query.items() if name not in (NODE, "Page")]
    return f"{request.path}?{urlencode([*query, ('Page', '0'), (NODE, str(following))])}"


def _error(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "more_info": "", "status": status}, status=status)
