"""Opening hours: several intervals, past midnight, dates, time zones, and both changes of the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.directory.hours import check_schedule, is_open
from chalicelib.directory.model import Interval, Route, Schedule, SpecialDay, Weekly
from chalicelib.kernel.errors import InvalidInput

SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"


def hours(*spans: str) -> list[Interval]:
    return [Interval(from_=begin, to=end) for begin, end in (span.split("-") for span in spans)]


def at(text: str, zone: str = SHANGHAI, fold: int = 0) -> int:
    """Return the instant (ms) of a wall clock reading; fold 1 is the second of a repeated hour."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def daily(*spans: str, zone: str = SHANGHAI, dates: list[SpecialDay] | None = None) -> Schedule:
    day = hours(*spans)
    weekly = Weekly(mon=day, tue=day, wed=day, thu=day, fri=day, sat=day, sun=day)
    return Schedule(name="x", time_zone=zone, weekly=weekly, dates=dates or [])


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("08:59:59", False),
        ("09:00", True),
        ("11:59:59", True),
        ("12:00", False),
        ("13:29", False),
        ("13:30", True),
        ("18:00", False),
    ],
)
def test_several_intervals_a_day_with_the_end_excluded(clock, expected):
    found = is_open(daily("09:00-12:00", "13:30-18:00"), at(f"2026-11-23T{clock}"))
    assert found.open is expected
    assert found.reason == ("weekly_hours" if expected else "outside_hours")


def test_the_zone_of_the_schedule_counts():
    instant = at("2026-11-23T09:30")
    assert is_open(daily("09:00-12:00"), instant).open
    assert not is_open(daily("09:00-12:00", zone=NEW_YORK), instant).open
    assert is_open(daily("20:00-21:00", zone=NEW_YORK), instant).open


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin():
    friday = Schedule(name="x", weekly=Weekly(fri=hours("22:00-06:00")))
    assert not is_open(friday, at("2026-11-27T05:00")).open
    assert is_open(friday, at("2026-11-27T22:00")).open
    assert is_open(friday, at("2026-11-28T05:59")).open
    assert not is_open(friday, at("2026-11-28T06:00")).open
    assert not is_open(friday, at("2026-11-28T22:30")).open


def test_the_whole_day_has_no_gap_at_midnight():
    schedule = daily("00:00-24:00")
    for clock in ("2026-11-23T23:59:59", "2026-11-24T00:00", "2026-11-24T00:00:01"):
        assert is_open(schedule, at(clock)).open


def test_a_holiday_takes_the_place_of_the_week_and_brings_its_route():
    route = Route(kind="voicemail", id="8001")
    schedule = daily("09:00-18:00", dates=[SpecialDay(date="2026-10-01", name="国庆节", route=route)])
    found = is_open(schedule, at("2026-10-01T10:00"))
    assert (found.open, found.reason, found.day, found.route) == (False, "holiday", "国庆节", route)
    assert is_open(schedule, at("2026-10-02T10:00")).open


def test_a_make_up_day_opens_a_weekend():
    schedule = Schedule(name="x", dates=[SpecialDay(date="2026-10-10", name="调休", intervals=hours("10:00-16:00"))])
    found = is_open(schedule, at("2026-10-10T10:00"))
    assert (found.open, found.reason, found.day) == (True, "special_hours", "调休")
    assert is_open(schedule, at("2026-10-10T09:59")).reason == "holiday"


def test_a_night_shift_runs_to_its_end_into_a_holiday():
    schedule = daily("22:00-06:00", dates=[SpecialDay(date="2026-10-01", name="国庆节")])
    assert is_open(schedule, at("2026-10-01T05:00")).open
    assert is_open(schedule, at("2026-10-01T07:00")).reason == "holiday"
    assert not is_open(schedule, at("2026-10-01T23:00")).open
    assert not is_open(schedule, at("2026-10-02T05:00")).open
    assert is_open(schedule, at("2026-10-02T22:00")).open


# New York 2026: 8 March 02:00 becomes 03:00; 1 November 02:00 becomes 01:00 again.


def test_in_spring_the_day_keeps_its_wall_clock_hours():
    schedule = daily("09:00-17:00", zone=NEW_YORK)
    for day in ("2026-03-07", "2026-03-08", "2026-03-09"):
        assert not is_open(schedule, at(f"{day}T08:59", NEW_YORK)).open
        assert is_open(schedule, at(f"{day}T09:00", NEW_YORK)).open
        assert not is_open(schedule, at(f"{day}T17:00", NEW_YORK)).open


def test_in_spring_a_beginning_inside_the_skipped_hour_is_its_end():
    schedule = daily("02:30-05:00", zone=NEW_YORK)
    last_second_before = at("2026-03-08T01:59:59", NEW_YORK)
    assert not is_open(schedule, last_second_before).open
    assert is_open(schedule, last_second_before + 1_000).open  # the clock reads 03:00:00
    assert not is_open(schedule, at("2026-03-08T05:00", NEW_YORK)).open


def test_in_spring_an_end_inside_the_skipped_hour_is_its_beginning():
    schedule = daily("22:00-02:30", zone=NEW_YORK)
    last_second_before = at("2026-03-08T01:59:59", NEW_YORK)
    assert is_open(schedule, last_second_before).open
    assert not is_open(schedule, last_second_before + 1_000).open


def test_in_autumn_the_repeated_hour_does_not_close_and_open_again():
    schedule = daily("22:00-01:30", zone=NEW_YORK)
    begin = at("2026-10-31T22:00", NEW_YORK)
    end = at("2026-11-01T01:30", NEW_YORK, fold=1)
    assert end - begin == 4.5 * 3_600_000
    assert all(is_open(schedule, instant).open for instant in range(begin, end, 60_000))
    assert not is_open(schedule, end).open
    assert not is_open(schedule, begin - 1_000).open


def test_in_autumn_hours_inside_the_repeated_hour_run_once_from_first_to_last():
    schedule = daily("01:00-01:45", zone=NEW_YORK)
    first, last = at("2026-11-01T01:00", NEW_YORK), at("2026-11-01T01:45", NEW_YORK, fold=1)
    states = [is_open(schedule, instant).open for instant in range(first - 60_000, last + 60_000, 60_000)]
    assert states == [False] + [True] * 105 + [False]


@given(
    begin=st.integers(0, 1439),
    length=st.integers(1, 1439),
    minute=st.integers(0, 3 * 1440 - 1),
    base=st.sampled_from(["2026-03-07", "2026-10-31", "2026-06-15"]),
)
def test_whenever_the_wall_clock_lies_inside_we_are_open(begin, length, minute, base):
    end = (begin + length) % 1440
    span = f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
    instant = at(f"{base}T00:00", NEW_YORK) + minute * 60_000
    local = datetime.fromtimestamp(instant / 1000, ZoneInfo(NEW_YORK))
    now = local.hour * 60 + local.minute
    inside = begin <= now < end if begin < end else now >= begin or now < end
    repeated = base == "2026-10-31" and local.date().isoformat() == "2026-11-01" and local.hour == 1
    if not repeated:  # the repeated hour may be open longer, see above
        assert is_open(daily(span, zone=NEW_YORK), instant).open is inside


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "America", "Asia/Shanghai\x00"])
def test_unknown_zones_are_refused(zone):
    with pytest.raises(InvalidInput):
        check_schedule(Schedule(name="x", time_zone=zone))


def test_impossible_dates_and_hours_of_no_length_are_refused():
    for bad in (
        [SpecialDay(date="2026-02-30", name="x")],
        [SpecialDay(date="2026-02-03", name="x"), SpecialDay(date="2026-02-03", name="y")],
        [SpecialDay(date="2026-02-03", name="x", intervals=hours("09:00-09:00"))],
    ):
        with pytest.raises(InvalidInput):
            check_schedule(Schedule(name="x", dates=bad))
    with pytest.raises(InvalidInput):
        check_schedule(daily("10:00-10:00"))
    check_schedule(daily("00:00-24:00", "22:00-06:00"))
