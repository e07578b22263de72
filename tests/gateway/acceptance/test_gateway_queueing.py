"""What a queue does for a caller, with the sound of real phones; the same on the simulator: `make call SCENARIO=…`."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chalicelib.acd.groups import CACHE_S
from infrastructure.local.waiting import eventually
from tests.gateway.acceptance.test_gateway_acceptance import talking
from tests.gateway.acceptance.world import CUSTOMER, GROUP, OTHER_GROUP, PATIENCE_S, Party, Staff, World, later, until

pytestmark = pytest.mark.parametrize("world", ["gateway"], indirect=True)

CALLBACK_KEY = "8"
ACCOUNT = "12345"


@asynccontextmanager
async def group_that(staff: Staff, **change: Any) -> AsyncGenerator[None]:
    """Have the group so for the time of a test, in every process (each remembers a group for a while)."""
    admin, path = staff.users["admin1"], f"/groups/{GROUP}"
    before = await later(lambda: admin.get(path))
    await later(lambda: admin.http.put(path, json=before | change).raise_for_status())
    written = time.monotonic()
    await until(lambda: time.monotonic() - written > CACHE_S, "the change holds")
    try:
        yield
    finally:
        version = (await later(lambda: admin.get(path)))["version"]
        await later(lambda: admin.http.put(path, json={**before, "version": version}).raise_for_status())


@asynccontextmanager
async def flow_that(staff: Staff, document: dict[str, Any]) -> AsyncGenerator[str]:
    """Have a published flow for the time of a test; yield its id."""
    admin = staff.users["admin1"]
    made = await later(lambda: admin.post("/flows", name=document["name"], draft=document))
    path = f"/flows/{made['flow_id']}"
    await later(lambda: admin.post(f"{path}/publish"))
    try:
        yield made["flow_id"]
    finally:
        version = (await later(lambda: admin.get(path)))["version"]
        await later(lambda: admin.http.delete(path, params={"version": version}).raise_for_status())


async def hangs_up(customer: Party, staff: Staff, username: str) -> None:
    """The customer hangs up, and the agent is ready again."""
    await customer.hang_up()
    await staff.finishes(username)


async def presses_until(customer: Party, keys: str, happens: asyncio.Future[Any]) -> None:
    """Press keys until they have been heard: who presses during a gap between two documents is not."""
    while not happens.done():
        for key in keys:
            await customer.press(key)
        await asyncio.wait([happens], timeout=5)
    await happens


def keyed_in(staff: Staff) -> None:
    """Wait until the account stands at a call that waits."""
    admin = staff.users["admin1"]
    eventually(
        lambda: any(call["variables"].get("account") == ACCOUNT for call in admin.get("/wall")["calls"]),
        "the account is known",
        PATIENCE_S,
    )


async def test_who_has_waited_long_enough_is_served_by_another_group(world: World, staff: Staff) -> None:
    await staff.works("agent2", OTHER_GROUP)
    async with group_that(staff, max_wait_s=3, timeout_route={"kind": "group", "id": OTHER_GROUP}):
        customer = await world.caller(world.direct)
        await customer.hears_music()
        desk = await world.at_desk("agent2")
        await customer.hears(desk)
        await desk.hears(customer)
        call = await staff.call_of("agent2")
    assert call["group_id"] == OTHER_GROUP


async def test_a_full_queue_overflows_to_another_group(world: World, staff: Staff) -> None:
    await staff.works("agent2", OTHER_GROUP)
    async with group_that(staff, max_waiting=0, overflow_route={"kind": "group", "id": OTHER_GROUP}):
        customer = await world.caller(world.direct)
        desk = await world.at_desk("agent2")
        await customer.hears(desk)
        await desk.hears(customer)


async def test_who_calls_again_comes_to_the_agent_of_last_time(world: World, staff: Staff) -> None:
    async with group_that(staff, memory="last_agent", memory_s=20):
        await staff.works("agent1")
        customer, _, _ = await talking(staff, await world.caller(world.direct), await world.at_desk("agent1"))
        await staff.works("agent2")  # who is idle longer from now on
        await hangs_up(customer, staff, "agent1")
        customer, _, call_id = await talking(staff, await world.caller(world.direct), await world.at_desk("agent1"))
        await customer.hang_up()
        assert (await staff.record(call_id))["agent_ids"] == ["agent1"]


async def test_who_asks_to_be_called_back_keeps_his_place_and_is(world: World, staff: Staff) -> None:
    async with group_that(staff, callback_key=CALLBACK_KEY):
        customer = await world.caller(world.direct)
        await presses_until(customer, CALLBACK_KEY, asyncio.ensure_future(customer.is_cut_off()))
        await staff.works("agent1")
        desk = await world.at_desk("agent1")
        called_back = await world.outside(CUSTOMER)
        await desk.hears(called_back)
        await called_back.hears(desk)
        call = await staff.call_of("agent1")
        assert call["call_id"].startswith("callback-")
        await called_back.hang_up()
        await desk.is_cut_off()


async def test_who_waits_keys_in_his_account_and_the_agent_has_it(world: World, staff: Staff) -> None:
    prompt = {"texts": {"zh-CN": "请输入您的账号,按井号键结束。", "en": "Enter your account number, then hash."}}
    ask = {"kind": "collect", "variable": "account", "prompts": [prompt], "min_digits": 5, "max_digits": 5}
    ways = {"edges": {"next": "wait", "exhausted": "wait"}}
    nodes = {"ask": ask | ways, "wait": {"kind": "queue", "group_id": GROUP}}
    document = {"name": "Account while waiting", "start": "ask", "nodes": nodes}
    async with flow_that(staff, document) as flow_id, group_that(staff, queue_flow_id=flow_id):
        customer = await world.caller(world.direct)
        await presses_until(customer, f"{ACCOUNT}#", asyncio.ensure_future(later(lambda: keyed_in(staff))))
        await customer.hears_music()
        await staff.works("agent1")
        _, desk, call_id = await talking(staff, customer, await world.at_desk("agent1"))
        call = await staff.call_of("agent1")
        assert (call["call_id"], call["variables"].get("account")) == (call_id, ACCOUNT)
        await desk.hang_up()
        await customer.is_cut_off()
