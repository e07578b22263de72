"""A group's figures of today: a fold of its call records, made anew at most every half minute."""

import time
from datetime import UTC, datetime

import msgspec

from chalicelib.acd.model.group import Group
from chalicelib.calls import records
from chalicelib.directory import service as directory
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.paging import PAGE_LIMIT
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal

FRESH_S = 30.0
PAGES_LIMIT = 25
"""Calls of a group and day that are counted: 25 pages of 200."""
DEFAULT_ZONE = "Asia/Shanghai"

_EVERYTHING = Principal(username="system", scope="all")


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """service_level: part (0–1) of the answered and abandoned calls that was answered in time, None without any."""

    answered_today: int = 0
    abandoned_today: int = 0
    service_level: float | None = None


_cache: dict[str, tuple[float, Today]] = {}


def today(group: Group, now: int) -> Today:
    """Return the group's figures since midnight in its schedule's zone, at most FRESH_S old."""
    at, found = _cache.get(group.group_id, (0.0, Today()))
    if not at or time.monotonic() - at > FRESH_S:
        found = fold(_records(group, now), group)
        _cache[group.group_id] = (time.monotonic(), found)
    return found


def fold(found: list[CallRecord], group: Group) -> Today:
    """Count the inbound calls whose last group this was."""
    mine = [record for record in found if record.group_id == group.group_id and record.direction == "inbound"]
    answered = [record for record in mine if record.answered_at is not None]
    in_time = sum(record.wait_s <= group.service_level_s for record in answered)
    abandoned = sum(record.cause == "abandoned" for record in mine)
    offered = len(answered) + abandoned
    return Today(
        answered_today=len(answered),
        abandoned_today=abandoned,
        service_level=round(in_time / offered, 4) if offered else None,
    )


def midnight(group: Group, now: int) -> int:
    """Return the instant (ms) at which the group's day began."""
    schedule = directory.schedule(group.schedule_id) if group.schedule_id else None
    from zoneinfo import ZoneInfo  # costs start-up time that few functions need to pay

    zone = ZoneInfo(schedule.time_zone if schedule else DEFAULT_ZONE)
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def _records(group: Group, now: int) -> list[CallRecord]:
    wanted = Wanted(group_id=group.group_id, from_at=midnight(group, now))
    found: list[CallRecord] = []
    cursor: str | None = None
    for _ in range(PAGES_LIMIT):
        page = records.search(wanted, _EVERYTHING, cursor, PAGE_LIMIT)
        found.extend(page.items)
        cursor = page.cursor
        if cursor is None:
            break
    return found


def forget() -> None:
    """Drop what this process remembers."""
    _cache.clear()
