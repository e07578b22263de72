"""Two parties in a conference, their tones decoded on each side; hold, coach, mute, recording."""

import asyncio
import io
import time
import wave

import httpx
import numpy as np

from infrastructure.voice.settings import Settings
from tests.gateway.conftest import Town
from tests.gateway.peer import Talk
from tests.gateway.rtp import strength

CUSTOMER, AGENT, THIRD = 1000, 600, 1700
ROOM = "<Dial><Conference{}>room</Conference></Dial>"


async def both_in(town: Town, customer_first: str = "") -> tuple[Talk, Talk, str, str]:
    """Return customer and agent in one conference, the customer's call SID and the agent's."""
    town.platform.documents["/voice"] = customer_first + ROOM.format("")
    customer = await town.call()
    await asyncio.wait_for(customer.answered.wait(), 5)
    made = await town.dial("client:agent1", ROOM.format(' statusCallback="/room" statusCallbackEvent="start end"'))
    agent = await town.picked_up()
    asked = await town.platform.until("/voice")
    return customer, agent, asked["CallSid"], made.sid


async def hear_each_other(customer: Talk, agent: Talk) -> None:
    await customer.stream.hears(AGENT)
    await agent.stream.hears(CUSTOMER)


async def room_sid(town: Town) -> str:
    found = await town.rest(town.client.conferences.list, friendly_name="room", status="in-progress")
    return found[0].sid


async def test_two_parties_hear_each_other_and_hold(town: Town) -> None:
    customer, agent, customer_sid, agent_sid = await both_in(town)
    await hear_each_other(customer, agent)
    for status in ("initiated", "ringing", "in-progress"):
        await town.platform.until("/out", CallStatus=status, CallSid=agent_sid)
    invite = agent.invite
    assert invite is not None
    assert invite.first.startswith("INVITE sip:agent1@")
    assert invite.get("X-Zhiyin-Call-Sid") == agent_sid
    assert invite.get("X-Zhiyin-Caller-Id") == "+861055550100"
    participant = town.client.conferences(await room_sid(town)).participants(customer_sid)
    await town.rest(participant.update, hold=True)
    await customer.stream.misses(AGENT)
    await agent.stream.misses(CUSTOMER)
    values = customer.stream.samples(time.monotonic() - 0.5)
    assert float(np.sqrt(np.mean(values.astype(float) ** 2))) > 300, "no music on hold"
    await town.rest(participant.update, hold=False)
    await hear_each_other(customer, agent)
    await town.rest(participant.update, muted=True)
    await agent.stream.misses(CUSTOMER)
    await customer.stream.hears(AGENT)
    agent.hang_up()
    await town.platform.until("/out", CallStatus="completed", CallSid=agent_sid)


async def test_listen_whisper_barge(town: Town) -> None:
    town.edge.tones["sup"] = THIRD
    customer, agent, _, agent_sid = await both_in(town)
    await hear_each_other(customer, agent)
    made = await town.dial("client:sup", ROOM.format(f' coach="{agent_sid}" muted="true"'))
    sup = await town.picked_up()
    await sup.stream.hears(CUSTOMER)
    await sup.stream.hears(AGENT)
    await customer.stream.misses(THIRD)
    await agent.stream.misses(THIRD)
    participant = town.client.conferences(await room_sid(town)).participants(made.sid)
    await town.rest(participant.update, muted=False)
    await agent.stream.hears(THIRD)
    await customer.stream.misses(THIRD)
    await town.rest(participant.update, coaching=False)
    await customer.stream.hears(THIRD)
    await customer.stream.hears(AGENT)
    await agent.stream.hears(THIRD)
    await agent.stream.hears(CUSTOMER)


async def test_recording_has_each_party_in_its_channel(town: Town) -> None:
    start = '<Start><Recording channels="dual" recordingStatusCallback="/recorded" trim="do-not-trim"/></Start>'
    of_others = recorded(town)  # the node is shared with whatever tests ran before
    customer, agent, _, _ = await both_in(town, start)
    await hear_each_other(customer, agent)
    await asyncio.sleep(1)
    customer.hang_up()
    done = await town.platform.until("/recorded", RecordingStatus="completed")
    left, right = await downloaded(town, done["RecordingSid"])
    assert abs(len(left) / 8000 - int(done["RecordingDuration"])) <= 0.6
    tail = slice(len(left) - 8000, len(left))
    assert strength(left[tail], CUSTOMER) > 4000
    assert strength(left[tail], AGENT) < 100
    assert strength(right[tail], AGENT) > 4000
    assert strength(right[tail], CUSTOMER) < 100
    assert recorded(town) - of_others
    await town.rest(town.client.recordings(done["RecordingSid"]).delete)
    assert not recorded(town) - of_others


def recorded(town: Town) -> set[str]:
    """Return the files of sound that the node keeps."""
    return {path.name for path in (town.node.state / "recordings").glob("*.wav")}


async def downloaded(town: Town, sid: str) -> tuple[np.ndarray, np.ndarray]:
    settings = Settings()
    url = f"{town.node.base}/2010-04-01/Accounts/{settings.account_sid}/Recordings/{sid}?RequestedChannels=2"
    async with httpx.AsyncClient(auth=(settings.account_sid, settings.auth_token)) as client:
        answer = await client.get(url)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return both[0::2], both[1::2]


async def test_keys_go_through_a_bridge(town: Town) -> None:
    customer, agent, _, _ = await both_in(town)
    await hear_each_other(customer, agent)
    agent.stream.press("5")
    while not customer.stream.keys_heard:
        await asyncio.sleep(0.05)
    agent.info("9")
    async with asyncio.timeout(3):
        while len(customer.stream.keys_heard) < 2:
            await asyncio.sleep(0.05)
    assert customer.stream.keys_heard == ["5", "9"]
    assert not agent.stream.keys_heard
