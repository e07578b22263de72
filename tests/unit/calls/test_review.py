"""Corners of call control in which somebody could be left alone: each test is one story that went wrong once."""

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from chalicelib.acd import routes as group_routes
from chalicelib.acd import service
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState, LegState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules.lists import waiting_list
from chalicelib.calls import control, inbound, outbound, waiting, webhooks
from chalicelib.calls.control import Target
from chalicelib.calls.views import public_call
from chalicelib.directory.model import Decision, Route
from chalicelib.ivr.model import AgentNode, Document, VoicemailNode
from chalicelib.kernel.errors import DomainError, InUse
from chalicelib.telephony import documents
from chalicelib.telephony.model import Carrier
from chalicelib.telephony.outcome import Unknown
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import rung, served, state

EXPERT = Target(kind="agent", id="agent2")
OUTSIDE = "+8613900000009"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def queued(centre: Centre, key: str = "1") -> str:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, key)
    centre.settle()
    return call_id


def consulting(centre: Centre, *, answered: bool) -> tuple[str, str, str]:
    """Return the call, and the legs of the agent and of the expert whom he consults."""
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    control.consult(centre.who("agent1"), call_id, EXPERT)
    centre.settle()
    expert = rung(centre, call_id)
    if answered:
        centre.carrier.answers(expert)
        centre.settle()
    return call_id, leg, expert


def dialled(centre: Centre) -> tuple[str, str]:
    """Return an answered outbound call and its customer's leg; another agent is ready."""
    centre.sign_in("agent1")
    centre.sign_in("agent2")
    call = outbound.dial(centre.who("agent1"), OUTSIDE, None)
    centre.settle()
    centre.carrier.answers(rung(centre, call.call_id))
    centre.settle()
    (customer,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == OUTSIDE]
    centre.carrier.answers(customer)
    centre.settle()
    return call.call_id, customer


def customer_state(centre: Centre, call_id: str) -> LegState:
    customer = centre.call(call_id).customer
    assert customer is not None
    return customer.state


# --- transfers


def test_a_transfer_whose_conference_ended_brings_the_customer_to_the_new_agent(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    with patch.object(centre.carrier, "set_end_on_exit", lambda *_: Unknown("ReadTimeout")):
        control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()

    assert centre.carrier.legs[call_id].enqueue_action
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    assert centre.carrier.legs[call_id].conference == call_id


def test_an_outbound_customer_is_parked_when_the_conference_ends_under_a_transfer(centre: Centre) -> None:
    call_id, customer = dialled(centre)
    with patch.object(centre.carrier, "set_end_on_exit", lambda *_: Unknown("ReadTimeout")):
        control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()

    assert centre.carrier.legs[customer].conference == call_id


def test_a_carrier_that_does_not_hold_does_not_stop_the_rest_of_a_transfer(centre: Centre) -> None:
    call_id, leg = served(centre)
    centre.sign_in("agent2")
    with patch.object(centre.carrier, "hold", lambda *_: Unknown("ReadTimeout")):
        control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()

    assert centre.carrier.legs[leg].status == "completed"
    assert rung(centre, call_id)
    assert centre.carrier.legs[call_id].conference == call_id


@pytest.mark.parametrize(
    "target",
    [EXPERT, Target(kind="group", id="8002"), Target(kind="flow", id="demo"), Target(kind="outside", id=OUTSIDE)],
)
@pytest.mark.parametrize("answered", [True, False])
def test_nobody_transfers_out_of_a_consultation(centre: Centre, target: Target, answered: bool) -> None:
    """The expert would be left alone with a customer who waits in a queue, or keep a failed transfer from its end."""
    call_id, _, _ = consulting(centre, answered=answered)
    centre.sign_in("agent3")
    target = Target(kind="agent", id="agent3") if target is EXPERT else target

    with pytest.raises(DomainError):
        control.transfer(centre.who("agent1"), call_id, target)

    assert centre.call(call_id).state is CallState.TALKING


def test_a_call_that_comes_back_after_a_talk_waits_its_full_time(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    centre.advance(300_000)
    control.transfer(centre.who("agent1"), call_id, EXPERT)
    centre.settle()
    place = centre.call(call_id).queueing
    assert place is not None

    centre.carrier.refuses(rung(centre, call_id), "no-answer")
    centre.settle()

    back = centre.call(call_id).queueing
    assert back is not None
    assert back.sort == place.sort
    assert back.max_wait_until == centre.now + 120_000


def test_a_group_that_does_not_record_is_not_recorded_after_a_transfer(centre: Centre) -> None:
    call_id, _ = served(centre)
    quiet = Group(group_id="8003", name="quiet", record=False)
    with patch.dict(GROUPS, {"8003": quiet}):
        control.transfer(centre.who("agent1"), call_id, Target(kind="group", id="8003"))

    assert not centre.call(call_id).recording


def test_a_lost_redirect_to_a_flow_is_made_good_when_the_conference_ends(centre: Centre) -> None:
    call_id, _ = served(centre)
    with patch.object(centre.carrier, "redirect_call", lambda *_: Unknown("ReadTimeout")):
        control.transfer(centre.who("agent1"), call_id, Target(kind="flow", id="demo"))
    centre.settle()

    flow = centre.call(call_id).flow
    assert flow is not None
    assert centre.carrier.legs[call_id].gather


def test_a_transfer_in_vain_without_a_queue_ends_with_words(centre: Centre) -> None:
    """A customer without any place to return to hears an apology, even if our redirect gets lost once."""
    call_id, customer = dialled(centre)
    control.transfer(centre.who("agent1"), call_id, EXPERT)
    service.sign_out(centre.who("agent1"), "home")
    centre.settle()
    centre.carrier.refuses(rung(centre, call_id), "no-answer")
    with patch.object(centre.carrier, "redirect_call", lambda *_: Unknown("ReadTimeout")):
        centre.settle()
    assert not centre.call(call_id).over

    centre.advance(6_000)
    centre.settle()

    assert "Say" in centre.call(call_id).document
    assert centre.carrier.legs[customer].status == "completed"
    assert centre.call(call_id).over


# --- consultations


def test_the_expert_is_not_left_with_a_held_customer_when_the_agent_vanishes(centre: Centre) -> None:
    call_id, leg, _ = consulting(centre, answered=True)

    centre.carrier.ends(leg)
    centre.settle()

    assert customer_state(centre, call_id) is LegState.JOINED
    assert not centre.carrier.legs[call_id].held
    assert centre.call(call_id).agent_ids == ("agent1", "agent2")
    assert state(centre, "agent1") is AgentState.WRAP_UP


def test_an_expert_who_removes_the_agent_has_the_customer(centre: Centre) -> None:
    call_id, _, _ = consulting(centre, answered=True)
    mine = next(leg for leg in centre.call(call_id).agent_legs if leg.agent_id == "agent1")

    control.remove(centre.who("agent2"), call_id, mine.leg_id)

    assert customer_state(centre, call_id) is LegState.JOINED
    assert not centre.carrier.legs[call_id].held


def test_a_consultation_that_rings_ends_with_the_agent_who_asked_for_it(centre: Centre) -> None:
    call_id, leg, expert = consulting(centre, answered=False)

    centre.carrier.ends(leg)
    centre.settle()

    assert centre.call(call_id).agent_lost_at == centre.now
    assert centre.carrier.legs[expert].status != "queued"
    assert state(centre, "agent2") is AgentState.READY
    control.rejoin(centre.who("agent1"), call_id)
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert state(centre, "agent1") is AgentState.ON_CALL
    assert not centre.carrier.legs[call_id].held
    assert centre.carrier.legs[call_id].conference == call_id


def test_a_consulted_number_that_never_answers_leaves_the_agent_with_the_customer(centre: Centre) -> None:
    call_id, leg = served(centre)
    control.consult(centre.who("agent1"), call_id, Target(kind="outside", id=OUTSIDE))
    centre.settle()

    centre.advance(51_000)
    centre.settle()
    control.retrieve(centre.who("agent1"), call_id)

    assert not centre.call(call_id).live_offers
    assert customer_state(centre, call_id) is LegState.JOINED
    centre.carrier.ends(leg)
    centre.settle()
    assert centre.carrier.legs[call_id].enqueue_action, "the conference would keep the customer alone"


def test_after_a_consultation_is_handed_over_the_expert_can_hold_and_retrieve(centre: Centre) -> None:
    call_id, _, _ = consulting(centre, answered=True)
    control.complete_consult(centre.who("agent1"), call_id)
    centre.settle()

    control.hold(centre.who("agent2"), call_id)
    assert centre.carrier.legs[call_id].held
    control.retrieve(centre.who("agent2"), call_id)

    assert not centre.carrier.legs[call_id].held


def test_after_a_merge_the_agent_can_hold_and_retrieve_and_leave(centre: Centre) -> None:
    call_id, leg, expert = consulting(centre, answered=True)
    me = centre.who("agent1")
    told = public_call(centre.call(call_id)).consulting
    assert told is not None
    assert (told.by, centre.call(call_id).leg(told.leg_id).agent_id) == ("agent1", "agent2")
    control.merge_consult(me, call_id)

    control.hold(me, call_id)
    assert public_call(centre.call(call_id)).consulting is None
    control.retrieve(me, call_id)
    assert not centre.carrier.legs[call_id].held
    control.hold(me, call_id)
    control.hang_up(me, call_id)
    centre.settle()

    assert centre.carrier.legs[leg].status == "completed"
    assert centre.carrier.legs[expert].status == "in-progress"
    assert not centre.carrier.legs[call_id].held


def test_the_customer_stays_on_hold_when_a_third_party_leaves_a_consultation(centre: Centre) -> None:
    call_id, _, _ = consulting(centre, answered=True)
    me = centre.who("agent1")
    control.merge_consult(me, call_id)
    control.consult(me, call_id, Target(kind="outside", id=OUTSIDE))
    centre.settle()
    (number,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == OUTSIDE]
    centre.carrier.answers(number)
    centre.carrier.presses(number, "1")
    centre.settle()

    control.hang_up(centre.who("agent2"), call_id)
    centre.settle()

    assert centre.carrier.legs[call_id].held
    assert centre.carrier.legs[number].status == "in-progress"


# --- phones that ring for nobody


def test_a_phone_whose_leg_became_known_too_late_stops_ringing(centre: Centre) -> None:
    centre.sign_in("agent1")
    centre.carrier.rest_fault = "late"
    call_id = queued(centre)
    (late,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == "client:agent1"]

    centre.carrier.ends(call_id)
    centre.settle()
    centre.carrier.rings(late)
    centre.settle()

    assert centre.carrier.legs[late].status == "no-answer"


def test_a_customer_whose_leg_became_known_too_late_is_not_rung_for_nobody(centre: Centre) -> None:
    centre.sign_in("agent1")
    call = outbound.dial(centre.who("agent1"), OUTSIDE, None)
    centre.settle()
    centre.carrier.rest_fault = "late"
    centre.carrier.answers(rung(centre, call.call_id))
    (customer,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == OUTSIDE]
    control.hang_up(centre.who("agent1"), call.call_id)
    centre.carrier.rings(customer)
    centre.settle()

    assert centre.carrier.legs[customer].status == "no-answer"


def test_a_colleague_does_not_ring_for_a_caller_who_has_gone(centre: Centre) -> None:
    centre.sign_in("agent1")
    centre.sign_in("agent2")
    call = outbound.dial(centre.who("agent1"), "agent:agent2", None)
    centre.settle()
    mine = rung(centre, call.call_id)
    centre.carrier.answers(mine)
    centre.settle()

    centre.carrier.ends(mine)
    centre.settle()

    assert centre.call(call.call_id).over
    assert state(centre, "agent2") is AgentState.READY


def test_an_offer_that_the_carrier_rate_held_back_is_no_mark_against_the_agent(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = queued_without_dialling(centre)

    centre.advance(31_000)

    agent = centre.store.agent("agent1")
    assert agent is not None
    assert agent.unreachable == 0
    assert centre.call(call_id).queueing is not None


def queued_without_dialling(centre: Centre) -> str:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    service.dispatcher().dispatch("group:8001")
    assert centre.call(call_id).live_offers
    return call_id


def test_a_phone_that_was_dialled_late_rings_its_full_time(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = queued_without_dialling(centre)

    centre.advance(15_000)
    centre.settle()

    (offer,) = centre.call(call_id).live_offers
    assert offer.ring_until == centre.now + 20_000


# --- agents


def test_ready_after_the_call_takes_back_the_sign_out_asked_for_during_it(centre: Centre) -> None:
    call_id, _ = served(centre)
    service.sign_out(centre.who("agent1"), "home")
    service.ready(centre.who("agent1"))
    service.sign_out(centre.who("agent1"), "home")
    control.hang_up(centre.who("agent1"), call_id)
    assert state(centre, "agent1") is AgentState.WRAP_UP
    service.ready(centre.who("agent1"))
    second = queued(centre)

    centre.carrier.ends(second)
    centre.settle()

    assert state(centre, "agent1") is AgentState.READY


def test_signing_in_during_wrap_up_leaves_the_old_call_behind(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.carrier.ends(call_id)
    centre.settle()

    centre.stage.act_on_agent(
        "agent1", lambda agent, now: service.agents.sign_in(agent, agent.groups, agent.phone, now)
    )

    agent = centre.store.agent("agent1")
    assert agent is not None
    assert (agent.state, agent.call_id, agent.wrap_up_until) == (AgentState.NOT_READY, None, None)


def test_an_agent_notes_the_result_after_the_call(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.carrier.ends(call_id)
    centre.settle()

    control.dispose(centre.who("agent1"), call_id, "sold", "two boxes")

    assert centre.call(call_id).over
    assert [one.code for one in centre.call(call_id).dispositions] == ["sold"]
    assert centre.ended[call_id] == 1


# --- who waits


def test_a_caller_whose_redirect_was_lost_leaves_the_queue_by_himself(centre: Centre) -> None:
    call_id = queued(centre, "2")
    with patch.object(centre.carrier, "redirect_call", lambda *_: Unknown("ReadTimeout")):
        centre.advance(61_000)
    assert centre.call(call_id).place == "flow"

    assert waiting.wait_document(call_id, 90, first=False) == documents.leave()
    assert "Record" in inbound.queue_left(call_id, "leave")


def test_the_key_to_leave_the_queue_works_when_it_is_told_twice(centre: Centre) -> None:
    group = Group(group_id="8001", name="sales", leave_key="9", leave_route=Route(kind="voicemail", id="8001"))
    with patch.dict(GROUPS, {"8001": group}):
        call_id = queued(centre)
        assert inbound.leave_by_key(call_id, "8001", "9") == documents.leave()
        assert inbound.leave_by_key(call_id, "8001", "9") == documents.leave()


def test_a_key_that_leads_nowhere_does_not_end_the_call(centre: Centre) -> None:
    with patch.dict(GROUPS, {"8001": Group(group_id="8001", name="sales", leave_key="9")}):
        call_id = queued(centre)
        assert inbound.leave_by_key(call_id, "8001", "9") == documents.empty()
    assert centre.call(call_id).state is CallState.QUEUED


def test_a_call_in_a_list_of_an_old_rate_moves_when_its_caller_hears_the_next_words(centre: Centre) -> None:
    call_id = queued(centre)
    faster = Group(group_id="8001", name="sales", ageing_rate=5.0, announce_position=False)
    with patch.dict(GROUPS, {"8001": faster}), patch("chalicelib.calls.waiting.cached_group", GROUPS.get):
        waiting.wait_document(call_id, 30, first=False)

    assert [entry.call_id for entry in centre.store.waiting(waiting_list(faster), 10)] == [call_id]
    assert centre.store.waiting(waiting_list(GROUPS["8001"]), 10) == []


def test_a_group_in_which_somebody_waits_is_not_deleted(centre: Centre) -> None:
    queued(centre)
    with (
        patch("chalicelib.acd.tables.members", lambda _: []),
        patch("chalicelib.directory.uses.users_of", lambda *_: []),
        patch("chalicelib.acd.tables.groups", SimpleNamespace(read=GROUPS.__getitem__, delete=pytest.fail)),
        pytest.raises(InUse),
    ):
        group_routes.delete_group("8001", group_routes.DeleteQuery())


# --- flows


def flow_to_agent() -> Document:
    return Document(
        name="expert first",
        start="expert",
        nodes={
            "expert": AgentNode(agent_id="agent2", edges={"failed": "box", "no_answer": "box"}),
            "box": VoicemailNode(group_id="8001"),
        },
    )


@pytest.mark.parametrize("redirected", [True, False])
def test_a_flow_goes_on_when_its_agent_does_not_answer(centre: Centre, redirected: bool) -> None:
    flow = flow_to_agent()
    with (
        patch("chalicelib.ivr.service.published", lambda _: (1, flow)),
        patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=flow)),
    ):
        centre.sign_in("agent2")
        call_id = centre.carrier.call_in("+8613800138000")
        centre.settle()
        expert = rung(centre, call_id)
        if redirected:
            centre.carrier.refuses(expert, "no-answer")
            centre.carrier.post.pop(0)()
        else:
            with patch.object(centre.carrier, "redirect_call", lambda *_: Unknown("ReadTimeout")):
                centre.carrier.refuses(expert, "no-answer")
                centre.carrier.post.pop(0)()
            assert not centre.call(call_id).over
            assert waiting.wait_document(call_id, 30, first=False) == documents.leave()
            centre.carrier._run(centre.carrier.legs[call_id], inbound.queue_left(call_id, "leave"))  # pyright: ignore[reportPrivateUsage]
        call = centre.call(call_id)
        assert call.state is CallState.IN_FLOW
        if redirected:
            for message in list(centre.carrier.post):
                message()
        assert centre.call(call_id).variables["voicemail_box"] == "group:8001"


# --- late news


def test_a_late_end_of_an_earlier_conversation_does_not_end_the_next(centre: Centre) -> None:
    call_id, _ = served(centre)
    old = centre.carrier.legs[call_id].dial_action
    centre.sign_in("agent2")
    control.transfer(centre.who("agent1"), call_id, Target(kind="group", id="8002"))
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert centre.call(call_id).place == "conference"

    centre.carrier._webhook(centre.carrier.legs[call_id], old, CallStatus="in-progress")  # pyright: ignore[reportPrivateUsage]

    assert [leg.agent_id for leg in centre.call(call_id).agent_legs] == ["agent2"]


def told(path: str, sid: str, **form: str) -> VoiceRequest:
    """A webhook of an inbound leg that the fake carrier does not know of."""
    full = {"CallSid": sid, "From": "+8613800138000", "To": "+861055550100", **form}
    return VoiceRequest(path=path, carrier=Carrier(name="fake", account_sid="AC1", auth_token="t"), form=full)


def test_a_call_whose_end_is_told_before_its_beginning_is_over(centre: Centre) -> None:
    webhooks.status(told("/status", "CA9", CallStatus="completed"))
    webhooks.status(told("/status", "CA9", CallStatus="completed"))

    document = inbound.arrive(told("/inbound", "CA9", CallStatus="ringing"))

    call = centre.call("CA9")
    assert document == documents.hang_up()
    assert (call.over, call.cause, centre.ended["CA9"]) == (True, "customer_hang_up", 1)
    assert call.customer_number == "+8613800138000"
    assert not call.legs[0].hang_up_at


def test_a_call_that_arrives_while_its_end_is_being_told_ends(centre: Centre) -> None:
    """Between looking for the call and storing its end the other webhook was faster."""
    known = inbound.customer_reports
    answers = iter([lambda *_: not inbound.arrive(told("/inbound", "CA9")), known])
    with patch("chalicelib.calls.inbound.customer_reports", lambda *given: next(answers)(*given)):
        webhooks.status(told("/status", "CA9", CallStatus="no-answer"))

    assert centre.call("CA9").over
    assert centre.call("CA9").ivr_path, "it had begun its flow"


@pytest.mark.parametrize("status", ["ringing", "in-progress"])
def test_progress_of_a_call_that_is_not_known_changes_nothing(centre: Centre, status: str) -> None:
    webhooks.status(told("/status", "CA9", CallStatus=status))

    assert centre.store.call("CA9") is None


def test_a_rejected_caller_leaves_no_call_behind(centre: Centre) -> None:
    with patch(
        "chalicelib.directory.service.route_inbound", lambda *_: Decision(kind="reject", route=None, reasons=[])
    ):
        webhooks.status(told("/status", "CA9", CallStatus="busy"))

    assert centre.store.call("CA9") is None


# --- failures of our own


def request(path: str, call_id: str, sid: str) -> VoiceRequest:
    carrier = Carrier(name="fake", account_sid="AC1", auth_token="t")
    return VoiceRequest(path=path, carrier=carrier, query={"call_id": call_id}, form={"CallSid": sid})


def test_an_agent_never_gets_the_customers_document(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = queued(centre)
    sid = rung(centre, call_id)

    assert "Enqueue" not in inbound.fall_back(request("/agent", call_id, sid))
    assert "Enqueue" in inbound.fall_back(request("/join", call_id, call_id))


@pytest.mark.parametrize("path", ["/wait", "/leave-key", "/hold-music"])
def test_a_caller_who_waits_goes_on_waiting_when_a_document_fails(centre: Centre, path: str) -> None:
    call_id = queued(centre)

    document = inbound.fall_back(request(path, call_id, call_id))

    assert "Enqueue" not in document
    assert "Hangup" not in document
    assert "Play" in document or "Pause" in document


def test_hold_finds_the_conference_that_was_born_again(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.stage.act(call_id, lambda scene: scene.change(conference_sid="of-yesterday"))

    control.hold(centre.who("agent1"), call_id)

    assert centre.carrier.legs[call_id].held


def test_hold_is_not_promised_when_the_carrier_does_not_say_where_the_customer_is(centre: Centre) -> None:
    call_id, _ = served(centre)
    with (
        patch.object(centre.carrier, "find_conference", lambda *_: Unknown("ReadTimeout")),
        pytest.raises(DomainError),
    ):
        control.hold(centre.who("agent1"), call_id)

    assert customer_state(centre, call_id) is LegState.JOINED
