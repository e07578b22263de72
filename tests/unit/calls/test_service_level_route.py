"""QUE-2: below a group's least service level, and beyond its length, new and waiting callers go elsewhere."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from unittest.mock import patch

import pytest

from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.calls import inbound, service_level
from chalicelib.directory.model import Route
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.paging import Page
from tests.unit.calls.centre import GROUPS, Centre, running

CALLER = "+8613800138000"
ELSEWHERE = Route(kind="group", id="8002")


def record(number: int, wait_s: int | None) -> CallRecord:
    """A call of the group that was answered after so long, or abandoned."""
    return CallRecord(
        call_id=f"c{number}", direction="inbound", customer_number=CALLER, group_id="8001", started_at=1,
        answered_at=None if wait_s is None else 2, wait_s=wait_s or 0, cause="abandoned" if wait_s is None else "x",
    )  # fmt: skip


def records_of(*waits: int | None) -> AbstractContextManager[object]:
    service_level.forget()
    items = [record(number, wait) for number, wait in enumerate(waits)]
    return patch("chalicelib.calls.records.search", lambda *_: Page(items=items, cursor=None))


@pytest.fixture
def world() -> Iterator[ExitStack]:
    group = Group(group_id="8001", name="a", service_level_min=80, service_level_route=ELSEWHERE, max_waiting=2,
                  overflow_route=ELSEWHERE)  # fmt: skip
    with ExitStack() as stack:
        stack.enter_context(patch.dict(GROUPS, {"8001": group}))
        yield stack
    service_level.forget()


@pytest.fixture
def centre(world: ExitStack) -> Centre:
    centre = world.enter_context(running(Centre(["agent1"])))
    ahead = GroupStatus(group_id="8001")
    world.enter_context(patch("chalicelib.calls.inbound.status", lambda *_: ahead))
    world.enter_context(patch("chalicelib.calls.waiting.status", lambda *_: ahead))
    return centre


def calls(centre: Centre) -> str:
    call_id = centre.carrier.call_in(CALLER)
    centre.carrier.presses(call_id, "1")
    centre.settle()
    return call_id


def group_of(centre: Centre, call_id: str) -> tuple[CallState, str | None]:
    call = centre.call(call_id)
    return call.state, call.group_id


@pytest.mark.parametrize(
    ("waits", "level"),
    [((5, 5, 5, 5, 5), 100.0), ((5, 5, 5, 90, None), 60.0), ((90, 90), None), ((), None), ((20, 21, 1, 1, 1), 80.0)],
)
def test_the_level_is_the_part_that_was_answered_in_time(waits: tuple[int | None, ...], level: float | None) -> None:
    found = [record(number, wait) for number, wait in enumerate(waits)]
    assert service_level.fold(found, Group(group_id="8001", name="a", service_level_s=20)) == level


def test_a_new_caller_is_sent_on_while_the_group_is_too_slow(centre: Centre, world: ExitStack) -> None:
    world.enter_context(records_of(90, 90, 90, 1, 1))
    call_id = calls(centre)
    assert group_of(centre, call_id) == (CallState.QUEUED, "8002")


def test_who_waits_already_is_sent_on_too(centre: Centre, world: ExitStack) -> None:
    with records_of(1, 1, 1, 1, 1):
        call_id = calls(centre)
        assert group_of(centre, call_id) == (CallState.QUEUED, "8001")
        assert "Leave" not in inbound.wait_on(call_id, 30, first=False)
    world.enter_context(records_of(90, 90, 90, 90, 1))
    assert "Play" in inbound.wait_on(call_id, 60, first=False)
    assert group_of(centre, call_id) == (CallState.QUEUED, "8002")


def test_a_fast_group_keeps_its_callers(centre: Centre, world: ExitStack) -> None:
    world.enter_context(records_of(1, 1, 1, 1, 1))
    assert group_of(centre, calls(centre)) == (CallState.QUEUED, "8001")


def test_who_stands_beyond_the_longest_queue_is_sent_on(centre: Centre, world: ExitStack) -> None:
    world.enter_context(records_of())
    call_id = calls(centre)
    order = ("a", "b", call_id)
    world.enter_context(
        patch("chalicelib.calls.inbound.status", lambda *_: GroupStatus(group_id="8001", waiting=3, order=order))
    )
    inbound.wait_on(call_id, 30, first=False)
    assert group_of(centre, call_id) == (CallState.QUEUED, "8002")


def test_a_waiting_caller_leaves_the_carrier_s_queue_for_a_mailbox(centre: Centre, world: ExitStack) -> None:
    box = Group(group_id="8001", name="a", service_level_min=80, service_level_route=Route(kind="voicemail", id="8001"))
    world.enter_context(patch.dict(GROUPS, {"8001": box}))
    with records_of():
        call_id = calls(centre)
    world.enter_context(records_of(90, 90, 90, 90, 90))
    assert "Leave" in inbound.wait_on(call_id, 30, first=False)
    assert "Record" in inbound.queue_left(call_id, "leave")
