"""Dispatch: brings waiting calls and ready agents together. Idempotent; never calls a carrier; cost does not grow."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.ports import Commit
from chalicelib.acd.rules import offers
from chalicelib.acd.rules.lists import random_start, ready_list, stands, waiting_list
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.stage import Stage
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.records import Lost

BATCH = 25
LOSSES = 40
CANDIDATE_LIMIT = 200
RING_ALL_LIMIT = 20
"""Agents whom one call rings at once."""
FIRST_PAGE = 2
LARGEST_PAGE = 32
LAST = "~"
"""After every key of a list."""


class _Gone(Exception):
    """The entry or the agent is not what the list said."""


@dataclass
class Dispatcher:
    """Assigns on a stage."""

    stage: Stage

    def dispatch(self, target: str) -> int:
        """Dispatch `group:<id>` or `agent:<id>`; return how many calls were assigned."""
        kind, _, id = target.partition(":")
        return self.dispatch_group(id) if kind == "group" else self.dispatch_agent(id)

    def dispatch_group(self, group_id: str) -> int:
        """Assign the group's waiting calls, best first, while there are ready agents."""
        group = self.stage.group(group_id)
        assigned = losses = 0
        while group and assigned < BATCH and losses < LOSSES:
            head = self.stage.store.waiting(waiting_list(group), 1)
            agent = next(self.candidates(group), None) if head else None
            if agent is None:
                return assigned
            if self.assign(head[0], agent, group):
                assigned += 1
            else:
                losses += 1
        if group and assigned + losses:
            self.stage.bus.dispatch(f"group:{group_id}", new_id())
        return assigned

    def dispatch_agent(self, agent_id: str) -> int:
        """Give a ready agent the best call of all his groups: by his priority for the group, then by waiting time."""
        for _ in range(LOSSES):
            agent = self.stage.store.agent(agent_id)
            if agent is None or agent.state is not AgentState.READY or not _reachable(agent, self.stage.clock()):
                return 0
            best = self._best_call(agent)
            if best is None:
                return 0
            entry, group = best
            if self.assign(entry, agent, group):
                return 1
        self.stage.bus.dispatch(f"agent:{agent_id}", new_id())
        return 0

    def _best_call(self, agent: Agent) -> tuple[Waiting, Group] | None:
        best: tuple[tuple[int, str], Waiting, Group] | None = None
        for place in sorted(agent.groups, key=lambda place: place.priority):
            if best and best[0][0] < place.priority:
                break
            group = self.stage.group(place.group_id)
            head = self.stage.store.waiting(waiting_list(group), 1) if group else []
            if group and head and (best is None or (place.priority, head[0].sort) < best[0]):
                best = ((place.priority, head[0].sort), head[0], group)
        return (best[1], best[2]) if best else None

    def candidates(self, group: Group) -> Iterator[Agent]:
        """Yield the group's ready agents in the order of its method, each confirmed by a consistent read.

        Pages grow from small, so that the usual case reads little and a run of stale entries is passed quickly; stale
        entries that were met are deleted.
        """
        if group.method != "random":
            yield from self._candidates_after(group, "")
            return
        start = random_start()
        yield from self._candidates_after(group, start)
        yield from self._candidates_after(group, "", until=start)

    def _candidates_after(self, group: Group, after: str, *, until: str = LAST) -> Iterator[Agent]:
        list_, size, seen = ready_list(group.group_id, group.method), FIRST_PAGE, 0
        while seen < CANDIDATE_LIMIT:
            read = self.stage.store.ready(list_, size, after)
            page = [entry for entry in read if entry.sort <= until]
            if not page:
                return
            agents = self.stage.store.agents([entry.agent_id for entry in page])
            stale = [entry for entry in page if not stands(entry, agents.get(entry.agent_id))]
            if stale:
                self.stage.store.drop_ready(stale)
            now = self.stage.clock()
            found = (agents[entry.agent_id] for entry in page if entry not in stale)
            yield from (agent for agent in found if _reachable(agent, now))
            if len(page) < size:
                return
            after, seen, size = page[-1].sort, seen + len(page), min(size * 2, LARGEST_PAGE)

    def _chosen(self, agent: Agent, group: Group) -> list[Agent]:
        """Return who is rung: the agent, in a ring-all group with as many others as may be."""
        if group.method != "ring_all":
            return [agent]
        others = (one for one in self.candidates(group) if one.agent_id != agent.agent_id)
        return [agent, *islice(others, RING_ALL_LIMIT - 1)]

    def assign(self, entry: Waiting, agent: Agent, group: Group) -> bool:
        """Try the one transaction that gives the waiting call to the agent; False when either is taken."""
        call = self.stage.store.call(entry.call_id)
        if call is None or call.state is not CallState.QUEUED or _place_of(call) != (entry.list, entry.sort):
            self._drop(entry, call)
            return False
        try:
            scene = self.stage.load(call, ())
            chosen = self._chosen(agent, group)
            scene.agents |= {one.agent_id: replace(one, changes=()) for one in chosen}
            scene.groups[group.group_id] = group
            self._decide(scene, [scene.agents[one.agent_id] for one in chosen], group)
            return self.stage.commit(scene, call)
        except (_Gone, NotFound):
            return False

    def _drop(self, entry: Waiting, call: Call | None) -> None:
        """Delete an entry whose call does not wait there, on the condition that the call is still as it was read.

        Usually the entry is gone already: it was read before the call was assigned. Without the condition the entry of
        a call that came back to its place meanwhile would be deleted, and nobody would ever find the call.
        """
        unchanged = [replace(call, changes=())] if call else []
        with suppress(Lost):
            self.stage.store.commit(Commit(calls=unchanged, removed=[entry]))

    @staticmethod
    def _decide(scene: Scene, chosen: list[Agent], group: Group) -> None:
        if any(one.state is not AgentState.READY for one in chosen) or scene.call.state is not CallState.QUEUED:
            raise _Gone
        if group.method == "ring_all":
            offers.assign_to_all(scene, chosen, group)
        else:
            offers.assign(scene, chosen[0], group, new_id(scene.now))

    def lost_wakeups(self, group: Group, now: int, older_ms: int = 2_000) -> int:
        """Dispatch a group whose call and agent could have met for `older_ms`; return how many were assigned."""
        head = self.stage.store.waiting(waiting_list(group), 1)
        if not head or now - head[0].enqueued_at < older_ms:
            return 0
        agent = next(self.candidates(group), None)
        if agent is None or now - agent.state_since < older_ms:
            return 0
        call = self.stage.store.call(head[0].call_id)
        if call is None or now - (call.queued_at or now) < older_ms:
            return 0  # it has just come back to its place: its wake-up is under way
        return self.dispatch_group(group.group_id)


def _reachable(agent: Agent, now: int) -> bool:
    """Return whether the agent's phone is known to live (a browser phone's heartbeat is its lease)."""
    return agent.phone_lease_until is None or agent.phone_lease_until > now


def _place_of(call: Call) -> tuple[str, str]:
    return (call.queueing.list, call.queueing.sort) if call.queueing else ("", "")
