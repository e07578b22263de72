"""Documents, compared as parsed XML."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.telephony import documents
from chalicelib.telephony.model import Pause, Play, Prompt, RecordingRequest, Say

HELLO = Say({"zh-CN": "您好", "en": "Hello"}, "en")
MUSIC = "https://cdn.example/music.mp3?a=1&b=2"


def parsed(document: str) -> list[Element]:
    root = ElementTree.fromstring(document)
    assert root.tag == "Response"
    return list(root)


def shape(elements: list[Element]) -> list[str]:
    return [element.tag for element in elements]


def test_empty() -> None:
    assert parsed(documents.empty()) == []


def test_words_are_spoken_in_the_voice_of_their_language() -> None:
    prompts: list[Prompt] = [HELLO, Say({"zh-CN": "您好"}, "en"), Play(MUSIC), Pause(2), Say("  ", "en")]
    english, chinese, play, pause = parsed(documents.announce(prompts))
    assert (english.text, english.attrib) == ("Hello", {"voice": "Polly.Joanna-Neural", "language": "en-US"})
    assert (chinese.text, chinese.attrib) == ("您好", {"voice": "Polly.Zhiyu-Neural", "language": "cmn-CN"})
    assert (play.tag, play.text) == ("Play", MUSIC)
    assert (pause.tag, pause.attrib) == ("Pause", {"length": "2"})


@given(st.text())
def test_any_text_makes_a_document_that_parses(text: str) -> None:
    said = parsed(documents.announce([Say(text, "zh-CN")]))
    assert len(said) <= 1


def test_markup_in_a_name_is_spoken_and_never_executed() -> None:
    (said,) = parsed(documents.announce([Say("</Say><Hangup/> & \x00\x1b <b>", "en")]))
    assert said.text == "</Say><Hangup/> &  <b>"
    assert list(said) == []


def test_hang_up_and_reject() -> None:
    assert shape(parsed(documents.hang_up([HELLO]))) == ["Say", "Hangup"]
    assert parsed(documents.reject(busy=True))[0].attrib == {"reason": "busy"}
    assert parsed(documents.reject())[0].attrib == {"reason": "rejected"}


def test_redirect_speak_keys_leave() -> None:
    (redirect,) = parsed(documents.redirect("https://x.example/a?b=1&c=2"))
    assert (redirect.text, redirect.attrib) == ("https://x.example/a?b=1&c=2", {"method": "POST"})
    assert shape(parsed(documents.speak([HELLO], "https://x.example/"))) == ["Say", "Redirect"]
    assert parsed(documents.keys("1w2#"))[0].attrib == {"digits": "1w2#"}
    assert shape(parsed(documents.leave())) == ["Leave"]


def test_hold_music_never_ends() -> None:
    (play,) = parsed(documents.hold_music(MUSIC))
    assert (play.text, play.attrib) == (MUSIC, {"loop": "0"})


def test_gather_listens_while_it_speaks_and_reports_silence() -> None:
    before, gather, redirect = parsed(
        documents.gather([HELLO], "https://x.example/keys", num_digits=1, timeout_s=7, finish_on_key="", before=[HELLO])
    )
    assert before.tag == "Say"
    assert gather.attrib == {
        "input": "dtmf",
        "action": "https://x.example/keys",
        "method": "POST",
        "numDigits": "1",
        "timeout": "7",
        "finishOnKey": "",
    }
    assert shape(list(gather)) == ["Say"]
    assert redirect.text == "https://x.example/keys"


def test_gather_of_many_digits() -> None:
    gather = parsed(documents.gather([], "https://x.example/keys"))[0]
    assert "numDigits" not in gather.attrib
    assert gather.get("finishOnKey") == "#"


def test_enqueue() -> None:
    say, enqueue = parsed(
        documents.enqueue("8001", "https://x.example/wait", "https://x.example/left", prompts=[HELLO])
    )
    assert (say.tag, enqueue.text) == ("Say", "8001")
    assert enqueue.attrib == {
        "waitUrl": "https://x.example/wait",
        "waitUrlMethod": "POST",
        "action": "https://x.example/left",
        "method": "POST",
    }


def test_wait_with_and_without_a_key_to_leave() -> None:
    assert shape(parsed(documents.wait([HELLO], Play(MUSIC)))) == ["Say", "Play"]
    assert parsed(documents.wait([], Play(MUSIC, times=3)))[0].attrib == {"loop": "3"}
    (gather,) = parsed(documents.wait([HELLO], Play(MUSIC), action="https://x.example/leave"))
    assert shape(list(gather)) == ["Say", "Play"]
    assert (gather.get("finishOnKey"), gather.get("numDigits")) == ("", "1")


def test_a_wait_document_holds_only_verbs_that_a_queue_takes() -> None:
    allowed = {"Response", "Play", "Say", "Pause", "Gather", "Redirect", "Leave", "Hangup"}
    for document in (
        documents.wait([HELLO], Play(MUSIC)),
        documents.wait([HELLO], Play(MUSIC), action="https://x"),
    ):
        assert {element.tag for element in ElementTree.fromstring(document).iter()} <= allowed


def test_the_customer_joins_recorded_from_the_first_word() -> None:
    start, say, dial = parsed(
        documents.join_conference(
            "call-01J",
            end_on_exit=False,
            status_callback="https://x.example/conference",
            action="https://x.example/after",
            wait_url="https://x.example/music",
            announce=[HELLO],
            record=RecordingRequest(name="visit-1", callback="https://x.example/recording"),
        )
    )
    assert say.tag == "Say"
    assert start[0].attrib == {
        "name": "visit-1",
        "channels": "dual",
        "trim": "do-not-trim",
        "recordingStatusCallback": "https://x.example/recording",
        "recordingStatusCallbackEvent": "in-progress completed absent",
        "recordingStatusCallbackMethod": "POST",
    }
    assert dial.attrib == {"action": "https://x.example/after", "method": "POST"}
    (conference,) = dial
    assert (conference.tag, conference.text) == ("Conference", "call-01J")
    assert conference.attrib == {
        "beep": "false",
        "muted": "false",
        "startConferenceOnEnter": "true",
        "endConferenceOnExit": "false",
        "statusCallback": "https://x.example/conference",
        "statusCallbackEvent": "start join",
        "statusCallbackMethod": "POST",
        "waitUrl": "https://x.example/music",
        "waitMethod": "POST",
    }


def test_a_coach_joins_unheard_by_the_customer() -> None:
    (dial,) = parsed(
        documents.join_conference(
            "call-01J",
            end_on_exit=True,
            start_on_enter=False,
            muted=True,
            coach_sid="CA7",
            wait_url="",
            label="coach",
            status_callback="https://x.example/c",
        )
    )
    conference = dial[0]
    assert dial.attrib == {}
    assert (conference.get("coach"), conference.get("muted"), conference.get("waitUrl")) == ("CA7", "true", "")
    assert (conference.get("endConferenceOnExit"), conference.get("startConferenceOnEnter")) == ("true", "false")
    assert conference.get("participantLabel") == "coach"


@pytest.mark.parametrize(
    ("address", "noun", "text"),
    [
        ("+8613800138000", "Number", "+8613800138000"),
        ("client:agent1", "Client", "agent1"),
        ("sip:8001@pbx.example", "Sip", "sip:8001@pbx.example"),
    ],
)
def test_dial_picks_the_noun_of_the_address(address: str, noun: str, text: str) -> None:
    (dial,) = parsed(
        documents.dial_number(
            address,
            action="https://x.example/after",
            caller_id="+861055550100",
            timeout_s=25,
            status_callback="https://x.example/leg",
            accept_url="https://x.example/accept",
        )
    )
    assert dial.attrib == {
        "action": "https://x.example/after",
        "method": "POST",
        "timeout": "25",
        "callerId": "+861055550100",
    }
    assert (dial[0].tag, dial[0].text) == (noun, text)
    assert dial[0].get("url") == "https://x.example/accept"
    assert dial[0].get("statusCallbackEvent") == "initiated ringing answered completed"


def test_dial_may_be_recorded() -> None:
    record = RecordingRequest(name="visit-1", callback="https://x.example/r")
    document = documents.dial_number("+8613800138000", action="https://x", announce=[HELLO], record=record)
    assert shape(parsed(document)) == ["Start", "Say", "Dial"]


def test_voicemail() -> None:
    say, record, redirect = parsed(
        documents.voicemail([HELLO], "https://x.example/done", "https://x.example/recording", max_length=60)
    )
    assert (say.tag, redirect.text) == ("Say", "https://x.example/done")
    assert record.attrib == {
        "action": "https://x.example/done",
        "method": "POST",
        "maxLength": "60",
        "timeout": "10",
        "finishOnKey": "#",
        "playBeep": "true",
        "trim": "do-not-trim",
        "recordingStatusCallback": "https://x.example/recording",
        "recordingStatusCallbackEvent": "completed absent",
        "recordingStatusCallbackMethod": "POST",
    }


def test_a_mailbox_never_accepts() -> None:
    gather, hangup = parsed(documents.accept_key([HELLO], "https://x.example/accepted"))
    assert (gather.get("action"), gather.get("numDigits"), hangup.tag) == ("https://x.example/accepted", "1", "Hangup")


def test_what_is_recorded_ends_before_the_question() -> None:
    stop, listen, _ = parsed(documents.gather([HELLO], "https://x.example/a", stop_recordings=["visit-1"]))
    assert (stop.tag, stop[0].tag, stop[0].attrib) == ("Stop", "Recording", {"name": "visit-1"})
    assert listen.tag == "Gather"
