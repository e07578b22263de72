"""What it means for an agent that his nailed-up leg came up or went down."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, NailedUp, NailedUpState
from chalicelib.acd.rules import agents, nailed_up


def came_up(agent: Agent, leg_id: str, sid: str, now: int) -> Agent:
    """The phone was picked up; who asked to be ready is ready now."""
    leg = _of(agent, leg_id)
    if leg is None or leg.state is not NailedUpState.DIALLING:
        return agent
    up = nailed_up.put(agent, replace(leg, state=NailedUpState.UP, sid=sid, since=now), now)
    return agents.ready(up, now, cause="picked_up") if _waits(agent) else up


def went_down(agent: Agent, leg_id: str, now: int) -> Agent:
    """The leg is over: a ready agent is not ready, one who waited for it waits no longer.

    One that was closed because he took another phone is followed by that phone's.
    """
    leg = _of(agent, leg_id)
    if leg is None:
        return agent
    down = nailed_up.put(agent, None, now)
    if leg.state is NailedUpState.CLOSING:
        return nailed_up.want(down, now)
    if agent.state is AgentState.READY or _waits(agent):
        return agents.not_ready(down, "nailed_up_lost", now, who="system", cause="nailed_up_lost")
    return down


def _waits(agent: Agent) -> bool:
    """Return whether he is not ready only because his phone has yet to be picked up."""
    asked = agent.next_state
    return agent.state is AgentState.NOT_READY and asked is not None and asked.state is AgentState.READY


def _of(agent: Agent, leg_id: str) -> NailedUp | None:
    leg = agent.nailed_up
    return leg if leg and leg.leg_id == leg_id else None
