"""An agent's page as a phone: trunk, edge, node, Zhiyin and a real browser that hears and is heard."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from infrastructure.local.call import User
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import rpc
from infrastructure.voice.gateway.settings import Settings as Gateway
from tests.gateway.acceptance.real import Real
from tests.gateway.acceptance.world import later
from tests.gateway.page import OFF_S, ON_S, AgentPage, chromium, microphone
from tests.gateway.peer import Peer, Talk

CUSTOMER, AGENT = 1000.0, 600.0
CALLER = "+8613800138000"
CYCLE_S = ON_S + OFF_S


@pytest.fixture
async def trunk(gateway: Gateway, group: None) -> AsyncIterator[Peer]:
    """The telephone network."""
    del group
    line = gateway.trunks[0]
    made = await Peer.open(CUSTOMER, line.port, ip=line.host)
    yield made
    await made.close()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser whose microphone hears the agent's tone."""
    async with chromium(microphone(tmp_path / "tone.wav", AGENT)) as found:
        yield found


@pytest.fixture
async def agent(stack: Settings, gateway: Gateway, browser: Browser) -> AsyncIterator[AgentPage]:
    """An agent who is ready, with a line at the simulator and one at the gateway."""
    with closing(User(stack, "agent1")) as api:
        await later(lambda: api.post("/agent/sign-out"))
        page = await AgentPage.open(browser, stack.public_url, "agent1")
        await registered(gateway, "agent1")
        await page.work()
        yield page
        await later(lambda: eventually(lambda: api.get("/agent")["agent"]["state"] != "on_call", "the agent is free"))
        await later(lambda: api.post("/agent/sign-out"))
        assert page.errors == []


async def registered(gateway: Gateway, identity: str) -> None:
    """Wait until the edge knows where to ring somebody."""
    async with asyncio.timeout(20):
        while True:
            try:
                await rpc.call(gateway, "ul.lookup", "location", identity)
            except rpc.RpcError:
                await asyncio.sleep(0.1)
            else:
                return


async def calls_in(agent: AgentPage, trunk: Peer, gateway: Gateway) -> Talk:
    """Let a customer call the group; the agent's page rings."""
    customer = await trunk.call(Real.direct, (gateway.address, gateway.sip_port), from_=CALLER)
    await asyncio.wait_for(customer.answered.wait(), 10)
    await expect(agent.page.locator("[data-ringing]")).to_be_visible()
    return customer


async def serves(agent: AgentPage, trunk: Peer, gateway: Gateway) -> Talk:
    """Let a customer call and the agent answer with the keyboard; each hears the other."""
    customer = await calls_in(agent, trunk, gateway)
    await agent.page.keyboard.press("Enter")
    await talk(agent, customer)
    return customer


async def talk(agent: AgentPage, customer: Talk) -> None:
    """Wait until each hears the other's tone."""
    await agent.talks()
    await customer.stream.hears(AGENT, within_s=20)
    await agent.hears(CUSTOMER)


async def is_alone(customer: Talk) -> None:
    """Wait until the customer hears the agent no longer, not even in the beat of his tone."""
    await customer.stream.misses(AGENT, within_s=20, window_s=2 * CYCLE_S)


async def test_a_caller_is_served_in_the_browser(agent: AgentPage, trunk: Peer, gateway: Gateway) -> None:
    customer = await serves(agent, trunk, gateway)

    await agent.press("Alt+h", "hold")
    await is_alone(customer)
    await agent.misses(CUSTOMER)
    await agent.press("Alt+r", "retrieve")
    await talk(agent, customer)

    await agent.press("Alt+m", "mute")
    await is_alone(customer)
    await agent.hears(CUSTOMER)
    await agent.press("Alt+m", "mute")
    await talk(agent, customer)

    await agent.press("Alt+k", "keys")
    for key in ("5", "#"):
        async with agent.page.expect_response(lambda one: "/digits" in one.url):
            await agent.page.keyboard.press(key)
    async with asyncio.timeout(10):
        while customer.stream.keys_heard != ["5", "#"]:
            await asyncio.sleep(0.1)
    await agent.page.keyboard.press("Escape")

    await agent.press("Alt+x", "hang_up")
    await asyncio.wait_for(customer.over.wait(), 10)
    await agent.state("wrap_up")
    await agent.phone("ready")


async def test_a_page_that_is_loaded_again_in_a_call_is_rung_and_goes_on(
    agent: AgentPage, trunk: Peer, gateway: Gateway
) -> None:
    customer = await serves(agent, trunk, gateway)
    await agent.page.reload()
    await talk(agent, customer)
    customer.hang_up()
    await agent.state("wrap_up")
    await agent.phone("ready")


async def test_a_page_whose_connection_breaks_in_a_call_goes_on_when_it_is_back(
    agent: AgentPage, trunk: Peer, gateway: Gateway
) -> None:
    customer = await serves(agent, trunk, gateway)
    for connection in (await rpc.call(gateway, "ws.dump"))["connections"]:
        await rpc.call(gateway, "ws.close", int(str(connection).partition(":")[0]))
    await is_alone(customer)
    await talk(agent, customer)
    customer.hang_up()
    await agent.state("wrap_up")


@pytest.mark.parametrize("ends", [AgentPage.close_tab, AgentPage.crash])
async def test_the_caller_of_a_page_that_is_gone_is_kept_and_the_call_says_so(
    agent: AgentPage, trunk: Peer, gateway: Gateway, stack: Settings, ends: Callable[[AgentPage], Awaitable[None]]
) -> None:
    customer = await serves(agent, trunk, gateway)
    await ends(agent)
    await is_kept(customer, stack, within_s=10)


async def is_kept(customer: Talk, stack: Settings, within_s: float) -> None:
    """Wait until the server knows that the page is gone; its caller is there until he hangs up."""
    begun = time.monotonic()
    await is_alone(customer)
    with closing(User(stack, "agent1")) as api:
        call_id = (await later(lambda: api.get("/agent")))["call"]["call_id"]

        def call() -> dict[str, Any]:
            return api.get(f"/calls/{call_id}")

        await later(lambda: eventually(lambda: call()["agent_lost_at"] is not None, "the server knows", within_s))
        print(f"page_loss_known_s: {time.monotonic() - begun:.1f}")
        found = await later(call)
        assert found["ended_at"] is None
        assert not customer.over.is_set()
        assert {leg["state"] for leg in found["legs"] if leg["agent_id"] == "agent1"} == {"left"}
        customer.hang_up()
        await later(lambda: eventually(lambda: call()["ended_at"] is not None, "the call is over", 20))


async def test_a_page_that_declines_is_rung_no_more(agent: AgentPage, trunk: Peer, gateway: Gateway) -> None:
    customer = await calls_in(agent, trunk, gateway)
    await agent.press("Alt+x", "hang_up")
    await agent.state("not_ready")
    await agent.phone("ready")
    customer.hang_up()
