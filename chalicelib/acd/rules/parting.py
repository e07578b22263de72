"""What follows when an offer comes to nothing, when nobody is with the customer any more, and when the call ends."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import LIVE_OFFER, CallState, Leg, LegState, Offer, OfferState, Queueing
from chalicelib.acd.rules import agents, hunting, tallies
from chalicelib.acd.rules.offers import offer_to_agent, out_of_hold, withdraw
from chalicelib.acd.rules.queueing import leave_queue, return_to_queue
from chalicelib.acd.rules.scene import Scene

DEFAULT_WRAP_UP_S = 15
DEFAULT_WRAP_UP_LIMIT_S = 300
OUTCOMES: dict[str, OfferState] = {
    "no_answer": OfferState.NO_ANSWER,
    "declined": OfferState.DECLINED,
    "busy": OfferState.BUSY,
    "unreachable": OfferState.UNREACHABLE,
    "invalid_number": OfferState.UNREACHABLE,
    "out_of_service": OfferState.UNREACHABLE,
}


def failed(scene: Scene, offer: Offer, outcome: str, *, leg_over: bool) -> None:
    """The agent did not take the call. outcome: a key of OUTCOMES.

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
        scene.put_agent(
            agents.release(agent, scene.now, cause=outcome)
            if _is_no_fault(offer, outcome)
            else agents.failed_to_answer(agent, outcome, scene.now)
        )
    _after_failure(scene, offer, outcome)


def _is_no_fault(offer: Offer, outcome: str) -> bool:
    """Return whether an agent stays ready: he called himself, or any of several might have answered."""
    return offer.kind == "outbound" or (offer.kind == "ring_all" and outcome == "no_answer")


def not_dialled(scene: Scene, offer: Offer) -> None:
    """The offer's time is over and nobody was rung: no mark against the agent, the call goes on."""
    if offer.state in LIVE_OFFER:
        withdraw(scene, offer, cause="not_dialled")
        _after_failure(scene, offer, "unreachable")


def _after_failure(scene: Scene, offer: Offer, outcome: str) -> None:
    if offer.kind == "consult":
        scene.settle_exit()
    elif scene.call.hunt is not None and not scene.call.over:
        hunt_on(scene, cause=outcome)
    elif scene.call.over or scene.call.live_offers or offer.kind == "rejoin":
        return
    elif offer.kind in ("outbound", "internal"):
        finish(scene, cause=outcome)
    elif not _recalled(scene, offer):
        stranded(scene, cause=outcome, group_id=_group_of(scene, offer))


def hunt_on(scene: Scene, *, cause: str) -> None:
    """Ring what is due of an extension; when nothing rings any more, nobody took the call. cause: of the last one."""
    if scene.call.hunt is not None and not hunting.ring_on(scene):
        nobody_took_it(scene, cause=cause)


def nobody_took_it(scene: Scene, *, cause: str) -> None:
    """No phone of an extension answered: the caller goes where the extension sends him.

    A colleague who called is the one who is served from now on (a mailbox wants to hear him, a group may queue him).
    """
    hunt = scene.call.hunt
    scene.change(hunt=None)
    if scene.call.customer is None and hunt is not None and hunt.onward:
        _serve_the_caller(scene)
    customer = scene.call.customer
    if hunt is None or customer is None or customer.state not in (LegState.JOINED, LegState.HELD):
        finish(scene, cause=cause)
        return
    out_of_hold(scene)
    enter_flow(scene, f"extension:{hunt.extension}:{cause}", cause=cause)


def _serve_the_caller(scene: Scene) -> None:
    """Make the one who made an internal call its customer."""
    caller = next(iter(scene.call.agent_legs), None)
    if caller is not None and caller.sid:
        served = replace(caller, leg_id="customer", role="customer", ends_conference=False)
        scene.change(legs=(served, *(leg for leg in scene.call.legs if leg is not caller)))


def _recalled(scene: Scene, offer: Offer) -> bool:
    """Ring the agent again whose blind transfer came to nothing, if the call has no place in a queue to return to."""
    agent = scene.agents.get(offer.by)
    if offer.kind != "transfer" or scene.call.queueing is not None or agent is None:
        return False
    wraps_up = agent.state is AgentState.WRAP_UP and agent.call_id == scene.call.call_id
    if agent.supervising is not None or not (wraps_up or agents.may_be_rung(agent)):
        return False
    group = scene.groups.get(scene.call.group_id or "")
    offer_to_agent(scene, agent, "recall", f"{offer.offer_id}-recall", group=group)
    return True


def _group_of(scene: Scene, offer: Offer) -> str:
    """Return the group that takes a call which its agent passed on in vain: the call's, else the agent's first."""
    agent = scene.agents.get(offer.agent_id if offer.kind == "recall" else offer.by)
    if agent is None:
        return ""
    first = agent.first_group
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
    if scene.call.to_be_dialled and scene.call.queueing is not None:
        return_to_queue(scene)
        return
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
        offer = scene.call.offer(leg.offer_id)
        agent = tallies.talked(agent, offer.group_id if offer else None, scene.now - (leg.joined_at or scene.now))
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
    scene.change(hunt=None)
    for offer in scene.call.live_offers:
        withdraw(scene, offer, cause=cause)
    leave_queue(scene)
    for leg in scene.call.legs:
        if leg.state is not LegState.LEFT:
            scene.hang_up(leg, cause)
        if leg.agent_id:  # the customer may be a colleague
            free_agent(scene, leg, cause=cause)
    scene.to(CallState.ENDED, cause=cause, who=who)
    scene.change(ended_at=scene.now, cause=cause, agent_lost_at=None)
