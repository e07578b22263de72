"""A blind transfer that comes to nothing: the call comes back to the agent who made it, then to his group."""

from collections.abc import Iterator

import pytest

from chalicelib.acd import service
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState, LegState
from chalicelib.calls import control
from chalicelib.calls.control import Target
from tests.unit.calls.centre import Centre, running
from tests.unit.calls.test_review import EXPERT, OUTSIDE, dialled
from tests.unit.calls.test_way_through import rung, served, state


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def recalled(centre: Centre, target: Target = EXPERT, how: str = "no-answer") -> tuple[str, str]:
    """Return an outbound call whose transfer failed, and its customer's leg; the first agent rings again."""
    call_id, customer = dialled(centre)
    control.transfer(centre.who("agent1"), call_id, target)
    centre.settle()
    centre.carrier.refuses(rung(centre, call_id), how)
    centre.settle()
    return call_id, customer


@pytest.mark.parametrize("target", [EXPERT, Target(kind="outside", id="+8613900000003")])
@pytest.mark.parametrize("how", ["no-answer", "busy", "failed"])
def test_the_agent_who_transferred_gets_the_customer_back(centre: Centre, target: Target, how: str) -> None:
    call_id, customer = recalled(centre, target, how)

    (offer,) = centre.call(call_id).live_offers
    assert (offer.kind, offer.agent_id) == ("recall", "agent1")
    assert centre.carrier.legs[customer].held
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    call = centre.call(call_id)
    assert call.state is CallState.TALKING
    assert [leg.agent_id for leg in call.agent_legs] == ["agent1"]
    assert centre.carrier.legs[customer].conference == call_id
    assert not centre.carrier.legs[customer].held
    assert call.customer is not None
    assert call.customer.state is LegState.JOINED


def test_an_offer_that_nobody_dialled_comes_back_too(centre: Centre) -> None:
    call_id, _ = dialled(centre)
    control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.bus.dials.clear()

    centre.advance(31_000)

    assert [(offer.kind, offer.agent_id) for offer in centre.call(call_id).live_offers] == [("recall", "agent1")]


def test_an_agent_who_is_recalled_in_wrap_up_has_the_rest_of_it_when_the_customer_goes(centre: Centre) -> None:
    call_id, customer = recalled(centre)
    assert state(centre, "agent1") is AgentState.RESERVED

    centre.carrier.ends(customer)
    centre.settle()

    agent = centre.store.agent("agent1")
    assert agent is not None
    assert (agent.state, agent.call_id) == (AgentState.WRAP_UP, call_id)
    centre.advance(16_000)
    assert state(centre, "agent1") is AgentState.READY


def test_wrap_up_that_has_run_out_during_the_recall_is_over(centre: Centre) -> None:
    _, customer = recalled(centre)

    centre.advance(16_000)
    centre.carrier.ends(customer)
    centre.settle()

    assert state(centre, "agent1") is AgentState.READY


def test_nobody_is_recalled_twice(centre: Centre) -> None:
    call_id, customer = recalled(centre)

    centre.carrier.refuses(rung(centre, call_id), "no-answer")
    centre.settle()

    assert state(centre, "agent1") is AgentState.NOT_READY
    call = centre.call(call_id)
    assert (call.state, call.group_id) == (CallState.QUEUED, "8001")
    assert centre.carrier.legs[customer].enqueue_action


def test_an_agent_with_another_caller_is_not_recalled_but_his_group_takes_the_call(centre: Centre) -> None:
    call_id, customer = dialled(centre)
    control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()
    service.ready(centre.who("agent1"))
    other = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(other, "1")
    centre.settle()
    assert state(centre, "agent1") is AgentState.RESERVED
    leg = centre.call(call_id).offer_leg(centre.call(call_id).live_offers[0].offer_id)
    assert leg is not None
    assert leg.sid is not None

    centre.carrier.refuses(leg.sid, "no-answer")
    centre.settle()

    call = centre.call(call_id)
    assert (call.state, call.group_id) == (CallState.QUEUED, "8001")
    assert centre.carrier.legs[customer].enqueue_action
    service.ready(centre.who("agent2"))
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert centre.carrier.legs[customer].conference == call_id


def test_a_call_with_a_place_in_a_queue_returns_there(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    place = centre.call(call_id).queueing
    assert place is not None
    control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()

    centre.carrier.refuses(rung(centre, call_id), "busy")
    centre.settle()

    back = centre.call(call_id).queueing
    assert centre.call(call_id).state is CallState.QUEUED
    assert back is not None
    assert back.sort == place.sort


def test_an_outside_number_that_hangs_up_during_the_recall_changes_nothing(centre: Centre) -> None:
    """The late end of the failed leg is told again while the agent rings."""
    call_id, customer = recalled(centre, Target(kind="outside", id="+8613900000003"))
    gone = next(leg for leg in centre.carrier.legs.values() if leg.to == "+8613900000003")

    centre.carrier._tell(gone)  # pyright: ignore[reportPrivateUsage]
    centre.settle()

    assert [offer.kind for offer in centre.call(call_id).live_offers] == ["recall"]
    assert centre.carrier.legs[customer].to == OUTSIDE
    assert centre.carrier.legs[customer].status == "in-progress"
