"""One agent signed in in two browsers: both phones ring by one leg, and whatever one does the other has done too."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from chalicelib.acd import service
from chalicelib.acd.errors import CallOver, NothingToDo, NotSignedIn, NotYourCall
from chalicelib.acd.model.agent import PHONE_LEASE_MS, Agent, AgentState, Phone
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Member
from chalicelib.calls import control, outbound, talk
from chalicelib.kernel.errors import DomainError
from chalicelib.telephony import documents
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_review import queued
from tests.unit.calls.test_way_through import rung, served, state

MINE = [
    Member(group_id="8001", username="agent1", level=5),
    Member(group_id="8002", username="agent1", level=3, priority=2),
]


@pytest.fixture
def centre() -> Iterator[Centre]:
    with (
        running(Centre(["agent1"])) as made,
        patch("chalicelib.acd.tables.memberships", lambda _: MINE),
        patch("chalicelib.acd.skills.of", lambda _: {}),
    ):
        yield made


def sign_in(centre: Centre, kind: str = "browser", *groups: str) -> Agent:
    phone = Phone(kind="browser") if kind == "browser" else Phone(kind="sip", address="sip:1@x")
    return service.sign_in(centre.who("agent1"), list(groups or GROUPS), phone)


def agent(centre: Centre) -> Agent:
    found = centre.store.agent("agent1")
    assert found is not None
    return found


def both_ready(centre: Centre) -> None:
    """Sign the agent in in one browser and, a while later, in a second one."""
    sign_in(centre)
    service.ready(centre.who("agent1"))
    centre.advance(5_000)
    sign_in(centre)


# --- signing in and out


def test_a_second_sign_in_leaves_the_agent_ready_and_his_turn_his(centre: Centre) -> None:
    sign_in(centre)
    service.ready(centre.who("agent1"))
    first = agent(centre)
    centre.advance(5_000)

    sign_in(centre)
    service.ready(centre.who("agent1"))

    now = agent(centre)
    assert (now.state, now.idle_since, now.ready_epoch) == (AgentState.READY, first.idle_since, first.ready_epoch)
    assert now.phone_lease_until == centre.now + PHONE_LEASE_MS
    assert len(centre.store.ready("ready#8001#longest_idle", 10)) == 1


def test_a_second_sign_in_to_other_groups_changes_them(centre: Centre) -> None:
    both_ready(centre)

    assert sign_in(centre, "browser", "8002").state is AgentState.NOT_READY
    assert [place.group_id for place in agent(centre).groups] == ["8002"]


def test_a_desk_phone_chosen_in_the_second_browser_during_a_call_rings_for_the_next(centre: Centre) -> None:
    call_id, leg = served(centre)

    sign_in(centre, "sip")
    assert centre.carrier.legs[leg].status == "in-progress"
    centre.carrier.ends(call_id)
    centre.settle()
    service.ready(centre.who("agent1"))
    following = queued(centre)

    assert centre.carrier.legs[rung(centre, following)].to == "sip:1@x"


def test_the_other_browsers_heartbeat_does_not_sign_in_again(centre: Centre) -> None:
    both_ready(centre)
    service.sign_out(centre.who("agent1"), "home")

    service.heartbeat(centre.who("agent1"), True)

    assert (agent(centre).state, agent(centre).phone_lease_until) == (AgentState.SIGNED_OUT, None)
    with pytest.raises(NotSignedIn):
        service.ready(centre.who("agent1"))
    assert centre.call(queued(centre)).state is CallState.QUEUED


def test_one_living_browser_keeps_the_phone_alive(centre: Centre) -> None:
    """The other one has no phone (its microphone is refused), or is gone."""
    both_ready(centre)
    for _ in range(6):
        centre.advance(20_000)
        service.heartbeat(centre.who("agent1"), False)
        service.heartbeat(centre.who("agent1"), True)
    assert state(centre, "agent1") is AgentState.READY

    for _ in range(4):
        centre.advance(20_000)
        service.heartbeat(centre.who("agent1"), False)
    assert (agent(centre).state, agent(centre).reason) == (AgentState.NOT_READY, "unreachable")


def test_sign_out_in_one_while_the_other_rings_holds_after_the_call(centre: Centre) -> None:
    both_ready(centre)
    call_id = queued(centre)
    service.sign_out(centre.who("agent1"), "home")
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert state(centre, "agent1") is AgentState.ON_CALL

    centre.carrier.ends(call_id)
    centre.settle()
    assert state(centre, "agent1") is AgentState.WRAP_UP
    centre.advance(11_000)

    assert state(centre, "agent1") is AgentState.SIGNED_OUT


# --- a call


def test_both_ring_by_one_leg_and_one_answer_counts(centre: Centre) -> None:
    both_ready(centre)
    call_id = queued(centre)
    leg = rung(centre, call_id)
    (offer,) = centre.call(call_id).live_offers
    assert sum(one.to == "client:agent1" for one in centre.carrier.legs.values()) == 1

    centre.carrier.answers(leg)
    second = talk.agent_answered(call_id, offer.offer_id, "CA-second", keyed=False)
    again = talk.agent_answered(call_id, offer.offer_id, leg, keyed=False)
    centre.settle()

    assert second == documents.hang_up()
    assert "Conference" in again
    assert [one.sid for one in centre.call(call_id).agent_legs] == [leg]
    with pytest.raises(NothingToDo):
        control.answer(centre.who("agent1"), call_id)


@pytest.mark.parametrize("status", ["busy", "no-answer", "canceled", "completed"])
def test_the_end_of_a_second_leg_is_not_the_end_of_the_talk(centre: Centre, status: str) -> None:
    both_ready(centre)
    call_id = queued(centre)
    (offer,) = centre.call(call_id).live_offers
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    talk.party_reports(call_id, offer.offer_id, "CA-second", status)

    assert centre.call(call_id).state is CallState.TALKING
    assert state(centre, "agent1") is AgentState.ON_CALL


def test_what_one_has_done_the_other_cannot_do_again(centre: Centre) -> None:
    both_ready(centre)
    call_id = queued(centre)
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    me = centre.who("agent1")

    control.hold(me, call_id)
    with pytest.raises(NothingToDo):
        control.hold(me, call_id)
    control.retrieve(me, call_id)
    with pytest.raises(NothingToDo):
        control.retrieve(me, call_id)
    control.hang_up(me, call_id)
    with pytest.raises(CallOver):
        control.hang_up(me, call_id)

    assert centre.ended[call_id] == 1
    assert state(centre, "agent1") is AgentState.WRAP_UP


def test_a_hang_up_in_the_other_after_a_transfer_does_not_touch_the_customer(centre: Centre) -> None:
    both_ready(centre)
    call_id = queued(centre)
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    control.transfer(centre.who("agent1"), call_id, control.Target(kind="group", id="8002"))

    with pytest.raises(NotYourCall):
        control.hang_up(centre.who("agent1"), call_id)

    assert centre.call(call_id).state is CallState.QUEUED
    assert centre.carrier.legs[call_id].status == "in-progress"


def test_the_second_browser_takes_over_when_the_first_dies(centre: Centre) -> None:
    both_ready(centre)
    call_id = queued(centre)
    leg = rung(centre, call_id)
    centre.carrier.answers(leg)
    centre.settle()
    centre.carrier.ends(leg)
    centre.settle()
    assert centre.call(call_id).agent_lost_at is not None

    control.rejoin(centre.who("agent1"), call_id)
    control.rejoin(centre.who("agent1"), call_id)
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    assert centre.call(call_id).agent_lost_at is None
    assert len(centre.call(call_id).agent_legs) == 1
    assert state(centre, "agent1") is AgentState.ON_CALL


def test_two_calls_out_at_once_are_one(centre: Centre) -> None:
    both_ready(centre)
    outbound.dial(centre.who("agent1"), "+8613900000002", None)

    with pytest.raises(DomainError) as refused:
        outbound.dial(centre.who("agent1"), "+8613900000003", None)

    assert refused.value.code == "agent_unavailable"
