"""The flow document: nodes, prompts, tests and the edges between nodes. Plain data, stored and edited as JSON.

A node does one thing and names where each outcome leads: `edges: {outcome: node id}`. Outcomes by kind stand in
`outcomes`; the published JSON Schema comes from these types.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

SCHEMA_VERSION = 1
NODE_LIMIT = 500
TEXT_LIMIT = 2_000
KEYS = frozenset("0123456789*#")
READ_ONLY = frozenset({"caller", "dialled"})

Locale = Literal["zh-CN", "en"]
LOCALES: tuple[Locale, Locale] = ("zh-CN", "en")
LOCALE_OF: dict[str, Locale] = {"zh-CN": "zh-CN", "en": "en"}
Outcome = Annotated[str, Meta(pattern=r"^[a-z0-9_*#-]{1,40}$", max_length=40)]
NodeId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$", max_length=64)]
Variable = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$", max_length=40)]
Value = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2_000)]
Id = Annotated[str, Meta(min_length=1, max_length=128)]
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Coordinate = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Place = Annotated[list[Coordinate], Meta(min_length=2, max_length=2)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the document; fields that nobody knows are refused, since a typing error would be silent."""


class FlowPrompt(Part, frozen=True, kw_only=True):
    """Something the caller hears, per language: an audio file, else spoken text (`{variable}` takes its value).

    language: says it in this language whatever the caller's is (a greeting in both languages is two prompts).
    """

    texts: dict[Locale, Text] = {}
    audio: dict[Locale, Url] = {}
    language: Locale | None = None


Prompts = Annotated[list[FlowPrompt], Meta(max_length=10)]


class ScheduleTest(Part, tag_field="test", tag="schedule", frozen=True, kw_only=True):
    """True when the schedule is open (or, with open=false, closed) now."""

    schedule_id: Id
    open: bool = True


class TimeTest(Part, tag_field="test", tag="time", frozen=True, kw_only=True):
    """True when the time of day in a zone is from `from` until before `to` on one of `days` (past midnight too)."""

    time_zone: Annotated[str, Meta(max_length=64)] = "Asia/Shanghai"
    days: Annotated[list[Day], Meta(max_length=7)] = msgspec.field(default_factory=lambda: list(DAYS))
    from_: Clock = msgspec.field(name="from")
    to: Clock


class CallerTest(Part, tag_field="test", tag="caller", frozen=True, kw_only=True):
    """True when the caller's number is `pattern`, or begins with it if it ends in `*`."""

    pattern: Annotated[str, Meta(min_length=1, max_length=40)]


class DialledTest(Part, tag_field="test", tag="dialled", frozen=True, kw_only=True):
    """True when the caller dialled `pattern` (as in CallerTest)."""

    pattern: Annotated[str, Meta(min_length=1, max_length=40)]


class VariableTest(Part, tag_field="test", tag="variable", frozen=True, kw_only=True):
    """True when a variable compares so with `value`; greater and less compare numbers. An unset variable is ""."""

    variable: Variable
    op: Literal["equals", "not_equals", "starts_with", "contains", "is_set", "greater", "less"] = "equals"
    value: Value = ""


Test: TypeAlias = ScheduleTest | TimeTest | CallerTest | DialledTest | VariableTest


class Branch(Part, frozen=True, kw_only=True):
    """One way out of a condition: taken when every test holds. name: its outcome in the node's edges."""

    name: Outcome
    tests: Annotated[list[Test], Meta(min_length=1, max_length=20)]


class NodeBase(Part, tag_field="kind", frozen=True, kw_only=True):
    """What all nodes have. label: for the reader. edges: outcome → next node.

    at: where an editor shows the node, [x, y] in pixels; absent until somebody moved it. It means nothing to a call.
    """

    label: Annotated[str, Meta(max_length=200)] = ""
    edges: dict[Outcome, NodeId] = {}
    at: Place | msgspec.UnsetType = msgspec.UNSET


class PlayNode(NodeBase, tag="play", frozen=True, kw_only=True):
    """Says the prompts, then `next`."""

    prompts: Prompts


class MenuNode(NodeBase, tag="menu", frozen=True, kw_only=True):
    """Says the prompts and waits for one key; each key in edges is a choice.

    A wrong key or none is an attempt: then the outcome `invalid` or `timeout` if it has an edge, else the words for it
    and the prompts again; after `max_attempts` the outcome `exhausted`.
    """

    prompts: Prompts
    invalid_prompts: Prompts = []
    timeout_prompts: Prompts = []
    timeout_s: Annotated[int, Meta(ge=1, le=60)] = 5
    max_attempts: Annotated[int, Meta(ge=1, le=10)] = 3


class CollectNode(NodeBase, tag="collect", frozen=True, kw_only=True):
    """Collects digits into a variable, then `next`. Attempts as in a menu. finish_on_key: "" to wait for max_digits."""

    prompts: Prompts
    variable: Variable
    min_digits: Annotated[int, Meta(ge=1, le=64)] = 1
    max_digits: Annotated[int, Meta(ge=1, le=64)] = 20
    finish_on_key: Literal["#", "*", ""] = "#"
    invalid_prompts: Prompts = []
    timeout_prompts: Prompts = []
    timeout_s: Annotated[int, Meta(ge=1, le=60)] = 5
    max_attempts: Annotated[int, Meta(ge=1, le=10)] = 3


class ConditionNode(NodeBase, tag="condition", frozen=True, kw_only=True):
    """Takes the first branch whose tests all hold, else `else`."""

    branches: Annotated[list[Branch], Meta(min_length=1, max_length=50)]


class SetNode(NodeBase, tag="set", frozen=True, kw_only=True):
    """Sets variables (`{variable}` takes its value; `language` changes what the caller hears), then `next`."""

    values: dict[Variable, Value]


class QueueNode(NodeBase, tag="queue", frozen=True, kw_only=True):
    """Hands the call to a group's queue. priority: higher is served earlier."""

    group_id: Id
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0
    prompts: Prompts = []


class AgentNode(NodeBase, tag="agent", frozen=True, kw_only=True):
    """Hands the call to one agent; `failed` (or busy, no_answer, unreachable) when that does not work."""

    agent_id: Id
    prompts: Prompts = []


class ExtensionNode(NodeBase, tag="extension", frozen=True, kw_only=True):
    """Rings an extension, with its follow-me. Without an edge for the outcome the extension itself says what follows
    when nobody answers."""

    extension: Annotated[str, Meta(pattern=r"^\d{2,10}$")]
    prompts: Prompts = []


class OutsideNode(NodeBase, tag="outside", frozen=True, kw_only=True):
    """Connects the caller with an outside number (E.164); `failed` and its like as for an agent."""

    number: Annotated[str, Meta(max_length=16)]
    prompts: Prompts = []


class VoicemailNode(NodeBase, tag="voicemail", frozen=True, kw_only=True):
    """Takes a message for a group or for an agent. prompts: the greeting; empty for the mailbox's own."""

    group_id: Id | None = None
    agent_id: Id | None = None
    prompts: Prompts = []


class HangUpNode(NodeBase, tag="hang_up", frozen=True, kw_only=True):
    """Says the prompts and hangs up."""

    prompts: Prompts = []


Node: TypeAlias = (
    PlayNode
    | MenuNode
    | CollectNode
    | ConditionNode
    | SetNode
    | QueueNode
    | AgentNode
    | ExtensionNode
    | OutsideNode
    | VoicemailNode
    | HangUpNode
)


class Document(Part, frozen=True, kw_only=True):
    """A flow. start: the first node. variables: their values at the start.

    fallback_group_id: the group that takes the call when the flow cannot go on; without one the caller hears an
    apology and the call ends.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    language_default: Locale = "zh-CN"
    start: NodeId
    nodes: Annotated[dict[NodeId, Node], Meta(min_length=1, max_length=NODE_LIMIT)]
    variables: Annotated[dict[Variable, Value], Meta(max_length=100)] = {}
    fallback_group_id: Id | None = None


def kind_of(node: Node) -> str:
    """Return the node's kind as it stands in the document."""
    return str(node.__struct_config__.tag)


def prompts_of(node: Node) -> Iterator[FlowPrompt]:
    """Yield every prompt of a node."""
    for name in ("prompts", "invalid_prompts", "timeout_prompts"):
        yield from getattr(node, name, [])


def schedules_of(document: Document) -> set[str]:
    """Return the schedules whose openness the interpreter must be told."""
    return {test.schedule_id for test in tests_of(document) if isinstance(test, ScheduleTest)}


def uses_of(document: Document) -> set[str]:
    """Return what the flow leads to or asks for, as `<kind>:<id>`: groups, agents, extensions, flows, schedules."""
    named = {f"schedule:{id}" for id in schedules_of(document)}
    if document.fallback_group_id:
        named.add(f"group:{document.fallback_group_id}")
    for node in document.nodes.values():
        for field in ("group_id", "agent_id", "flow_id", "extension"):
            if id := getattr(node, field, None):
                named.add(f"{field.removesuffix('_id')}:{id}")
    return named


def tests_of(document: Document) -> Iterator[Test]:
    """Yield every test of every condition."""
    for node in document.nodes.values():
        if isinstance(node, ConditionNode):
            for branch in node.branches:
                yield from branch.tests
