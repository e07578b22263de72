"""Voicemail: filed once, heard by those whose box it is, closed and opened again, told to the screens."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.acd.model.group import Group, Member
from chalicelib.acd.tables import groups, save_member
from chalicelib.directory import tables as directory
from chalicelib.directory.model import Extension
from chalicelib.kernel.config import config
from chalicelib.kernel.principal import Principal
from chalicelib.recordings import tables as recordings
from chalicelib.recordings.model import Recording
from chalicelib.voicemail import service
from chalicelib.voicemail.boxes import boxes_of
from chalicelib.voicemail.model import Voicemail
from chalicelib.voicemail.ports import ports
from chalicelib.voicemail.routes import router

pytestmark = pytest.mark.usefixtures("centre")

NOW = 1_795_334_400_000
CALLER = "+8613800138000"
RIGHTS = ("voicemail.read", "voicemail.handle")


@pytest.fixture
def centre(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Two groups in two departments, a member of the first, an extension of his."""
    monkeypatch.setenv("ZHIYIN_RECORDINGS_BUCKET", "bucket")
    config.cache_clear()
    monkeypatch.setattr(ports, "tell", lambda _message: None)  # whoever needs to know asks for `told`
    groups.create(Group(group_id="8001", name="service", department_id="north"))
    groups.create(Group(group_id="8002", name="sales", department_id="south"))
    save_member(Member(group_id="8001", username="agent1"))
    save_member(Member(group_id="8002", username="agent2"))
    directory.extensions.create(Extension(extension="6001", kind="browser", username="agent1"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Voicemail]:
    """What the screens were told."""
    found: list[Voicemail] = []
    monkeypatch.setattr(ports, "tell", found.append)
    return found


@pytest.fixture
def api(client: Callable[..., Any]) -> Any:
    return client(router)


@pytest.fixture
def agent(principal: Callable[..., Principal]) -> Principal:
    return principal(*RIGHTS, username="agent1", scope="own")


@pytest.fixture
def other(principal: Callable[..., Principal]) -> Principal:
    return principal(*RIGHTS, username="agent2", scope="own")


def leave(id: str, box: str | None = "group:8001", *, number: str = CALLER, at: int = NOW, **fields: Any) -> Recording:
    """Store a message's recording, and file it as the worker does."""
    values: dict[str, Any] = {"state": "stored", "object_key": f"{id}.wav", "file_name": f"{id}.wav", "duration_s": 9}
    recording = recordings.save(
        Recording(recording_id=id, call_id="c1", kind="voicemail", box=box, caller=number, started_at=at,
                  **(values | fields))
    )  # fmt: skip
    service.file(recording)
    return recording


def ids(api: Any, who: Principal, query: str = "") -> list[str]:
    return [item["voicemail_id"] for item in api.get(f"/voicemails?{query}", who=who).body["items"]]


def test_a_message_told_of_twice_is_one_and_keeps_what_was_done(
    api: Any, agent: Principal, told: list[Voicemail]
) -> None:
    recording = leave("m1")
    assert api.post("/voicemails/m1/handle", {"note": "solved"}, who=agent).status == 200
    service.file(recording)
    assert ids(api, agent) == []
    (handled,) = api.get("/voicemails?state=handled", who=agent).body["items"]
    assert (handled["note"], handled["handled_by"], handled["version"]) == ("solved", "agent1", 2)
    assert [(message.state, message.version) for message in told] == [("new", 1), ("handled", 2), ("handled", 2)]


@pytest.mark.parametrize("lacking", [{"duration_s": 0}, {"box": None}])
def test_silence_and_audio_without_a_box_are_no_messages(
    api: Any, agent: Principal, told: list[Voicemail], lacking: dict[str, Any]
) -> None:
    leave("m1", **lacking)
    assert ids(api, agent) == []
    assert told == []


def test_everybody_sees_the_boxes_that_are_his(api: Any, principal: Callable[..., Principal]) -> None:
    boxes = ["group:8001", "group:8002", "agent:agent1", "agent:agent2", "extension:6001", "extension:6002"]
    for box in boxes:
        leave(box.replace(":", "-"), box)

    def seen(username: str, **fields: Any) -> set[str]:
        who = principal(*RIGHTS, username=username, **fields)
        found = {item["box"] for item in api.get("/voicemails", who=who).body["items"]}
        assert found <= set(boxes_of(who))
        return found

    assert seen("agent1", scope="own") == {"group:8001", "agent:agent1", "extension:6001"}
    assert seen("agent2", scope="own") == {"group:8002", "agent:agent2"}
    assert seen("boss", scope="subtree", department_ids=("south",)) == {"group:8002"}
    assert seen("root", scope="all") == {"group:8001", "group:8002"}
    assert seen("newcomer", scope="own") == set()


def test_without_the_permission_there_is_nothing(api: Any, principal: Callable[..., Principal]) -> None:
    leave("m1")
    nobody = principal("recordings.read", username="agent1")
    assert boxes_of(nobody) == ()
    assert api.get("/voicemails", who=nobody).status == 403
    reader = principal("voicemail.read", username="agent1")
    assert api.post("/voicemails/m1/handle", {}, who=reader).status == 403
    assert api.post("/voicemails/m1/called-back", who=reader).status == 403


@pytest.mark.parametrize("act", ["listen", "called-back", "handle", "reopen"])
def test_another_group_can_do_nothing_with_a_message(api: Any, agent: Principal, other: Principal, act: str) -> None:
    leave("m1")
    assert api.post(f"/voicemails/m1/{act}", {}, who=other).status == 404
    assert ids(api, other, "box=group:8001") == []
    assert ids(api, other, f"number=%2B{CALLER[1:]}") == []
    assert api.get("/voicemails/unheard", who=other).body == {"count": 0}
    assert api.get("/voicemails", who=agent).body["items"][0]["version"] == 1


def test_who_hears_a_message_is_written_down_and_it_is_no_longer_new(
    api: Any, agent: Principal, told: list[Voicemail]
) -> None:
    leave("m1")
    assert api.get("/voicemails/unheard", who=agent).body == {"count": 1}
    heard = api.post("/voicemails/m1/listen", who=agent)
    assert heard.status == 200
    assert "m1.wav" in heard.body["url"]
    (item,) = api.get("/voicemails", who=agent).body["items"]
    assert (item["state"], item["heard_by"], item["audio"]) == ("heard", "agent1", "stored")
    assert api.get("/voicemails/unheard", who=agent).body == {"count": 0}
    assert told[-1].state == "heard"
    from chalicelib.kernel.audit import AuditItem

    assert [(row.who, row.action) for row in AuditItem.query("recording#m1")] == [("agent1", "play")]


@pytest.mark.parametrize("state", ["available", "copying", "failed", "deleted"])
def test_a_message_without_audio_stays_listed_says_why_and_stays_new(api: Any, agent: Principal, state: str) -> None:
    leave("m1", state=state)
    assert api.post("/voicemails/m1/listen", who=agent).body["code"] == "recording_not_stored"
    (item,) = api.get("/voicemails", who=agent).body["items"]
    assert (item["state"], item["audio"]) == ("new", state)


def test_a_message_whose_recording_is_gone_says_so(api: Any, agent: Principal) -> None:
    leave("m1")
    recordings.RecordingItem("m1").delete()
    assert api.get("/voicemails", who=agent).body["items"][0]["audio"] == "deleted"
    assert api.post("/voicemails/m1/listen", who=agent).status == 404


def test_handled_once_and_open_again(api: Any, agent: Principal, principal: Callable[..., Principal]) -> None:
    leave("m1")
    boss = principal(*RIGHTS, username="boss", scope="all")
    assert api.post("/voicemails/m1/called-back", who=agent).body["called_back_by"] == "agent1"
    api.post("/voicemails/m1/handle", {"note": "first"}, who=agent)
    again = api.post("/voicemails/m1/handle", {"note": "second"}, who=boss).body
    assert (again["handled_by"], again["note"]) == ("agent1", "first")
    opened = api.post("/voicemails/m1/reopen", who=boss).body
    assert (opened["state"], opened["handled_by"], opened["note"]) == ("new", None, "first")
    assert ids(api, agent) == ["m1"]


def test_pages_run_through_all_boxes_newest_first_without_a_gap(api: Any, agent: Principal) -> None:
    boxes = ("group:8001", "agent:agent1", "extension:6001")
    for number in range(9):
        leave(f"m{number}", boxes[number % 3], at=NOW + number // 2)  # several at the same instant
    api.post("/voicemails/m4/listen", who=agent)
    found: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"/voicemails?limit=2&cursor={cursor}", who=agent).body
        found += [item["voicemail_id"] for item in page["items"]]
        cursor = page.get("cursor") or ""
        if not cursor:
            break
    assert found == [f"m{number}" for number in reversed(range(9))]
    assert api.get("/voicemails?cursor=MTI", who=agent).status == 422


def test_messages_are_found_by_number_and_by_box(api: Any, agent: Principal) -> None:
    leave("m1")
    leave("m2", "agent:agent1", number="+8613900139000")
    leave("m3", number="")
    assert ids(api, agent, f"number=%2B{CALLER[1:]}") == ["m1"]
    assert ids(api, agent, f"number=%2B{CALLER[1:]}&state=handled") == []
    assert ids(api, agent, "box=agent:agent1") == ["m2"]
    assert set(ids(api, agent)) == {"m1", "m2", "m3"}
