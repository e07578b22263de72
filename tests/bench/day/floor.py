"""The floor on which a day happens: the product's stage, dispatcher, conversations and timers, and a clock of ours.

Messages arrive a constant while after they were sent, so that what is sent first is done first and the referee can
tell what must have happened. Duplicates, reordering and crashes are tried elsewhere (`races`, the interleavings).
"""

import heapq
import itertools
import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from chalicelib.acd import own_rules, service, sets
from chalicelib.acd.dispatch import Dispatcher
from chalicelib.acd.memory import MemoryStore
from chalicelib.acd.model.agent import Agent, AgentState, Phone, SignedIn
from chalicelib.acd.model.call import Call, CallState, Leg, LegState
from chalicelib.acd.ports import Commit, Kind
from chalicelib.acd.rules import agents, queueing
from chalicelib.acd.rules.requirements import steps_of
from chalicelib.acd.rules.scene import Effect, Scene
from chalicelib.acd.stage import Stage
from chalicelib.calls import effects, talk, timers
from chalicelib.calls.dial import _start as dial_starts
from chalicelib.calls.rules.ending import agent_hangs_up, know_sid
from chalicelib.telephony.answers import CarrierCall
from chalicelib.telephony.outcome import Done, Outcome
from tests.bench.day.diary import Diary
from tests.bench.day.plan import MESSAGE_MS, MIDNIGHT, Caller, Plan, S, Worker

REDIRECT_MS = 150
OVERHEAD_MS = 2 * MESSAGE_MS + REDIRECT_MS
"""How long an agent is busy with a call besides talking, when he answers at once: dispatched, dialled, joined."""
BACK_AGAIN_MS = 90 * S
"""Who did not answer is ready again after so long."""
AGENT_ENDS_SHARE = 0.3
SOONER_SHARE = 0.5
"""Of wrap-ups that the agent ends by himself."""


class Day:
    """One site from midnight on. `watch` is told of each call that was queued, before anything else happens."""

    def __init__(self, plan: Plan, diary: Diary) -> None:
        self.plan, self.diary = plan, diary
        self.now = MIDNIGHT
        self.dice = random.Random(f"day {plan.seed}")
        self.callers = {caller.call_id: caller for caller in plan.callers}
        self.watch: Callable[[str], object] = lambda _call_id: None
        self.legs: dict[str, str] = {}
        self._were_ready: dict[str, Agent] = {}
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._number = itertools.count()
        self.store = MemoryStore()
        self.store.on_commit = self._stored
        self.stage = Stage(
            store=self.store, bus=self, clock=lambda: self.now, group=plan.groups.get, perform=self.perform,
            pause=lambda _: None,
        )  # fmt: skip
        self.dispatcher = Dispatcher(self.stage)

    # --- time

    def at(self, when: int, what: Callable[[], object]) -> None:
        """Let something happen at an instant, not before now."""
        heapq.heappush(self._agenda, (max(when, self.now), next(self._number), what))

    def after(self, ms: int, what: Callable[[], object]) -> None:
        """Let something happen in so long."""
        self.at(self.now + ms, what)

    def live(self) -> None:
        """Let the whole day happen, until nothing is left to happen."""
        for worker in self.plan.workers:
            self.at(worker.shift[0], lambda worker=worker: self._comes(worker))
        for caller in self.plan.callers:
            self.at(caller.at, lambda caller=caller: self._calls(caller))
        random.seed(self.plan.seed)  # the product throws dice too
        while self._agenda:
            self.now, _, what = heapq.heappop(self._agenda)
            what()

    def _stored(self, commit: Commit) -> None:
        self.diary.write(self.now, commit)
        for call in commit.calls:
            if any(change.type == "call.queued" for change in call.changes):
                self.watch(call.call_id)
        for agent in commit.agents:
            self._clear(agent)
            self._agent_stored(agent)

    def _clear(self, agent: Agent) -> None:
        """Remove the ready entries of somebody who is ready no longer, as the table's stream has it done."""
        before = self._were_ready.pop(agent.agent_id, None)
        if before is not None:
            self.after(MESSAGE_MS, lambda: self.store.drop_ready(self.stage.entries(before)))
        if agent.state is AgentState.READY:
            self._were_ready[agent.agent_id] = agent

    # --- the product's wake-ups (it knows this as its bus)

    def dispatch(self, target: str, cause: str) -> None:
        """Deliver a request to dispatch."""
        del cause
        self.after(MESSAGE_MS, lambda: self.dispatcher.dispatch(target))

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        """Deliver a request to dial."""
        self.after(MESSAGE_MS + delay_s * S, lambda: self._dials(call_id, offer_id))

    def timer(self, kind: Kind, id: str, timer_at: int, now: int, due: int) -> None:
        """Let a timer fire when it is due."""
        del now
        self.at(due, lambda: timers.fire(kind, id, timer_at))

    # --- agents

    def _comes(self, worker: Worker) -> None:
        places = tuple(
            SignedIn(
                group_id=place.group_id, level=place.level, priority=place.priority, position=place.position,
                weight=place.weight,
            )
            for place in worker.places
        )  # fmt: skip
        phone = Phone(kind="sip", address=f"sip:{worker.agent_id}@floor")

        def sign_in(agent: Agent, now: int) -> Agent:
            agent = agents.sign_in(agent, places, phone, now)
            return agents.change_skills(agent, worker.skills, now) if worker.skills else agent

        self.stage.act_on_agent(worker.agent_id, sign_in, create=True)
        self._ready(worker.agent_id)
        for begins, ends in worker.breaks:
            self.at(begins, lambda: self._act_on(worker.agent_id, lambda a, now: agents.not_ready(a, "meal", now)))
            self.at(ends, lambda: self._ready(worker.agent_id))
        self.at(worker.shift[1], lambda: self._act_on(worker.agent_id, lambda a, now: agents.sign_out(a, "", now)))

    def _act_on(self, agent_id: str, decide: Callable[[Agent, int], Agent]) -> None:
        agent = self.store.agent(agent_id)
        if agent is not None and agent.state is not AgentState.SIGNED_OUT:
            self.stage.act_on_agent(agent_id, decide)

    def _ready(self, agent_id: str) -> None:
        self._act_on(agent_id, lambda agent, now: agents.ready(agent, now))

    def _agent_stored(self, agent: Agent) -> None:
        """An agent who did not hear his phone comes back; one who wraps up may be done sooner."""
        moved = agent.changes[-1] if agent.changes else None
        if moved is None or moved.at != self.now:
            return
        if moved.to == "not_ready" and agent.reason in ("no_answer", "unreachable"):
            self.after(BACK_AGAIN_MS, lambda: self._ready(agent.agent_id))
        if moved.to == "wrap_up" and self.dice.random() < SOONER_SHARE:
            self.after(self.dice.randint(3, 15) * S, lambda: self._done(agent.agent_id))

    def _done(self, agent_id: str) -> None:
        def decide(agent: Agent, now: int) -> Agent:
            return agents.after_work(agent, now, cause="wrap_up_done") if agent.state is AgentState.WRAP_UP else agent

        self._act_on(agent_id, decide)

    # --- callers

    def _calls(self, caller: Caller) -> None:
        group = self.plan.groups[caller.group_id]
        leg = Leg(
            leg_id="customer", role="customer", sid=caller.call_id, state=LegState.JOINED, started_at=self.now,
            joined_at=self.now,
        )  # fmt: skip
        call = Call(
            call_id=caller.call_id, direction="inbound", carrier="floor", customer_number="+8613800138000",
            legs=(leg,), place="queue", started_at=self.now, touched_at=self.now, recording=False,
        )  # fmt: skip
        steps = steps_of(group.skill_rules, {}, self.now) if caller.needs else ()
        steps = sets.settled(self.store, group, steps, self.now) if steps else steps

        def decide(scene: Scene) -> None:
            scene.to(CallState.IN_FLOW)
            queueing.enqueue(scene, group, priority=caller.priority, steps=steps)

        self.legs[caller.call_id] = "in-progress"
        self.stage.open(call, decide)
        self.after(caller.patience, lambda: self._gives_up(caller.call_id))

    def _gives_up(self, call_id: str) -> None:
        """Hang up, unless somebody serves him (or is just about to: he hears that it rings)."""
        if self.store.call(call_id).state is CallState.QUEUED:  # type: ignore[union-attr]
            self._ends(call_id)

    def _ends(self, call_id: str) -> None:
        if self.legs[call_id] == "in-progress":
            self.legs[call_id] = "completed"
            talk.customer_reports(call_id, call_id, "completed")

    # --- phones

    def _dials(self, call_id: str, offer_id: str) -> None:
        """The dial worker; the phone is answered after a while, or not at all."""
        if not dial_starts(call_id, offer_id):
            return
        sid = f"leg {offer_id}"
        self.legs[sid] = "ringing"
        self.stage.act(call_id, lambda scene: know_sid(scene, offer_id, sid))
        if self.dice.random() < self.plan.silent_share:
            self.after(15 * S, lambda: self._is_silent(call_id, offer_id, sid))
        else:
            self.after(self.dice.randint(*self.plan.answers_after), lambda: self._answers(call_id, offer_id, sid))

    def _is_silent(self, call_id: str, offer_id: str, sid: str) -> None:
        if self.legs[sid] == "ringing":
            self.legs[sid] = "no-answer"
            talk.party_reports(call_id, offer_id, sid, "no-answer")

    def _answers(self, call_id: str, offer_id: str, sid: str) -> None:
        if self.legs[sid] != "ringing":
            return
        self.legs[sid] = "in-progress"
        call = self.stage.store.call(call_id)
        offer = call.offer(offer_id) if call else None
        if call is None or offer is None or talk.accept(call, offer, sid) is None:
            self._leg_over(call_id, offer_id, sid)

    def _leg_over(self, call_id: str, offer_id: str, sid: str) -> None:
        if self.legs[sid] in ("ringing", "in-progress"):
            self.legs[sid] = "completed"
            talk.party_reports(call_id, offer_id, sid, "completed")

    def _joins(self, call_id: str) -> None:
        """The customer is in the conversation; after a while one of the two hangs up."""
        talk.customer_joins(call_id, call_id)
        call = self.store.call(call_id)
        if call is None or call.over:
            return
        agent_id = call.agent_ids[-1]
        ends_it = self.dice.random() < AGENT_ENDS_SHARE
        done = (lambda: self._agent_ends(call_id, agent_id)) if ends_it else (lambda: self._ends(call_id))
        self.after(self.callers[call_id].talk, done)

    def _agent_ends(self, call_id: str, agent_id: str) -> None:
        def decide(scene: Scene) -> None:
            if not scene.call.over:
                agent_hangs_up(scene, agent_id)

        self.stage.act(call_id, decide)

    # --- the carrier

    def perform(self, scene: Scene, effect: Effect) -> None:
        """Do what a decision asks of the carrier."""
        call_id = scene.call.call_id
        if effect.kind == "join_customer":
            self.after(REDIRECT_MS, lambda: self._joins(call_id))
        elif effect.kind == "end_leg":
            leg = scene.call.leg(effect.subject)
            if leg is not None and leg.leg_id == "customer":
                self.after(MESSAGE_MS, lambda: self._ends(call_id))
            elif leg is not None and leg.sid:
                self.after(MESSAGE_MS, lambda: self._leg_over(call_id, leg.leg_id, leg.sid or ""))
        elif effect.kind not in ("set_exit", "retrieve_customer", "end_customer"):
            raise RuntimeError(f"nobody asks for {effect.kind} on this floor")

    def end_call(self, sid: str) -> Outcome[CarrierCall]:
        """End a leg, as a deadline asks once more for it."""
        self.legs[sid] = "completed"
        return self.fetch_call(sid)

    def fetch_call(self, sid: str) -> Outcome[CarrierCall]:
        """Return what a leg does."""
        return Done(CarrierCall(sid=sid, status=self.legs.get(sid, "completed")))


@contextmanager
def lived(plan: Plan) -> Generator[tuple[Day, Diary]]:
    """A day that is about to begin, with the product turned to it."""
    diary = Diary()
    day = Day(plan, diary)
    client: Any = day
    with (
        patch.object(service, "_stages", [day.stage]),
        patch.object(effects, "_clients", [lambda _: client]),
        patch.object(own_rules, "LIMIT_MS", 60_000),  # of a processor that this day shares with another
    ):
        yield day, diary
