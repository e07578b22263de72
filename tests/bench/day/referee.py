"""The referee: follows the diary with a plain idea of who is where, and says what should not have happened.

It shares no code with the product's ACD. It knows the plan (who may do what, who called when with which priority) and
the diary (what was stored, in order), and keeps its own books of idle times, counts and waiting callers.

Two things that happened within the same moment may come in either order. So an agent who became ready, or a call that
began to wait, at or after the instant at which the other side of an assignment was there is no competitor.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chalicelib.acd.model.group import Group
from tests.bench.day.diary import Entry, Offered
from tests.bench.day.plan import MESSAGE_MS, SKILL, Caller, Place, Plan, S, Worker

ALL_AT_ONCE = 20
"""Agents whom a call of a ring-all group rings."""
WAKE_UP_MS = 2 * S
"""A call and an agent who may have it are brought together within so long."""
EXAMPLES = 5


@dataclass
class _Agent:
    """An agent in the referee's books. calls, talk, turn: of each group."""

    worker: Worker
    places: dict[str, Place]
    state: str = "signed_out"
    since: int = 0
    idle_since: int = 0
    answered_at: int = 0
    serves: str = ""
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    talk: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    turn: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class _Call:
    """A call in the referee's books. waits_since: since when it has waited without a break."""

    caller: Caller
    state: str = ""
    queued_at: int = 0
    waits_since: int = 0
    answered_at: int | None = None


@dataclass
class Verdict:
    """What should not have happened, and what did. examples: of the first violations, in words."""

    order_violations: int = 0
    double_assignments: int = 0
    lost_wakeups: int = 0
    stuck_calls: int = 0
    stuck_agents: int = 0
    waits: dict[str, int] = field(default_factory=dict[str, int])
    """Of calls that were answered (ms)."""
    abandoned: dict[str, int] = field(default_factory=dict[str, int])
    """Of calls that were not: for how long they waited."""
    examples: list[str] = field(default_factory=list[str])


class Referee:
    """Judges one diary."""

    def __init__(self, plan: Plan) -> None:
        self._groups = plan.groups
        self._agents = {one.agent_id: _Agent(one, {at.group_id: at for at in one.places}) for one in plan.workers}
        self._calls = {one.call_id: _Call(one) for one in plan.callers}
        self._ready: dict[str, set[str]] = defaultdict(set)
        self._waiting: dict[str, set[str]] = defaultdict(set)
        self._offers: dict[str, tuple[str, Offered]] = {}
        self._stirred: dict[str, int] = defaultdict(int)
        self._random: list[float] = []
        self._looked_at = 0
        self.verdict = Verdict()

    def judge(self, entries: list[Entry]) -> Verdict:
        """Follow a whole diary."""
        for entry in entries:
            self._look_around(entry.at)
            self._assignment(entry)
            self._follow(entry)
        self._close()
        return self.verdict

    # --- rules

    def _assignment(self, entry: Entry) -> None:
        """Look at an assignment with the eyes of the moment before it."""
        by_queue = [one for one in entry.offered if one.group_id]
        for one in by_queue:
            if self._agents[one.agent_id].state != "ready" or self._calls[entry.call_id].state != "queued":
                self.verdict.double_assignments += 1
                self._say(entry.at, f"{entry.call_id} offered to {one.agent_id}, who or which is not free")
        if by_queue and self._calls[entry.call_id].state == "queued":
            self._right_agents(entry, by_queue)
            self._right_call(entry, by_queue[0])

    def _right_agents(self, entry: Entry, offered: list[Offered]) -> None:
        group, call = self._groups[offered[0].group_id], self._calls[entry.call_id]
        chosen = [self._agents[one.agent_id] for one in offered]
        met = max(self._met_at(agent, call, entry.at) for agent in chosen)
        others = [one for one in self._candidates(group, call, entry.at) if one not in chosen and one.since < met]
        if group.method == "ring_all":
            if len(chosen) < ALL_AT_ONCE and others:
                self._violation(entry.at, f"{group.group_id} rang {len(chosen)}, not {others[0].worker.agent_id}")
            return
        if group.method == "random":
            self._note_random(chosen[0], others)
            return
        rank = RANKS[group.method]
        better = [one for one in others if rank(one, group.group_id) < rank(chosen[0], group.group_id)]
        if better:
            names = (chosen[0].worker.agent_id, better[0].worker.agent_id)
            self._violation(entry.at, f"{group.group_id} {group.method}: {entry.call_id} to {names[0]}, not {names[1]}")

    def _right_call(self, entry: Entry, offered: Offered) -> None:
        agent, call = self._agents[offered.agent_id], self._calls[entry.call_id]
        met = self._met_at(agent, call, entry.at)
        place = agent.places[offered.group_id]
        mine = (place.priority, self._turn(call))
        for other in agent.places.values():
            group = self._groups[other.group_id]
            same = other.group_id == offered.group_id
            if not same and not (group.ageing_rate and self._ages(offered) and self._was_still(offered, agent)):
                continue  # the two orders cannot be compared; or the group may have been dispatched, not the agent
            for id in self._waiting[other.group_id]:
                rival = self._calls[id]
                if rival is call or (other.priority, self._turn(rival)) >= mine:
                    continue
                since = self._may_have_since(agent, rival, entry.at)
                if since is not None and since < (met if same else agent.since):
                    self._violation(entry.at, f"{agent.worker.agent_id} got {entry.call_id}, not {id}")
                    return

    def _look_around(self, now: int) -> None:
        """Every few seconds: does anybody wait for whom somebody is free?"""
        if now - self._looked_at < 5 * S:
            return
        self._looked_at = now
        for group_id, waiting in self._waiting.items():
            if waiting and self._ready[group_id]:
                for id in waiting:
                    self._found_by_nobody(group_id, self._calls[id], now)

    def _found_by_nobody(self, group_id: str, call: _Call, now: int) -> None:
        for agent in self._candidates(self._groups[group_id], call, now):
            since = self._may_have_since(agent, call, now)
            if since is not None and now - max(since, agent.since) > WAKE_UP_MS:
                self.verdict.lost_wakeups += 1
                self._say(now, f"{call.caller.call_id} waits although {agent.worker.agent_id} is ready")
                return

    # --- the books

    def _follow(self, entry: Entry) -> None:
        for one in entry.offered:
            self._offers[one.offer_id] = (entry.call_id, one)
        for offer_id in entry.accepted:
            self._accepted(entry.at, offer_id)
        for subject, before, after in entry.moves:
            kind, _, id = subject.partition(" ")
            if kind == "call":
                self._call_moves(entry.at, id, after)
            else:
                self._agent_moves(entry.at, id, before, after)

    def _accepted(self, now: int, offer_id: str) -> None:
        call_id, offered = self._offers[offer_id]
        agent = self._agents[offered.agent_id]
        if agent.serves:
            self.verdict.double_assignments += 1
            self._say(now, f"{offered.agent_id} took {call_id} and has {agent.serves}")
        agent.serves, agent.answered_at = call_id, now
        agent.calls[offered.group_id] += 1
        agent.turn[offered.group_id] = now

    def _call_moves(self, now: int, id: str, after: str) -> None:
        call = self._calls[id]
        call.state = after
        group_id = call.caller.group_id
        if after == "queued":
            call.queued_at = call.queued_at or now
            call.waits_since = now
            self._stirred[group_id] = now
            self._waiting[group_id].add(id)
        else:
            self._waiting[group_id].discard(id)
        if after == "talking" and call.answered_at is None:
            call.answered_at = now
            self.verdict.waits[id] = now - call.queued_at
        if after == "ended" and call.answered_at is None:
            self.verdict.abandoned[id] = now - call.queued_at

    def _agent_moves(self, now: int, id: str, before: str, after: str) -> None:
        agent = self._agents[id]
        if before == "on_call" and agent.serves:
            agent.talk[self._calls[agent.serves].caller.group_id] += now - agent.answered_at
            agent.serves = ""
        if after == "ready" and before != "reserved":  # who was rung in vain has been idle all the time
            agent.idle_since = now
        agent.state, agent.since = after, now
        for group_id in agent.places:
            (self._ready[group_id].add if after == "ready" else self._ready[group_id].discard)(id)

    def _close(self) -> None:
        self.verdict.stuck_calls = sum(one.state not in ("ended", "") for one in self._calls.values())
        self.verdict.stuck_agents = sum(one.state != "signed_out" for one in self._agents.values())
        if unlikely_random(self._random):
            self._violation(0, "random picks are not random")

    # --- who may have what

    def _candidates(self, group: Group, call: _Call, now: int) -> Iterator[_Agent]:
        for id in self._ready[group.group_id]:
            if self._may_have_since(self._agents[id], call, now) is not None:
                yield self._agents[id]

    def _may_have_since(self, agent: _Agent, call: _Call, now: int) -> int | None:
        """Return since when a call has been one that the agent may have; None: it is not."""
        if call.caller.group_id not in agent.places:
            return None
        begins = call.queued_at
        for level, lasts in call.caller.needs:
            if agent.worker.skills.get(SKILL, 0) >= level:
                break
            begins += lasts
        return max(begins, call.waits_since) if begins <= now else None

    def _met_at(self, agent: _Agent, call: _Call, now: int) -> int:
        """Return when both sides were there."""
        return max(agent.since, self._may_have_since(agent, call, now) or now)

    def _turn(self, call: _Call) -> tuple[float, int, str]:
        """Return a call's turn in its group; the smallest is served first."""
        rate, points = self._groups[call.caller.group_id].ageing_rate, call.caller.priority
        if rate == 0:
            return (-points, call.queued_at, call.caller.call_id)
        return (round(call.queued_at - points / rate * 60 * S), 0, call.caller.call_id)

    def _was_still(self, offered: Offered, agent: _Agent) -> bool:
        """Return whether nothing had happened in a group for whose sake it was dispatched when the agent was ready."""
        waiting = (self._calls[id] for id in self._waiting[offered.group_id])
        relaxed = (at for call in waiting for at in _relaxations(call) if at >= agent.since - MESSAGE_MS)
        return self._stirred[offered.group_id] < agent.since - MESSAGE_MS and next(relaxed, None) is None

    def _ages(self, offered: Offered) -> bool:
        return self._groups[offered.group_id].ageing_rate > 0

    def _note_random(self, chosen: _Agent, others: list[_Agent]) -> None:
        """Note how long the chosen one had been idle among the candidates: 0 longest, 1 shortest."""
        if len(others) >= 2:
            longer = sum(one.idle_since < chosen.idle_since for one in others)
            self._random.append((longer + 0.5) / (len(others) + 1))

    def _violation(self, now: int, what: str) -> None:
        self.verdict.order_violations += 1
        self._say(now, what)

    def _say(self, now: int, what: str) -> None:
        if len(self.verdict.examples) < EXAMPLES:
            self.verdict.examples.append(f"{now}: {what}")


def _relaxations(call: _Call) -> Iterator[int]:
    """Yield the instants at which a call requires less."""
    at = call.queued_at
    for _, lasts in call.caller.needs:
        at += lasts
        yield at


def unlikely_random(places: list[float]) -> bool:
    """Return whether picks look as if they were not random: their mean is more than five standard errors off 1/2."""
    if len(places) < 50:
        return False
    error = (1 / 12 / len(places)) ** 0.5
    return abs(sum(places) / len(places) - 0.5) > 5 * error


def _idle(agent: _Agent) -> tuple[int, str]:
    return (agent.idle_since, agent.worker.agent_id)


RANKS: dict[str, Callable[[_Agent, str], tuple[float | str, ...]]] = {
    "longest_idle": lambda agent, _: _idle(agent),
    "level_longest_idle": lambda agent, group: (-agent.places[group].level, *_idle(agent)),
    "round_robin": lambda agent, group: (agent.turn[group], *_idle(agent)),
    "fewest_calls": lambda agent, group: (agent.calls[group], *_idle(agent)),
    "least_talk": lambda agent, group: (agent.talk[group], *_idle(agent)),
    "weighted": lambda agent, group: (round((agent.calls[group] + 1) / agent.places[group].weight, 6), *_idle(agent)),
    "linear": lambda agent, group: (agent.places[group].position, *_idle(agent)),
    "own": lambda agent, group: (agent.calls[group] - agent.places[group].level * 100, *_idle(agent)),
}
"""Each method in plain words as a number; the smallest is taken, of equal ones who has been idle longest."""
