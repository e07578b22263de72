"""The provider's own client library against the simulator, unchanged but for the host."""

import io
import wave
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from infrastructure.voice.clock import within
from infrastructure.voice.control import admin
from infrastructure.voice.hooks.faults import Fault
from infrastructure.voice.legs.scripts import Caller, Phone, Step
from tests.contract.voice.conftest import TRUNK, LocalHttpClient, Wire

CONFERENCE = (
    '<Dial><Conference statusCallback="{url}/conf" statusCallbackEvent="start end join leave hold mute modify">'
    "room-1</Conference></Dial>"
)


async def in_conference(wire: Wire) -> tuple[str, str]:
    """Let the caller and agent1 meet; return their call SIDs."""
    wire.carrier.phonebook.put(Phone(pattern="client:agent1", answer_after_s=0.05))
    twiml = CONFERENCE.format(url=wire.platform.url)
    start = f'<Start><Recording channels="dual" recordingStatusCallback="{wire.platform.url}/recorded"/></Start>'
    wire.platform.documents["/voice"] = start + twiml
    customer = admin.place(wire.carrier.exchange, Caller(from_="+8613800000001", to=TRUNK))
    agent = await wire.rest(
        wire.client.calls.create, to="client:agent1", from_=TRUNK, twiml=f"<Response>{twiml}</Response>"
    )
    await wire.platform.until("/conf", StatusCallbackEvent="conference-start")
    return customer.sid, agent.sid


async def test_create_fetch_list_and_end_a_call(wire: Wire) -> None:
    wire.carrier.phonebook.put(Phone(pattern="client:agent1", answer_after_s=0.05))
    wire.platform.documents["/agent"] = "<Pause length='60'/>"
    created = await wire.rest(
        wire.client.calls.create,
        to="client:agent1",
        from_="+8613800000001",
        url=f"{wire.platform.url}/agent",
        status_callback=f"{wire.platform.url}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=20,
    )
    assert (created.status, created.direction, created.to) == ("queued", "outbound-api", "client:agent1")
    assert created.sid.startswith("CA")
    assert isinstance(created.date_created, datetime)
    await wire.platform.until("/progress", CallStatus="in-progress")
    fetched = await wire.rest(wire.client.calls(created.sid).fetch)
    assert (fetched.status, fetched.duration) == ("in-progress", None)
    listed = await wire.rest(wire.client.calls.list, status="in-progress", to="client:agent1")
    assert [call.sid for call in listed] == [created.sid]
    ended = await wire.rest(wire.client.calls(created.sid).update, status="completed")
    assert ended.sid == created.sid
    completed = await wire.platform.until("/progress", CallStatus="completed")
    assert completed["SequenceNumber"] == "3"
    assert (await wire.rest(wire.client.calls(created.sid).fetch)).duration == completed["CallDuration"]


async def test_redirect_and_its_refusal_when_the_call_is_over(wire: Wire) -> None:
    wire.platform.documents["/voice"] = "<Enqueue>q</Enqueue>"
    wire.platform.documents["/next"] = "<Say>next</Say><Pause length='60'/>"
    call = admin.place(wire.carrier.exchange, Caller(from_="+8613800000001", to=TRUNK))
    queue = wire.carrier.exchange.queue("q")
    await within(wire.carrier.exchange.clock, 5, queue.pulse.until(lambda: len(queue.members) == 1))
    queues = await wire.rest(wire.client.queues.list)
    assert [(q.friendly_name, q.current_size, q.max_size) for q in queues] == [("q", 1, 100)]
    members = await wire.rest(wire.client.queues(queues[0].sid).members.list)
    assert [(m.call_sid, m.position) for m in members] == [(call.sid, 1)]
    await wire.rest(wire.client.calls(call.sid).update, url=f"{wire.platform.url}/next", method="POST")
    await wire.platform.until("/next", CallSid=call.sid)
    await wire.rest(wire.client.calls(call.sid).update, status="completed")
    await wire.platform.until("/status", CallStatus="completed")
    with pytest.raises(TwilioRestException) as refused:
        await wire.rest(wire.client.calls(call.sid).update, url=f"{wire.platform.url}/next")
    assert (refused.value.status, refused.value.code) == (400, 21220)


async def test_conference_and_participants(wire: Wire) -> None:
    customer, agent = await in_conference(wire)
    (conference,) = await wire.rest(wire.client.conferences.list, friendly_name="room-1", status="in-progress")
    participants = wire.client.conferences(conference.sid).participants
    listed = await wire.rest(participants.list)
    assert {p.call_sid for p in listed} == {customer, agent}
    held = await wire.rest(wire.client.conferences(conference.sid).participants(customer).update, hold=True)
    assert (held.hold, held.muted, held.coaching) == (True, False, False)
    await wire.platform.until("/conf", StatusCallbackEvent="participant-hold", CallSid=customer, Hold="true")
    back = await wire.rest(
        wire.client.conferences(conference.sid).participants(customer).update, hold=False, muted=True
    )
    assert (back.hold, back.muted) == (False, True)
    changed = await wire.rest(
        wire.client.conferences(conference.sid).participants(agent).update,
        end_conference_on_exit=True,
        coaching=True,
        call_sid_to_coach=customer,
    )
    assert (changed.end_conference_on_exit, changed.call_sid_to_coach) == (True, customer)
    assert await wire.rest(wire.client.conferences(conference.sid).participants(customer).delete)
    left = await wire.platform.until("/conf", StatusCallbackEvent="participant-leave", CallSid=customer)
    assert left["ReasonParticipantLeft"] == "participant_updated_via_api"
    with pytest.raises(TwilioRestException) as gone:
        await wire.rest(wire.client.conferences(conference.sid).participants(customer).fetch)
    assert (gone.value.status, gone.value.code) == (404, 20404)
    ended = await wire.rest(wire.client.conferences(conference.sid).update, status="completed")
    assert ended.reason_conference_ended == "conference-ended-via-api"


async def test_participant_created_by_rest_joins(wire: Wire) -> None:
    customer, _ = await in_conference(wire)
    wire.carrier.phonebook.put(Phone(pattern="+8613900000002", answer_after_s=0.05))
    (conference,) = await wire.rest(wire.client.conferences.list, friendly_name="room-1")
    created = await wire.rest(
        wire.client.conferences(conference.sid).participants.create,
        from_=TRUNK,
        to="+8613900000002",
        label="expert",
        end_conference_on_exit=False,
    )
    joined = await wire.platform.until("/conf", StatusCallbackEvent="participant-join", CallSid=created.call_sid)
    assert joined["ParticipantLabel"] == "expert"
    by_label = await wire.rest(wire.client.conferences(conference.sid).participants("expert").fetch)
    assert by_label.call_sid == created.call_sid
    assert customer != created.call_sid


async def test_recording_callback_media_and_deletion(wire: Wire) -> None:
    customer, _ = await in_conference(wire)
    (running,) = await wire.rest(wire.client.calls(customer).recordings.list)
    assert running.status == "in-progress"
    paused = await wire.rest(wire.client.calls(customer).recordings("Twilio.CURRENT").update, status="paused")
    assert paused.status == "paused"
    await wire.rest(wire.client.calls(customer).recordings(running.sid).update, status="in-progress")
    await wire.rest(wire.client.calls(customer).update, status="completed")
    recorded = await wire.platform.until("/recorded", RecordingSid=running.sid)
    assert (recorded["RecordingStatus"], recorded["RecordingChannels"]) == ("completed", "2")
    fetched = await wire.rest(wire.client.recordings(running.sid).fetch)
    assert (fetched.status, fetched.channels, fetched.call_sid) == ("completed", 2, customer)
    headers = {"Authorization": aiohttp.encode_basic_auth(wire.client.username, wire.client.password)}
    async with aiohttp.ClientSession(headers=headers) as session:
        for query, channels in (("", 1), ("?RequestedChannels=2", 2)):
            async with session.get(recorded["RecordingUrl"] + ".wav" + query) as answer:
                with wave.open(io.BytesIO(await answer.read())) as audio:
                    assert (audio.getnchannels(), audio.getframerate(), audio.getsampwidth()) == (channels, 8000, 2)
    async with aiohttp.ClientSession() as nobody, nobody.get(recorded["RecordingUrl"] + ".wav") as answer:
        assert answer.status == 401
    now = datetime.now(UTC)
    listed = wire.client.recordings.list
    assert len(await wire.rest(listed, date_created_after=now - timedelta(minutes=1))) == 1
    assert await wire.rest(listed, date_created_after=now + timedelta(minutes=1)) == []
    assert await wire.rest(listed, date_created_before=now - timedelta(minutes=1)) == []
    assert await wire.rest(wire.client.recordings(running.sid).delete)
    assert await wire.rest(wire.client.recordings.list) == []


async def test_numbers_can_be_imported_and_pointed_elsewhere(wire: Wire) -> None:
    (number,) = await wire.rest(wire.client.incoming_phone_numbers.list)
    assert (number.phone_number, number.friendly_name) == (TRUNK, "Demo")
    assert number.sid.startswith("PN")
    moved = await wire.rest(
        wire.client.incoming_phone_numbers(number.sid).update,
        voice_url=f"{wire.platform.url}/elsewhere",
        voice_fallback_url=f"{wire.platform.url}/fallback",
    )
    assert moved.voice_url.endswith("/elsewhere")
    admin.place(wire.carrier.exchange, Caller(from_="+8613800000001", to=TRUNK))
    await wire.platform.until("/elsewhere")


async def test_lists_are_paged(wire: Wire) -> None:
    wire.platform.documents["/voice"] = "<Reject/>"
    for _ in range(7):
        admin.place(wire.carrier.exchange, Caller(from_="+8613800000001", to=TRUNK, steps=[Step(hang_up=True)]))
    calls = await wire.rest(wire.client.calls.list, page_size=3)
    assert len({call.sid for call in calls}) == 7
    assert len(await wire.rest(wire.client.calls.list, page_size=3, limit=4)) == 4
    page = await wire.rest(wire.client.calls.page, page_size=3)
    assert page.next_page_url is not None
    assert page.previous_page_url is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "client:a", "from_": TRUNK}, 21205),
        ({"to": "", "from_": TRUNK, "url": "http://x.test/"}, 21201),
        ({"to": "12345", "from_": TRUNK, "url": "http://x.test/"}, 21211),
        ({"to": "+8613900000002", "from_": "+8613800000001", "url": "http://x.test/"}, 21210),
    ],
)
async def test_calls_that_are_refused(wire: Wire, fields: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await wire.rest(wire.client.calls.create, **fields)
    assert (refused.value.status, refused.value.code) == (400, code)


async def test_credentials(wire: Wire) -> None:
    account = wire.client.username
    wrong = Client(account, "wrong", http_client=LocalHttpClient(wire.base))
    with pytest.raises(TwilioRestException) as refused:
        await wire.rest(wrong.calls.create, to="client:a", from_=TRUNK, url="http://x.test/")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    settings = wire.carrier.exchange.settings
    key = Client(settings.api_key, settings.api_secret, account, http_client=LocalHttpClient(wire.base))
    assert await wire.rest(key.calls.list) == []
    wrong.http_client.session.close()
    key.http_client.session.close()


async def test_injected_rest_faults(wire: Wire) -> None:
    async with aiohttp.ClientSession() as session:
        for fault in ({"kind": "rest_error", "status": 429}, {"kind": "rest_error", "status": 500}):
            async with session.post(f"{wire.base}/sim/faults", json=fault) as answer:
                assert answer.status == 201
    for status in (429, 500):
        with pytest.raises(TwilioRestException) as refused:
            await wire.rest(wire.client.incoming_phone_numbers("PN0").fetch)
        assert refused.value.status == status
    with pytest.raises(TwilioRestException) as plain:
        await wire.rest(wire.client.incoming_phone_numbers("PN0").fetch)
    assert plain.value.status == 404


async def test_rest_that_acts_but_answers_too_late(wire: Wire) -> None:
    wire.carrier.exchange.faults.add(Fault(kind="rest_timeout", delay_s=2, url_contains="/Calls", method="POST"))
    impatient = LocalHttpClient(wire.base)
    impatient.timeout = 0.3
    client = Client(wire.client.username, wire.client.password, http_client=impatient)
    with pytest.raises(requests.exceptions.Timeout):
        await wire.rest(client.calls.create, to="client:agent1", from_=TRUNK, url=f"{wire.platform.url}/agent")
    assert [call.to for call in await wire.rest(wire.client.calls.list)] == ["client:agent1"]
    impatient.session.close()


async def test_a_message_is_taken_and_listed(wire: Wire) -> None:
    made = await wire.rest(wire.client.messages.create, to="+8613800000001", from_=TRUNK, body="您的验证码是 1234")
    assert (made.sid[:2], made.to, made.body) == ("SM", "+8613800000001", "您的验证码是 1234")
    listed = await wire.rest(wire.client.messages.list, to="+8613800000001")
    assert [one.sid for one in listed] == [made.sid]
    assert (await wire.rest(wire.client.messages(made.sid).fetch)).from_ == TRUNK
    with pytest.raises(TwilioRestException) as refused:
        await wire.rest(wire.client.messages.create, to="911x", from_=TRUNK, body="x")
    assert refused.value.code == 21211
