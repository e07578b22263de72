"""Properties over arbitrary documents: the interpreter is total and bounded; what validates never has a problem."""

from typing import Any

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.model import Document, Node
from chalicelib.ivr.outcomes import allowed_outcomes, required_outcomes
from chalicelib.ivr.steps import Answered, Digits, Done, Failed, FlowContext, FlowState, HangUp, Input, Step, Timeout
from chalicelib.ivr.validation import validate
from chalicelib.ivr.walk import VISITS_PER_STEP
from chalicelib.telephony import documents

NAMES = ["a", "b", "c", "d", "e", "f"]
WORDS = [{"texts": {"zh-CN": "中{x}", "en": "E{caller}"}}]
VARIABLES = ["x", "y", "language", "caller"]

prompts = st.lists(st.sampled_from([WORDS[0], {"texts": {}}, {"texts": {"en": "E"}, "language": "en"}]), max_size=2)
tests = st.one_of(
    st.builds(lambda number: {"test": "caller", "pattern": number}, st.sampled_from(["+86*", "+1", "*"])),
    st.builds(
        lambda name, op, value: {"test": "variable", "variable": name, "op": op, "value": value},
        st.sampled_from(VARIABLES),
        st.sampled_from(["equals", "is_set", "greater", "contains"]),
        st.sampled_from(["", "1", "en"]),
    ),
    st.just({"test": "schedule", "schedule_id": "s"}),
    st.just({"test": "time", "from": "09:00", "to": "18:00"}),
    st.sampled_from(
        [
            {"test": "area", "country": "CN", "place": "深圳"},
            {"test": "grade", "at_least": 3},
            {"test": "screening", "list": "black"},
            {"test": "language", "language": "en"},
            {"test": "holiday", "schedule_id": "s"},
        ]
    ),
)
branches = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["p", "q"]), "tests": st.lists(tests, min_size=1, max_size=2)}),
    min_size=1,
    max_size=2,
)
KINDS: dict[str, Any] = {
    "play": {"prompts": prompts},
    "menu": {"prompts": prompts, "max_attempts": st.integers(1, 3)},
    "collect": {
        "prompts": prompts,
        "variable": st.sampled_from(VARIABLES),
        "min_digits": st.integers(1, 3),
        "max_digits": st.integers(1, 4),
    },
    "condition": {"branches": branches},
    "set": {"values": st.dictionaries(st.sampled_from(VARIABLES), st.sampled_from(["en", "{x}{x}1", "1"]), max_size=2)},
    "queue": {"group_id": st.just("g")},
    "agent": {"agent_id": st.just("g"), "prompts": prompts},
    "outside": {"number": st.sampled_from(["+8613800138000", "12"])},
    "voicemail": {"group_id": st.just("g"), "prompts": prompts},
    "hang_up": {"prompts": prompts},
    "http": {"url": st.just("https://crm.example/{x}"), "prompts": prompts},
    "lookup": {"value": st.sampled_from(["{caller}", "{x}"])},
    "callback": {"group_id": st.just("g"), "hour": st.sampled_from(["", "{x}"])},
    "sms": {"texts": st.just({"zh-CN": "{x}"})},
    "sub_flow": {"flow_id": st.just("elsewhere")},
    "return": {},
}
inputs: st.SearchStrategy[Input] = st.one_of(
    st.builds(Digits, st.text(alphabet="0123456789*#x", max_size=6)),
    st.builds(Digits, st.text(max_size=3)),
    st.just(Digits("1" * 200)),
    st.builds(Timeout),
    st.builds(Done),
    st.builds(Failed, st.sampled_from(["busy", "failed", "no_answer", "strange"])),
    st.builds(
        Answered,
        st.sampled_from(["200", "404", "timeout", "found", "many", "done", "next", "strange"]),
        st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=600), max_size=2),
    ),
)


@st.composite
def flows(draw: st.DrawFn, *, sound: bool) -> Document:
    """Return a document; a sound one has every required edge and only edges that its kinds allow."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    nodes: dict[str, Any] = {}
    for name in names:
        kind = draw(st.sampled_from(sorted(KINDS)))
        node = {"kind": kind, **{field: draw(values) for field, values in KINDS[kind].items()}}
        parsed = msgspec.convert(node, Node)
        outcomes = (
            sorted(allowed_outcomes(parsed)) if sound else ["next", "1", "timeout", "else", "failed", "exhausted"]
        )
        chosen = set(draw(st.lists(st.sampled_from(outcomes), max_size=4))) if outcomes else set()
        wanted = chosen | required_outcomes(parsed) if sound else chosen
        targets = names if sound else [*names, "gone"]
        node["edges"] = {outcome: draw(st.sampled_from(targets)) for outcome in sorted(wanted)}
        nodes[name] = node
    more = {"fallback_group_id": "g"} if draw(st.booleans()) else {}
    return msgspec.convert({"name": "any", "start": names[0], "nodes": nodes, **more}, Document)


def run(document: Document, given_inputs: list[Input]) -> list[Step]:
    """Walk a call and check what must hold of every step."""
    step = begin(document, FlowContext(now=0, caller="+8613800138000"))
    steps = [checked(step)]
    for one in given_inputs:
        state = msgspec.json.decode(msgspec.json.encode(step.state), type=FlowState)
        step = resume(document, state, one)
        steps.append(checked(step))
    return steps


def checked(step: Step) -> Step:
    assert step.actions
    assert len(step.visits) <= VISITS_PER_STEP + 1
    assert all(len(value) <= 500 for value in step.state.variables.values())
    for action in step.actions:
        said = getattr(action, "prompts", None) or getattr(action, "message", ())
        assert len(documents.announce(said)) < 64_000
    return step


@given(flows(sound=False), st.lists(inputs, max_size=12))
def test_no_document_and_no_input_raises_or_runs_for_ever(document: Document, given_inputs: list[Input]) -> None:
    run(document, given_inputs)


@settings(suppress_health_check=[HealthCheck.filter_too_much], max_examples=150)
@given(flows(sound=True), st.lists(inputs, max_size=12))
def test_a_document_that_validates_never_has_a_problem(document: Document, given_inputs: list[Input]) -> None:
    # A tested group of findings about words and reach does not matter for running.
    fatal = {"missing_start", "missing_target", "dead_end", "endless_loop"}
    assume(not fatal & {problem.code for problem in validate(document)})
    assert [step.problem for step in run(document, given_inputs) if step.problem] == []


@given(flows(sound=True))
def test_a_silent_caller_always_comes_to_an_end(document: Document) -> None:
    assume("endless_loop" not in {problem.code for problem in validate(document)})
    step = begin(document, FlowContext(now=0))
    for _ in range(200):
        if step.state.awaiting in ("outcome", "over"):
            return
        step = resume(document, step.state, Timeout())
    raise AssertionError("a caller who presses nothing is never served")


@given(st.binary(max_size=60), inputs)
def test_any_stored_state_that_parses_is_survived(raw: bytes, one: Input) -> None:
    document = msgspec.convert({"name": "x", "start": "a", "nodes": {"a": {"kind": "hang_up"}}}, Document)
    state = FlowState(node=raw.decode(errors="replace"), awaiting="input", attempts={"a": 99}, steps=10**9)
    assert isinstance(resume(document, state, one).actions[-1], HangUp)
