"""Offers: a call is offered to an agent, who accepts it or not. The first acceptance wins; the rest is withdrawn."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, NailedUp, Phone
from chalicelib.acd.model.call import (
    LIVE_OFFER,
    SETTLE_AGAIN_MS,
    CallState,
    Leg,
    LegState,
    Offer,
    OfferKind,
    OfferState,
)
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import agents, nailed_up, tallies
from chalicelib.acd.rules.queueing import leave_queue
from chalicelib.acd.rules.scene import Scene
from chalicelib.kernel.ids import new_id

DEFAULT_RING_S = 20
PHONE_RING_S = 40
KEPT_OFFERS = 10


def offer_to_agent(
    scene: Scene, agent: Agent, kind: OfferKind, offer_id: str, *, group: Group | None = None, by: str = "",
    ring_s: int | None = None,
) -> Offer:  # fmt: skip
    """Reserve an agent for the call and make the offer (the dial worker rings him). ring_s: none for the group's."""
    ring_s = ring_s or (group.ring_s if group else DEFAULT_RING_S)
    offer = Offer(
        offer_id=offer_id, kind=kind, agent_id=agent.agent_id, group_id=group.group_id if group else None,
        address=agent.phone.address, phone_kind=agent.phone.kind, made_at=scene.now,
        ring_until=scene.now + ring_s * 1000, by=by,
    )  # fmt: skip
    scene.put_agent(agents.reserve(agent, scene.call.call_id, offer_id, scene.now, cause=kind))
    return _make(scene, offer, "agent", nailed_up.usable(agent, scene.call.carrier))


def offer_outside(scene: Scene, number: str, kind: OfferKind, offer_id: str, *, by: str = "") -> Offer:
    """Offer the call to an outside number (no agent is reserved)."""
    return offer_to_phone(scene, Phone(kind="outside", address=number), kind, offer_id, by=by)


def offer_to_phone(
    scene: Scene, phone: Phone, kind: OfferKind, offer_id: str, *, by: str = "", ring_s: int = PHONE_RING_S
) -> Offer:
    """Offer the call to a phone, whoever answers there (no agent is reserved)."""
    offer = Offer(
        offer_id=offer_id, kind=kind, address=phone.address, phone_kind=phone.kind, made_at=scene.now,
        ring_until=scene.now + ring_s * 1000, by=by,
    )  # fmt: skip
    return _make(scene, offer, "outside")


def _forget_old(scene: Scene) -> None:
    """Keep the record small: of offers that came to nothing only the last few stay (events tell of all)."""
    vain = [offer for offer in scene.call.offers if offer.ended_at is not None and offer.accepted_at is None]
    gone = {offer.offer_id for offer in vain[:-KEPT_OFFERS] if _settled(scene, offer)}
    if gone:
        scene.change(
            offers=tuple(offer for offer in scene.call.offers if offer.offer_id not in gone),
            legs=tuple(leg for leg in scene.call.legs if leg.offer_id not in gone),
        )


def _settled(scene: Scene, offer: Offer) -> bool:
    leg = scene.call.offer_leg(offer.offer_id)
    return leg is None or leg.ended_confirmed


def _make(scene: Scene, offer: Offer, role: str, off_hook: NailedUp | None = None) -> Offer:
    _forget_old(scene)
    scene.put_offer(offer)
    scene.put_leg(Leg(
        leg_id=offer.offer_id, role="agent" if role == "agent" else "outside", address=offer.address,
        agent_id=offer.agent_id or None, offer_id=offer.offer_id, started_at=scene.now,
        sid=off_hook.sid if off_hook else None, nailed_up=off_hook.leg_id if off_hook else "",
    ))  # fmt: skip
    scene.do("dial", offer.offer_id)
    return offer


def assign(scene: Scene, agent: Agent, group: Group, offer_id: str) -> Offer:
    """Assign the waiting call to a ready agent: the one transaction that guarantees ACD-9."""
    leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="assigned")
    return offer_to_agent(scene, agent, "queue", offer_id, group=group)


def assign_to_all(scene: Scene, candidates: list[Agent], group: Group) -> list[Offer]:
    """Ring several ready agents at once; the first who answers has the call, the others stop without a mark."""
    leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="assigned")
    return [offer_to_agent(scene, agent, "ring_all", new_id(scene.now), group=group) for agent in candidates]


def ringing(scene: Scene, offer: Offer, sid: str | None) -> None:
    """The agent's phone rings (or the carrier has taken the leg)."""
    leg = scene.call.offer_leg(offer.offer_id)
    if offer.state not in LIVE_OFFER or leg is None:
        return
    scene.put_offer(replace(offer, state=OfferState.RINGING))
    scene.put_leg(replace(leg, state=LegState.RINGING, sid=leg.sid or sid))


def accept(scene: Scene, offer: Offer, sid: str) -> bool:
    """Take the answer of an agent (or outside number). Returns False when the offer is no longer to be had.

    The same leg may ask twice: an offer that this very leg has accepted is accepted again.
    """
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is None or scene.call.over:
        return False
    if offer.state is OfferState.ACCEPTED:
        return leg.sid == sid and leg.state is not LegState.LEFT
    agent = scene.agent(offer.agent_id)
    if offer.state not in LIVE_OFFER or (offer.agent_id and (agent is None or agent.offer_id != offer.offer_id)):
        return False
    scene.put_offer(replace(offer, state=OfferState.ACCEPTED, accepted_at=scene.now, ended_at=scene.now))
    scene.put_leg(replace(leg, state=LegState.JOINED, sid=sid, joined_at=scene.now))
    if agent is not None:
        scene.put_agent(tallies.answered(agents.on_call(agent, scene.now), offer.group_id, scene.now))
    if offer.kind != "consult":
        scene.change(hunt=None)
        _withdraw_others(scene, offer)
    _bring_together(scene, offer)
    scene.settle_exit()
    return True


def _withdraw_others(scene: Scene, winner: Offer) -> None:
    for other in scene.call.live_offers:
        if other.offer_id != winner.offer_id and other.kind != "consult":
            withdraw(scene, other, cause="taken")


def _bring_together(scene: Scene, offer: Offer) -> None:
    """Say how the customer gets to the party who answered."""
    scene.change(agent_lost_at=None, touched_at=scene.now)
    if offer.agent_id and offer.agent_id not in scene.call.agent_ids and offer.kind != "consult":
        scene.change(agent_ids=(*scene.call.agent_ids, offer.agent_id))
    if offer.kind in ("consult", "internal"):
        return
    if offer.kind == "outbound" or scene.call.to_be_dialled:
        scene.do("dial_customer")
    elif scene.call.place == "conference":
        scene.to(CallState.TALKING, cause=offer.kind)
        retrieve(scene)
    else:
        out_of_hold(scene)
        scene.do("join_customer")


def hold(scene: Scene) -> None:
    """The customer hears music."""
    customer = scene.call.customer
    if customer and customer.state is LegState.JOINED:
        scene.put_leg(replace(customer, state=LegState.HELD, held_since=scene.now))
        _see_to_it(scene)


def retrieve(scene: Scene) -> None:
    """The customer is back in the conversation."""
    if out_of_hold(scene):
        scene.do("retrieve_customer")
        _see_to_it(scene)


def _see_to_it(scene: Scene) -> None:
    """Have the carrier asked again soon, unless it is noted that it did it: the process may die before it asks."""
    scene.change(settle_at=scene.now + SETTLE_AGAIN_MS)


def out_of_hold(scene: Scene) -> bool:
    """Count the customer's time on hold as over; returns whether he was held."""
    customer = scene.call.customer
    if customer is None or customer.state is not LegState.HELD:
        return False
    held = customer.held_ms + scene.now - (customer.held_since or scene.now)
    scene.put_leg(replace(customer, state=LegState.JOINED, held_since=None, held_ms=held))
    return True


def withdraw(scene: Scene, offer: Offer, *, cause: str) -> None:
    """Take an offer back without a mark against its agent: the phone stops, his idle time is restored."""
    if offer.state not in LIVE_OFFER:
        return
    scene.end_offer(offer, OfferState.WITHDRAWN)
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is not None:
        scene.hang_up(leg, cause)
    agent = scene.agent(offer.agent_id)
    if agent is not None and agent.state is AgentState.RESERVED and agent.offer_id == offer.offer_id:
        scene.put_agent(agents.release(agent, scene.now, cause=cause))
