"""A message is filed in the box that the caller was led to, though he has hung up and the carrier tells of it twice."""

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from chalicelib.calls import recording
from chalicelib.ivr.model import Document, VoicemailNode
from chalicelib.recordings.model import Completion, LegFacts
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.carrier import ACCOUNT
from tests.unit.calls.centre import Centre, running

CALLER = "+8613800138000"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre([])) as found:
        yield found


def told(call_id: str, status: str) -> tuple[list[LegFacts], list[Completion]]:
    """Let the carrier tell of the message twice; return what the recordings were told."""
    facts: list[LegFacts] = []
    completions: list[Completion] = []

    def expect(call_id: str, leg_id: str, given: LegFacts) -> SimpleNamespace:
        facts.append(given)
        return SimpleNamespace(recording_id=f"{call_id}-{leg_id}")

    webhook = VoiceRequest(
        path="/recording", carrier=ACCOUNT, query={"call_id": call_id, "kind": "voicemail"},
        form={"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": status, "RecordingDuration": "4"},
    )  # fmt: skip
    with (
        patch("chalicelib.recordings.service.expect", expect),
        patch("chalicelib.recordings.service.completed", completions.append),
    ):
        recording.reported(webhook)
        recording.reported(webhook)
    return facts, completions


@pytest.mark.parametrize("status", ["completed", "absent"])
def test_who_hung_up_in_the_middle_left_his_message_in_the_groups_box(centre: Centre, status: str) -> None:
    flow = Document(name="box", start="box", nodes={"box": VoicemailNode(group_id="8002")})
    with (
        patch("chalicelib.ivr.service.published", lambda _: (1, flow)),
        patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=flow)),
    ):
        call_id = centre.carrier.call_in(CALLER)
        centre.settle()
    call = centre.call(call_id)
    assert call.over
    assert call.variables["voicemail_box"] == "group:8002"
    facts, completions = told(call_id, status)
    assert [(one.kind, one.box, one.caller) for one in facts] == [("voicemail", "group:8002", CALLER)] * 2
    assert {(one.recording_id, one.status) for one in completions} == {(f"{call_id}-voicemail", status)}


def test_a_recorded_call_is_in_no_box(centre: Centre) -> None:
    call_id = centre.carrier.call_in(CALLER)
    centre.settle()
    assert recording._leg_facts(centre.call(call_id), "call").box is None
