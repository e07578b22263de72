"""Each rule of validation, in both languages; the published schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.model import Document
from chalicelib.ivr.problems import TEXTS, Problem
from chalicelib.ivr.schema import flow_schema, schema_text
from chalicelib.ivr.validation import References, validate

WORDS = [{"texts": {"zh-CN": "中", "en": "E"}}]
END = {"kind": "hang_up"}


def problems(
    nodes: dict[str, Any], known: References | None = None, **more: Any
) -> list[tuple[str, str, dict[str, str]]]:
    """Return (node, code, params) of a document whose first node is the start."""
    document = msgspec.convert({"name": "test", "start": next(iter(nodes)), "nodes": nodes, **more}, Document)
    return [(one.node, one.code, one.params) for one in validate(document, known or References())]


def play(to: str) -> dict[str, Any]:
    return {"kind": "play", "prompts": WORDS, "edges": {"next": to}}


def menu(**edges: str) -> dict[str, Any]:
    return {"kind": "menu", "prompts": WORDS, "edges": {"1": "end", "exhausted": "end", **edges}}


def test_the_demo_flow_has_no_problem() -> None:
    known = References(groups=frozenset({"8001", "8002"}), agents=frozenset(), schedules=frozenset())
    assert validate(demo_flow(), known) == []


CASES: dict[str, tuple[dict[str, Any], tuple[str, str, dict[str, str]]]] = {
    "missing target": ({"a": play("gone")}, ("a", "missing_target", {"outcome": "next", "target": "gone"})),
    "dead end": ({"a": {"kind": "play", "prompts": WORDS}}, ("a", "dead_end", {"outcome": "next"})),
    "no way for a failed agent": ({"a": {"kind": "agent", "agent_id": "x"}}, ("a", "dead_end", {"outcome": "failed"})),
    "unknown outcome": (
        {"a": {**play("end"), "edges": {"next": "end", "nxet": "end"}}, "end": END},
        ("a", "unknown_outcome", {"outcome": "nxet"}),
    ),
    "unreachable": ({"a": play("end"), "end": END, "b": play("end")}, ("b", "unreachable", {})),
    "loop of two": ({"a": play("b"), "b": play("a")}, ("a", "endless_loop", {"path": "a → b → a"})),
    "loop of itself": ({"a": play("a")}, ("a", "endless_loop", {"path": "a → a"})),
    "loop of silence": (
        {"a": {**menu(), "edges": {"1": "end", "exhausted": "b"}}, "b": play("a"), "end": END},
        ("a", "endless_loop", {"path": "a → b → a"}),
    ),
    "missing English": (
        {"a": {"kind": "hang_up", "prompts": [{"texts": {"zh-CN": "中", "en": " "}}]}},
        ("a", "missing_text", {"language": "en"}),
    ),
    "missing Chinese retry words": (
        {"a": {**menu(), "invalid_prompts": [{"texts": {"en": "E"}}]}, "end": END},
        ("a", "missing_text", {"language": "zh-CN"}),
    ),
    "silent menu": ({"a": {**menu(), "prompts": []}, "end": END}, ("a", "no_prompt", {})),
    "menu without keys": (
        {"a": {"kind": "menu", "prompts": WORDS, "edges": {"exhausted": "end"}}, "end": END},
        ("a", "no_keys", {}),
    ),
    "impossible digits": (
        {
            "a": {
                "kind": "collect", "prompts": WORDS, "variable": "x", "min_digits": 5, "max_digits": 4,
                "edges": {"next": "end", "exhausted": "end"},
            },
            "end": END,
        },
        ("a", "digits_range", {}),
    ),
    "collect into a fact": (
        {
            "a": {
                "kind": "collect", "prompts": WORDS, "variable": "caller",
                "edges": {"next": "end", "exhausted": "end"},
            },
            "end": END,
        },
        ("a", "read_only", {"target": "caller"}),
    ),
    "set a fact": (
        {"a": {"kind": "set", "values": {"dialled": "1"}, "edges": {"next": "end"}}, "end": END},
        ("a", "read_only", {"target": "dialled"}),
    ),
    "unknown language": (
        {"a": {"kind": "set", "values": {"language": "fr"}, "edges": {"next": "end"}}, "end": END},
        ("a", "unknown_language", {"target": "fr"}),
    ),
    "unknown zone": (
        {
            "a": {
                "kind": "condition",
                "branches": [
                    {"name": "x", "tests": [{"test": "time", "from": "09:00", "to": "10:00", "time_zone": "../etc/x"}]}
                ],
                "edges": {"x": "end", "else": "end"},
            },
            "end": END,
        },
        ("a", "unknown_time_zone", {"target": "../etc/x"}),
    ),
    "branch twice": (
        {
            "a": {
                "kind": "condition",
                "branches": [{"name": "x", "tests": [{"test": "caller", "pattern": "*"}]}] * 2,
                "edges": {"x": "end", "else": "end"},
            },
            "end": END,
        },
        ("a", "duplicate_branch", {"outcome": "x"}),
    ),
    "bad number": (
        {"a": {"kind": "outside", "number": "10086", "edges": {"failed": "end"}}, "end": END},
        ("a", "invalid_number", {"target": "10086"}),
    ),
    "mailbox of nobody": ({"a": {"kind": "voicemail"}}, ("a", "no_mailbox", {})),
    "mailbox of two": ({"a": {"kind": "voicemail", "group_id": "g", "agent_id": "x"}}, ("a", "no_mailbox", {})),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_rule_finds_its_problem_and_nothing_else(case: str) -> None:
    nodes, expected = CASES[case]
    assert problems(nodes) == [expected]


def test_a_missing_start_is_one_problem() -> None:
    assert problems({"a": END}, start="b") == [("", "missing_start", {"target": "b"})]


def test_references_are_checked_when_they_are_known() -> None:
    nodes = {
        "a": {
            "kind": "condition",
            "branches": [{"name": "x", "tests": [{"test": "schedule", "schedule_id": "s"}]}],
            "edges": {"x": "b", "else": "c"},
        },
        "b": {"kind": "queue", "group_id": "g"},
        "c": {"kind": "agent", "agent_id": "u", "edges": {"failed": "d"}},
        "d": {"kind": "voicemail", "agent_id": "u"},
    }
    nothing = References(groups=frozenset(), agents=frozenset(), schedules=frozenset())
    assert problems(nodes, nothing, fallback_group_id="h") == [
        ("", "unknown_group", {"target": "h"}),
        ("a", "unknown_schedule", {"target": "s"}),
        ("b", "unknown_group", {"target": "g"}),
        ("c", "unknown_agent", {"target": "u"}),
        ("d", "unknown_agent", {"target": "u"}),
    ]
    assert problems(nodes, fallback_group_id="h") == []


def test_a_variable_may_not_hide_a_fact() -> None:
    assert problems({"a": END}, variables={"caller": "x"}) == [("", "read_only", {"target": "caller"})]


def test_a_prompt_in_one_language_alone_needs_only_that() -> None:
    assert problems({"a": {"kind": "hang_up", "prompts": [{"texts": {"en": "E"}, "language": "en"}]}}) == []
    assert (
        problems({"a": {"kind": "hang_up", "prompts": [{"audio": {"en": "https://x/e"}, "texts": {"zh-CN": "中"}}]}})
        == []
    )


def test_a_menu_whose_time_out_leads_round_is_no_endless_loop() -> None:
    assert problems({"a": menu(timeout="b"), "b": play("a"), "end": END}) == []


def test_a_chain_of_five_hundred_nodes_is_walked() -> None:
    nodes = {f"n{number}": play(f"n{number + 1}") for number in range(499)}
    assert problems({**nodes, "n499": END}) == []
    assert problems({**nodes, "n499": play("n0")})[0][1] == "endless_loop"


@pytest.mark.parametrize("code", TEXTS)
def test_every_problem_speaks_both_languages(code: str) -> None:
    params = {"target": "T", "outcome": "O", "path": "P", "language": "en"}
    chinese, english = (Problem("a", code, params).detail(locale) for locale in ("zh-CN", "en"))
    assert chinese != english
    assert "{" not in chinese + english
    assert Problem("a", code, params).detail("fr") == chinese


def test_languages_are_named_in_the_readers_language() -> None:
    problem = Problem("a", "missing_text", {"language": "en"})
    assert "英文" in problem.detail("zh-CN")
    assert "English" in problem.detail("en")


@pytest.mark.parametrize(
    "change",
    [
        {"nodes": {}},
        {"nodes": {f"n{number}": END for number in range(501)}},
        {"nodes": {"a": {"kind": "hang_up", "prompts": [{"texts": {"en": "x" * 2001}}]}}},
        {"nodes": {"a": {"kind": "unheard_of"}}},
        {"nodes": {"a": {"kind": "hang_up", "unheard_of": 1}}},
        {"nodes": {"a b": END}},
        {"nodes": {"a": {"kind": "set", "values": {"Bad Name": "1"}}}},
        {"nodes": {"a": {"kind": "hang_up", "prompts": [{"audio": {"en": "javascript:alert(1)"}}]}}},
        {"language_default": "fr"},
        {"schema_version": 2},
        {"name": ""},
    ],
)
def test_types_schema_and_limits_agree_on_what_is_no_flow(change: dict[str, Any]) -> None:
    document = {"name": "test", "start": "a", "nodes": {"a": END}, **change}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(document, Document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, flow_schema(), jsonschema.Draft202012Validator)


def test_the_schema_is_sound_and_takes_the_demo_flow() -> None:
    jsonschema.Draft202012Validator.check_schema(flow_schema())
    jsonschema.validate(msgspec.to_builtins(demo_flow()), flow_schema(), jsonschema.Draft202012Validator)


def test_the_published_schema_is_the_present_one() -> None:
    published = Path(__file__).resolve().parents[3] / "docs" / "flow.schema.json"
    assert published.read_text() == schema_text(), "run: python -m chalicelib.ivr.schema > docs/flow.schema.json"
    assert json.loads(published.read_text()) == flow_schema()
