"""Groups as the rest reads them: cached a few seconds, so that changes take effect at once without a read per call."""

import time

from chalicelib.acd import tables
from chalicelib.acd.model.group import Group

CACHE_S = 3.0

_cache: dict[str, tuple[float, Group | None]] = {}


def cached_group(group_id: str) -> Group | None:
    """Return a group, at most CACHE_S old."""
    at, group = _cache.get(group_id, (0.0, None))
    if at and time.monotonic() - at < CACHE_S:
        return group
    found = tables.groups.find(group_id)
    _cache[group_id] = (time.monotonic(), found)
    return found


def forget(group_id: str) -> None:
    """Drop a group from this process's cache after a change."""
    _cache.pop(group_id, None)
