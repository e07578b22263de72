"""One timer is out per record: the earliest that is needed."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.acd.stage import next_timer

INSTANT = st.integers(min_value=1, max_value=10_000)
MAYBE = st.none() | INSTANT


def test_first_due_time_arms() -> None:
    assert next_timer(500, None, 100) == 500


def test_nothing_due_keeps_the_timer_that_is_out() -> None:
    assert next_timer(None, 400, 100) == 400
    assert next_timer(None, None, 100) is None


def test_earlier_due_time_needs_a_new_timer() -> None:
    assert next_timer(300, 400, 100) == 300


def test_later_due_time_waits_for_the_timer_that_is_out() -> None:
    assert next_timer(900, 400, 100) == 400


def test_what_falls_due_in_the_moment_of_the_last_timer_gets_one_of_its_own() -> None:
    assert next_timer(100, 100, 100) == 101


def test_timer_that_has_passed_is_replaced() -> None:
    assert next_timer(900, 100, 100) == 900


@given(INSTANT, MAYBE, INSTANT)
def test_a_due_record_has_a_timer_in_time(due: int, timer_at: int | None, now: int) -> None:
    found = next_timer(due, timer_at, now)
    assert found is not None
    assert found <= due or (found == now + 1 and due <= now)
    assert found != timer_at or due > now  # what is overdue gets a timer: the one of that name has fired
    assert found > now or found == due


def test_what_fell_due_when_a_timer_fired_that_had_armed_itself_for_later_gets_one_at_once() -> None:
    """A requirement ran out while an agent's phone rang, and the call is back in the queue."""
    assert next_timer(100, 100, 5_000) == 5_001
