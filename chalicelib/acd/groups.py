"""Groups as the rest reads them: cached a few seconds, so that changes take effect at once without a read per call."""

import time

from chalicelib.acd import tables
from chalicelib.acd.model.group import Group

CACHE_S = 3.0

_cache: dict[str, tuple[float, Group | None]] = {}
_extensions: list[tuple[float, dict[str, str]]] = []


def cached_group(group_id: str) -> Group | None:
    """Return a group, at most CACHE_S old."""
    at, group = _cache.get(group_id, (0.0, None))
    if at and time.monotonic() - at < CACHE_S:
        return group
    found = tables.groups.find(group_id)
    _cache[group_id] = (time.monotonic(), found)
    return found


def group_of_extension(extension: str) -> Group | None:
    """Return the group with a short number, or None. One query for all groups, at most every CACHE_S."""
    at, known = _extensions[0] if _extensions else (0.0, dict[str, str]())
    if not at or time.monotonic() - at >= CACHE_S:
        known = {group.extension: group.group_id for group in tables.groups.all() if group.extension}
        _extensions[:] = [(time.monotonic(), known)]
    return cached_group(known[extension]) if extension in known else None


def forget(group_id: str) -> None:
    """Drop a group from this process's cache after a change."""
    _cache.pop(group_id, None)
    _extensions.clear()
