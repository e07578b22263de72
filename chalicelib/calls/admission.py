"""Whether a group takes and keeps a call, and who has said where it goes otherwise."""

from typing import Literal

from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.acd.service import stage
from chalicelib.acd.snapshots import measure, status
from chalicelib.acd.staff import staffed
from chalicelib.calls.service_level import too_low
from chalicelib.directory.model import Route
from chalicelib.directory.service import is_open
from chalicelib.ivr import service as flows
from chalicelib.ivr.model import QueueNode

REROUTE_LIMIT = 5
"""Times that the routes of groups send one call on; then the last group keeps it."""

Reason = Literal["timeout", "full", "closed", "empty", "left", "service_level"]
Refusal = Literal["closed", "empty", "full", "service_level"]


def refusal(group: Group, now: int, *, dry: bool = False) -> Refusal | None:
    """Return why a group takes no further call now, None when it does. dry: store nothing; `now` may be any time, but
    who is there and who waits are asked for as they are."""
    if not is_open(group.schedule_id, now):
        return "closed"
    if is_empty(group, dry=dry):
        return "empty"
    if group.queue_flow_id:
        return None  # what the caller is offered while he waits is the flow's to say
    present = stage().clock() if dry else now
    if group.max_waiting is not None and waiting_in(group, present, dry=dry) >= group.max_waiting:
        return "full"
    return "service_level" if too_low(group, present) else None


def is_empty(group: Group, *, dry: bool = False) -> bool:
    """Return whether the group has a route for when nobody is signed in to it, and nobody is."""
    return group.empty_route is not None and not staffed(stage().store, group.group_id, tidy=not dry)


def waiting_in(group: Group, now: int, *, dry: bool = False) -> int:
    """Return how many wait in a group; dry: counted without keeping the snapshot."""
    return (measure(stage().store, group, now) if dry else status(stage().store, group, now)).waiting


def leads_on(call: Call, group: Group, reason: Reason) -> bool:
    """Return whether a call that waits in `group` has somewhere else to go for this reason.

    A call that has wandered from group to group long enough stays where it is: each hop costs the caller his place.
    """
    if reason in ("timeout", "empty", "service_level") and wandered(call):
        return False
    return bool(route_of(group, reason) or edge_for(call, group, reason) or edge_for(call, group, "failed"))


def wandered(call: Call) -> bool:
    """Return whether the routes of groups have sent the call on often enough."""
    return call.reroutes >= REROUTE_LIMIT


def route_of(group: Group, reason: Reason) -> Route | None:
    """Return the group's route for calls that it does not keep for this reason."""
    routes = {
        "timeout": group.timeout_route, "full": group.overflow_route, "closed": group.closed_route,
        "empty": group.empty_route, "left": group.leave_route, "service_level": group.service_level_route,
    }  # fmt: skip
    return routes[reason]


def edge_for(call: Call, group: Group, outcome: str) -> bool:
    """Return whether the flow's node that queued the call in this group has an edge for `outcome`."""
    state = call.flow
    if state is None or state.awaiting != "outcome":
        return False
    node = flows.version(state.flow_id, state.version).document.nodes.get(state.node)
    return isinstance(node, QueueNode) and node.group_id == group.group_id and outcome in node.edges
