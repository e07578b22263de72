"""What a site's day is made of: groups of every method, agents with shifts and breaks, callers with patience.

Everything is drawn from one seed, so that a day can be lived again.
"""

import random
from dataclasses import dataclass, field

from chalicelib.acd.model.group import Group, Method
from chalicelib.acd.model.requirement import SkillRule, SkillStep

S = 1_000
MESSAGE_MS = 30
"""How long every message is under way."""
HOUR = 3_600 * S
MIDNIGHT = 1_795_276_800_000
"""Of the day's beginning (ms)."""
GROUPS_OF_A_SITE = 25
AGENTS_OF_A_GROUP = 24
CALLS_OF_A_GROUP = 1_920
PATIENCE_S = 240.0
SKILL = "english"
METHODS: tuple[Method, ...] = (
    "longest_idle", "level_longest_idle", "round_robin", "fewest_calls", "least_talk", "weighted", "linear", "random",
    "ring_all", "own",
)  # fmt: skip
COUNTING = frozenset({"fewest_calls", "least_talk", "weighted", "round_robin"})
OWN_RULE = "level * 100 - calls"
PROFILE = (1, 1, 0, 0, 0, 1, 2, 8, 60, 95, 110, 100, 70, 75, 95, 100, 90, 70, 45, 30, 10, 5, 3, 2)
"""Calls by hour of the day, in proportion: two peaks, and a few when nobody is there."""
SHIFTS = ((8, 16), (9, 17), (10, 18), (12, 20))
ALL_DAY = (8, 20)


@dataclass(frozen=True)
class Place:
    """An agent's membership of a group."""

    group_id: str
    level: int
    priority: int
    position: int
    weight: int


@dataclass(frozen=True)
class Worker:
    """An agent: where he serves, what he can, from when to when he is there, when he has a break. Instants in ms."""

    agent_id: str
    places: tuple[Place, ...]
    skills: dict[str, int]
    shift: tuple[int, int]
    breaks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Caller:
    """A call: to whom, when, how long he waits at most, how long they will talk. Durations in ms.

    needs: level of SKILL, and for how long he insists on it before he takes less; the last holds for ever.
    """

    call_id: str
    group_id: str
    at: int
    patience: int
    talk: int
    priority: int = 0
    needs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Plan:
    """A site's day."""

    groups: dict[str, Group]
    workers: list[Worker]
    callers: list[Caller]
    seed: int
    answers_after: tuple[int, int] = (1 * S, 6 * S)
    silent_share: float = 0.01
    """Of phones that ring: nobody answers."""
    theory: dict[str, int] = field(default_factory=dict[str, int])
    """Groups to which Erlang's formulas apply, with their numbers of agents."""


def site(number: int, size: float = 1.0) -> Plan:
    """Return a site's day. size: share of its groups (with their agents and callers)."""
    dice = random.Random(f"site {number}")
    count = max(len(METHODS) + 3, round(GROUPS_OF_A_SITE * size))
    share = min(1.0, size * GROUPS_OF_A_SITE / count)
    groups = [_group(f"g{number}{index:02d}", index) for index in range(count)]
    workers = [worker for index in range(count) for worker in _workers(dice, groups, index)]
    callers = [caller for group in groups for caller in _callers(dice, group, round(CALLS_OF_A_GROUP * share))]
    return Plan({one.group_id: one for one in groups}, workers, callers, seed=number)


def _group(group_id: str, index: int) -> Group:
    """Return a group: the methods in turn; some with skills, some with priorities that age or do not."""
    method = METHODS[index % len(METHODS)]
    kind = index // len(METHODS)
    extra = index - len(METHODS)
    rule = SkillRule(skill=SKILL, steps=(SkillStep(level=7, for_s=20), SkillStep(level=4, for_s=20)))
    return Group(
        group_id=group_id, name=group_id, method=method, ring_s=15, wrap_up_s=20, record=False,
        own_rule=OWN_RULE if method == "own" else "",
        skill_rules=(rule,) if extra in (0, 1) else (),
        ageing_rate=0.0 if extra == 2 else 2.0 if kind else 1.0,
    )  # fmt: skip


def _workers(dice: random.Random, groups: list[Group], index: int) -> list[Worker]:
    """Return the agents whose first group this is; many serve a second and a third."""
    home = groups[index]
    others = [one for one in groups if one is not home and one.method not in COUNTING and one.method != "ring_all"]
    made: list[Worker] = []
    for number in range(AGENTS_OF_A_GROUP):
        counts = home.method in COUNTING or home.method == "ring_all"
        more = [] if counts else dice.sample(others, dice.choice((0, 1, 1, 2)))
        places = tuple(
            Place(group.group_id, dice.randint(1, 9), rank, number + 1, dice.choice((5, 10, 20)))
            for rank, group in enumerate((home, *more), start=1)
        )
        hours = ALL_DAY if counts else dice.choice(SHIFTS)
        if counts and number >= AGENTS_OF_A_GROUP * 2 // 3:
            continue  # who counts works the whole day: fewer do
        made.append(_worker(dice, f"{home.group_id}a{number:02d}", places, hours))
    return made


def _worker(dice: random.Random, agent_id: str, places: tuple[Place, ...], hours: tuple[int, int]) -> Worker:
    begins, ends = (MIDNIGHT + hour * HOUR for hour in hours)
    begins -= dice.randint(60, 600) * S
    middle = (begins + ends) // 2 + dice.randint(-40, 40) * 60 * S
    skills = {SKILL: dice.randint(1, 9)} if dice.random() < 0.4 else {}
    return Worker(agent_id, places, skills, (begins, ends), ((middle, middle + dice.randint(20, 40) * 60 * S),))


def _callers(dice: random.Random, group: Group, count: int) -> list[Caller]:
    """Return a group's callers, by the day's profile."""
    made: list[Caller] = []
    for number, hour in enumerate(sorted(dice.choices(range(24), PROFILE, k=count))):
        at = MIDNIGHT + hour * HOUR + dice.randrange(HOUR)
        made.append(Caller(
            f"{group.group_id}c{number:05d}", group.group_id, at,
            patience=round(dice.expovariate(1 / PATIENCE_S) * S),
            talk=round(dice.lognormvariate(5.35, 0.7) * S),
            priority=dice.choice((0, 0, 0, 0, 2, 5)) if group.ageing_rate != 1.0 else 0,
            needs=_needs(group) if dice.random() < 0.3 else (),
        ))  # fmt: skip
    return made


def _needs(group: Group) -> tuple[tuple[int, int], ...]:
    return tuple((step.level, (step.for_s or 0) * S) for rule in group.skill_rules for step in rule.steps)


def by_the_book(seed: int, *, load: float, agents: int, hours: float, patience_s: float | None) -> Plan:
    """Return a plan to which Erlang's formulas apply: one kind of call, exponential, at a constant rate.

    load: calls × service time per agent. patience_s: mean; None for callers who wait for ever.
    """
    dice = random.Random(f"erlang {seed}")
    group = Group(group_id="e", name="e", ring_s=15, wrap_up_s=0, record=False)
    service_s = 120.0
    rate = load * agents / service_s
    begins, ends = MIDNIGHT + HOUR, MIDNIGHT + HOUR + round(hours * HOUR)
    place = (Place("e", 5, 1, 1, 10),)
    workers = [Worker(f"a{number:03d}", place, {}, (MIDNIGHT, ends + HOUR * 3), ()) for number in range(agents)]
    callers: list[Caller] = []
    at = float(begins)
    while at < ends:
        patience = HOUR * 24 if patience_s is None else round(dice.expovariate(1 / patience_s) * S)
        talk = round(dice.expovariate(1 / service_s) * S)
        callers.append(Caller(f"c{len(callers):06d}", "e", round(at), patience, talk))
        at += dice.expovariate(rate) * S
    return Plan({"e": group}, workers, callers, seed=seed, answers_after=(0, 0), silent_share=0.0)
