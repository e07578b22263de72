"""The sweep and the daily comparison find what a lost message left behind."""

from email.utils import formatdate
from typing import Any

import pytest
from recordings_kit import CALL, LEG, NOW, FakeCarrier, leg_facts, messages, stored, wav, works

from chalicelib.recordings import copying, rules, service, triggers, upkeep
from chalicelib.recordings.model import CallFacts, Completion, CopyFailed, Recording, Work

HOUR = 3_600_000


def listed(sid: str, call_sid: str, made_at: int, status: str = "completed") -> dict[str, Any]:
    return {"sid": sid, "call_sid": call_sid, "status": status, "channels": 2, "duration": "60", "account_sid": "AC1",
            "date_created": formatdate(made_at / 1000)}  # fmt: skip


@pytest.fixture
def ended(stack: FakeCarrier) -> Recording:  # noqa: ARG001
    """A recording whose call has ended and whose call-back has not come."""
    service.expect(CALL, LEG, leg_facts())
    facts = CallFacts(direction="inbound", caller="+8613800138000", callee="8001", ended_at=NOW)
    return service.describe(CALL, facts)[0]


def finish() -> None:
    assert triggers.on_recording({"Records": messages()}) == {"batchItemFailures": []}


@pytest.mark.usefixtures("ended")
def test_nothing_is_due_while_all_is_well() -> None:
    assert upkeep.sweep(NOW) == 0
    assert works() == []


def test_a_lost_call_back_is_fetched_from_the_list(stack: FakeCarrier, ended: Recording) -> None:
    stack.media["RE1"], stack.listed = wav(), [listed("RE1", "CA1", NOW), listed("RE2", "CA2", NOW)]
    assert upkeep.sweep(NOW + 11 * 60_000) == 1
    assert upkeep.sweep(NOW + 11 * 60_000) == 0  # looked at once, not every minute
    finish()
    assert (stored(ended.recording_id).state, stack.deleted) == ("stored", ["RE1"])


def test_a_silent_carrier_proves_nothing(stack: FakeCarrier, ended: Recording) -> None:
    stack.list_fails = 503
    upkeep.sweep(NOW + 48 * HOUR)
    waiting = stored(ended.recording_id)
    assert (waiting.state, waiting.due_at) == ("expected", NOW + 48 * HOUR + rules.CALLBACK_AFTER_END_MS)


def test_audio_that_never_was_fails_after_a_day(stack: FakeCarrier, ended: Recording) -> None:
    upkeep.sweep(NOW + HOUR)
    assert stored(ended.recording_id).due_at == NOW + 2 * HOUR
    upkeep.sweep(NOW + 25 * HOUR)
    failed = stored(ended.recording_id)
    assert (failed.state, failed.cause) == ("failed", "no_audio")
    finish()
    assert stored(ended.recording_id).filed is not None
    # It turns up after all.
    stack.media["RE1"] = wav()
    service.completed(
        Completion(carrier="fake", provider_sid="RE1", status="completed", recording_id=ended.recording_id)
    )
    finish()
    assert stored(ended.recording_id).state == "stored"


def test_a_copy_that_failed_is_sent_again(stack: FakeCarrier, ended: Recording) -> None:
    done = Completion(carrier="fake", provider_sid="RE1", status="completed", recording_id=ended.recording_id)
    with pytest.raises(CopyFailed):
        copying.work(Work(completion=done))
    assert upkeep.sweep(NOW + 29_000) == 0
    assert upkeep.sweep(NOW + 31_000) == 1
    stack.media["RE1"] = wav()
    finish()
    assert stored(ended.recording_id).state == "stored"


def test_the_daily_comparison(stack: FakeCarrier, ended: Recording) -> None:
    stack.media = {"RE1": wav(), "RE7": wav(left=7)}
    stack.listed = [
        listed("RE1", "CA1", NOW - 3 * HOUR),
        listed("RE7", "CA7", NOW - 3 * HOUR),
        listed("RE8", "CA8", NOW - 3 * HOUR, status="in-progress"),
        listed("RE9", "CA9", NOW - 60_000),
    ]
    report = upkeep.reconcile(NOW)
    assert report == upkeep.Report(listed=4, resent=2, orphans=1, unfinished=2)
    finish()
    assert stored(ended.recording_id).state == "stored"
    orphan = stored(rules.recording_id("", "fake", "call", "RE7"))
    assert (orphan.orphan, orphan.state, orphan.call_sid) == (True, "stored", "CA7")
    # What is still in the list has its row now, found by the carrier's id.
    stack.listed = stack.listed[:2]
    assert upkeep.reconcile(NOW) == upkeep.Report(listed=2, resent=2)


def test_a_carrier_that_does_not_answer_is_reported(stack: FakeCarrier) -> None:
    stack.list_fails = 500
    assert triggers.reconcile() == {"listed": 0, "resent": 0, "orphans": 0, "unfinished": 0, "unreachable": 1}


def test_a_copy_that_the_carrier_kept_is_deleted_by_the_comparison(stack: FakeCarrier, ended: Recording) -> None:
    stack.media["RE1"], stack.delete_fails = wav(), 500
    done = Completion(carrier="fake", provider_sid="RE1", status="completed", recording_id=ended.recording_id)
    copying.work(Work(completion=done))
    stack.delete_fails, stack.listed = 0, [listed("RE1", "CA1", NOW - 3 * HOUR)]
    upkeep.reconcile(NOW)
    finish()
    assert stack.deleted == ["RE1"]
