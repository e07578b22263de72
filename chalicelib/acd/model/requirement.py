"""What a waiting call requires of its agent, and how that is relaxed while it waits."""

from typing import Annotated

import msgspec

from chalicelib.directory.conditions import Conditions

SkillId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,32}$")]
SkillLevel = Annotated[int, msgspec.Meta(ge=1, le=9)]


class SkillStep(msgspec.Struct, frozen=True, kw_only=True):
    """A level that is required at least, for `for_s` seconds; None: for as long as the call waits."""

    level: SkillLevel
    for_s: Annotated[int, msgspec.Meta(ge=1, le=3_600)] | None = None


class SkillRule(msgspec.Struct, frozen=True, kw_only=True):
    """A skill that calls of a group require when the conditions hold; after the last step nobody needs it any more."""

    skill: SkillId
    when: Conditions = ()
    steps: Annotated[tuple[SkillStep, ...], msgspec.Meta(min_length=1, max_length=9)]


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent must have: skills at a level at least; agent_id: be this very agent. Nothing: anybody."""

    skills: dict[str, int] = {}
    agent_id: str = ""

    @property
    def key(self) -> str:
        """Return the name of the set of calls that require the same; "" for nothing."""
        if self.agent_id:
            return f"@{self.agent_id}"
        return "&".join(f"{skill}>={level}" for skill, level in sorted(self.skills.items()))


class Relaxation(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` (ms) on the call requires `key` only."""

    at: int
    key: str = ""
