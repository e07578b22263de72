"""Where callers stay and where they go: what one call's way through flows adds to the figures of nodes. Pure.

A call carries its own sum (`Walked`) and is counted once, when it is over, so a figure never depends on the order in
which messages about a call arrive.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib.ivr.base import KEYS
from chalicelib.ivr.conditions import local_time
from chalicelib.ivr.steps import Step, Visit

NODES_COUNTED = 90
"""Different nodes of one call that are counted: one transaction holds 100 writes."""
WRITES_LIMIT = 100
ZONE = "Asia/Shanghai"
"""Whose days are counted."""


class Tally(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened at a node. visits: times that a caller came. timeouts, invalid: attempts in vain. hang_ups: calls
    that ended there by the caller's doing. keys: pressed at a menu, right or wrong (collected digits are not kept)."""

    visits: int = 0
    timeouts: int = 0
    invalid: int = 0
    hang_ups: int = 0
    keys: dict[str, int] = {}

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            visits=self.visits + other.visits,
            timeouts=self.timeouts + other.timeouts,
            invalid=self.invalid + other.invalid,
            hang_ups=self.hang_ups + other.hang_ups,
            keys={key: self.keys.get(key, 0) + other.keys.get(key, 0) for key in sorted({*self.keys, *other.keys})},
        )


class Walked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call's way so far. nodes: by `<flow>#<version>#<node>`. at: where the caller stands, "" in no flow's hands."""

    nodes: dict[str, Tally] = {}
    at: str = ""


class Place(NamedTuple):
    """What a figure is about."""

    flow_id: str
    version: int
    node: str


class Walk(NamedTuple):
    """A call that is over. started_at: ms."""

    call_id: str
    started_at: int
    walked: Walked


class Counted(NamedTuple):
    """A figure of one day."""

    place: Place
    day: date


def gone_on(walked: Walked, step: Step) -> Walked:
    """Return the way with a step of the interpreter."""
    for visit in step.visits:
        walked = _visited(walked, visit)
    return off(walked) if step.state.awaiting == "over" else walked


def off(walked: Walked) -> Walked:
    """Return the way of a caller whom flows have let go: if he hangs up now, that is no node's doing."""
    return replace(walked, at="")


def hung_up(walked: Walked) -> Walked:
    """Return the way of a caller who hung up where he stands."""
    return off(_added(walked, walked.at, Tally(hang_ups=1))) if walked.at else walked


def place_of(key: str) -> Place:
    """Return what a key of `Walked.nodes` names."""
    flow_id, version, node = key.rsplit("#", 2)
    return Place(flow_id, int(version), node)


def day_of(at: int) -> date:
    """Return the day of an instant (ms) where the figures are read."""
    local = local_time(at, ZONE)
    return local.date() if local else date.min


def sums(walks: Iterable[Walk]) -> dict[Counted, Tally]:
    """Return what calls add to the figures."""
    found: dict[Counted, Tally] = {}
    for walk in walks:
        for key, tally in walk.walked.nodes.items():
            counted = Counted(place_of(key), day_of(walk.started_at))
            found[counted] = found.get(counted, Tally()) + tally
    return found


def packed(walks: Iterable[Walk]) -> list[list[Walk]]:
    """Return calls in groups that one transaction can count: a write for each call, and for each figure of them all."""
    groups: list[list[Walk]] = []
    for walk in walks:
        if groups and len(groups[-1]) + 1 + len(sums([*groups[-1], walk])) <= WRITES_LIMIT:
            groups[-1].append(walk)
        else:
            groups.append([walk])
    return groups


def totals(found: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    """Return the figures of nodes, summed over days and shards."""
    sum_of: dict[str, Tally] = {}
    for node, tally in found:
        sum_of[node] = sum_of.get(node, Tally()) + tally
    return sum_of


def _visited(walked: Walked, visit: Visit) -> Walked:
    key = f"{visit.flow_id}#{visit.version}#{visit.node}"
    pressed = visit.digits if visit.kind == "menu" and visit.digits in KEYS else ""
    tally = Tally(
        visits=int(visit.arrived),
        timeouts=int(visit.missed == "timeout"),
        invalid=int(visit.missed == "invalid"),
        keys={pressed: 1} if pressed else {},
    )
    return replace(_added(walked, key, tally), at=key)


def _added(walked: Walked, key: str, tally: Tally) -> Walked:
    held: Mapping[str, Tally] = walked.nodes
    if key not in held and len(held) >= NODES_COUNTED:
        return walked
    return replace(walked, nodes={**held, key: held.get(key, Tally()) + tally})
