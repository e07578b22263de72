"""Calendars of countries in schedules: days off, make-up days, what beats what, and years that nobody announced."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.directory import calendars
from chalicelib.directory.calendars import calendar_day, calendar_year
from chalicelib.directory.hours import check_schedule, is_open
from chalicelib.directory.model import (
    Interval,
    Route,
    Schedule,
    Screening,
    SpecialDay,
    SpecialRange,
    TrunkNumber,
    Weekly,
)
from chalicelib.directory.rules import inbound_route
from chalicelib.kernel.errors import InvalidInput
from tests.unit.directory.test_directory_hours import NEW_YORK, at, daily, hours

OFFICE = hours("09:00-18:00")
CHINA = Schedule(name="x", weekly=Weekly(mon=OFFICE, tue=OFFICE, wed=OFFICE, thu=OFFICE, fri=OFFICE), calendar="CN")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2025-01-28", "春节"),
        ("2025-02-04", "春节"),
        ("2025-10-01", "国庆节"),
        ("2025-10-08", "国庆节"),
        ("2026-02-15", "春节"),
        ("2026-02-23", "春节"),
        ("2026-10-01", "国庆节"),
        ("2026-10-07", "国庆节"),
    ],
)
def test_days_off_in_china_are_closed_and_named(day, name):
    found = is_open(CHINA, at(f"{day}T10:00"))
    assert (found.open, found.reason) == (False, "holiday")
    assert name in (found.day or "")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2025-01-26", "春节调休"),
        ("2025-02-08", "春节调休"),
        ("2025-09-28", "国庆节调休"),
        ("2025-10-11", "国庆节调休"),
        ("2026-02-14", "春节调休"),
        ("2026-02-28", "春节调休"),
        ("2026-09-20", "国庆节调休"),
        ("2026-10-10", "国庆节调休"),
    ],
)
def test_weekend_days_that_are_worked_have_the_hours_of_a_weekday(day, name):
    assert date.fromisoformat(day).weekday() >= 5
    found = is_open(CHINA, at(f"{day}T10:00"))
    assert (found.open, found.reason, found.day) == (True, "make_up_day", name)
    assert not is_open(CHINA, at(f"{day}T18:00")).open
    assert not is_open(replace(CHINA, calendar=None), at(f"{day}T10:00")).open
    friday = replace(CHINA, weekly=replace(CHINA.weekly, fri=hours("14:00-16:00")), make_up_weekday="fri")
    assert not is_open(friday, at(f"{day}T10:00")).open
    assert is_open(friday, at(f"{day}T15:00")).open


def test_ordinary_days_beside_holidays_are_as_the_week_says():
    assert is_open(CHINA, at("2026-10-08T10:00")).reason == "weekly_hours"
    assert is_open(CHINA, at("2026-09-19T10:00")).reason == "outside_hours"


def test_holidays_may_have_hours_and_a_route_of_their_own():
    duty = replace(CHINA, holiday_intervals=hours("10:00-12:00"), holiday_route=Route(kind="voicemail", id="duty"))
    found = is_open(duty, at("2026-10-01T11:00"))
    assert (found.open, found.reason, found.day) == (True, "special_hours", "国庆节")
    closed = is_open(duty, at("2026-10-01T13:00"))
    assert closed.route == Route(kind="voicemail", id="duty")


def test_own_dates_beat_ranges_and_ranges_the_calendar():
    sale = SpecialRange(first="2026-10-01", last="2026-10-10", name="促销", intervals=hours("08:00-22:00"))
    day = SpecialDay(date="2026-10-02", name="盘点")
    schedule = replace(CHINA, ranges=[sale], dates=[day])
    assert is_open(schedule, at("2026-10-01T21:00")).day == "促销"
    assert is_open(schedule, at("2026-10-10T21:00")).day == "促销"
    assert is_open(schedule, at("2026-10-02T10:00")) == is_open(replace(CHINA, dates=[day]), at("2026-10-02T10:00"))
    assert is_open(schedule, at("2026-09-30T21:00")).reason == "outside_hours"
    assert is_open(schedule, at("2026-10-11T10:00")).reason == "outside_hours"


def test_the_holiday_is_the_reason_of_the_routing_decision():
    trunk = TrunkNumber(number="+861012345678", carrier="a", group_id="g")
    decision = inbound_route(trunk, Screening(), is_open(CHINA, at("2026-10-01T10:00")))
    assert [(one.code, one.about) for one in decision.reasons] == [("closed", "国庆节")]


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_a_day_is_worked_or_off_but_never_both(day):
    known = calendar_day("CN", day)
    noon = is_open(CHINA, at(f"{day.isoformat()}T12:00"))
    worked = day.weekday() < 5 if known is None else known.kind == "make_up"
    assert noon.open is worked


def test_a_year_that_china_has_not_announced_has_its_days_by_law_and_is_logged_once(monkeypatch):
    told: list[object] = []
    monkeypatch.setattr(calendars.log, "warn", lambda _message, **fields: told.append(fields))
    calendar_year.cache_clear()
    found = [calendar_year("CN", 2097) for _ in range(2)]
    assert not found[0].announced
    assert "2097-10-01" in {one.date for one in found[0].days}
    assert {one.kind for one in found[0].days} == {"holiday"}
    assert told == [{"calendar": "CN", "year": 2097}]
    assert calendar_year("CN", 2026).announced


def test_holidays_of_other_countries_are_in_their_language():
    assert is_open(daily("09:00-18:00", zone=NEW_YORK), at("2026-07-03T10:00", NEW_YORK)).open
    home = replace(daily("09:00-18:00", zone=NEW_YORK), calendar="US")
    assert is_open(home, at("2026-11-26T10:00", NEW_YORK)).day == "Thanksgiving Day"
    assert calendar_day("FR", date(2026, 7, 14)).name == "Fête nationale"


@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01"])
def test_a_range_over_a_change_of_the_clock_lasts_its_wall_hours(change):
    """Closed from midnight to midnight of the zone, also where that is 23 or 25 hours."""
    closed = SpecialRange(first=change, last=change, name="x")
    schedule = replace(daily("00:00-24:00", zone=NEW_YORK), ranges=[closed])
    begins, ends = at(f"{change}T00:00", NEW_YORK), at(f"{change}T23:59", NEW_YORK) + 60_000
    assert (ends - begins) // 3_600_000 == (23 if change == "2026-03-08" else 25)
    quarter = 15 * 60_000
    assert not any(is_open(schedule, instant).open for instant in range(begins, ends, quarter))
    assert is_open(schedule, begins - 1000).open
    assert is_open(schedule, ends).open


@pytest.mark.parametrize(
    "ranges",
    [
        [("2026-10-05", "2026-10-01")],
        [("2026-10-01", "2026-10-05"), ("2026-10-05", "2026-10-06")],
        [("2026-02-30", "2026-03-01")],
        [("2026-02-01", "2026-02-30")],
    ],
)
def test_ranges_that_end_early_overlap_or_are_no_dates_are_refused(ranges):
    held = [SpecialRange(first=first, last=last, name="x") for first, last in ranges]
    with pytest.raises(InvalidInput):
        check_schedule(replace(CHINA, ranges=held))


def test_hours_of_no_length_are_refused_for_ranges_and_holidays():
    empty = [Interval(from_="09:00", to="09:00")]
    for bad in (
        replace(CHINA, holiday_intervals=empty),
        replace(CHINA, ranges=[SpecialRange(first="2026-10-01", last="2026-10-02", name="x", intervals=empty)]),
    ):
        with pytest.raises(InvalidInput):
            check_schedule(bad)


@given(st.integers(min_value=0, max_value=700))
def test_a_range_is_as_its_dates_one_by_one(offset):
    first, last = date(2026, 1, 1), date(2026, 1, 4)
    span = SpecialRange(first=first.isoformat(), last=last.isoformat(), name="x", intervals=hours("22:00-03:00"))
    days = [
        SpecialDay(date=(first + timedelta(days=number)).isoformat(), name="x", intervals=span.intervals)
        for number in range(4)
    ]
    instant = int(datetime(2025, 12, 31, tzinfo=UTC).timestamp() * 1000) + offset * 10 * 60_000
    plain = daily("09:00-18:00")
    assert is_open(replace(plain, ranges=[span]), instant) == is_open(replace(plain, dates=days), instant)
