"""Where a waiting call and a ready agent stand in their lists.

Virtual enqueue time: with one linear ageing rate for all, the order of two waiting calls never changes, so a call's
place is fixed when it is enqueued: enqueue time − priority ÷ rate. Nothing is ever re-sorted.
"""

import random
from hashlib import blake2b

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, SignedIn
from chalicelib.acd.model.group import Group, Method, Ready, Waiting
from chalicelib.acd.rules import tallies

PRIORITY_LIMIT = 999
SLOWEST_RATE = 0.001
"""Slower ageing (points per minute) counts as none: a point would be worth more than 40 days."""
_MS_PER_MINUTE = 60_000
_SHARE = 1_000_000


def waiting_list(group: Group, requires: str = "") -> str:
    """Return the name of the list in which the group's calls wait that require this; it changes with the rate."""
    plain = f"waiting#{group.group_id}#{group.ageing_rate:g}"
    return f"{plain}#{requires}" if requires else plain


def aside_list(group: Group) -> str:
    """Return the name of the list that has every waiting call once more which is not in the group's plain list.

    So that length and places are read from two lists, however many sets there are.
    """
    return f"aside#{group.group_id}#{group.ageing_rate:g}"


def sets_list(group_id: str) -> str:
    """Return the name of the list of sets that calls of the group may stand in (persons' own are not among them)."""
    return f"sets#{group_id}"


def staff_list(group_id: str) -> str:
    """Return the name of the list of who has signed in to a group; who has left it may still be noted there."""
    return f"staff#{group_id}"


def staff_notes(was: Agent, now_is: Agent, now: int) -> list[Waiting]:
    """Return the notes of the groups that an agent has just signed in to."""
    before = {place.group_id for place in was.groups}
    return [
        Waiting(list=staff_list(id), sort=now_is.agent_id, call_id="", group_id=id, enqueued_at=now)
        for id in dict.fromkeys(place.group_id for place in now_is.groups)
        if id not in before
    ]


def waiting_sort(call_id: str, enqueued_at: int, priority: int, ageing_rate: float) -> str:
    """Return a call's key in its waiting list; smaller is served first.

    priority: −999 … 999, higher is served earlier. ageing_rate: points per minute; 0 (or less than SLOWEST_RATE) sorts
    by (−priority, time).
    """
    priority = max(-PRIORITY_LIMIT, min(PRIORITY_LIMIT, priority))
    if ageing_rate < SLOWEST_RATE:
        return f"{PRIORITY_LIMIT - priority:04d}#{enqueued_at:015d}#{call_id}"
    virtual = enqueued_at - round(priority / ageing_rate * _MS_PER_MINUTE)
    return f"{max(0, virtual):015d}#{call_id}"


def waiting_entry(group: Group, call_id: str, enqueued_at: int, priority: int, requires: str = "") -> Waiting:
    """Return the entry of a call that waits in `group` since `enqueued_at`."""
    return Waiting(
        list=waiting_list(group, requires),
        sort=waiting_sort(call_id, enqueued_at, priority, group.ageing_rate),
        call_id=call_id,
        group_id=group.group_id,
        enqueued_at=enqueued_at,
    )


def with_twin(entry: Waiting) -> list[Waiting]:
    """Return an entry and, of a call that stands aside of the plain list, the one in the list of all such."""
    kind, group_id, rate, *requires = entry.list.split("#", 3)
    return [entry, replace(entry, list=f"aside#{group_id}#{rate}")] if kind == "waiting" and requires else [entry]


def ready_list(group_id: str, method: Method) -> str:
    """Return the name of the list of a group's ready agents for a distribution method."""
    return f"ready#{group_id}#{method}"


def ready_sort(method: Method, agent: Agent, place: SignedIn) -> str:
    """Return a ready agent's key in the list of one of his groups; the smallest is taken first.

    - longest_idle, ring_all, own: idle longest (of `own` these are the candidates that the rule scores).
    - level_longest_idle: highest level, then idle longest.
    - round_robin: whose last call of the group was answered longest ago.
    - fewest_calls, least_talk: who has answered fewest calls of the group, or talked least, in this shift.
    - weighted: who is farthest behind his share: (calls + 1) ÷ weight, so that calls are in proportion to weights.
    - linear: first in the group's order.
    - random: anywhere; the dispatcher begins at a random point of the list (see `random_start`).
    """
    tally = tallies.of(agent, place.group_id)
    idle = f"{agent.idle_since:015d}#{agent.agent_id}#{agent.ready_epoch}"
    match method:
        case "longest_idle" | "ring_all" | "own":
            return idle
        case "level_longest_idle":
            return f"{9 - place.level}#{idle}"
        case "round_robin":
            return f"{tally.turn_at:015d}#{idle}"
        case "fewest_calls":
            return f"{tally.calls:08d}#{idle}"
        case "least_talk":
            return f"{tally.talk_ms:015d}#{idle}"
        case "weighted":
            return f"{round((tally.calls + 1) / place.weight * _SHARE):015d}#{idle}"
        case "linear":
            return f"{place.position:04d}#{idle}"
        case "random":
            return f"{_scattered(idle)}#{idle}"


def random_start() -> str:
    """Return a point of a random list: the agent after it is taken. Keys are drawn anew whenever one becomes ready."""
    return _scattered(str(random.random()))


def _scattered(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def ready_entry(agent: Agent, place: SignedIn, method: Method) -> Ready:
    """Return the entry of a ready agent for one of his groups."""
    return Ready(
        list=ready_list(place.group_id, method),
        sort=ready_sort(method, agent, place),
        agent_id=agent.agent_id,
        group_id=place.group_id,
        epoch=agent.ready_epoch,
        level=place.level,
        skills=agent.skills,
    )


def stands(entry: Ready, agent: Agent | None) -> bool:
    """Return whether a ready entry is true: its agent is ready, and has not become so anew since."""
    return agent is not None and agent.state is AgentState.READY and agent.ready_epoch == entry.epoch
