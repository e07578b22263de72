"""The whole way over real SIP and RTP: trunk, edge, node, Zhiyin on the laptop stack, a desk phone, and back."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import pytest

from infrastructure.local.call import User
from infrastructure.local.private import private_stack
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import laptop, settings
from infrastructure.voice.gateway.settings import Settings as Gateway
from tests.gateway.peer import Peer, Talk
from tests.gateway.ports import free_port

CUSTOMER, AGENT = 1000.0, 600.0


@pytest.fixture(scope="module")
def stack() -> Iterator[Settings]:
    """A laptop stack of its own."""
    with private_stack() as made:
        yield made


@pytest.fixture(scope="module")
def gateway(stack: Settings) -> Iterator[Gateway]:
    """The gateway beside it."""
    names = ("sip_port", "sips_port", "ws_port", "wss_port", "rpc_port", "relay_port", "lookup_port", "router_port")
    nodes = {"node_sip_port": 27_400, "node_http_port": 28_400}
    file = laptop.prepare(stack, **{name: free_port() for name in names}, **nodes)
    made = settings.load(str(file))
    environment = {**os.environ, settings.CONFIG_FILE: str(file)}
    command = [sys.executable, "-m", "infrastructure.voice.gateway"]
    subprocess.run([*command, "up"], env=environment, check=True)
    try:
        yield made
    finally:
        subprocess.run([*command, "down"], env=environment, check=True)


@pytest.fixture
async def trunk(gateway: Gateway) -> AsyncIterator[Peer]:
    """The telephone network."""
    del gateway
    made = await Peer.open(CUSTOMER, laptop.TRUNK_PORT, ip=laptop.TRUNK_IP)
    yield made
    await made.close()


async def later(work: Any) -> Any:
    """Run blocking work beside the event loop, which carries the audio."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def test_a_caller_is_served_at_a_desk_phone(stack: Settings, gateway: Gateway, trunk: Peer) -> None:
    edge = (gateway.address, gateway.sip_port)
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

        customer = await trunk.call(laptop.DEMO_NUMBER, edge, from_="+8613800138000")
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
