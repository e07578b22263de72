"""Parts by themselves: clock, recordings' audio, configuration, the store, and that nothing leaks."""

import argparse
import asyncio
import gc
import json
import struct
from pathlib import Path

import msgspec
import pytest

from infrastructure.voice import cli, config
from infrastructure.voice.clock import VirtualClock, within
from infrastructure.voice.engine import exchange
from infrastructure.voice.engine.media import seconds_of
from infrastructure.voice.engine.outgoing import MachineDetection
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.hooks.transport import FunctionTransport
from infrastructure.voice.legs import wav
from infrastructure.voice.legs.scripts import Step
from infrastructure.voice.legs.tone_take import ToneTake
from infrastructure.voice.server import Carrier
from infrastructure.voice.settings import Number, Settings
from infrastructure.voice.store import Store
from tests.unit.voice.world import TRUNK, Platform, World


async def test_virtual_clock_fires_in_order_and_only_when_told() -> None:
    clock, fired = VirtualClock(start_ms=0), list[tuple[int, str]]()

    async def sleeper(seconds: float, name: str) -> None:
        await clock.sleep(seconds)
        fired.append((clock.now_ms(), name))

    tasks = [asyncio.ensure_future(sleeper(s, n)) for s, n in ((3, "c"), (1, "a"), (2, "b"))]
    cancel = clock.call_later(2.5, lambda: fired.append((0, "never")))
    cancel()
    await clock.advance(2)
    assert fired == [(1000, "a"), (2000, "b")]
    await clock.run_until_idle()
    assert fired[-1] == (3000, "c")
    assert all(task.done() for task in tasks)


async def test_cancelled_timers_are_forgotten() -> None:
    clock = VirtualClock()
    for _ in range(10_000):
        clock.call_later(86_400 * 365, lambda: None)()
    assert len(clock._timers) <= 1001
    await clock.run_until_idle(86_400 * 400)
    assert clock._timers == []


async def test_within_gives_up_in_time_and_passes_cancellation_on() -> None:
    clock = VirtualClock()

    async def slow() -> str:
        await clock.sleep(10)
        return "done"

    patient = asyncio.ensure_future(within(clock, 20, slow()))
    hasty = asyncio.ensure_future(within(clock, 5, slow()))
    cancelled = asyncio.ensure_future(within(clock, 20, slow()))
    await clock.advance(1)
    cancelled.cancel()
    await clock.advance(20)
    assert patient.result() == "done"
    assert isinstance(hasty.exception(), TimeoutError)
    assert cancelled.cancelled()


async def test_an_hour_of_audio_is_streamed_in_small_pieces() -> None:
    clock = VirtualClock()
    take = ToneTake(clock, mono=False)
    take.sound(((300,), (400, 500)))
    await clock.advance(3600)
    take.stop()
    assert take.size(2) == 44 + 3600 * 8000 * 4
    total, largest = 0, 0
    async for piece in take.wav(2):
        total, largest = total + len(piece), max(largest, len(piece))
        if total > 10_000_000:
            break
    assert largest <= 8000 * 4


async def test_pause_skips_or_is_silent() -> None:
    clock = VirtualClock()
    for skip, expected in ((True, 7_000), (False, 12_000)):
        take = ToneTake(clock, mono=True)
        await clock.advance(4)
        take.pause(skip=skip)
        await clock.advance(5)
        take.resume()
        await clock.advance(3)
        take.stop()
        assert take.duration_ms() == expected
        assert seconds_of(b"".join([p async for p in take.wav(1)])) == expected / 1000


def test_wav_header_agrees_with_the_data() -> None:
    segments = [wav.Segment(1234, ((300,), ())), wav.Segment(766, ((), (440,)))]
    data = b"".join(wav.pieces(segments, 2))
    assert len(data) == wav.data_size(2000, 2)
    assert struct.unpack_from("<I", wav.header(2000, 2), 40)[0] == len(data)
    frames = struct.unpack(f"<{len(data) // 2}h", data)
    assert any(frames[0 : 2 * 8000 : 2])
    assert not any(frames[1 : 2 * 8000 : 2])


def test_length_of_sound_files() -> None:
    assert seconds_of(wav.header(3000, 1) + bytes(wav.data_size(3000, 1))) == 3
    assert seconds_of(b"ID3" + bytes(7997)) == 2
    assert seconds_of(b"RIFF\0\0\0\0WAVE") == 0


def _flags(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    config.add_flags(parser)
    return parser.parse_args(arguments)


def test_flags_win_over_environment_and_file(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    file.write_text(
        json.dumps(
            {"port": 1, "auth_token": "file", "grace_s": 3, "numbers": [{"phone_number": "+8610", "voice_url": "a"}]}
        )
    )
    environment = {"ZHIYIN_SIM_CONFIG": str(file), "ZHIYIN_SIM_AUTH_TOKEN": "environment", "ZHIYIN_SIM_PORT": "2"}
    settings = config.load(_flags("--port", "3", "--number", "+8610=b", "--number", "+8611=c"), environment)
    assert (settings.port, settings.auth_token, settings.grace_s) == (3, "environment", 3)
    assert {n.phone_number: n.voice_url for n in settings.numbers} == {"+8610": "b", "+8611": "c"}
    assert settings.public_url == "http://127.0.0.1:3"


def test_every_setting_is_documented() -> None:
    readme = (Path(config.__file__).parent / "README.md").read_text()
    for variable in (*config.ENVIRONMENT.values(), config.CONFIG_FILE, config.NUMBERS):
        assert f"`{variable}`" in readme


def test_command_line_without_a_simulator_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["calls", "--base", "http://127.0.0.1:9"]) == 2
    assert "no simulator at http://127.0.0.1:9" in capsys.readouterr().err


def test_wrong_configuration_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sim.json"
    file.write_text('{"prot": 1}')
    with pytest.raises(msgspec.ValidationError):
        config.load(_flags("--config", str(file)), {})
    with pytest.raises(ValueError):
        config.load(_flags("--number", "+8610"), {})


def test_steps_say_one_thing() -> None:
    assert Step(press="1#").press == "1#"
    for wrong in ({}, {"wait_s": 1.0, "hang_up": True}, {"press": ""}, {"press": "x"}):
        with pytest.raises(ValueError):
            Step(**wrong)


async def test_restart_keeps_recordings_and_numbers_and_ends_lost_calls(tmp_path: Path) -> None:
    platform, clock = Platform(), VirtualClock()
    record = '<Start><Recording channels="dual" recordingStatusCallback="/recorded"/></Start>'
    platform.documents["/voice"] = f"<Response>{record}<Say>x</Say><Pause length='600'/></Response>"

    def build() -> tuple[Carrier, Store]:
        number = Number(phone_number=TRUNK, voice_url="http://app.test/voice", status_callback="http://app.test/status")
        carrier = Carrier.build(Settings(numbers=[number]), clock, FunctionTransport(platform.answer))
        return carrier, Store(carrier.exchange, tmp_path)

    carrier, store = build()
    store.load()
    carrier.exchange.numbers["+8612"] = Number(phone_number="+8612", voice_url="http://app.test/other")
    carrier.exchange.numbers[TRUNK].voice_fallback_url = "http://app.test/fallback"
    terms = Terms(direction="inbound", from_="+8613800000001", to=TRUNK)
    leg = carrier.phonebook.leg_for("+8613800000001", "")
    call = carrier.exchange.place(leg, terms)
    await clock.advance(60)
    await store.save()
    killed, killed_store = build()
    killed_store.load()
    await clock.advance(10)
    (lost,) = platform.to("/status")
    assert (lost["CallSid"], lost["CallStatus"]) == (call.sid, "completed")
    assert 60 <= int(lost["CallDuration"]) <= 61
    (recorded,) = platform.to("/recorded")
    assert (recorded["RecordingStatus"], recorded["RecordingDuration"]) == ("completed", "60")
    assert killed.exchange.numbers["+8612"].voice_url == "http://app.test/other"
    assert killed.exchange.numbers[TRUNK].voice_fallback_url == "http://app.test/fallback"
    take = killed.exchange.recordings[recorded["RecordingSid"]].take
    assert len(b"".join([piece async for piece in take.wav(2)])) == take.size(2)
    call.end("shutdown")
    await clock.advance(5)


async def test_machine_detection_waits_for_the_document(world: World) -> None:
    world.document("/d", "<Hangup/>")
    world.phone("+8613900000002", result="machine", answer_after_s=1)
    detection = MachineDetection(wait_for_end=True)
    world.dial("+8613900000002", url="http://app.test/d", machine_detection=detection)
    await world.run(8)
    assert world.platform.to("/d") == []
    await world.run(5)
    assert world.platform.to("/d")[0]["AnsweredBy"] == "machine_end_beep"


async def test_asynchronous_machine_detection_reports_beside_the_document(world: World) -> None:
    world.document("/d", "<Pause length='60'/>")
    world.phone("+8613900000002", answer_after_s=1)
    detection = MachineDetection(callback="http://app.test/amd")
    world.dial("+8613900000002", url="http://app.test/d", machine_detection=detection)
    await world.run(1)
    assert "AnsweredBy" not in world.platform.to("/d")[0]
    await world.run(3)
    assert world.platform.to("/amd")[0]["AnsweredBy"] == "human"


async def test_the_same_seed_gives_the_same_day() -> None:
    async def day() -> list[tuple[str, dict[str, str]]]:
        world = World()
        world.document("/voice", '<Gather numDigits="1" action="/q"><Say>hello</Say></Gather>')
        world.document("/q", '<Enqueue waitUrl="/w">q</Enqueue>')
        world.document("/w", "<Say>wait</Say>")
        for _ in range(20):
            world.call(Step(wait_until="listening"), Step(press="1"), patience_s=40)
        await world.run(120)
        return [(request.url, request.form) for request in world.platform.requests]

    first = await day()
    assert first == await day()
    assert len(first) > 100


async def test_a_thousand_calls_leave_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "ENDED_CALLS_KEPT", 50)
    world.document("/voice", "<Say>hi</Say><Enqueue waitUrl='/w'>q</Enqueue>")
    world.document("/w", "<Pause length='3'/>")
    for _ in range(10):
        for _ in range(100):
            world.call(Step(wait_s=5), Step(hang_up=True))
        await world.run(20)
    assert len(world.exchange.calls) <= 50
    assert world.exchange.active_calls() == []
    assert world.exchange.queues["q"].members == []
    assert world.exchange.webhooks.pending() == 0
    gc.collect()
    running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert running == []
    assert len(world.exchange.events.after(0, 10_000)) <= 2000
