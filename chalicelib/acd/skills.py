"""Skills: named abilities, and at which level each agent has them. A change holds at once."""

from typing import Annotated

import msgspec

from chalicelib.acd import tables
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.requirement import SkillId, SkillLevel
from chalicelib.acd.rules import agents
from chalicelib.kernel.errors import InUse
from chalicelib.kernel.records import Collection, Record

AGENTS_LIMIT = 5_000


class Skill(Record, frozen=True, kw_only=True):
    """A skill. skill_id: its name in formulas and rules. levels: by user name, 1–9, 9 best."""

    skill_id: SkillId
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    levels: Annotated[dict[str, SkillLevel], msgspec.Meta(max_length=AGENTS_LIMIT)] = {}


skills: Collection[Skill] = Collection("skills", Skill, "skill_id", "skill")


def of(username: str) -> dict[str, int]:
    """Return an agent's levels by skill."""
    return {skill.skill_id: skill.levels[username] for skill in skills.all() if username in skill.levels}


def create(skill: Skill) -> Skill:
    """Create a skill. Errors: AlreadyExists."""
    saved = skills.create(skill)
    _tell(saved.skill_id, {}, saved.levels)
    return saved


def update(skill: Skill) -> Skill:
    """Change a skill. Errors: NotFound, ChangedMeanwhile."""
    old = skills.read(skill.skill_id)
    saved = skills.update(skill)
    _tell(saved.skill_id, old.levels, saved.levels)
    return saved


def delete(skill_id: str, version: int | None) -> None:
    """Delete a skill that no group requires. Errors: NotFound, InUse, ChangedMeanwhile."""
    users = (group.name for group in tables.groups.all() if any(rule.skill == skill_id for rule in group.skill_rules))
    by = next(users, None)
    if by is not None:
        raise InUse(kind="skill", id=skill_id, by=by)
    old = skills.read(skill_id)
    skills.delete(skill_id, version)
    _tell(skill_id, old.levels, {})


def _tell(skill_id: str, old: dict[str, int], new: dict[str, int]) -> None:
    """Let the agents whose level changed have the new one from now on."""
    from chalicelib.acd.service import stage  # it tells skills when somebody signs in

    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    for username in changed:
        if stage().store.agent(username) is not None:
            level = new.get(username)
            stage().act_on_agent(username, lambda agent, now, level=level: _with(agent, skill_id, level, now))


def _with(agent: Agent, skill_id: str, level: int | None, now: int) -> Agent:
    others = {skill: held for skill, held in agent.skills.items() if skill != skill_id}
    return agents.change_skills(agent, others if level is None else {**others, skill_id: level}, now)
