"""What happens when something is due: each deadline of an agent or a call; the carrier is asked for the truth."""

from msgspec.structs import replace

from chalicelib.acd.model import agent as agent_model
from chalicelib.acd.model import call as call_model
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import (
    AGENT_LOST_LIMIT_MS,
    Call,
    CallState,
    Leg,
    LegState,
    Offer,
    OfferState,
)
from chalicelib.acd.ports import Kind
from chalicelib.acd.rules import agents, offers, parting, queueing, surveying
from chalicelib.acd.rules import watching as rules
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import callbacks, inbound, nailed_up, recording_control, watching
from chalicelib.calls.effects import client_of, has_moved_on, is_settled, send_home, settle_again
from chalicelib.calls.rules.ending import FINAL, customer_left, party_status
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony.outcome import Done, Refused


def fire(kind: Kind, id: str, timer_at: int) -> None:
    """Act on a timer if it is still the record's; too early, it is armed again."""
    record = stage().store.agent(id) if kind == "agent" else stage().store.call(id)
    if record is None or record.timer_at != timer_at:
        return
    due = agent_model.deadline(record) if isinstance(record, Agent) else call_model.deadline(record)
    now = stage().clock()
    if due is not None and due > now:
        stage().bus.timer(kind, id, timer_at, now, due)
    elif due is not None:
        settle(kind, id)


def settle(kind: Kind, id: str) -> None:
    """Settle whatever of the record is due now (also called by the sweeper)."""
    try:
        settle_agent(id) if kind == "agent" else settle_call(id)
    except NotFound:
        log.warn("due record is gone", kind=kind, id=id)


def settle_agent(agent_id: str) -> None:
    """Settle an agent whose state, nailed-up leg or supervision is due."""
    agent = stage().store.agent(agent_id)
    if agent is not None and _due(agent_model.state_due(agent)):
        _settle_state_of(agent)
        agent = stage().store.agent(agent_id)
    if agent is not None and _due(agent_model.leg_due(agent)):
        nailed_up.settle(agent)
    if agent is not None and _due(agent_model.supervision_due(agent)):
        watching.end_lapsed(agent)


def _settle_state_of(agent: Agent) -> None:
    agent_id = agent.agent_id
    if agent.state is AgentState.READY:
        stage().act_on_agent(
            agent_id, lambda fresh, now: agents.phone_lost(fresh, now) if _lapsed(fresh, now) else fresh
        )
    elif agent.state is AgentState.WRAP_UP:
        stage().act_on_agent(agent_id, _end_wrap_up)
    elif agent.state in agent_model.WORKING:
        _check_working(agent)


def _due(due: int | None) -> bool:
    return due is not None and due <= stage().clock()


def _lapsed(agent: Agent, now: int) -> bool:
    return agent.state is AgentState.READY and (agent_model.state_due(agent) or now + 1) <= now


def _end_wrap_up(agent: Agent, now: int) -> Agent:
    if agent.state is not AgentState.WRAP_UP or (agent.wrap_up_until or 0) > now:
        return agent
    return agents.after_work(agent, now, cause="wrap_up_over")


def _check_working(agent: Agent) -> None:
    """Free an agent whose call is over or has lost him; else look again later."""
    call = stage().store.call(agent.call_id or "")
    leg = call.offer_leg(agent.offer_id or "") if call else None
    if call is not None and not call.over and leg is not None and leg.state is not LegState.LEFT:
        settle_call(call.call_id)
        stage().act_on_agent(agent.agent_id, lambda fresh, now: replace(fresh, checked_at=now))
        return
    if call is not None and not call.over and call.agent_lost_at is not None:
        settle_call(call.call_id)
        return
    stage().act_on_agent(agent.agent_id, _free_stuck)
    log.warn("agent was freed by the sweeper", agent_id=agent.agent_id, call_id=agent.call_id or "")


def _free_stuck(agent: Agent, now: int) -> Agent:
    if agent.state is AgentState.RESERVED:
        return agents.release(agent, now, cause="call_gone")
    return agents.after_work(agent, now, cause="call_gone") if agent.state is AgentState.ON_CALL else agent


def settle_call(call_id: str) -> None:
    """Settle everything of a call that is due."""
    call = stage().store.call(call_id)
    if call is None or not _due(call_model.deadline(call)):
        return
    now = stage().clock()
    for offer in call.live_offers:
        if call_model.lease_end(call, offer) <= now:
            _settle_offer(call, offer)
    if call.hunt and call.hunt.rings and call.hunt.rings[0].at <= now:
        stage().act(call.call_id, lambda scene: parting.hunt_on(scene, cause="no_answer"))
    watching.settle_due(call, now)
    _confirm_endings(call, now)
    if call.settle_at is not None and call.settle_at <= now:
        settle_again(call.call_id)
    if call.recorded and call.recorded.pause_until is not None and call.recorded.pause_until <= now and not call.over:
        recording_control.resume_due(call.call_id)
    if not call.over:
        _settle_state(call, now)


def _settle_offer(call: Call, offer: Offer) -> None:
    """An offer's lease has ended: what did the leg do? Unknown counts as unreachable, and the leg is ended.

    An offer that the carrier's rate kept from being dialled is nobody's fault.
    """
    leg = call.offer_leg(offer.offer_id)
    status = ""
    if leg is not None and leg.sid:
        answer = client_of(call).fetch_call(leg.sid)
        status = answer.value.status if isinstance(answer, Done) else ""
    sid = leg.sid if leg else None
    rang = status == "ringing" or (leg is not None and leg.nailed_up != "" and offer.state is OfferState.RINGING)

    def decide(scene: Scene) -> None:
        fresh = scene.call.offer(offer.offer_id)
        if fresh is None:
            return
        if sid and status in FINAL:
            party_status(scene, fresh, sid, status)
        elif fresh.dial_started_at is None:
            parting.not_dialled(scene, fresh)
        fresh = scene.call.offer(offer.offer_id) or fresh  # usually that was its end
        parting.failed(scene, fresh, "no_answer" if rang else "unreachable", leg_over=False)

    stage().act(call.call_id, decide)


def _confirm_endings(call: Call, now: int) -> None:
    """Ask again for the end of the legs whose end nobody confirmed in time; each leg has its own tries."""
    asked = [leg for leg in call.legs if (call_model.check_due(leg) or now + 1) <= now]
    over = {leg.leg_id: _is_over(call, leg) for leg in asked}

    def decide(scene: Scene) -> None:
        for leg in scene.call.legs:
            if leg.leg_id in over and not leg.ended_confirmed:
                scene.put_leg(replace(leg, checks=leg.checks + 1, ended_confirmed=over[leg.leg_id]))

    if over:
        stage().act(call.call_id, decide)


def _is_over(call: Call, leg: Leg) -> bool:
    """Ask again for a leg's end; a nailed-up one is only sent out of the call, unless it is in the next one by now."""
    if not leg.nailed_up:
        return is_settled(client_of(call).end_call(leg.sid or ""))
    return has_moved_on(leg) or is_settled(send_home(call, leg))


def _settle_state(call: Call, now: int) -> None:
    fresh = stage().store.call(call.call_id)
    if fresh is None or fresh.over or not _due(call_model.deadline(fresh)):
        return
    if fresh.agent_lost_at is not None and fresh.agent_lost_at + AGENT_LOST_LIMIT_MS <= now:
        stage().act(fresh.call_id, _give_up_lost_agent)
    elif fresh.state is CallState.AFTER_CALL:
        stage().act(fresh.call_id, surveying.overdue)
    elif fresh.state is CallState.QUEUED and fresh.queueing and (fresh.queueing.max_wait_until or now + 1) <= now:
        inbound.timed_out(fresh.call_id)
    elif fresh.state is CallState.QUEUED and fresh.queueing and fresh.queueing.relaxations[:1]:
        stage().act(fresh.call_id, queueing.relax)
    elif fresh.to_be_dialled and fresh.state is CallState.ARRIVING:
        stage().act(fresh.call_id, callbacks.come_due)
    elif fresh.to_be_dialled and fresh.state is CallState.QUEUED:
        stage().act(fresh.call_id, lambda scene: scene.change(touched_at=scene.now))
    else:
        _check_legs(fresh)


def _give_up_lost_agent(scene: Scene) -> None:
    """The agent did not come back: he is freed, the caller goes back to the queue with his old place."""
    lost = scene.call.agent_lost_at
    if lost is None or lost + AGENT_LOST_LIMIT_MS > scene.now:
        return
    for leg in scene.call.legs:
        if leg.role == "agent" and leg.state is LegState.LEFT:
            parting.free_agent(scene, leg, cause="browser_lost")
    for offer in scene.call.live_offers:
        offers.withdraw(scene, offer, cause="browser_lost")
    parting.stranded(scene, cause="agent_lost")


def _check_legs(call: Call) -> None:
    """Ask the carrier which legs still exist; a call without its customer ends, parties who left are taken out."""
    statuses = {leg.leg_id: _status(call, leg) for leg in call.legs if leg.state is not LegState.LEFT}
    customer = call.customer
    gone = customer is not None and statuses.get("customer", "completed") in FINAL
    gone = gone or (customer is None and not call.parties and not call.live_offers)

    def decide(scene: Scene) -> None:
        if scene.call.over:
            return
        if gone:
            customer_left(scene, "leg_lost")
            return
        scene.change(touched_at=scene.now)
        if scene.call.flow_entry:
            scene.do("redirect_customer", value=scene.call.flow_entry)
        for leg in scene.call.parties:
            offer = scene.call.offer(leg.offer_id)
            if offer and leg.sid and statuses.get(leg.leg_id) in FINAL and not scene.call.over:
                party_status(scene, offer, leg.sid, "completed")
        for leg in scene.call.supervisors:
            if leg.sid and statuses.get(leg.leg_id) in FINAL:
                rules.gone(scene, leg, "leg_lost")
        if scene.call.state is CallState.CONNECTING and not scene.call.live_offers and scene.call.place != "conference":
            scene.do("join_customer")

    stage().act(call.call_id, decide)


def _status(call: Call, leg: Leg) -> str:
    """Return the carrier's status of a leg; "unknown" when it does not say."""
    if leg.sid is None:
        return "unknown" if call.live_offers else "failed"
    answer = client_of(call).fetch_call(leg.sid)
    if isinstance(answer, Done):
        return answer.value.status
    return "completed" if isinstance(answer, Refused) and answer.gone else "unknown"
