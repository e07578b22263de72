"""VOI-2: REST finds the node of a SID; lookups are signed, few at a time, and outlive the platform's bad hours."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from twilio.request_validator import RequestValidator

from infrastructure.voice.gateway import front, lookup
from infrastructure.voice.gateway.lookup import Lookup, Unavailable
from infrastructure.voice.gateway.router import conversation, home, owner
from infrastructure.voice.gateway.settings import Node, Settings

BASE = "/2010-04-01/Accounts/AC0"


def _sid(kind: str, node: int) -> str:
    return f"{kind}{node:02x}{'0' * 30}"


@pytest.mark.parametrize(
    ("path", "node"),
    [
        (f"{BASE}/Calls/{_sid('CA', 1)}.json", 1),
        (f"{BASE}/Calls/{_sid('CA', 255)}/Recordings/{_sid('RE', 255)}.json", 255),
        (f"{BASE}/Conferences/{_sid('CF', 10)}/Participants.json", 10),
        (f"{BASE}/Recordings/{_sid('RE', 0)}", 0),
        (f"{BASE}/Queues/{_sid('QU', 3)}/Members.json", 3),
        (f"{BASE}/Calls.json", None),
        (f"{BASE}/Calls/CA01.json", None),
        (f"{BASE}/Queues.json", None),
    ],
)
def test_a_sid_names_its_node(path: str, node: int | None) -> None:
    assert owner(path) == node


def test_a_leg_belongs_to_the_conversation_that_its_webhooks_name() -> None:
    assert conversation({"Url": "https://zhiyin.example/voice/agent?call_id=CA7&step=1"}) == "CA7"
    assert conversation({"StatusCallback": "https://zhiyin.example/voice/status?call_id=C1"}) == "C1"
    assert conversation({"Url": "https://zhiyin.example/voice/agent", "To": "+86"}) is None


def test_a_conversation_stays_at_its_home_while_that_lives() -> None:
    assert home(_sid("CA", 7), [0, 1]) == 7
    homes = {f"O{number}": home(f"O{number}", [0, 1, 2]) for number in range(100)}
    assert set(homes.values()) == {0, 1, 2}
    for call_id, node in homes.items():
        living = [each for each in (0, 1, 2) if each != (node + 1) % 3]
        assert home(call_id, living) == node, "another node's death moves nothing"


def _node(number: int, calls: int, pages: int = 1, refuses: bool = False) -> web.Application:
    """A node with so many calls and so many pages of recordings. refuses: new calls, since a moment ago."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"calls": calls})

    async def recordings(request: web.Request) -> web.Response:
        page = int(request.query.get("Page", 0))
        following = f"{BASE}/Recordings.json?Page={page + 1}&PageSize=1" if page + 1 < pages else None
        return web.json_response({"recordings": [f"{number}/{page}"], "next_page_uri": following})

    async def anything(request: web.Request) -> web.Response:
        if refuses and request.path.endswith("/Calls.json"):
            return web.json_response({"code": 20503, "message": "full"}, status=503)
        return web.json_response({"node": number, "form": dict(await request.post())})

    application = web.Application()
    application.add_routes([web.get("/health", health), web.get(f"{BASE}/Recordings.json", recordings)])
    application.add_routes([web.route("*", "/{rest:.*}", anything)])
    return application


@asynccontextmanager
async def _front(home: Path, *nodes: web.Application) -> AsyncIterator[TestClient[Any, Any]]:
    servers = [TestServer(node) for node in nodes]
    for server in servers:
        await server.start_server()
    known = tuple(
        Node(number=number, sip_port=1, agent_port=2, http_port=server.port or 1)
        for number, server in enumerate(servers)
    )
    async with TestClient(TestServer(front.rest(Settings(home=home, nodes=0, other_nodes=known)))) as client:
        while nodes and (await client.get(f"{BASE}/Queues.json")).status != 200:
            await asyncio.sleep(0.01)
        yield client
    for server in servers:
        await server.close()


async def test_new_calls_go_to_the_emptiest_node_and_spread(tmp_path: Path) -> None:
    async with _front(tmp_path, _node(0, calls=5), _node(1, calls=3)) as client:
        created = [await (await client.post(f"{BASE}/Calls.json", data={"To": "+86"})).json() for _ in range(4)]
    assert [each["node"] for each in created] == [1, 1, 0, 1]
    assert created[0]["form"] == {"To": "+86"}


async def test_a_leg_goes_to_its_conversation_s_node_and_elsewhere_when_that_takes_none(tmp_path: Path) -> None:
    form = {"Url": f"https://zhiyin.example/voice/agent?call_id={_sid('CA', 0)}"}
    async with _front(tmp_path, _node(0, calls=5), _node(1, calls=3)) as client:
        assert (await (await client.post(f"{BASE}/Calls.json", data=form)).json())["node"] == 0
    async with _front(tmp_path, _node(0, calls=5, refuses=True), _node(1, calls=3)) as client:
        assert (await (await client.post(f"{BASE}/Calls.json", data=form)).json())["node"] == 1


async def test_when_every_node_refuses_the_platform_hears_it(tmp_path: Path) -> None:
    async with _front(tmp_path, _node(0, 5, refuses=True), _node(1, 3, refuses=True)) as client:
        answer = await client.post(f"{BASE}/Calls.json", data={"To": "+86"})
        assert (answer.status, (await answer.json())["code"]) == (503, 20503)


async def test_a_list_goes_from_node_to_node(tmp_path: Path) -> None:
    seen: list[str] = []
    async with _front(tmp_path, _node(0, 0, pages=2), _node(1, 0, pages=1)) as client:
        following: str | None = f"{BASE}/Recordings.json?PageSize=1"
        while following:
            body = await (await client.get(following)).json()
            seen += body["recordings"]
            following = body["next_page_uri"]
    assert seen == ["0/0", "0/1", "1/0"]


async def test_without_a_node_new_calls_are_refused_and_strange_sids_unknown(tmp_path: Path) -> None:
    async with _front(tmp_path) as client:
        assert (await client.post(f"{BASE}/Calls.json")).status == 503
        assert (await client.get(f"{BASE}/Calls/{_sid('CA', 9)}.json")).status == 404


async def test_a_load_balancer_hears_whether_a_node_takes_calls(tmp_path: Path) -> None:
    async with _front(tmp_path, _node(0, calls=5)) as client:
        while (await client.get("/health")).status != 200:
            await asyncio.sleep(0.01)
    async with _front(tmp_path) as client:
        assert (await client.get("/health")).status == 503


Answer = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def _asking(home: Path, answer: Answer) -> AsyncIterator[Lookup]:
    application = web.Application()
    application.router.add_post(lookup.PATH, answer)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        yield Lookup(Settings(home=home, platform_url=str(server.make_url(""))), session)


async def test_a_question_is_signed_and_its_answer_remembered(tmp_path: Path) -> None:
    asked: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        validator = RequestValidator(Settings().auth_token)
        assert validator.validate(str(request.url), form, request.headers["X-Twilio-Signature"])
        asked.append(form)
        return web.Response(text="f" * 32) if form["Username"] == "1001" else web.Response(status=404)

    async with _asking(tmp_path, answer) as asking:
        assert [await asking.ha1(user) for user in ("1001", "1001", "4711", "4711")] == ["f" * 32] * 2 + [None] * 2
    assert [form["Username"] for form in asked] == ["1001", "4711"]
    assert asked[0]["Realm"] == "voice.local"


async def test_what_was_known_holds_while_the_platform_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = 200

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="a" * 32, status=status)

    monkeypatch.setattr(lookup, "FRESH_S", 0)
    async with _asking(tmp_path, answer) as asking:
        await asking.ha1("1001")
        status = 500
        assert await asking.ha1("1001") == "a" * 32
        with pytest.raises(Unavailable):
            await asking.ha1("1002")


async def test_a_login_of_a_page_ends_with_its_second_although_it_is_remembered(tmp_path: Path) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="a" * 32)

    now = 1_000_000
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(lookup.time, "time", lambda: now)
        async with _asking(tmp_path, answer) as asking:
            assert await asking.ha1("agent1.1000060") == "a" * 32
            now += 60
            assert await asking.ha1("agent1.1000060") is None


async def test_a_storm_of_names_does_not_become_one_of_questions(tmp_path: Path) -> None:
    release, under_way = asyncio.Event(), 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal under_way
        under_way += 1
        await release.wait()
        return web.Response(status=404)

    async with _asking(tmp_path, answer) as asking:
        first = [asyncio.ensure_future(asking.ha1(f"a{number}")) for number in range(lookup.AT_A_TIME)]
        while under_way < lookup.AT_A_TIME:
            await asyncio.sleep(0.01)
        with pytest.raises(Unavailable):
            await asking.ha1("one-more")
        release.set()
        assert await asyncio.gather(*first) == [None] * lookup.AT_A_TIME
