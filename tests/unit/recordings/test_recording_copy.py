"""The copy: from the carrier's server into the bucket, whatever breaks on the way."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from recordings_kit import (
    BUCKET,
    CALL,
    LEG,
    NOW,
    FakeCarrier,
    leg_facts,
    message_wav,
    messages,
    objects,
    open_uploads,
    stored,
    wav,
    works,
)

from chalicelib.kernel.aws import client
from chalicelib.kernel.errors import Busy
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost
from chalicelib.recordings import copying, rules, service, storage, tables, triggers
from chalicelib.recordings.model import CallFacts, Completion, CopyFailed, Recording, Work

ALL = Principal(username="boss", scope="all")


def completion(id: str | None, sid: str = "RE1", **more: Any) -> Completion:
    values = {"carrier": "fake", "provider_sid": sid, "status": "completed", "recording_id": id, "call_sid": "CA1"}
    return msgspec.convert(values | {"duration_s": 60, "channels": 2} | more, Completion)


def found_ids() -> list[str]:
    return [row.recording_id for row in service.search(Wanted(), ALL).items]


@pytest.fixture
def expected(stack: FakeCarrier) -> Recording:
    stack.media["RE1"] = wav()
    return service.expect(CALL, LEG, leg_facts())


def run(recording: Recording, **more: Any) -> Recording | None:
    return copying.work(Work(completion=completion(recording.recording_id, **more)))


def test_the_way_from_call_back_to_bucket(stack: FakeCarrier, expected: Recording) -> None:
    assert expected.state == "expected"
    assert found_ids() == []
    service.completed(completion(expected.recording_id))
    assert triggers.on_recording({"Records": messages()}) == {"batchItemFailures": []}

    done = stored(expected.recording_id)
    assert done.object_key == f"recordings/2026/11/22/{expected.recording_id}.wav"
    assert (done.state, done.size, done.duration_s, done.channels) == ("stored", len(wav()), 60, 2)
    assert objects() == {done.object_key: done.sha256} == {done.object_key: hashlib.sha256(wav()).hexdigest()}
    assert (stack.deleted, done.carrier_deleted_at, done.due_at) == (["RE1"], NOW, None)
    assert found_ids() == [expected.recording_id]
    head = client("s3").head_object(Bucket=BUCKET, Key=done.object_key)
    assert head["ContentType"] == "audio/wav"
    assert head["Metadata"] == {"recording-id": done.recording_id, "call-id": CALL}


def test_large_audio_goes_in_parts(stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PART", 5 * 1024 * 1024)
    stack.media["RE1"] = wav(seconds=400)  # 12.8 MB: two whole parts and a rest
    run(expected)
    done = stored(expected.recording_id)
    assert objects() == {done.object_key: hashlib.sha256(wav(seconds=400)).hexdigest()}
    assert done.sha256 == hashlib.sha256(wav(seconds=400)).hexdigest()
    assert open_uploads() == []


@pytest.mark.parametrize("seconds", [1, 400])
def test_a_connection_that_breaks_midway_loses_nothing(
    stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr(storage, "PART", 5 * 1024 * 1024)
    stack.media["RE1"] = wav(seconds)
    stack.cut = len(wav(seconds)) - 1000
    with pytest.raises(OSError):
        run(expected)
    broken = stored(expected.recording_id)
    assert (broken.state, broken.lease_until, broken.attempts) == ("available", None, 1)
    assert broken.due_at == NOW + 30_000
    assert (objects(), open_uploads(), stack.deleted) == ({}, [], [])
    stack.cut = None
    copying.work(Work(recording_id=expected.recording_id))
    assert stored(expected.recording_id).state == "stored"
    assert stack.deleted == ["RE1"]


def test_audio_shorter_than_it_states_is_refused(stack: FakeCarrier, expected: Recording) -> None:
    stack.media["RE1"] = wav()[:-100]  # a lawful HTTP answer of a file that is cut
    with pytest.raises(CopyFailed, match="truncated"):
        run(expected)
    assert (objects(), stack.deleted) == ({}, [])


@pytest.mark.parametrize("body", [b"", b"{}", b"RIFF", b"<html>" * 20_000])
def test_what_is_no_audio_is_refused(stack: FakeCarrier, expected: Recording, body: bytes) -> None:
    stack.media["RE1"] = body
    with pytest.raises(CopyFailed, match="not_wav"):
        run(expected)
    assert stored(expected.recording_id).cause == "not_wav"
    assert (objects(), stack.deleted) == ({}, [])


@pytest.mark.parametrize(("status", "cause"), [(404, "carrier_404"), (503, "carrier_unreachable")])
def test_a_carrier_that_refuses_is_asked_again(
    stack: FakeCarrier, expected: Recording, status: int, cause: str
) -> None:
    stack.fail = status
    with pytest.raises(CopyFailed, match=cause):
        run(expected)
    assert stored(expected.recording_id).cause == cause
    stack.fail = 0
    copying.work(Work(recording_id=expected.recording_id))
    assert stored(expected.recording_id).state == "stored"


def test_a_crash_after_the_upload_before_the_row_is_written(
    stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process ends: nothing of ours runs any more."""

    save = tables.save

    def dying(recording: Recording) -> Recording:
        if recording.state == "stored":
            raise Killed
        return save(recording)

    monkeypatch.setattr(tables, "save", dying)
    with pytest.raises(Killed):
        run(expected)
    monkeypatch.setattr(tables, "save", save)
    assert (len(objects()), stack.deleted) == (1, [])
    held = stored(expected.recording_id)
    assert held.state == "copying"

    # While the dead worker's lease lasts, nobody takes over; then the sweep's message finishes the work.
    copying.work(Work(recording_id=expected.recording_id))
    assert stored(expected.recording_id).state == "copying"
    monkeypatch.setattr(copying, "now_ms", lambda: (held.lease_until or 0) + 1)
    copying.work(Work(recording_id=expected.recording_id))
    done = stored(expected.recording_id)
    assert (done.state, stack.deleted, found_ids()) == ("stored", ["RE1"], [done.recording_id])
    assert objects() == {done.object_key: done.sha256}


def test_a_crash_before_the_index_and_the_deletion(
    stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = copying.settle
    monkeypatch.setattr(copying, "settle", lambda recording: recording)
    run(expected)
    monkeypatch.setattr(copying, "settle", settle)
    half = stored(expected.recording_id)
    assert (half.state, half.due_at, found_ids(), stack.deleted) == ("stored", NOW + rules.SETTLE_MS, [], [])
    copying.work(Work(recording_id=expected.recording_id))
    assert (found_ids(), stack.deleted) == ([expected.recording_id], ["RE1"])


def test_a_duplicate_message_changes_nothing(stack: FakeCarrier, expected: Recording) -> None:
    run(expected)
    before = stored(expected.recording_id)
    run(expected)
    copying.work(Work(recording_id=expected.recording_id))
    run(expected, status="in-progress")
    run(expected, status="absent")
    assert stored(expected.recording_id) == before
    assert (stack.fetched, stack.deleted) == (["RE1"], ["RE1"])


def test_a_second_worker_leaves_the_copy_to_the_first(stack: FakeCarrier, expected: Recording) -> None:
    seen: list[str] = []

    def second_worker() -> None:
        stack.on_fetch = lambda: None
        found = run(expected)
        seen.append(found.state if found else "none")

    stack.on_fetch = second_worker
    run(expected)
    assert (seen, stack.fetched) == (["copying"], ["RE1"])
    assert stored(expected.recording_id).attempts == 1


@pytest.mark.parametrize("still_there", [True, False])
def test_of_two_workers_with_an_expired_lease_one_finishes(
    stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch, still_there: bool
) -> None:
    clock = [NOW]
    monkeypatch.setattr(copying, "now_ms", lambda: clock[0])

    def slow() -> None:
        stack.on_fetch = lambda: None
        clock[0] = NOW + rules.LEASE_MS + 1  # the first worker sleeps through its lease
        copying.work(Work(recording_id=expected.recording_id))
        if still_there:
            stack.media["RE1"] = wav()

    stack.on_fetch = slow
    run(expected)
    done = stored(expected.recording_id)
    assert (done.state, done.attempts, stack.deleted) == ("stored", 2, ["RE1"])
    assert objects() == {done.object_key: done.sha256}


def test_facts_that_come_during_the_copy_are_kept(stack: FakeCarrier, expected: Recording) -> None:
    facts = CallFacts(direction="inbound", caller="+8613900139000", callee="8001", ended_at=NOW, departments=("d9",))

    def call_ends() -> None:
        service.describe(CALL, facts)

    stack.on_fetch = call_ends
    run(expected)
    done = stored(expected.recording_id)
    assert (done.state, done.caller, done.departments) == ("stored", "+8613900139000", ("d9",))
    assert service.search(Wanted(number="+8613900139000"), ALL).items[0].state == "stored"


def test_facts_after_the_copy_move_the_index(expected: Recording) -> None:
    run(expected)
    service.describe(CALL, CallFacts(direction="inbound", caller="+8613900139000", callee="8001", ended_at=NOW))
    assert [w.recording_id for w in works()] == [expected.recording_id]
    copying.work(Work(recording_id=expected.recording_id))
    assert service.search(Wanted(number="+8613800138000"), ALL).items == []
    assert len(service.search(Wanted(number="+8613900139000"), ALL).items) == 1
    service.describe(CALL, CallFacts(direction="inbound", caller="+8613900139000", callee="8001", ended_at=NOW))
    assert works() == []


def test_a_deletion_that_fails_is_done_later_and_a_404_counts(stack: FakeCarrier, expected: Recording) -> None:
    stack.delete_fails = 500
    run(expected)
    kept = stored(expected.recording_id)
    assert (kept.state, kept.carrier_deleted_at, kept.due_at) == ("stored", None, NOW + rules.RETRY_LIMIT_MS)
    assert found_ids() == [expected.recording_id]
    stack.delete_fails, stack.media = 0, {}
    copying.work(Work(recording_id=expected.recording_id))
    gone = stored(expected.recording_id)
    assert (gone.carrier_deleted_at, gone.due_at) == (NOW, None)


@pytest.mark.parametrize("what", ["head", "body"])
def test_nothing_is_deleted_when_the_bucket_holds_something_else(
    stack: FakeCarrier, expected: Recording, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    verify = storage.verify

    def tampered(key: str, sent: storage.Stored) -> None:
        body = wav() + b"x" if what == "head" else wav(left=9)
        client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        verify(key, sent)

    monkeypatch.setattr(storage, "verify", tampered)
    with pytest.raises(CopyFailed, match={"head": "size", "body": "hash"}[what]):
        run(expected)
    assert (stored(expected.recording_id).state, stack.deleted) == ("available", [])


def test_a_store_without_checksums_is_read_back(expected: Recording) -> None:
    run(expected)
    done = stored(expected.recording_id)
    sent = storage.Stored(done.size or 0, done.sha256 or "", "another kind of checksum")
    storage.verify(done.object_key or "", sent)
    with pytest.raises(CopyFailed, match="hash"):
        storage.verify(done.object_key or "", msgspec.structs.replace(sent, sha256="0" * 64))


def test_the_customer_is_put_into_channel_0(stack: FakeCarrier) -> None:
    stack.media["RE1"] = wav(left=5, right=7)
    recording = service.expect(CALL, LEG, leg_facts(customer_channel=1))
    run(recording)
    done = stored(recording.recording_id)
    assert done.sha256 == hashlib.sha256(wav(left=7, right=5)).hexdigest()


def test_after_many_attempts_it_counts_as_failed_and_can_still_be_saved(
    stack: FakeCarrier, expected: Recording
) -> None:
    stack.fail = 503
    for _ in range(rules.ATTEMPTS):
        with pytest.raises(CopyFailed):
            run(expected)
    failed = stored(expected.recording_id)
    assert (failed.state, failed.cause) == ("failed", "carrier_unreachable")
    copying.work(Work(recording_id=expected.recording_id))
    assert service.search(Wanted(), ALL).items[0].state == "failed"
    stack.fail = 0
    run(expected)
    assert service.search(Wanted(), ALL).items[0].state == "stored"


def test_no_audio_is_said(expected: Recording) -> None:
    run(expected, status="absent", error_code="64101")
    failed = stored(expected.recording_id)
    assert (failed.state, failed.cause, failed.due_at) == ("failed", "64101", None)
    assert found_ids() == [expected.recording_id]


def test_a_second_audio_of_the_leg_gets_its_own_row(stack: FakeCarrier, expected: Recording) -> None:
    stack.media["RE2"] = wav(left=3)
    run(expected)
    second = run(expected, sid="RE2")
    again = run(expected, sid="RE2")
    assert second is not None
    assert again is not None
    assert second.recording_id == again.recording_id != expected.recording_id
    assert (second.state, second.call_id, second.agent_ids) == ("stored", CALL, ("agent1",))
    assert len(objects()) == 2


def test_audio_without_a_row_becomes_an_orphan_and_is_adopted_by_a_late_row(stack: FakeCarrier) -> None:
    stack.media["RE1"] = wav()
    id = rules.recording_id(CALL, LEG, "call")
    found = copying.work(Work(completion=completion(id)))
    assert found is not None
    assert (found.recording_id, found.orphan, found.state) == (id, True, "stored")
    late = service.expect(CALL, LEG, leg_facts())
    assert (late.recording_id, late.orphan, late.call_id, late.state) == (id, False, CALL, "stored")
    stack.media["RE9"] = wav(left=4)
    unknown = copying.work(Work(completion=completion(None, sid="RE9", call_sid="CA9")))
    assert unknown is not None
    assert (unknown.orphan, unknown.call_id, unknown.state) == (True, "", "stored")
    assert copying.work(Work(completion=completion(None, sid="RE9", call_sid="CA9"))) == unknown


def test_expecting_twice_is_expecting_once(expected: Recording) -> None:
    assert service.expect(CALL, LEG, leg_facts(caller="other")) == expected
    voicemail = service.expect(CALL, LEG, leg_facts(kind="voicemail"))
    assert voicemail.recording_id != expected.recording_id


@pytest.mark.parametrize("told", [1, None])
def test_a_message_of_one_channel_is_copied(stack: FakeCarrier, told: int | None) -> None:
    stack.media["RE1"] = message_wav()
    voicemail = service.expect(CALL, LEG, leg_facts(kind="voicemail"))
    run(voicemail, channels=told)
    assert (stored(voicemail.recording_id).state, stored(voicemail.recording_id).kind) == ("stored", "voicemail")


def test_a_message_that_fails_is_named_and_the_others_are_done(expected: Recording) -> None:
    service.completed(completion(expected.recording_id))
    records = [{"messageId": "bad", "body": "{"}, {"messageId": "unknown", "body": '{"recording_id":"x"}'}]
    answer = triggers.on_recording({"Records": [*records, *messages()]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert stored(expected.recording_id).state == "stored"


def test_a_write_that_always_loses_is_said(expected: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(_recording: Recording) -> Recording:
        raise Lost

    monkeypatch.setattr(tables, "save", losing)
    grow: Callable[[Recording], Recording] = lambda r: msgspec.structs.replace(r, caller="x")  # noqa: E731
    with pytest.raises(Busy):
        service.change(expected.recording_id, grow)
