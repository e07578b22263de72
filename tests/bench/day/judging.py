"""A site's day, judged; and the judgements of all sites together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean

from tests.bench.day import erlang
from tests.bench.day.diary import Diary
from tests.bench.day.estimates import Estimates
from tests.bench.day.floor import OVERHEAD_MS, lived
from tests.bench.day.plan import PATIENCE_S, Plan, S, by_the_book, site
from tests.bench.day.referee import Referee, Verdict

TARGET_MS = 20 * S
BOOKS = (
    ("c_busy", {"load": 0.8, "agents": 10, "hours": 120.0, "patience_s": None}),
    ("a_overloaded", {"load": 1.05, "agents": 20, "hours": 40.0, "patience_s": PATIENCE_S}),
)
"""Queues by the book, each lived at every site with other dice, long enough for a mean to be one."""


@dataclass
class Judged:
    """What became of a day at one site or at all. waits_s: sum over answered calls. errors: sums over
    long_waits. measured, expected: by the book, a value from each site."""

    calls: int = 0
    agents: int = 0
    groups: int = 0
    order_violations: int = 0
    double_assignments: int = 0
    lost_wakeups: int = 0
    stuck_calls: int = 0
    stuck_agents: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    waits_s: float = 0.0
    longest_wait_s: float = 0.0
    long_waits: int = 0
    errors: dict[str, float] = field(default_factory=dict[str, float])
    measured: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    expected: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    examples: list[str] = field(default_factory=list[str])

    @property
    def service_level(self) -> float:
        """Return the percentage of all calls that were answered within the target."""
        return 100 * self.in_time / max(1, self.answered + self.abandoned)

    @property
    def abandon_rate(self) -> float:
        """Return the percentage of calls whose callers gave up."""
        return 100 * self.abandoned / max(1, self.answered + self.abandoned)

    @property
    def mean_wait_s(self) -> float:
        """Return the mean wait of answered calls."""
        return self.waits_s / max(1, self.answered)

    @property
    def estimate_errors(self) -> dict[str, float]:
        """Return each estimator's mean relative error in percent."""
        return {name: 100 * total / max(1, self.long_waits) for name, total in self.errors.items()}

    @property
    def theory(self) -> dict[str, str]:
        """Return measured and expected values by name."""
        return {name: f"{mean(self.measured[name]):.4f} of {mean(self.expected[name]):.4f}" for name in self.expected}

    @property
    def erlang_deviation(self) -> float:
        """Return the largest deviation of a measured mean from its expectation, in percent of the latter."""
        ratios = (mean(self.measured[name]) / mean(self.expected[name]) for name in self.expected)
        return max((abs(ratio - 1) * 100 for ratio in ratios), default=0.0)


def judge(plan: Plan) -> Judged:
    """Live a day by the plan and judge it."""
    verdict, estimates = _lived(plan)
    errors, long_waits = estimates.errors(verdict.waits)
    return Judged(
        calls=len(plan.callers), agents=len(plan.workers), groups=len(plan.groups),
        order_violations=verdict.order_violations, double_assignments=verdict.double_assignments,
        lost_wakeups=verdict.lost_wakeups, stuck_calls=verdict.stuck_calls, stuck_agents=verdict.stuck_agents,
        answered=len(verdict.waits), abandoned=len(verdict.abandoned),
        in_time=sum(wait <= TARGET_MS for wait in verdict.waits.values()),
        waits_s=sum(verdict.waits.values()) / S, longest_wait_s=max(verdict.waits.values(), default=0) / S,
        errors=errors, long_waits=long_waits, examples=verdict.examples,
    )  # fmt: skip


def _lived(plan: Plan) -> tuple[Verdict, Estimates]:
    with lived(plan) as (day, diary):
        estimates = Estimates(day)
        day.live()
    return Referee(plan).judge(diary.entries), estimates


def by_theory(number: int, size: float) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Live the queues by the book; return measured and expected values by name."""
    measured: dict[str, list[float]] = {}
    expected: dict[str, list[float]] = {}
    for name, given in BOOKS:
        plan = by_the_book(number, **(given | {"hours": given["hours"] * size}))
        found, wanted = _by_the_book(plan, given["patience_s"])
        for what in found:
            measured[f"{name}_{what}"] = [found[what]]
            expected[f"{name}_{what}"] = [wanted[what]]
    return measured, expected


def _by_the_book(plan: Plan, patience_s: float | None) -> tuple[dict[str, float], dict[str, float]]:
    """Compare with theory at the rate and the service time that the dice gave, so that only the queue is judged."""
    with lived(plan) as (day, diary):
        day.live()
    verdict = Referee(plan).judge(diary.entries)
    agents, callers = len(plan.workers), plan.callers
    rate = len(callers) / (callers[-1].at - callers[0].at) * S
    service_s = mean(caller.talk for caller in callers) / S + OVERHEAD_MS / S
    waits = _queue_waits(diary)
    served = [waits[id] / S for id in verdict.waits]
    if patience_s is None:
        theory = erlang.c(rate, service_s, agents)
        level = erlang.service_level(theory, rate, service_s, agents, TARGET_MS / S)
        found = {"wait_s": mean(served), "service_level": mean(wait <= TARGET_MS / S for wait in served)}
        return found, {"wait_s": theory.wait_s, "service_level": level}
    theory = erlang.a(rate, service_s, agents, patience_s)
    found = {"wait_s": mean(served), "abandoned": len(verdict.abandoned) / len(callers)}
    return found, {"wait_s": theory.wait_s, "abandoned": theory.abandoned}


def _queue_waits(diary: Diary) -> dict[str, int]:
    """Return how long each call waited until it was offered (ms): theory knows of no ringing."""
    queued: dict[str, int] = {}
    waits: dict[str, int] = {}
    for entry in diary.entries:
        for subject, _, after in entry.moves:
            if after == "queued":
                queued.setdefault(subject.removeprefix("call "), entry.at)
        if entry.offered:
            waits.setdefault(entry.call_id, entry.at - queued[entry.call_id])
    return waits


def at_site(number: int, size: float) -> Judged:
    """Return what became of a site's day and of its queues by the book."""
    found = judge(site(number, size))
    found.measured, found.expected = by_theory(number, size)
    return found


def merged(sites: Iterable[Judged]) -> Judged:
    """Return the judgements of all sites as one."""
    whole = Judged()
    for one in sites:
        for name, value in vars(one).items():
            setattr(whole, name, _added(name, getattr(whole, name), value))
    return whole


def _added(name: str, before: object, more: object) -> object:
    match before, more:
        case dict(), dict():
            return {key: _sum(before.get(key), more.get(key)) for key in (*before, *more)}
        case (list(), list()) | (int(), int()) | (float(), float() | int()):
            return max(before, more) if name.startswith("longest") else before + more
        case _:
            raise TypeError(name)


def _sum(before: object, more: object) -> object:
    match before, more:
        case None, value:
            return value
        case value, None:
            return value
        case _:
            return before + more  # type: ignore[operator]
