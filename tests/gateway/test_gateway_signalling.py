"""What becomes of calls that are refused, given up, rung in vain; and of calls of our own phones."""

import asyncio

import pytest

from tests.gateway.conftest import TRUNK, Town, until


@pytest.mark.parametrize(
    ("sip", "status"), [(486, "busy"), (603, "busy"), (480, "no-answer"), (404, "failed"), (503, "failed")]
)
async def test_sip_code_becomes_status(town: Town, sip: int, status: str) -> None:
    town.edge.results["1001"] = sip
    made = await town.dial("sip:1001@voice.local", "<Hangup/>")
    ended = await town.platform.until("/out", CallSid=made.sid, CallStatus=status)
    assert ended["SipResponseCode"] == str(sip)


async def test_ringing_too_long_is_cancelled(town: Town) -> None:
    town.edge.results["1001"] = 0
    made = await town.dial("sip:1001@voice.local", "<Hangup/>", timeout=1)
    talk = await asyncio.wait_for(town.edge.called.get(), 5)
    await town.platform.until("/out", CallSid=made.sid, CallStatus="no-answer")
    await asyncio.wait_for(talk.over.wait(), 5)


async def test_rest_cancels_a_ringing_call(town: Town) -> None:
    town.edge.results["1001"] = 0
    made = await town.dial("sip:1001@voice.local", "<Hangup/>")
    talk = await asyncio.wait_for(town.edge.called.get(), 5)
    await town.platform.until("/out", CallSid=made.sid, CallStatus="ringing")
    await town.rest(town.client.calls(made.sid).update, status="canceled")
    await town.platform.until("/out", CallSid=made.sid, CallStatus="canceled")
    await asyncio.wait_for(talk.over.wait(), 5)


@pytest.mark.parametrize(("reason", "sip"), [("busy", 486), ("rejected", 603)])
async def test_reject_reaches_the_caller_with_its_code(town: Town, reason: str, sip: int) -> None:
    town.platform.documents["/voice"] = f'<Reject reason="{reason}"/>'
    talk = await town.call()
    await asyncio.wait_for(talk.refused.wait(), 5)
    assert talk.status == sip


async def test_unknown_number_is_not_found(town: Town) -> None:
    talk = await town.trunk.call("+861099999999", town.node.address)
    await asyncio.wait_for(talk.refused.wait(), 5)
    assert talk.status == 404
    assert not town.platform.requests


async def test_caller_gives_up_before_the_answer(town: Town) -> None:
    town.platform.documents["/voice"] = '<Pause length="20"/>'
    talk = await town.call()
    asked = await town.platform.until("/voice")
    talk.cancel()
    await town.platform.until("/status", CallSid=asked["CallSid"], CallStatus="canceled")
    await asyncio.wait_for(talk.refused.wait(), 5)
    assert talk.status == 487


async def test_the_edges_headers_say_who_calls_whom(town: Town) -> None:
    headers = f"X-Zhiyin-To: {TRUNK}\r\nX-Zhiyin-From: +8613911112222\r\nX-Zhiyin-Source: trunk\r\n"
    town.platform.documents["/voice"] = "<Reject/>"
    await town.trunk.call("010-5555-0100", town.node.address, from_="013911112222", headers=headers)
    asked = await town.platform.until("/voice")
    assert (asked["From"], asked["To"]) == ("+8613911112222", TRUNK)


@pytest.mark.parametrize(("source", "from_"), [("phone", "sip:1001@voice.local"), ("browser", "client:1001")])
async def test_our_own_phone_dials(town: Town, source: str, from_: str) -> None:
    headers = f"X-Zhiyin-To: 1002\r\nX-Zhiyin-From: 1001\r\nX-Zhiyin-User: 1001\r\nX-Zhiyin-Source: {source}\r\n"
    town.platform.documents["/phones"] = '<Dial callerId="1001"><Sip>sip:1002@voice.local</Sip></Dial>'
    town.edge.hertz = 700
    talk = await town.trunk.call("1002", town.node.address, headers=headers)
    asked = await town.platform.until("/phones")
    assert (asked["From"], asked["To"]) == (from_, "sip:1002@voice.local")
    called = await town.picked_up()
    await talk.stream.hears(700)
    await called.stream.hears(1000)


async def test_dial_plays_ringback_and_reports_its_end(town: Town) -> None:
    town.edge.after_s = 1.5
    town.platform.documents["/voice"] = '<Dial action="/dialled" timeout="5"><Number>+8613911112222</Number></Dial>'
    talk = await town.call()
    await talk.stream.hears(450, within_s=3)
    called = await town.picked_up()
    await called.stream.hears(1000)
    await talk.stream.hears(600)
    await talk.stream.misses(450)
    called.hang_up()
    dialled = await town.platform.until("/dialled")
    assert (dialled["DialCallStatus"], dialled["DialBridged"]) == ("completed", "true")
    await asyncio.wait_for(talk.over.wait(), 5)


async def test_send_digits_arrive_as_events(town: Town) -> None:
    await town.dial("+8613911112222", '<Play digits="1w2#"/><Pause length="5"/>')
    talk = await town.picked_up()
    await until(lambda: talk.stream.keys_heard == ["1", "2", "#"])


async def test_options_tell_health(town: Town) -> None:
    assert (await town.trunk.ask_options(town.node.address)).status == 200


async def test_metrics_count_legs(town: Town) -> None:
    town.platform.documents["/voice"] = '<Say language="en">Hello</Say><Pause length="10"/>'
    talk = await town.call()
    await asyncio.wait_for(talk.answered.wait(), 5)
    assert await town.rest(town.node.metric, "legs") == 1
    before = await town.rest(town.node.metric, "legs_total")
    talk.hang_up()
    async with asyncio.timeout(5):
        while await town.rest(town.node.metric, "legs") != 0:
            await asyncio.sleep(0.05)
    assert await town.rest(town.node.metric, "legs_total") == before + 1


async def test_desk_phones_hold_key_and_back(town: Town) -> None:
    """A re-INVITE renegotiates the media; the call survives and both hear each other again."""
    town.platform.documents["/voice"] = "<Dial><Sip>sip:1001@voice.local</Sip></Dial>"
    talk = await town.call()
    phone = await town.picked_up()
    await talk.stream.hears(600)
    phone.hold("sendonly")
    await asyncio.sleep(1)
    assert not talk.over.is_set()
    phone.hold("sendrecv")
    await phone.stream.hears(1000)
    await talk.stream.hears(600)


async def test_refer_from_a_phone_is_refused_and_the_call_goes_on(town: Town) -> None:
    town.platform.documents["/voice"] = '<Say language="en">Hello</Say><Pause length="30"/>'
    talk = await town.call()
    await asyncio.wait_for(talk.answered.wait(), 5)
    talk.request("REFER", extra="Refer-To: <sip:+8613999999999@elsewhere>\r\n")
    async with asyncio.timeout(5):
        while "603" not in await town.trunk.notified.get():
            pass
    assert not talk.over.is_set()
    assert town.edge.called.empty()


async def test_a_call_past_the_door_is_refused(town: Town) -> None:
    talk = await town.trunk.call(TRUNK, ("127.0.0.1", town.node.agent))
    await asyncio.wait_for(talk.refused.wait(), 5)
    assert not town.platform.requests
