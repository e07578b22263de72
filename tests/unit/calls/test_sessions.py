"""MON-2: a supervisor in a live call. Who hears him at the carrier, what it leaves behind, what the agent is told."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd import service
from chalicelib.acd.errors import AgentUnavailable, AlreadySupervising, NothingToDo, NotSignedIn
from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.watching import WATCH_LEASE_MS, WATCH_TRIES, WatchMode
from chalicelib.calls import control, sessions
from chalicelib.calls.control import Target
from chalicelib.calls.sessions import Wish
from chalicelib.calls.views import public_call
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.principal import Principal
from tests.unit.calls.carrier import FakeLeg
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import rung, served, state

BOSS = Principal(username="boss", name="Boss", scope="subtree", department_ids=("d1",), department_id="d1")
LEADER = replace(BOSS, username="agent2", name="agent2")
"""A supervisor who is signed in as an agent."""
STRANGER = replace(BOSS, username="other", department_ids=("d2",))
INSPECTOR = replace(STRANGER, permissions=frozenset({"supervision.everywhere"}))


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        made.sign_in("agent1")
        made.stage.act_on_agent("agent1", lambda agent, _: replace(agent, department_id="d1"))
        yield made


def wish(call_id: str, mode: WatchMode = "listen") -> Wish:
    return Wish(call_id=call_id, mode=mode)


def phone_of(centre: Centre, username: str = "boss") -> FakeLeg:
    """Return the leg that was made for a supervisor last."""
    return [leg for leg in centre.carrier.legs.values() if leg.to == f"client:{username}"][-1]


def joins(centre: Centre, call_id: str, mode: WatchMode = "listen", who: Principal = BOSS) -> FakeLeg:
    """Have a supervisor join a call; return his leg."""
    sessions.supervise(who, wish(call_id, mode))
    centre.settle()
    leg = phone_of(centre, who.username)
    centre.carrier.answers(leg.sid)
    centre.settle()
    return leg


def heard_by(leg: FakeLeg) -> str:
    """Return who hears a leg at the carrier: nobody, everybody, or one leg alone."""
    return "nobody" if leg.muted else leg.coaches or "everybody"


def agent(centre: Centre, agent_id: str) -> Agent:
    found = centre.store.agent(agent_id)
    assert found is not None
    return found


def test_he_listens_whispers_and_talks_without_a_new_leg(centre: Centre) -> None:
    call_id, agent_leg = served(centre)
    leg = joins(centre, call_id)
    legs = len(centre.carrier.legs)
    assert (leg.conference, heard_by(leg), leg.ends_conference) == (call_id, "nobody", False)

    for mode, ears in (("whisper", agent_leg), ("barge", "everybody"), ("whisper", agent_leg), ("listen", "nobody")):
        sessions.supervise(BOSS, wish(call_id, mode))  # type: ignore[arg-type]
        assert heard_by(leg) == ears
    assert len(centre.carrier.legs) == legs

    session = agent(centre, "boss").supervising
    assert session is not None
    assert (session.state, session.mode, session.agent_id, session.pending) == ("joined", "listen", "agent1", False)

    sessions.stop(BOSS)
    centre.settle()
    assert leg.status == "completed"
    assert centre.call(call_id).state is CallState.TALKING
    assert agent(centre, "boss").supervising is None
    assert [act[2] for act in centre.audited] == [
        "listen#", "whisper#", "barge#", "whisper#", "listen#", "stop_supervising",
    ]  # fmt: skip


@pytest.mark.parametrize(("mode", "ears"), [("whisper", "agent"), ("barge", "everybody")])
def test_he_is_heard_from_the_beginning_but_joins_muted(centre: Centre, mode: WatchMode, ears: str) -> None:
    call_id, agent_leg = served(centre)
    sessions.supervise(BOSS, wish(call_id, mode))
    centre.settle()
    leg = phone_of(centre)
    centre.carrier.answers(leg.sid)
    assert heard_by(leg) == "nobody"
    centre.settle()
    assert heard_by(leg) == (agent_leg if ears == "agent" else ears)


def test_a_carrier_that_does_not_follow_is_asked_again_and_he_is_taken_out_in_the_end(centre: Centre) -> None:
    call_id, agent_leg = served(centre)
    leg = joins(centre, call_id)
    centre.carrier.rest_fault = "lost"
    assert sessions.supervise(BOSS, wish(call_id, "whisper")).supervising.pending  # type: ignore[union-attr]
    assert heard_by(leg) == "nobody"
    centre.advance(5_000)
    assert heard_by(leg) == agent_leg

    with patch.object(centre.carrier, "_fault", lambda: "lost"):
        sessions.supervise(BOSS, wish(call_id, "listen"))
        for _ in range(4 * WATCH_TRIES):
            if centre.call(call_id).supervisors:
                service.heartbeat(BOSS, True)
                centre.advance(20_000)
        (left,) = [one for one in centre.call(call_id).legs if one.role == "supervisor"]
        assert left.cause == "carrier"
    centre.advance(20_000)
    assert leg.status == "completed"
    assert agent(centre, "boss").supervising is None


@pytest.mark.parametrize("end", ["agent", "customer", "transfer", "phone", "silence", "crash"])
def test_no_leg_stays_behind(centre: Centre, end: str) -> None:
    call_id, agent_leg = served(centre)
    centre.sign_in("agent2")
    leg = joins(centre, call_id)
    if end == "agent":
        control.hang_up(centre.who("agent1"), call_id)
    elif end == "customer":
        centre.carrier.ends(call_id)
    elif end == "transfer":
        control.transfer(centre.who("agent1"), call_id, Target(kind="agent", id="agent2"))
    elif end == "phone":
        centre.carrier.ends(leg.sid)
    elif end == "crash":
        centre.carrier.ends(agent_leg)
    else:
        centre.advance(WATCH_LEASE_MS + 1)
    centre.settle()
    assert leg.status == "completed"
    assert agent(centre, "boss").supervising is None
    assert centre.call(call_id).supervisors == ()
    assert centre.call(call_id).over is (end in ("agent", "customer"))


def test_the_agents_hang_up_ends_the_call_although_a_supervisor_is_in_it(centre: Centre) -> None:
    call_id, agent_leg = served(centre)
    joins(centre, call_id, "barge")
    centre.carrier.ends(agent_leg)  # a browser that died: the customer waits, the supervisor is out
    centre.settle()
    call = centre.call(call_id)
    assert call.agent_lost_at is not None
    assert call.supervisors == ()


def test_heartbeats_keep_the_session(centre: Centre) -> None:
    call_id, _ = served(centre)
    leg = joins(centre, call_id)
    for _ in range(9):
        centre.advance(WATCH_LEASE_MS // 3)
        service.heartbeat(BOSS, True)
    centre.settle()
    assert leg.status == "in-progress"


def test_a_phone_that_nobody_answers_is_given_up(centre: Centre) -> None:
    call_id, _ = served(centre)
    sessions.supervise(BOSS, wish(call_id))
    centre.settle()
    service.heartbeat(BOSS, True)
    centre.advance(41_000)
    centre.settle()
    assert phone_of(centre).status == "no-answer"
    assert agent(centre, "boss").supervising is None
    sid = phone_of(centre).sid
    assert "Hangup" in _late_answer(centre, sid)


def _late_answer(centre: Centre, sid: str) -> str:
    from tests.unit.calls.carrier import HANDLERS

    leg = centre.carrier.legs[sid]
    return HANDLERS["/supervise"](centre.carrier._request(leg, leg.url, {})) or ""  # pyright: ignore


def test_everything_twice_changes_nothing(centre: Centre) -> None:
    call_id, _ = served(centre)
    sessions.supervise(BOSS, wish(call_id))
    sessions.supervise(BOSS, wish(call_id))
    dials = list(centre.bus.dials)
    centre.settle()
    centre.bus.dials += dials
    centre.settle()
    assert len([leg for leg in centre.carrier.legs.values() if leg.to == "client:boss"]) == 1


def test_one_session_a_supervisor_several_supervisors_a_call(centre: Centre) -> None:
    call_id, _ = served(centre)
    joins(centre, call_id)
    joins(centre, call_id, "whisper", LEADER)
    assert len(centre.call(call_id).supervisors) == 2
    other, _ = served_by_nobody_else(centre)
    with pytest.raises(AlreadySupervising):
        sessions.supervise(BOSS, wish(other))


def served_by_nobody_else(centre: Centre) -> tuple[str, str]:
    """Have a second call served by agent3, who works beside."""
    found = served(centre, "agent3")
    centre.stage.act_on_agent("agent3", lambda it, _: replace(it, department_id="d1"))
    return found


def test_only_calls_of_the_departments_that_he_leads(centre: Centre) -> None:
    call_id, _ = served(centre)
    for act in (
        lambda: sessions.supervise(STRANGER, wish(call_id)),
        lambda: sessions.pick_up(STRANGER, call_id),
        lambda: sessions.transfer(STRANGER, call_id, Target(kind="agent", id="agent2")),
        lambda: sessions.supervise(replace(STRANGER, username="agent1"), wish(call_id)),
    ):
        with pytest.raises(NotFound):
            act()
    assert centre.audited == []
    assert sessions.supervise(INSPECTOR, wish(call_id)).supervising is not None


def test_who_supervises_is_offered_no_call(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    leg = joins(centre, call_id, who=LEADER)
    assert (state(centre, "agent2"), agent(centre, "agent2").reason) == (AgentState.NOT_READY, "supervising")
    with pytest.raises(AgentUnavailable):
        control.transfer(centre.who("agent1"), call_id, Target(kind="agent", id="agent2"))
    service.ready(centre.who("agent2"))
    assert state(centre, "agent2") is AgentState.NOT_READY
    centre.carrier.ends(leg.sid)
    centre.settle()
    assert state(centre, "agent2") is AgentState.READY


def test_who_is_in_a_call_does_not_supervise(centre: Centre) -> None:
    call_id, _ = served(centre)
    with pytest.raises(NothingToDo):
        sessions.supervise(replace(BOSS, username="agent1"), wish(call_id))


@pytest.mark.parametrize(("policy", "told"), [(True, ["listen"]), (None, ["listen"]), (False, [])])
def test_the_agent_is_told_as_the_group_has_it(centre: Centre, policy: bool | None, told: list[str]) -> None:
    call_id, _ = served(centre)
    with patch.dict(GROUPS, {"8001": replace(GROUPS["8001"], show_listening=policy)}):
        joins(centre, call_id)
    assert [one.mode for one in public_call(centre.call(call_id)).watchers] == told
    assert all(leg.role != "supervisor" for leg in public_call(centre.call(call_id)).legs)
    sessions.supervise(BOSS, wish(call_id, "whisper"))
    assert [one.mode for one in public_call(centre.call(call_id)).watchers] == ["whisper"]


def test_the_organisation_may_hide_listening(centre: Centre) -> None:
    call_id, _ = served(centre)
    with patch("chalicelib.calls.sessions.config") as config:
        config.return_value.show_listening = "no"
        joins(centre, call_id)
    assert public_call(centre.call(call_id)).watchers == ()


@pytest.mark.parametrize("listens_first", [True, False])
def test_he_takes_the_call_over(centre: Centre, listens_first: bool) -> None:
    call_id, agent_leg = served(centre)
    centre.sign_in("agent2")
    service.not_ready(centre.who("agent2"), "meeting")
    if listens_first:
        joins(centre, call_id, who=LEADER)
    control.hold(centre.who("agent1"), call_id)
    leg = joins(centre, call_id, "take_over", LEADER)

    call = centre.call(call_id)
    assert [one.agent_id for one in call.agent_legs] == ["agent2"]
    assert (call.state, call.agent_ids) == (CallState.TALKING, ("agent1", "agent2"))
    assert (state(centre, "agent1"), state(centre, "agent2")) == (AgentState.WRAP_UP, AgentState.ON_CALL)
    assert centre.carrier.legs[agent_leg].status == "completed"
    assert (heard_by(leg), leg.ends_conference, leg.conference) == ("everybody", True, call_id)
    assert centre.carrier.legs[call_id].held is False
    assert len([one for one in centre.carrier.legs.values() if one.to == "client:agent2"]) == 1

    control.hang_up(centre.who("agent2"), call_id)
    centre.settle()
    assert centre.call(call_id).over
    centre.advance(11_000)
    assert (state(centre, "agent2"), agent(centre, "agent2").reason) == (AgentState.NOT_READY, "meeting")


def test_only_who_is_signed_in_takes_over(centre: Centre) -> None:
    call_id, _ = served(centre)
    with pytest.raises(NotSignedIn):
        sessions.supervise(BOSS, wish(call_id, "take_over"))
    joins(centre, call_id)
    with pytest.raises(NotSignedIn):
        sessions.supervise(BOSS, wish(call_id, "take_over"))


def test_a_ringing_call_is_picked_up_without_a_mark(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    first = rung(centre, call_id)
    idle = agent(centre, "agent1").idle_since
    centre.sign_in("agent2")
    sessions.pick_up(LEADER, call_id)
    centre.settle()
    assert centre.carrier.legs[first].status == "no-answer"
    assert (state(centre, "agent1"), agent(centre, "agent1").idle_since) == (AgentState.READY, idle)
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert [one.agent_id for one in centre.call(call_id).agent_legs] == ["agent2"]
    centre.stage.act_on_agent("agent2", lambda it, _: replace(it, department_id="d1"))
    with pytest.raises(NothingToDo):
        sessions.pick_up(LEADER, call_id)


def test_a_pick_up_that_is_not_answered_leaves_the_call_in_its_place(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    before = centre.call(call_id).queueing
    centre.sign_in("agent2")
    sessions.pick_up(LEADER, call_id)
    centre.settle()
    centre.carrier.refuses(rung(centre, call_id), "no-answer")
    centre.settle()
    assert centre.call(call_id).queueing == before
    assert [one.agent_id for one in centre.call(call_id).live_offers] == ["agent1"]


def test_he_transfers_a_call_in_the_agents_place(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    listening = joins(centre, call_id)
    sessions.transfer(BOSS, call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    assert listening.status == "completed"
    assert state(centre, "agent1") is AgentState.WRAP_UP
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert [one.agent_id for one in centre.call(call_id).agent_legs] == ["agent2"]
    assert ("call#" + call_id, "boss", "transfer#agent:agent2") in centre.audited


def test_an_outside_phone_presses_a_key_before_it_hears_anything(centre: Centre) -> None:
    call_id, _ = served(centre)
    number = Phone(kind="outside", address="+8613900000005")
    sessions.supervise(BOSS, Wish(call_id=call_id, phone=number))
    centre.settle()
    (leg,) = [one for one in centre.carrier.legs.values() if one.to == number.address]
    centre.carrier.answers(leg.sid)
    assert leg.conference == ""
    centre.carrier.presses(leg.sid, "1")
    assert leg.conference == call_id


def test_a_supervisor_who_signs_in_meanwhile_is_ready_afterwards(centre: Centre) -> None:
    call_id, _ = served(centre)
    leg = joins(centre, call_id, who=LEADER)
    centre.sign_in("agent2")
    assert state(centre, "agent2") is AgentState.NOT_READY
    centre.carrier.ends(leg.sid)
    centre.settle()
    assert state(centre, "agent2") is AgentState.READY
