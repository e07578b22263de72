"""How long a waiting caller will probably wait, from what snapshots of his queue show.

The mean of two estimators (Ibrahim and Whitt, "Real-time delay estimation based on delay history", 2009): the wait of
who has waited longest, in proportion to the place; and the place divided by the pace at which calls left the queue of
late. One errs high where the other errs low. Neither needs the agents or the length of calls, and both cost nothing.
The error is measured in the simulated day (docs/decisions/2026-11-24-simulated-day.md).
"""

from collections.abc import Iterable
from math import exp

from chalicelib.acd.model.group import GroupStatus

MEMORY_MS = 600_000
"""The pace of so long ago counts 1/e of the present one."""
GAP_MS = 120_000
"""Of snapshots farther apart nothing is learnt: the queue may have been empty in between."""
MINUTE_MS = 60_000


def pace(before: GroupStatus, waiting: Iterable[str], now: int) -> tuple[float, int]:
    """Return how many calls a minute leave the queue, and from how much waiting that is known (ms).

    before: the last snapshot. waiting: the calls that wait now.
    """
    spent = now - before.at
    if not before.order or not 0 < spent <= GAP_MS:
        return before.pace, before.pace_ms
    still = set(waiting)
    gone = sum(call_id not in still for call_id in before.order)
    known = before.pace_ms * exp(-spent / MEMORY_MS)
    return (before.pace * known + gone * MINUTE_MS) / (known + spent), round(known + spent)


def wait_ms(ahead: int, status: GroupStatus) -> int | None:
    """Return how long a caller with so many ahead of him will probably wait; None while the pace is not known."""
    if status.pace <= 0:
        return None
    by_pace = (ahead + 1) / status.pace * MINUTE_MS
    longest = status.at - status.longest_wait_since if status.longest_wait_since is not None else 0
    by_head = longest * (ahead + 1) / (status.waiting + 1)
    return round((by_pace + by_head) / 2)
