"""The tests of conditions, as they stand in a document."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from chalicelib.ivr.base import DAYS, Clock, Day, Id, Locale, Part, Value, Variable


class ScheduleTest(Part, tag_field="test", tag="schedule", frozen=True, kw_only=True):
    """True when the schedule is open (or, with open=false, closed) now."""

    schedule_id: Id
    open: bool = True


class TimeTest(Part, tag_field="test", tag="time", frozen=True, kw_only=True):
    """True when the time of day in a zone is from `from` until before `to` on one of `days` (past midnight too)."""

    time_zone: Annotated[str, Meta(max_length=64)] = "Asia/Shanghai"
    days: Annotated[list[Day], Meta(max_length=7)] = field(default_factory=lambda: list(DAYS))
    from_: Clock = field(name="from")
    to: Clock


class CallerTest(Part, tag_field="test", tag="caller", frozen=True, kw_only=True):
    """True when the caller's number is `pattern`, or begins with it if it ends in `*`."""

    pattern: Annotated[str, Meta(min_length=1, max_length=40)]


class AreaTest(Part, tag_field="test", tag="area", frozen=True, kw_only=True):
    """True when the caller's number belongs to a country (ISO 3166) and, if one is given, to a place there.

    place: a province or city in Chinese or English; a part is enough (广东, Shenzhen).
    """

    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")] = "CN"
    place: Annotated[str, Meta(max_length=60)] = ""


class GradeTest(Part, tag_field="test", tag="grade", frozen=True, kw_only=True):
    """True when the customer's grade is at least this (9 highest, 0 for a caller whom we do not know)."""

    at_least: Annotated[int, Meta(ge=0, le=9)]


class ScreeningTest(Part, tag_field="test", tag="screening", frozen=True, kw_only=True):
    """True when the caller stands on the black or the white list (white beats black)."""

    list: Literal["black", "white"] = "black"


class LanguageTest(Part, tag_field="test", tag="language", frozen=True, kw_only=True):
    """True when the caller hears this language."""

    language: Locale


class HolidayTest(Part, tag_field="test", tag="holiday", frozen=True, kw_only=True):
    """True when today is a holiday in a schedule: by its calendar, or a date or range of its own that is closed."""

    schedule_id: Id


class DialledTest(Part, tag_field="test", tag="dialled", frozen=True, kw_only=True):
    """True when the caller dialled `pattern` (as in CallerTest)."""

    pattern: Annotated[str, Meta(min_length=1, max_length=40)]


class VariableTest(Part, tag_field="test", tag="variable", frozen=True, kw_only=True):
    """True when a variable compares so with `value`; greater and less compare numbers. An unset variable is ""."""

    variable: Variable
    op: Literal["equals", "not_equals", "starts_with", "contains", "is_set", "greater", "less"] = "equals"
    value: Value = ""


Test: TypeAlias = (
    ScheduleTest
    | TimeTest
    | CallerTest
    | AreaTest
    | GradeTest
    | ScreeningTest
    | LanguageTest
    | HolidayTest
    | DialledTest
    | VariableTest
)
