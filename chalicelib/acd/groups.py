"""Groups as the rest reads them: cached a few seconds, so that changes take effect at once without a read per call."""

import time
from collections.abc import Iterable

from chalicelib.acd import tables
from chalicelib.acd.model.group import Group
from chalicelib.directory.conditions import Condition
from chalicelib.directory.model import Route
from chalicelib.directory.uses import Used, asks, leads

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


def groups_using(kind: Used, id: str) -> Iterable[str]:
    """Return the names of groups that lead to a thing or ask for it (before it is deleted)."""
    return (group.name for group in tables.groups.all() if _uses(group, kind, id))


def _uses(group: Group, kind: Used, id: str) -> bool:
    named = {"flow": group.queue_flow_id, "schedule": group.schedule_id}.get(kind)
    return named == id or leads(routes_of(group), kind, id) or asks(_conditions(group), kind, id)


def routes_of(group: Group) -> list[Route | None]:
    """Return every route of a group."""
    return [
        group.timeout_route, group.overflow_route, group.empty_route, group.leave_route, group.closed_route,
        group.service_level_route,
    ]  # fmt: skip


def _conditions(group: Group) -> list[Condition]:
    return [one for rule in (*group.skill_rules, *group.priority_rules) for one in rule.when]
