"""Agents, calls and a floor for the ACD's tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from chalicelib.acd.dispatch import Dispatcher
from chalicelib.acd.memory import MemoryStore
from chalicelib.acd.model.agent import Agent, AgentState, Phone, SignedIn
from chalicelib.acd.model.call import Call, CallState, Leg, LegState, Queueing
from chalicelib.acd.model.group import Group, Ready, Waiting
from chalicelib.acd.ports import Commit, Kind, Store
from chalicelib.acd.rules import agents, parting
from chalicelib.acd.rules.lists import ready_entry, waiting_entry
from chalicelib.acd.rules.scene import Effect, Scene
from chalicelib.acd.stage import Stage

NOON = 1_800_000_000_000


def group(group_id: str = "g1", **fields: Any) -> Group:
    """Return a group."""
    return Group(group_id=group_id, name=group_id, **fields)


def ready_agent(agent_id: str, *group_ids: str, idle_since: int = NOON, **fields: Any) -> Agent:
    """Return a ready agent with a desk phone, not stored yet."""
    given = {"ready_epoch": 1, "state_since": NOON, "phone": Phone(kind="sip", address=f"sip:{agent_id}@x"), **fields}
    places = tuple(SignedIn(group_id=id) for id in group_ids or ("g1",))
    return Agent(
        agent_id=agent_id, state=AgentState.READY, idle_since=idle_since,
        **{"groups": places, **given},
    )  # fmt: skip


def entries_of(agent: Agent, *groups: Group) -> list[Ready]:
    """Return the ready entries of an agent."""
    methods = {one.group_id: one.method for one in groups}
    return [ready_entry(agent, place, methods.get(place.group_id, "longest_idle")) for place in agent.groups]


def waiting_call(
    call_id: str, of: Group, *, enqueued_at: int = NOON, priority: int = 0, requires: str = ""
) -> tuple[Call, Waiting]:
    """Return a waiting call, not stored yet, with its entry."""
    entry = waiting_entry(of, call_id, enqueued_at, priority, requires)
    customer = Leg(leg_id="customer", role="customer", sid=call_id, state=LegState.JOINED, started_at=enqueued_at)
    queueing = Queueing(
        group_id=of.group_id,
        list=entry.list,
        sort=entry.sort,
        enqueued_at=enqueued_at,
        priority=priority,
        requires=requires,
    )
    call = Call(
        call_id=call_id, state=CallState.QUEUED, group_id=of.group_id, place="queue", legs=(customer,),
        queueing=queueing, queued_at=enqueued_at, touched_at=enqueued_at, started_at=enqueued_at,
    )  # fmt: skip
    return call, entry


def waiting(list_: str, sort: str, call_id: str = "c") -> Waiting:
    """Return a waiting entry with any key."""
    return Waiting(list=list_, sort=sort, call_id=call_id, group_id="g1", enqueued_at=NOON)


def ready(list_: str, sort: str, agent_id: str = "a", epoch: int = 1) -> Ready:
    """Return a ready entry with any key."""
    return Ready(list=list_, sort=sort, agent_id=agent_id, group_id="g1", epoch=epoch, level=5)


@dataclass
class ListBus:
    """Wake-ups, noted."""

    dispatches: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    dials: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    timers: list[tuple[Kind, str, int]] = field(default_factory=list[tuple[Kind, str, int]])

    def dispatch(self, target: str, cause: str) -> None:
        self.dispatches.append((target, cause))

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        del delay_s
        self.dials.append((call_id, offer_id))

    def timer(self, kind: Kind, id: str, timer_at: int, now: int, due: int) -> None:
        del now, due
        self.timers.append((kind, id, timer_at))


class Floor:
    """Groups, agents and waiting calls on a store, with the product's stage and dispatcher."""

    def __init__(self, *groups: Group, store: Store | None = None) -> None:
        self.now = NOON
        self.store: Any = store or MemoryStore()
        self.bus = ListBus()
        self.groups = {one.group_id: one for one in groups}
        self.effects: list[Effect] = []
        self.stage = Stage(
            store=self.store, bus=self.bus, clock=lambda: self.now, group=self.groups.get,
            perform=lambda _, effect: self.effects.append(effect), pause=lambda _: None,
        )  # fmt: skip
        self.dispatcher = Dispatcher(self.stage)

    def agent(self, agent_id: str, *group_ids: str, **fields: Any) -> Agent:
        """Add a ready agent."""
        made = ready_agent(agent_id, *(group_ids or tuple(self.groups)), **fields)
        self.store.commit(Commit(agents=[made], ready=entries_of(made, *self.groups.values())))
        return self.agent_now(agent_id)

    def call(self, call_id: str, group_id: str = "g1", **fields: Any) -> Call:
        """Add a waiting call."""
        call, entry = waiting_call(call_id, self.groups[group_id], **fields)
        self.store.commit(Commit(calls=[call], added=[entry]))
        return self.call_now(call_id)

    def stale(self, agent_id: str, group_id: str, *, idle_since: int = 0) -> Ready:
        """Add a ready entry of an agent who is no longer ready."""
        gone = ready_agent(agent_id, group_id, idle_since=idle_since)
        entries = entries_of(gone, *self.groups.values())
        self.store.commit(Commit(agents=[replace(gone, state=AgentState.NOT_READY)], ready=entries))
        return entries[0]

    def agent_now(self, agent_id: str) -> Agent:
        """Return an agent as stored."""
        found = self.store.agent(agent_id)
        assert found is not None
        return found

    def call_now(self, call_id: str) -> Call:
        """Return a call as stored."""
        found = self.store.call(call_id)
        assert found is not None
        return found

    def with_whom(self, call_id: str) -> str:
        """Return the agent to whom the call is offered."""
        (offer,) = self.call_now(call_id).live_offers
        assert self.agent_now(offer.agent_id).call_id == call_id
        return offer.agent_id

    def fails(self, call_id: str, outcome: str = "no_answer") -> Scene:
        """The agent of the call's offer does not answer."""

        def decide(scene: Scene) -> None:
            parting.failed(scene, scene.call.live_offers[0], outcome, leg_over=True)

        return self.stage.act(call_id, decide)

    def fails_for(self, call_id: str, agent_id: str, outcome: str) -> Scene:
        """One of several whom a call rings does not answer."""

        def decide(scene: Scene) -> None:
            offer = next(one for one in scene.call.live_offers if one.agent_id == agent_id)
            parting.failed(scene, offer, outcome, leg_over=True)

        return self.stage.act(call_id, decide)

    def not_ready(self, agent_id: str) -> None:
        """Make an agent not ready."""
        self.stage.act_on_agent(agent_id, lambda agent, now: agents.not_ready(agent, "break", now))


class Interrupted:
    """A store on which something happens once, just before a named read or write is carried out."""

    def __init__(self, store: Any, before: str, happens: Callable[[], object]) -> None:
        self._store, self._before, self._happens = store, before, happens

    def __getattr__(self, name: str) -> Any:
        if name == self._before and self._happens is not None:
            happens, self._happens = self._happens, None
            happens()
        return getattr(self._store, name)


def floor(*groups: str) -> Floor:
    """Return a floor with plain groups."""
    return Floor(*(group(id) for id in groups or ("g1",)))
