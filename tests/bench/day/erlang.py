"""Erlang's formulas, against which a day by the book is compared.

C: A. K. Erlang, 1917, in the form of Gans, Koole, Mandelbaum, "Telephone call centers", 2003, section 4.1. A (customers
who give up): C. Palm, 1946, by the stationary distribution of the birth-death chain, as in the same survey, 4.2.
"""

from dataclasses import dataclass
from math import exp

LONGEST_QUEUE = 5_000


@dataclass(frozen=True)
class Expected:
    """delayed: share of calls that wait at all. wait_s: mean wait of all who are served. abandoned: share of calls."""

    delayed: float
    wait_s: float
    abandoned: float = 0.0


def c(rate: float, service_s: float, agents: int) -> Expected:
    """Return what to expect of callers who wait for ever. rate: calls a second; the load must be below the agents."""
    load = rate * service_s
    if load >= agents:
        raise ValueError("the queue would grow for ever")
    blocked = 1.0  # Erlang B by its recursion, from which C follows
    for servers in range(1, agents + 1):
        blocked = load * blocked / (servers + load * blocked)
    delayed = blocked / (1 - load / agents * (1 - blocked))
    return Expected(delayed, delayed * service_s / (agents - load))


def service_level(expected: Expected, rate: float, service_s: float, agents: int, within_s: float) -> float:
    """Return the share of calls answered within so many seconds, of callers who wait for ever."""
    return 1 - expected.delayed * exp(-(agents - rate * service_s) * within_s / service_s)


def a(rate: float, service_s: float, agents: int, patience_s: float) -> Expected:
    """Return what to expect of callers with exponential patience."""
    weights = [1.0]
    for number in range(1, agents + LONGEST_QUEUE):
        leaves = min(number, agents) / service_s + max(0, number - agents) / patience_s
        weights.append(weights[-1] * rate / leaves)
        if number > agents and weights[-1] < 1e-12 * max(weights):
            break
    total = sum(weights)
    delayed = sum(weights[agents:]) / total
    queue = sum((number - agents) * weight for number, weight in enumerate(weights) if number > agents) / total
    abandoned = queue / patience_s / rate
    return Expected(delayed, _wait_of_served(weights, total, service_s, agents, patience_s), abandoned)


def _wait_of_served(weights: list[float], total: float, service_s: float, agents: int, patience_s: float) -> float:
    """Return the mean wait of who is served: by the number whom a caller finds, through the chain ahead of him.

    With k ahead in the queue he is served after k + 1 departures (agents done, or those ahead giving up), unless his
    own patience ends first; each stage is a race of exponentials.
    """
    own = 1 / patience_s
    served = waited = 0.0
    reach, mean = 1.0, 0.0
    for ahead, weight in enumerate(weights[agents:]):
        leaves = agents / service_s + ahead * own
        stay = leaves / (leaves + own)
        reach, mean = reach * stay, mean + 1 / (leaves + own)
        share = weight / total * reach
        served, waited = served + share, waited + share * mean
    at_once = sum(weights[:agents]) / total
    return waited / (served + at_once)
