"""Where a waiting call and a ready agent stand: the order of virtual enqueue times never changes."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.acd.model.agent import SignedIn
from chalicelib.acd.model.group import Method
from chalicelib.acd.rules.lists import (
    PRIORITY_LIMIT,
    ready_entry,
    ready_list,
    ready_sort,
    waiting_entry,
    waiting_list,
    waiting_sort,
)
from tests.unit.acd.kit import NOON, group, ready_agent

INSTANTS = st.integers(min_value=NOON - 10**9, max_value=NOON + 10**9)
PRIORITIES = st.integers(min_value=-PRIORITY_LIMIT, max_value=PRIORITY_LIMIT)
RATES = st.sampled_from([0.001, 0.1, 0.5, 1.0, 3.0, 60.0])
IDS = st.text(alphabet="CA0123456789", min_size=1, max_size=8)
CALLS = st.tuples(IDS, INSTANTS, PRIORITIES)


def points(call: tuple[str, int, int], rate: float, now: int) -> float:
    """Return the priority that a call has gained by `now`."""
    _, enqueued_at, priority = call
    return priority + rate * (now - enqueued_at) / 60_000


@given(CALLS, CALLS, RATES, INSTANTS)
def test_order_is_that_of_the_points_at_any_time(
    one: tuple[str, int, int], other: tuple[str, int, int], rate: float, now: int
) -> None:
    rounding = rate * 1 / 60_000
    lead = points(one, rate, now) - points(other, rate, now)
    if abs(lead) > 2 * rounding:
        assert (waiting_sort(*one, rate) < waiting_sort(*other, rate)) == (lead > 0)


@given(st.lists(CALLS, unique_by=lambda call: call[0]))
def test_rate_zero_is_priority_then_time(calls: list[tuple[str, int, int]]) -> None:
    by_key = sorted(calls, key=lambda call: waiting_sort(*call, 0))
    assert by_key == sorted(calls, key=lambda call: (-call[2], call[1], call[0]))


@given(INSTANTS, INSTANTS, PRIORITIES, RATES | st.just(0.0))
def test_same_priority_is_first_come_first_served(first: int, second: int, priority: int, rate: float) -> None:
    if first < second:
        assert waiting_sort("z", first, priority, rate) < waiting_sort("a", second, priority, rate)


@given(INSTANTS, PRIORITIES, PRIORITIES, RATES | st.just(0.0))
def test_higher_priority_is_never_later(at: int, low: int, high: int, rate: float) -> None:
    if low < high:
        assert waiting_sort("c", at, high, rate) < waiting_sort("c", at, low, rate)


@given(INSTANTS, st.integers(min_value=PRIORITY_LIMIT), RATES | st.just(0.0))
def test_priorities_beyond_the_limit_count_as_the_limit(at: int, beyond: int, rate: float) -> None:
    assert waiting_sort("c", at, beyond, rate) == waiting_sort("c", at, PRIORITY_LIMIT, rate)
    assert waiting_sort("c", at, -beyond, rate) == waiting_sort("c", at, -PRIORITY_LIMIT, rate)


@given(st.floats(min_value=0, max_value=1e-2), INSTANTS, PRIORITIES, PRIORITIES)
def test_hardly_any_ageing_still_orders_by_priority(rate: float, at: int, low: int, high: int) -> None:
    if low < high:
        assert waiting_sort("c", at, high, rate) < waiting_sort("c", at, low, rate)


def test_list_changes_with_the_rate() -> None:
    assert waiting_list(group(ageing_rate=1)) != waiting_list(group(ageing_rate=0.5)) != waiting_list(group("g2"))


def test_entry_names_its_call() -> None:
    entry = waiting_entry(group(), "CA1", NOON, 3)
    assert (entry.call_id, entry.group_id, entry.enqueued_at) == ("CA1", "g1", NOON)
    assert entry.sort == waiting_sort("CA1", NOON, 3, 1.0)


LEVELS = st.integers(min_value=1, max_value=9)
AGENTS = st.tuples(IDS, LEVELS, INSTANTS)


def key(method: Method, agent_id: str, level: int, idle_since: int) -> str:
    return ready_sort(method, ready_agent(agent_id, idle_since=idle_since), SignedIn(group_id="g1", level=level))


@given(st.lists(AGENTS, unique_by=lambda agent: agent[0]))
def test_longest_idle_first(agents: list[tuple[str, int, int]]) -> None:
    by_key = sorted(agents, key=lambda agent: key("longest_idle", *agent))
    assert [agent[2] for agent in by_key] == sorted(agent[2] for agent in agents)


@given(st.lists(AGENTS, unique_by=lambda agent: agent[0]))
def test_best_level_first_then_longest_idle(agents: list[tuple[str, int, int]]) -> None:
    by_key = sorted(agents, key=lambda agent: key("level_longest_idle", *agent))
    assert [(-level, idle) for _, level, idle in by_key] == sorted((-level, idle) for _, level, idle in agents)


def test_ready_entry_belongs_to_an_epoch() -> None:
    agent = ready_agent("a1", ready_epoch=4)
    entry = ready_entry(agent, SignedIn(group_id="g1", level=7), "level_longest_idle")
    assert (entry.list, entry.epoch, entry.level) == (ready_list("g1", "level_longest_idle"), 4, 7)
    again = ready_entry(ready_agent("a1", ready_epoch=5), SignedIn(group_id="g1", level=7), "level_longest_idle")
    assert again.sort != entry.sort
