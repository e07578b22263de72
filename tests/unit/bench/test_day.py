"""The simulated day on a small scale; and the referee sees each rule that is broken."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from chalicelib.acd.model.agent import Agent, SignedIn
from chalicelib.acd.model.group import Method
from chalicelib.acd.rules import lists
from tests.bench.day import erlang
from tests.bench.day.diary import Entry, Offered
from tests.bench.day.estimates import Estimates
from tests.bench.day.floor import Day, lived
from tests.bench.day.plan import METHODS, MIDNIGHT, Plan, by_the_book, site
from tests.bench.day.referee import Referee, Verdict, unlikely_random

SIZE = 0.03


@pytest.fixture(scope="module")
def plan() -> Plan:
    return site(7, SIZE)


def verdict_on(plan: Plan) -> Verdict:
    with lived(plan) as (day, diary):
        day.live()
    return Referee(plan).judge(diary.entries)


def test_a_day_passes_as_it_should(plan: Plan) -> None:
    with lived(plan) as (day, diary):
        estimates = Estimates(day)
        day.live()
    verdict = Referee(plan).judge(diary.entries)
    assert verdict.examples == []
    assert (verdict.order_violations, verdict.double_assignments, verdict.lost_wakeups) == (0, 0, 0)
    assert (verdict.stuck_calls, verdict.stuck_agents) == (0, 0)
    assert len(verdict.waits) + len(verdict.abandoned) == len(plan.callers)
    served = {call_id[:4] for call_id in verdict.waits}
    assert served == set(plan.groups)
    assert estimates.said.keys() == {caller.call_id for caller in plan.callers}


def shuffled(method: Method) -> Callable[[Method, Agent, SignedIn], str]:
    """Break a method: its agents stand in the order of how their names look backwards."""
    right = lists.ready_sort

    def sort(given: Method, agent: Agent, place: SignedIn) -> str:
        key = right(given, agent, place)
        return f"{agent.agent_id[::-1]}#{agent.ready_epoch}" if given == method else key

    return sort


@pytest.mark.parametrize("method", [one for one in METHODS if one not in ("random", "ring_all")])
def test_who_is_taken_out_of_turn_is_seen(plan: Plan, method: Method) -> None:
    with patch.object(lists, "ready_sort", shuffled(method)):
        verdict = verdict_on(plan)
    assert verdict.order_violations > 0


def test_a_ring_all_that_leaves_somebody_out_is_seen(plan: Plan) -> None:
    with patch("chalicelib.acd.dispatch.RING_ALL_LIMIT", 2):
        assert verdict_on(plan).order_violations > 0


def test_random_that_takes_the_longest_idle_is_seen() -> None:
    assert unlikely_random([0.1, 0.3] * 50)
    assert not unlikely_random([0.1, 0.9] * 50)


def test_a_call_out_of_turn_is_seen() -> None:
    right = lists.waiting_sort
    busy = by_the_book(1, load=1.5, agents=3, hours=1, patience_s=240)

    def last_comes_first(call_id: str, enqueued_at: int, priority: int, ageing_rate: float) -> str:
        return right(call_id, 2 * MIDNIGHT - enqueued_at, priority, ageing_rate)

    assert verdict_on(busy).order_violations == 0
    with patch.object(lists, "waiting_sort", last_comes_first):
        assert verdict_on(busy).order_violations > 0


def test_an_agent_who_is_given_two_calls_is_seen(plan: Plan) -> None:
    worker, group = plan.workers[0], plan.workers[0].places[0].group_id
    first, second = [caller.call_id for caller in plan.callers if caller.group_id == group][:2]
    queued = [Entry(at, id, ((f"call {id}", "", "queued"),)) for at, id in ((1, first), (2, second))]
    ready = Entry(0, moves=((f"agent {worker.agent_id}", "", "ready"),))
    taken = ((f"agent {worker.agent_id}", "ready", "reserved"),)
    offers = [
        Entry(at, id, (*taken, (f"call {id}", "queued", "connecting")), (Offered(id, worker.agent_id, group),))
        for at, id in ((3, first), (4, second))
    ]
    assert Referee(plan).judge([ready, *queued, *offers]).double_assignments == 1
    accepted = [Entry(at, id, accepted=(id,)) for at, id in ((5, first), (6, second))]
    assert Referee(plan).judge([ready, *queued, *offers, *accepted]).double_assignments == 2


def test_wake_ups_that_are_lost_are_seen(plan: Plan) -> None:
    right = Day.dispatch

    def deaf(day: Day, target: str, cause: str) -> None:
        if target.startswith("agent:"):
            right(day, target, cause)

    with patch.object(Day, "dispatch", deaf):
        assert verdict_on(plan).lost_wakeups > 0


def test_erlang_as_in_the_tables() -> None:
    expected = erlang.c(rate=8 / 180, service_s=180, agents=10)
    assert expected.delayed == pytest.approx(0.4092, abs=1e-4)
    assert expected.wait_s == pytest.approx(36.83, abs=0.01)
    level = erlang.service_level(expected, 8 / 180, 180, 10, 20)
    assert level == pytest.approx(0.6723, abs=1e-3)
    with pytest.raises(ValueError, match="for ever"):
        erlang.c(rate=1, service_s=10, agents=10)


def test_customers_who_are_patient_wait_as_those_who_never_give_up() -> None:
    patient = erlang.a(rate=8 / 180, service_s=180, agents=10, patience_s=1e7)
    forever = erlang.c(rate=8 / 180, service_s=180, agents=10)
    assert patient.delayed == pytest.approx(forever.delayed, rel=1e-3)
    assert patient.wait_s == pytest.approx(forever.wait_s, rel=1e-2)
    assert patient.abandoned == pytest.approx(0, abs=1e-4)


def test_what_comes_in_is_served_or_gives_up() -> None:
    """All agents busy all the time serve what they can; the rest gives up (a fluid limit, far above the load)."""
    found = erlang.a(rate=2.0, service_s=100, agents=100, patience_s=100)
    assert found.abandoned == pytest.approx(0.5, abs=0.005)
