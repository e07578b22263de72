"""The way of one call on the product's services: arrives, queues, is offered, answered, held, transferred, ends."""

from collections.abc import Iterator

import pytest

from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState, LegState
from chalicelib.calls import control, outbound
from chalicelib.calls.control import Target
from chalicelib.calls.views import public_call
from tests.unit.calls.centre import Centre, running


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def served(centre: Centre, agent_id: str = "agent1") -> tuple[str, str]:
    """Bring a caller to an agent; return the call and the agent's leg at the carrier."""
    centre.sign_in(agent_id)
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    leg = rung(centre, call_id)
    centre.carrier.rings(leg)
    centre.carrier.answers(leg)
    centre.settle()
    return call_id, leg


def rung(centre: Centre, call_id: str) -> str:
    """Return the carrier's sid of the leg that rings for a call."""
    (offer,) = centre.call(call_id).live_offers
    leg = centre.call(call_id).offer_leg(offer.offer_id)
    assert leg is not None
    assert leg.sid is not None
    return leg.sid


def state(centre: Centre, agent_id: str) -> AgentState:
    agent = centre.store.agent(agent_id)
    assert agent is not None
    return agent.state


def test_a_call_is_served(centre: Centre) -> None:
    call_id, _ = served(centre)

    call = centre.call(call_id)
    assert call.state is CallState.TALKING
    assert call.place == "conference"
    assert call.agent_ids == ("agent1",)
    assert state(centre, "agent1") is AgentState.ON_CALL
    assert call_id in centre.recording_rows
    assert call_id in centre.carrier.recorded


def test_the_agent_reads_what_the_caller_heard_and_keyed(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = centre.carrier.call_in("+8613800138000")
    for keys in ("5", "*", "1"):
        centre.carrier.presses(call_id, keys)
    centre.settle()

    path = [(step.label, step.digits) for step in public_call(centre.call(call_id)).ivr_path]
    assert path == [
        ("Welcome 欢迎", ""),
        ("Menu 菜单", "5"),
        ("Menu 菜单", "*"),
        ("Menu 菜单", "1"),
        ("Sales 销售", ""),
    ]


def test_the_customer_hangs_up_and_the_agent_wraps_up(centre: Centre) -> None:
    call_id, leg = served(centre)

    centre.carrier.ends(call_id)
    centre.settle()

    assert centre.call(call_id).cause == "customer_hang_up"
    assert centre.carrier.legs[leg].status == "completed"
    assert state(centre, "agent1") is AgentState.WRAP_UP
    centre.advance(11_000)
    assert state(centre, "agent1") is AgentState.READY


def test_the_agent_hangs_up(centre: Centre) -> None:
    call_id, leg = served(centre)

    control.hang_up(centre.who("agent1"), call_id)
    centre.settle()

    assert centre.call(call_id).cause == "agent_hang_up"
    assert centre.carrier.legs[call_id].status == "completed"
    assert centre.carrier.legs[leg].status == "completed"
    assert all(one.ended_confirmed for one in centre.call(call_id).legs)


def test_hold_and_retrieve(centre: Centre) -> None:
    call_id, _ = served(centre)

    control.hold(centre.who("agent1"), call_id)
    assert centre.carrier.legs[call_id].held
    centre.advance(5_000)
    control.retrieve(centre.who("agent1"), call_id)

    customer = centre.call(call_id).customer
    assert customer is not None
    assert customer.state is LegState.JOINED
    assert customer.held_ms == 5_000
    assert not centre.carrier.legs[call_id].held


def test_no_answer_goes_to_the_next_agent_and_keeps_the_place(centre: Centre) -> None:
    centre.sign_in("agent1")
    centre.advance(1_000)
    centre.sign_in("agent2")
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    place = centre.call(call_id).queueing
    first = rung(centre, call_id)

    centre.carrier.refuses(first, "no-answer")
    centre.settle()

    assert state(centre, "agent1") is AgentState.NOT_READY
    assert centre.store.agent("agent1").reason == "no_answer"  # type: ignore[union-attr]
    assert centre.call(call_id).live_offers[0].agent_id == "agent2"
    assert centre.call(call_id).queueing == place


def test_blind_transfer_to_an_agent(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")

    control.transfer(centre.who("agent1"), call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    assert centre.carrier.legs[call_id].held
    assert centre.carrier.legs[leg].status == "completed"
    assert state(centre, "agent1") is AgentState.WRAP_UP
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    call = centre.call(call_id)
    assert call.state is CallState.TALKING
    assert call.agent_ids == ("agent1", "agent2")
    assert not centre.carrier.legs[call_id].held
    assert state(centre, "agent2") is AgentState.ON_CALL


def test_blind_transfer_to_a_group(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")

    control.transfer(centre.who("agent1"), call_id, Target(kind="group", id="8002"))
    centre.settle()

    assert centre.call(call_id).group_id == "8002"
    assert centre.call(call_id).live_offers[0].agent_id == "agent2"


def test_consult_then_complete(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    me = centre.who("agent1")

    control.consult(me, call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    expert = rung(centre, call_id)
    centre.carrier.answers(expert)
    centre.settle()
    assert centre.carrier.legs[call_id].held
    assert centre.carrier.legs[leg].conference == centre.carrier.legs[expert].conference == call_id
    assert not centre.carrier.legs[leg].ends_conference
    control.complete_consult(me, call_id)
    centre.settle()

    assert centre.call(call_id).state is CallState.TALKING
    assert not centre.carrier.legs[call_id].held
    assert centre.carrier.legs[leg].status == "completed"
    assert centre.carrier.legs[expert].ends_conference
    assert state(centre, "agent1") is AgentState.WRAP_UP
    assert state(centre, "agent2") is AgentState.ON_CALL


def test_hanging_up_a_consultation_returns_to_the_customer(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    me = centre.who("agent1")
    control.consult(me, call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    expert = rung(centre, call_id)
    centre.carrier.answers(expert)
    centre.settle()

    control.hang_up(me, call_id)
    centre.settle()

    assert centre.carrier.legs[expert].status == "completed"
    assert centre.carrier.legs[leg].status == "in-progress"
    assert not centre.carrier.legs[call_id].held
    assert centre.carrier.legs[leg].ends_conference
    assert state(centre, "agent1") is AgentState.ON_CALL


def test_three_talk_and_one_leaves(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    me = centre.who("agent1")
    control.consult(me, call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    expert = rung(centre, call_id)
    centre.carrier.answers(expert)
    centre.settle()
    control.merge_consult(me, call_id)
    assert not centre.carrier.legs[call_id].held

    control.hang_up(me, call_id)
    centre.settle()

    assert centre.carrier.legs[leg].status == "completed"
    assert centre.carrier.legs[call_id].status == "in-progress"
    assert centre.carrier.legs[expert].ends_conference
    assert not centre.call(call_id).over


def test_a_dead_browser_is_waited_for_and_comes_back(centre: Centre) -> None:
    call_id, leg = served(centre)

    centre.carrier.ends(leg)
    centre.settle()
    assert centre.call(call_id).agent_lost_at == centre.now
    assert centre.carrier.legs[call_id].enqueue_action
    control.rejoin(centre.who("agent1"), call_id)
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    call = centre.call(call_id)
    assert call.agent_lost_at is None
    assert centre.carrier.legs[call_id].conference == call_id
    assert state(centre, "agent1") is AgentState.ON_CALL


def test_a_dead_browser_that_stays_away_gives_the_caller_back_to_the_queue(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.carrier.ends(leg)
    centre.settle()
    centre.advance(31_000)
    centre.settle()

    assert centre.call(call_id).state in (CallState.QUEUED, CallState.CONNECTING)
    assert state(centre, "agent1") is not AgentState.ON_CALL


def test_the_caller_gives_up_while_it_rings(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    leg = rung(centre, call_id)
    idle = centre.store.agent("agent1").idle_since  # type: ignore[union-attr]

    centre.carrier.ends(call_id)
    centre.settle()

    assert centre.call(call_id).cause == "abandoned"
    assert centre.carrier.legs[leg].status == "no-answer"
    assert state(centre, "agent1") is AgentState.READY
    assert centre.store.agent("agent1").idle_since == idle  # type: ignore[union-attr]


def test_a_create_that_timed_out_is_settled_by_its_call_back(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.rest_fault = "late"
    centre.carrier.presses(call_id, "1")
    centre.settle()

    (late,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == "client:agent1"]
    centre.carrier.answers(late)
    centre.settle()

    assert centre.call(call_id).state is CallState.TALKING
    assert sum(leg.to == "client:agent1" for leg in centre.carrier.legs.values()) == 1


def test_click_to_dial(centre: Centre) -> None:
    centre.sign_in("agent1")

    call = outbound.dial(centre.who("agent1"), "+8613900000002", None)
    centre.settle()
    centre.carrier.answers(rung(centre, call.call_id))
    centre.settle()
    (customer,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == "+8613900000002"]
    centre.carrier.rings(customer)
    centre.carrier.answers(customer)
    centre.settle()

    found = centre.call(call.call_id)
    assert found.state is CallState.TALKING
    assert centre.carrier.legs[customer].conference == call.call_id
    assert call.call_id in centre.recording_rows


def test_the_longest_wait_leads_to_the_time_out_route(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "2")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED

    centre.advance(61_000)
    centre.settle()

    assert centre.call(call_id).variables["voicemail_box"] == "group:8002"
    assert centre.store.waiting("waiting#8002#1", 10) == []


def test_a_colleague_is_called_and_the_call_ends_with_either(centre: Centre) -> None:
    centre.sign_in("agent1")
    centre.sign_in("agent2")

    call = outbound.dial(centre.who("agent1"), "agent:agent2", None)
    centre.settle()
    centre.carrier.answers(rung(centre, call.call_id))
    centre.settle()
    centre.carrier.answers(rung(centre, call.call_id))
    centre.settle()
    assert centre.call(call.call_id).state is CallState.TALKING
    centre.advance(700_000)
    centre.settle()
    assert centre.call(call.call_id).state is CallState.TALKING
    control.hang_up(centre.who("agent2"), call.call_id)
    centre.settle()

    assert centre.call(call.call_id).over
    assert all(leg.status == "completed" for leg in centre.carrier.legs.values())
    assert {state(centre, "agent1"), state(centre, "agent2")} <= {AgentState.WRAP_UP, AgentState.NOT_READY}


def test_a_call_that_nobody_answers_for_hours_stays_small(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    for _ in range(60):
        centre.settle()
        centre.carrier.refuses(rung(centre, call_id), "no-answer")
        centre.settle()
        centre.sign_in("agent1")

    assert len(centre.call(call_id).offers) <= 13
    assert len(centre.call(call_id).legs) <= 14


def test_an_expert_whose_end_was_never_told_is_found_by_the_check(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    control.consult(centre.who("agent1"), call_id, Target(kind="agent", id="agent2"))
    centre.settle()
    expert = rung(centre, call_id)
    centre.carrier.answers(expert)
    centre.settle()
    control.merge_consult(centre.who("agent1"), call_id)

    centre.carrier.ends(expert)
    centre.carrier.post.clear()
    centre.advance(601_000)
    centre.settle()

    assert state(centre, "agent2") is not AgentState.ON_CALL
    assert state(centre, "agent1") is AgentState.ON_CALL
    assert centre.carrier.legs[leg].ends_conference
