"""Rules that a flow must keep before it may be published. Pure; `validate` returns every problem, in document order."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

import msgspec

from chalicelib.ivr.asking import CallbackNode, HttpNode, SmsNode, SubFlowNode
from chalicelib.ivr.base import KEYS, LOCALE_OF, LOCALES, READ_ONLY, FlowPrompt
from chalicelib.ivr.conditions import local_time
from chalicelib.ivr.graph import circle_of, loops_without_input, reachable
from chalicelib.ivr.hosts import FlowHosts, problems_of_http
from chalicelib.ivr.model import (
    AgentNode,
    CollectNode,
    ConditionNode,
    Document,
    ExtensionNode,
    MenuNode,
    Node,
    OutsideNode,
    PlayNode,
    QueueNode,
    SetNode,
    SurveyNode,
    VoicemailNode,
    prompts_of,
)
from chalicelib.ivr.outcomes import allowed_outcomes, required_outcomes
from chalicelib.ivr.problems import Problem
from chalicelib.ivr.questions import HolidayTest, ScheduleTest, TimeTest
from chalicelib.telephony.model import is_e164


class SubFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What others need to know of a published flow: by which outcomes it returns, and which flows it calls."""

    returns: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


class References(msgspec.Struct, frozen=True, kw_only=True):
    """What exists outside the document. None: not known here, so not checked. prompts: the languages of each."""

    groups: frozenset[str] | None = None
    agents: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    extensions: frozenset[str] | None = None
    surveys: frozenset[str] | None = None
    hosts: FlowHosts | None = None
    flows: Mapping[str, SubFlow] | None = None
    prompts: Mapping[str, Collection[str]] | None = None


NodeRule: TypeAlias = Callable[[Document, str, Node, References], Iterator[Problem]]

NOTHING_KNOWN = References()


def validate(flow: Document, known: References = NOTHING_KNOWN) -> list[Problem]:
    """Return the problems of a flow; an empty list means that it may be published."""
    return [*_document(flow, known), *(problem for name in flow.nodes for problem in _node(flow, name, known))]


def _document(flow: Document, known: References) -> Iterator[Problem]:
    if flow.start not in flow.nodes:
        yield Problem("", "missing_start", {"target": flow.start})
    else:
        for name in flow.nodes.keys() - reachable(flow):
            yield Problem(name, "unreachable")
    for loop in loops_without_input(flow):
        yield Problem(loop[0], "endless_loop", {"path": " → ".join([*loop, loop[0]])})
    if flow.fallback_group_id:
        yield from _exists("", "unknown_group", flow.fallback_group_id, known.groups)
    for name in flow.variables.keys() & READ_ONLY:
        yield Problem("", "read_only", {"target": name})


def _node(flow: Document, name: str, known: References) -> Iterator[Problem]:
    for rule in RULES:
        yield from rule(flow, name, flow.nodes[name], known)


def _edges(flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    allowed = allowed_outcomes(node)
    for outcome, target in node.edges.items():
        if outcome not in allowed:
            yield Problem(name, "unknown_outcome", {"outcome": outcome})
        elif target not in flow.nodes:
            yield Problem(name, "missing_target", {"outcome": outcome, "target": target})
    for outcome in sorted(required_outcomes(node) - node.edges.keys()):
        yield Problem(name, "dead_end", {"outcome": outcome})


def _words(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    if isinstance(node, PlayNode | MenuNode | CollectNode) and not node.prompts:
        yield Problem(name, "no_prompt")
    for prompt in prompts_of(node):
        if prompt.prompt_id and known.prompts is not None and prompt.prompt_id not in known.prompts:
            yield Problem(name, "unknown_prompt", {"target": prompt.prompt_id})
            continue
        for language in _missing_languages(prompt, known):
            yield Problem(name, "missing_text", {"language": language})


def _missing_languages(prompt: FlowPrompt, known: References) -> list[str]:
    if prompt.prompt_id and known.prompts is None:
        return []
    needed = (prompt.language,) if prompt.language else LOCALES
    held = (known.prompts or {}).get(prompt.prompt_id or "", ())
    own = (*(locale for locale, text in prompt.texts.items() if text.strip()), *prompt.audio)
    return [locale for locale in needed if locale not in held and locale not in own]


def _input(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, MenuNode) and not KEYS & node.edges.keys():
        yield Problem(name, "no_keys")
    if isinstance(node, CollectNode):
        if node.min_digits > node.max_digits:
            yield Problem(name, "digits_range")
        yield from _settable(name, node.variable)


def _variables(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, HttpNode | SubFlowNode):
        for variable in node.results if isinstance(node, HttpNode) else node.outputs:
            yield from _settable(name, variable)
    if isinstance(node, SetNode):
        for variable in node.values:
            yield from _settable(name, variable)
        language = node.values.get("language")
        if language is not None and "{" not in language and language not in LOCALE_OF:
            yield Problem(name, "unknown_language", {"target": language})


def _sms(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, SmsNode):
        for language in (locale for locale in LOCALES if not node.texts.get(locale, "").strip()):
            yield Problem(name, "missing_text", {"language": language})


def _settable(name: str, variable: str) -> Iterator[Problem]:
    if variable in READ_ONLY:
        yield Problem(name, "read_only", {"target": variable})


def _conditions(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    if not isinstance(node, ConditionNode):
        return
    names = [branch.name for branch in node.branches]
    for branch in sorted({branch for branch in names if branch == "else" or names.count(branch) > 1}):
        yield Problem(name, "duplicate_branch", {"outcome": branch})
    for test in (test for branch in node.branches for test in branch.tests):
        if isinstance(test, ScheduleTest | HolidayTest):
            yield from _exists(name, "unknown_schedule", test.schedule_id, known.schedules)
        if isinstance(test, TimeTest) and local_time(0, test.time_zone) is None:
            yield Problem(name, "unknown_time_zone", {"target": test.time_zone})


def _hand_over(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    match node:
        case QueueNode():
            yield from _exists(name, "unknown_group", node.group_id, known.groups)
        case AgentNode():
            if "{" not in node.agent_id:
                yield from _exists(name, "unknown_agent", node.agent_id, known.agents)
        case CallbackNode():
            yield from _exists(name, "unknown_group", node.group_id, known.groups)
            if local_time(0, node.time_zone) is None:
                yield Problem(name, "unknown_time_zone", {"target": node.time_zone})
        case ExtensionNode():
            yield from _exists(name, "unknown_extension", node.extension, known.extensions)
        case OutsideNode() if "{" not in node.number and not is_e164(node.number):
            yield Problem(name, "invalid_number", {"target": node.number})
        case VoicemailNode():
            if (node.group_id is None) == (node.agent_id is None):
                yield Problem(name, "no_mailbox")
            yield from _exists(name, "unknown_group", node.group_id, known.groups)
            yield from _exists(name, "unknown_agent", node.agent_id, known.agents)
        case _:
            return


def _exists(name: str, code: str, target: str | None, known: frozenset[str] | None) -> Iterator[Problem]:
    if target is not None and known is not None and target not in known:
        yield Problem(name, code, {"target": target})


def _survey(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    if isinstance(node, SurveyNode):
        yield from _exists(name, "unknown_survey", node.survey_id, known.surveys)


def _http(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    if isinstance(node, HttpNode):
        for code, params in problems_of_http(node, known.hosts):
            yield Problem(name, code, params)


def _sub_flow(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    if not isinstance(node, SubFlowNode) or known.flows is None:
        return
    called = known.flows.get(node.flow_id)
    if called is None:
        yield Problem(name, "unknown_flow", {"target": node.flow_id})
        return
    for outcome in sorted(node.edges.keys() - called.returns - {"next", "failed"}):
        yield Problem(name, "unknown_outcome", {"outcome": outcome})
    circle = circle_of(node.flow_id, {id: flow.calls for id, flow in known.flows.items()})
    if circle:
        yield Problem(name, "flow_circle", {"path": " → ".join(circle)})


RULES: tuple[NodeRule, ...] = (
    _edges,
    _words,
    _sms,
    _input,
    _variables,
    _conditions,
    _hand_over,
    _survey,
    _http,
    _sub_flow,
)
