"""The way that a caller took through flows, as an agent reads it."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from chalicelib.ivr.steps import Visit

PATH_LIMIT = 100
# Nodes that decide or compute: the caller hears nothing of them, so they tell the agent nothing.
_UNNOTICED = frozenset({"condition", "set", "lookup", "sub_flow", "return"})


class PathStep(msgspec.Struct, frozen=True, kw_only=True):
    """A node that the caller noticed. label: as the flow names it, else its id. digits: keyed there, "" for nothing.

    flow_id, version: the flow that it belongs to.
    """

    node_id: str
    label: str
    digits: str = ""
    flow_id: str = ""
    version: int = 0


def extended(path: tuple[PathStep, ...], visits: Iterable[Visit]) -> tuple[PathStep, ...]:
    """Return `path` with the nodes visited since; of a very long way the last steps."""
    steps = list(path)
    for visit in visits:
        if visit.kind in _UNNOTICED:
            continue
        if steps and _goes_on(steps[-1], visit):
            steps[-1] = replace(steps[-1], digits=visit.digits)
        else:
            steps.append(_step(visit))
    return tuple(steps[-PATH_LIMIT:])


def _goes_on(last: PathStep, visit: Visit) -> bool:
    """A node that waits is visited twice: when the caller comes to it and when he leaves it."""
    return (last.flow_id, last.node_id) == (visit.flow_id, visit.node) and not last.digits and visit.outcome != ""


def _step(visit: Visit) -> PathStep:
    label = visit.label or visit.node
    return PathStep(node_id=visit.node, label=label, digits=visit.digits, flow_id=visit.flow_id, version=visit.version)
