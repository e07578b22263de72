"""IVR-4: which files telephones can play, and what a caller hears of a prompt."""

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.prompts.errors import InvalidAudio
from chalicelib.prompts.model import RATE, SECONDS_LIMIT, Audio, Prompt, Spoken
from chalicelib.prompts.rules import checked_seconds, content_in, fits
from tests.unit.prompts.wav import wav

REASONS = {"not_wav", "truncated", "not_pcm", "channels", "rate", "bits", "empty", "too_long", "hash"}


def seconds(data: bytes) -> float:
    return checked_seconds(data, hashlib.sha256(data).hexdigest())


def refused(data: bytes) -> str:
    with pytest.raises(InvalidAudio) as error:
        seconds(data)
    assert error.value.detail("zh-CN") != error.value.detail("en")
    return error.value.params["reason"]


def test_a_telephone_s_wav_is_taken_with_its_length() -> None:
    assert seconds(wav(RATE * 3 // 2)) == 1.5
    assert seconds(wav(SECONDS_LIMIT * RATE)) == SECONDS_LIMIT


def test_chunks_beside_the_sound_are_allowed_of_odd_length_too() -> None:
    assert seconds(wav(RATE, more=b"LIST\x03\x00\x00\x00abc\x00")) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_wav"), (b"ID3 something", "not_wav"), (wav(0), "empty"), (wav(rate=16_000), "rate"),
        (wav(channels=2), "channels"), (wav(bits=8), "bits"), (wav(coding=6), "not_pcm"), (wav()[:-2], "truncated"),
        (wav() + b"\0", "truncated"), (wav(SECONDS_LIMIT * RATE + 1), "too_long"),
        (wav(more=b"LIST\xff\xff\xff\xff"), "truncated"), (wav(more=b"fmt \x00\x00\x00\x00"), "not_wav"),
    ],
)  # fmt: skip
def test_what_telephones_cannot_play_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_another_file_than_was_announced_is_refused() -> None:
    with pytest.raises(InvalidAudio) as error:
        checked_seconds(wav(), "0" * 64)
    assert error.value.params["reason"] == "hash"


@given(st.binary(max_size=200))
def test_no_bytes_at_all_bring_the_check_down(data: bytes) -> None:
    reasons: set[str] = set()
    for given_data in (data, wav(10)[: len(data)] + data, b"RIFF" + len(data).to_bytes(4, "little") + data):
        try:
            assert 0 < seconds(given_data) <= SECONDS_LIMIT
        except InvalidAudio as error:
            reasons.add(error.params["reason"])
    assert reasons <= REASONS


@given(st.integers(0, 43), st.integers(0, 255))
@example(40, 55)  # an odd length: half a sample, and what follows reads as a chunk without a name
@example(40, 56)
def test_a_changed_head_is_refused_or_means_the_same(at: int, byte: int) -> None:
    data = wav(800)
    changed = data[:at] + bytes([byte]) + data[at + 1 :]
    try:
        assert seconds(changed) == 0.1
    except InvalidAudio:
        assert changed != data


AUDIO = Audio(key="audio/p/1.wav", sha256="1", seconds=1, size=2, name="welcome.mp3")


def test_another_language_beats_silence() -> None:
    assert content_in({"en": AUDIO, "zh-CN": Spoken("您好")}, "en") == ("en", AUDIO)
    assert content_in({"en": AUDIO}, "zh-CN") == ("en", AUDIO)
    assert content_in({"zh-CN": Spoken("您好")}, "fr") == ("zh-CN", Spoken("您好"))
    assert content_in({}, "en") is None


@pytest.mark.parametrize(("query", "found"), [("", True), ("WELCOME", True), ("您好 开场", True), ("nothing", False)])
def test_prompts_are_found_by_all_their_words(query: str, found: bool) -> None:
    prompt = Prompt(prompt_id="p", name="开场白", contents={"en": AUDIO, "zh-CN": Spoken("您好")})
    assert fits(prompt, query) is found
