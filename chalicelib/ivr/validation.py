"""Rules that a flow must keep before it may be published. Pure; `validate` returns every problem, in document order."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from chalicelib.ivr.conditions import local_time
from chalicelib.ivr.graph import loops_without_input, reachable
from chalicelib.ivr.model import (
    KEYS,
    LOCALE_OF,
    LOCALES,
    READ_ONLY,
    AgentNode,
    CollectNode,
    ConditionNode,
    Document,
    ExtensionNode,
    FlowPrompt,
    MenuNode,
    Node,
    OutsideNode,
    PlayNode,
    QueueNode,
    ScheduleTest,
    SetNode,
    TimeTest,
    VoicemailNode,
    prompts_of,
)
from chalicelib.ivr.outcomes import allowed_outcomes, required_outcomes
from chalicelib.ivr.problems import Problem
from chalicelib.telephony.model import is_e164


class References(msgspec.Struct, frozen=True, kw_only=True):
    """What exists outside the document. None: not known here, so not checked."""

    groups: frozenset[str] | None = None
    agents: frozenset[str] | None = None
    schedules: frozenset[str] | None = None
    extensions: frozenset[str] | None = None


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


def _words(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, PlayNode | MenuNode | CollectNode) and not node.prompts:
        yield Problem(name, "no_prompt")
    for prompt in prompts_of(node):
        for language in _missing_languages(prompt):
            yield Problem(name, "missing_text", {"language": language})


def _missing_languages(prompt: FlowPrompt) -> list[str]:
    needed = (prompt.language,) if prompt.language else LOCALES
    return [locale for locale in needed if not (prompt.texts.get(locale, "").strip() or prompt.audio.get(locale))]


def _input(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, MenuNode) and not KEYS & node.edges.keys():
        yield Problem(name, "no_keys")
    if isinstance(node, CollectNode):
        if node.min_digits > node.max_digits:
            yield Problem(name, "digits_range")
        yield from _settable(name, node.variable)


def _variables(_flow: Document, name: str, node: Node, _known: References) -> Iterator[Problem]:
    if isinstance(node, SetNode):
        for variable in node.values:
            yield from _settable(name, variable)
        language = node.values.get("language")
        if language is not None and "{" not in language and language not in LOCALE_OF:
            yield Problem(name, "unknown_language", {"target": language})


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
        if isinstance(test, ScheduleTest):
            yield from _exists(name, "unknown_schedule", test.schedule_id, known.schedules)
        if isinstance(test, TimeTest) and local_time(0, test.time_zone) is None:
            yield Problem(name, "unknown_time_zone", {"target": test.time_zone})


def _hand_over(_flow: Document, name: str, node: Node, known: References) -> Iterator[Problem]:
    match node:
        case QueueNode():
            yield from _exists(name, "unknown_group", node.group_id, known.groups)
        case AgentNode():
            yield from _exists(name, "unknown_agent", node.agent_id, known.agents)
        case ExtensionNode():
            yield from _exists(name, "unknown_extension", node.extension, known.extensions)
        case OutsideNode() if not is_e164(node.number):
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


RULES: tuple[NodeRule, ...] = (_edges, _words, _input, _variables, _conditions, _hand_over)
