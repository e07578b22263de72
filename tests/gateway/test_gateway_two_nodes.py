"""A conference whose parties are on two nodes: sound, hold and coaching across, and the end from either side."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.rest import Client

from infrastructure.voice.settings import Settings
from tests.contract.voice.conftest import LocalHttpClient
from tests.gateway.conftest import TRUNK, NodeProcess, Town, opened

ASKED = 'statusCallback="/room" statusCallbackEvent="join leave end"'
ROOM = f'<Dial action="/after"><Conference {ASKED}{{}}>hall</Conference></Dial>'


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NodeProcess, NodeProcess]]:
    shared = tmp_path_factory.mktemp("shared")
    flags = ("--shared", str(shared))
    first = NodeProcess(tmp_path_factory.mktemp("first"), node=1, flags=flags)
    second = NodeProcess(tmp_path_factory.mktemp("second"), node=2, flags=flags, hooks=first.hooks, edge=first.edge)
    first.start()
    second.start()
    yield first, second
    first.stop()
    second.stop()


@pytest.fixture
async def two(nodes: tuple[NodeProcess, NodeProcess]) -> AsyncIterator[tuple[Town, Client]]:
    """The first node's town, and the second node's REST."""
    settings = Settings()
    other = Client(settings.account_sid, settings.auth_token, http_client=LocalHttpClient(nodes[1].base))
    async with opened(nodes[0]) as town:
        yield town, other
    other.http_client.session.close()


async def joined(two: tuple[Town, Client], room: str = "") -> tuple[Any, Any, str, str]:
    """Return customer on the first node and agent on the second, in one conference, and their call SIDs."""
    town, other = two
    town.platform.documents["/voice"] = ROOM.format("")
    customer = await town.call()
    asked = await town.platform.until("/voice")
    await town.platform.until("/room", StatusCallbackEvent="participant-join", CallSid=asked["CallSid"])
    town.platform.documents["/agent"] = ROOM.format(room)
    url, status = f"{town.platform.url}/agent", f"{town.platform.url}/out"
    made = await town.rest(other.calls.create, to="client:agent1", from_=TRUNK, url=url, status_callback=status)
    agent = await town.picked_up()
    await customer.stream.hears(600)
    await agent.stream.hears(1000)
    return customer, agent, asked["CallSid"], made.sid


async def test_sound_hold_and_keys_cross(two: tuple[Town, Client]) -> None:
    town, _ = two
    customer, agent, customer_sid, agent_sid = await joined(two)
    assert (customer_sid[:4], agent_sid[:4]) == ("CA01", "CA02")
    await town.platform.until("/room", StatusCallbackEvent="participant-join", CallSid=agent_sid)
    room = (await town.rest(town.client.conferences.list, friendly_name="hall", status="in-progress"))[0]
    assert room.sid.startswith("CF01")
    participants = town.client.conferences(room.sid).participants
    assert {p.call_sid for p in await town.rest(participants.list)} == {customer_sid, agent_sid}
    await town.rest(participants(agent_sid).update, hold=True)
    await customer.stream.misses(600)
    await agent.stream.misses(1000)
    await town.rest(participants(agent_sid).update, hold=False)
    await customer.stream.hears(600)
    await agent.stream.hears(1000)
    agent.stream.press("7")
    async with asyncio.timeout(5):
        while customer.stream.keys_heard != ["7"]:
            await asyncio.sleep(0.05)
    await town.rest(participants(agent_sid).delete)
    after = await town.platform.until("/after", CallSid=agent_sid)
    assert after["DialBridged"] == "true"
    await asyncio.wait_for(agent.over.wait(), 5)
    assert not customer.over.is_set()


async def test_the_owners_side_ends_it(two: tuple[Town, Client]) -> None:
    town, _ = two
    customer, agent, _, agent_sid = await joined(two, ' endConferenceOnExit="true"')
    customer.hang_up()
    await town.platform.until("/room", StatusCallbackEvent="participant-leave")
    assert not agent.over.is_set()
    agent.hang_up()
    await town.platform.until("/out", CallSid=agent_sid, CallStatus="completed")
    await town.platform.until("/room", StatusCallbackEvent="conference-end")


async def test_a_guest_that_ends_the_conference_on_exit(two: tuple[Town, Client]) -> None:
    town, _ = two
    customer, agent, customer_sid, _ = await joined(two, ' endConferenceOnExit="true"')
    agent.hang_up()
    await town.platform.until("/after", CallSid=customer_sid)
    await asyncio.wait_for(customer.over.wait(), 5)


async def test_owner_that_died_leaves_the_name_free(nodes: tuple[NodeProcess, NodeProcess], tmp_path: Path) -> None:
    shared = nodes[0].flags[1]
    third = NodeProcess(tmp_path, node=3, flags=("--shared", shared), hooks=nodes[0].hooks, edge=nodes[0].edge)
    third.start()
    async with opened(nodes[0]) as town:
        town.platform.documents["/voice"] = ROOM.format("")
        await town.trunk.call(TRUNK, third.address)
        await town.platform.until("/room", StatusCallbackEvent="participant-join")
        assert third.process is not None
        third.process.kill()
        third.process.wait()
        await town.call()
        await town.platform.until("/room", StatusCallbackEvent="participant-join", ConferenceSid=await newest(nodes[0]))


async def newest(node: NodeProcess) -> str:
    """Return the SID of the conference that goes on at a node."""
    settings = Settings()
    url = f"{node.base}/2010-04-01/Accounts/{settings.account_sid}/Conferences.json"
    async with httpx.AsyncClient(auth=(settings.account_sid, settings.auth_token)) as client, asyncio.timeout(5):
        while True:
            found = (await client.get(url)).json()["conferences"]
            if found and found[0]["status"] != "completed":
                return found[0]["sid"]
            await asyncio.sleep(0.05)
