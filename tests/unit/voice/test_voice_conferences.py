"""Conferences, queues, dialling and recordings on the virtual clock."""

import struct

from infrastructure.voice.engine import moderation
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.conference import Conference
from infrastructure.voice.engine.source import Source
from infrastructure.voice.hooks.transport import HookReply
from infrastructure.voice.legs.scripts import Press, Step
from tests.unit.voice.world import TRUNK, World

EVENTS = "start end join leave mute hold modify announcement"


def room(name: str = "r", **attributes: str) -> str:
    """Return a Dial into a conference that reports everything to /conf."""
    listed = "".join(f' {key}="{value}"' for key, value in attributes.items())
    callback = f'statusCallback="http://app.test/conf" statusCallbackEvent="{EVENTS}"'
    return f"<Dial><Conference {callback}{listed}>{name}</Conference></Dial>"


def running(world: World, name: str = "r") -> Conference:
    return next(c for c in world.exchange.conferences.values() if c.name == name and c.status != "completed")


def events(world: World) -> list[str]:
    return [form["StatusCallbackEvent"] for form in world.platform.to("/conf")]


async def two_talk(world: World, **agent: str) -> tuple[Call, Call]:
    """Let the caller and agent1 talk in conference r."""
    world.document("/voice", room())
    world.phone("client:agent1")
    customer = world.call()
    agent_call = world.dial("client:agent1", room(**agent))
    await world.run(5)
    return customer, agent_call


async def test_conference_begins_with_the_second_and_ends_with_the_one_who_ends_it(world: World) -> None:
    customer, agent = await two_talk(world, endConferenceOnExit="true")
    assert world.heard(customer)[-1] == "conversation"
    first = running(world)
    agent.leg.end()
    await world.run(5)
    assert events(world) == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    forms = world.platform.to("/conf")
    assert [form["SequenceNumber"] for form in forms] == ["1", "2", "3", "4", "5", "6"]
    assert forms[3]["ReasonParticipantLeft"] == "participant_hung_up"
    assert forms[4]["ReasonParticipantLeft"] == "moderator_ended_conference"
    assert forms[5]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert forms[5]["CallSidEndingConference"] == agent.sid
    assert customer.status == "completed"
    assert world.exchange.conference("r").sid != first.sid


async def test_dial_action_after_a_conference(world: World) -> None:
    world.document("/voice", '<Dial action="/after"><Conference>r</Conference></Dial>')
    world.document("/after", "<Say>survey</Say>")
    world.phone("client:agent1", hang_up_after_s=10)
    customer = world.call()
    world.dial("client:agent1", room(endConferenceOnExit="true"))
    await world.run(30)
    (after,) = world.platform.to("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("answered", "true")
    assert "DialCallSid" not in after
    assert "prompt:survey" in world.heard(customer)


async def test_hold_mute_and_coach_decide_who_is_heard(world: World) -> None:
    customer, agent = await two_talk(world)
    world.phone("client:supervisor1")
    supervisor = world.dial("client:supervisor1", room(muted="true", coach=agent.sid))
    await world.run(5)
    conference = running(world)
    assert supervisor.leg.hearing.others == (customer.terms.from_, "client:agent1")
    assert customer.leg.hearing.others == ("client:agent1",)
    who = conference.participants[supervisor.sid]
    moderation.mute(conference, who, False)
    assert agent.leg.hearing.audible == (customer.terms.from_, "client:supervisor1")
    assert customer.leg.hearing.audible == ("client:agent1",)
    moderation.coach(conference, who, None)
    assert customer.leg.hearing.audible == ("client:agent1", "client:supervisor1")
    moderation.hold(conference, conference.participants[customer.sid], True, "", "GET")
    await world.run(1)
    assert customer.leg.hearing.kind == "hold"
    assert customer.terms.from_ not in agent.leg.hearing.others
    moderation.hold(conference, conference.participants[customer.sid], False, "", "GET")
    await world.run(1)
    assert world.heard(customer)[-1] == "conversation"
    assert [e for e in events(world) if "hold" in e] == ["participant-hold", "participant-unhold"]


async def test_hold_document_is_played_again_and_again(world: World) -> None:
    customer, _ = await two_talk(world)
    world.document("/hold", "<Say>please hold on for a moment</Say><Pause length='5'/>")
    conference = running(world)
    who = conference.participants[customer.sid]
    moderation.hold(conference, who, True, "http://app.test/hold", "POST")
    await world.run(30)
    assert len(world.platform.to("/hold")) >= 4
    asked = len(world.platform.to("/hold"))
    moderation.hold(conference, who, False, "", "POST")
    await world.run(30)
    assert len(world.platform.to("/hold")) == asked


async def test_announcement_is_heard_by_one(world: World) -> None:
    customer, agent = await two_talk(world)
    world.document("/announce", "<Say>agent 8001 at your service</Say>")
    conference = running(world)
    moderation.announce(conference, conference.participants[customer.sid], "http://app.test/announce", "POST")
    await world.run(10)
    assert "prompt:agent 8001 at your service" in world.heard(customer)
    assert world.heard(customer)[-1] == "conversation"
    assert not any("8001" in heard for heard in world.heard(agent))
    assert events(world)[-1] == "announcement-end"


async def test_transfer_leaves_the_conference_alive(world: World) -> None:
    customer, agent = await two_talk(world, endConferenceOnExit="true")
    conference = running(world)
    moderation.end_on_exit(conference, conference.participants[agent.sid], False)
    world.phone("client:agent2")
    second = world.dial("client:agent2", room())
    await world.run(5)
    agent.end("api")
    await world.run(5)
    assert customer.leg.hearing.others == ("client:agent2",)
    assert second.status == "in-progress"
    assert "participant-modify" in events(world)


async def test_kicked_participant_goes_on_with_the_next_verb(world: World) -> None:
    world.document("/voice", room() + "<Say>goodbye</Say>")
    world.phone("client:agent1")
    customer = world.call()
    world.dial("client:agent1", room())
    await world.run(5)
    conference = running(world)
    conference.kick(conference.participants[customer.sid])
    await world.run(0.1)
    assert "prompt:goodbye" in world.heard(customer)


async def test_redirect_out_of_a_conference_asks_its_action_too_and_ignores_the_answer(world: World) -> None:
    world.document("/voice", '<Dial action="/after"><Conference>r</Conference></Dial>')
    world.document("/after", "<Hangup/>")
    world.document("/other", "<Pause length='60'/>")
    customer = world.call()
    await world.run(5)
    customer.redirect(Source("http://app.test/other"))
    await world.run(5)
    assert world.platform.paths()[-2:] in (["/after", "/other"], ["/other", "/after"])
    assert customer.status == "in-progress"


async def test_wait_document_is_asked_again_with_the_position(world: World) -> None:
    world.document("/voice", '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>')
    world.document("/wait", "<Say>all agents are busy</Say><Pause length='10'/>")
    first, second = world.call(), world.call()
    await world.run(25)
    asked = [(f["CallSid"], f["QueuePosition"], f["CurrentQueueSize"]) for f in world.platform.to("/wait")]
    assert asked[0][:2] == (first.sid, "1")
    assert (second.sid, "2", "2") in asked
    assert len(asked) >= 4
    assert int(world.platform.to("/wait")[-1]["QueueTime"]) >= 20
    first.leg.end()
    await world.run(20)
    assert world.platform.to("/wait")[-1]["QueuePosition"] == "1"
    left = world.platform.to("/left")[0]
    assert (left["QueueResult"], left["CallStatus"]) == ("hangup", "completed")


async def test_redirected_queue_place_asks_the_action_and_ignores_the_answer(world: World) -> None:
    world.document("/voice", '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>')
    world.document("/wait", "<Pause length='10'/>")
    world.document("/left", "<Hangup/>")
    world.document("/connect", "<Say>connecting</Say><Pause length='60'/>")
    call = world.call()
    await world.run(7)
    call.redirect(Source("http://app.test/connect"))
    await world.run(5)
    (left,) = world.platform.to("/left")
    assert (left["QueueResult"], left["QueueTime"]) == ("redirected", "7")
    assert left["QueueSid"].startswith("QU")
    assert call.status == "in-progress"
    assert call.queue_name is None


async def test_leave_key_in_the_wait_document(world: World) -> None:
    world.document("/voice", '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>')
    world.document("/wait", '<Gather numDigits="1" timeout="20" action="/key"><Say>press star</Say></Gather>')
    world.document("/key", "<Leave/>")
    world.document("/left", "<Say>voicemail</Say>")
    call = world.call(Step(wait_until="listening"), Step(press="9"))
    await world.run(5)
    assert world.platform.to("/left")[0]["QueueResult"] == "leave"
    assert "prompt:voicemail" in world.heard(call)


async def test_wait_document_may_not_dial(world: World) -> None:
    world.document("/voice", '<Enqueue waitUrl="/wait">q</Enqueue>')
    world.document("/wait", "<Dial>+15550001111</Dial>")
    call = world.call()
    await world.run(20)
    assert call.status == "completed"
    assert call.ended_by == "document"


async def test_full_queue(world: World) -> None:
    world.exchange.queue("q").max_size = 1
    world.document("/voice", '<Enqueue action="/left">q</Enqueue>')
    world.document("/left", "<Hangup/>")
    world.call()
    await world.run(1)
    second = world.call()
    await world.run(1)
    assert [(f["CallSid"], f["QueueResult"]) for f in world.platform.to("/left")] == [(second.sid, "queue-full")]


async def test_dial_queue_takes_the_first(world: World) -> None:
    world.document("/voice", '<Enqueue action="/left">q</Enqueue>')
    customer = world.call()
    await world.run(9)
    world.phone("client:agent1", talk_s=20)
    world.dial("client:agent1", '<Dial action="http://app.test/dialled"><Queue>q</Queue></Dial>')
    await world.run(5)
    assert customer.leg.hearing.others == ("client:agent1",)
    await world.run(30)
    (dialled,) = world.platform.to("/dialled")
    assert world.platform.to("/left")[0]["QueueResult"] == "bridged"
    assert (dialled["DequeuedCallSid"], dialled["DequeueResult"]) == (customer.sid, "bridged")
    assert (dialled["DequeuedCallQueueTime"], dialled["DialCallDuration"]) == ("10", "20")


async def test_dial_number_connects_and_reports(world: World) -> None:
    leg = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'
    number = f"<Number {leg}>+8613900000002</Number>"
    world.document("/voice", f'<Dial action="/after" callerId="+861055550100">{number}</Dial>')
    world.document("/after", "<Hangup/>")
    world.phone("+8613900000002", answer_after_s=4, talk_s=30)
    customer = world.call()
    await world.run(3)
    assert world.heard(customer) == ["ringing"]
    await world.run(60)
    (after,) = world.platform.to("/after")
    assert (after["DialCallStatus"], after["DialCallDuration"], after["DialBridged"]) == ("completed", "30", "true")
    legs = world.platform.to("/leg")
    assert [f["CallStatus"] for f in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert legs[0]["ParentCallSid"] == customer.sid
    assert legs[0]["Direction"] == "outbound-dial"
    assert legs[0]["From"] == "+861055550100"


async def test_dial_outcomes(world: World) -> None:
    for result, expected in {"busy": "busy", "no_answer": "no-answer", "failed": "failed"}.items():
        world.document("/voice", '<Dial action="/after" timeout="10">+8613900000002</Dial>')
        world.document("/after", "<Hangup/>")
        world.phone("+8613900000002", result=result)
        world.call()
        await world.run(20)
        assert world.platform.to("/after")[-1]["DialCallStatus"] == expected


async def test_first_to_answer_gets_the_call(world: World) -> None:
    world.document("/voice", "<Dial><Client>agent1</Client><Client>agent2</Client></Dial>")
    world.phone("client:agent1", answer_after_s=5)
    world.phone("client:agent2", answer_after_s=3)
    customer = world.call()
    await world.run(10)
    assert customer.leg.hearing.others == ("client:agent2",)
    loser = next(c for c in world.exchange.calls.values() if c.terms.to == "client:agent1")
    assert loser.status == "canceled"


async def test_caller_who_hangs_up_stops_the_ringing(world: World) -> None:
    world.document("/voice", "<Dial>+8613900000002</Dial>")
    world.phone("+8613900000002", result="no_answer")
    world.call(Step(wait_s=5), Step(hang_up=True))
    await world.run(10)
    child = next(c for c in world.exchange.calls.values() if c.terms.parent_sid is not None)
    assert child.status == "canceled"


async def test_screening_document_runs_before_the_connection(world: World) -> None:
    world.document("/voice", '<Dial><Number url="/screen">+8613900000002</Number></Dial>')
    world.document("/screen", '<Gather numDigits="1" action="/take"><Say>press one</Say></Gather><Hangup/>')
    world.document("/take", "<Say>connected</Say>")
    world.phone("+8613900000002", presses=[Press(after_s=3, digits="1")])
    customer = world.call()
    await world.run(3)
    assert customer.leg.hearing.kind == "ringing"
    await world.run(10)
    assert customer.leg.hearing.others == ("+8613900000002",)


async def test_recording_has_the_true_length_and_a_tone_per_side(world: World) -> None:
    start = '<Start><Recording channels="dual" trim="do-not-trim" recordingStatusCallback="/recorded"/></Start>'
    world.document("/voice", start + room())
    world.phone("client:agent1", answer_after_s=10, hang_up_after_s=60)
    world.call()
    world.dial("client:agent1", room(endConferenceOnExit="true"))
    await world.run(120)
    (recorded,) = world.platform.to("/recorded")
    assert (recorded["RecordingStatus"], recorded["RecordingChannels"]) == ("completed", "2")
    assert recorded["RecordingDuration"] == "70"
    recording = world.exchange.recordings[recorded["RecordingSid"]]
    data = b"".join([piece async for piece in recording.take.wav(2)])
    assert len(data) == recording.take.size(2) == 44 + 70 * 8000 * 4
    assert struct.unpack_from("<HHI", data, 20) == (1, 2, 8000)
    assert set(data[44 : 44 + 8000]) == {0}
    middle = struct.unpack_from("<64h", data, 44 + 40 * 32000)
    assert any(middle[0::2])
    assert any(middle[1::2])
    assert middle[0::2] != middle[1::2]


async def test_voicemail_is_recorded_until_the_key(world: World) -> None:
    world.document("/voice", '<Say>leave a message</Say><Record action="/taken" finishOnKey="#" maxLength="120"/>')
    world.document("/taken", "<Hangup/>")
    world.call(Step(wait_until="recording"), Step(wait_s=12), Step(press="#"))
    await world.run(40)
    (taken,) = world.platform.to("/taken")
    assert (taken["Digits"], taken["RecordingDuration"]) == ("#", "12")
    assert taken["RecordingUrl"].endswith("/Recordings/" + taken["RecordingSid"])


async def test_message_that_ends_by_hanging_up(world: World) -> None:
    world.document("/voice", '<Record action="/taken"/>')
    call = world.call(Step(wait_until="recording"), Step(wait_s=7), Step(hang_up=True))
    await world.run(40)
    (taken,) = world.platform.to("/taken")
    assert (taken["Digits"], taken["RecordingDuration"], taken["CallStatus"]) == ("hangup", "7", "completed")
    assert call.status == "completed"


async def test_star_ends_a_dial_and_the_recording_of_it(world: World) -> None:
    record = 'record="record-from-answer-dual" recordingStatusCallback="/recorded"'
    world.document("/voice", f'<Dial hangupOnStar="true" {record} action="/after">+8613900000002</Dial>')
    world.document("/after", "<Say>bye</Say>")
    world.phone("+8613900000002", answer_after_s=1)
    call = world.call(Step(wait_until="connected"), Step(wait_s=8), Step(press="1*"))
    await world.run(20)
    assert world.platform.to("/after")[0]["DialCallStatus"] == "completed"
    assert "prompt:bye" in world.heard(call)
    (recorded,) = world.platform.to("/recorded")
    assert (recorded["RecordingSource"], recorded["RecordingChannels"]) == ("DialVerb", "2")
    assert recorded["RecordingDuration"] == "8"


async def test_star_leaves_a_conference(world: World) -> None:
    world.document("/voice", '<Dial hangupOnStar="true"><Conference>r</Conference></Dial><Say>left</Say>')
    call = world.call(Step(wait_s=5), Step(press="*"))
    await world.run(6)
    assert "prompt:left" in world.heard(call)


async def test_full_conference_turns_the_next_one_away(world: World) -> None:
    full = '<Dial action="/after"><Conference maxParticipants="2">r</Conference></Dial>'
    world.document("/voice", full)
    world.document("/after", "<Hangup/>")
    calls = [world.call() for _ in range(3)]
    await world.run(5)
    assert [(f["CallSid"], f["DialCallStatus"]) for f in world.platform.to("/after")] == [(calls[2].sid, "failed")]


async def test_wait_document_that_fails_takes_the_caller_to_the_fallback(world: World) -> None:
    world.exchange.numbers[TRUNK].voice_fallback_url = "http://app.test/fallback"
    world.document("/voice", '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>')
    world.document("/wait", HookReply(500))
    world.document("/fallback", "<Say>emergency desk</Say><Pause length='60'/>")
    call = world.call()
    await world.run(5)
    assert world.platform.to("/fallback")[0]["ErrorCode"] == "11200"
    assert world.platform.to("/left")[0]["QueueResult"] == "redirected"
    assert "prompt:emergency desk" in world.heard(call)
    assert call.queue_name is None


async def test_coach_must_be_in_the_conference(world: World) -> None:
    world.phone("client:supervisor1")
    call = world.dial("client:supervisor1", room(coach="CA" + "0" * 32))
    await world.run(20)
    assert call.status == "completed"
    assert [e.data["code"] for e in world.exchange.events.after(0, 500) if e.kind == "error"] == [13240]
