"""A site's own distribution rule: a formula, or a Python function that an installed package offers.

The function is found by the name of its entry point in the group `zhiyin.distribution` and called as
`score(call: Mapping, agent: Mapping) -> float`; both mappings have the variables that a formula has. A rule is pure,
scores at most CANDIDATE_LIMIT candidates in LIMIT_MS together, and gives way to longest idle when it fails or is slow.
"""

import time
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import cache
from typing import cast

from chalicelib.acd import formulas
from chalicelib.acd.facts import call_variables
from chalicelib.acd.formulas import BadFormula, Value
from chalicelib.acd.model.agent import Agent, SignedIn
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import tallies
from chalicelib.kernel import log

CANDIDATE_LIMIT = 200
LIMIT_MS = 50
ENTRY_POINTS = "zhiyin.distribution"
PYTHON = "python:"

Score = Callable[[Mapping[str, Value], Mapping[str, Value]], float]


class _TooSlow(Exception):
    """The rule has had its time."""


def ordered(group: Group, call: Call, candidates: list[Agent], now: int) -> list[Agent]:
    """Return the candidates by the group's own rule, highest score first; of equal ones the longest idle.

    candidates: longest idle first, as they stay when the rule fails.
    """
    try:
        scores = _scores(group, call, candidates, now)
    except Exception as error:  # whatever a site's own code does, callers are served
        log.warn(
            "own distribution rule failed",
            group_id=group.group_id,
            reason=str(error)[:200],
            correlation_id=call.call_id,
        )
        return candidates
    return [candidates[place] for place in sorted(range(len(candidates)), key=lambda place: -scores[place])]


def check(rule: str) -> None:
    """Refuse a rule that cannot work. Errors: BadFormula."""
    if rule.startswith(PYTHON):
        _entry_point(rule.removeprefix(PYTHON))
        return
    formulas.number(rule, _both(agent_variables(Agent(agent_id=""), "", 0), _some_call()))


def _some_call() -> Mapping[str, Value]:
    return call_variables(Call(call_id="", customer_number="+861000000000"), 0)


def _both(agent: Mapping[str, Value], call: Mapping[str, Value]) -> Mapping[str, Value]:
    return ChainMap(cast("dict[str, Value]", agent), cast("dict[str, Value]", call))


def check_priority(formula: str) -> None:
    """Refuse a formula of priorities that cannot work. Errors: BadFormula."""
    formulas.number(formula, _some_call())


def agent_variables(agent: Agent, group_id: str, now: int) -> dict[str, Value]:
    """Return what a rule may ask about an agent.

    agent: his user name. idle_s: since his last call. calls, talk_s: of the group, in this shift. level, position,
    weight: as a member of it. skill_<id>: his level, 0 without.
    """
    tally = tallies.of(agent, group_id)
    place = next((one for one in agent.groups if one.group_id == group_id), SignedIn(group_id=group_id))
    return {
        "agent": agent.agent_id, "idle_s": max(0, now - agent.idle_since) / 1000,
        "calls": tally.calls, "talk_s": tally.talk_ms / 1000,
        "level": place.level, "position": place.position, "weight": place.weight,
        **{f"skill_{skill.replace('-', '_')}": level for skill, level in agent.skills.items()},
    }  # fmt: skip


def _scores(group: Group, call: Call, candidates: list[Agent], now: int) -> list[float]:
    score = _score_of(group.own_rule)
    asked = call_variables(call, now)
    until = time.monotonic() + LIMIT_MS / 1000
    found: list[float] = []
    for agent in candidates:
        found.append(score(asked, agent_variables(agent, group.group_id, now)))
        if time.monotonic() > until:
            raise _TooSlow(f"{len(found)} of {len(candidates)} scored in {LIMIT_MS} ms")
    return found


def _score_of(rule: str) -> Score:
    if rule.startswith(PYTHON):
        return _entry_point(rule.removeprefix(PYTHON))
    value_with = formulas.compiled(rule)
    return lambda call, agent: value_with(_both(agent, call))


@cache
def _entry_point(name: str) -> Score:
    from importlib.metadata import entry_points

    found = entry_points(group=ENTRY_POINTS, name=name)
    if not found:
        raise BadFormula(formula=f"{PYTHON}{name}", reason=f"no entry point {name} in {ENTRY_POINTS}")
    return next(iter(found)).load()
