"""The recordings' routes: rights, scope, search, addresses to hear at, and what is written down about it."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from recordings_kit import CALL, NOW, FakeCarrier, leg_facts, wav

from chalicelib.kernel import aws
from chalicelib.kernel.config import config
from chalicelib.kernel.principal import Principal
from chalicelib.recordings import copying, service
from chalicelib.recordings.model import CallFacts, Completion, Recording, Work
from chalicelib.recordings.routes import router

HEAR = ("recordings.read", "recordings.play", "recordings.download")


def stored_recording(stack: FakeCarrier, leg: str, duration_s: int = 60, **facts: Any) -> Recording:
    stack.media[f"RE{leg}"] = wav()
    recording = service.expect(CALL, leg, leg_facts(**facts))
    done = Completion(carrier="fake", provider_sid=f"RE{leg}", status="completed", duration_s=duration_s,
                      recording_id=recording.recording_id)  # fmt: skip
    found = copying.work(Work(completion=done))
    assert found is not None
    return found


@pytest.fixture
def api(client: Callable[..., Any], stack: FakeCarrier) -> Any:  # noqa: ARG001
    return client(router)


@pytest.fixture
def boss(principal: Callable[..., Principal]) -> Principal:
    return principal(*HEAR, username="boss")


def audit_rows(recording_id: str) -> list[tuple[str, str]]:
    items = aws.client("dynamodb").query(
        TableName=config().table("audit"),
        KeyConditionExpression="subject = :s",
        ExpressionAttributeValues={":s": {"S": f"recording#{recording_id}"}},
    )["Items"]
    return [(item["who"]["S"], item["action"]["S"]) for item in items]


def test_a_recording_is_shown_as_the_api_says(api: Any, stack: FakeCarrier, boss: Principal) -> None:
    recording = stored_recording(stack, "L1")
    service.describe(CALL, CallFacts(direction="inbound", caller="+8613800138000", callee="+861055550100",
                                     ended_at=NOW, departments=("d1",)))  # fmt: skip
    answer = api.get(f"/recordings/{recording.recording_id}", who=boss)
    assert answer.status == 200
    assert set(answer.body) == {
        "recording_id", "call_id", "kind", "direction", "state", "caller", "callee", "agent_ids", "group_id",
        "customer_id", "started_at", "ended_at", "duration_s", "channels", "size", "file_name", "sha256", "segments",
        "version",
    }  # fmt: skip
    assert answer.body["sha256"] == hashlib.sha256(wav()).hexdigest()


def test_search_by_any_combination(api: Any, stack: FakeCarrier, boss: Principal) -> None:
    first = stored_recording(stack, "L1", duration_s=10).recording_id
    second = stored_recording(stack, "L2", duration_s=99, agent_ids=("agent2",), group_id="8002").recording_id

    def found(query: str) -> list[str]:
        return [item["recording_id"] for item in api.get(f"/recordings?from=0&{query}", who=boss).body["items"]]

    assert set(found("number=%2B8613800138000")) == {first, second}
    assert found("number=%2B8613800138000&min_s=11") == [second]
    assert found("agent_id=agent1&max_s=10") == [first]
    assert found("agent_id=agent1&group_id=8002") == []
    assert found(f"to={NOW - 60_000}") == []
    page = api.get("/recordings?from=0&agent_id=agent1&limit=1", who=boss).body
    assert len(page["items"]) == 1
    assert "cursor" not in page or page["cursor"] is None


@pytest.mark.parametrize("query", ["from=x", "limit=0", "limit=999", "min_s=-1", "cursor=%21", "number=" + "9" * 101])
def test_a_bad_filter_is_said(api: Any, boss: Principal, query: str) -> None:
    assert api.get(f"/recordings?{query}", who=boss).status == 422


def test_an_agent_sees_and_hears_his_own_alone(
    api: Any, stack: FakeCarrier, principal: Callable[..., Principal]
) -> None:
    mine = stored_recording(stack, "L1").recording_id
    other = stored_recording(stack, "L2", agent_ids=("agent2",)).recording_id
    agent = principal(*HEAR, username="agent1", scope="own")
    assert [item["recording_id"] for item in api.get("/recordings?from=0", who=agent).body["items"]] == [mine]
    assert api.get("/recordings?from=0&agent_id=agent2", who=agent).body["items"] == []
    assert api.get(f"/recordings/{other}", who=agent).status == 404
    assert api.get(f"/recordings/{other}/url", who=agent).status == 404
    assert api.get(f"/recordings/{mine}/url", who=agent).status == 200
    assert (audit_rows(mine), audit_rows(other)) == ([("agent1", "play")], [])


def test_a_supervisor_sees_his_departments(api: Any, stack: FakeCarrier, principal: Callable[..., Principal]) -> None:
    mine = stored_recording(stack, "L1").recording_id
    stored_recording(stack, "L2", departments=("d2",))
    who = principal(*HEAR, scope="department", department_ids=("d1",))
    assert [item["recording_id"] for item in api.get("/recordings?from=0", who=who).body["items"]] == [mine]


def test_hearing_and_downloading_are_rights_of_their_own(
    api: Any, stack: FakeCarrier, principal: Callable[..., Principal]
) -> None:
    id = stored_recording(stack, "L1").recording_id
    reader = principal("recordings.read")
    player = principal("recordings.read", "recordings.play")
    assert api.get(f"/recordings/{id}/url", who=reader).status == 403
    assert api.get(f"/recordings/{id}/url", who=player).status == 200
    assert api.get(f"/recordings/{id}/url?download=true", who=player).status == 403
    assert api.get(f"/recordings/{id}", who=principal("recordings.play")).status == 403
    assert audit_rows(id) == [("tester", "play")]


def test_addresses_are_signed_for_ten_minutes_at_the_browsers_origin(
    api: Any, stack: FakeCarrier, boss: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = stored_recording(stack, "L1", caller='+1"; evil')
    plain = urlsplit(api.get(f"/recordings/{recording.recording_id}/url", who=boss).body["url"])
    assert plain.hostname is not None
    assert plain.hostname.endswith("amazonaws.com")
    monkeypatch.setenv("ZHIYIN_S3_PUBLIC_ENDPOINT", "http://127.0.0.1:8080")
    config.cache_clear()
    answer = api.get(f"/recordings/{recording.recording_id}/url?download=1", who=boss).body
    assert answer["expires_at"] == NOW + 600_000
    signed, asked = urlsplit(answer["url"]), parse_qs(urlsplit(answer["url"]).query)
    assert signed.netloc == "127.0.0.1:8080"
    assert signed.path == f"/zhiyin-test-recordings/{recording.object_key}"
    assert asked["X-Amz-Expires"] == ["600"]
    name = asked["response-content-disposition"][0]
    assert name == f'attachment; filename="{recording.file_name}"'
    assert name.count('"') == 2
    assert audit_rows(recording.recording_id) == [("boss", "play"), ("boss", "download")]


def test_the_address_gives_the_audio(stack: FakeCarrier, boss: Principal) -> None:
    import requests

    recording = stored_recording(stack, "L1")
    url = service.url(recording.recording_id, boss, download=True).url
    answer = requests.get(url, timeout=5)
    assert hashlib.sha256(answer.content).hexdigest() == recording.sha256
    assert answer.headers["content-type"] == "audio/wav"


def test_what_is_not_stored_cannot_be_heard(api: Any, boss: Principal) -> None:
    recording = service.expect(CALL, "L1", leg_facts())
    answer = api.get(f"/recordings/{recording.recording_id}/url", who=boss)
    assert (answer.status, answer.body["code"]) == (409, "recording_not_stored")
    assert audit_rows(recording.recording_id) == []
    assert api.get("/recordings/none", who=boss).status == 404


def test_nothing_is_heard_when_it_cannot_be_written_down(
    api: Any, stack: FakeCarrier, boss: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = stored_recording(stack, "L1").recording_id

    def broken(*_args: object) -> None:
        raise RuntimeError("the table does not answer")

    monkeypatch.setattr(service, "audit", broken)
    assert api.get(f"/recordings/{id}/url", who=boss).status == 500
