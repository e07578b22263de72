"""An extension rings where it is followed to (PBX-5): in order or together, first come, and where nobody comes."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd.errors import AgentUnavailable
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import CallState, LegState
from chalicelib.calls import control, outbound, timers, waiting
from chalicelib.calls.control import Target
from chalicelib.calls.dial import caller_shown
from chalicelib.calls.follow_me import extension_of, rings_of
from chalicelib.directory.model import Decision, Extension, FollowMe, Route
from tests.unit.calls.centre import EXTENSIONS, Centre, running
from tests.unit.calls.test_desk_dialling import HALL, dials
from tests.unit.calls.test_way_through import served, state

FIRST, SECOND, THIRD = "+8613900000011", "+8613900000012", "+8613900000013"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def called(centre: Centre, extension: str) -> str:
    """Let a caller reach an extension directly by a number of its own."""
    route = Decision(kind="route", route=Route(kind="extension", id=extension), reasons=[])
    with patch("chalicelib.directory.service.route_inbound", lambda *_: route):
        call_id = centre.carrier.call_in("+8613800138000")
    centre.calls.append(call_id)
    centre.settle()
    return call_id


def ringing(centre: Centre) -> dict[str, str]:
    """Return the phones that ring, with their legs."""
    return {
        leg.to: sid
        for sid, leg in centre.carrier.legs.items()
        if leg.url not in ("/inbound", "/phones") and leg.status in ("queued", "ringing")
    }


def picked_up(centre: Centre, number: str) -> None:
    """Answer at an outside number, and press the key that accepts."""
    sid = ringing(centre)[number]
    centre.carrier.answers(sid)
    centre.carrier.presses(sid, "1")
    centre.settle()


def test_an_extension_is_dialled_however_long_it_is() -> None:
    kept = {number: Extension(extension=number, kind="sip") for number in ("10", "1234567", "8888666600")}
    with patch("chalicelib.directory.service.find_extension", side_effect=kept.get) as find:
        assert [extension_of(number) for number in kept] == list(kept.values())
        find.reset_mock()
        assert extension_of("13800138000") is None
        assert not find.called


# --- which phones ring when


def plan(extension: Extension, agent: Agent | None = None) -> list[tuple[str, int, int, str]]:
    return [(ring.phone.address, ring.at // 1000, ring.ring_s, ring.agent_id) for ring in rings_of(extension, agent, 0)]


def test_in_order_each_delay_counts_from_the_end_of_the_one_before() -> None:
    assert plan(EXTENSIONS["1010"]) == [("client:agent2", 0, 10, ""), (FIRST, 10, 15, ""), (SECOND, 30, 15, "")]


def test_together_each_delay_counts_from_the_beginning() -> None:
    assert plan(EXTENSIONS["1011"]) == [(FIRST, 0, 20, ""), (SECOND, 0, 20, ""), (THIRD, 8, 20, "")]


def test_who_is_signed_in_has_one_phone() -> None:
    both = replace(
        EXTENSIONS["1001"],
        follow_me=[FollowMe(kind="own"), FollowMe(kind="browser"), FollowMe(kind="outside", number=FIRST)],
    )
    assert plan(both) == [("sip:1001@voice.local", 0, 20, ""), ("client:agent1", 20, 20, ""), (FIRST, 40, 20, "")]
    assert plan(both, Agent(agent_id="agent1")) == [("sip:1001@voice.local", 0, 20, "agent1"), (FIRST, 20, 20, "")]


def test_without_follow_me_its_own_phone_rings() -> None:
    assert plan(EXTENSIONS["1006"]) == [("sip:1006@voice.local", 0, 40, "")]
    assert plan(EXTENSIONS["1012"]) == []


# --- in order


def test_in_order_until_somebody_answers(centre: Centre) -> None:
    centre.sign_in("agent2")
    call_id = called(centre, "1010")
    assert list(ringing(centre)) == ["client:agent2"]
    assert state(centre, "agent2") is AgentState.RESERVED

    centre.carrier.refuses(ringing(centre)["client:agent2"], "no-answer")
    centre.settle()
    assert list(ringing(centre)) == [FIRST]

    picked_up(centre, FIRST)
    call = centre.call(call_id)
    assert (call.state, call.hunt) == (CallState.TALKING, None)
    centre.advance(60_000)
    centre.settle()
    assert ringing(centre) == {}


def test_a_phone_that_says_nothing_does_not_hold_up_the_next(centre: Centre) -> None:
    """The carrier never tells that the first phone was not answered: the next rings at its time all the same."""
    call_id = called(centre, "1010")
    centre.advance(10_000)
    centre.settle()
    assert sorted(ringing(centre)) == [FIRST, "client:agent2"]
    centre.advance(300_000)
    centre.settle()
    assert centre.call(call_id).over or centre.carrier.legs[call_id].gather == ""


def test_a_busy_agent_is_passed_over(centre: Centre) -> None:
    served(centre, "agent2")
    called(centre, "1010")
    assert list(ringing(centre)) == [FIRST]


def test_who_waits_for_an_extension_is_in_no_group(centre: Centre) -> None:
    call_id = called(centre, "1011")
    with patch("chalicelib.calls.waiting.cached_group", side_effect=AssertionError("an empty key")):
        assert "<Play" in waiting.wait_document(call_id, 0, first=True)


# --- together


def test_together_the_first_to_answer_stops_the_others(centre: Centre) -> None:
    call_id = called(centre, "1011")
    assert sorted(ringing(centre)) == [FIRST, SECOND]
    centre.advance(8_000)
    centre.settle()
    assert sorted(ringing(centre)) == [FIRST, SECOND, THIRD]

    picked_up(centre, SECOND)

    assert ringing(centre) == {}
    (party,) = centre.call(call_id).parties
    assert party.address == SECOND


def test_a_mailbox_that_picks_up_does_not_answer(centre: Centre) -> None:
    """Without the key the others go on ringing."""
    call_id = called(centre, "1011")
    centre.carrier.answers(ringing(centre)[FIRST])
    centre.settle()
    assert centre.call(call_id).state is CallState.CONNECTING
    picked_up(centre, SECOND)
    assert centre.call(call_id).state is CallState.TALKING


def test_when_the_caller_hangs_up_nothing_rings_any_more(centre: Centre) -> None:
    call_id = called(centre, "1011")
    centre.carrier.ends(call_id)
    centre.settle()
    centre.advance(20_000)
    centre.settle()
    assert ringing(centre) == {}
    assert centre.call(call_id).over


def test_a_timer_that_comes_twice_rings_once(centre: Centre) -> None:
    call_id = called(centre, "1011")
    centre.now += 8_000
    timers.settle("call", call_id)
    timers.settle("call", call_id)
    centre.settle()
    assert len(centre.call(call_id).live_offers) == 3


# --- nobody


def nobody_answers(centre: Centre) -> None:
    for _ in range(4):
        for sid in ringing(centre).values():
            centre.carrier.refuses(sid, "no-answer")
        centre.settle()


def test_nobody_answers_and_the_caller_leaves_a_message(centre: Centre) -> None:
    call_id = called(centre, "1010")
    nobody_answers(centre)
    call = centre.call(call_id)
    assert call.variables["voicemail_box"] == "extension:1010"
    assert call.agent_ids == ("agent2",)
    assert "<Record" in call.document


def test_nobody_answers_and_a_group_takes_the_caller(centre: Centre) -> None:
    call_id = called(centre, "1011")
    nobody_answers(centre)
    call = centre.call(call_id)
    assert (call.state, call.group_id) == (CallState.QUEUED, "8002")


def test_an_extension_without_a_phone_sends_the_caller_on(centre: Centre) -> None:
    called(centre, "1012")
    assert sorted(ringing(centre)) == [FIRST, SECOND]


def test_extensions_that_send_a_caller_to_and_fro_let_him_go(centre: Centre) -> None:
    to_and_fro = {
        number: Extension(extension=number, kind="virtual", unanswered=Route(kind="extension", id=other))
        for number, other in (("2001", "2002"), ("2002", "2001"))
    }
    with patch.dict(EXTENSIONS, to_and_fro):
        call_id = called(centre, "2001")
    assert centre.call(call_id).over


def test_without_a_way_on_the_caller_hears_that_nobody_is_there(centre: Centre) -> None:
    call_id = called(centre, "1006")
    nobody_answers(centre)
    assert "无人接听" in centre.carrier.legs[call_id].said
    assert centre.call(call_id).over


# --- from inside


def test_click_to_dial_rings_an_extension(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = outbound.dial(centre.who("agent1"), "1011", None).call_id
    centre.settle()
    centre.carrier.answers(ringing(centre)["client:agent1"])
    centre.settle()
    assert sorted(ringing(centre)) == [FIRST, SECOND]
    shown = {caller_shown(centre.call(call_id), offer) for offer in centre.call(call_id).live_offers}
    assert shown == {"+861055550100"}  # a name is no number that a carrier shows outside
    picked_up(centre, FIRST)
    assert centre.call(call_id).state is CallState.TALKING


@pytest.mark.parametrize("desk_phone", [True, False])
def test_a_colleague_whom_nobody_takes_leaves_a_message_and_is_free_afterwards(
    centre: Centre, desk_phone: bool
) -> None:
    centre.sign_in("agent1", kind="sip" if desk_phone else "browser")
    if desk_phone:
        call_id = sid = dials(centre, "sip:1001@voice.local", "1010")
        centre.settle()
    else:
        call_id = outbound.dial(centre.who("agent1"), "1010", None).call_id
        centre.settle()
        sid = ringing(centre)["client:agent1"]
        centre.carrier.answers(sid)
        centre.settle()
    listening = centre.carrier.legs[sid]
    with patch.object(centre.carrier, "_run", lambda leg, document: setattr(leg, "said", document)):
        nobody_answers(centre)

    call = centre.call(call_id)
    assert (call.state, call.customer and call.customer.agent_id) == (CallState.IN_FLOW, "agent1")
    assert "<Record" in listening.said
    assert state(centre, "agent1") is AgentState.ON_CALL
    centre.carrier.ends(sid)
    centre.settle()
    assert centre.call(call_id).over
    assert state(centre, "agent1") is AgentState.READY


def test_a_phone_that_reaches_nobody_at_once_is_led_to_the_mailbox(centre: Centre) -> None:
    """Its own request is answered with what it has been sent to by then."""
    with patch.dict(
        EXTENSIONS, {"2001": Extension(extension="2001", kind="virtual", unanswered=Route(kind="voicemail"))}
    ):
        call_id = dials(centre, HALL, "2001")
        assert "<Record" in centre.carrier.asks_again(call_id)
        centre.settle()
    assert centre.call(call_id).variables["voicemail_box"] == "extension:2001"


@pytest.mark.parametrize("kind", ["extension", "outside"])
def test_an_agent_transfers_to_an_extension(centre: Centre, kind: str) -> None:
    call_id, _ = served(centre)
    control.transfer(centre.who("agent1"), call_id, Target(kind=kind, id="1011"))  # type: ignore[arg-type]
    centre.settle()
    assert state(centre, "agent1") is AgentState.WRAP_UP
    customer = centre.call(call_id).customer
    assert customer is not None
    assert customer.state is LegState.HELD
    picked_up(centre, FIRST)
    call = centre.call(call_id)
    assert (call.state, call.customer and call.customer.state) == (CallState.TALKING, LegState.JOINED)


def test_a_transfer_that_nobody_takes_goes_where_the_extension_says(centre: Centre) -> None:
    call_id, _ = served(centre)
    control.transfer(centre.who("agent1"), call_id, Target(kind="extension", id="1011"))
    centre.settle()
    nobody_answers(centre)
    call = centre.call(call_id)
    assert (call.state, call.group_id) == (CallState.QUEUED, "8002")


def test_a_transfer_to_who_cannot_be_rung_leaves_the_customer_with_the_agent(centre: Centre) -> None:
    call_id, _ = served(centre)
    with pytest.raises(AgentUnavailable):
        control.transfer(centre.who("agent1"), call_id, Target(kind="extension", id="1001"))
    assert centre.call(call_id).state is CallState.TALKING
    assert state(centre, "agent1") is AgentState.ON_CALL
