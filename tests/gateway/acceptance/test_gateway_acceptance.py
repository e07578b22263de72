"""What callers and agents live through, the same on every carrier."""

import asyncio
import contextlib
import io
import wave
from typing import Any

import httpx
import numpy as np

from tests.gateway.acceptance.world import DESKS, OUTSIDE, POLICE, Party, Staff, World, later
from tests.gateway.rtp import strength


async def served(world: World, staff: Staff) -> tuple[Party, Party, str]:
    """A customer calls the group and talks with agent 1; return both and the call's id."""
    await staff.works("agent1")
    return await talking(staff, await world.caller(world.direct), await world.at_desk("agent1"))


async def talking(staff: Staff, customer: Party, desk: Party) -> tuple[Party, Party, str]:
    """Wait until customer and agent 1 hear each other."""
    call = await staff.call_of("agent1")
    await customer.hears(desk)
    await desk.hears(customer)
    return customer, desk, call["call_id"]


async def consulting(world: World, staff: Staff) -> tuple[Party, Party, Party, str]:
    """Agent 1 asks agent 2 while the customer is held; return all three and the call's id."""
    customer, desk, call_id = await served(world, staff)
    await staff.works("agent2")
    await staff.act("agent1", call_id, "consult", target={"kind": "agent", "id": "agent2"})
    colleague = await world.at_desk("agent2")
    await desk.hears(colleague)
    await colleague.hears(desk)
    await customer.hears_music()
    return customer, desk, colleague, call_id


async def chooses(world: World, customer: Party, key: str, username: str) -> Party:
    """Press a key until the menu has heard it (who presses during the welcome is not heard); return the desk."""
    ringing = asyncio.ensure_future(world.at_desk(username))
    for _ in range(10):
        await customer.press(key)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(ringing), 3)
    return await ringing


async def sound_of(recording: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return a recording's channels: the customer's, the others'."""
    audio = await later(lambda: httpx.get(recording["url"], timeout=30).content)
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return both[:, 0].astype(float), both[:, 1].astype(float)


def present(channel: np.ndarray, hertz: float) -> float:
    """Return how loud a tone ever is in a channel, looked at by tenths of a second."""
    parts = [channel[start : start + 800] for start in range(0, len(channel) - 800, 800)]
    return max((strength(part, hertz) for part in parts), default=0.0)


def is_separated(recording: tuple[np.ndarray, np.ndarray], customer: Party, others: Party) -> bool:
    """Tell whether each side's voice is in its own channel and not in the other's (held music is near some tones)."""
    first, second = recording
    own = present(first, customer.hertz), present(second, others.hertz)
    strange = present(first, others.hertz), present(second, customer.hertz)
    return min(own) > 100 and max(strange) < min(own) / 4


async def test_a_caller_is_served_and_recorded(world: World, staff: Staff) -> None:
    await staff.works("agent1")
    caller = await world.caller(world.number)
    await caller.is_spoken_to()
    customer, desk, call_id = await talking(staff, caller, await chooses(world, caller, "1", "agent1"))
    await staff.act("agent1", call_id, "hold")
    await customer.hears_music()
    await staff.act("agent1", call_id, "retrieve")
    await customer.hears(desk)
    await desk.hears(customer)
    await customer.hang_up()
    await desk.is_cut_off()
    await staff.is_in("agent1", "wrap_up")

    record = await staff.record(call_id)
    assert (record["agent_ids"], record["cause"]) == (["agent1"], "customer_hang_up")
    assert is_separated(await sound_of(await staff.recording(call_id)), customer, desk)


async def test_an_agent_who_hangs_up_ends_the_call(world: World, staff: Staff) -> None:
    customer, desk, call_id = await served(world, staff)
    await desk.hang_up()
    await customer.is_cut_off()
    await staff.is_in("agent1", "wrap_up")
    assert (await staff.record(call_id))["cause"] == "agent_hang_up"


async def test_a_colleague_is_consulted_merged_and_keeps_the_customer(world: World, staff: Staff) -> None:
    customer, desk, colleague, call_id = await consulting(world, staff)
    await staff.act("agent1", call_id, "consult/merge")
    await customer.hears(desk, colleague)
    await desk.hears(customer, colleague)
    await colleague.hears(customer, desk)
    await desk.hang_up()
    await customer.hears(colleague)
    await colleague.hears(customer)
    await customer.hang_up()
    await colleague.is_cut_off()
    assert (await staff.record(call_id))["agent_ids"] == ["agent1", "agent2"]


async def test_a_consultation_is_completed(world: World, staff: Staff) -> None:
    customer, desk, colleague, call_id = await consulting(world, staff)
    await staff.act("agent1", call_id, "consult/complete")
    await desk.is_cut_off()
    await customer.hears(colleague)
    await colleague.hears(customer)


async def test_a_consultation_is_given_up(world: World, staff: Staff) -> None:
    customer, desk, colleague, call_id = await consulting(world, staff)
    await staff.act("agent1", call_id, "consult/return")
    await colleague.is_cut_off()
    await customer.hears(desk)
    await desk.hears(customer)


async def test_a_blind_transfer_reaches_the_colleague(world: World, staff: Staff) -> None:
    customer, desk, call_id = await served(world, staff)
    await staff.works("agent2")
    await staff.act("agent1", call_id, "transfer", target={"kind": "agent", "id": "agent2"})
    await desk.is_cut_off()
    colleague = await world.at_desk("agent2")
    await customer.hears(colleague)
    await colleague.hears(customer)


async def test_an_outside_number_is_consulted_and_takes_over(world: World, staff: Staff) -> None:
    customer, desk, call_id = await served(world, staff)
    await staff.act("agent1", call_id, "consult", target={"kind": "outside", "id": OUTSIDE})
    expert = await world.outside(OUTSIDE)
    await expert.is_spoken_to()
    await expert.press("1")  # a mailbox does not
    await desk.hears(expert)
    await customer.hears_music()
    await staff.act("agent1", call_id, "consult/complete")
    await customer.hears(expert)
    await expert.hears(customer)


async def test_click_to_dial_rings_the_desk_first_and_then_the_customer(world: World, staff: Staff) -> None:
    await staff.works("agent1")
    user = staff.users["agent1"]
    await later(lambda: user.post("/agent/not-ready", reason="break"))
    dialled = await later(lambda: user.post("/calls", to=OUTSIDE, trunk_number=world.number))
    desk = await world.at_desk("agent1")
    customer = await world.outside(OUTSIDE)
    await desk.hears(customer)
    await customer.hears(desk)
    await desk.hang_up()
    await customer.is_cut_off()
    record = await staff.record(dialled["call_id"])
    assert (record["direction"], record["customer_number"]) == ("outbound", OUTSIDE)
    assert is_separated(await sound_of(await staff.recording(dialled["call_id"])), customer, desk)


async def test_an_agent_who_dials_at_his_desk_phone_is_on_call_and_recorded(world: World, staff: Staff) -> None:
    await staff.works("agent1")
    desk = await world.desk_dials("agent1", OUTSIDE[3:])
    customer = await world.outside(OUTSIDE)
    await desk.hears(customer)
    await customer.hears(desk)
    await staff.is_in("agent1", "on_call")
    call = await staff.call_of("agent1")
    await customer.hang_up()
    await desk.is_cut_off()
    record = await staff.record(call["call_id"])
    assert (record["direction"], record["customer_number"]) == ("outbound", OUTSIDE)
    assert is_separated(await sound_of(await staff.recording(call["call_id"])), customer, desk)


async def test_the_police_is_reached_from_a_desk_phone(world: World, staff: Staff) -> None:
    await staff.works("agent1")
    desk = await world.desk_dials("agent1", "110")
    police = await world.outside(POLICE)
    await desk.hears(police)
    await police.hears(desk)
    call = await staff.call_of("agent1")
    await desk.hang_up()
    await police.is_cut_off()
    assert (await staff.record(call["call_id"]))["customer_number"] == POLICE


async def test_an_agent_dials_a_colleague_s_extension(world: World, staff: Staff) -> None:
    await staff.works("agent2")
    desk = await world.desk_dials("agent1", DESKS["agent2"])
    colleague = await world.at_desk("agent2")
    await desk.hears(colleague)
    await colleague.hears(desk)
    await desk.hang_up()
    await colleague.is_cut_off()


async def test_who_waits_hears_music_until_an_agent_is_ready(world: World, staff: Staff) -> None:
    customer = await world.caller(world.direct)
    await customer.hears_music()
    await staff.works("agent1")
    await talking(staff, customer, await world.at_desk("agent1"))


async def test_nobody_at_the_first_desk_and_the_next_agent_is_rung(world: World, staff: Staff) -> None:
    await world.desk_is_silent("agent1")
    await staff.works("agent1")
    customer = await world.caller(world.direct)
    await staff.is_in("agent1", "reserved")
    await staff.works("agent2")
    colleague = await world.at_desk("agent2")
    await customer.hears(colleague)
    await colleague.hears(customer)
    await staff.is_in("agent1", "not_ready")


async def test_a_phone_stays_off_hook_from_call_to_call(world: World, staff: Staff) -> None:
    await staff.keeps_off_hook("agent1", world.domain)
    desk = await world.picks_up("agent1")
    await staff.is_in("agent1", "ready")
    for answered_by in ("page", "key"):
        caller = await world.caller(world.direct)
        call_id = await staff.offered_to("agent1")
        await desk.is_spoken_to()
        if answered_by == "page":
            await staff.act("agent1", call_id, "answer")
        else:
            await desk.press("5")
        customer, desk, _ = await talking(staff, caller, desk)
        await staff.act("agent1", call_id, "hangup")
        await customer.is_cut_off()
        await staff.finishes("agent1")
        first, second = await sound_of(await staff.recording(call_id))
        assert min(present(first, customer.hertz), present(second, desk.hertz)) > 1000
    await desk.hang_up()
    await staff.is_in("agent1", "not_ready")
