"""When a schedule is open. Pure; right on the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from chalicelib.directory.model import Interval, Openness, Schedule, SpecialDay
from chalicelib.kernel.errors import InvalidInput

ALWAYS_OPEN = Openness(open=True, reason="always_open")


class _Plan(NamedTuple):
    """The hours of one date. special: the date's own entry, None on an ordinary day."""

    intervals: list[Interval]
    special: SpecialDay | None


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
            return Openness(
                open=True,
                reason="special_hours" if plan.special else "weekly_hours",
                day=plan.special.name if plan.special else None,
            )
    special = _plan(schedule, today).special
    if special:
        return Openness(open=False, reason="holiday", day=special.name, route=special.route)
    return Openness(open=False, reason="outside_hours")


def _plan(schedule: Schedule, day: date) -> _Plan:
    for special in schedule.dates:
        if special.date == day.isoformat():
            return _Plan(special.intervals, special)
    return _Plan(schedule.weekly.on(day.weekday()), None)


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
    """Refuse an unknown time zone, a date that is none or given twice, and hours of no length."""
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    try:
        ZoneInfo(schedule.time_zone)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder's name an OSError
        raise InvalidInput(reason=f"time_zone: {schedule.time_zone}") from error
    seen: set[str] = set()
    for special in schedule.dates:
        _check_date(special.date)
        if special.date in seen:
            raise InvalidInput(reason=f"dates: {special.date}")
        seen.add(special.date)
    weekly = [interval for weekday in range(7) for interval in schedule.weekly.on(weekday)]
    for interval in [*weekly, *(interval for special in schedule.dates for interval in special.intervals)]:
        if interval.from_ == interval.to:
            raise InvalidInput(reason=f"{interval.from_}–{interval.to}")


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(reason=f"dates: {text}") from error
