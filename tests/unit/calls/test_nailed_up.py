"""A phone that stays off hook (PBX-7): picked up once, calls are switched onto it, and it outlives each of them."""

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd import service
from chalicelib.acd.desk_phones import reachable
from chalicelib.acd.errors import CarrierSilent, NothingToDo
from chalicelib.acd.model.agent import NAILED_UP_MS, Agent, AgentState, NailedUpState, Phone, SignedIn
from chalicelib.acd.model.call import CallState, LegState, OfferState
from chalicelib.acd.rules import agents
from chalicelib.acd.rules import nailed_up as rules
from chalicelib.calls import control, nailed_up, outbound, timers
from chalicelib.calls.control import Target
from chalicelib.calls.inbound import fall_back
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.telephony.answers import CarrierCall
from chalicelib.telephony.outcome import Outcome, Refused
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.carrier import ACCOUNT, HANDLERS, FakeLeg
from tests.unit.calls.centre import Centre, running
from tests.unit.calls.test_way_through import state

NAME = "agent1"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre([NAME, "agent2"])) as made:
        yield made


def agent(centre: Centre) -> Agent:
    found = centre.store.agent(NAME)
    assert found is not None
    return found


def legs(centre: Centre) -> list[FakeLeg]:
    """Return every leg that was made to keep his phone off hook."""
    return [leg for leg in centre.carrier.legs.values() if "/nailed-up" in leg.url]


def all_legs(centre: Centre) -> list[FakeLeg]:
    """Return every leg that was made to his phone, of whatever kind."""
    return [leg for leg in centre.carrier.legs.values() if leg.to == "sip:1@x"]


def run(centre: Centre) -> None:
    """Deliver all that waits, and fire what is due now."""
    for _ in range(3):
        centre.advance(1)
        centre.settle()


def off_hook(centre: Centre) -> FakeLeg:
    """Sign the agent in, let him pick up, and see that he is ready."""
    centre.sign_in(NAME, kind="nailed_up")
    run(centre)
    (leg,) = legs(centre)
    centre.carrier.answers(leg.sid)
    run(centre)
    assert state(centre, NAME) is AgentState.READY
    return leg


def offered(centre: Centre) -> str:
    """Bring a caller to the group of the agent."""
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    run(centre)
    return call_id


def talking(centre: Centre) -> str:
    call_id = offered(centre)
    control.answer(centre.who(NAME), call_id)
    run(centre)
    assert centre.call(call_id).state is CallState.TALKING
    return call_id


def test_who_signs_in_is_ready_once_he_has_picked_up(centre: Centre) -> None:
    centre.sign_in(NAME, kind="nailed_up")
    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up")

    run(centre)
    (leg,) = legs(centre)
    assert agent(centre).nailed_up is not None
    centre.carrier.answers(leg.sid)
    run(centre)

    assert state(centre, NAME) is AgentState.READY
    assert "常摘机" in leg.said
    assert leg.resting
    assert [c.type for c in agent(centre).changes] == ["agent.nailed_up", "agent.state"]


def test_two_calls_come_over_one_leg(centre: Centre) -> None:
    leg = off_hook(centre)
    for _ in range(2):
        call_id = talking(centre)
        assert leg.conference == call_id
        centre.carrier.ends(call_id)
        run(centre)
        assert (leg.status, leg.conference) == ("in-progress", "")
        assert leg.resting
        assert all(one.ended_confirmed for one in centre.call(call_id).legs)
        assert state(centre, NAME) is AgentState.WRAP_UP
        service.finish_wrap_up(centre.who(NAME))
    assert len(all_legs(centre)) == 1


def test_a_key_at_the_phone_answers(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    assert state(centre, NAME) is AgentState.RESERVED

    centre.carrier.presses(leg.sid, "5")
    run(centre)

    assert leg.conference == call_id
    assert centre.call(call_id).state is CallState.TALKING


def test_a_key_for_a_call_that_is_gone_answers_no_other(centre: Centre) -> None:
    leg = off_hook(centre)
    first = offered(centre)
    late = leg.gather
    centre.carrier.ends(first)
    run(centre)
    second = offered(centre)
    leg.gather = late

    centre.carrier.presses(leg.sid, "1")
    run(centre)

    assert centre.call(second).state is CallState.CONNECTING
    assert state(centre, NAME) is AgentState.RESERVED


def test_nobody_answers_and_the_caller_goes_on_when_the_ringing_ends(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    centre.advance(23_000)
    run(centre)

    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "no_answer")
    assert centre.call(call_id).state is CallState.QUEUED
    assert leg.status == "in-progress"
    assert leg.resting


def test_declined_in_the_page_the_phone_stays_off_hook(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    control.hang_up(centre.who(NAME), call_id)
    run(centre)

    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "declined")
    assert centre.call(call_id).state is CallState.QUEUED
    assert leg.status == "in-progress"


def test_a_handset_that_is_put_down_in_a_call_ends_it(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.carrier.ends(leg.sid)
    run(centre)

    assert centre.call(call_id).over
    assert state(centre, NAME) is AgentState.WRAP_UP
    assert agent(centre).nailed_up is None


def test_after_that_he_is_not_ready_until_he_asks_to_be(centre: Centre) -> None:
    leg = off_hook(centre)
    talking(centre)
    centre.carrier.ends(leg.sid)
    run(centre)
    centre.advance(10_000)
    run(centre)

    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up_lost")
    assert len(legs(centre)) == 1
    service.ready(centre.who(NAME))
    run(centre)
    again = legs(centre)[-1]
    assert again.sid != leg.sid
    centre.carrier.answers(again.sid)
    run(centre)
    assert state(centre, NAME) is AgentState.READY


def test_put_down_while_ready_he_gets_no_calls(centre: Centre) -> None:
    leg = off_hook(centre)
    centre.carrier.ends(leg.sid)
    run(centre)

    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up_lost")
    assert len(legs(centre)) == 1
    service.ready(centre.who(NAME))
    run(centre)
    assert len(legs(centre)) == 2


def test_nobody_picks_up(centre: Centre) -> None:
    centre.sign_in(NAME, kind="nailed_up")
    run(centre)
    centre.carrier.refuses(legs(centre)[0].sid, "no-answer")
    run(centre)

    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up_lost")
    assert agent(centre).next_state is None


def test_a_call_is_rung_when_the_leg_is_found_dead(centre: Centre) -> None:
    leg = off_hook(centre)
    leg.status = "completed"  # and nobody told us
    call_id = offered(centre)

    rung = all_legs(centre)[-1]
    assert rung.sid != leg.sid
    centre.carrier.answers(rung.sid)
    run(centre)
    assert centre.call(call_id).state is CallState.TALKING
    centre.carrier.ends(call_id)
    run(centre)
    assert rung.status == "completed"
    assert agent(centre).nailed_up is None


def test_dead_when_he_answers_in_the_page_the_caller_is_not_left_alone(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    leg.status = "completed"
    control.answer(centre.who(NAME), call_id)
    run(centre)

    assert centre.call(call_id).state is CallState.QUEUED
    assert agent(centre).nailed_up is None
    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up_lost")


def test_the_page_s_answer_that_was_lost_is_given_again(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    centre.carrier.rest_fault = "lost"
    with pytest.raises(CarrierSilent):
        control.answer(centre.who(NAME), call_id)
    for _ in range(2):
        centre.advance(4_000)
        control.answer(centre.who(NAME), call_id)
    run(centre)
    assert leg.conference == call_id


def test_answered_in_the_page_before_the_phone_knows_of_the_call(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    while not centre.call(call_id).live_offers:
        centre.deliver(0)
    for _ in range(2):
        control.answer(centre.who(NAME), call_id)
    assert centre.carrier.post == []  # the leg is not told twice

    run(centre)
    assert leg.conference == call_id
    assert centre.call(call_id).state is CallState.TALKING


def test_a_phone_pulled_out_of_its_conversation_comes_back_and_fetches_the_customer(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.carrier.redirect_call(leg.sid, leg.url)
    run(centre)
    assert leg.conference == call_id
    assert centre.carrier.legs[call_id].conference == call_id
    assert centre.call(call_id).state is CallState.TALKING


def test_a_leg_s_end_is_known_from_its_conversation_too(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.carrier.ends(leg.sid)
    centre.carrier.post[:] = [told for told in centre.carrier.post if "_asking" in told.__qualname__]
    run(centre)
    assert centre.call(call_id).over
    assert agent(centre).nailed_up is None


def test_a_conference_that_ended_with_the_phone_is_asked_after(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.carrier.post.clear()
    centre.carrier.ends(leg.sid)
    centre.carrier.post[:] = [told for told in centre.carrier.post if "_after_dial" in told.__qualname__]
    run(centre)
    assert centre.call(call_id).place == "parked"
    centre.advance(5_001)
    run(centre)
    assert centre.call(call_id).over
    assert state(centre, NAME) is AgentState.WRAP_UP


@pytest.mark.parametrize("fault", ["lost", "late"])
def test_an_unknown_fate_of_the_first_leg_leaves_none_behind(centre: Centre, fault: str) -> None:
    centre.carrier.rest_fault = fault
    centre.sign_in(NAME, kind="nailed_up")
    run(centre)
    for leg in legs(centre):
        centre.carrier.answers(leg.sid)
    run(centre)
    centre.advance(61_000)
    run(centre)

    assert state(centre, NAME) is (AgentState.READY if fault == "late" else AgentState.NOT_READY)
    centre.stage.act_on_agent(NAME, lambda it, now: agents.sign_out(it, "", now))
    run(centre)
    assert [leg.status for leg in legs(centre)] == ["completed"] * len(legs(centre))


def test_a_leg_whose_end_nobody_told_is_asked_for(centre: Centre) -> None:
    centre.sign_in(NAME, kind="nailed_up")
    run(centre)
    legs(centre)[0].status = "no-answer"  # and nobody told us
    centre.advance(61_000)
    assert (agent(centre).reason, agent(centre).nailed_up) == ("nailed_up_lost", None)


def test_signing_out_hangs_up(centre: Centre) -> None:
    leg = off_hook(centre)
    service.sign_out(centre.who(NAME), "")
    run(centre)
    assert leg.status == "completed"
    assert agent(centre).nailed_up is None


def test_signing_out_in_a_call_hangs_up_after_it(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    service.sign_out(centre.who(NAME), "")
    run(centre)
    assert leg.status == "in-progress"
    centre.carrier.ends(call_id)
    run(centre)
    centre.advance(10_000)
    run(centre)
    assert leg.status == "completed"


def test_another_phone_follows_the_first(centre: Centre) -> None:
    leg = off_hook(centre)
    other = Phone(kind="outside", address="+8613900000001", nailed_up=True)
    centre.stage.act_on_agent(NAME, lambda it, now: agents.sign_in(it, (SignedIn(group_id="8001"),), other, now))
    run(centre)
    assert leg.status == "completed"
    new = legs(centre)[-1]
    assert new.to == "+8613900000001"

    centre.carrier.answers(new.sid)
    run(centre)
    assert agent(centre).nailed_up is not None
    assert agent(centre).nailed_up.state is NailedUpState.DIALLING  # a mailbox does not press a key
    centre.carrier.presses(new.sid, "1")
    run(centre)
    assert agent(centre).nailed_up.state is NailedUpState.UP


def test_what_he_dials_needs_no_answer_of_his(centre: Centre) -> None:
    leg = off_hook(centre)
    call = outbound.dial(centre.who(NAME), "13900000002", None)
    run(centre)
    customer = next(one for one in centre.carrier.legs.values() if "/customer-status" in one.callback)
    centre.carrier.answers(customer.sid)
    run(centre)
    assert centre.call(call.call_id).state is CallState.TALKING
    assert leg.conference == call.call_id


def test_who_consults_and_hands_over_stays_off_hook(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.sign_in("agent2")
    me = centre.who(NAME)
    control.consult(me, call_id, Target(kind="agent", id="agent2"))
    run(centre)
    expert = next(one for one in centre.carrier.legs.values() if one.to == "client:agent2")
    centre.carrier.answers(expert.sid)
    run(centre)
    control.complete_consult(me, call_id)
    run(centre)

    assert expert.conference == call_id
    assert (leg.status, leg.conference) == ("in-progress", "")
    assert centre.call(call_id).state is CallState.TALKING


def test_a_redirect_that_was_lost_is_repeated_but_never_pulls_him_out_of_the_next_call(centre: Centre) -> None:
    leg = off_hook(centre)
    first = talking(centre)
    centre.sign_in("agent2")
    control.transfer(centre.who(NAME), first, Target(kind="agent", id="agent2"))
    old = next(one for one in centre.call(first).legs if one.agent_id == NAME)
    centre.stage.act(first, lambda scene: scene.put_leg(_unconfirmed(scene.call.leg(old.leg_id), centre.now)))
    run(centre)
    service.finish_wrap_up(centre.who(NAME))
    second = talking(centre)

    centre.advance(15_000)
    timers.settle("call", first)
    run(centre)

    assert leg.conference == second
    found = centre.call(first).leg(old.leg_id)
    assert found is not None
    assert found.ended_confirmed


def _unconfirmed(leg: object, now: int) -> object:
    return replace(leg, state=LegState.LEFT, ended_confirmed=False, hang_up_at=now)  # type: ignore[type-var]


def test_a_late_answer_in_the_page_says_that_the_call_is_gone(centre: Centre) -> None:
    off_hook(centre)
    call_id = offered(centre)
    centre.advance(23_001)
    with pytest.raises(NothingToDo):
        control.answer(centre.who(NAME), call_id)


def test_an_unknown_leg_is_hung_up(centre: Centre) -> None:
    leg = off_hook(centre)
    stranger = VoiceRequest(path="/nailed-up", carrier=ACCOUNT, query={"agent_id": NAME, "leg_id": "x"}, form={})
    assert "Hangup" in (HANDLERS["/nailed-up"](stranger) or "")
    assert leg.status == "in-progress"


def test_a_failure_of_ours_keeps_the_phone_off_hook() -> None:
    asked = VoiceRequest(path="/nailed-up", carrier=ACCOUNT, query={"agent_id": NAME, "leg_id": "x"}, form={})
    document = fall_back(asked)
    assert "Hangup" not in document
    assert "leg_id=x" in document


def test_a_browser_has_no_hook() -> None:
    with pytest.raises(InvalidInput):
        reachable(NAME, Phone(kind="browser", nailed_up=True))


def test_at_which_carrier_a_phone_is_dialled() -> None:
    made = [SimpleNamespace(name="first", sip_domain=""), SimpleNamespace(name="gateway", sip_domain="voice.local")]
    with patch("chalicelib.calls.nailed_up.carriers", lambda: made):
        assert nailed_up.carrier_of("sip:1001@voice.local") == "gateway"
        assert nailed_up.carrier_of("sip:1001@voice.local:5060;transport=tcp") == "gateway"
        assert nailed_up.carrier_of("+8613900000001") == "first"


# --- the leg and the calls that come after each other


def customer_of(centre: Centre, call_id: str) -> FakeLeg:
    """Return the leg of a customer whom the agent dialled."""
    made = (leg for leg in centre.carrier.legs.values() if "/customer-status" in leg.callback)
    return next(leg for leg in made if f"call_id={call_id}" in leg.url)


def dialled(centre: Centre, number: str) -> tuple[str, FakeLeg]:
    """Let the agent dial a customer who answers."""
    call = outbound.dial(centre.who(NAME), number, None)
    run(centre)
    customer = customer_of(centre, call.call_id)
    centre.carrier.answers(customer.sid)
    run(centre)
    assert centre.call(call.call_id).state is CallState.TALKING
    return call.call_id, customer


def test_the_end_of_the_last_call_does_not_pull_him_out_of_the_next(centre: Centre) -> None:
    """The carrier is slow to end the last customer; he has dialled the next by then."""
    leg = off_hook(centre)
    first = outbound.dial(centre.who(NAME), "13900000002", None)
    run(centre)
    old, end_call = customer_of(centre, first.call_id), centre.carrier.end_call
    then: list[str] = []

    def slow(sid: str) -> Outcome[CarrierCall]:
        if sid == old.sid and not then:
            then.append(dialled(centre, "13900000003")[0])
        return end_call(sid)

    with patch.object(centre.carrier, "end_call", slow):
        control.hang_up(centre.who(NAME), first.call_id)
    assert [leg.conference] == then


@pytest.mark.parametrize("way", ["inbound", "outbound"])
def test_pulled_out_and_back_before_his_customer_s_end_is_told(centre: Centre, way: str) -> None:
    leg = off_hook(centre)
    call_id = talking(centre) if way == "inbound" else dialled(centre, "13900000002")[0]
    customer = centre.carrier.legs[call_id] if way == "inbound" else customer_of(centre, call_id)
    centre.carrier.redirect_call(leg.sid, leg.url)
    centre.carrier.post.pop()()  # the phone's request comes before the customer's
    run(centre)
    centre.advance(6_000)
    run(centre)
    assert leg.conference == customer.conference == call_id


def test_a_check_of_his_former_leg_does_not_pull_him_out_of_the_call_that_he_was_given_back(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id, customer = dialled(centre, "13900000002")
    centre.carrier.rest_fault = "lost"  # his own redirect, out of the call
    control.transfer(centre.who(NAME), call_id, Target(kind="outside", id="+8613900000009"))
    run(centre)
    rung = next(one for one in centre.carrier.legs.values() if one.to == "+8613900000009")
    centre.carrier.refuses(rung.sid, "busy")
    run(centre)
    control.answer(centre.who(NAME), call_id)
    run(centre)
    assert leg.conference == customer.conference == call_id
    with patch.object(centre.carrier, "redirect_call") as redirect:
        centre.advance(12_000)
        run(centre)
    assert not redirect.called


def test_a_switch_that_was_lost_is_repeated_and_one_that_is_refused_fails_at_once(centre: Centre) -> None:
    leg = off_hook(centre)
    centre.carrier.rest_fault = "lost"
    call_id = offered(centre)
    assert leg.gather
    centre.carrier.ends(call_id)
    run(centre)
    with patch.object(centre.carrier, "redirect_call", lambda *_: Refused(code=20429, status=429)):
        second = offered(centre)
    assert centre.call(second).state is CallState.QUEUED
    assert {offer.state for offer in centre.call(second).offers} == {OfferState.UNREACHABLE}


def test_a_click_to_dial_goes_to_the_phone_that_he_has_now(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    other = Phone(kind="sip", address="sip:2@x")
    centre.stage.act_on_agent(NAME, lambda it, now: agents.sign_in(it, (SignedIn(group_id="8001"),), other, now))
    centre.carrier.ends(call_id)
    run(centre)
    outbound.dial(centre.who(NAME), "13900000002", None)
    run(centre)
    assert [one.to for one in centre.carrier.legs.values() if one.to == "sip:2@x"]
    assert leg.conference == ""


def test_answered_in_the_last_second(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    centre.advance(19_000)
    control.answer(centre.who(NAME), call_id)
    centre.advance(1_500)
    run(centre)
    assert leg.conference == call_id
    assert state(centre, NAME) is AgentState.ON_CALL


def test_picked_up_after_his_last_group_was_taken_away(centre: Centre) -> None:
    centre.sign_in(NAME, kind="nailed_up")
    run(centre)
    for group_id in ("8001", "8002"):
        centre.stage.act_on_agent(NAME, lambda it, now, one=group_id: agents.leave_group(it, one, now))
    centre.carrier.answers(legs(centre)[0].sid)
    run(centre)
    found = agent(centre)
    assert found.nailed_up is not None
    assert (found.nailed_up.state, found.state, found.next_state) == (NailedUpState.UP, AgentState.NOT_READY, None)


def test_a_carrier_that_is_gone_keeps_nothing_else_from_being_settled(centre: Centre) -> None:
    off_hook(centre)
    call_id = talking(centre)
    centre.carrier.ends(call_id)
    run(centre)
    due = replace(agent(centre).nailed_up, state=NailedUpState.CLOSING, due_at=centre.now)  # type: ignore[type-var]
    centre.stage.act_on_agent(NAME, lambda it, now: rules.put(it, due, now))
    with patch("chalicelib.calls.nailed_up.client_named", side_effect=NotFound(kind="carrier", id="fake")):
        centre.advance(10_000)
    assert state(centre, NAME) is not AgentState.WRAP_UP
    assert agent(centre).nailed_up is None or agent(centre).nailed_up.state is not NailedUpState.CLOSING  # type: ignore[union-attr]


def test_a_line_that_drops_while_a_call_rings_is_no_refusal(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = offered(centre)
    centre.carrier.ends(leg.sid)
    run(centre)
    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up_lost")
    assert centre.call(call_id).state is CallState.QUEUED


# --- carriers end what lasts too long


def test_a_leg_may_last_for_a_day(centre: Centre) -> None:
    assert off_hook(centre).time_limit_s == 86_400


def test_an_old_leg_is_renewed_between_calls(centre: Centre) -> None:
    leg = off_hook(centre)
    centre.advance(NAILED_UP_MS)
    run(centre)
    assert leg.status == "completed"
    assert (state(centre, NAME), agent(centre).reason) == (AgentState.NOT_READY, "nailed_up")
    centre.carrier.answers(legs(centre)[-1].sid)
    run(centre)
    assert state(centre, NAME) is AgentState.READY


def test_an_old_leg_is_left_alone_while_he_talks(centre: Centre) -> None:
    leg = off_hook(centre)
    call_id = talking(centre)
    centre.advance(NAILED_UP_MS)
    run(centre)
    assert leg.conference == call_id
    centre.carrier.ends(call_id)
    run(centre)
    service.finish_wrap_up(centre.who(NAME))
    centre.advance(61_000)
    run(centre)
    assert leg.status == "completed"
    assert len(legs(centre)) == 2
