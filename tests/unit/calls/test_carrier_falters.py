"""A carrier that does not answer, or does not do what it was asked for: what is stored holds and is asked for again."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest

from chalicelib.acd.errors import CarrierRefused, CarrierSilent
from chalicelib.acd.model.call import HANG_UP_CHECKS, SETTLE_TRIES, Call, CallState, LegState
from chalicelib.calls import control
from chalicelib.calls.control import Target
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.outcome import Outcome, Refused, Unknown
from tests.unit.calls.centre import Centre, running
from tests.unit.calls.test_review import EXPERT, OUTSIDE, consulting, customer_state
from tests.unit.calls.test_way_through import rung, served


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


SILENT: Outcome[None] = Unknown("ReadTimeout")
REFUSED: Outcome[None] = Refused(code=20429, status=429)


class HoldFails:
    """The carrier's hold, with a number of failures before it works; done: it works, only its answer is lost."""

    def __init__(self, centre: Centre, times: int, outcome: Outcome[None] = SILENT, *, done: bool = False) -> None:
        self.centre, self.times, self.outcome, self.done = centre, times, outcome, done
        self.works = centre.carrier.hold
        self.asked = 0

    def __call__(self, conference: str, call_sid: str, on: bool, hold_url: str | None = None) -> Outcome[None]:
        self.asked += 1
        if self.asked > self.times:
            return self.works(conference, call_sid, on, hold_url)
        if self.done:
            self.works(conference, call_sid, on, hold_url)
        return self.outcome


@pytest.mark.parametrize("outcome", [SILENT, REFUSED])
@pytest.mark.parametrize("target", [EXPERT, Target(kind="outside", id=OUTSIDE)])
@pytest.mark.parametrize("operation", [control.transfer, control.consult])
def test_what_was_stored_is_answered_and_the_hold_is_made_good(
    centre: Centre, operation: Callable[[Principal, str, Target], Call], target: Target, outcome: Outcome[None]
) -> None:
    call_id, _ = served(centre)
    centre.sign_in("agent2")
    with patch.object(centre.carrier, "hold", HoldFails(centre, 3, outcome)):
        answer = operation(centre.who("agent1"), call_id, target)
        assert not centre.carrier.legs[call_id].held
        centre.settle()
        centre.advance(6_000)

    assert [offer.address for offer in answer.live_offers] == [centre.call(call_id).live_offers[0].address]
    assert answer.state is (CallState.CONNECTING if operation is control.transfer else CallState.TALKING)
    assert centre.carrier.legs[call_id].held
    assert customer_state(centre, call_id) is LegState.HELD


def test_the_end_of_a_hold_is_made_good_too(centre: Centre) -> None:
    call_id, _, _ = consulting(centre, answered=True)
    with patch.object(centre.carrier, "hold", HoldFails(centre, 3)):
        answer = control.complete_consult(centre.who("agent1"), call_id)
        assert centre.carrier.legs[call_id].held
        centre.advance(6_000)

    assert [leg.agent_id for leg in answer.agent_legs] == ["agent2"]
    assert not centre.carrier.legs[call_id].held


def test_a_hold_that_was_taken_back_is_taken_back_at_the_carrier(centre: Centre) -> None:
    """The carrier did it, only its answer was lost: the agent was told that it failed, so it must not stay."""
    call_id, _ = served(centre)
    with patch.object(centre.carrier, "hold", HoldFails(centre, 3, done=True)):
        with pytest.raises(CarrierSilent):
            control.hold(centre.who("agent1"), call_id)
        assert centre.carrier.legs[call_id].held
        centre.advance(6_000)

    assert customer_state(centre, call_id) is LegState.JOINED
    assert not centre.carrier.legs[call_id].held


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("operation", [control.hold, control.retrieve])
def test_a_hold_that_a_crash_kept_from_the_carrier_is_made_good(
    centre: Centre, operation: Callable[[Principal, str], Call]
) -> None:
    call_id, _ = served(centre)
    me = centre.who("agent1")
    if operation is control.retrieve:
        control.hold(me, call_id)
    before = centre.carrier.legs[call_id].held
    with patch.object(centre.carrier, "hold", side_effect=Crash), pytest.raises(Crash):
        operation(me, call_id)
    assert centre.carrier.legs[call_id].held is before
    with patch.object(centre.carrier, "hold", side_effect=Crash), pytest.raises(Crash):
        centre.advance(6_000)

    centre.advance(20_000)
    assert centre.carrier.legs[call_id].held is not before
    assert centre.call(call_id).settle_at is None


def test_a_hold_that_was_done_is_asked_for_once(centre: Centre) -> None:
    call_id, _ = served(centre)
    with patch.object(centre.carrier, "hold", wraps=centre.carrier.hold) as asked:
        control.hold(centre.who("agent1"), call_id)
        centre.advance(60_000)
    assert asked.call_count == 1


def test_a_refused_hold_says_so(centre: Centre) -> None:
    call_id, _ = served(centre)
    with patch.object(centre.carrier, "hold", HoldFails(centre, 3, REFUSED)), pytest.raises(CarrierRefused):
        control.hold(centre.who("agent1"), call_id)


def test_a_carrier_that_never_holds_is_not_asked_for_ever(centre: Centre) -> None:
    call_id, _ = served(centre)
    hold = HoldFails(centre, 10_000)
    with patch.object(centre.carrier, "hold", hold):
        control.consult(centre.who("agent1"), call_id, Target(kind="outside", id=OUTSIDE))
        asked_at_once = hold.asked
        centre.advance(900_000)
        centre.advance(900_000)

    assert hold.asked == asked_at_once * (1 + SETTLE_TRIES)
    assert centre.call(call_id).settle_at is None
    assert not centre.call(call_id).over


# --- legs whose end nobody confirms


def handed_over(centre: Centre) -> tuple[str, str, str]:
    """Return a call that one agent transferred to another, and both legs; the end of the first is never confirmed."""
    call_id, first = served(centre)
    centre.sign_in("agent2")
    with patch.object(centre.carrier, "end_call", lambda _: SILENT):
        control.transfer(centre.who("agent1"), call_id, EXPERT)
        centre.settle()
        second = rung(centre, call_id)
        centre.carrier.answers(second)
        centre.settle()
        centre.advance(11_000)
    return call_id, first, second


def checks(centre: Centre, call_id: str) -> dict[str | None, int]:
    return {leg.sid: leg.checks for leg in centre.call(call_id).legs}


def test_the_tries_of_one_leg_are_not_used_up_by_another(centre: Centre) -> None:
    call_id, first, second = handed_over(centre)
    with patch.object(centre.carrier, "end_call", lambda _: SILENT):
        centre.advance(100_000)
        assert checks(centre, call_id)[first] == HANG_UP_CHECKS
        centre.carrier.ends(call_id)
        centre.settle()
    assert centre.carrier.legs[second].status == "in-progress"

    centre.advance(11_000)

    assert centre.carrier.legs[second].status == "completed"


def test_a_leg_is_not_asked_after_before_its_own_time(centre: Centre) -> None:
    call_id, first, second = handed_over(centre)
    assert checks(centre, call_id)[first] == 1
    with patch.object(centre.carrier, "end_call", lambda _: SILENT):
        centre.advance(5_000)
        control.hang_up(centre.who("agent2"), call_id)
        centre.advance(5_000)

    found = checks(centre, call_id)
    assert (found[first], found[second]) == (2, 0)
