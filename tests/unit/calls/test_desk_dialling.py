"""A telephone dials by itself (PBX-8): outside, a colleague, a group; who may; and who wins when a call comes in."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from chalicelib.acd import service
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState, LegState
from chalicelib.calls import control, phones
from chalicelib.directory.model import Extension
from tests.unit.acd.kit import Interrupted
from tests.unit.calls.carrier import HANDLERS
from tests.unit.calls.centre import EXTENSIONS, Centre, running
from tests.unit.calls.test_way_through import rung, state

OWN, HALL, CLERK = "sip:1001@voice.local", "sip:1006@voice.local", "sip:1007@voice.local"
OUTSIDE = "13900000002"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2", "agent3"])) as made:
        yield made


def dials(centre: Centre, phone: str, number: str, **form: str) -> str:
    """Let a phone dial, and return the call, which has the id of its leg."""
    sid = centre.carrier.phone_dials(phone, number, **form)
    centre.calls.append(sid)
    return sid


def customer_leg(centre: Centre) -> str:
    return next(sid for sid, leg in centre.carrier.legs.items() if "/customer-status" in leg.callback)


def refused(centre: Centre, call_id: str) -> str:
    """Return why a call was not made, having seen that the phone was told."""
    call = centre.call(call_id)
    assert call.over
    assert centre.carrier.legs[call_id].said == phones.MESSAGES[call.cause or ""]["zh-CN"]
    return call.cause or ""


# --- outside


def test_an_agent_dials_a_customer_from_his_telephone(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")

    call_id = dials(centre, OWN, OUTSIDE)

    assert state(centre, "agent1") is AgentState.ON_CALL
    customer = customer_leg(centre)
    assert centre.carrier.legs[customer].to == "+8613900000002"
    centre.carrier.answers(customer)
    centre.settle()
    call = centre.call(call_id)
    assert (call.state, call.direction, call.agent_ids) == (CallState.TALKING, "outbound", ("agent1",))
    assert centre.carrier.legs[call_id].conference == centre.carrier.legs[customer].conference == call_id
    assert call_id in centre.recording_rows
    assert centre.bus.dials == []

    centre.carrier.ends(call_id)
    centre.settle()
    assert centre.call(call_id).over
    assert state(centre, "agent1") is AgentState.WRAP_UP
    assert centre.carrier.legs[customer].status == "completed"


def test_what_the_page_offers_in_a_call_works_in_one_from_the_telephone(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, OUTSIDE)
    centre.carrier.answers(customer_leg(centre))
    centre.settle()

    control.hold(centre.who("agent1"), call_id)
    customer = centre.call(call_id).customer
    assert customer is not None
    assert customer.state is LegState.HELD
    control.retrieve(centre.who("agent1"), call_id)
    control.hang_up(centre.who("agent1"), call_id)
    centre.settle()
    assert centre.carrier.legs[call_id].status == "completed"


def test_who_is_not_signed_in_dials_too(centre: Centre) -> None:
    """His call is his, and his department's supervisors see it."""
    call_id = dials(centre, CLERK, OUTSIDE)
    centre.carrier.answers(customer_leg(centre))
    centre.settle()

    call = centre.call(call_id)
    assert (call.state, call.agent_ids, call.departments) == (CallState.TALKING, ("clerk",), ("d1",))
    assert centre.store.agent("clerk") is None
    centre.carrier.ends(call_id)
    centre.settle()
    assert centre.call(call_id).over


def test_a_browser_of_who_is_not_signed_in_is_not_waited_for(centre: Centre) -> None:
    call_id = dials(centre, "client:clerk", OUTSIDE)
    centre.carrier.answers(customer_leg(centre))
    centre.settle()
    centre.carrier.ends(call_id)
    centre.settle()
    assert centre.call(call_id).over


@pytest.mark.parametrize(
    ("phone", "number", "cause"),
    [
        ("sip:9999@voice.local", OUTSIDE, "unknown_phone"),
        ("sip:1008@voice.local", OUTSIDE, "unknown_phone"),
        ("sip:1002@voice.local", OUTSIDE, "unknown_phone"),
        ("sip:@voice.local", OUTSIDE, "unknown_phone"),
        ("client:agent2", OUTSIDE, "not_allowed"),
        (HALL, OUTSIDE, "not_allowed"),
        (OWN, "12", "bad_number"),
        (OWN, "*#06#", "bad_number"),
        (OWN, "1001", "own_number"),
        ("client:agent1", "1001", "own_number"),
    ],
)
def test_what_may_not_be_dialled_is_said(centre: Centre, phone: str, number: str, cause: str) -> None:
    call_id = dials(centre, phone, number)
    assert refused(centre, call_id) == cause
    assert centre.ended[call_id] == 1
    assert phones.MESSAGES[cause]["zh-CN"] in centre.carrier.asks_again(call_id)


@pytest.mark.parametrize("phone", [OWN, CLERK, HALL])
def test_emergency_numbers_may_be_dialled_at_every_phone(centre: Centre, phone: str) -> None:
    with patch.dict(EXTENSIONS, {"110": Extension(extension="110", kind="browser", username="agent2")}):
        call_id = dials(centre, phone, "110")
    customer = customer_leg(centre)
    assert centre.carrier.legs[customer].to == "+86110"
    centre.carrier.answers(customer)
    centre.settle()
    assert centre.carrier.legs[call_id].conference == centre.carrier.legs[customer].conference == call_id


@pytest.mark.parametrize("phone", ["sip:1008@voice.local", "sip:4711@voice.local"])
def test_a_phone_that_may_not_work_reaches_help(centre: Centre, phone: str) -> None:
    dials(centre, phone, "120")
    assert centre.carrier.legs[customer_leg(centre)].to == "+86120"
    assert refused(centre, dials(centre, phone, OUTSIDE)) == "unknown_phone"


def test_who_is_offered_a_call_reaches_help_and_the_caller_goes_on(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    waiting = centre.carrier.call_in("+8613800138000")
    centre.calls.append(waiting)
    centre.carrier.presses(waiting, "1")
    centre.settle()
    assert state(centre, "agent1") is AgentState.RESERVED

    call_id = dials(centre, OWN, "119")

    customer = customer_leg(centre)
    centre.carrier.answers(customer)
    centre.settle()
    assert centre.carrier.legs[customer].conference == call_id
    assert centre.call(call_id).agent_ids == ("agent1",)
    assert state(centre, "agent1") is AgentState.RESERVED  # his phone rings on; nobody answers, it goes to the next
    centre.carrier.ends(call_id)
    centre.settle()
    assert centre.call(call_id).over
    assert state(centre, "agent1") is AgentState.RESERVED


@pytest.mark.parametrize("number", ["10086", "+8610086"])
def test_short_public_numbers_are_outside(centre: Centre, number: str) -> None:
    dials(centre, OWN, number)
    assert centre.carrier.legs[customer_leg(centre)].to == "+8610086"
    assert refused(centre, dials(centre, HALL, number)) == "not_allowed"


def test_the_carrier_vouches_for_the_name_not_the_telephone(centre: Centre) -> None:
    """A phone that authenticated as 1006 and calls itself 1001 is 1006."""
    call_id = dials(centre, OWN, OUTSIDE, SipUsername="1006")
    assert refused(centre, call_id) == "not_allowed"


def test_a_customer_who_cannot_be_dialled_ends_the_call_with_a_word(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    centre.carrier.rest_fault = "refused"
    call_id = dials(centre, OWN, OUTSIDE)
    assert refused(centre, call_id) == "unreachable"
    centre.settle()
    assert state(centre, "agent1") is AgentState.READY


def test_a_repeated_request_is_one_call(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, OUTSIDE)
    before = centre.call(call_id)

    again = centre.carrier.asks_again(call_id)

    assert f">{call_id}</Conference>" in again
    assert centre.call(call_id) == before
    centre.carrier.ends(call_id)
    centre.settle()
    assert "<Hangup" in centre.carrier.asks_again(call_id)


def test_an_end_that_is_told_before_the_beginning(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    carrier = centre.carrier
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(HANDLERS, "/phones", lambda _: "<Response><Hangup/></Response>")
        call_id = dials(centre, OWN, OUTSIDE)
    centre.settle()

    assert centre.call(call_id).cause == "caller_hang_up"
    assert "<Hangup" in carrier.asks_again(call_id)
    assert state(centre, "agent1") is AgentState.READY


# --- colleagues


def test_a_colleague_is_called(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    centre.sign_in("agent2")
    call_id = dials(centre, OWN, "1002")
    assert state(centre, "agent2") is AgentState.RESERVED
    centre.settle()
    leg = rung(centre, call_id)
    assert centre.carrier.legs[leg].to == "client:agent2"
    centre.carrier.answers(leg)
    centre.settle()

    assert centre.call(call_id).state is CallState.TALKING
    assert {state(centre, "agent1"), state(centre, "agent2")} == {AgentState.ON_CALL}
    centre.carrier.ends(leg)
    centre.settle()
    assert centre.call(call_id).over
    assert centre.carrier.legs[call_id].status == "completed"


def test_a_colleague_who_talks_is_busy(centre: Centre) -> None:
    centre.sign_in("agent2")
    dials(centre, "client:agent2", "1006")
    call_id = dials(centre, HALL, "1002")
    assert refused(centre, call_id) == "busy"


def test_a_telephone_that_is_nobodys_is_rung_and_calls(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, "1006")
    centre.settle()
    leg = rung(centre, call_id)
    assert centre.carrier.legs[leg].to == HALL
    centre.carrier.answers(leg)
    centre.settle()
    assert centre.call(call_id).state is CallState.TALKING
    centre.carrier.ends(leg)
    centre.settle()
    assert centre.call(call_id).over

    back = dials(centre, HALL, "1001")
    centre.settle()
    assert state(centre, "agent1") is AgentState.WRAP_UP
    assert refused(centre, back) == "busy"


def test_a_colleague_who_does_not_answer(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    centre.sign_in("agent2")
    call_id = dials(centre, OWN, "1002")
    centre.settle()
    centre.carrier.refuses(rung(centre, call_id), "no-answer")
    centre.settle()
    assert centre.call(call_id).cause == "no_answer"
    assert centre.carrier.legs[call_id].status == "completed"
    assert state(centre, "agent1") is AgentState.READY


# --- a group


def test_a_group_is_called_and_its_caller_is_not_offered_his_own_call(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, "8001")
    centre.settle()

    call = centre.call(call_id)
    assert (call.state, call.group_id, call.customer_number) == (CallState.QUEUED, "8001", "1001")
    assert state(centre, "agent1") is AgentState.ON_CALL

    centre.sign_in("agent2")
    centre.settle()
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    assert centre.call(call_id).state is CallState.TALKING
    assert centre.carrier.legs[call_id].conference == call_id
    control.hang_up(centre.who("agent1"), call_id)
    centre.settle()
    assert centre.call(call_id).over
    assert {state(centre, "agent1"), state(centre, "agent2")} == {AgentState.WRAP_UP}
    assert centre.carrier.legs[call_id].status == "completed"


def test_who_gives_up_waiting_for_a_group_is_ready_as_before(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, "8001")
    again = centre.carrier.asks_again(call_id)
    assert "<Enqueue" in again
    centre.carrier.ends(call_id)
    centre.settle()
    assert centre.call(call_id).over
    assert state(centre, "agent1") is AgentState.READY


# --- at the same instant


def test_a_call_that_is_offered_first_wins(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    offered = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(offered, "1")
    centre.settle()
    assert state(centre, "agent1") is AgentState.RESERVED

    call_id = dials(centre, OWN, OUTSIDE)

    assert refused(centre, call_id) == "agent_busy"
    centre.carrier.answers(rung(centre, offered))
    centre.settle()
    assert centre.call(offered).state is CallState.TALKING


def test_an_offer_between_reading_and_storing_wins(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    offered = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(offered, "1")

    def is_offered() -> None:
        store, centre.stage.store = centre.stage.store, centre.store
        centre.settle()
        centre.stage.store = store

    centre.stage.store = Interrupted(centre.store, "commit", is_offered)  # pyright: ignore[reportAttributeAccessIssue]
    call_id = dials(centre, OWN, OUTSIDE)
    assert refused(centre, call_id) == "agent_busy"
    assert not [leg for leg in centre.carrier.legs.values() if "/customer-status" in leg.callback]


def test_who_dialled_first_is_not_offered_the_call(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    waiting = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(waiting, "1")
    dials(centre, OWN, OUTSIDE)
    centre.settle()
    assert centre.call(waiting).state is CallState.QUEUED
    assert state(centre, "agent1") is AgentState.ON_CALL


def test_who_signs_out_while_he_talks_is_out_afterwards(centre: Centre) -> None:
    centre.sign_in("agent1", kind="sip")
    call_id = dials(centre, OWN, OUTSIDE)
    service.sign_out(centre.who("agent1"), "home")
    centre.carrier.ends(call_id)
    centre.settle()
    assert state(centre, "agent1") is AgentState.SIGNED_OUT
