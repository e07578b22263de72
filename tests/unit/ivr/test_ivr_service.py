"""Drafts, publications and roll-backs, through the API and as calls see them."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.ivr import service, tables
from chalicelib.ivr.asking import SubFlowNode
from chalicelib.ivr.base import FlowPrompt
from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.errors import FlowHasProblems, FlowNotPublished, FlowTooLarge
from chalicelib.ivr.model import Branch, ConditionNode, Document, HangUpNode, QueueNode, VoicemailNode
from chalicelib.ivr.questions import ScheduleTest
from chalicelib.ivr.routes import router
from chalicelib.ivr.validation import References
from chalicelib.kernel.errors import ChangedMeanwhile, InUse, NotFound

pytestmark = pytest.mark.usefixtures("stored")

Api = Any


def saying(text: str) -> Document:
    prompt = FlowPrompt(texts={"zh-CN": text, "en": text})
    return Document(name="test", start="a", nodes={"a": HangUpNode(prompts=[prompt])})


def broken() -> Document:
    return msgspec.structs.replace(saying("x"), start="gone")


def test_a_flow_survives_storage_whole() -> None:
    created = service.create("Demo", demo_flow(), "demo")
    assert created.version == 1
    assert service.read("demo").draft == demo_flow()


def test_places_on_the_canvas_are_kept_and_absent_ones_stay_absent() -> None:
    node = HangUpNode(at=[-40, 120])
    placed = Document(name="test", start="a", nodes={"a": node, "b": HangUpNode()})
    service.create("F", placed, "f")
    stored = msgspec.to_builtins(service.read("f").draft)["nodes"]
    assert stored["a"]["at"] == [-40, 120]
    assert "at" not in stored["b"]


def test_a_draft_is_heard_only_once_published() -> None:
    service.create("F", saying("one"), "f")
    with pytest.raises(FlowNotPublished):
        service.published("f")
    service.publish("f", "admin1")
    assert service.published("f") == (1, saying("one"))
    held = service.read("f")
    service.update("f", "F", saying("two"), held.version)
    assert service.published("f") == (1, saying("one"))
    flow = service.publish("f", "admin1")
    assert (flow.published_version, flow.latest_version) == (2, 2)
    assert service.published("f") == (2, saying("two"))


def test_calls_in_progress_keep_their_version() -> None:
    service.create("F", saying("one"), "f")
    service.publish("f", "admin1")
    service.update("f", "F", saying("two"), service.read("f").version)
    service.publish("f", "admin1")
    service.delete("f", service.read("f").version)
    service.version.cache_clear()
    assert service.version("f", 1).document == saying("one")
    with pytest.raises(FlowNotPublished):
        service.published("f")


def test_a_roll_back_lets_an_old_version_be_heard_and_numbers_go_on() -> None:
    service.create("F", saying("one"), "f")
    service.publish("f", "admin1")
    service.update("f", "F", saying("two"), service.read("f").version)
    service.publish("f", "admin1")
    assert service.rollback("f", 1).published_version == 1
    assert service.published("f") == (1, saying("one"))
    assert service.read("f").draft == saying("two")
    assert service.publish("f", "admin1").published_version == 3
    with pytest.raises(NotFound):
        service.rollback("f", 9)


def test_a_document_is_read_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    service.create("F", saying("one"), "f")
    service.publish("f", "admin1")
    service.published("f")
    monkeypatch.setattr(tables, "find_version", lambda *_: pytest.fail("read again"))
    assert service.published("f")[0] == 1


def test_two_editors_at_once() -> None:
    service.create("F", saying("one"), "f")
    service.update("f", "F", saying("two"), 1)
    for late in (
        lambda: service.update("f", "F", saying("three"), 1),
        lambda: service.delete("f", 1),
    ):
        with pytest.raises(ChangedMeanwhile):
            late()
    assert service.read("f").draft == saying("two")


def test_publishing_what_changed_meanwhile_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    old = service.create("F", saying("one"), "f")
    service.update("f", "F", saying("two"), 1)
    monkeypatch.setattr(service, "read", lambda _id: old)
    with pytest.raises(ChangedMeanwhile):
        service.publish("f", "admin1")
    assert tables.find_version("f", 1) is None
    assert tables.published_version("f") is None


def test_a_deleted_id_that_comes_back_never_rewrites_a_version() -> None:
    service.create("F", saying("one"), "f")
    service.publish("f", "admin1")
    service.delete("f", service.read("f").version)
    service.create("F", saying("new"), "f")
    assert service.publish("f", "admin1").published_version == 2
    assert service.version("f", 1).document == saying("one")


def test_what_the_published_version_uses_is_known_and_no_draft_counts() -> None:
    def leading_to(group_id: str) -> Document:
        work = ScheduleTest(schedule_id="main")
        nodes = {
            "open": ConditionNode(branches=[Branch(name="yes", tests=[work])], edges={"yes": "queue", "else": "box"}),
            "queue": QueueNode(group_id=group_id),
            "box": VoicemailNode(agent_id="ann"),
        }
        return Document(name="x", start="open", nodes=nodes, fallback_group_id="8009")

    def users(*used: str) -> list[list[str]]:
        return [service.using(*one.split(":")) for one in used]

    made = service.create("热线", leading_to("8001"), "f1")
    assert users("group:8001", "schedule:main") == [[], []]
    published = service.publish(made.flow_id, "admin1")
    everything = ("group:8001", "group:8009", "agent:ann", "schedule:main")
    assert users(*everything, "group:ann") == [*[["热线"]] * 4, []]
    changed = service.update(made.flow_id, "热线", leading_to("8002"), published.version)
    assert users("group:8001", "group:8002") == [["热线"], []]
    service.publish(made.flow_id, "admin1")
    assert users("group:8001", "group:8002") == [[], ["热线"]]
    service.rollback(made.flow_id, 1)
    assert users("group:8001", "group:8002") == [["热线"], []]
    service.delete(made.flow_id, changed.version + 2)
    assert users(*everything) == [[]] * 4


def test_too_large_a_document_is_refused() -> None:
    prompts = [FlowPrompt(texts={"zh-CN": "话" * 2000, "en": "x" * 2000})] * 10
    nodes = {f"n{number}": HangUpNode(prompts=prompts) for number in range(5)}
    with pytest.raises(FlowTooLarge):
        service.create("F", msgspec.structs.replace(saying("x"), nodes=nodes))


class TestApi:
    @pytest.fixture
    def api(self, client: Callable[..., Api]) -> Api:
        return client(router)

    @pytest.fixture
    def editor(self, principal: Callable[..., Any]) -> Any:
        return principal("flows.read", "flows.write", "flows.publish", username="admin1")

    def test_the_whole_way(self, api: Api, editor: Any) -> None:
        made = api.post("/flows", {"name": "F", "draft": msgspec.to_builtins(saying("one"))}, who=editor)
        assert made.status == 201
        flow_id = made.body["flow_id"]
        assert (made.body["version"], made.body["published_version"]) == (1, None)
        assert api.post(f"/flows/{flow_id}/validate", who=editor).body == {"problems": []}
        assert api.post(f"/flows/{flow_id}/publish", who=editor).body["published_version"] == 1
        (line,) = api.get(f"/flows/{flow_id}/versions", who=editor).body["items"]
        assert (line["version"], line["published_by"]) == (1, "admin1")
        assert api.get(f"/flows/{flow_id}/versions/1", who=editor).body["document"]["start"] == "a"
        changed = {"name": "G", "draft": msgspec.to_builtins(saying("two")), "version": 2}
        assert api.put(f"/flows/{flow_id}", changed, who=editor).body["version"] == 3
        assert api.put(f"/flows/{flow_id}", changed, who=editor).status == 409
        assert api.post(f"/flows/{flow_id}/publish", who=editor).body["published_version"] == 2
        assert api.post(f"/flows/{flow_id}/rollback", {"version": 1}, who=editor).body["published_version"] == 1
        (listed,) = api.get("/flows", who=editor).body["items"]
        whole = api.get(f"/flows/{flow_id}", who=editor).body
        assert whole.pop("draft")["nodes"]["a"]["kind"] == "hang_up"
        assert listed == whole
        assert (listed["name"], listed["published_version"], listed["latest_version"]) == ("G", 1, 2)
        assert listed["updated_at"] > 0
        version = api.get(f"/flows/{flow_id}", who=editor).body["version"]
        assert api.delete(f"/flows/{flow_id}?version={version}", who=editor).status == 204
        assert api.get(f"/flows/{flow_id}", who=editor).status == 404

    def test_problems_come_in_the_users_language_and_forbid_publishing(self, api: Api, editor: Any) -> None:
        api.post("/flows", {"name": "F", "flow_id": "f", "draft": msgspec.to_builtins(broken())}, who=editor)
        english = api.post("/flows/f/validate", who=editor).body["problems"]
        assert [problem["code"] for problem in english] == ["missing_start"]
        assert "does not exist" in english[0]["detail"]
        chinese = api.post("/flows/f/validate", who=editor, headers={"accept-language": "zh-CN"}).body["problems"]
        assert "不存在" in chinese[0]["detail"]
        refused = api.post("/flows/f/publish", who=editor)
        assert (refused.status, refused.body["code"]) == (422, "flow_has_problems")

    def test_references_come_from_the_surroundings(self, api: Api, editor: Any) -> None:
        service.connect(service.Surroundings(references=lambda: References(groups=frozenset({"8001"}))))
        api.post("/flows", {"name": "F", "flow_id": "f", "draft": msgspec.to_builtins(demo_flow())}, who=editor)
        codes = {problem["code"] for problem in api.post("/flows/f/validate", who=editor).body["problems"]}
        assert codes == {"unknown_group"}

    def test_a_flow_in_use_is_not_deleted(self, api: Api, editor: Any) -> None:
        service.connect(service.Surroundings(users_of=lambda _id: ["+861055550100"]))
        service.create("F", saying("one"), "f")
        refused = api.delete("/flows/f?version=1", who=editor)
        assert (refused.status, refused.body["code"]) == (409, "in_use")
        assert service.read("f").version == 1

    @pytest.mark.parametrize("number", ["0", "9", "x", "-1"])
    def test_versions_that_do_not_exist(self, api: Api, editor: Any, number: str) -> None:
        assert api.get(f"/flows/f/versions/{number}", who=editor).status == 404

    def test_a_typing_error_in_a_document_is_told(self, api: Api, editor: Any) -> None:
        draft = {**msgspec.to_builtins(saying("x")), "strat": "a"}
        refused = api.post("/flows", {"name": "F", "draft": draft}, who=editor)
        assert refused.status == 422
        assert "strat" in refused.body["detail"]

    def test_the_schema_is_served(self, api: Api, editor: Any) -> None:
        assert api.get("/flows/schema", who=editor).body["$id"] == "urn:zhiyin:schema:flow:1"

    def test_permissions(self, api: Api, principal: Callable[..., Any]) -> None:
        service.create("F", saying("one"), "f")
        reader, writer = principal("flows.read"), principal("flows.read", "flows.write")
        assert api.get("/flows", who=None).status == 401
        assert api.get("/flows", who=principal()).status == 403
        assert api.get("/flows/f", who=reader).status == 200
        assert api.delete("/flows/f?version=1", who=reader).status == 403
        assert api.post("/flows/f/publish", who=writer).status == 403

    def test_a_document_is_checked_without_being_stored(self, api: Api, principal: Callable[..., Any]) -> None:
        reader = principal("flows.read")
        answer = api.post("/flows/check", {"draft": msgspec.to_builtins(broken())}, who=reader)
        assert [(one["node"], one["code"]) for one in answer.body["problems"]] == [("", "missing_start")]
        assert api.post("/flows/check", {"draft": msgspec.to_builtins(saying("x"))}, who=reader).body["problems"] == []
        assert api.get("/flows", who=reader).body["items"] == []
        assert api.post("/flows/check", {"draft": {"name": "x"}}, who=reader).status == 422
        assert api.post("/flows/check", {"draft": msgspec.to_builtins(saying("x"))}, who=principal()).status == 403


def test_a_flow_that_another_calls_stays_and_one_that_calls_itself_goes() -> None:
    edges = {"next": "end", "failed": "end"}
    calls = {"sub": SubFlowNode(flow_id="below", edges=edges), "end": HangUpNode()}
    below = service.create("same name", Document(name="b", start="sub", nodes=calls), "below")
    service.create("same name", Document(name="a", start="sub", nodes=calls), "above")
    with pytest.raises(FlowHasProblems):
        service.publish("above", "me")  # what it calls is not published yet
    service.update("below", "same name", Document(name="b", start="end", nodes={"end": HangUpNode()}), below.version)
    service.publish("below", "me")
    service.publish("above", "me")
    around = service.read("below")
    service.update("below", "same name", Document(name="b", start="sub", nodes=calls), around.version)
    assert [(one.code, one.is_warning) for one in service.problems("below")] == [("flow_circle", True)]
    service.publish("below", "me")

    with pytest.raises(InUse):
        service.delete("below", service.read("below").version)
    service.delete("above", service.read("above").version)
    service.delete("below", service.read("below").version)
