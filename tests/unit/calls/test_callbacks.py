"""QUE-8: a caller is called back in his turn, or at an hour that was agreed; and what a group does with memory."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.calls import callbacks, inbound, waiting
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.paging import Page
from chalicelib.kernel.principal import Principal
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import state

CALLER = "+8613800138000"
OTHER = "+8613800138001"
WHO = Principal(username="boss", scope="all")


@pytest.fixture
def centre() -> Iterator[Centre]:
    with ExitStack() as stack:
        made = stack.enter_context(running(Centre(["agent1", "agent2"])))
        stack.enter_context(patch("chalicelib.calls.callbacks.cached_group", GROUPS.get))
        stack.enter_context(patch("chalicelib.calls.callbacks.audit", lambda *_: None))
        stack.enter_context(patch("chalicelib.calls.callbacks.groups_within", lambda _who: set(GROUPS)))
        stack.enter_context(
            patch("chalicelib.calls.waiting.status", lambda _s, of, _n: GroupStatus(group_id=of.group_id))
        )
        stack.enter_context(group(callback_key="8"))
        yield made


def group(**fields: object) -> AbstractContextManager[object]:
    return patch.dict(GROUPS, {"8001": Group(group_id="8001", name="a", **fields)})


def waits(centre: Centre, number: str = CALLER) -> str:
    """Somebody calls and waits in group 8001."""
    call_id = centre.carrier.call_in(number)
    centre.carrier.presses(call_id, "1")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    return call_id


def asks(centre: Centre, call_id: str) -> Call:
    """A waiting caller asks to be called back, hears good-bye and hangs up; returns the callback."""
    inbound.leave_by_key(call_id, "8001", "8")
    assert "Hangup" in inbound.queue_left(call_id, "leave")
    centre.carrier.ends(call_id)
    centre.settle()
    return centre.call(f"callback-{call_id}")


def ringing(centre: Centre, to: str) -> str:
    """The leg that rings there now."""
    (sid,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == to and leg.status in ("queued", "ringing")]
    return sid


def test_the_callback_has_the_caller_s_place(centre: Centre) -> None:
    first = waits(centre)
    centre.advance(5_000)
    second = waits(centre, OTHER)
    callback = asks(centre, first)
    assert centre.call(first).over
    assert centre.call(first).cause == "callback"
    assert callback.state is CallState.QUEUED
    assert callback.queueing is not None
    assert callback.queueing.enqueued_at == centre.call(second).queueing.enqueued_at - 5_000  # type: ignore[union-attr]

    centre.sign_in("agent1")
    centre.settle()
    agent = ringing(centre, "client:agent1")
    assert centre.call(second).state is CallState.QUEUED
    centre.carrier.answers(agent)
    centre.settle()
    customer = ringing(centre, CALLER)
    centre.carrier.answers(customer)
    centre.settle()
    talking = centre.call(callback.call_id)
    assert talking.state is CallState.TALKING
    assert talking.answered_at is not None
    assert state(centre, "agent1") is AgentState.ON_CALL
    centre.carrier.ends(customer)
    centre.settle()
    assert centre.call(callback.call_id).over
    assert state(centre, "agent1") is AgentState.WRAP_UP


def test_the_key_pressed_twice_makes_one_callback(centre: Centre) -> None:
    call_id = waits(centre)
    answers = {inbound.leave_by_key(call_id, "8001", "8") for _ in range(3)}
    assert len(answers) == 1
    assert sorted(one.call_id for one in centre.store.waiting("waiting#8001#1", 9)) == [f"callback-{call_id}"]


def test_who_hides_his_number_is_not_offered_a_callback_nor_gets_one(centre: Centre) -> None:
    call_id = waits(centre, "anonymous")
    heard = waiting.wait_document(call_id, 0, first=True)
    assert "请按 8" not in heard
    assert "Gather" not in heard
    inbound.leave_by_key(call_id, "8001", "8")
    assert centre.call(call_id).state is CallState.QUEUED


def test_the_offer_is_spoken_and_listened_for(centre: Centre) -> None:
    call_id = waits(centre)
    heard = waiting.wait_document(call_id, 0, first=True)
    assert "请按 8" in heard
    assert "Gather" in heard


def test_an_agent_who_does_not_answer_costs_the_callback_nothing(centre: Centre) -> None:
    callback = asks(centre, waits(centre))
    centre.sign_in("agent1")
    centre.settle()
    centre.carrier.refuses(ringing(centre, "client:agent1"), "no-answer")
    centre.settle()
    again = centre.call(callback.call_id)
    assert again.state is CallState.QUEUED
    assert again.queueing == callback.queueing
    centre.sign_in("agent2")
    centre.settle()
    assert ringing(centre, "client:agent2")


def reached_nobody(centre: Centre, callback_id: str) -> Call:
    """An agent takes the callback, and the customer does not answer."""
    centre.sign_in("agent1")
    centre.settle()
    centre.carrier.answers(ringing(centre, "client:agent1"))
    centre.settle()
    centre.carrier.refuses(ringing(centre, CALLER), "no-answer")
    centre.settle()
    call = centre.call(callback_id)
    assert call.over
    assert call.cause == "no_answer"
    return call


def test_nobody_answers_and_he_is_called_again_later_but_not_for_ever(centre: Centre) -> None:
    callback = asks(centre, waits(centre))
    reached_nobody(centre, callback.call_id)
    assert state(centre, "agent1") is AgentState.READY
    for _ in range(3):
        callbacks.try_again_after(callback.call_id)
    again = centre.call(f"{callback.call_id}~1")
    assert again.state is CallState.ARRIVING
    centre.advance(599_000)
    assert centre.call(again.call_id).state is CallState.ARRIVING
    centre.advance(2_000)
    assert centre.call(again.call_id).state is CallState.QUEUED
    centre.settle()
    reached_nobody(centre, again.call_id)
    callbacks.try_again_after(again.call_id)
    assert centre.store.call(f"{callback.call_id}~2") is None


def test_a_callback_that_was_answered_or_cancelled_is_not_tried_again(centre: Centre) -> None:
    callback = asks(centre, waits(centre))
    with patch("chalicelib.calls.records.visible", lambda call_id, _who: centre.call(call_id)):
        callbacks.cancel(WHO, callback.call_id)
    callbacks.try_again_after(callback.call_id)
    assert centre.call(callback.call_id).cause == "cancelled"
    assert centre.store.call(f"{callback.call_id}~1") is None
    assert centre.store.waiting("waiting#8001#1", 9) == []


def test_a_callback_waits_for_hours_without_being_taken_for_lost(centre: Centre) -> None:
    with group(callback_key="8", max_wait_s=60):
        callback = asks(centre, waits(centre))
        centre.advance(4 * 3_600_000)
        assert centre.call(callback.call_id).state is CallState.QUEUED


def booked(centre: Centre, at: int | None) -> Call:
    trunk = patch("chalicelib.calls.outbound.default_carrier")
    with trunk, patch("chalicelib.acd.own_rules.log"):
        call = callbacks.book(WHO, "138 0013 8000", "8001", at, "about the loan")
    centre.settle()
    return centre.call(call.call_id)


def test_a_booked_callback_comes_due_at_its_hour(centre: Centre) -> None:
    call = booked(centre, centre.now + 3_600_000)
    assert (call.state, call.customer_number) == (CallState.ARRIVING, CALLER)
    assert call.variables == {"callback_note": "about the loan"}
    centre.advance(3_599_000)
    assert centre.call(call.call_id).state is CallState.ARRIVING
    centre.advance(1_500)
    assert centre.call(call.call_id).state is CallState.QUEUED


def test_a_callback_for_now_waits_at_once(centre: Centre) -> None:
    assert booked(centre, None).state is CallState.QUEUED


def test_it_waits_until_the_group_opens(centre: Centre) -> None:
    call = booked(centre, centre.now + 60_000)
    with patch("chalicelib.calls.callbacks.is_open", lambda *_: False):
        centre.advance(61_000)
        assert centre.call(call.call_id).state is CallState.ARRIVING
    centre.advance(callbacks.CLOSED_AGAIN_MS)
    assert centre.call(call.call_id).state is CallState.QUEUED


@pytest.mark.parametrize("away_ms", [-1, 61 * 86_400_000])
def test_an_hour_that_is_past_or_far_away_is_refused(centre: Centre, away_ms: int) -> None:
    with pytest.raises(InvalidInput):
        callbacks.book(WHO, "138 0013 8000", "8001", centre.now + away_ms, "")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["call", "ask", "ready", "agent", "customer", "none"]), max_size=25), st.randoms())
def test_callbacks_under_way_never_exceed_the_agents_and_nobody_is_lost(steps: list[str], random: object) -> None:
    with ExitStack() as stack:
        centre = stack.enter_context(running(Centre(["agent1", "agent2"])))
        stack.enter_context(patch("chalicelib.calls.callbacks.cached_group", GROUPS.get))
        stack.enter_context(group(callback_key="8"))
        callers: list[str] = []
        for number, step in enumerate(steps):
            live = {sid: leg for sid, leg in centre.carrier.legs.items() if leg.status in ("queued", "ringing")}
            if step == "call":
                callers.append(centre.carrier.call_in(f"+86138001380{number:02d}"))
                centre.carrier.presses(callers[-1], "1")
            elif step == "ask" and callers:
                asked = random.choice(callers)  # type: ignore[attr-defined]
                if centre.call(asked).state is CallState.QUEUED:
                    asks(centre, asked)
            elif step == "ready":
                name = random.choice(["agent1", "agent2"])  # type: ignore[attr-defined]
                if centre.store.agent(name) is None or state(centre, name) in (
                    AgentState.NOT_READY, AgentState.SIGNED_OUT,
                ):  # fmt: skip
                    centre.sign_in(name)
            for sid, leg in live.items():
                client = leg.to.startswith("client:")
                if (step == "agent" and client) or (step == "customer" and not client):
                    centre.carrier.answers(sid)
                elif step == "none":
                    centre.carrier.refuses(sid, "no-answer")
            centre.settle()
            calls = [centre.call(id) for id in (*callers, *(f"callback-{one}" for one in callers)) if
                     centre.store.call(id)]  # fmt: skip
            busy = [name for name in ("agent1", "agent2") if centre.store.agent(name) and
                    state(centre, name) in (AgentState.RESERVED, AgentState.ON_CALL)]  # fmt: skip
            under_way = [
                one for one in calls if one.callback and one.state in (CallState.CONNECTING, CallState.TALKING)
            ]
            assert len(under_way) <= len(busy)
            entries = [one.call_id for one in centre.store.waiting("waiting#8001#1", 99)]
            assert sorted(entries) == sorted(one.call_id for one in calls if one.state is CallState.QUEUED)


# Caller memory, with the same centre (ACD-4)


def remembering(agent: str) -> AbstractContextManager[object]:
    record = CallRecord(
        call_id="old", direction="inbound", customer_number=CALLER, started_at=1, answered_at=2, agent_ids=(agent,)
    )
    return patch("chalicelib.calls.records.search", lambda *_: Page(items=[record], cursor=None))


def test_a_caller_comes_back_to_his_agent_and_after_a_while_to_anybody(centre: Centre) -> None:
    with group(memory="last_agent", memory_s=20), remembering("agent2"):
        for name in ("agent1", "agent2"):
            centre.sign_in(name)
        centre.settle()
        call_id = centre.carrier.call_in(CALLER)
        centre.carrier.presses(call_id, "1")
        centre.settle()
        centre.carrier.answers(ringing(centre, "client:agent2"))
        centre.settle()
        assert centre.call(call_id).agent_ids == ("agent2",)

        other = centre.carrier.call_in(OTHER)  # agent2 is known to come back, so that agent1 is not rung
        centre.carrier.presses(other, "1")
        centre.settle()
        assert centre.call(other).state is CallState.QUEUED
        centre.advance(20_500)
        centre.settle()
        centre.carrier.answers(ringing(centre, "client:agent1"))
        centre.settle()
        assert centre.call(other).agent_ids == ("agent1",)


def test_an_agent_who_has_a_break_is_not_waited_for(centre: Centre) -> None:
    with group(memory="last_agent"), remembering("agent2"):
        centre.sign_in("agent1")
        centre.settle()
        call_id = centre.carrier.call_in(CALLER)
        centre.carrier.presses(call_id, "1")
        centre.settle()
        assert ringing(centre, "client:agent1")
        assert centre.call(call_id).queueing.requires == ""  # type: ignore[union-attr]
