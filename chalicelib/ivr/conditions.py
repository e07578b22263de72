"""Whether a condition's test holds, from the facts and variables of the call. Pure.

A test that cannot be made (unknown zone, text where a number is compared) is false.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.ivr.base import DAYS
from chalicelib.ivr.model import ConditionNode
from chalicelib.ivr.questions import (
    AreaTest,
    CallerTest,
    DialledTest,
    GradeTest,
    HolidayTest,
    LanguageTest,
    ScheduleTest,
    ScreeningTest,
    Test,
    TimeTest,
    VariableTest,
)
from chalicelib.ivr.steps import FlowContext


def branch_taken(node: ConditionNode, facts: FlowContext, values: Mapping[str, str]) -> str:
    """Return the name of the first branch whose tests all hold, else `else`."""
    for branch in node.branches:
        if all(holds(test, facts, values) for test in branch.tests):
            return branch.name
    return "else"


def holds(test: Test, facts: FlowContext, values: Mapping[str, str]) -> bool:
    """Return whether one test holds."""
    match test:
        case ScheduleTest() | TimeTest() | HolidayTest():
            return _is_time(test, facts)
        case AreaTest() | GradeTest() | ScreeningTest():
            return _is_so_of_caller(test, facts)
        case CallerTest():
            return matches(test.pattern, facts.caller)
        case DialledTest():
            return matches(test.pattern, facts.dialled)
        case LanguageTest():
            return values.get("language") == test.language
        case VariableTest():
            return _compares(test, values.get(test.variable, ""))


def _is_time(test: ScheduleTest | TimeTest | HolidayTest, facts: FlowContext) -> bool:
    match test:
        case ScheduleTest():
            return facts.open_schedules.get(test.schedule_id, False) == test.open
        case TimeTest():
            return _within(test, facts.now)
        case HolidayTest():
            return test.schedule_id in facts.holidays


def _is_so_of_caller(test: AreaTest | GradeTest | ScreeningTest, facts: FlowContext) -> bool:
    match test:
        case AreaTest():
            return facts.country == test.country and _is_in(test.place, facts.places)
        case GradeTest():
            return facts.grade >= test.at_least
        case ScreeningTest():
            return facts.screening == test.list


def matches(pattern: str, number: str) -> bool:
    """Return whether `number` is `pattern`, or begins with it if the pattern ends in `*`."""
    return number.startswith(pattern[:-1]) if pattern.endswith("*") else number == pattern


def _is_in(place: str, places: tuple[str, ...]) -> bool:
    return not place or any(place.casefold() in one.casefold() for one in places)


def local_time(now: int, time_zone: str) -> datetime | None:
    """Return an instant (ms) on the clocks of a zone, None for an unknown zone or an impossible instant."""
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    try:
        return datetime.fromtimestamp(now / 1000, ZoneInfo(time_zone))
    except (KeyError, ValueError, OSError, OverflowError):  # ZoneInfoNotFoundError is a KeyError
        return None


def _within(test: TimeTest, now: int) -> bool:
    local = local_time(now, test.time_zone)
    if local is None:
        return False
    clock = local.strftime("%H:%M")
    if test.from_ <= test.to:
        return test.from_ <= clock < test.to and _on_day(test, local)
    # Over midnight: the small hours belong to the day on which the interval began.
    if clock >= test.from_:
        return _on_day(test, local)
    return clock < test.to and _on_day(test, local - timedelta(days=1))


def _on_day(test: TimeTest, local: datetime) -> bool:
    return DAYS[local.weekday()] in test.days


def _compares(test: VariableTest, value: str) -> bool:
    match test.op:
        case "equals":
            return value == test.value
        case "not_equals":
            return value != test.value
        case "starts_with":
            return value.startswith(test.value)
        case "contains":
            return test.value in value
        case "is_set":
            return value != ""
        case "greater" | "less":
            return _ordered(value, test.value, test.op)


def _ordered(value: str, other: str, op: str) -> bool:
    try:
        left, right = float(value), float(other)
    except ValueError:
        return False
    return left > right if op == "greater" else left < right
