"""QUE-1: how long a caller is told he will wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.acd.model.group import GroupStatus
from chalicelib.acd.rules.estimating import GAP_MS, pace, wait_ms
from chalicelib.calls.waiting import wait_in_words

MINUTE = 60_000
NOON = 1_800_000_000_000


def status(*order: str, at: int = NOON, **fields: object) -> GroupStatus:
    given = {"longest_wait_since": at - 2 * MINUTE if order else None, **fields}
    return GroupStatus(group_id="g1", waiting=len(order), order=order, at=at, **given)  # type: ignore[arg-type]


def test_the_pace_is_seen_from_who_is_gone() -> None:
    seen, known = pace(status("a", "b", "c", "d"), ["c", "d", "e"], NOON + MINUTE)
    assert (seen, known) == (2.0, MINUTE)


def test_what_was_seen_earlier_counts_less_with_time() -> None:
    before = status("a", "b", pace=4.0, pace_ms=10 * MINUTE)
    seen, _ = pace(before, ["a", "b"], NOON + MINUTE)
    assert 3.0 < seen < 4.0


@pytest.mark.parametrize("before", [status(), status("a", at=NOON - GAP_MS), status("a", at=NOON + 1)])
def test_nothing_is_learnt_from_an_empty_queue_or_from_too_long_ago(before: GroupStatus) -> None:
    assert pace(before, [], NOON + 1) == (before.pace, before.pace_ms)


def test_the_estimate_is_between_both_that_it_is_made_of() -> None:
    queue = status("a", "b", "c", pace=1.0)
    assert wait_ms(1, queue) == round((2 * MINUTE + 2 * MINUTE * 2 / 4) / 2)
    assert wait_ms(1, status("a", "b")) is None


@given(st.integers(0, 300), st.floats(0.01, 100))
def test_who_stands_farther_back_is_never_told_less(ahead: int, calls_a_minute: float) -> None:
    queue = status(*map(str, range(200)), pace=calls_a_minute)
    nearer, farther = wait_ms(ahead, queue), wait_ms(ahead + 1, queue)
    assert nearer is not None
    assert farther is not None
    assert 0 < nearer <= farther


@pytest.mark.parametrize(
    ("wait", "chinese", "english"),
    [
        (59_000, "预计等待不到一分钟。", "The estimated wait is less than a minute."),
        (MINUTE, "预计等待约 1 分钟。", "The estimated wait is about 1 minute."),
        (3 * MINUTE + 1, "预计等待约 4 分钟。", "The estimated wait is about 4 minutes."),
        (11 * MINUTE, "预计等待约 15 分钟。", "The estimated wait is about 15 minutes."),
    ],
)
def test_a_wait_in_words(wait: int, chinese: str, english: str) -> None:
    assert wait_in_words(wait) == {"zh-CN": chinese, "en": english}


def test_nothing_is_said_without_an_estimate() -> None:
    assert wait_in_words(None) == {}
