"""A nailed-up leg (PBX-7): the agent's phone is dialled once and stays off hook, calls are switched onto it.

The leg is wanted, dialled, up, and closed when he signs out or takes another phone. What follows for his state is in
`off_hook`.
"""

from msgspec.structs import replace

from chalicelib.acd.model.agent import WORKING, Agent, AgentState, NailedUp, NailedUpState
from chalicelib.acd.model.events import event
from chalicelib.kernel.ids import new_id


def put(agent: Agent, leg: NailedUp | None, now: int) -> Agent:
    """Return the agent with this leg; a change of its state is an event."""
    old = agent.nailed_up
    changed = replace(agent, nailed_up=leg)
    was, is_ = (one.state.value if one else "" for one in (old, leg))
    known = leg or old
    if was == is_ or known is None:
        return changed
    data = {"leg_id": known.leg_id}
    change = event(now, "agent.nailed_up", who=agent.agent_id, from_=was, to=is_, data=data)
    return replace(changed, changes=(*agent.changes, change))


def want(agent: Agent, now: int) -> Agent:
    """Have the phone dialled that is to stay off hook, unless it is already, its former leg still ends, or he works."""
    if agent.nailed_up is not None or agent.state in WORKING or not has_use(agent, agent.phone.address):
        return agent
    return put(agent, NailedUp(leg_id=new_id(now), address=agent.phone.address, due_at=now), now)


def keep(agent: Agent, now: int) -> Agent:
    """Close a leg that has no use any more; one in a call lasts until its end."""
    leg = agent.nailed_up
    if leg is None or leg.state is NailedUpState.CLOSING or agent.state in WORKING or has_use(agent, leg.address):
        return agent
    return put(agent, None, now) if leg.state is NailedUpState.WANTED else close(agent, leg, now)


def close(agent: Agent, leg: NailedUp, now: int) -> Agent:
    """Have a leg ended; if the phone is to stay off hook all the same it is dialled anew then."""
    return put(agent, replace(leg, state=NailedUpState.CLOSING, due_at=now), now)


def has_use(agent: Agent, address: str) -> bool:
    """Return whether a leg to this address is to stay up."""
    return agent.phone.nailed_up and agent.state is not AgentState.SIGNED_OUT and agent.phone.address == address


def is_missing(agent: Agent) -> bool:
    """Return whether calls cannot be switched to him because his phone has yet to be picked up."""
    leg = agent.nailed_up
    up = leg is not None and leg.state is NailedUpState.UP and leg.address == agent.phone.address
    return agent.phone.nailed_up and not up


def usable(agent: Agent, carrier: str) -> NailedUp | None:
    """Return the leg over which a call of this carrier reaches him; None: his phone is rung."""
    leg = agent.nailed_up
    if leg is None or leg.state is not NailedUpState.UP or not has_use(agent, leg.address):
        return None
    return leg if leg.carrier == carrier else None
