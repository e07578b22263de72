"""Dispatch: brings waiting calls and ready agents together. Idempotent; never calls a carrier; cost does not grow."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from chalicelib.acd import own_rules, sets
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group, Ready, Waiting
from chalicelib.acd.model.requirement import Requirement
from chalicelib.acd.ports import Commit
from chalicelib.acd.rules import offers
from chalicelib.acd.rules.lists import random_start, ready_list, stands, waiting_list, with_twin
from chalicelib.acd.rules.requirements import ANYBODY, met_by
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
SHUFFLED = 16
"""Entries of a random list that are read at once (four kilobytes) and shuffled."""
LARGEST_PAGE = 32
LARGEST_SEARCH = 512
"""Of a page that is searched for the few who meet a requirement; the entries say so, agents are not read for it."""
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
        """Assign the group's waiting calls, best first, while there are agents who may have them.

        A set of calls for whom nobody is ready does not keep the others waiting. The heads of the sets are read once,
        and again only where something was taken.
        """
        group = self.stage.group(group_id)
        if group is None:
            return 0
        plain, assigned, losses = waiting_list(group), 0, 0
        heads = self._heads([plain, *(waiting_list(group, key) for key in self._sets(group))])
        able: dict[str, Iterator[Agent]] = {}
        while heads and assigned < BATCH and losses < LOSSES:
            head = min(heads.values(), key=lambda entry: entry.sort)
            agent = next(self._able(group, head, able), None)
            if agent is None and head.list == plain:
                break  # nobody is ready at all
            if agent is None:
                del heads[head.list]
                continue
            taken = self.assign(head, agent, group)
            assigned, losses = assigned + taken, losses + (not taken)
            heads = {list_: entry for list_, entry in heads.items() if list_ != head.list} | self._heads([head.list])
        if assigned == BATCH or losses == LOSSES:
            self.stage.bus.dispatch(f"group:{group_id}", new_id())
        return assigned

    def _able(self, group: Group, head: Waiting, begun: dict[str, Iterator[Agent]]) -> Iterator[Agent]:
        """Return the candidates for a call. A search for the few who meet a requirement goes on where it ended."""
        if _required_by(head) == ANYBODY or group.method in ("own", "random"):
            return self.candidates(group, head)
        if head.list not in begun:
            begun[head.list] = self.candidates(group, head)
        return begun[head.list]

    def _heads(self, lists: list[str]) -> dict[str, Waiting]:
        """Return the first call of each of the lists that have one."""
        return {list_: head[0] for list_ in lists if (head := self.stage.store.waiting(list_, 1))}

    def _sets(self, group: Group) -> list[str]:
        """Return the names of the sets that the group's calls may stand in, besides the plain list."""
        return sets.live(self.stage.store, group.group_id, self.stage.clock()) if group.skill_rules else []

    def dispatch_agent(self, agent_id: str) -> int:
        """Give a ready agent the best call of all his groups: by his priority for the group, then by waiting time.

        A caller who is kept for him comes before the others of the group. A call that came while he was ready already
        is given out by its group's method: others may have been ready for longer, and its own wake-up is still on the
        way.
        """
        assigned = 0
        for _ in range(LOSSES):
            agent = self.stage.store.agent(agent_id)
            if agent is None or agent.state is not AgentState.READY or not _reachable(agent, self.stage.clock()):
                return assigned
            best = self._best_call(agent)
            if best is None:
                return assigned
            entry, group = best
            call = self.stage.store.call(entry.call_id)
            if call is not None and entry.list != _own_list(group, agent) and _came_later(call, agent):
                given = self.dispatch_group(group.group_id)
                if not given:
                    return assigned
                assigned += given
            elif self.assign(entry, agent, group, call):
                return assigned + 1
        self.stage.bus.dispatch(f"agent:{agent_id}", new_id())
        return assigned

    def _best_call(self, agent: Agent) -> tuple[Waiting, Group] | None:
        best: tuple[tuple[int, bool, str], Waiting, Group] | None = None
        for place in sorted(agent.groups, key=lambda place: place.priority):
            if best and best[0][0] < place.priority:
                break
            group = self.stage.group(place.group_id)
            head = self._best_of(group, agent) if group else None
            if group and head:
                rank = (place.priority, head.list != _own_list(group, agent), head.sort)
                best = (rank, head, group) if best is None or rank < best[0] else best
        return (best[1], best[2]) if best else None

    def _best_of(self, group: Group, agent: Agent) -> Waiting | None:
        """Return the best call of a group that the agent may have."""
        own = self.stage.store.waiting(_own_list(group, agent), 1) if group.memory != "none" else []
        if own:
            return own[0]
        met = (key for key in self._sets(group) if met_by(key, agent))
        heads = self._heads([waiting_list(group), *(waiting_list(group, key) for key in met)])
        return min(heads.values(), key=lambda entry: entry.sort, default=None)

    def candidates(self, group: Group, entry: Waiting | None = None) -> Iterator[Agent]:
        """Yield the group's ready agents in the order of its method, each confirmed by a consistent read.

        entry: the call that is to be assigned: those alone who meet what it requires. Pages grow from small, so that
        the usual case reads little and a run of stale entries is passed quickly; stale entries that were met are
        deleted.
        """
        requires = _required_by(entry)
        if group.method == "own":
            yield from self._by_own_rule(group, entry, requires)
        elif group.method == "random":
            yield from self._at_random(group, requires)
        else:
            yield from self._candidates_after(group, "", requires)

    def _by_own_rule(self, group: Group, entry: Waiting | None, requires: str) -> Iterator[Agent]:
        """Yield the first qualified candidates by the score of the group's own rule, highest first."""
        found = list(islice(self._candidates_after(group, "", requires), own_rules.CANDIDATE_LIMIT))
        call = self.stage.store.call(entry.call_id) if entry and len(found) > 1 else None
        yield from own_rules.ordered(group, call, found, self.stage.clock()) if call else found

    def _at_random(self, group: Group, requires: str) -> Iterator[Agent]:
        """Yield candidates in random order, from a random point of the list on.

        Those next to the point are shuffled: the first of them alone would be whoever has the widest gap before him,
        and who has a narrow one would wait for ever.
        """
        list_, start = ready_list(group.group_id, group.method), random_start()
        near = self.stage.store.ready(list_, SHUFFLED, start)
        if len(near) < SHUFFLED:
            near += [one for one in self.stage.store.ready(list_, SHUFFLED - len(near)) if one.sort <= start]
        qualified = [entry for entry in near if met_by(requires, entry)]
        random.shuffle(qualified)
        for first in range(0, len(qualified), FIRST_PAGE):
            yield from self._confirmed(qualified[first : first + FIRST_PAGE])
        if len(near) == SHUFFLED:
            yield from self._candidates_after(group, start, requires)
            yield from self._candidates_after(group, "", requires, until=start)

    def _candidates_after(self, group: Group, after: str, requires: str, *, until: str = LAST) -> Iterator[Agent]:
        list_, size, seen = ready_list(group.group_id, group.method), FIRST_PAGE, 0
        largest = LARGEST_PAGE if requires == ANYBODY else LARGEST_SEARCH
        while seen < CANDIDATE_LIMIT:
            read = self.stage.store.ready(list_, size, after)
            page = [entry for entry in read if entry.sort <= until]
            if not page:
                return
            qualified = [entry for entry in page if met_by(requires, entry)]
            yield from self._confirmed(qualified)
            if len(page) < size:
                return
            after, seen, size = page[-1].sort, seen + len(qualified), min(size * 2, largest)

    def _confirmed(self, entries: list[Ready]) -> Iterator[Agent]:
        """Yield the agents of entries that are true and whose phones live; delete the entries that are not."""
        agents = self.stage.store.agents([entry.agent_id for entry in entries]) if entries else {}
        stale = [entry for entry in entries if not stands(entry, agents.get(entry.agent_id))]
        if stale:
            self.stage.store.drop_ready(stale)
        now = self.stage.clock()
        found = (agents[entry.agent_id] for entry in entries if entry not in stale)
        yield from (agent for agent in found if _reachable(agent, now))

    def _chosen(self, agent: Agent, group: Group, entry: Waiting) -> list[Agent]:
        """Return who is rung: the agent, in a ring-all group with as many others as may be."""
        if group.method != "ring_all" or entry.list == _own_list(group, agent):
            return [agent]
        others = (one for one in self.candidates(group, entry) if one.agent_id != agent.agent_id)
        return [agent, *islice(others, RING_ALL_LIMIT - 1)]

    def assign(self, entry: Waiting, agent: Agent, group: Group, call: Call | None = None) -> bool:
        """Try the one transaction that gives the waiting call to the agent; False when either is taken.

        call: as it was read, if it was.
        """
        call = call or self.stage.store.call(entry.call_id)
        if call is None or call.state is not CallState.QUEUED or _place_of(call) != (entry.list, entry.sort):
            self._drop(entry, call)
            return False
        try:
            scene = self.stage.load(call, ())
            chosen = self._chosen(agent, group, entry)
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
            self.stage.store.commit(Commit(calls=unchanged, removed=with_twin(entry)))

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
        waits_long = (waiting_list(group), *(waiting_list(group, key) for key in self._sets(group)))
        if not any(self._could_have_met(group, list_, now, older_ms) for list_ in waits_long):
            return 0
        return self.dispatch_group(group.group_id)

    def _could_have_met(self, group: Group, list_: str, now: int, older_ms: int) -> bool:
        head = next(iter(self.stage.store.waiting(list_, 1)), None)
        if head is None or now - head.enqueued_at < older_ms:
            return False
        agent = next(self.candidates(group, head), None)
        if agent is None or now - agent.state_since < older_ms:
            return False
        call = self.stage.store.call(head.call_id)
        # One that has just come back to its place: its wake-up is under way.
        return call is not None and now - (call.queued_at or now) >= older_ms


def _reachable(agent: Agent, now: int) -> bool:
    """Return whether the agent's phone is known to live (a browser phone's heartbeat is its lease)."""
    return agent.phone_lease_until is None or agent.phone_lease_until > now


def _came_later(call: Call, agent: Agent) -> bool:
    """Return whether a call has waited in its present place for no longer than the agent has been ready."""
    return call.queued_at is not None and call.queued_at >= agent.state_since


def _own_list(group: Group, agent: Agent) -> str:
    """Return the name of the list of the group's callers who are kept for an agent."""
    return waiting_list(group, Requirement(agent_id=agent.agent_id).key)


def _required_by(entry: Waiting | None) -> str:
    _, _, _, *requires = entry.list.split("#", 3) if entry else ("", "", "")
    return requires[0] if requires else ANYBODY


def _place_of(call: Call) -> tuple[str, str]:
    return (call.queueing.list, call.queueing.sort) if call.queueing else ("", "")
