"""By which outcomes a node of each kind may be left, and which of them must lead somewhere."""

from chalicelib.ivr.asking import CallbackNode, HttpNode, LookupNode, SmsNode, SubFlowNode
from chalicelib.ivr.base import KEYS
from chalicelib.ivr.model import (
    AgentNode,
    CollectNode,
    ConditionNode,
    ExtensionNode,
    MenuNode,
    Node,
    OutsideNode,
    PlayNode,
    QueueNode,
    SetNode,
    SurveyNode,
    VoicemailNode,
)

_STATUSES = frozenset(str(status) for status in range(200, 600))
_SUCCESSES = frozenset(str(status) for status in range(200, 300))
FACTS_OF_CUSTOMER = ("id", "name", "company", "grade", "owner")
"""What a look-up tells of the customer who was found."""
_RETRY = {"timeout", "invalid"}
_HANDED_OVER = {
    "done", "busy", "no_answer", "unreachable", "invalid_number", "out_of_service", "timeout", "full", "empty",
    "closed", "left", "service_level", "failed",
}  # fmt: skip


_REQUIRED: dict[type[Node], set[str]] = {
    PlayNode: {"next"},
    SetNode: {"next"},
    MenuNode: {"exhausted"},
    CollectNode: {"next", "exhausted"},
    AgentNode: {"failed"},
    OutsideNode: {"failed"},
    HttpNode: {"ok", "failed"},
    LookupNode: {"found", "not_found"},
    CallbackNode: {"done", "failed"},
    SmsNode: {"next", "failed"},
    SubFlowNode: {"next", "failed"},
    SurveyNode: {"done"},
}


def required_outcomes(node: Node) -> set[str]:
    """Return the outcomes that must have an edge, or the call would have nowhere to go."""
    if isinstance(node, ConditionNode):
        return {"else", *(branch.name for branch in node.branches)}
    return set(_REQUIRED.get(type(node), ()))


def allowed_outcomes(node: Node) -> set[str]:
    """Return every outcome that may have an edge."""
    match node:
        case MenuNode():
            return {*KEYS, *_RETRY, "exhausted"}
        case CollectNode():
            return {"next", *_RETRY, "exhausted"}
        case HttpNode():
            return {"ok", "failed", "timeout", *_STATUSES}
        case LookupNode():
            return {"found", "not_found", "many"}
        case SubFlowNode():
            return {"next", "failed", *node.edges}  # its flow says which others there are
        case QueueNode() | AgentNode() | ExtensionNode() | OutsideNode() | VoicemailNode():
            return set(_HANDED_OVER)
        case _:
            return required_outcomes(node)


def way_for(node: Node, outcome: str) -> str:
    """Return the outcome by which a node that asked is left: the one that came of it, or the next more general one."""
    if outcome in node.edges:
        return outcome
    if isinstance(node, HttpNode) and outcome in _SUCCESSES:
        return "ok"
    return "not_found" if isinstance(node, LookupNode) else "failed"


def offered_outcomes(node: Node) -> list[str]:
    """Return the outcomes that tell apart what may come of a node, for a choice: of the statuses of an answer those
    that lead somewhere."""
    return sorted((allowed_outcomes(node) - _STATUSES) | node.edges.keys())


def answered_variables(node: Node) -> list[str]:
    """Return the variables that an answer to what the node asks may set."""
    match node:
        case HttpNode():
            return sorted({"http_status", *node.results})
        case LookupNode():
            return [f"{node.prefix}_{part}" for part in FACTS_OF_CUSTOMER]
        case _:
            return []
