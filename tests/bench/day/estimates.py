"""What callers are told of their wait when they begin to wait, against how long they waited."""

from collections import defaultdict
from collections.abc import Callable

from chalicelib.acd import snapshots
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import GroupStatus
from chalicelib.acd.rules import estimating
from tests.bench.day.floor import Day
from tests.bench.day.plan import S

LONG_MS = 30 * S
"""Of shorter waits nobody wants to be told anything."""
ASK_MS = 30 * S
"""A caller's next wait document; each looks at the snapshot."""
AVERAGE_CALL_S = 180


def constant(ahead: int, status: GroupStatus) -> float:
    """Every call takes three minutes, and as many are served at a time as wait."""
    return ahead * AVERAGE_CALL_S * S / max(1, len(status.order))


def head(ahead: int, status: GroupStatus) -> float:
    """Who is last will wait as long as the first has (head-of-line delay; Ibrahim and Whitt, 2009)."""
    since = status.longest_wait_since
    return 0.0 if since is None else (status.at - since) * (ahead + 1) / (status.waiting + 1)


def pace(ahead: int, status: GroupStatus) -> float:
    """Those before him go on leaving as they did of late."""
    return (ahead + 1) / status.pace * 60 * S if status.pace else 0.0


def product(ahead: int, status: GroupStatus) -> float:
    """What the product says."""
    return float(estimating.wait_ms(ahead, status) or 0)


CANDIDATES: dict[str, Callable[[int, GroupStatus], float]] = {
    "constant": constant, "head": head, "pace": pace, "product": product,
}  # fmt: skip


class Estimates:
    """Listens to a day and keeps what each estimator would have said to each caller."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._snapshots: dict[str, GroupStatus] = {}
        self.said: dict[str, dict[str, float]] = {}
        day.watch = self._begins

    def errors(self, waits: dict[str, int]) -> tuple[dict[str, float], int]:
        """Return each estimator's sum of relative errors (|said − waited| ÷ waited) over long waits, and how many."""
        long = {call_id: waited for call_id, waited in waits.items() if waited > LONG_MS}
        sums: dict[str, float] = defaultdict(float)
        for call_id, waited in long.items():
            for name, said in self.said[call_id].items():
                sums[name] += abs(said - waited) / waited
        return dict(sums), len(long)

    def _begins(self, call_id: str) -> None:
        if call_id in self.said:
            return  # he came back to his place
        status = self._status(call_id)
        ahead = status.order.index(call_id) if call_id in status.order else status.waiting
        self.said[call_id] = {name: estimate(ahead, status) for name, estimate in CANDIDATES.items()}
        self._day.after(ASK_MS, lambda: self._asks(call_id))

    def _asks(self, call_id: str) -> None:
        call = self._day.store.call(call_id)
        if call is not None and call.state is CallState.QUEUED:
            self._status(call_id)
            self._day.after(ASK_MS, lambda: self._asks(call_id))

    def _status(self, call_id: str) -> GroupStatus:
        """Return the group's snapshot, measured anew when it is old, as the product's is."""
        group = self._day.plan.groups[self._day.callers[call_id].group_id]
        found = self._snapshots.get(group.group_id, GroupStatus(group_id=group.group_id))
        if self._day.now - found.at >= snapshots.FRESH_MS:
            found = self._snapshots[group.group_id] = snapshots.measure(self._day.store, group, self._day.now, found)
        return found
