"""How legs end, and what that means for the call and its agents."""

from msgspec.structs import replace

from chalicelib.acd.errors import CallOver, NotYourCall
from chalicelib.acd.model.call import LIVE_OFFER, Call, CallState, Leg, LegState, Offer
from chalicelib.acd.rules import off_hook, offers, parting, surveying
from chalicelib.acd.rules.scene import Scene
from chalicelib.ivr.heat import hung_up

# The carrier's final statuses of a leg that was never answered, and what they mean for an offer.
UNANSWERED = {"no-answer": "no_answer", "busy": "busy", "failed": "unreachable", "canceled": "unreachable"}
FINAL = frozenset({"completed", *UNANSWERED})
LINE_STATES = {
    "404": "invalid_number", "484": "invalid_number", "604": "invalid_number",
    "410": "out_of_service", "502": "out_of_service",
}  # fmt: skip
"""What the codes of a failed call to an outside number say of that number."""


def customer_left(scene: Scene, cause: str = "customer_hang_up") -> None:
    """The customer's leg is over: the call ends at once, and with it every pending leg."""
    customer = scene.call.customer
    if customer is not None:
        scene.leave(customer, cause, confirmed=True)
    if cause == "customer_hang_up" and _dropped_off(scene.call):
        scene.change(walked=hung_up(scene.call.walked))
    if scene.call.state is CallState.AFTER_CALL:
        cause = scene.call.cause or cause  # the conversation had ended before
    parting.finish(scene, cause=cause if scene.call.answered_at else _unanswered_cause(scene, cause))


def _dropped_off(call: Call) -> bool:
    """Return whether a caller who hangs up leaves the node of a flow at which he stands, or the wait that it led to."""
    waits = call.answered_at is None and call.state in (CallState.QUEUED, CallState.CONNECTING)
    return not call.over and call.cause is None and (waits or call.state is CallState.IN_FLOW)


def _unanswered_cause(scene: Scene, cause: str) -> str:
    """Say why a call that nobody answered ended; what the caller chose himself (a message, a callback) stays."""
    if scene.call.cause and cause == "customer_hang_up":
        return scene.call.cause
    abandoned = cause == "customer_hang_up" and scene.call.queueing is not None
    return "abandoned" if abandoned else cause


def party_status(scene: Scene, offer: Offer, sid: str, status: str, sip_code: str = "") -> None:
    """Take a status call-back of the leg that an offer made. Duplicates and late ones change nothing."""
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is None or (leg.sid is not None and leg.sid != sid):
        return
    know_sid(scene, leg.leg_id, sid)
    if leg.role == "customer":  # a colleague who called and is served
        if status in FINAL and not scene.call.over:
            customer_left(scene)
    elif status == "ringing":
        offers.ringing(scene, offer, sid)
    elif status in FINAL:
        _party_over(scene, offer, status, sip_code)


def know_sid(scene: Scene, leg_id: str, sid: str) -> None:
    """Keep the carrier's id of a leg; a leg that nobody wants any more ends at once."""
    leg = scene.call.leg(leg_id)
    if leg is None or leg.sid is not None:
        return
    late = leg.state is LegState.LEFT
    hang_up_at = scene.now if late else leg.hang_up_at
    scene.put_leg(replace(leg, sid=sid, hang_up_at=hang_up_at, ended_confirmed=False))
    if late:
        scene.do("end_leg", leg_id)


def _party_over(scene: Scene, offer: Offer, status: str, sip_code: str) -> None:
    leg = scene.call.offer_leg(offer.offer_id)
    if leg is None or leg.ended_confirmed:
        return
    if leg.nailed_up:
        _on_hook(scene, leg)
    if offer.state in LIVE_OFFER:
        outcome = "unreachable" if leg.nailed_up else _outcome(offer, status, sip_code)
        parting.failed(scene, offer, outcome, leg_over=True)
        return
    asked_for = leg.hang_up_at is not None
    was_in = leg.state is not LegState.LEFT
    scene.leave(leg, "hang_up", confirmed=True)
    if was_in and not scene.call.over:
        _party_gone(scene, offer, leg, asked_for=asked_for)


def _on_hook(scene: Scene, leg: Leg) -> None:
    """The phone that was to stay off hook is not: told of it, or found so."""
    agent = scene.agents.get(leg.agent_id or "")
    if agent is not None:
        scene.put_agent(off_hook.went_down(agent, leg.nailed_up, scene.now))


def _outcome(offer: Offer, status: str, sip_code: str) -> str:
    """Say why an offer failed: a phone that answered busy after ringing in a browser was declined by hand; of outside
    numbers networks say whether there is such a number (RFC 3398)."""
    if offer.phone_kind == "outside" and status == "failed" and sip_code in LINE_STATES:
        return LINE_STATES[sip_code]
    if status == "busy" and offer.phone_kind == "browser":
        return "declined"
    return UNANSWERED.get(status, "no_answer")


def _party_gone(scene: Scene, offer: Offer, leg: Leg, *, asked_for: bool) -> None:
    """An accepted party left. The last one's end is the call's end, unless his browser crashed."""
    if scene.call.parties and not _alone(scene):
        parting.free_agent(scene, leg, cause="left")
        settle_consult(scene, leg)
        return
    awaited = scene.agent(leg.agent_id) is not None
    crashed = awaited and offer.phone_kind == "browser" and not asked_for
    if crashed and scene.call.customer_present:
        scene.change(agent_lost_at=scene.now)
        scene.record("call.agent_lost", who=leg.agent_id or "")
        settle_consult(scene, leg)
        return
    parting.free_agent(scene, leg, cause="hang_up")
    if any(one.kind in ("transfer", "recall") for one in scene.call.live_offers):
        return  # the new party decides
    surveying.part(scene, leg, cause="agent_hang_up" if leg.role == "agent" else "outside_hang_up")


def settle_consult(scene: Scene, left: Leg) -> None:
    """A party has left: a consultation of his that rings ends, one under way hands the customer over to the expert."""
    consulting = next((one for one in scene.call.offers if one.by == left.agent_id and _inside(scene.call, one)), None)
    if consulting is not None and consulting.state in LIVE_OFFER:
        offers.withdraw(scene, consulting, cause="consult_ended")
    elif consulting is not None:
        merge(scene, consulting)
    if scene.call.parties and consult_offer(scene) is None:
        offers.retrieve(scene)
    scene.settle_exit()


def merge(scene: Scene, consulting: Offer) -> None:
    """The consulted party talks with the customer from now on; an agent counts among those of the call."""
    scene.put_offer(replace(consulting, merged=True))
    if consulting.agent_id and consulting.agent_id not in scene.call.agent_ids:
        scene.change(agent_ids=(*scene.call.agent_ids, consulting.agent_id))


def _alone(scene: Scene) -> bool:
    """Return whether an internal call has nobody left to talk to (there is no customer in it)."""
    return _without_customer(scene) and len(scene.call.parties) < 2


def _without_customer(scene: Scene) -> bool:
    return scene.call.direction == "internal" and scene.call.customer is None


def agent_hangs_up(scene: Scene, agent_id: str) -> None:
    """The agent presses hang up: what rings is declined; a consultation ends alone; one of several parties leaves; else
    the call ends."""
    if _is_customer(scene, agent_id):
        parting.finish(scene, cause="customer_hang_up", who=agent_id)
        return
    offered = next((offer for offer in scene.call.live_offers if offer.agent_id == agent_id), None)
    if offered is not None:
        parting.failed(scene, offered, "declined", leg_over=False)
        return
    leg = own_leg(scene, agent_id)
    consulting = consult_offer(scene)
    if consulting is not None and consulting.by == agent_id:
        end_consult(scene, consulting)
        return
    others = [party for party in scene.call.parties if party.leg_id != leg.leg_id]
    if len(others) > (1 if _without_customer(scene) else 0):
        scene.hang_up(leg, "agent_hang_up")
        parting.free_agent(scene, leg, cause="left")
        settle_consult(scene, leg)
        return
    surveying.part(scene, leg, cause="agent_hang_up", who=agent_id)


def _is_customer(scene: Scene, agent_id: str) -> bool:
    """Return whether the agent is himself the one who called (a group, from his phone)."""
    customer = scene.call.customer
    return customer is not None and customer.agent_id == agent_id and customer.state is not LegState.LEFT


def end_consult(scene: Scene, offer: Offer) -> None:
    """End a consultation alone; the agent goes back to the customer."""
    leg = scene.call.offer_leg(offer.offer_id)
    if offer.state in LIVE_OFFER:
        offers.withdraw(scene, offer, cause="consult_ended")
    elif leg is not None and leg.state is not LegState.LEFT:
        scene.hang_up(leg, "consult_ended")
        parting.free_agent(scene, leg, cause="consult_ended")
    offers.retrieve(scene)
    scene.settle_exit()


def consult_offer(scene: Scene) -> Offer | None:
    """Return the consultation that is being made or under way (the customer is held meanwhile)."""
    return consultation(scene.call)


def consultation(call: Call) -> Offer | None:
    """Return the offer of the consultation that is being made or under way in a call."""
    held = call.customer is not None and call.customer.state is LegState.HELD
    for offer in reversed(call.offers):
        if _inside(call, offer) and (offer.state in LIVE_OFFER or held):
            return offer
    return None


def _inside(call: Call, offer: Offer) -> bool:
    leg = call.offer_leg(offer.offer_id)
    return offer.kind == "consult" and not offer.merged and leg is not None and leg.state is not LegState.LEFT


def own_leg(scene: Scene, agent_id: str) -> Leg:
    """Return the agent's joined leg as one who serves. Errors: NotYourCall, CallOver."""
    if scene.call.over:
        raise CallOver
    for leg in scene.call.legs:
        present = leg.state in (LegState.JOINED, LegState.HELD)
        if leg.agent_id == agent_id and leg.role != "customer" and present:
            return leg
    raise NotYourCall
