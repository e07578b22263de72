"""A supervisor takes a live call over, or picks up one that rings at somebody else (MON-2)."""

from msgspec.structs import replace

from chalicelib.acd.errors import NothingToDo, NotSignedIn
from chalicelib.acd.model.agent import Agent, AgentState, NextState
from chalicelib.acd.model.call import SETTLE_AGAIN_MS, Leg, LegState, Offer, OfferState
from chalicelib.acd.rules import agents, offers, parting, tallies, watching
from chalicelib.acd.rules.scene import Scene
from chalicelib.calls.rules import control, ending
from chalicelib.kernel.ids import new_id


def require_signed_in(me: Agent | None) -> Agent:
    """Return the supervisor as one who can serve a call. Errors: NotSignedIn."""
    if me is None or me.state is AgentState.SIGNED_OUT:
        raise NotSignedIn
    return me


def take_over(scene: Scene, leg: Leg) -> None:
    """Make the supervisor the agent of the call: with the leg that he has, or as soon as his phone is answered.

    Errors: NotSignedIn, NothingToDo.
    """
    require_signed_in(scene.agents.get(leg.watch.by if leg.watch else ""))
    if scene.call.customer is None:
        raise NothingToDo(operation="take_over")
    if leg.state is not LegState.JOINED:
        watching.switch(scene, leg, "take_over")
    elif leg.watch is not None:
        watching.told(scene, leg.watch, "take_over")
        become_agent(scene, leg.leg_id)


def become_agent(scene: Scene, leg_id: str, *, muted: bool = True) -> None:
    """The supervisor in the call serves it from now on; its agent goes to wrap-up as after any call.

    muted: his leg is in the conference already, where the carrier has yet to let him be heard.
    """
    leg = scene.call.leg(leg_id)
    watch = leg.watch if leg else None
    me = scene.agents.get(watch.by) if watch else None
    target = scene.call.leg(watch.target) if watch else None
    if leg is None or watch is None or me is None or target is None or target.state is LegState.LEFT:
        return
    if me.state is AgentState.SIGNED_OUT:
        watching.stop(scene, leg, "signed_out")
        return
    offer = _offer(scene, leg, me, target)
    scene.put_offer(offer)
    wanted = replace(watch, mode="barge", tries=0, settle_at=scene.now + SETTLE_AGAIN_MS) if muted else None
    scene.put_agent(_on_call(scene, me, offer))
    scene.put_leg(replace(leg, role="agent", agent_id=me.agent_id, offer_id=leg.leg_id, watch=wanted))
    if me.agent_id not in scene.call.agent_ids:
        scene.change(agent_ids=(*scene.call.agent_ids, me.agent_id))
    if muted:
        scene.do("settle_watch", leg.leg_id)
    scene.settle_exit()
    scene.hang_up(target, "taken_over")
    parting.free_agent(scene, target, cause="taken_over")
    ending.settle_consult(scene, target)


def _offer(scene: Scene, leg: Leg, me: Agent, target: Leg) -> Offer:
    """Return the offer that stands for his service, accepted as it is made."""
    former = scene.call.offer(target.offer_id)
    return Offer(
        offer_id=leg.leg_id, kind="take_over", agent_id=me.agent_id, group_id=former.group_id if former else None,
        address=leg.address, phone_kind=leg.watch.phone_kind if leg.watch else "browser", state=OfferState.ACCEPTED,
        made_at=scene.now, ring_until=scene.now, dial_started_at=scene.now, accepted_at=scene.now, ended_at=scene.now,
        by=me.agent_id,
    )  # fmt: skip


def _on_call(scene: Scene, me: Agent, offer: Offer) -> Agent:
    """Return the supervisor in the call; afterwards he is what he was before, or asked for meanwhile."""
    following = me.next_state or NextState(state=AgentState.NOT_READY, reason=me.reason)
    free = watching.without_session(replace(me, next_state=None), scene.now, cause="take_over")
    reserved = agents.reserve(free, scene.call.call_id, offer.offer_id, scene.now, cause="take_over")
    serving = replace(agents.on_call(reserved, scene.now), next_state=following)
    return tallies.answered(serving, offer.group_id, scene.now)


def pick_up(scene: Scene, me: Agent) -> Offer:
    """Ring the supervisor instead of the agent at whom a call rings, without a mark against that one.

    It is the same kind of offer, so that whatever follows an answer or none follows here too. Errors: NothingToDo,
    AgentUnavailable.
    """
    rings = [one for one in scene.call.live_offers if one.kind in ("queue", "ring_all", "transfer", "recall")]
    if not rings or any(one.agent_id == me.agent_id for one in rings):
        raise NothingToDo(operation="pick_up")
    control.require_free(me)
    first = rings[0]
    for ringing in rings:
        offers.withdraw(scene, ringing, cause="picked_up")
    scene.change(hunt=None)
    scene.record("call.supervised", who=me.agent_id, to="pick_up", data={"agent_id": first.agent_id})
    by = first.by if first.kind == "transfer" else me.agent_id
    group = scene.groups.get(first.group_id or "")
    kind = "queue" if first.kind == "ring_all" else first.kind
    return offers.offer_to_agent(scene, me, kind, new_id(scene.now), group=group, by=by)
