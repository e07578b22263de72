"""The flow document: nodes, prompts, tests and the edges between nodes. Plain data, stored and edited as JSON.

A node does one thing and names where each outcome leads: `edges: {outcome: node id}`. Outcomes by kind stand in
`outcomes`; the published JSON Schema comes from these types.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from chalicelib.ivr.asking import CallbackNode, HttpNode, LookupNode, ReturnNode, SmsNode, SubFlowNode
from chalicelib.ivr.base import (
    FlowPrompt,
    Id,
    Locale,
    NodeBase,
    NodeId,
    Outcome,
    Part,
    Prompts,
    Value,
    Variable,
)
from chalicelib.ivr.questions import HolidayTest, ScheduleTest, Test

SCHEMA_VERSION = 1
NODE_LIMIT = 500
PROMPT_FIELDS = ("prompts", "invalid_prompts", "timeout_prompts")
"""Where nodes hold prompts."""


class Branch(Part, frozen=True, kw_only=True):
    """One way out of a condition: taken when every test holds. name: its outcome in the node's edges."""

    name: Outcome
    tests: Annotated[list[Test], Meta(min_length=1, max_length=20)]


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
    """Collects digits into a variable, then `next`. Attempts as in a menu. finish_on_key: "" to wait for max_digits.

    skip_if_set: a caller whose variable has a value is not asked again (he came through here, or another flow asked).
    """

    prompts: Prompts
    variable: Variable
    min_digits: Annotated[int, Meta(ge=1, le=64)] = 1
    max_digits: Annotated[int, Meta(ge=1, le=64)] = 20
    skip_if_set: bool = False
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
    """Hands the call to one agent; `failed` (or busy, no_answer, unreachable) when that does not work.

    agent_id: a user name, or `{variable}`. say_state: why nobody answers is said before the call goes on.
    """

    agent_id: Id
    say_state: bool = False
    prompts: Prompts = []


class ExtensionNode(NodeBase, tag="extension", frozen=True, kw_only=True):
    """Rings an extension, with its follow-me. Without an edge for the outcome the extension itself says what follows
    when nobody answers. say_state: as for an agent."""

    extension: Annotated[str, Meta(pattern=r"^\d{2,10}$")]
    say_state: bool = False
    prompts: Prompts = []


class OutsideNode(NodeBase, tag="outside", frozen=True, kw_only=True):
    """Connects the caller with an outside number (E.164, or `{variable}`); `failed` and its like as for an agent."""

    number: Annotated[str, Meta(max_length=16)]
    say_state: bool = False
    prompts: Prompts = []


class VoicemailNode(NodeBase, tag="voicemail", frozen=True, kw_only=True):
    """Takes a message for a group or for an agent. prompts: the greeting; empty for the mailbox's own."""

    group_id: Id | None = None
    agent_id: Id | None = None
    prompts: Prompts = []


class SurveyNode(NodeBase, tag="survey", frozen=True, kw_only=True):
    """Asks the caller the questions of a survey, by key, then `done`, whatever he answered."""

    survey_id: Id


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
    | SurveyNode
    | HangUpNode
    | HttpNode
    | LookupNode
    | CallbackNode
    | SmsNode
    | SubFlowNode
    | ReturnNode
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
    for name in PROMPT_FIELDS:
        yield from getattr(node, name, [])


def called_flows(document: Document) -> set[str]:
    """Return the flows that a flow calls."""
    return {node.flow_id for node in document.nodes.values() if isinstance(node, SubFlowNode)}


def returns_of(document: Document) -> set[str]:
    """Return the outcomes by which a flow goes back to the one that called it."""
    return {node.outcome for node in document.nodes.values() if isinstance(node, ReturnNode)}


def schedules_of(document: Document) -> set[str]:
    """Return the schedules whose openness the interpreter must be told."""
    return {test.schedule_id for test in tests_of(document) if isinstance(test, ScheduleTest)}


def holidays_of(document: Document) -> set[str]:
    """Return the schedules whose holidays the interpreter must be told."""
    return {test.schedule_id for test in tests_of(document) if isinstance(test, HolidayTest)}


def uses_of(document: Document) -> set[str]:
    """Return what the flow leads to or asks for, as `<kind>:<id>`: groups, agents, extensions, flows, surveys,
    schedules."""
    named = {f"schedule:{id}" for id in schedules_of(document) | holidays_of(document)}
    if document.fallback_group_id:
        named.add(f"group:{document.fallback_group_id}")
    for node in document.nodes.values():
        for field in ("group_id", "agent_id", "flow_id", "survey_id", "extension"):
            if id := getattr(node, field, None):
                named.add(f"{field.removesuffix('_id')}:{id}")
    return named


def tests_of(document: Document) -> Iterator[Test]:
    """Yield every test of every condition."""
    for node in document.nodes.values():
        if isinstance(node, ConditionNode):
            for branch in node.branches:
                yield from branch.tests
