"""The whole way over real SIP and RTP: trunk, edge, node, Zhiyin on the laptop stack, a desk phone, and back."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from infrastructure.local.call import User
from infrastructure.local.private import private_stack
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import beside, settings
from infrastructure.voice.gateway.settings import Gateway
from tests.gateway.conftest import free_port
from tests.gateway.peer import Peer, Talk

CUSTOMER, AGENT = 1000.0, 600.0


@pytest.fixture(scope="module")
def stack() -> Iterator[Settings]:
    """A laptop stack of its own."""
    with private_stack() as made:
        yield made


@pytest.fixture(scope="module")
def gateway(stack: Settings) -> Iterator[Gateway]:
    """The gateway beside it."""
    sip, ws, wss, ng, router, first, second = (free_port() for _ in range(7))
    made = beside.prepare(
        stack, sip_port=sip, ws_port=ws, wss_port=wss, rtpengine_port=ng, router_port=router, node_ports=(first, second)
    )
    command = [sys.executable, "-m", "infrastructure.voice.gateway", "run", str(made.home / settings.FILE)]
    with (made.home / "out.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        eventually(lambda: b"gateway ready" in (made.home / "out.log").read_bytes(), "the gateway is ready", 60)
        eventually(lambda: httpx.get(f"{made.router_url}/health").status_code == 200, "the nodes take calls")
        yield made
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
async def trunk(gateway: Gateway) -> AsyncIterator[Peer]:
    """The telephone network."""
    del gateway
    made = await Peer.open(CUSTOMER, beside.TRUNK_PORT, ip=beside.TRUNK_IP)
    yield made
    await made.close()


async def later(work: Any) -> Any:
    """Run blocking work beside the event loop, which carries the audio."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def test_a_caller_is_served_at_a_desk_phone(stack: Settings, gateway: Gateway, trunk: Peer) -> None:
    edge = (gateway.ip, gateway.sip_port)
    with closing(User(stack, "admin1")) as admin, closing(User(stack, "agent1")) as agent:
        extension = {
            "extension": "2001",
            "kind": "sip",
            "username": None,
            "address": "sip:2001@voice.local",
            "name": "Desk",
        }
        await later(lambda: admin.post("/extensions", **extension))
        made = await later(lambda: admin.post("/extensions/2001/sip-password"))
        phone = await Peer.open(AGENT)
        assert await phone.register("2001", made["password"], gateway.domain, edge) == 200
        signed_in = {"groups": ["8001"], "phone": {"kind": "sip", "address": "sip:2001@voice.local"}}
        await later(lambda: agent.post("/agent/sign-in", **signed_in))
        await later(lambda: agent.post("/agent/ready"))

        customer = await trunk.call(beside.DEMO_NUMBER, edge, from_="+8613800138000")
        await asyncio.wait_for(customer.answered.wait(), 10)
        await asyncio.wait_for(speech(customer), 10)
        talk = await chooses("1", customer, phone)
        await asyncio.wait_for(talk.answered.wait(), 10)
        await customer.stream.hears(AGENT, within_s=20)
        await talk.stream.hears(CUSTOMER, within_s=20)

        call = (await later(lambda: agent.get("/agent")))["call"]
        await later(lambda: agent.post(f"/calls/{call['call_id']}/hold"))
        await customer.stream.misses(AGENT, within_s=20)
        await later(lambda: agent.post(f"/calls/{call['call_id']}/retrieve"))
        await customer.stream.hears(AGENT, within_s=20)

        talk.hang_up()
        await asyncio.wait_for(customer.over.wait(), 10)
        await phone.close()
        await later(lambda: eventually(lambda: recorded(admin, call["call_id"]), "the recording is stored"))


async def speech(talk: Talk) -> None:
    """Wait until something is said."""
    while talk.stream.samples(time.monotonic() - 0.3).max(initial=0) < 1_000:
        await asyncio.sleep(0.05)


async def chooses(key: str, customer: Talk, phone: Peer) -> Talk:
    """Press a key until the menu has heard it and a phone rings; return what rings."""
    for _ in range(10):
        customer.stream.press(key)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(phone.called.get(), 3)
    raise AssertionError("no phone rings")


def recorded(admin: User, call_id: str) -> bool:
    """Return whether the call's recording is in the bucket."""
    found = admin.get(f"/recordings?call_id={call_id}")["items"]
    return bool(found) and json.dumps(found).count('"stored"') > 0
