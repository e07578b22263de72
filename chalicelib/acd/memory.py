"""The store and the wake-ups in memory, with the same conditional transactions, for simulations and property tests."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model import call as call_model
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Ready, Waiting
from chalicelib.acd.ports import Commit, Kind
from chalicelib.kernel.records import Lost


class MemoryStore:
    """Records in dictionaries, lists kept sorted. on_commit is told of each commit (a stream's stand-in)."""

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}
        self._calls: dict[str, Call] = {}
        self._waiting: dict[str, dict[str, Waiting]] = defaultdict(dict)
        self._ready: dict[str, dict[str, Ready]] = defaultdict(dict)
        self._waiting_order: dict[str, list[str]] = defaultdict(list)
        self._ready_order: dict[str, list[str]] = defaultdict(list)
        self.on_commit: Callable[[Commit], object] = lambda commit: commit

    def agent(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        return self._agents.get(agent_id)

    def agents(self, agent_ids: list[str]) -> dict[str, Agent]:
        """Return the agents that exist, by id."""
        return {id: self._agents[id] for id in agent_ids if id in self._agents}

    def call(self, call_id: str) -> Call | None:
        """Return a call."""
        return self._calls.get(call_id)

    def calls(self, call_ids: list[str]) -> dict[str, Call]:
        """Return the calls that exist, by id."""
        return {id: self._calls[id] for id in call_ids if id in self._calls}

    def commit(self, commit: Commit) -> None:
        """Store all or nothing."""
        self._check(commit)
        stored = Commit(
            calls=[replace(call, version=call.version + 1) for call in commit.calls],
            agents=[replace(agent, version=agent.version + 1) for agent in commit.agents],
        )
        self._calls.update({call.call_id: call for call in stored.calls})
        self._agents.update({agent.agent_id: agent for agent in stored.agents})
        for entry in commit.removed:
            del self._waiting[entry.list][entry.sort]
            self._waiting_order[entry.list].remove(entry.sort)
        for waiting in commit.added:
            _add(self._waiting[waiting.list], self._waiting_order[waiting.list], waiting.sort, waiting)
        for ready in commit.ready:
            _add(self._ready[ready.list], self._ready_order[ready.list], ready.sort, ready)
        self.on_commit(stored)

    def _check(self, commit: Commit) -> None:
        waiting = [(entry.list, entry.sort) for entry in (*commit.added, *commit.removed)]
        ready = [(entry.list, entry.sort) for entry in commit.ready]
        if len(set(waiting)) < len(waiting) or len(set(ready)) < len(ready):
            raise ValueError("DynamoDB refuses a transaction that names an item twice")
        for call in commit.calls:
            if getattr(self._calls.get(call.call_id), "version", 0) != call.version:
                raise Lost
        for agent in commit.agents:
            if getattr(self._agents.get(agent.agent_id), "version", 0) != agent.version:
                raise Lost
        if any(entry.sort not in self._waiting[entry.list] for entry in commit.removed):
            raise Lost

    def renew_lease(self, agent: Agent, until: int) -> bool:
        """Renew the lease at this version."""
        stored = self._agents.get(agent.agent_id)
        if stored is None or stored.version != agent.version:
            return False
        self._agents[agent.agent_id] = replace(stored, phone_lease_until=until)
        return True

    def waiting(self, list_: str, limit: int, after: str = "") -> list[Waiting]:
        """Return the head of a waiting list."""
        return [self._waiting[list_][sort] for sort in _page(self._waiting_order[list_], limit, after)]

    def mark_set(self, entry: Waiting) -> None:
        """Note a set."""
        _add(self._waiting[entry.list], self._waiting_order[entry.list], entry.sort, entry)

    def drop_set(self, entry: Waiting) -> bool:
        """Forget a set unless it was noted anew."""
        if self._waiting[entry.list].get(entry.sort) != entry:
            return False
        del self._waiting[entry.list][entry.sort]
        self._waiting_order[entry.list].remove(entry.sort)
        return True

    def ready(self, list_: str, limit: int, after: str = "") -> list[Ready]:
        """Return the head of a ready list."""
        return [self._ready[list_][sort] for sort in _page(self._ready_order[list_], limit, after)]

    def drop_ready(self, entries: list[Ready]) -> None:
        """Delete stale ready entries."""
        for entry in entries:
            if self._ready[entry.list].pop(entry.sort, None) is not None:
                self._ready_order[entry.list].remove(entry.sort)

    def due(self, kind: Kind, before: int, limit: int) -> list[str]:
        """Return ids of records whose due time has passed."""
        if kind == "agent":
            dues = {id: agent_model.deadline(agent) for id, agent in self._agents.items()}
        else:
            dues = {id: call_model.deadline(call) for id, call in self._calls.items()}
        return [id for id, due in dues.items() if due is not None and due <= before][:limit]


T = TypeVar("T")


def _add(entries: dict[str, T], order: list[str], sort: str, entry: T) -> None:
    if sort not in entries:
        insort(order, sort)
    entries[sort] = entry


def _page(order: list[str], limit: int, after: str) -> list[str]:
    start = bisect_right(order, after)
    return order[start : start + limit]
