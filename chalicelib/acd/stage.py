"""The stage: loads a scene, lets a pure decision change it, commits it conditionally, then carries out its effects.

Losing a race is normal: the scene is loaded afresh and decided again. Wake-ups are sent after the commit for speed; the
tables' streams send them again for certainty, so a crash between the two loses nothing.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model import call as call_model
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, LegState
from chalicelib.acd.model.group import Group, Ready
from chalicelib.acd.ports import Bus, Commit, Kind, Store
from chalicelib.acd.rules import recorded, watching
from chalicelib.acd.rules.lists import ready_entry, staff_notes
from chalicelib.acd.rules.scene import Effect, Scene
from chalicelib.kernel.errors import Busy, DomainError, NotFound
from chalicelib.kernel.records import Lost

TRIES = 12

Decide = Callable[[Scene], object]
DecideAgent = Callable[[Agent, int], Agent]


@dataclass
class Stage:
    """store, bus, clock (ms), groups (by id, cached) and perform: what carries out effects at the carrier."""

    store: Store
    bus: Bus
    clock: Callable[[], int]
    group: Callable[[str], Group | None]
    perform: Callable[[Scene, Effect], None]
    pause: Callable[[float], None] = field(default=time.sleep)

    def act(self, call_id: str, decide: Decide, *, agents: tuple[str, ...] = ()) -> Scene:
        """Decide on a call until the decision could be stored; return the scene as stored.

        agents: ids to load besides those who take part. Errors: NotFound, Busy, and what `decide` raises.
        """
        for attempt in range(TRIES):
            call = self.store.call(call_id)
            if call is None:
                raise NotFound(kind="call", id=call_id)
            scene = self.load(call, agents)
            if self._decided(decide, scene, call) and self.commit(scene, call):
                return scene
            self._wait(attempt)
        raise Busy

    def _decided(self, decide: Decide, scene: Scene, call: Call) -> bool:
        """Decide; False when it was refused only because call and agents, read one after the other, do not match."""
        try:
            decide(scene)
        except DomainError:
            if not self._overtaken(call):
                raise
            return False
        return True

    def _overtaken(self, call: Call) -> bool:
        """Return whether the call has changed since it was read."""
        fresh = self.store.call(call.call_id)
        return fresh is None or fresh.version != call.version

    def open(self, call: Call, decide: Decide, *, agents: tuple[str, ...] = ()) -> Scene | None:
        """Store a new call after a decision on it; None when it exists already."""
        for attempt in range(TRIES):
            scene = self.load(call, agents)
            decide(scene)
            if self.commit(scene, None):
                return scene
            if self.store.call(call.call_id) is not None:
                return None
            self._wait(attempt)
        raise Busy

    def act_on_agent(self, agent_id: str, decide: DecideAgent, *, create: bool = False) -> Agent:
        """Decide on an agent who is in no call until it could be stored; return him as stored."""
        for attempt in range(TRIES):
            agent = self.store.agent(agent_id)
            if agent is None:
                if not create:
                    raise NotFound(kind="agent", id=agent_id)
                agent = Agent(agent_id=agent_id)
            now = self.clock()
            changed = decide(replace(agent, changes=()), now)
            if changed == replace(agent, changes=()):
                return agent
            stored = self._store_agent(agent, changed, now)
            if stored:
                return stored
            self._wait(attempt)
        raise Busy

    def load(self, call: Call, agents: tuple[str, ...] = ()) -> Scene:
        """Return the scene of a call: with the agents who take part and the groups concerned."""
        ids = {
            *agents,
            *(offer.agent_id for offer in call.live_offers),
            *(offer.by for offer in call.live_offers if offer.kind == "transfer"),  # a failed one comes back to him
            *(leg.agent_id or "" for leg in _open_legs(call)),
            *(leg.watch.by for leg in call.supervisors if leg.watch),
            *(ring.agent_id for ring in (call.hunt.rings if call.hunt else ())),
        }
        found = self.store.agents(sorted(ids - {""}))
        group_ids = {call.group_id or "", *(offer.group_id or "" for offer in call.live_offers)} - {""}
        if not group_ids and call.direction == "outbound":
            firsts = (agent.first_group for agent in found.values())
            group_ids = {first.group_id for first in firsts if first is not None}  # such a call counts for it
        groups = {id: group for id in group_ids if (group := self.group(id)) is not None}
        clean = {id: replace(agent, changes=()) for id, agent in found.items()}
        return Scene(call=replace(call, changes=()), now=self.clock(), agents=clean, groups=groups)

    def commit(self, scene: Scene, was: Call | None) -> bool:
        """Store what the decision changed and start what follows; False when somebody else was faster."""
        watching.settle(scene)
        recorded.settle(scene)
        changed_agents = [agent for agent in scene.agents.values() if agent.changes]
        call_changed = was is None or scene.call != replace(was, changes=())
        commit = Commit(
            calls=[self._timed_call(scene.call, scene.now)] if call_changed else [],
            agents=[self._timed_agent(agent, scene.now) for agent in changed_agents],
            added=scene.added,
            removed=scene.removed,
            ready=[entry for agent in changed_agents for entry in self.entries(agent)],
        )
        try:
            self.store.commit(commit)
        except Lost:
            return False
        for call in commit.calls:
            self._arm("call", call.call_id, call.timer_at, was.timer_at if was else None, scene.now)
        for agent in commit.agents:
            self._arm("agent", agent.agent_id, agent.timer_at, scene.agents[agent.agent_id].timer_at, scene.now)
        scene.call = replace(commit.calls[0], version=commit.calls[0].version + 1) if commit.calls else scene.call
        for agent in commit.agents:
            scene.agents[agent.agent_id] = replace(agent, version=agent.version + 1)
        self._carry_out(scene)
        return True

    def entries(self, agent: Agent) -> list[Ready]:
        """Return the ready entries of an agent who has just become ready."""
        if agent.state is not AgentState.READY:
            return []
        found = ((place, self.group(place.group_id)) for place in agent.groups)
        return [ready_entry(agent, place, group.method) for place, group in found if group is not None]

    def _store_agent(self, was: Agent, changed: Agent, now: int) -> Agent | None:
        timed = self._timed_agent(changed, now)
        became_ready = changed.state is AgentState.READY and changed.ready_epoch != was.ready_epoch
        try:
            ready = self.entries(timed) if became_ready else []
            self.store.commit(Commit(agents=[timed], ready=ready, added=staff_notes(was, timed, now)))
        except Lost:
            return None
        self._arm("agent", timed.agent_id, timed.timer_at, was.timer_at, now)
        stored = replace(timed, version=timed.version + 1)
        if became_ready:
            self.bus.dispatch(f"agent:{stored.agent_id}", str(stored.ready_epoch))
        return stored

    def _carry_out(self, scene: Scene) -> None:
        """Carry out every effect, since all of them are decided; then raise the first error of those that failed."""
        errors: list[DomainError] = []
        for effect in scene.effects:
            try:
                self._do(scene, effect)
            except DomainError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def _do(self, scene: Scene, effect: Effect) -> None:
        if effect.kind == "dispatch":
            self.bus.dispatch(effect.subject, f"{scene.call.call_id}-{scene.call.version}")
        elif effect.kind == "dispatch_agent":
            agent = scene.agents[effect.subject]
            self.bus.dispatch(f"agent:{agent.agent_id}", str(agent.ready_epoch))
        elif effect.kind == "dial":
            self.bus.dial(scene.call.call_id, effect.subject)
        else:
            self.perform(scene, effect)

    def _timed_call(self, call: Call, now: int) -> Call:
        return replace(call, timer_at=next_timer(call_model.deadline(call), call.timer_at, now))

    def _timed_agent(self, agent: Agent, now: int) -> Agent:
        return replace(agent, timer_at=next_timer(agent_model.deadline(agent), agent.timer_at, now))

    def _arm(self, kind: Kind, id: str, timer_at: int | None, was: int | None, now: int) -> None:
        if timer_at is not None and timer_at != was:
            self.bus.timer(kind, id, timer_at, now, timer_at)

    def _wait(self, attempt: int) -> None:
        self.pause(random.uniform(0, 0.01) * 2 ** min(attempt, 5))


def next_timer(due: int | None, timer_at: int | None, now: int) -> int | None:
    """Return the instant of the one timer that a record has out.

    A timer that fires too early arms itself again, so a later due time needs no new one; an earlier one does. The
    instant is the timer's name: what falls due at an instant for which a timer fired already (and armed itself for a
    later one) gets another name, for at once.
    """
    if due is None:
        return timer_at
    if due == timer_at and due <= now:
        return now + 1
    return due if timer_at is None or due < timer_at or timer_at <= now else timer_at


def _open_legs(call: Call) -> list[call_model.Leg]:
    """Return the legs whose agents belong to the scene: those that are there, and the one that the caller waits for."""
    return [leg for leg in call.legs if leg.state is not LegState.LEFT or call.agent_lost_at is not None]
