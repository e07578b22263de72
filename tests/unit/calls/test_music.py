"""QUE-1: nobody waits in silence, whatever an administrator has set up."""

from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.calls import music
from chalicelib.calls.library import words as library_words
from chalicelib.kernel.config import config
from chalicelib.prompts.model import Audio, Prompt, Spoken
from chalicelib.telephony.model import Play, Say
from infrastructure.supervision import PROJECT
from infrastructure.voice.engine.media import seconds_of

CLOUD = PROJECT / "infrastructure" / "cloud"
HOUSE = CLOUD / "fallback" / "music.wav"
PLAIN = Group(group_id="8001", name="sales")


def test_a_group_without_music_has_the_house_s() -> None:
    for group in (PLAIN, None):
        assert music.music_url(group) == config().public_url + "/fallback/music.wav"
    assert music.music_url(Group(group_id="8001", name="sales", music_url="https://x.example/a.mp3")).endswith("/a.mp3")


@pytest.mark.parametrize(("seconds", "times"), [(5, 1), (8, 1), (9, 2), (25, 4)])
def test_the_house_s_music_is_played_until_the_next_announcement(seconds: int, times: int) -> None:
    assert music.stretch(PLAIN, seconds).times == times


def test_a_group_s_own_music_is_played_once_since_its_length_is_not_known() -> None:
    own = Group(group_id="8001", name="sales", music_url="https://x.example/a.mp3")
    assert (music.stretch(own, 25).url, music.stretch(own, 25).times) == ("https://x.example/a.mp3", 1)


@pytest.mark.parametrize("sound", [music.HOUSE_MUSIC, music.RINGBACK, music.ALERT])
def test_what_is_played_is_there_and_published(sound: str) -> None:
    assert seconds_of((CLOUD / sound.removeprefix("/")).read_bytes()) > 0
    published = (CLOUD / "publish.sh").read_text()
    assert (
        """aws s3 sync "$here/fallback" "s3://$(output FallbackBucketName)/fallback" --exclude '*' --include '*.wav'"""
        in published
    )


def test_the_house_s_music_is_as_long_as_it_is_said_to_be() -> None:
    assert seconds_of(HOUSE.read_bytes()) == music.HOUSE_MUSIC_S
    assert seconds_of((CLOUD / "fallback" / "ringback.wav").read_bytes()) == music.RINGBACK_S


def test_music_and_greeting_come_from_the_library() -> None:
    recorded = Audio(key="audio/p/1.wav", sha256="1", seconds=10.0, size=2)
    library = {
        "p": Prompt(prompt_id="p", name="P", contents={"en": Spoken("words"), "zh-CN": recorded}),
        "words": Prompt(prompt_id="words", name="W", contents={"zh-CN": Spoken("您好 {name}")}),
    }
    own = Group(group_id="8001", name="sales", music_url="https://x.example/a.mp3", music_prompt_id="p")
    call = Call(call_id="c", variables={"name": "王"})
    with patch("chalicelib.prompts.service.heard", lambda ids: {id: library[id] for id in ids if id in library}):
        assert music.stretch(own, 25) == Play("https://zhiyin.example/audio/p/1.wav", times=3)
        assert music.music_url(replace(own, music_prompt_id="gone")) == "https://x.example/a.mp3"
        assert music.music_url(replace(own, music_prompt_id="words")) == "https://x.example/a.mp3"
        assert library_words("words", call) == Say("您好 王", "zh-CN")
        assert library_words("gone", call) is None
