"""The worker of recordings lets voicemail know of every message that has audio."""

import pytest
from recordings_kit import CALL, FakeCarrier, leg_facts, message_wav, wav

from chalicelib.recordings import copying, service
from chalicelib.recordings.model import Completion, CopyFailed, Recording, Work


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[Recording]:
    found: list[Recording] = []
    monkeypatch.setattr(service._ports, "voicemail", found.append)
    return found


def completion(recording: Recording, status: str = "completed", sid: str = "RE1") -> Work:
    done = Completion(
        carrier="fake", provider_sid=sid, status=status, duration_s=3, recording_id=recording.recording_id
    )
    return Work(completion=done)


def test_a_message_is_announced_before_its_copy_which_may_fail(stack: FakeCarrier, announced: list[Recording]) -> None:
    stack.fail = 500
    recording = service.expect(CALL, "voicemail", leg_facts(kind="voicemail", box="group:8001"))
    with pytest.raises(CopyFailed):
        copying.work(completion(recording))
    assert [(found.box, found.state) for found in announced] == [("group:8001", "available")]


def test_absent_audio_is_not_announced(stack: FakeCarrier, announced: list[Recording]) -> None:  # noqa: ARG001
    recording = service.expect(CALL, "voicemail", leg_facts(kind="voicemail", box="group:8001"))
    copying.work(completion(recording, "absent"))
    copying.work(completion(recording, "absent"))
    assert announced == []


def test_a_conversation_is_not_announced(stack: FakeCarrier, announced: list[Recording]) -> None:
    stack.media["RE1"] = wav()
    copying.work(completion(service.expect(CALL, "L1", leg_facts())))
    assert announced == []


def test_a_second_audio_of_the_same_message_is_in_the_same_box(stack: FakeCarrier, announced: list[Recording]) -> None:
    recording = service.expect(CALL, "voicemail", leg_facts(kind="voicemail", box="group:8001"))
    for sid in ("RE1", "RE2"):
        stack.media[sid] = message_wav()
        copying.work(completion(recording, sid=sid))
    assert [found.box for found in announced] == ["group:8001", "group:8001"]
    assert len({found.recording_id for found in announced}) == 2
