"""The TwiML reader: documents of the provider's own builder, and documents that are wrong."""

import pytest
from twilio.twiml.voice_response import Dial, Gather, Start, VoiceResponse

from infrastructure.voice.twiml import reader
from infrastructure.voice.twiml import verbs as verbs_model
from infrastructure.voice.twiml.attributes import TwimlError


def test_documents_of_the_provider_s_builder() -> None:
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/keys", timeout=7, action_on_empty_result=True, language="zh-CN")
    gather.say("按一", language="zh-CN")
    gather.pause(length=2)
    response.append(gather)
    response.play("https://app.test/a.wav", loop=0)
    response.play(digits="1w2")
    response.enqueue("q", wait_url="/wait", action="/left")
    start = Start()
    start.recording(channels="dual", trim="do-not-trim", recording_status_callback="/recorded")
    response.append(start)
    dial = Dial(action="/after", hangup_on_star=True, time_limit=60)
    dial.conference("r", start_conference_on_enter=False, end_conference_on_exit=True, participant_label="customer")
    response.append(dial)
    found = reader.parse(str(response))
    gathered, music, tones, queued, recording, dialled = found
    assert isinstance(gathered, verbs_model.Gather)
    assert (gathered.num_digits, gathered.timeout_s, gathered.action_on_empty) == (1, 7, True)
    assert [type(sound).__name__ for sound in gathered.sounds] == ["Say", "Pause"]
    assert isinstance(music, verbs_model.Play)
    assert (music.url, music.loop) == ("https://app.test/a.wav", 0)
    assert isinstance(tones, verbs_model.Play)
    assert tones.digits == "1w2"
    assert isinstance(queued, verbs_model.Enqueue)
    assert (queued.wait_url, queued.action) == ("/wait", "/left")
    assert isinstance(recording, verbs_model.StartRecording)
    assert (recording.recording.dual, recording.recording.callback) == (True, "/recorded")
    assert isinstance(dialled, verbs_model.Dial)
    assert dialled.conference is not None
    assert (dialled.conference.start_on_enter, dialled.conference.end_on_exit) == (False, True)
    assert dialled.conference.label == "customer"


def test_dial_with_targets_and_parameters() -> None:
    response = VoiceResponse()
    dial = Dial(timeout=20, caller_id="+861055550100")
    dial.number("+8613900000002", status_callback="/leg", status_callback_event="ringing answered")
    client = dial.client()
    client.identity("agent1")
    client.parameter(name="callId", value="01A")
    dial.sip("sip:8001@pbx.test")
    response.append(dial)
    (found,) = reader.parse(str(response))
    assert isinstance(found, verbs_model.Dial)
    assert [t.address for t in found.targets] == ["+8613900000002", "client:agent1", "sip:8001@pbx.test"]
    assert found.targets[0].status_events == ("ringing", "answered")
    assert found.targets[1].parameters == (("callId", "01A"),)


def test_number_as_text_of_dial() -> None:
    (found,) = reader.parse("<Response><Dial>+8613900000002</Dial></Response>")
    assert isinstance(found, verbs_model.Dial)
    assert [t.address for t in found.targets] == ["+8613900000002"]


def test_empty_document_has_no_verbs() -> None:
    assert reader.parse("") == []
    assert reader.parse("<?xml version='1.0'?><Response/>") == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("<Response><Say>x</Response>", 12100),
        ("not xml", 12100),
        ("<Answer/>", 12100),
        ("<!DOCTYPE r [<!ENTITY a 'b'>]><Response>&a;</Response>", 12100),
        ("<Response>" + " " * 70_000 + "</Response>", 12100),
        ("<Response><Shout>x</Shout></Response>", 12200),
        ("<Response><Gather><Dial>1</Dial></Gather></Response>", 12200),
        ("<Response><Gather numDigits='many'/></Response>", 12200),
        ("<Response><Gather input='speech'/></Response>", 12200),
        ("<Response><Pause length='-1'/></Response>", 12200),
        ("<Response><Reject reason='tired'/></Response>", 12200),
        ("<Response><Enqueue/></Response>", 13242),
        ("<Response><Dial/></Response>", 13200),
        ("<Response><Dial><Conference>a</Conference><Number>+1555</Number></Dial></Response>", 13200),
        ("<Response><Dial>" + "<Client>a</Client>" * 11 + "</Dial></Response>", 13200),
        ("<Response><Play digits='1x'/></Response>", 13325),
        ("<Response><Play/></Response>", 13420),
        ("<Response><Start><Stream url='wss://x'/></Start></Response>", 12200),
    ],
)
def test_documents_that_are_wrong(document: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        reader.parse(document)
    assert refused.value.code == code
