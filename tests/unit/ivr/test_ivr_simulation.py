"""IVR-9: a simulated call goes the way of a real one; whatever comes back as its state, it does not break."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ivr import routes, service, simulating
from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.errors import SimulationOutdated, SimulationStateInvalid
from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.library import NO_FLOWS
from chalicelib.ivr.model import Document
from chalicelib.ivr.simulating import DraftLibrary, go_on, start
from chalicelib.ivr.simulation import Doing, Hears, Keys, Leaves, Outcome, Silence, Simulated, SimulationSettings, Words
from chalicelib.ivr.steps import Answered, Digits, Done, Failed, FlowContext, Input, Step, Timeout, Visit
from chalicelib.kernel.principal import Principal
from tests.unit.ivr.test_ivr_properties import VARIABLES, flows

CALLER = "+8613800138000"
FLOW = demo_flow()
SETTINGS = SimulationSettings(caller=CALLER, at=0)


def library(document: Document, flow_id: str = "f") -> DraftLibrary:
    return DraftLibrary(document, flow_id, NO_FLOWS)


def document(nodes: dict[str, Any], **more: Any) -> Document:
    return msgspec.convert({"name": "F", "start": next(iter(nodes)), "nodes": nodes, **more}, Document)


def says(words: str) -> dict[str, Any]:
    return {"prompts": [{"texts": {"zh-CN": words, "en": words}}]}


def walk(draft: Document, *doings: Doing, like: SimulationSettings = SETTINGS) -> Simulated:
    step = start(library(draft), like, 0)
    for doing in doings:
        step = go_on(library(draft), step.state, doing)
    return step


ASKS = document(
    {
        "ask": {"kind": "http", "url": "https://x.example/", "results": {"name": "name"}, "edges": {
            "ok": "greet", "failed": "end", "404": "end"}},
        "greet": {"kind": "play", **says("您好{name}"), "edges": {"next": "sales"}},
        "sales": {"kind": "queue", "group_id": "8001", "edges": {"full": "end"}},
        "end": {"kind": "hang_up", **says("再见")},
    }
)  # fmt: skip


def test_a_menu_is_walked_by_keys() -> None:
    asked = walk(FLOW)
    assert (asked.node, asked.awaiting) == ("menu", "input")
    assert asked.listening is not None
    assert asked.listening.num_digits == 1
    assert [heard.language for heard in asked.heard] == ["zh-CN", "en", "zh-CN"]

    queued = walk(FLOW, Keys("1"))
    assert [(visit.node, visit.outcome) for visit in queued.visits] == [("menu", "1"), ("sales", "")]
    assert (queued.action, queued.target, queued.awaiting) == ("to_queue", "8001", "outcome")
    assert {"done", "full", "no_answer"} <= set(queued.outcomes)


def test_what_comes_of_a_hand_over_is_chosen() -> None:
    assert walk(ASKS, Outcome("ok"), Outcome("full")).node == "end"
    assert walk(ASKS, Outcome("ok"), Outcome("done")).awaiting == "over"


def test_an_answer_sets_variables() -> None:
    asked = walk(ASKS)
    assert (asked.awaiting, asked.outcomes, asked.sets) == (
        "answer", ["404", "failed", "ok", "timeout"], ["http_status", "name"],
    )  # fmt: skip
    greeted = walk(ASKS, Outcome("ok", {"name": "王芳"}))
    assert [heard.text for heard in greeted.heard] == ["您好王芳"]
    assert greeted.variables == {"name": "王芳"}


def test_words_are_silence_to_a_flow_that_listens_to_keys() -> None:
    spoken, silent = walk(FLOW, Words("我要投诉")), walk(FLOW, Silence())
    assert spoken.not_heard
    assert spoken.visits == silent.visits
    assert spoken.visits[0].missed == "timeout"


def test_the_caller_hangs_up_where_he_stands() -> None:
    gone = walk(FLOW, Leaves())
    assert (gone.hung_up, gone.awaiting, gone.node) == (True, "over", "menu")
    assert walk(FLOW, Leaves(), Keys("1")).awaiting == "over"


def test_a_flow_in_circles_ends() -> None:
    circle = document({"a": {"kind": "play", **says("x" * 1_000), "edges": {"next": "a"}}})
    step = walk(circle)
    for _ in range(200):
        if step.awaiting == "over":
            break
        step = go_on(library(circle), step.state, Hears())
    assert "more than" in step.problem


def test_settings_are_the_facts_of_the_call() -> None:
    asks = document(
        {
            "who": {"kind": "condition", "edges": {"p": "sales", "else": "end"}, "branches": [{"name": "p", "tests": [
                {"test": "grade", "at_least": 5}, {"test": "dialled", "pattern": "+8610*"},
                {"test": "time", "from": "09:00", "to": "10:00"}, {"test": "variable", "variable": "x", "value": "1"},
            ]}]},
            "sales": {"kind": "queue", "group_id": "8001"},
            "end": {"kind": "hang_up"},
        }
    )  # fmt: skip
    half_past_nine = 1_795_311_000_000
    like = SimulationSettings(dialled="+861012345678", at=half_past_nine, grade=5, variables={"x": "1"})
    assert walk(asks, like=like).node == "sales"
    assert walk(asks, like=msgspec.structs.replace(like, grade=4)).node == "end"
    assert walk(asks, like=msgspec.structs.replace(like, at=0)).node == "end"


def test_a_draft_that_changed_is_told_of_and_one_without_the_node_refused() -> None:
    asked = walk(FLOW)
    renamed = msgspec.structs.replace(FLOW, name="Other")
    assert go_on(library(renamed), asked.state, Keys("1")).changed
    assert not go_on(library(FLOW), asked.state, Keys("1")).changed
    with pytest.raises(SimulationOutdated):
        go_on(library(ASKS), asked.state, Keys("1"))


def test_a_draft_that_calls_itself_is_walked_as_it_is_drawn() -> None:
    draft = document(
        {
            "again": {"kind": "sub_flow", "flow_id": "f", "edges": {"next": "end", "failed": "end"}},
            "end": {"kind": "hang_up", **says("再见")},
        }
    )
    assert len([visit for visit in walk(draft).visits if visit.node == "again"]) == 5


@given(st.one_of(st.text(), st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner)).map(json.dumps)))
def test_any_other_state_is_refused(state: str) -> None:
    with pytest.raises(SimulationStateInvalid):
        go_on(library(FLOW), state, Silence())


doings: st.SearchStrategy[Doing] = st.one_of(
    st.builds(Keys, st.text(alphabet="0123456789*#x", min_size=1, max_size=6)),
    st.just(Silence()),
    st.builds(
        Outcome,
        st.sampled_from(["ok", "404", "done", "busy", "found", "next", "strange"]),
        st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=20), max_size=2),
    ),
)


def as_input(awaiting: str, doing: Doing) -> Input:
    """Say what a real call would tell the interpreter."""
    match doing:
        case Keys(keys):
            return Digits(keys)
        case Outcome(outcome, values) if awaiting == "answer":
            return Answered(outcome, values)
        case Outcome("done"):
            return Done()
        case Outcome(outcome):
            return Failed(outcome)
        case _:
            return Timeout()


@given(flows(sound=False), st.lists(doings, max_size=10))
def test_a_simulated_call_goes_the_way_of_a_real_one(draft: Document, given_doings: list[Doing]) -> None:
    facts = FlowContext(now=0, caller=CALLER)
    real, path = settled(draft, begin(draft, facts, flow_id="f"))
    shown = start(library(draft), SETTINGS, 0)
    simulated: list[Visit] = [*shown.visits]
    for doing in given_doings:
        if shown.awaiting != "over" and shown.node not in draft.nodes:
            with pytest.raises(SimulationOutdated):
                go_on(library(draft), shown.state, doing)
            return
        step, visits = settled(draft, resume(draft, real.state, as_input(real.state.awaiting, doing)))
        real, path = step, [*path, *visits]
        shown = go_on(library(draft), shown.state, doing)
        simulated += shown.visits
    assert simulated == path
    assert (shown.node, shown.awaiting, shown.variables) == (
        real.state.node, real.state.awaiting, real.state.variables,
    )  # fmt: skip


def settled(draft: Document, step: Step) -> tuple[Step, list[Visit]]:
    """Hear words to their end, as often as a simulation does at once."""
    visits = list(step.visits)
    for _ in range(simulating.STEPS_AT_ONCE - 1):
        if step.state.awaiting != "enter":
            break
        step = resume(draft, step.state, Done())
        visits += step.visits
    return step, visits


@pytest.mark.usefixtures("stored")
class TestApi:
    @pytest.fixture
    def api(self, client: Callable[..., Any]) -> Any:
        return client(routes.router)

    def test_a_draft_is_walked_step_by_step(self, api: Any, principal: Callable[..., Principal]) -> None:
        who = principal("flows.read")
        draft = msgspec.to_builtins(FLOW)
        begun = api.post("/flows/simulate", {"draft": draft, "settings": {"caller": CALLER}}, who=who).body
        assert begun["node"] == "menu"
        pressed = {"draft": draft, "state": begun["state"], "doing": {"does": "keys", "keys": "2"}}
        assert api.post("/flows/simulate", pressed, who=who).body["target"] == "8002"
        written = {"draft": draft, "settings": {"caller": "138 0013 8000", "local": "2026-11-24T09:30"}}
        flow = json.loads(api.post("/flows/simulate", written, who=who).body["state"])["flow"]
        assert (flow["facts"]["caller"], flow["facts"]["now"]) == (CALLER, 1_795_483_800_000)
        assert api.post("/flows/simulate", {"draft": draft, "settings": {"caller": "x"}}, who=who).status == 422
        assert api.post("/flows/simulate", {**pressed, "state": "{}"}, who=who).body["code"] == (
            "simulation_state_invalid"
        )
        assert api.post("/flows/simulate", pressed, who=principal("calls.read")).status == 403

    def test_figures_are_read_by_those_who_read_flows(self, api: Any, principal: Callable[..., Principal]) -> None:
        service.create("F", FLOW, "demo")
        service.publish("demo", "boss")
        who = principal("flows.read")
        path = "/flows/demo/heat?version=1&from=2026-11-01&to=2026-11-30"
        assert api.get(path, who=who).body == {"version": 1, "nodes": []}
        assert api.get(path, who=principal("calls.read")).status == 403
        assert api.get("/flows/demo/heat?version=1&from=2026-11-30&to=2026-11-01", who=who).body["code"] == "heat_range"
        assert api.get("/flows/demo/heat?version=one&from=x&to=y", who=who).status == 422
