"""Capacity units of one assignment: the dispatcher's reads and the transaction, for queues of every length."""

import random
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.model.requirement import SkillRule, SkillStep
from chalicelib.acd.ports import Store
from chalicelib.acd.rules.lists import sets_list, with_twin
from chalicelib.acd.rules.requirements import SET_LIMIT
from infrastructure.local.settings import Settings
from tests.bench.emulator import emulator, put_all, table_definitions
from tests.bench.meter import Meter, learn_keys, metering
from tests.unit.acd.kit import NOON, Floor, entries_of, ready_agent, waiting_call

LENGTHS = (10, 100, 1_000, 5_000)
GROUPS = (1, 10, 30)
STALE = 30
SKILLED = (1_000, 5_000)
QUALIFIED_OF = 100
"""One agent in so many has the skill."""
SKILL_RULES = (SkillRule(skill="gold", steps=(SkillStep(level=1, for_s=30),)),)
ASSIGNMENTS = 10
Json = dict[str, Any]


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Measure and say the figures. size: share of the full lengths."""
    learn_keys(table_definitions())
    with emulator() as settings:
        for length in LENGTHS:
            units = _of_length(settings, max(ASSIGNMENTS, round(length * size)))
            say(f"capacity_units_per_assignment_{length}", f"{units:.1f}")
        for count in GROUPS:
            by_group, by_agent = _of_groups(settings, count)
            say(f"capacity_units_per_assignment_groups_{count}", f"{by_group:.1f}")
            say(f"capacity_units_per_agent_dispatch_groups_{count}", f"{by_agent:.1f}")
        for length in SKILLED:
            by_group, by_agent = _of_skills(settings, max(SKILLED[0], round(length * size)))
            say(f"capacity_units_per_skilled_assignment_{length}", f"{by_group:.1f}")
            say(f"capacity_units_per_skilled_agent_dispatch_{length}", f"{by_agent:.1f}")
        first, rest = _of_stale(settings)
        say(f"capacity_units_per_assignment_stale_{STALE}", f"{rest:.1f}")
        say(f"capacity_units_of_the_assignment_that_drops_stale_{STALE}", f"{first:.1f}")


def _store() -> Store:
    from chalicelib.acd.dynamo import DynamoStore

    return DynamoStore()


def _floor(name: str, groups: int = 1) -> Floor:
    there = Floor(*(Group(group_id=f"{name}-{number}", name=name) for number in range(groups)), store=_store())
    there.now = NOON + 60_000
    return there


def _wire(model: Any) -> Json:
    return model.serialize()


def _seed(settings: Settings, there: Floor, calls: int, agents: list[Agent], shuffled: int) -> None:
    """Write calls of the floor's first group, agents and all their entries without asking the product."""
    from chalicelib.acd.tables import ReadyItem, WaitingItem, agent_item, call_item

    first = next(iter(there.groups.values()))
    order = list(range(calls))
    random.Random(shuffled).shuffle(order)
    pairs = [waiting_call(f"{first.group_id}-c{number:05d}", first, enqueued_at=NOON + number) for number in order]
    put_all(settings, "calls", [_wire(call_item(replace(call, version=1))) for call, _ in pairs])
    put_all(settings, "waiting", [_wire(WaitingItem(list=one.list, sort=one.sort, data=one)) for _, one in pairs])
    put_all(settings, "agents", [_wire(agent_item(replace(agent, version=1))) for agent in agents])
    entries = [entry for agent in agents for entry in entries_of(replace(agent, state=AgentState.READY))]
    put_all(settings, "ready", [_wire(ReadyItem(list=one.list, sort=one.sort, data=one)) for one in entries])


def _agents(there: Floor, count: int) -> list[Agent]:
    name = next(iter(there.groups))
    return [ready_agent(f"{name}-a{number:05d}", *there.groups, idle_since=NOON + number) for number in range(count)]


def _measured(there: Floor, targets: list[str]) -> float:
    """Return the units per assignment of these dispatches; the emulator's own count must agree with ours."""
    with metering() as meter:
        assigned = sum(there.dispatcher.dispatch(target) for target in targets)
    if not assigned:
        raise RuntimeError(f"nothing was assigned by {targets}")
    _agree(meter)
    return (meter.read + meter.write) / assigned


def _agree(meter: Meter) -> None:
    """Check our arithmetic against the emulator's wherever it reports its own (one unit for a query of any length)."""
    told = [one for one in meter.requests if one.reported and (one.operation != "Query" or one.items <= 1)]
    ours, theirs = sum(one.read + one.write for one in told), sum(one.reported for one in told)
    if not told or abs(ours - theirs) > 0.05 * ours:
        raise RuntimeError(f"capacity units: ours {ours}, the emulator's {theirs}")


def _of_length(settings: Settings, length: int) -> float:
    there = _floor(f"n{length}")
    _seed(settings, there, length, _agents(there, length), length)
    return _measured(there, [f"group:{next(iter(there.groups))}"])


def _of_groups(settings: Settings, count: int) -> tuple[float, float]:
    there = _floor(f"m{count}", count)
    _seed(settings, there, 60, _agents(there, 60), count)
    first = next(iter(there.groups))
    by_agent = _measured(there, [f"agent:{first}-a{59 - number:05d}" for number in range(ASSIGNMENTS)])
    return _measured(there, [f"group:{first}"]), by_agent


def _of_skills(settings: Settings, length: int) -> tuple[float, float]:
    """Assignments of calls that require what one agent in a hundred has, in a group with every set that it may have.

    By group: calls wait and the dispatcher looks for who is able. By agent: one who is able became ready.
    """
    name = f"s{length}"
    there = Floor(Group(group_id=name, name=name, skill_rules=SKILL_RULES), store=_store())
    there.now = NOON + 60_000
    agents = [
        replace(agent, skills={"gold": 5} if number % QUALIFIED_OF == QUALIFIED_OF // 2 else {"brass": 9})
        for number, agent in enumerate(_agents(there, length))
    ]
    _seed(settings, there, 0, agents, 0)
    for number in range(SET_LIMIT - 1):
        there.store.mark_set(Waiting(list=sets_list(name), sort=f"gold>=1&z{number:02d}>=1", call_id="", group_id=name,
                                     enqueued_at=NOON))  # fmt: skip
    _seed_set(settings, there, range(ASSIGNMENTS), "gold>=1")
    by_group = _measured(there, [f"group:{name}"])
    _seed_set(settings, there, range(ASSIGNMENTS, 2 * ASSIGNMENTS), "gold>=1")
    return by_group, _by_able_agents(settings, there, length)


def _seed_set(settings: Settings, there: Floor, calls: range, requires: str) -> None:
    """Write calls that wait in a set of the floor's group, as the product would."""
    from chalicelib.acd.tables import WaitingItem, call_item

    (group,) = there.groups.values()
    there.store.mark_set(Waiting(list=sets_list(group.group_id), sort=requires, call_id="", group_id=group.group_id,
                                 enqueued_at=NOON))  # fmt: skip
    pairs = [
        waiting_call(f"{group.group_id}-c{number:05d}", group, enqueued_at=NOON + number, requires=requires)
        for number in calls
    ]
    entries = [entry for _, one in pairs for entry in with_twin(one)]
    put_all(settings, "calls", [_wire(call_item(replace(call, version=1))) for call, _ in pairs])
    put_all(settings, "waiting", [_wire(WaitingItem(list=one.list, sort=one.sort, data=one)) for one in entries])


def _by_able_agents(settings: Settings, there: Floor, length: int) -> float:
    """Return the units of the dispatches of agents who are able and became ready while calls wait."""
    (name,) = there.groups
    late = [
        replace(ready_agent(f"{name}-late{number}", name, idle_since=NOON + length), skills={"gold": 3})
        for number in range(ASSIGNMENTS // 2)
    ]
    _seed(settings, there, 0, late, 0)
    return _measured(there, [f"agent:{agent.agent_id}" for agent in late])


def _of_stale(settings: Settings) -> tuple[float, float]:
    """The stale entries at the head are met and dropped by the first assignment; it is shown apart too."""
    there = _floor("stale")
    gone = [
        replace(agent, agent_id=f"gone{number}", state=AgentState.NOT_READY, idle_since=number)
        for number, agent in enumerate(_agents(there, STALE))
    ]
    _seed(settings, there, 60, [*gone, *_agents(there, 60)], 0)
    target = f"group:{next(iter(there.groups))}"
    with metering() as meter:
        assigned = there.dispatcher.dispatch(target)
    ends = [place for place, one in enumerate(meter.requests) if one.operation == "TransactWriteItems"]
    first = Meter(requests=meter.requests[: ends[0] + 1])
    return first.read + first.write, (meter.read + meter.write) / assigned
