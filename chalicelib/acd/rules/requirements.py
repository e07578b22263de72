"""What a call requires of its agent, step by step while it waits; who meets it. Pure.

Calls that require the same stand in a list of their own, so that one whose agents are all busy never blocks those
behind it. A set's name says what it requires, so that the list alone tells whom it may be given to.
"""

from collections.abc import Iterable, Mapping

from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.group import Ready
from chalicelib.acd.model.requirement import Relaxation, Requirement, SkillRule
from chalicelib.directory.holding import all_hold

SET_LIMIT = 20
"""Sets of a group that have calls of their own at a time."""
ANYBODY = ""


def of_key(key: str) -> Requirement:
    """Return the requirement that a set's name states."""
    if key.startswith("@"):
        return Requirement(agent_id=key[1:])
    parts = (part.rpartition(">=") for part in key.split("&") if part)
    return Requirement(skills={skill: int(level) for skill, _, level in parts})


def met_by(key: str, candidate: Agent | Ready) -> bool:
    """Return whether an agent (or his ready entry) meets a set's requirement."""
    wanted = of_key(key)
    if wanted.agent_id:
        return candidate.agent_id == wanted.agent_id
    return all(candidate.skills.get(skill, 0) >= level for skill, level in wanted.skills.items())


def steps_of(
    rules: Iterable[SkillRule], facts: Mapping[str, str], since: int, *, person: str = "", person_s: int = 0
) -> tuple[Relaxation, ...]:
    """Return what a call requires from when on: the first at `since` (ms), the following as time relaxes it.

    facts: see Condition. person: the agent who is waited for first, for `person_s` seconds at most.
    """
    lives = [_lives(rule, since) for rule in rules if all_hold(rule.when, facts)]
    bounds = sorted({since, *(until for rule in lives for _, _, until in rule if until is not None)})
    steps = [Relaxation(at=at, key=_required(lives, at).key) for at in bounds]
    if person and person_s:
        freed = since + person_s * 1000
        in_force = [step for step in steps if step.at <= freed][-1]
        later = [step for step in steps if step.at > freed]
        steps = [Relaxation(at=since, key=Requirement(agent_id=person).key), replace_at(in_force, freed), *later]
    return _changes_only(steps)


def replace_at(step: Relaxation, at: int) -> Relaxation:
    """Return the same requirement from another instant on."""
    return Relaxation(at=at, key=step.key)


_Life = list[tuple[str, int, int | None]]
"""A rule's steps: skill, level, the instant at which it ends (None: never)."""


def _lives(rule: SkillRule, since: int) -> _Life:
    lives: _Life = []
    at = since
    for step in rule.steps:
        until = None if step.for_s is None else at + step.for_s * 1000
        lives.append((rule.skill, step.level, until))
        if until is None:
            break
        at = until
    return lives


def _required(lives: list[_Life], at: int) -> Requirement:
    """Return what all rules together require at an instant; of two levels of one skill the higher."""
    skills: dict[str, int] = {}
    for life in lives:
        present = next(((skill, level) for skill, level, until in life if until is None or until > at), None)
        if present is not None:
            skills[present[0]] = max(present[1], skills.get(present[0], 0))
    return Requirement(skills=skills)


def _changes_only(steps: list[Relaxation]) -> tuple[Relaxation, ...]:
    kept: list[Relaxation] = []
    for step in steps:
        if not kept or kept[-1].key != step.key:
            kept.append(step)
    return tuple(kept)


def nearest(key: str, live: Iterable[str]) -> str:
    """Return the live set that requires the most of what `key` requires, and nothing beyond it; else anybody.

    For a group that has SET_LIMIT sets already: a weaker requirement is better than a call that nobody finds.
    """
    wanted = of_key(key).skills
    weaker = [one for one in live if _covers(wanted, of_key(one).skills)]
    return max(weaker, key=lambda one: sum(of_key(one).skills.values()), default=ANYBODY)


def _covers(wanted: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(wanted.get(skill, 0) >= level for skill, level in other.items())
