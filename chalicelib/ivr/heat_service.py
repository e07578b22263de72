"""Use cases of the figures of nodes: count calls that are over, each once; read what they come to."""

from collections.abc import Iterable
from datetime import date, timedelta

from chalicelib.ivr import heat_tables, service
from chalicelib.ivr.errors import HeatRange
from chalicelib.ivr.heat import Tally, Walk, packed, sums, totals
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import Busy
from chalicelib.kernel.records import Lost

COUNTED_WITHIN_MS = 20 * 86_400_000
"""A call that began longer ago is not counted: by then the note that it is counted may be gone."""
DAYS_LIMIT = 92
TRIES = 5


def count(walks: Iterable[Walk]) -> None:
    """Count calls that are over; again is harmless. Errors: Busy (to be delivered again)."""
    oldest = now_ms() - COUNTED_WITHIN_MS
    for group in packed(walk for walk in walks if walk.walked.nodes and walk.started_at >= oldest):
        _count_together(group)


def _count_together(walks: list[Walk]) -> None:
    for _ in range(TRIES):
        known = heat_tables.counted([walk.call_id for walk in walks])
        new = [walk for walk in walks if walk.call_id not in known]
        if not new:
            return
        try:
            heat_tables.count(new, sums(new), now_ms() // 1000)
        except Lost:  # another function counts one of them at this moment
            continue
        return
    raise Busy


def read(flow_id: str, version: int, first: date, last: date) -> dict[str, Tally]:
    """Return the figures of a version's nodes, from a day to a day. Errors: NotFound, HeatRange."""
    if not timedelta(0) <= last - first < timedelta(days=DAYS_LIMIT):
        raise HeatRange(days=DAYS_LIMIT)
    service.version(flow_id, version)
    return totals(heat_tables.read(flow_id, version, first, last))
