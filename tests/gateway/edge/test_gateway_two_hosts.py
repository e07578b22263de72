"""VOI-2: two hosts are one gateway: phones of either, calls on either, and one that is lost.

Each host is a network namespace with a whole gateway and one real node; platform, trunk and phones are beside them.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import pytest
from aiohttp import web
from twilio.rest import Client

from tests.contract.voice.conftest import LocalHttpClient
from tests.contract.voice.http_platform import HttpPlatform
from tests.gateway.conftest import until
from tests.gateway.digest import digest_of
from tests.gateway.edge import hosts as namespaces
from tests.gateway.edge.hosts import Host, Network
from tests.gateway.edge.kit import SDP, Phone
from tests.gateway.peer import ConnectedPeer, Peer, Talk
from tests.gateway.rtp import strength

T = TypeVar("T")
NUMBER = "+861055550100"
PLACES = (2, 3)
PLATFORM_PORT = 8080
PASSWORD = "a-password-of-1001"
CUSTOMER, DESK = 1000.0, 600.0
RING = '<Dial action="/after"><Sip>sip:{}@voice.local</Sip></Dial>'
WAIT = "<Say>hello</Say><Pause length='60'/>"


@dataclass
class Town:
    """Both hosts: `first` has the phone, `second` the call. rest: the REST of the first one's front."""

    network: Network
    first: Host
    second: Host
    platform: HttpPlatform
    trunk: Peer
    client: Client
    phones: list[Peer] = field(default_factory=list[Peer])

    async def rest(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a call of the blocking client library beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(None, partial(work, *args, **kwargs))

    async def phone(self, user: str = "1001") -> ConnectedPeer:
        """Return a phone with one connection, to the first host."""
        made = await ConnectedPeer.connect(DESK, self.first.edge, ip=self.network.address(1))
        self.phones.append(made)
        assert await made.register(user, PASSWORD, "voice.local", self.first.edge) == 200
        return made

    async def dial(self, to: str, document: str = WAIT) -> str:
        """Ask the first host's front for a call that belongs to a conversation on the second's node; return its SID."""
        self.platform.documents["/out"] = document
        conversation = f"CA{self.second.node:02x}{'0' * 30}"
        made = await self.rest(
            self.client.calls.create,
            to=to,
            from_=NUMBER,
            url=f"{self.platform.url}/out?call_id={conversation}",
            status_callback=f"{self.platform.url}/status",
            status_callback_event=["ringing", "answered", "completed"],
        )
        assert made.sid is not None
        assert int(made.sid[2:4], 16) == self.second.node
        return made.sid

    async def call(self, document: str) -> tuple[Talk, str]:
        """Let the trunk call the second host until its own node has the call: it spreads over all nodes in turn."""

        def asked_of(form: dict[str, str]) -> bool:
            return int(form["CallSid"][2:4], 16) == self.second.node

        self.platform.documents["/voice/inbound"] = lambda form: document if asked_of(form) else WAIT
        for _ in PLACES:
            talk = await self.trunk.call(NUMBER, self.second.edge)
            await asyncio.wait_for(talk.answered.wait(), 10)
            asked = self.platform.to("/voice/inbound")[-1]
            if asked_of(asked):
                return talk, asked["CallSid"]
            talk.hang_up()
            await self.platform.until("/voice/status", CallSid=asked["CallSid"], CallStatus="completed")
        raise AssertionError("the second host's node gets no calls")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Network, list[Host]]]:
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    with namespaces.running(tmp_path_factory.mktemp("hosts"), PLACES, PLATFORM_PORT) as made:
        yield made


@pytest.fixture
async def town(gateway: tuple[Network, list[Host]]) -> AsyncIterator[Town]:
    network, (first, second) = gateway
    given = first.settings
    platform = HttpPlatform(given.auth_token)
    platform.url = f"http://{network.address(1)}:{PLATFORM_PORT}"
    runner = web.AppRunner(_application(platform), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, network.address(1), PLATFORM_PORT, reuse_address=True).start()
    trunk = await Peer.open(CUSTOMER, namespaces.TRUNK_PORT, ip=network.address(1))
    http = LocalHttpClient(f"http://{given.router_host}:{given.router_port}")
    client = Client(given.account_sid, given.auth_token, http_client=http)
    made = Town(network, first, second, platform, trunk, client)
    try:
        yield made
    finally:
        for peer in (trunk, *made.phones):
            await peer.close()
        await runner.cleanup()
        http.session.close()


def _application(platform: HttpPlatform) -> web.Application:
    async def credentials(request: web.Request) -> web.Response:
        user = str((await request.post())["Username"])
        known = user in ("1001", "1002")
        return web.Response(text=digest_of(user, "voice.local", PASSWORD)) if known else web.Response(status=404)

    application = web.Application()
    application.router.add_post("/voice/sip-credentials", credentials)
    application.router.add_route("*", "/{path:.*}", platform.handle)
    return application


async def rung(phone: Peer) -> Talk:
    """Return the call that the phone took."""
    talk = await asyncio.wait_for(phone.called.get(), 10)
    await asyncio.wait_for(talk.answered.wait(), 10)
    return talk


def heard_since(talk: Talk, since: float, hertz: float) -> bool:
    """Tell whether a tone is in what came after an instant, and that is at least 0.2 s of sound."""
    sound = talk.stream.samples(since)
    return len(sound) >= 1600 and strength(sound[-1600:], hertz) > 1500


async def test_a_phone_of_one_host_is_reached_by_a_call_on_the_other(town: Town) -> None:
    phone = await town.phone()
    customer, sid = await town.call(RING.format("1001"))
    desk = await rung(phone)
    await desk.stream.hears(CUSTOMER)
    await customer.stream.hears(DESK)
    assert desk.route, "the edge of the phone stays in the call"
    asking = town.second.settings
    assert not [each for each in desk.route if asking.address in each or asking.internal in each], "who asked does not"
    assert town.second.ask("dlg.stats_active")["all"] == 1, "it has the trunk's side alone"
    found = await town.rest(lambda: town.client.calls(sid).fetch())
    assert found.status == "in-progress", "the first host's front finds the call on the second's node"
    customer.hang_up()
    await asyncio.wait_for(desk.over.wait(), 5)


async def test_the_phone_hangs_up(town: Town) -> None:
    phone = await town.phone()
    customer, sid = await town.call(RING.format("1001"))
    desk = await rung(phone)
    await customer.stream.hears(DESK)
    desk.hang_up()
    assert (await town.platform.until("/after", CallSid=sid))["DialCallStatus"] == "completed"
    await asyncio.wait_for(customer.over.wait(), 5)


async def test_a_held_phone_is_heard_again(town: Town) -> None:
    """A request in the call, with media: it goes between the phone's edge and the node, and the relay follows."""
    phone = await town.phone()
    customer, _ = await town.call(RING.format("1001"))
    desk = await rung(phone)
    await customer.stream.hears(DESK)
    for direction in ("sendonly", "sendrecv"):
        desk.answered.clear()
        desk.hold(direction)
        await asyncio.wait_for(desk.answered.wait(), 5)
    since = time.monotonic()
    await until(lambda: heard_since(desk, since, CUSTOMER) and heard_since(customer, since, DESK))
    customer.hang_up()
    await asyncio.wait_for(desk.over.wait(), 5)


async def test_rest_ends_a_call_that_talks_and_one_that_rings(town: Town) -> None:
    phone = await town.phone()
    sid = await town.dial("sip:1001@voice.local")
    desk = await rung(phone)
    await town.platform.until("/out", CallSid=sid)
    await town.rest(lambda: town.client.calls(sid).update(status="completed"))
    await asyncio.wait_for(desk.over.wait(), 5)
    phone.result = 0
    sid = await town.dial("sip:1001@voice.local")
    desk = await asyncio.wait_for(phone.called.get(), 10)
    await town.platform.until("/status", CallSid=sid, CallStatus="ringing")
    await town.rest(lambda: town.client.calls(sid).update(status="canceled"))
    await asyncio.wait_for(desk.over.wait(), 5)
    await town.platform.until("/status", CallSid=sid, CallStatus="canceled")


async def test_a_phone_that_declines_is_not_asked_again(town: Town) -> None:
    phone = await town.phone("1002")
    phone.result = 486
    sid = await town.dial("sip:1002@voice.local")
    assert (await town.platform.until("/status", CallSid=sid, CallStatus="busy"))["CallSid"] == sid
    assert phone.called.qsize() == 1


async def test_a_phone_that_neither_has_is_said_to_be_away(town: Town) -> None:
    begun = time.monotonic()
    sid = await town.dial("sip:1999@voice.local")
    await town.platform.until("/status", CallSid=sid, CallStatus="no-answer")
    assert time.monotonic() - begun < 3, "no request went in circles"


async def test_a_stranger_is_no_edge(town: Town) -> None:
    """Neither from elsewhere nor from the other host's address with another port."""
    phone = await town.phone()
    claims = ("X-Zhiyin-Caller-Id: +8613900000000", "X-Zhiyin-Source: node")
    body = SDP.format(ip=town.network.address(1), port=40500)

    def asked() -> int:
        with Phone(town.first.edge, ip=town.network.address(1)) as stranger:
            return stranger.answer_to(stranger.request("INVITE", "sip:1001@voice.local", *claims, body=body)).status

    assert await town.rest(asked) == 407
    edge = (town.first.settings.internal, town.first.settings.sip_port)
    code = (
        "from tests.gateway.edge.kit import Phone\n"
        f"with Phone({edge!r}, ip={town.second.settings.internal!r}) as stranger:\n"
        f"    call = stranger.request('INVITE', 'sip:1001@voice.local', *{claims!r}, body={body!r})\n"
        "    print(stranger.answer_to(call).status)\n"
    )
    assert json.loads(await town.rest(town.second.run, code)) == 407
    assert phone.called.empty()


async def test_with_one_host_lost_the_other_takes_calls_and_phones(town: Town) -> None:
    """The last test: nothing brings the first host back."""
    town.platform.documents["/voice/inbound"] = WAIT
    await town.rest(town.first.die)
    for _ in PLACES:  # in turn: one of them would be the dead node's
        talk = await town.trunk.call(NUMBER, town.second.edge)
        await asyncio.wait_for(talk.answered.wait(), 3)
        talk.hang_up()
    phone = await Peer.open(DESK, ip=town.network.address(1))
    town.phones.append(phone)
    assert await phone.register("1001", PASSWORD, "voice.local", town.second.edge) == 200
    town.platform.documents["/voice/inbound"] = RING.format("1001")
    customer = await town.trunk.call(NUMBER, town.second.edge)
    desk = await rung(phone)
    await desk.stream.hears(CUSTOMER)
    await customer.stream.hears(DESK)
    customer.hang_up()
    await until(desk.over.is_set)
