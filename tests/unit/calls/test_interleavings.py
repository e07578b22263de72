"""Random interleavings of callers, agents, the carrier, duplicated and reordered messages, lost REST answers.

At every moment no agent is in two calls and no waiting entry lies; in the end, when everybody has hung up and all that
waits was delivered, every agent is in a lawful state, every call ended once, every answered call has its recording.
"""

import os
from contextlib import ExitStack, suppress
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from chalicelib.acd import service
from chalicelib.acd.model.agent import WORKING, Agent, AgentState
from chalicelib.acd.model.call import LIVE_OFFER, CallState, LegState
from chalicelib.acd.model.recorded import RESUME_TRIES
from chalicelib.acd.rules import agents
from chalicelib.calls import control, outbound, recording_control, sessions
from chalicelib.calls.control import Target
from chalicelib.calls.sessions import Wish
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.principal import Principal
from tests.unit.calls.centre import GROUPS, Centre, running

AGENTS = ["agent1", "agent2", "agent3"]
SUPERVISORS = ["agent3", "boss"]
"""One who is an agent too, and one who has never signed in."""
PICK = st.integers(min_value=0, max_value=10_000)
ACTIONS = [
    control.hang_up,
    control.survey,
    control.hold,
    control.retrieve,
    control.complete_consult,
    control.merge_consult,
    control.return_from_consult,
    control.rejoin,
    control.answer,
    recording_control.pause,
    recording_control.resume,
    recording_control.stop,
    recording_control.start,
]


def boss(username: str) -> Principal:
    """Return one who supervises everybody."""
    return Principal(username=username, name=username, scope="all", permissions=frozenset({"supervision.listen"}))


class Centres(RuleBasedStateMachine):
    """The machine: each rule is something that may happen in a call centre."""

    @initialize(
        desk_phone=st.sampled_from(["sip", "nailed_up"]), asked=st.sampled_from(["never", "every", "agent", "share"])
    )
    def open_up(self, desk_phone: str, asked: str) -> None:
        self.centre = Centre(AGENTS)
        self.private: set[str] = set()
        """Calls that somebody dialled who was not signed in."""
        self.run = ExitStack()
        self.run.enter_context(running(self.centre))
        fields = {"survey_id": "s1", "survey_asked": asked, "survey_share": 50, "survey_outbound": True}
        asking = {id: replace(group, **fields) for id, group in GROUPS.items()}
        self.run.enter_context(patch.dict(GROUPS, asking))
        self.centre.sign_in("agent1")
        self.centre.sign_in("agent2")
        self.desk_phone = desk_phone
        self.centre.sign_in("agent3", kind=desk_phone)

    def teardown(self) -> None:
        if hasattr(self, "run"):
            try:
                self.close_down()
            finally:
                self.run.close()

    # --- callers

    @rule(key=st.sampled_from(["1", "2"]))
    def somebody_calls(self, key: str) -> None:
        sid = self.centre.carrier.call_in("+8613800138000")
        self.centre.calls.append(sid)
        self.centre.carrier.presses(sid, key)

    @rule(key=st.sampled_from(["1", "2"]))
    def somebody_calls_and_is_served(self, key: str) -> None:
        self.somebody_calls(key)
        self.a_phone_that_rings_is_answered(0)

    def customer_legs(self) -> list[str]:
        return [sid for sid, leg in self.centre.carrier.legs.items() if leg.of_customer]

    @precondition(lambda self: self.customer_legs())
    @rule(pick=PICK)
    def a_customer_hangs_up(self, pick: int) -> None:
        legs = self.customer_legs()
        self.centre.carrier.ends(legs[pick % len(legs)])

    @precondition(lambda self: self.customer_legs())
    @rule(pick=PICK, key=st.sampled_from(["1", "2", "9", ""]))
    def a_customer_answers(self, pick: int, key: str) -> None:
        asked = [sid for sid in self.customer_legs() if "/survey" in self.centre.carrier.legs[sid].gather]
        if asked:
            self.centre.carrier.presses(asked[pick % len(asked)], key)

    # --- phones of agents

    def agent_legs(self) -> list[str]:
        return [sid for sid, leg in self.centre.carrier.legs.items() if leg.callback != "/status"]

    def dialling_phones(self) -> list[str]:
        return [sid for sid, leg in self.centre.carrier.legs.items() if leg.url == "/phones"]

    @rule(
        phone=st.sampled_from(
            ["sip:1001@voice.local", "sip:1003@voice.local", "sip:1006@voice.local", "client:agent2"]
        ),
        number=st.sampled_from(["13900000002", "1001", "1002", "1006", "1010", "1011", "1012", "8001", "8002", "12"]),
        again=st.booleans(),
    )
    def a_phone_dials(self, phone: str, number: str, again: bool) -> None:
        owners_off = {name for name in AGENTS if self.agent(name).state is AgentState.SIGNED_OUT}
        sid = self.centre.carrier.phone_dials(phone, number)
        self.centre.calls.append(sid)
        if any(offer.agent_id in owners_off for offer in self.centre.call(sid).offers):
            self.private.add(sid)
        if again:
            self.centre.carrier.asks_again(sid)

    @precondition(lambda self: self.dialling_phones())
    @rule(pick=PICK)
    def a_phone_that_dialled_hangs_up(self, pick: int) -> None:
        legs = self.dialling_phones()
        self.centre.carrier.ends(legs[pick % len(legs)])

    @precondition(lambda self: self.agent_legs())
    @rule(pick=PICK, what=st.sampled_from(["rings", "answers", "busy", "no-answer", "failed", "ends"]))
    def a_phone(self, pick: int, what: str) -> None:
        legs = self.agent_legs()
        sid = legs[pick % len(legs)]
        if what == "rings":
            self.centre.carrier.rings(sid)
        elif what == "answers":
            self.centre.carrier.answers(sid)
        elif what == "ends":
            self.centre.carrier.ends(sid)
        else:
            self.centre.carrier.refuses(sid, what)

    @rule(pick=PICK)
    def a_phone_that_rings_is_answered(self, pick: int) -> None:
        self.centre.settle()
        ringing = [sid for sid in self.agent_legs() if self.centre.carrier.legs[sid].status in ("queued", "ringing")]
        if ringing:
            self.centre.carrier.answers(ringing[pick % len(ringing)])
            self.centre.settle()

    # --- agents

    @rule(
        agent_id=st.sampled_from(AGENTS), what=st.sampled_from(["ready", "not_ready", "sign_out", "sign_in", "finish"])
    )
    def an_agent_changes_state(self, agent_id: str, what: str) -> None:
        who = self.centre.who(agent_id)
        with suppress(DomainError):
            if what == "sign_in":
                self.centre.sign_in(agent_id, kind=self.desk_phone if agent_id == "agent3" else "browser")
            elif what == "finish":
                service.finish_wrap_up(who)
            elif what == "ready":
                service.ready(who)
            else:
                getattr(service, what)(who, "break")

    @rule(agent_id=st.sampled_from(AGENTS), action=st.sampled_from(ACTIONS))
    def an_agent_acts(self, agent_id: str, action: object) -> None:
        call_id = self.agent(agent_id).call_id
        if call_id:
            with suppress(DomainError):
                action(self.centre.who(agent_id), call_id)  # type: ignore[operator]

    @rule(
        agent_id=st.sampled_from(AGENTS),
        whither=st.sampled_from(
            [
                ("agent", "agent1"),
                ("agent", "agent2"),
                ("group", "8002"),
                ("outside", "+8613900000009"),
                ("flow", "demo"),
                ("extension", "1010"),
                ("extension", "1011"),
            ]
        ),
        what=st.sampled_from([control.transfer, control.consult]),
        answered=st.booleans(),
    )
    def an_agent_passes_on(self, agent_id: str, whither: tuple[str, str], what: object, answered: bool) -> None:
        self.pass_on(agent_id, whither, what)
        if answered:
            self.a_phone_that_rings_is_answered(0)

    def pass_on(self, agent_id: str, whither: tuple[str, str], what: object) -> None:
        call_id = self.agent(agent_id).call_id
        if call_id:
            with suppress(DomainError):
                what(self.centre.who(agent_id), call_id, Target(kind=whither[0], id=whither[1]))  # type: ignore[operator,arg-type]

    @rule(
        agent_id=st.sampled_from(AGENTS),
        to=st.sampled_from(["agent:agent1", "agent:agent3", "1010", "1011", "+8613900000002"]),
    )
    def an_agent_dials(self, agent_id: str, to: str) -> None:
        with suppress(DomainError):
            self.centre.calls.append(outbound.dial(self.centre.who(agent_id), to, None).call_id)

    @rule(agent_id=st.sampled_from(AGENTS), how=st.sampled_from(["busy", "no-answer", "failed"]), again=st.booleans())
    def an_agent_talks_with_a_dialled_customer_and_passes_him_on_in_vain(
        self, agent_id: str, how: str, again: bool
    ) -> None:
        self.an_agent_dials(agent_id, "+8613900000002")
        self.a_phone_that_rings_is_answered(0)
        self.a_phone_that_rings_is_answered(0)
        self.pass_on(agent_id, ("outside", "+8613900000009"), control.transfer)
        for _ in range(1 + again):
            self.centre.settle()
            for sid in self.agent_legs():
                self.centre.carrier.refuses(sid, how)
        self.a_phone_that_rings_is_answered(0)

    @rule(agent_id=st.sampled_from([*AGENTS, "boss"]))
    def a_heartbeat(self, agent_id: str) -> None:
        service.heartbeat(self.centre.who(agent_id), True)

    # --- supervisors

    @precondition(lambda self: self.centre.calls)
    @rule(
        username=st.sampled_from(SUPERVISORS),
        pick=PICK,
        mode=st.sampled_from(["listen", "whisper", "barge", "take_over"]),
        answered=st.booleans(),
    )
    def a_supervisor_joins(self, username: str, pick: int, mode: str, answered: bool) -> None:
        live = [id for id in self.centre.calls if self.centre.call(id).agent_legs] or self.centre.calls
        with suppress(DomainError):
            sessions.supervise(boss(username), Wish(call_id=live[pick % len(live)], mode=mode))  # type: ignore[arg-type]
        if answered:
            self.a_phone_that_rings_is_answered(0)

    @rule(username=st.sampled_from(SUPERVISORS), mode=st.sampled_from(["listen", "whisper", "barge", "take_over"]))
    def a_supervisor_changes_his_mind(self, username: str, mode: str) -> None:
        found = self.centre.store.agent(username)
        if found is not None and found.supervising is not None:
            with suppress(DomainError):
                sessions.supervise(boss(username), Wish(call_id=found.supervising.call_id, mode=mode))  # type: ignore[arg-type]

    @rule(username=st.sampled_from(SUPERVISORS))
    def a_supervisor_stops(self, username: str) -> None:
        with suppress(DomainError):
            sessions.stop(boss(username))

    @precondition(lambda self: self.centre.calls)
    @rule(username=st.sampled_from(SUPERVISORS), pick=PICK, to=st.sampled_from([None, "agent2", "+8613900000009"]))
    def a_supervisor_acts(self, username: str, pick: int, to: str | None) -> None:
        call_id = self.centre.calls[pick % len(self.centre.calls)]
        with suppress(DomainError):
            if to is None:
                sessions.pick_up(boss(username), call_id)
            else:
                kind = "agent" if to.startswith("agent") else "outside"
                sessions.transfer(boss(username), call_id, Target(kind=kind, id=to))  # type: ignore[arg-type]

    # --- the world

    @rule(pick=PICK, keep=st.booleans())
    def something_is_delivered(self, pick: int, keep: bool) -> None:
        self.centre.deliver(pick, keep=keep)

    @rule()
    def everything_is_delivered(self) -> None:
        self.centre.settle()

    @rule(fault=st.sampled_from(["late", "lost", "refused"]))
    def the_carrier_falters(self, fault: str) -> None:
        self.centre.carrier.rest_fault = fault

    @rule(seconds=st.sampled_from([1, 6, 21, 40, 65, 130]))
    def time_passes(self, seconds: int) -> None:
        self.centre.advance(seconds * 1000)

    # --- what always holds

    def agent(self, agent_id: str) -> Agent:
        found = self.centre.store.agent(agent_id)
        assert found is not None
        return found

    @invariant()
    def working_agents_belong_to_a_call_that_knows_them(self) -> None:
        if not hasattr(self, "centre"):
            return
        for agent_id in AGENTS:
            agent = self.agent(agent_id)
            if agent.state not in WORKING:
                continue
            assert agent.call_id is not None
            call = self.centre.call(agent.call_id)
            offer = call.offer(agent.offer_id)
            assert not call.over
            assert offer is not None
            assert offer.agent_id == agent_id
            if agent.state is AgentState.RESERVED:
                assert offer.state in LIVE_OFFER

    @invariant()
    def an_agent_is_joined_in_one_call_at_most(self) -> None:
        if not hasattr(self, "centre"):
            return
        joined: list[str] = []
        for call_id in self.centre.calls:
            if call_id in self.private:
                continue  # a telephone has two lines, and who does not work may use both
            joined += [leg.agent_id for leg in self.centre.call(call_id).agent_legs if leg.agent_id]
        assert len(joined) == len(set(joined))

    @invariant()
    def waiting_entries_are_those_of_queued_calls(self) -> None:
        if not hasattr(self, "centre"):
            return
        entries = [e.call_id for g in ("8001", "8002") for e in self.centre.store.waiting(f"waiting#{g}#1", 1_000)]
        queued = [id for id in self.centre.calls if self.centre.call(id).state is CallState.QUEUED]
        assert sorted(entries) == sorted(queued)

    @invariant()
    def every_transient_state_has_a_due_time(self) -> None:
        if not hasattr(self, "centre"):
            return
        from chalicelib.acd.model import agent as agent_model
        from chalicelib.acd.model import call as call_model

        for agent_id in AGENTS:
            agent = self.agent(agent_id)
            if agent.state in {*WORKING, AgentState.WRAP_UP}:
                assert agent_model.deadline(agent) is not None
        for call_id in self.centre.calls:
            call = self.centre.call(call_id)
            assert call.over or call_model.deadline(call) is not None
            silent = call.recorded is not None and call.recorded.state == "paused" and not call.over
            assert not silent or call.recorded.pause_until is not None or call.recorded.tries > RESUME_TRIES

    @invariant()
    def a_supervisor_is_in_the_one_call_that_his_record_names(self) -> None:
        if not hasattr(self, "centre"):
            return
        legs = {
            (leg.watch.by, call_id, leg.leg_id)
            for call_id in self.centre.calls
            for leg in self.centre.call(call_id).supervisors
            if leg.watch
        }
        found = [agent for name in {*AGENTS, *SUPERVISORS} if (agent := self.centre.store.agent(name))]
        named = {(one.agent_id, one.supervising.call_id, one.supervising.leg_id) for one in found if one.supervising}
        assert legs == named
        for one in found:
            assert one.supervising is None or one.state not in {AgentState.READY, *WORKING}

    @invariant()
    def a_supervisor_is_never_without_the_agent_whom_he_is_there_for(self) -> None:
        if not hasattr(self, "centre"):
            return
        for call_id in self.centre.calls:
            call = self.centre.call(call_id)
            for leg in call.supervisors:
                target = call.leg(leg.watch.target) if leg.watch else None
                assert target is not None
                assert target.state is not LegState.LEFT

    @invariant()
    def nobody_is_left_alone(self) -> None:
        """Who talks has somebody to talk to, or waits for a lost agent; who is connected has somebody who rings."""
        if not hasattr(self, "centre"):
            return
        for call_id in self.centre.calls:
            call = self.centre.call(call_id)
            waiting_for = call.agent_lost_at is not None or call.live_offers
            if call.state in (CallState.TALKING, CallState.CONNECTING):
                assert call.parties or waiting_for
            if call.state in (CallState.QUEUED, CallState.IN_FLOW, CallState.AFTER_CALL):
                assert not call.parties
                assert not call.live_offers
            if call.state is CallState.AFTER_CALL:
                assert call.customer_present
                assert call.answered_at is not None

    # --- the end

    def hang_up_internal(self, call_id: str) -> None:
        call = self.centre.call(call_id)
        for leg in call.legs if call.direction == "internal" else ():
            if leg.sid:
                self.centre.carrier.ends(leg.sid)

    def close_down(self) -> None:
        for sid in (*self.customer_legs(), *self.dialling_phones()):
            self.centre.carrier.ends(sid)
        for call_id in self.centre.calls:
            self.hang_up_internal(call_id)
        for _ in range(8):
            self.centre.settle()
            self.centre.advance(700_000)
        for agent_id in AGENTS:
            self.centre.stage.act_on_agent(agent_id, lambda agent, now: agents.sign_out(agent, "end", now))
        for _ in range(8):
            self.centre.settle()
            self.centre.advance(70_000)
        for username in SUPERVISORS:
            found = self.centre.store.agent(username)
            assert found is None or found.supervising is None
        for call_id in self.centre.calls:
            call = self.centre.call(call_id)
            assert call.over, call.state
            assert self.centre.ended[call_id] == 1
            assert all(leg.state is LegState.LEFT for leg in call.legs)
            if call.answered_at is not None and call.recording:
                assert call_id in self.centre.recording_rows
        assert {self.agent(agent_id).state for agent_id in AGENTS} == {AgentState.SIGNED_OUT}
        assert {self.agent(agent_id).nailed_up for agent_id in AGENTS} == {None}
        live = [leg for leg in self.centre.carrier.legs.values() if leg.status in ("in-progress",)]
        assert live == []


TestInterleavings = Centres.TestCase
TestInterleavings.settings = settings(
    max_examples=int(os.environ.get("INTERLEAVINGS", "150")),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
