"""Offers: a call is offered to an agent, who accepts it or not. The first acceptance wins; the rest is withdrawn."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.model.call import (
    LIVE_OFFER,
    CallState,
    Leg,
    LegState,
    Offer,
    OfferKind,
    OfferState,
    Queueing,
)
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.rules import agents
from chalicelib.acd.rules.lists import waiting_entry
from chalicelib.acd.rules.scene import Scene
from chalicelib.telephony.model import client_address

DEFAULT_RING_S = 20
DEFAULT_WRAP_UP_S = 15
DEFAULT_WRAP_UP_LIMIT_S = 300
KEPT_OFFERS = 10


def enqueue(scene: Scene, group: Group, *, priority: int = 0, enqueued_at: int | None = None) -> None:
    """Queue the call in a group; with `enqueued_at` it keeps an earlier place."""
    at = scene.now if enqueued_at is None else enqueued_at
    entry = waiting_entry(group, scene.call.call_id, at, priority)
    limit = at + group.max_wait_s * 1000 if group.max_wait_s else None
    scene.to(CallState.QUEUED, cause=group.group_id)
    scene.added.append(entry)
    scene.change(
        group_id=group.group_id,
        queued_at=scene.now,
        queueing=Queueing(
            group_id=group.group_id, list=entry.list, sort=entry.sort, enqueued_at=at, priority=priority,
            max_wait_until=limit,
        ),
    )  # fmt: skip
    scene.record("call.queued", data={"group_id": group.group_id, "priority": priority})
    scene.do("dispatch_group", group.group_id)


def return_to_queue(scene: Scene) -> None:
    """Put the call back to the place that it had; its key is unchanged, so it keeps its turn."""
    queueing = scene.call.queueing
    if queueing is None:
        raise ValueError("the call has no place to return to")
    scene.to(CallState.QUEUED, cause="returned")
    scene.added.append(
        Waiting(
            list=queueing.list, sort=queueing.sort, call_id=scene.call.call_id, group_id=queueing.group_id,
            enqueued_at=queueing.enqueued_at,
        )
    )  # fmt: skip
    scene.change(queued_at=scene.now)
    scene.do("dispatch_group", queueing.group_id)


def leave_queue(scene: Scene) -> None:
    """Take the call's entry out of its list and count its waiting time."""
    queueing = scene.call.queueing
    if scene.call.state is CallState.QUEUED and queueing is not None:
        scene.removed.append(
            Waiting(
                list=queueing.list, sort=queueing.sort, call_id=scene.call.call_id, group_id=queueing.group_id,
                enqueued_at=queueing.enqueued_at,
            )
        )  # fmt: skip
    _count_wait(scene)


def _count_wait(scene: Scene) -> None:
    if scene.call.queued_at is not None:
        scene.change(queued_ms=scene.call.queued_ms + scene.now - scene.call.queued_at, queued_at=None)


def offer_to_agent(
    scene: Scene, agent: Agent, kind: OfferKind, offer_id: str, *, group: Group | None = None, by: str = ""
) -> Offer:
    """Reserve an agent for the call and make the offer (the dial worker rings him)."""
    ring_s = group.ring_s if group else DEFAULT_RING_S
    offer = Offer(
        offer_id=offer_id, kind=kind, agent_id=agent.agent_id, group_id=group.group_id if group else None,
        address=agent.phone.address, phone_kind=agent.phone.kind, made_at=scene.now,
        ring_until=scene.now + ring_s * 1000, by=by,
    )  # fmt: skip
    scene.put_agent(agents.reserve(agent, scene.call.call_id, offer_id, scene.now, cause=kind))
    return _make(scene, offer, "agent")


def offer_outside(scene: Scene, number: str, kind: OfferKind, offer_id: str, *, by: str = "") -> Offer:
    """Offer the call to an outside number (no agent is reserved)."""
    offer = Offer(
        offer_id=offer_id, kind=kind, address=number, phone_kind="outside", made_at=scene.now,
        ring_until=scene.now + 40_000, by=by,
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


def _make(scene: Scene, offer: Offer, role: str) -> Offer:
    _forget_old(scene)
    scene.put_offer(offer)
    scene.put_leg(Leg(
        leg_id=offer.offer_id, role="agent" if role == "agent" else "outside", address=offer.address,
        agent_id=offer.agent_id or None, offer_id=offer.offer_id, started_at=scene.now,
    ))  # fmt: skip
    scene.do("dial", offer.offer_id)
    return offer


def assign(scene: Scene, agent: Agent, group: Group, offer_id: str) -> Offer:
    """Assign the waiting call to a ready agent: the one transaction that guarantees ACD-9."""
    leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="assigned")
    return offer_to_agent(scene, agent, "queue", offer_id, group=group)


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
        scene.put_agent(agents.on_call(agent, scene.now))
    if offer.kind != "consult":
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
    if offer.kind == "outbound":
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


def retrieve(scene: Scene) -> None:
    """The customer is back in the conversation."""
    if out_of_hold(scene):
        scene.do("retrieve_customer")


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


OUTCOMES: dict[str, OfferState] = {
    "no_answer": OfferState.NO_ANSWER,
    "declined": OfferState.DECLINED,
    "busy": OfferState.BUSY,
    "unreachable": OfferState.UNREACHABLE,
}


def failed(scene: Scene, offer: Offer, outcome: str, *, leg_over: bool) -> None:
    """The agent did not take the call. outcome: no_answer, declined, busy, unreachable.

    The call keeps its place and goes on to the next agent; the agent follows the rule of his outcome.
    """
    if offer.state not in LIVE_OFFER:
        return
    scene.end_offer(offer, OUTCOMES[outcome])
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is not None:
        if leg_over:
            scene.leave(leg, outcome, confirmed=True)
        else:
            scene.hang_up(leg, outcome)
    agent = scene.agent(offer.agent_id)
    if agent is not None and agent.offer_id == offer.offer_id and agent.state is AgentState.RESERVED:
        own = offer.kind == "outbound"
        scene.put_agent(
            agents.release(agent, scene.now, cause=outcome)
            if own
            else agents.failed_to_answer(agent, outcome, scene.now)
        )
    _after_failure(scene, offer, outcome)


def not_dialled(scene: Scene, offer: Offer) -> None:
    """The offer's time is over and nobody was rung: no mark against the agent, the call goes on."""
    if offer.state in LIVE_OFFER:
        withdraw(scene, offer, cause="not_dialled")
        _after_failure(scene, offer, "unreachable")


def _after_failure(scene: Scene, offer: Offer, outcome: str) -> None:
    if offer.kind == "consult":
        scene.settle_exit()
    elif scene.call.over or scene.call.live_offers or offer.kind == "rejoin":
        return
    elif offer.kind in ("outbound", "internal"):
        finish(scene, cause=outcome)
    elif not _recalled(scene, offer):
        stranded(scene, cause=outcome, group_id=_group_of(scene, offer))


def _recalled(scene: Scene, offer: Offer) -> bool:
    """Ring the agent again whose blind transfer came to nothing, if the call has no place in a queue to return to."""
    agent = scene.agents.get(offer.by)
    if offer.kind != "transfer" or scene.call.queueing is not None or agent is None:
        return False
    wraps_up = agent.state is AgentState.WRAP_UP and agent.call_id == scene.call.call_id
    if not wraps_up and agent.state not in (AgentState.READY, AgentState.NOT_READY):
        return False
    group = scene.groups.get(scene.call.group_id or "")
    offer_to_agent(scene, agent, "recall", f"{offer.offer_id}-recall", group=group)
    return True


def _group_of(scene: Scene, offer: Offer) -> str:
    """Return the group that takes a call which its agent passed on in vain: the call's, else the agent's first."""
    agent = scene.agents.get(offer.agent_id if offer.kind == "recall" else offer.by)
    if agent is None:
        return ""
    first = min(agent.groups, key=lambda place: place.priority, default=None)
    return scene.call.group_id or (first.group_id if first else "")


def enter_flow(scene: Scene, entry: str, *, cause: str, who: str = "") -> None:
    """Send the customer on his way. entry: `flow:<id>` begins one, `outcome:<reason>` goes on in his after a hand-over,
    `group:<id>` leads to a group (or where it sends its calls to)."""
    scene.to(CallState.IN_FLOW, cause=cause, who=who)
    scene.change(place="flow", flow_entry=entry)
    scene.do("redirect_customer", value=entry)


def stranded(scene: Scene, *, cause: str, group_id: str = "") -> None:
    """Nobody is with the customer any more: back to the queue with his old place.

    Who has no place goes to the group `group_id`; without one he goes on in his flow, or hears an apology. Who has not
    even answered is no longer rung.
    """
    customer = scene.call.customer
    if customer is None or customer.state not in (LegState.JOINED, LegState.HELD):
        finish(scene, cause=cause)
        return
    in_queue = scene.call.place == "queue"
    scene.change(agent_lost_at=None)
    out_of_hold(scene)
    if scene.call.queueing is None:
        enter_flow(scene, f"group:{group_id}" if group_id else f"outcome:{cause}", cause=cause)
        return
    return_to_queue(scene)
    if not in_queue:
        _wait_anew(scene, scene.call.queueing)
        scene.change(place="queue")
        scene.do("redirect_customer", value="queue")


def _wait_anew(scene: Scene, queueing: Queueing) -> None:
    """Who comes back from a conversation keeps his place, but not the end of his wait: it is long past."""
    group = scene.groups.get(queueing.group_id)
    if group and group.max_wait_s and queueing.max_wait_until:
        scene.change(queueing=replace(queueing, max_wait_until=scene.now + group.max_wait_s * 1000))


def wrap_up_of(scene: Scene) -> tuple[int, int]:
    """Return the wrap-up time and its limit (seconds) that hold for this call."""
    group = scene.groups.get(scene.call.group_id or "")
    return (group.wrap_up_s, group.wrap_up_limit_s) if group else (DEFAULT_WRAP_UP_S, DEFAULT_WRAP_UP_LIMIT_S)


def free_agent(scene: Scene, leg: Leg, *, cause: str) -> None:
    """The agent of a leg that is over goes to wrap-up (or back, if he never talked)."""
    agent = scene.agent(leg.agent_id)
    if agent is None or agent.offer_id != leg.offer_id:
        return
    if agent.state is AgentState.RESERVED:
        scene.put_agent(agents.release(agent, scene.now, cause=cause))
    elif agent.state is AgentState.ON_CALL:
        seconds, limit = wrap_up_of(scene)
        if scene.call.answered_at is None:
            before = agent.next_state or agent.before
            scene.put_agent(agents.after_work(replace(agent, next_state=before), scene.now, cause=cause))
        else:
            scene.put_agent(agents.wrap_up(agent, seconds, limit, scene.now, cause=cause))


def finish(scene: Scene, *, cause: str, who: str = "") -> None:
    """End the call: every offer is withdrawn, every leg ended, every agent freed, the queue entry removed."""
    if scene.call.over:
        return
    for offer in scene.call.live_offers:
        withdraw(scene, offer, cause=cause)
    leave_queue(scene)
    for leg in scene.call.legs:
        if leg.state is not LegState.LEFT:
            scene.hang_up(leg, cause)
        if leg.role == "agent":
            free_agent(scene, leg, cause=cause)
    scene.to(CallState.ENDED, cause=cause, who=who)
    scene.change(ended_at=scene.now, cause=cause, agent_lost_at=None)


def phone_of(username: str, phone: Phone) -> Phone:
    """Return the phone with the browser's address filled in."""
    return replace(phone, address=client_address(username)) if phone.kind == "browser" else phone
