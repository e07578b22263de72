"""What an agent has done for each of his groups in this shift; the counting methods order by it.

It changes with the transaction in which he answers or hangs up, so a message that comes twice counts once.
"""

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, Tally
from chalicelib.acd.model.group import Method

SHIFT_GAP_MS = 4 * 3_600_000
"""Who signs in after so long begins to count anew; a shift may go past midnight."""
COUNTING: frozenset[Method] = frozenset({"fewest_calls", "least_talk", "weighted"})
"""Methods with which somebody who has done nothing yet would get every call."""


def of(agent: Agent, group_id: str) -> Tally:
    """Return an agent's tally for a group."""
    return next((one for one in agent.tallies if one.group_id == group_id), Tally(group_id=group_id))


def answered(agent: Agent, group_id: str | None, now: int) -> Agent:
    """Count a call of the group that the agent has answered."""
    if group_id is None:
        return agent
    old = of(agent, group_id)
    return _put(agent, replace(old, calls=old.calls + 1, turn_at=now))


def talked(agent: Agent, group_id: str | None, ms: int) -> Agent:
    """Count the time of a conversation."""
    if group_id is None:
        return agent
    old = of(agent, group_id)
    return _put(agent, replace(old, talk_ms=old.talk_ms + max(0, ms)))


def begin(agent: Agent, beginnings: tuple[Tally, ...], now: int) -> Agent:
    """Begin a shift, or go on with it. beginnings: what to begin with in groups of which he has no tally.

    A counting group's is that of the agent who is next in it, so that who comes later does not get every call until he
    has caught up.
    """
    over = agent.state is AgentState.SIGNED_OUT and now - agent.state_since >= SHIFT_GAP_MS
    kept = () if over else agent.tallies
    known = {one.group_id for one in kept}
    return replace(agent, tallies=(*kept, *(one for one in beginnings if one.group_id not in known)))


def _put(agent: Agent, tally: Tally) -> Agent:
    others = tuple(one for one in agent.tallies if one.group_id != tally.group_id)
    return replace(agent, tallies=(*others, tally))
