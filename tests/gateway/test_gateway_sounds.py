"""Sound files, queue music, messages, announcements, and who answered."""

import asyncio
import io
import itertools
import wave

import numpy as np
import pytest
from aiohttp import web

from tests.gateway.conftest import TRUNK, Town, until
from tests.gateway.rtp import decoded, strength


def tone_file(hertz: float, seconds: float, rate: int = 16_000) -> bytes:
    values = (8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(values.tobytes())
    return out.getvalue()


class Files:
    """Serves sound files beside the platform."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(body=self.files[request.path], content_type="audio/x-wav")


@pytest.fixture
async def files():
    served = Files()
    application = web.Application()
    application.router.add_get("/{path:.*}", served.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


async def test_play_of_a_file_is_fetched_once_and_stops_at_a_key(town: Town, files: Files) -> None:
    files.files["/one.wav"] = tone_file(1400, 6)
    town.platform.documents["/voice"] = (
        f'<Gather numDigits="1" action="/keys"><Play>{files.url}/one.wav</Play></Gather>'
    )
    town.platform.documents["/keys"] = f'<Pause length="1"/><Play>{files.url}/one.wav</Play>'
    talk = await town.call()
    await talk.stream.hears(1400)
    talk.stream.press("1")
    await talk.stream.misses(1400, within_s=1)
    await town.platform.until("/keys", Digits="1")
    await talk.stream.hears(1400)
    assert files.asked == ["/one.wav"]


async def test_waiting_in_a_queue_hears_its_document_until_taken(town: Town, files: Files) -> None:
    files.files["/wait.wav"] = tone_file(1250, 3)
    town.platform.documents["/voice"] = '<Enqueue action="/left" waitUrl="/wait">q1</Enqueue>'
    town.platform.documents["/wait"] = f"<Play>{files.url}/wait.wav</Play>"
    talk = await town.call()
    await talk.stream.hears(1250)
    asked = await town.platform.until("/wait")
    assert asked["QueuePosition"] == "1"
    await town.dial("sip:1001@voice.local", "<Dial><Queue>q1</Queue></Dial>")
    agent = await town.picked_up()
    await agent.stream.hears(1000)
    await talk.stream.hears(600)
    await talk.stream.misses(1250)
    agent.hang_up()
    left = await town.platform.until("/left")
    assert left["QueueResult"] == "bridged"


async def test_leave_takes_a_call_out_of_the_queue(town: Town) -> None:
    town.platform.documents["/voice"] = '<Enqueue action="/left" waitUrl="/wait">q2</Enqueue>'
    town.platform.documents["/wait"] = '<Say language="en">Good bye</Say><Leave/>'
    talk = await town.call()
    left = await town.platform.until("/left")
    assert left["QueueResult"] == "leave"
    await asyncio.wait_for(talk.over.wait(), 5)


async def test_message_ends_with_silence(town: Town) -> None:
    town.platform.documents["/voice"] = '<Record timeout="2" maxLength="30" action="/message"/>'
    talk = await town.call()
    await talk.stream.hears(1000, within_s=2)  # The beep.
    await asyncio.sleep(2.5)
    assert not town.platform.to("/message")
    talk.stream.hertz = 0
    message = await town.platform.until("/message")
    assert 4 <= int(message["RecordingDuration"]) <= 7
    assert message["Digits"] == ""


async def test_announcement_covers_the_conversation_for_one(town: Town, files: Files) -> None:
    files.files["/news.wav"] = tone_file(1900, 2)
    town.platform.documents["/voice"] = "<Dial><Conference>hall</Conference></Dial>"
    town.platform.documents["/news"] = f"<Play>{files.url}/news.wav</Play>"
    talk = await town.call()
    await town.dial("sip:1001@voice.local", "<Dial><Conference>hall</Conference></Dial>")
    agent = await town.picked_up()
    await talk.stream.hears(600)
    asked = await town.platform.until("/voice")
    room = (await town.rest(town.client.conferences.list, friendly_name="hall", status="in-progress"))[0]
    participant = town.client.conferences(room.sid).participants(asked["CallSid"])
    await town.rest(participant.update, announce_url=f"{town.platform.url}/news")
    await talk.stream.hears(1900)
    await agent.stream.misses(1900)
    await talk.stream.misses(1900)
    await talk.stream.hears(600)


@pytest.mark.parametrize(("bursts", "answered_by"), [((0.8,), "human"), ((4.0,), "machine_start")])
async def test_who_answered(town: Town, bursts: tuple[float, ...], answered_by: str) -> None:
    town.edge.hertz = 0
    made = await town.rest(
        town.client.calls.create,
        to="+8613911112222",
        from_=TRUNK,
        url=f"{town.platform.url}/answered",
        machine_detection="Enable",
    )
    talk = await town.picked_up()
    for seconds in bursts:
        talk.stream.hertz = 500
        await asyncio.sleep(seconds)
        talk.stream.hertz = 0
    asked = await town.platform.until("/answered", CallSid=made.sid)
    assert asked["AnsweredBy"] == answered_by


async def test_speech_is_kept_on_disk(town: Town) -> None:
    text = "A sentence that nobody has said before."
    town.platform.documents["/voice"] = f'<Say language="en">{text}</Say>'
    before = {file.name for file in (town.node.state / "sounds").glob("*.pcm")}
    talk = await town.call()
    await asyncio.wait_for(talk.over.wait(), 10)
    after = {file.name for file in (town.node.state / "sounds").glob("*.pcm")}
    assert len(after - before) == 1
    talk = await town.call()
    await asyncio.wait_for(talk.over.wait(), 10)
    assert {file.name for file in (town.node.state / "sounds").glob("*.pcm")} == after


async def test_a_file_that_is_no_sound_is_left_out(town: Town, files: Files) -> None:
    files.files["/bad.wav"] = b"this is no sound"
    files.files["/good.wav"] = tone_file(1600, 1)
    town.platform.documents["/voice"] = f"<Play>{files.url}/bad.wav</Play><Play>{files.url}/good.wav</Play>"
    talk = await town.call()
    await talk.stream.hears(1600)
    await until(talk.over.is_set)
    assert strength(talk.stream.samples(0), 1600) > 500


async def test_sound_arrives_whole(town: Town, files: Files) -> None:
    """No packet is lost, and a tone of 3 s is 3 s of tone. (How steady its pace is, the bench tells.)"""
    files.files["/long.wav"] = tone_file(1150, 3)
    town.platform.documents["/voice"] = f"<Play>{files.url}/long.wav</Play>"
    talk = await town.call()
    await asyncio.wait_for(talk.over.wait(), 20)
    numbers = talk.stream.numbers
    assert [(b - a) % 65536 for a, b in itertools.pairwise(numbers)] == [1] * (len(numbers) - 1)
    frames = [decoded(payload) for _, payload in talk.stream.heard]
    assert sum(strength(frame, 1150) > 4000 for frame in frames) == pytest.approx(150, abs=8)
