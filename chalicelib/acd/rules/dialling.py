"""Who calls out: an agent may when he is free, and a phone that dials by itself has its leg before anybody was rung."""

import msgspec
from msgspec.structs import replace

from chalicelib.acd.errors import AgentUnavailable
from chalicelib.acd.model.agent import Agent, AgentState, PhoneKind
from chalicelib.acd.model.call import Leg, LegState, Offer, OfferState, Role
from chalicelib.acd.rules import agents
from chalicelib.acd.rules.scene import Scene

FREE = frozenset({AgentState.READY, AgentState.NOT_READY, AgentState.WRAP_UP})
"""States in which an agent may dial."""


class OwnLeg(msgspec.Struct, frozen=True, kw_only=True):
    """The leg of a phone of ours that dialled. username: whose it is, "" for nobody's."""

    sid: str
    address: str
    kind: PhoneKind = "sip"
    username: str = ""


def require_free(agent: Agent) -> None:
    """Raise AgentUnavailable unless the agent may dial now."""
    if agent.state not in FREE or agent.supervising is not None:
        raise AgentUnavailable(agent_id=agent.agent_id, state=agent.state.value)


def pick_up(scene: Scene, own: OwnLeg, offer_id: str, *, role: Role = "agent") -> Offer:
    """Bring a phone that dialled into its call, as if it had been offered and accepted.

    Who is signed in is in the call from now on, in the same transaction, so that an offer made at this instant wins or
    loses as a whole. role: `customer` for one who calls a group. Errors: AgentUnavailable.
    """
    agent = _signed_in(scene, own.username)
    offer = Offer(
        offer_id=offer_id, kind="outbound", agent_id=own.username, address=own.address, phone_kind=own.kind,
        state=OfferState.ACCEPTED, made_at=scene.now, ring_until=scene.now, dial_started_at=scene.now,
        accepted_at=scene.now, ended_at=scene.now, by=own.username,
    )  # fmt: skip
    scene.put_offer(offer)
    scene.put_leg(Leg(
        leg_id=offer_id if role == "agent" else role, role=role, address=own.address, agent_id=own.username or None,
        offer_id=offer_id, sid=own.sid, state=LegState.JOINED, started_at=scene.now, joined_at=scene.now,
    ))  # fmt: skip
    if agent is not None:
        require_free(agent)
        reserved = agents.reserve(agent, scene.call.call_id, offer_id, scene.now, cause="dialled")
        scene.put_agent(agents.on_call(reserved, scene.now))
    if own.username and role == "agent":
        scene.change(agent_ids=(*scene.call.agent_ids, own.username))
    return offer


def ends_with_it(scene: Scene, offer: Offer) -> None:
    """Let the conversation end with the phone that dialled; said in the document with which it comes in."""
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is not None:
        scene.put_leg(replace(leg, ends_conference=True))


def _signed_in(scene: Scene, username: str) -> Agent | None:
    agent = scene.agents.get(username)
    return agent if agent is not None and agent.state is not AgentState.SIGNED_OUT else None
