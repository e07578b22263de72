"""When a schedule is open. Pure; right on the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, NamedTuple, get_args

from chalicelib.directory.calendars import calendar_day
from chalicelib.directory.model import (
    Interval,
    Openness,
    OpennessReason,
    Route,
    Schedule,
    SpecialDay,
    SpecialRange,
    Weekday,
)
from chalicelib.kernel.errors import InvalidInput

ALWAYS_OPEN = Openness(open=True, reason="always_open")
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)


class _Plan(NamedTuple):
    """The hours of one date, why it is open during them and closed outside. name: of a special day, None of another.

    route: where calls go while closed, None for the number's or group's own.
    """

    intervals: list[Interval]
    open_as: OpennessReason = "weekly_hours"
    closed_as: OpennessReason = "outside_hours"
    name: str | None = None
    route: Route | None = None


class Instant(NamedTuple):
    """An instant (ms) that was told by the clock. kind: `skipped` in the hour that clocks leave out (then it is as if
    they had gone on), `twice` in the one that they repeat, else `once`."""

    at_ms: int
    kind: Literal["once", "skipped", "twice"]


def instant_of(local: str, time_zone: str, *, later: bool = False) -> Instant:
    """Return the instant of a local time (YYYY-MM-DDTHH:MM). later: the second one in the hour that clocks repeat.

    Errors: InvalidInput.
    """
    zone = zone_of(time_zone)
    try:
        clock = datetime.fromisoformat(local)
    except ValueError as error:
        raise InvalidInput(reason=f"local: {local}") from error
    if clock.tzinfo is not None:
        raise InvalidInput(reason="local: without an offset")
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    exists = first.astimezone(zone).replace(tzinfo=None) == clock
    kind = "once" if first == second else "twice" if exists else "skipped"
    chosen = second if later and kind == "twice" else first
    return Instant(round(chosen.timestamp() * 1000), kind)


def zone_of(time_zone: str) -> tzinfo:
    """Return a time zone by its IANA name. Errors: InvalidInput."""
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder's name an OSError
        raise InvalidInput(reason=f"time_zone: {time_zone}") from error


def is_open(schedule: Schedule, at_ms: int) -> Openness:
    """Return whether the schedule is open at an instant (ms since the epoch).

    Hours that began yesterday and go past midnight run to their end, even into a holiday.
    """
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    zone = ZoneInfo(schedule.time_zone)
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    today = at.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        plan = _plan(schedule, day)
        if any(_covers(interval, day, at, zone) for interval in plan.intervals):
            return Openness(open=True, reason=plan.open_as, day=plan.name)
    plan = _plan(schedule, today)
    return Openness(open=False, reason=plan.closed_as, day=plan.name, route=plan.route)


def _plan(schedule: Schedule, day: date) -> _Plan:
    """Return what holds on a date: its own entry, else a range, else the calendar, else the week."""
    special = _special(schedule, day.isoformat())
    if special:
        return _Plan(special.intervals, "special_hours", "holiday", special.name, special.route)
    known = calendar_day(schedule.calendar, day) if schedule.calendar else None
    if known is None:
        return _Plan(schedule.weekly.on(day.weekday()))
    if known.kind == "make_up":
        worked = schedule.weekly.on(WEEKDAYS.index(schedule.make_up_weekday))
        return _Plan(worked, "make_up_day", "outside_hours", known.name)
    return _Plan(schedule.holiday_intervals, "special_hours", "holiday", known.name, schedule.holiday_route)


def _special(schedule: Schedule, day: str) -> SpecialDay | SpecialRange | None:
    dates = (one for one in schedule.dates if one.date == day)
    ranges = (one for one in schedule.ranges if one.first <= day <= one.last)
    return next(dates, None) or next(ranges, None)


def _covers(interval: Interval, day: date, at: datetime, zone: tzinfo) -> bool:
    """Return whether an interval of `day` covers an instant.

    By the wall clock, which is right where an hour is skipped in spring; and by the instants of the first beginning
    and the last end, so that the hour which is repeated in autumn does not close and open us once more.
    """
    begins, ends = _clock(day, interval.from_), _clock(day, interval.to)
    if ends <= begins:
        ends += timedelta(days=1)
    if begins <= at.astimezone(zone).replace(tzinfo=None) < ends:
        return True
    first = begins.replace(tzinfo=zone, fold=0).astimezone(UTC)
    last = ends.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return first <= at < last


def _clock(day: date, text: str) -> datetime:
    midnight = datetime.combine(day, time())
    hours, minutes = text.split(":")
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def check_schedule(schedule: Schedule) -> None:
    """Refuse an unknown time zone, a date that is none or given twice, ranges that end early or overlap, empty hours.

    Errors: InvalidInput.
    """
    zone_of(schedule.time_zone)
    _check_dates(schedule.dates)
    _check_ranges(schedule.ranges)
    _check_hours(schedule)


def _check_hours(schedule: Schedule) -> None:
    weekly = [interval for weekday in range(7) for interval in schedule.weekly.on(weekday)]
    special = [interval for one in [*schedule.dates, *schedule.ranges] for interval in one.intervals]
    for interval in [*weekly, *special, *schedule.holiday_intervals]:
        if interval.from_ == interval.to:
            raise InvalidInput(reason=f"{interval.from_}–{interval.to}")


def _check_dates(dates: list[SpecialDay]) -> None:
    seen: set[str] = set()
    for special in dates:
        _check_date(special.date, "dates")
        if special.date in seen:
            raise InvalidInput(reason=f"dates: {special.date}")
        seen.add(special.date)


def _check_ranges(ranges: list[SpecialRange]) -> None:
    ended = ""
    for one in sorted(ranges, key=lambda one: one.first):
        _check_date(one.first, "ranges")
        _check_date(one.last, "ranges")
        if one.last < one.first or one.first <= ended:
            raise InvalidInput(reason=f"ranges: {one.first}–{one.last}")
        ended = one.last


def _check_date(text: str, field: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(reason=f"{field}: {text}") from error
