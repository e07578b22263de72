"""Mixing, ports, players, takes and sound files, without a thread and without SIP."""

import io
import struct
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from infrastructure.voice.legs.leg import Seat
from infrastructure.voice.sound import tones
from infrastructure.voice.sound.files import SoundError, decoded, from_wav
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.sound.mixing import Party, mixed
from infrastructure.voice.sound.pcm import FRAME_BYTES, SILENCE, loudness, resampled, samples
from infrastructure.voice.sound.players import Loop, Prompt
from infrastructure.voice.sound.port import Place, Port
from infrastructure.voice.sound.take import FileTake, TakeWriter


def frame(value: int) -> bytes:
    return np.full(160, value, "<i2").tobytes()


def value(pcm: bytes) -> int:
    """Return the one value that a frame holds."""
    (found,) = set(samples(pcm).tolist())
    return found


class FakeLine:
    """A line that says the same all the time and keeps what it is sent."""

    def __init__(self, said: bytes = SILENCE) -> None:
        self.said = said
        self.sent: list[bytes] = []

    def read(self) -> bytes:
        return self.said

    def write(self, frame: bytes) -> None:
        self.sent.append(frame)


class Hall:
    """A bridge."""

    def __init__(self, *, started: bool = True) -> None:
        self.name = "hall"
        self.started = started
        self.seats: dict[str, Seat] = {}


def parties(*seats: Seat) -> list[Party]:
    return [Party(seat, frame(10 ** (number + 1))) for number, seat in enumerate(seats)]


def hears(*seats: Seat) -> list[int]:
    return [value(pcm) for pcm in mixed(parties(*seats))]


class TestMixing:
    def test_two_hear_each_other(self) -> None:
        assert hears(Seat("a", ""), Seat("b", "")) == [100, 10]

    def test_three_hear_the_other_two(self) -> None:
        assert hears(Seat("a", ""), Seat("b", ""), Seat("c", "")) == [1100, 1010, 110]

    @pytest.mark.parametrize("others", [1, 2])
    def test_muted_is_heard_by_nobody_and_hears_all(self, others: int) -> None:
        seats = [Seat("a", "", muted=True), *(Seat(str(n), "") for n in range(others))]
        assert hears(*seats) == ([100, 0] if others == 1 else [1100, 1000, 100])

    @pytest.mark.parametrize("others", [1, 2])
    def test_held_is_out_of_it_both_ways(self, others: int) -> None:
        seats = [Seat("a", "", hold=True), *(Seat(str(n), "") for n in range(others))]
        assert hears(*seats) == ([0, 0] if others == 1 else [0, 1000, 100])

    def test_coach_is_heard_by_one_and_hears_all(self) -> None:
        assert hears(Seat("a", ""), Seat("b", ""), Seat("c", "", coaching="b")) == [100, 1010, 110]

    def test_coach_of_the_only_other_one(self) -> None:
        assert hears(Seat("a", ""), Seat("b", "", coaching="a")) == [100, 10]
        assert hears(Seat("a", ""), Seat("b", "", coaching="elsewhere")) == [0, 10]

    def test_muted_coach_is_heard_by_nobody(self) -> None:
        assert hears(Seat("a", ""), Seat("b", ""), Seat("c", "", coaching="b", muted=True)) == [100, 10, 110]

    def test_nobody_and_one_alone(self) -> None:
        assert hears() == []
        assert hears(Seat("a", "")) == [0]

    def test_loud_voices_are_cut_off_not_wrapped(self) -> None:
        loud = [Party(Seat(name, ""), frame(30_000)) for name in "abc"]
        assert [value(pcm) for pcm in mixed(loud)] == [32_767] * 3


class TestPort:
    def test_prompt_covers_bridge_covers_music(self) -> None:
        line = FakeLine()
        port = Port(line, print)
        hall, seat = Hall(started=False), Seat("a", "")
        port.music = Loop(frame(7))
        port.place = Place(hall, seat)
        port.speak(frame(5))
        hall.started = True
        port.speak(frame(5))
        port.prompts = (Prompt(frame(3), lambda: None),)
        port.speak(frame(5))
        port.speak(frame(5))
        seat.hold = True
        port.speak(frame(5))
        assert [value(pcm) for pcm in line.sent] == [7, 5, 3, 5, 7]

    def test_an_announcement_covers_a_prompt_that_then_goes_on(self) -> None:
        line, ended = FakeLine(), []
        port = Port(line, print)
        port.prompts = (Prompt(frame(1) + frame(2), lambda: ended.append("below")),)
        port.speak(SILENCE)
        port.prompts = (*port.prompts, Prompt(frame(9), lambda: ended.append("above")))
        port.speak(SILENCE)
        port.speak(SILENCE)
        assert [value(pcm) for pcm in line.sent] == [1, 9, 2]
        assert ended == ["above", "below"]

    def test_a_bunch_of_frames_comes_out_one_by_one(self) -> None:
        line = FakeLine(frame(1) + frame(2))
        port = Port(line, print)
        said = []
        for _ in range(3):
            port.listen()
            said.append(value(port.said))
            line.said = b""
        assert said == [1, 2, 0]
        assert port.gaps == 1

    def test_what_is_too_far_behind_is_skipped(self) -> None:
        port = Port(FakeLine(frame(1) * 20 + frame(2) * 3), print)
        port.listen()
        assert value(port.said) == 2
        assert port.skipped == 1

    def test_loop_begins_again(self) -> None:
        loop = Loop(frame(1) + frame(2))
        assert [value(loop.frame()) for _ in range(3)] == [1, 2, 1]


class TestMixer:
    def test_a_tick_carries_voices_between_bridges_of_their_own(self) -> None:
        mixer, lines = Mixer(), [FakeLine(frame(10**n)) for n in range(1, 5)]
        ports = [Port(line, print) for line in lines]
        for hall, pair in ((Hall(), ports[:2]), (Hall(), ports[2:])):
            for number, port in enumerate(pair):
                port.place = Place(hall, Seat(str(number), ""))
        for port in ports:
            mixer.add(port)
        for _ in range(3):
            mixer.tick()
        assert [value(line.sent[-1]) for line in lines] == [100, 10, 10_000, 1000]
        mixer.remove(ports[0])
        mixer.tick()
        assert value(lines[1].sent[-1]) == 0

    def test_keys_go_to_those_who_hear(self) -> None:
        mixer, hall = Mixer(), Hall()
        ports = [Port(FakeLine(), print) for _ in range(3)]
        seats = [Seat("a", ""), Seat("b", "", hold=True), Seat("c", "")]
        for port, seat in zip(ports, seats, strict=True):
            port.place = Place(hall, seat)
            mixer.add(port)
        assert mixer.hearers(ports[0]) == [ports[2]]
        seats[0].muted = True
        assert mixer.hearers(ports[0]) == []

    def test_it_ticks_and_stops(self) -> None:
        mixer, line, ticked = Mixer(), FakeLine(), threading.Event()
        line.write = lambda frame: ticked.set()  # noqa: ARG005
        mixer.add(Port(line, print))
        mixer.start()
        assert ticked.wait(5)
        mixer.stop()
        assert not any(thread.name == "mixer" for thread in threading.enumerate())


class TestTake:
    async def test_each_direction_has_its_channel(self, tmp_path: Path) -> None:
        take = FileTake(tmp_path / "a.wav", mono=False)
        take.frame(frame(1), frame(2))
        take.frame(frame(3), frame(4))
        take.stop()
        take.frame(frame(5), frame(6))
        assert take.duration_ms() == 40
        left, right = await channels(take, 2)
        assert (left, right) == ([1, 3], [2, 4])
        assert await channels(take, 1) == [[3, 7]]

    async def test_mono_holds_the_sum(self, tmp_path: Path) -> None:
        take = FileTake(tmp_path / "a.wav", mono=True)
        take.frame(frame(1), frame(2))
        take.stop()
        assert await channels(take, 1) == [[3]]

    @pytest.mark.parametrize(("skip", "expected"), [(True, [1, 3]), (False, [1, 0, 3])])
    async def test_pause(self, tmp_path: Path, skip: bool, expected: list[int]) -> None:
        take = FileTake(tmp_path / "a.wav", mono=True)
        take.frame(frame(1), SILENCE)
        take.pause(skip=skip)
        take.frame(frame(2), SILENCE)
        take.resume()
        take.frame(frame(3), SILENCE)
        take.stop()
        assert await channels(take, 1) == [expected]

    async def test_what_reached_the_disk_survives(self, tmp_path: Path) -> None:
        writer = TakeWriter(tmp_path / "takes")
        lost = writer.new("a", mono=False)
        lost.frame(frame(1), frame(2))
        lost.flush()
        lost.frame(frame(3), frame(4))  # Not flushed: the process dies here.
        found = FileTake.load(lost.dump())
        assert found.duration_ms() == 20
        assert await channels(found, 2) == [[1], [2]]
        with wave.open(str(found.path)) as file:
            assert (file.getnchannels(), file.getnframes()) == (2, 160)
        lost.stop()

    async def test_half_a_frame_on_disk_does_no_harm(self, tmp_path: Path) -> None:
        take = FileTake(tmp_path / "a.wav", mono=False)
        take.frame(frame(1), frame(2))
        take.stop()
        with take.path.open("ab") as file:
            file.write(b"\1\2\3")
        assert FileTake.load(take.dump()).duration_ms() == 20

    def test_discard_deletes(self, tmp_path: Path) -> None:
        take = FileTake(tmp_path / "a.wav", mono=True)
        take.discard()
        take.discard()
        assert not take.path.exists()
        assert FileTake.load(take.dump()).duration_ms() == 0

    def test_writer_brings_takes_to_the_disk(self, tmp_path: Path) -> None:
        writer = TakeWriter(tmp_path)
        writer.start()
        take = writer.new("a", mono=True)
        take.frame(frame(1), SILENCE)
        writer.close()
        assert take.path.stat().st_size == 44 + FRAME_BYTES
        take.stop()


async def channels(take: FileTake, count: int) -> list[list[int]]:
    """Return the value of each frame, by channel, as the download has it."""
    data = b"".join([piece async for piece in take.wav(count)])
    assert len(data) == take.size(count)
    with wave.open(io.BytesIO(data)) as file:
        assert file.getnchannels() == count
        both = samples(file.readframes(file.getnframes()))
    return [both[channel::count][::160].tolist() for channel in range(count)]


def wav(coding: int, bits: int, rate: int, channels: int, body: bytes) -> bytes:
    form = struct.pack("<HHIIHH", coding, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    chunks = b"fmt " + struct.pack("<I", 16) + form + b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


class TestFiles:
    @pytest.mark.parametrize(
        ("coding", "bits", "body"),
        [
            (1, 16, struct.pack("<h", 1000) * 80),
            (1, 8, bytes([132]) * 80),
            (1, 24, struct.pack("<i", 1000 << 16)[1:] * 80),
            (1, 32, struct.pack("<i", 1000 << 16) * 80),
            (3, 32, struct.pack("<f", 1000 / 32767) * 80),
            (6, 8, bytes([0xFA]) * 80),
            (7, 8, bytes([0xCE]) * 80),
        ],
    )
    def test_every_coding_is_read(self, coding: int, bits: int, body: bytes) -> None:
        values = samples(from_wav(wav(coding, bits, 8000, 1, body)))
        assert len(values) == 80
        assert np.all(np.abs(values - 1000) <= 40)

    @pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000])
    def test_any_rate_keeps_the_tone_and_its_length(self, rate: int) -> None:
        tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)).astype("<i2").tobytes()
        values = samples(from_wav(wav(1, 16, rate, 1, tone)))
        assert len(values) == 8000
        middle = values[2000:6000].astype(float)
        spectrum = np.abs(np.fft.rfft(middle))
        assert int(spectrum.argmax()) == 500
        assert np.std(middle) == pytest.approx(8000 / np.sqrt(2), rel=0.02)

    def test_what_is_too_high_for_the_telephone_does_not_come_back_as_another_tone(self) -> None:
        high = 8000 * np.sin(2 * np.pi * 6000 * np.arange(48_000) / 48_000)
        assert np.max(np.abs(resampled(high, 48_000)[500:-500])) < 20

    def test_channels_are_mixed(self) -> None:
        stereo = struct.pack("<hh", 1000, 3000) * 80
        assert samples(from_wav(wav(1, 16, 8000, 2, stereo))).tolist() == [2000] * 80

    @pytest.mark.parametrize(
        "data",
        [b"RIFF\0\0\0\0WAVE", wav(1, 12, 8000, 1, b"ab"), wav(1, 16, 0, 1, b"ab"), wav(85, 16, 8000, 1, b"ab")],
    )
    def test_broken_files_are_refused(self, data: bytes) -> None:
        with pytest.raises(SoundError):
            from_wav(data)

    async def test_a_program_that_is_not_there_is_an_error_not_a_crash(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        with pytest.raises(SoundError, match="sox"):
            await decoded(b"ID3 whatever")


class TestTones:
    def test_ringback_is_a_second_in_five(self) -> None:
        assert len(tones.ringback()) == 5 * 16_000
        assert loudness(tones.ringback()[:16_000]) > 3000
        assert loudness(tones.ringback()[16_000:]) == 0

    def test_music_goes_on_without_holes(self) -> None:
        music = tones.music()
        assert len(music) % FRAME_BYTES == 0
        assert min(loudness(music[at : at + 8000]) for at in range(0, len(music) - 8000, 8000)) > 100
