"""Silence, machine detection, the speech cache, and what voices are asked."""

import asyncio
import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from infrastructure.voice.sound import tones
from infrastructure.voice.sound.ears import Cadence, SilenceEar, is_tone
from infrastructure.voice.sound.files import SoundError
from infrastructure.voice.sound.pcm import FRAME_BYTES, SILENCE, loudness
from infrastructure.voice.sound.shelf import SoundLibrary
from infrastructure.voice.sound.voices import Espeak, Polly, RecordedPrompts

NOISE = np.random.default_rng(7).integers(-4000, 4000, 160).astype("<i2").tobytes()
BEEP = tones.tone(1000, 0.2)[FRAME_BYTES : 2 * FRAME_BYTES]


def judged(*parts: tuple[float, bytes], wait_for_end: bool = False) -> tuple[str | None, float]:
    """Return the verdict on a greeting, and after how many seconds it came."""
    cadence, passed = Cadence(wait_for_end=wait_for_end), 0
    for seconds, frame in parts:
        for _ in range(round(seconds * 50)):
            passed += 1
            if (verdict := cadence.judge(frame)) is not None:
                return verdict, passed / 50
    return None, passed / 50


class TestCadence:
    def test_hello_and_a_pause_is_human(self) -> None:
        assert judged((0.5, SILENCE), (0.8, NOISE), (3, SILENCE)) == ("human", pytest.approx(2.5, abs=0.1))

    def test_long_speech_is_a_machine(self) -> None:
        assert judged((0.5, SILENCE), (9, NOISE)) == ("machine_start", pytest.approx(2.95, abs=0.1))

    def test_pauses_between_words_belong_to_the_speech(self) -> None:
        words = [(0.6, NOISE), (0.4, SILENCE)] * 6
        assert judged(*words)[0] == "machine_start"

    def test_silence_is_unknown(self) -> None:
        assert judged((9, SILENCE)) == ("unknown", pytest.approx(5, abs=0.1))

    def test_a_click_is_no_speech(self) -> None:
        assert judged((1, SILENCE), (0.04, NOISE), (9, SILENCE))[0] == "unknown"

    def test_beep_ends_a_message(self) -> None:
        assert judged((5, NOISE), (0.5, SILENCE), (0.4, BEEP), wait_for_end=True)[0] == "machine_end_beep"

    def test_pause_ends_a_message_without_beep(self) -> None:
        verdict, after = judged((5, NOISE), (5, SILENCE), wait_for_end=True)
        assert (verdict, after) == ("machine_end_silence", pytest.approx(7, abs=0.1))

    def test_endless_speech_ends_at_the_limit(self) -> None:
        assert judged((60, NOISE), wait_for_end=True) == ("machine_end_other", pytest.approx(30, abs=0.1))

    def test_person_when_waiting_for_the_end(self) -> None:
        assert judged((0.8, NOISE), (3, SILENCE), wait_for_end=True)[0] == "human"

    def test_tone_and_noise_are_told_apart(self) -> None:
        assert is_tone(BEEP)
        assert not is_tone(NOISE)
        assert not is_tone(SILENCE)


class TestSilence:
    async def test_silence_counts_from_the_last_word(self) -> None:
        ear = SilenceEar(0.1)
        for said in (SILENCE, SILENCE, NOISE, SILENCE, SILENCE, SILENCE, SILENCE):
            ear.frame(said, SILENCE)
        await asyncio.sleep(0)
        assert not ear.fallen.done()
        ear.frame(SILENCE, NOISE)
        await asyncio.wait_for(ear.fallen, 1)


class Choir:
    """A voice that counts."""

    name = "choir"

    def __init__(self, *, fails: int = 0) -> None:
        self.said: list[tuple[str, str]] = []
        self.fails = fails

    async def speak(self, text: str, language: str, voice: str) -> bytes | None:  # noqa: ARG002
        self.said.append((text, language))
        await asyncio.sleep(0)
        if len(self.said) <= self.fails:
            raise SoundError("hoarse")
        return None if text == "unknown" else text.encode().ljust(320, b"\0")


class TestLibrary:
    async def test_the_same_text_is_spoken_once_even_at_once(self, tmp_path: Path) -> None:
        choir = Choir()
        library = SoundLibrary(tmp_path, [choir])
        heard = await asyncio.gather(*(library.speech("Hello", "en", "") for _ in range(5)))
        assert set(heard) == {b"Hello".ljust(320, b"\0")}
        assert choir.said == [("Hello", "en")]
        await library.speech("Hello", "zh-CN", "")
        assert len(choir.said) == 2

    async def test_it_outlives_the_process(self, tmp_path: Path) -> None:
        await SoundLibrary(tmp_path, [Choir()]).speech("Hello", "en", "")
        choir = Choir()
        assert await SoundLibrary(tmp_path, [choir]).speech("Hello", "en", "") == b"Hello".ljust(320, b"\0")
        assert choir.said == []

    async def test_a_failure_is_not_kept(self, tmp_path: Path) -> None:
        library = SoundLibrary(tmp_path, [Choir(fails=1)])
        with pytest.raises(SoundError):
            await library.speech("Hello", "en", "")
        assert await library.speech("Hello", "en", "")

    async def test_the_first_voice_that_knows_a_text_says_it(self, tmp_path: Path) -> None:
        first, second = Choir(), Choir()
        library = SoundLibrary(tmp_path, [first, second])
        with pytest.raises(SoundError, match="no voice"):
            await library.speech("unknown", "en", "")
        assert len(second.said) == 1

    async def test_memory_has_a_limit_and_the_disk_helps(self, tmp_path: Path) -> None:
        choir = Choir()
        library = SoundLibrary(tmp_path, [choir], memory_bytes=640)
        for text in ("a", "b", "c", "a"):
            await library.speech(text, "en", "")
        assert [text for text, _ in choir.said] == ["a", "b", "c"]

    async def test_files_are_fetched_once(self, tmp_path: Path) -> None:
        fetched: list[int] = []
        data = b"RIFF" + (4 + 24 + 8 + 320).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        data += b"\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data" + (320).to_bytes(4, "little") + NOISE

        async def fetch() -> bytes:
            fetched.append(1)
            return data

        library = SoundLibrary(tmp_path, [])
        assert await library.file("http://x/a.wav", fetch) == NOISE
        assert await library.file("http://x/a.wav", fetch) == NOISE
        assert len(fetched) == 1

    async def test_who_stops_listening_does_not_stop_the_others(self, tmp_path: Path) -> None:
        library = SoundLibrary(tmp_path, [Choir()])
        first = asyncio.ensure_future(library.speech("Hello", "en", ""))
        second = asyncio.ensure_future(library.speech("Hello", "en", ""))
        await asyncio.sleep(0)
        first.cancel()
        assert await second


class TestVoices:
    async def test_recorded_prompts_by_text_and_language(self, tmp_path: Path) -> None:
        from tests.unit.voice.test_voice_sound import wav

        (tmp_path / "zh.wav").write_bytes(wav(1, 16, 8000, 1, NOISE))
        entries = [{"text": "您好", "file": "zh.wav", "language": "zh-CN"}]
        (tmp_path / "prompts.json").write_bytes(msgspec.json.encode(entries))
        prompts = RecordedPrompts(tmp_path)
        assert await prompts.speak(" 您好 ", "zh", "") == NOISE
        assert await prompts.speak("您好", "en", "") is None
        assert await prompts.speak("再见", "zh-CN", "") is None

    async def test_polly_is_asked_for_telephone_sound(self) -> None:
        asked: dict[str, Any] = {}

        class Client:
            def synthesize_speech(self, **fields: Any) -> dict[str, Any]:
                asked.update(fields)
                return {"AudioStream": io.BytesIO(NOISE)}

        polly = Polly("Zhiyu", "neural", Client())
        assert await polly.speak("您好", "zh-CN", "") == NOISE
        assert (asked["VoiceId"], asked["OutputFormat"], asked["SampleRate"]) == ("Zhiyu", "pcm", "8000")
        await polly.speak("Hello", "en-US", "Polly.Joanna-Neural")
        assert asked["VoiceId"] == "Joanna"

    async def test_polly_that_refuses_is_an_error_of_sound(self) -> None:
        class Client:
            def synthesize_speech(self, **_: Any) -> dict[str, Any]:
                raise RuntimeError("throttled")

        with pytest.raises(SoundError, match="throttled"):
            await Polly("Zhiyu", "neural", Client()).speak("您好", "zh-CN", "")

    @pytest.mark.parametrize(
        ("language", "voice"),
        [
            ("zh-CN", "cmn-latn-pinyin"),
            ("cmn-Hans-CN", "cmn-latn-pinyin"),
            ("zh-HK", "yue"),
            ("en-GB", "en-gb"),
            ("de-DE", "de"),
            ("", "en"),
        ],
    )
    async def test_espeak_gets_the_right_voice(
        self, language: str, voice: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commands: list[tuple[str, ...]] = []

        async def piped(command: tuple[str, ...], data: bytes) -> bytes:
            commands.append(command)
            assert data == b"text"
            raise SoundError("not here")

        monkeypatch.setattr("infrastructure.voice.sound.voices.piped", piped)
        with pytest.raises(SoundError):
            await Espeak().speak("text", language, "")
        assert commands[0][:3] == ("espeak-ng", "-v", voice)

    def test_loudness(self) -> None:
        assert loudness(SILENCE) == 0
        assert loudness(np.full(160, 1000, "<i2").tobytes()) == 1000
