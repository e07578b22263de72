"""A group's service level of the last minutes: a fold of its call records, made anew at most every half minute."""

import time

from chalicelib.acd.model.group import Group
from chalicelib.calls import records
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.postings import Wanted
from chalicelib.kernel.principal import Principal

WINDOW_MS = 15 * 60_000
FRESH_S = 30.0
LIMIT = 200
FEWEST = 5
"""Of so few calls nothing can be said."""

_EVERYTHING = Principal(username="system", scope="all")
_cache: dict[str, tuple[float, float | None]] = {}


def recent(group: Group, now: int) -> float | None:
    """Return the percentage of calls of the last WINDOW_MS (the newest LIMIT) that were answered in time.

    Answered and abandoned calls count; None of fewer than FEWEST. At most FRESH_S old.
    """
    at, found = _cache.get(group.group_id, (0.0, None))
    if not at or time.monotonic() - at > FRESH_S:
        wanted = Wanted(group_id=group.group_id, from_at=now - WINDOW_MS)
        found = fold(records.search(wanted, _EVERYTHING, None, LIMIT).items, group)
        _cache[group.group_id] = (time.monotonic(), found)
    return found


def fold(found: list[CallRecord], group: Group) -> float | None:
    """Return the service level of call records in percent, None of too few."""
    mine = [one for one in found if one.group_id == group.group_id and one.direction == "inbound"]
    answered = [one for one in mine if one.answered_at is not None]
    offered = len(answered) + sum(one.cause == "abandoned" for one in mine)
    if offered < FEWEST:
        return None
    return 100 * sum(one.wait_s <= group.service_level_s for one in answered) / offered


def too_low(group: Group, now: int) -> bool:
    """Return whether the group has a least service level and is below it."""
    if group.service_level_min is None or group.service_level_route is None:
        return False
    level = recent(group, now)
    return level is not None and level < group.service_level_min


def forget() -> None:
    """Drop what this process remembers."""
    _cache.clear()
