"""The interpreter: the demo flow by keys, each node, and what happens when a flow cannot go on."""

from typing import Any, ClassVar

import msgspec
import pytest

from chalicelib.ivr import standard_texts
from chalicelib.ivr import walk as walking
from chalicelib.ivr.base import KEYS
from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.model import Document, schedules_of
from chalicelib.ivr.steps import (
    Action,
    Digits,
    Done,
    Failed,
    FlowContext,
    FlowState,
    Gather,
    HangUp,
    Input,
    Speak,
    Step,
    Timeout,
    ToAgent,
    ToExtension,
    ToOutside,
    ToQueue,
    ToVoicemail,
    Visit,
)
from chalicelib.ivr.walk import VISITS_PER_CALL
from chalicelib.telephony.model import Play, Prompt, Say

# 2026-11-23 10:00 in Shanghai, a Monday.
MONDAY_10 = 1_795_399_200_000
FACTS = FlowContext(now=MONDAY_10, caller="+8613800138000", dialled="+861055550100")

WORDS = [{"texts": {"zh-CN": "中", "en": "E"}}]


def flow(nodes: dict[str, Any], **more: Any) -> Document:
    """Return a document from JSON-like nodes; the first one is the start."""
    return msgspec.convert({"name": "test", "start": next(iter(nodes)), "nodes": nodes, **more}, Document)


def walk(document: Document, *inputs: Input, facts: FlowContext = FACTS) -> Step:
    """Return the last step of a call, its state stored and read back as JSON between the steps."""
    step = begin(document, facts, flow_id="f", version=3)
    for given in inputs:
        stored = msgspec.json.encode(step.state)
        step = resume(document, msgspec.json.decode(stored, type=FlowState), given)
    return step


def texts(prompts: tuple[Prompt, ...]) -> list[str]:
    return [str(prompt.text) if isinstance(prompt, Say) else getattr(prompt, "url", "") for prompt in prompts]


def last(step: Step) -> Action:
    return step.actions[-1]


class TestDemoFlow:
    def test_the_welcome_is_in_both_languages_then_the_menu(self) -> None:
        speak, gather = walk(demo_flow()).actions
        assert isinstance(speak, Speak)
        assert [prompt.language for prompt in speak.prompts if isinstance(prompt, Say)] == ["zh-CN", "en"]
        assert isinstance(gather, Gather)
        assert (gather.num_digits, gather.finish_on_key) == (1, "")

    @pytest.mark.parametrize(("key", "group"), [("1", "8001"), ("2", "8002")])
    def test_keys_lead_to_groups(self, key: str, group: str) -> None:
        step = walk(demo_flow(), Digits(key))
        assert last(step) == ToQueue(group)
        assert step.state.awaiting == "outcome"
        assert step.visits[0] == Visit("menu", "menu", key, "Menu 菜单", key, "f", 3)

    def test_9_leaves_a_message(self) -> None:
        action = last(walk(demo_flow(), Digits("9")))
        assert isinstance(action, ToVoicemail)
        assert (action.group_id, action.agent_id) == ("8002", None)
        assert "留言" in texts(action.greeting)[0]

    def test_star_changes_the_language_there_and_back(self) -> None:
        english = last(walk(demo_flow(), Digits("*")))
        assert isinstance(english, Gather)
        assert texts(english.prompts)[0].startswith("For sales")
        chinese = last(walk(demo_flow(), Digits("*"), Digits("*")))
        assert isinstance(chinese, Gather)
        assert texts(chinese.prompts)[0].startswith("销售")

    def test_0_repeats_without_the_welcome(self) -> None:
        step = walk(demo_flow(), Digits("0"))
        assert [type(action) for action in step.actions] == [Gather]

    @pytest.mark.parametrize("given", [Timeout(), Digits("5"), Digits("1" * 200), Digits("12"), Digits("x")])
    def test_three_misses_lead_to_a_person(self, given: Input) -> None:
        again = last(walk(demo_flow(), given))
        assert isinstance(again, Gather)
        assert texts(again.prompts)[0] in ("没有收到您的按键。", "按键无效。")
        assert last(walk(demo_flow(), given, given, given)) == ToQueue("8002")

    def test_a_valid_key_forgives_earlier_misses(self) -> None:
        step = walk(demo_flow(), Timeout(), Timeout(), Digits("0"), Timeout(), Timeout())
        assert isinstance(last(step), Gather)


class TestCollect:
    NODES: ClassVar[dict[str, Any]] = {
        "ask": {
            "kind": "collect", "prompts": WORDS, "variable": "card", "min_digits": 4, "max_digits": 6,
            "edges": {"next": "say", "exhausted": "bye"},
        },
        "say": {"kind": "play", "prompts": [{"texts": {"zh-CN": "卡号{card},{nothing}"}}], "edges": {"next": "bye"}},
        "bye": {"kind": "hang_up"},
    }  # fmt: skip

    def test_digits_go_into_the_variable(self) -> None:
        step = walk(flow(self.NODES), Digits("12345"))
        assert step.state.variables["card"] == "12345"
        assert last(step) == HangUp((Say("卡号12345,", "zh-CN"),))

    @pytest.mark.parametrize("keys", ["123", "1234567", "9" * 200, "12a4", "１２３４", "12\n45"])
    def test_anything_else_is_invalid_and_never_stored(self, keys: str) -> None:
        step = walk(flow(self.NODES), Digits(keys))
        assert isinstance(last(step), Gather)
        assert step.state.variables == {}
        (visit,) = step.visits
        assert (visit.node, visit.kind, visit.outcome) == ("ask", "collect", "invalid")
        assert set(visit.digits) <= KEYS
        assert len(visit.digits) <= walking.KEYS_KEPT
        assert last(walk(flow(self.NODES), *[Digits(keys)] * 3)) == HangUp(())

    def test_collected_digits_are_no_template(self) -> None:
        step = walk(flow(self.NODES, variables={"caller_name": "x"}), Digits("1*#4"))
        assert step.state.variables["card"] == "1*#4"

    def test_outcomes_with_edges_win_over_another_try(self) -> None:
        nodes = {
            **self.NODES,
            "ask": {**self.NODES["ask"], "edges": {"next": "say", "exhausted": "bye", "timeout": "say"}},
        }
        assert isinstance(last(walk(flow(nodes), Timeout())), HangUp)


class TestConditions:
    def run(self, test: dict[str, Any], facts: FlowContext = FACTS, **variables: str) -> bool:
        nodes = {
            "if": {
                "kind": "condition",
                "branches": [{"name": "yes", "tests": [test]}],
                "edges": {"yes": "y", "else": "n"},
            },
            "y": {"kind": "queue", "group_id": "yes"},
            "n": {"kind": "queue", "group_id": "no"},
        }
        document = flow(nodes)
        return last(walk(document, facts=msgspec.structs.replace(facts, variables=variables))) == ToQueue("yes")

    def test_schedule(self) -> None:
        open_now = msgspec.structs.replace(FACTS, open_schedules={"s": True})
        assert self.run({"test": "schedule", "schedule_id": "s"}, open_now)
        assert not self.run({"test": "schedule", "schedule_id": "s", "open": False}, open_now)
        assert not self.run({"test": "schedule", "schedule_id": "s"})

    @pytest.mark.parametrize(
        ("start", "end", "days", "zone", "holds"),
        [
            ("09:00", "18:00", ["mon"], "Asia/Shanghai", True),
            ("09:00", "18:00", ["tue"], "Asia/Shanghai", False),
            ("10:00", "10:01", ["mon"], "Asia/Shanghai", True),
            ("09:00", "10:00", ["mon"], "Asia/Shanghai", False),
            ("02:00", "03:00", ["mon"], "UTC", True),
            ("20:00", "24:00", ["sun"], "America/New_York", True),
            ("22:00", "06:00", ["mon"], "Asia/Shanghai", False),
            ("09:00", "06:00", ["mon"], "Asia/Shanghai", True),
            ("22:00", "11:00", ["sun"], "Asia/Shanghai", True),
            ("22:00", "11:00", ["mon"], "Asia/Shanghai", False),
            ("00:00", "24:00", ["mon"], "Mars/Olympus", False),
        ],
    )
    def test_time_of_day(self, start: str, end: str, days: list[str], zone: str, holds: bool) -> None:
        test = {"test": "time", "from": start, "to": end, "days": days, "time_zone": zone}
        assert self.run(test) is holds

    def test_an_impossible_instant_is_no_time_of_day(self) -> None:
        test = {"test": "time", "from": "00:00", "to": "24:00"}
        assert not self.run(test, msgspec.structs.replace(FACTS, now=10**30))

    def test_caller_and_dialled_number(self) -> None:
        assert self.run({"test": "caller", "pattern": "+8613800138000"})
        assert self.run({"test": "caller", "pattern": "+86138*"})
        assert not self.run({"test": "caller", "pattern": "+86138"})
        assert self.run({"test": "dialled", "pattern": "+861055550100"})
        assert not self.run({"test": "dialled", "pattern": "+1*"})

    @pytest.mark.parametrize(
        ("op", "value", "holds"),
        [
            ("equals", "42", True), ("equals", "4", False), ("not_equals", "4", True), ("starts_with", "4", True),
            ("contains", "2", True), ("is_set", "", True), ("greater", "9", True), ("less", "9", False),
            ("less", "100", True), ("greater", "many", False),
        ],
    )  # fmt: skip
    def test_variables(self, op: str, value: str, holds: bool) -> None:
        assert self.run({"test": "variable", "variable": "n", "op": op, "value": value}, n="42") is holds

    def test_unset_variables_and_the_calls_own_facts(self) -> None:
        assert not self.run({"test": "variable", "variable": "n", "op": "is_set"})
        assert self.run({"test": "variable", "variable": "caller", "op": "starts_with", "value": "+86"})
        assert self.run({"test": "variable", "variable": "language", "value": "zh-CN"})

    def test_the_first_branch_that_holds_is_taken(self) -> None:
        always = [{"test": "caller", "pattern": "*"}]
        nodes = {
            "if": {
                "kind": "condition",
                "branches": [
                    {"name": "a", "tests": [*always, {"test": "dialled", "pattern": "+1*"}]},
                    {"name": "b", "tests": always},
                    {"name": "c", "tests": always},
                ],
                "edges": {"a": "x", "b": "y", "c": "x", "else": "x"},
            },
            "x": {"kind": "queue", "group_id": "wrong"},
            "y": {"kind": "queue", "group_id": "right"},
        }
        assert last(walk(flow(nodes))) == ToQueue("right")

    def test_the_schedules_that_a_flow_needs_are_named(self) -> None:
        tests = [{"test": "schedule", "schedule_id": "s"}, {"test": "caller", "pattern": "*"}]
        nodes = {"if": {"kind": "condition", "branches": [{"name": "a", "tests": tests}]}}
        assert schedules_of(flow(nodes)) == {"s"}


class TestHandOver:
    NODES: ClassVar[dict[str, Any]] = {
        "agent": {"kind": "agent", "agent_id": "a1", "prompts": WORDS, "edges": {"failed": "out", "busy": "queue"}},
        "out": {"kind": "outside", "number": "+8613800138000", "edges": {"failed": "mail"}},
        "queue": {"kind": "queue", "group_id": "8001", "priority": 5},
        "desk": {"kind": "extension", "extension": "1001", "prompts": WORDS, "edges": {"no_answer": "out"}},
        "mail": {"kind": "voicemail", "agent_id": "a1"},
    }

    def test_words_come_first(self) -> None:
        assert walk(flow(self.NODES)).actions == (Speak((Say("中", "zh-CN"),)), ToAgent("a1"))

    def test_each_failure_has_its_way(self) -> None:
        assert last(walk(flow(self.NODES), Failed("busy"))) == ToQueue("8001", 5)
        assert last(walk(flow(self.NODES), Failed("no_answer"))) == ToOutside("+8613800138000")
        assert last(walk(flow(self.NODES), Failed("busy"), Failed("full"))) == HangUp(
            (Say(standard_texts.APOLOGY["zh-CN"], "zh-CN"),)
        )
        assert last(walk(flow(self.NODES), Failed(), Failed())) == ToVoicemail(None, "a1", ())

    def test_an_extension_is_rung_after_its_words(self) -> None:
        document = flow({"desk": self.NODES["desk"], **self.NODES})
        assert walk(document).actions == (Speak((Say("中", "zh-CN"),)), ToExtension("1001"))
        assert last(walk(document, Failed("no_answer"))) == ToOutside("+8613800138000")

    def test_a_call_that_comes_back_regularly_ends(self) -> None:
        step = walk(flow(self.NODES), Done())
        assert step.actions == (HangUp(()),)
        assert step.problem == ""

    def test_after_the_end_there_is_only_the_end(self) -> None:
        for given in (Digits("1"), Timeout(), Done(), Failed("x")):
            assert walk(flow(self.NODES), Done(), given).actions == (HangUp(()),)


class TestCannotGoOn:
    def test_a_missing_node_apologises_and_says_why(self) -> None:
        document = flow({"a": {"kind": "play", "prompts": WORDS, "edges": {"next": "gone"}}})
        step = walk(document)
        assert isinstance(last(step), HangUp)
        assert "gone" in step.problem
        assert step.state.awaiting == "over"

    def test_the_fallback_group_takes_the_call(self) -> None:
        document = flow({"a": {"kind": "set", "values": {}}}, fallback_group_id="8002", language_default="en")
        speak, queue = walk(document).actions
        assert speak == Speak((Say(standard_texts.APOLOGY_AND_TRANSFER["en"], "en"),))
        assert queue == ToQueue("8002")

    def test_a_loop_ends(self) -> None:
        nodes = {"a": {"kind": "set", "values": {"x": "{x}y"}, "edges": {"next": "a"}}}
        step = walk(flow(nodes))
        assert "without an input" in step.problem
        assert len(step.visits) == walking.VISITS_PER_STEP
        assert len(step.state.variables["x"]) <= 500

    def test_a_whole_call_is_bounded_too(self) -> None:
        nodes = {
            "a": {"kind": "menu", "prompts": WORDS, "edges": {"1": "a", "exhausted": "a"}},
        }
        document = flow(nodes)
        step = begin(document, FACTS)
        for _ in range(VISITS_PER_CALL):
            step = resume(document, step.state, Digits("1"))
        assert "in one call" in step.problem
        assert isinstance(last(step), HangUp)

    def test_long_speech_comes_in_parts(self) -> None:
        long = [{"texts": {"zh-CN": "话" * 2000}}]
        nodes = {
            "a": {"kind": "play", "prompts": long, "edges": {"next": "b"}},
            "b": {"kind": "play", "prompts": long, "edges": {"next": "c"}},
            "c": {"kind": "play", "prompts": long, "edges": {"next": "d"}},
            "d": {"kind": "hang_up"},
        }
        first = walk(flow(nodes))
        assert [type(action) for action in first.actions] == [Speak]
        assert (first.state.awaiting, first.state.node) == ("enter", "c")
        second = walk(flow(nodes), Done())
        assert isinstance(last(second), HangUp)
        assert [visit.node for visit in second.visits] == ["c", "d"]

    @pytest.mark.parametrize("given", [Digits("1"), Timeout(), Done(), Failed("busy")])
    @pytest.mark.parametrize("awaiting", ["enter", "input", "outcome", "over"])
    def test_a_state_of_another_flow_is_survived(self, awaiting: Any, given: Input) -> None:
        state = FlowState(node="elsewhere", awaiting=awaiting, language="en")
        step = resume(demo_flow(), state, given)
        assert last(step) in (ToQueue("8002"), HangUp(()))

    def test_a_wrong_kind_of_input_counts_as_silence(self) -> None:
        step = walk(demo_flow(), Done())
        assert isinstance(last(step), Gather)


def test_fresher_facts_replace_the_old_ones() -> None:
    nodes = {
        "ask": {"kind": "menu", "prompts": WORDS, "edges": {"1": "if", "exhausted": "if"}},
        "if": {
            "kind": "condition",
            "branches": [{"name": "open", "tests": [{"test": "schedule", "schedule_id": "s"}]}],
            "edges": {"open": "y", "else": "n"},
        },
        "y": {"kind": "queue", "group_id": "yes"},
        "n": {"kind": "queue", "group_id": "no"},
    }
    document = flow(nodes)
    step = begin(document, FACTS)
    fresh = msgspec.structs.replace(FACTS, open_schedules={"s": True})
    assert last(resume(document, step.state, Digits("1"))) == ToQueue("no")
    assert last(resume(document, step.state, Digits("1"), fresh)) == ToQueue("yes")


def test_the_state_names_the_flow_and_version() -> None:
    step = walk(demo_flow(), Digits("1"))
    assert (step.state.flow_id, step.state.version) == ("f", 3)


def test_set_changes_the_language_and_never_the_callers_facts() -> None:
    nodes = {
        "a": {
            "kind": "set",
            "values": {"language": "en", "caller": "x", "greeting": "hi {caller}"},
            "edges": {"next": "b"},
        },
        "b": {"kind": "set", "values": {"language": "klingon"}, "edges": {"next": "c"}},
        "c": {"kind": "hang_up", "prompts": WORDS},
    }
    step = walk(flow(nodes))
    assert last(step) == HangUp((Say("E", "en"),))
    assert step.state.variables == {"greeting": "hi +8613800138000"}


def test_audio_wins_over_text_and_another_language_over_silence() -> None:
    prompts = [
        {"audio": {"zh-CN": "https://x/a.wav"}, "texts": {"zh-CN": "中"}},
        {"texts": {"en": "only English"}},
        {"texts": {"zh-CN": "中", "en": "E"}, "language": "en"},
        {},
    ]
    action = last(walk(flow({"a": {"kind": "hang_up", "prompts": prompts}})))
    assert action == HangUp((Play("https://x/a.wav"), Say("only English", "en"), Say("E", "en")))
