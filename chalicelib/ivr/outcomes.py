"""By which outcomes a node of each kind may be left, and which of them must lead somewhere."""

from chalicelib.ivr.model import (
    KEYS,
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
    VoicemailNode,
)

_RETRY = {"timeout", "invalid"}
_HANDED_OVER = {
    "done", "busy", "no_answer", "unreachable", "timeout", "full", "empty", "closed", "left", "service_level", "failed",
}  # fmt: skip


def required_outcomes(node: Node) -> set[str]:
    """Return the outcomes that must have an edge, or the call would have nowhere to go."""
    match node:
        case PlayNode() | SetNode():
            return {"next"}
        case MenuNode():
            return {"exhausted"}
        case CollectNode():
            return {"next", "exhausted"}
        case ConditionNode():
            return {"else", *(branch.name for branch in node.branches)}
        case AgentNode() | OutsideNode():
            return {"failed"}
        case _:
            return set()


def allowed_outcomes(node: Node) -> set[str]:
    """Return every outcome that may have an edge."""
    match node:
        case MenuNode():
            return {*KEYS, *_RETRY, "exhausted"}
        case CollectNode():
            return {"next", *_RETRY, "exhausted"}
        case QueueNode() | AgentNode() | ExtensionNode() | OutsideNode() | VoicemailNode():
            return set(_HANDED_OVER)
        case _:
            return required_outcomes(node)
