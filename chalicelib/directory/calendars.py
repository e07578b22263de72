"""Public holidays of a country in a year, and the weekend days that China works instead (调休)."""

from datetime import date
from functools import lru_cache
from typing import Final, Literal

import msgspec

from chalicelib.kernel import log

Calendar = Literal["CN", "HK", "MO", "TW", "SG", "MY", "TH", "JP", "KR", "US", "CA", "GB", "DE", "FR", "AU"]

_LANGUAGES: Final[dict[Calendar, str]] = {
    "CN": "zh_CN", "HK": "zh_HK", "MO": "zh_MO", "TW": "zh_TW", "SG": "en_SG", "MY": "ms_MY", "TH": "th", "JP": "ja",
    "KR": "ko", "US": "en_US", "CA": "en_CA", "GB": "en_GB", "DE": "de", "FR": "fr", "AU": "en_AU",
}  # fmt: skip


class CalendarDay(msgspec.Struct, frozen=True, kw_only=True):
    """A public holiday, or a weekend day that is worked. date: YYYY-MM-DD. name: in the country's own language."""

    date: str
    kind: Literal["holiday", "make_up"]
    name: str


class CalendarYear(msgspec.Struct, frozen=True, kw_only=True):
    """The days of one year in order.

    announced: False where the country moves its weekends and has not said how, or our table does not know: then the
    days are the holidays by law alone.
    """

    year: int
    announced: bool
    days: list[CalendarDay]


def calendar_day(calendar: Calendar, day: date) -> CalendarDay | None:
    """Return what a calendar says of a date, None for an ordinary day."""
    return _by_date(calendar, day.year).get(day.isoformat())


@lru_cache(maxsize=64)
def calendar_year(calendar: Calendar, year: int) -> CalendarYear:
    """Return a year of a calendar; kept, so that a missing Chinese table is logged once."""
    days = _announced_in_china(year) if calendar == "CN" else None
    if days is not None:
        return CalendarYear(year=year, announced=True, days=days)
    if calendar == "CN":
        log.warn("no announced calendar for the year", calendar=calendar, year=year)
    return CalendarYear(year=year, announced=calendar != "CN", days=_by_law(calendar, year))


@lru_cache(maxsize=64)
def _by_date(calendar: Calendar, year: int) -> dict[str, CalendarDay]:
    return {one.date: one for one in calendar_year(calendar, year).days}


def _announced_in_china(year: int) -> list[CalendarDay] | None:
    """Return the days of the State Council's notice, None for a year that the table does not hold."""
    from chinese_calendar.constants import Holiday, holidays, workdays  # tables that only some schedules need

    off = {day: name for day, name in holidays.items() if day.year == year}
    if not off:
        return None
    names: dict[str, str] = {one.value: vars(one)["chinese"] for one in Holiday}
    worked = {day: name for day, name in workdays.items() if day.year == year}
    days = [
        *(CalendarDay(date=day.isoformat(), kind="holiday", name=names[name]) for day, name in off.items()),
        *(CalendarDay(date=day.isoformat(), kind="make_up", name=f"{names[name]}调休") for day, name in worked.items()),
    ]
    return sorted(days, key=lambda one: one.date)


def _by_law(calendar: Calendar, year: int) -> list[CalendarDay]:
    from holidays import country_holidays  # a third of a second, which only some schedules need to pay

    found = country_holidays(calendar, years=year, language=_LANGUAGES[calendar])
    return [CalendarDay(date=day.isoformat(), kind="holiday", name=name) for day, name in sorted(found.items())]
