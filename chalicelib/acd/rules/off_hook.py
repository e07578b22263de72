"""What it means for an agent that his nailed-up leg came up, went down, or has to be renewed."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import NAILED_UP_MS, WORKING, Agent, AgentState, NailedUp, NailedUpState, NextState
from chalicelib.acd.rules import agents, nailed_up

LOST = "nailed_up_lost"
"""The reason of an agent whose phone was put down, or not picked up."""
LATER_MS = 60_000


def came_up(agent: Agent, leg_id: str, sid: str, now: int) -> Agent:
    """The phone was picked up; who asked to be ready is ready now, unless he has no group any more."""
    leg = _of(agent, leg_id)
    if leg is None or leg.state is not NailedUpState.DIALLING:
        return agent
    up = replace(leg, state=NailedUpState.UP, sid=sid, due_at=now + NAILED_UP_MS)
    agent = nailed_up.put(agent, up, now)
    if not _waits(agent):
        return agent
    return agents.ready(agent, now, cause="picked_up") if agent.groups else replace(agent, next_state=None)


def went_down(agent: Agent, leg_id: str, now: int) -> Agent:
    """The leg is over: a ready agent is not ready, one who waited for it waits no longer, one who works is not ready
    afterwards unless he asks to be.

    One that was closed is followed by the next, if the phone is to stay off hook.
    """
    leg = _of(agent, leg_id)
    if leg is None:
        return agent
    down = nailed_up.put(agent, None, now)
    if leg.state is NailedUpState.CLOSING:
        return nailed_up.want(down, now)
    if agent.state is AgentState.READY or _waits(agent):
        return agents.not_ready(down, LOST, now, who="system", cause=LOST)
    if agent.next_state is None and agent.state in {*WORKING, AgentState.WRAP_UP}:
        return replace(down, next_state=NextState(state=AgentState.NOT_READY, reason=LOST))
    return down


def renew(agent: Agent, leg_id: str, now: int) -> Agent:
    """Close a leg that is old and have the phone picked up anew; one that is needed now is looked at again later."""
    leg = _of(agent, leg_id)
    if leg is None or leg.state is not NailedUpState.UP:
        return agent
    if agent.state not in (AgentState.READY, AgentState.NOT_READY):
        return nailed_up.put(agent, replace(leg, due_at=now + LATER_MS), now)
    closing = nailed_up.close(agent, leg, now)
    return agents.once_picked_up(closing, now, cause="renewed") if agent.state is AgentState.READY else closing


def _waits(agent: Agent) -> bool:
    """Return whether he is not ready only because his phone has yet to be picked up."""
    asked = agent.next_state
    return agent.state is AgentState.NOT_READY and asked is not None and asked.state is AgentState.READY


def _of(agent: Agent, leg_id: str) -> NailedUp | None:
    leg = agent.nailed_up
    return leg if leg and leg.leg_id == leg_id else None
