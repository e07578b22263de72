"""IVR-5: the figures of nodes. A call is counted once, whatever is delivered twice, late or out of order."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.ivr import heat_service, heat_tables, service
from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.errors import HeatRange
from chalicelib.ivr.heat import (
    NODES_COUNTED,
    WRITES_LIMIT,
    Tally,
    Walk,
    Walked,
    day_of,
    gone_on,
    hung_up,
    packed,
    sums,
    totals,
)
from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.steps import Digits, FlowContext, FlowState, Input, Step, Timeout, Visit
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from tests.unit.ivr.test_ivr_properties import flows, inputs

NOW = now_ms()
FLOW = demo_flow()


def walked(*given_inputs: Input) -> Walked:
    """Walk the demo flow."""
    step = begin(FLOW, FlowContext(now=0), flow_id="demo", version=1)
    found = gone_on(Walked(), step)
    for one in given_inputs:
        step = resume(FLOW, step.state, one)
        found = gone_on(found, step)
    return found


def at(found: Walked, node: str) -> Tally:
    return found.nodes.get(f"demo#1#{node}", Tally())


def test_a_way_counts_visits_keys_timeouts_and_wrong_keys() -> None:
    found = walked(Digits("7"), Timeout(), Digits("0"), Digits("1"))

    assert at(found, "welcome") == Tally(visits=1)
    assert at(found, "menu") == Tally(visits=2, timeouts=1, invalid=1, keys={"7": 1, "0": 1, "1": 1})
    assert at(found, "sales") == Tally(visits=1)
    assert found.at == "demo#1#sales"


def test_the_last_attempt_in_vain_is_known_for_what_it_was() -> None:
    assert at(walked(Timeout(), Timeout(), Digits("7")), "menu") == Tally(
        visits=1, timeouts=2, invalid=1, keys={"7": 1}
    )


def test_who_hangs_up_does_so_at_the_node_where_he_stands() -> None:
    assert at(hung_up(walked()), "menu").hang_ups == 1
    assert hung_up(hung_up(walked())) == hung_up(walked())


def test_collected_digits_are_not_kept() -> None:
    step = Step(
        state=FlowState(),
        actions=(),
        visits=(Visit("card", "collect", "next", digits="6222", flow_id="f", version=1),),
    )
    assert "6222" not in repr(gone_on(Walked(), step))


@given(flows(sound=False), st.lists(inputs, max_size=12))
def test_every_node_that_is_entered_is_a_visit(document: Any, given_inputs: list[Input]) -> None:
    step = begin(document, FlowContext(now=0), flow_id="f", version=1)
    found = gone_on(Walked(), step)
    for one in given_inputs:
        step = resume(document, step.state, one)
        found = gone_on(found, step)
    assert sum(tally.visits for tally in found.nodes.values()) == step.state.steps
    assert all(tally.visits > 0 for tally in found.nodes.values())


def test_a_call_through_too_many_nodes_is_counted_in_part() -> None:
    visits = tuple(Visit(f"n{number}", "play", "next", flow_id="f", version=1, arrived=True) for number in range(200))
    found = gone_on(Walked(), Step(state=FlowState(), actions=(), visits=visits))
    assert len(found.nodes) == NODES_COUNTED
    assert found.at == "f#1#n199"


nodes = st.sampled_from(["a", "b", "c"])
tallies = st.builds(
    Tally,
    visits=st.integers(1, 3),
    timeouts=st.integers(0, 2),
    hang_ups=st.integers(0, 1),
    keys=st.dictionaries(st.sampled_from(["1", "*", "#"]), st.integers(1, 2)),
)
ways = st.dictionaries(nodes.map(lambda node: f"f#1#{node}"), tallies, min_size=1).map(
    lambda found: Walked(nodes=found)
)
walks = st.lists(ways, min_size=1, max_size=5).map(
    lambda found: [Walk(f"CA{number}", NOW, one) for number, one in enumerate(found)]
)


def stored_figures() -> dict[str, Tally]:
    today = day_of(NOW)
    return totals(heat_tables.read("f", 1, today, today))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(walks, st.randoms(use_true_random=False), st.integers(1, 3))
def test_counting_again_in_any_order_changes_nothing(
    empty: Any, found: list[Walk], dice: random.Random, size: int
) -> None:
    empty()
    delivered = [*found, *found]
    dice.shuffle(delivered)
    for first in range(0, len(delivered), size):
        heat_service.count({walk.call_id: walk for walk in delivered[first : first + size]}.values())
    expected = {counted.place.node: tally for counted, tally in sums(found).items()}
    assert stored_figures() == expected


@given(st.lists(st.integers(1, NODES_COUNTED), max_size=12))
def test_a_transaction_holds_what_is_counted_together(sizes: list[int]) -> None:
    found = [
        Walk(f"CA{call}", NOW, Walked(nodes={f"f#{call}#n{node}": Tally(visits=1) for node in range(size)}))
        for call, size in enumerate(sizes)
    ]
    groups = packed(found)
    assert [walk for group in groups for walk in group] == found
    assert all(len(group) + len(sums(group)) <= WRITES_LIMIT for group in groups)


def test_calls_of_one_busy_flow_share_their_writes() -> None:
    same = Walked(nodes={f"f#1#n{node}": Tally(visits=1) for node in range(8)})
    assert [len(group) for group in packed(Walk(f"CA{call}", NOW, same) for call in range(10))] == [10]


@pytest.mark.usefixtures("stored")
class TestReading:
    def test_the_figures_of_a_version_and_of_days(self) -> None:
        service.create("F", FLOW, "demo")
        service.publish("demo", "boss")
        today = day_of(NOW)
        heat_service.count([Walk("CA1", NOW, walked(Digits("1"))), Walk("CA2", NOW - 86_400_000, walked())])

        assert heat_service.read("demo", 1, today, today)["menu"] == Tally(visits=1, keys={"1": 1})
        assert heat_service.read("demo", 1, today - timedelta(days=1), today)["menu"].visits == 2
        assert heat_service.read("demo", 1, today - timedelta(days=9), today - timedelta(days=5)) == {}

    def test_an_unknown_version_and_too_many_days_are_refused(self) -> None:
        with pytest.raises(HeatRange):
            heat_service.read("demo", 1, date(2026, 1, 2), date(2026, 1, 1))
        with pytest.raises(HeatRange):
            heat_service.read("demo", 1, date(2026, 1, 1), date(2026, 12, 31))
        with pytest.raises(NotFound):
            heat_service.read("demo", 7, date(2026, 1, 1), date(2026, 1, 1))

    def test_a_call_of_long_ago_is_not_counted_anew(self) -> None:
        long_ago = NOW - heat_service.COUNTED_WITHIN_MS - 1
        heat_service.count([Walk("CA1", long_ago, walked())])
        assert heat_tables.counted(["CA1"]) == set()
