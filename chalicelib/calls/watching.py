"""The leg of a supervisor at the carrier: rung once, brought into the conversation, settled when something is due."""

from contextlib import suppress

from msgspec.structs import replace

from chalicelib.acd.errors import CarrierRefused, CarrierSilent
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call, Leg, LegState, watch_due
from chalicelib.acd.rules import watching
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import talk
from chalicelib.calls.effects import client_of, settle_watch
from chalicelib.calls.rate import delay_for
from chalicelib.calls.rules.ending import FINAL, UNANSWERED, know_sid, party_status
from chalicelib.calls.rules.taking_over import become_agent
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony import documents
from chalicelib.telephony.carriers import carrier
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Say
from chalicelib.telephony.outcome import Done, Refused
from chalicelib.telephony.signature import voice_url

ACCEPT = {"zh-CN": "通话监控,按 1 接入。", "en": "Live call supervision. Press 1 to connect."}


def ring(call: Call, leg: Leg) -> None:
    """Ring a supervisor's phone unless that was done already or he is no longer wanted."""
    if not _to_be_rung(call, leg):
        return
    delay = delay_for(carrier(call.carrier))
    if delay > 0:
        stage().bus.dial(call.call_id, leg.leg_id, delay)
    elif _start(call.call_id, leg.leg_id):
        _create(call, leg)


def _to_be_rung(call: Call, leg: Leg | None) -> bool:
    if call.over or leg is None or leg.watch is None or leg.watch.dial_started_at is not None:
        return False
    return leg.role == "supervisor" and leg.state is LegState.DIALLING


def _start(call_id: str, leg_id: str) -> bool:
    """Take the leg for this worker; False when another one has it or it is over."""
    taken = False

    def decide(scene: Scene) -> None:
        nonlocal taken
        leg = scene.call.leg(leg_id)
        taken = _to_be_rung(scene.call, leg)
        if taken and leg is not None and leg.watch is not None:
            held_back = scene.now - leg.started_at
            watch = replace(leg.watch, dial_started_at=scene.now, ring_until=leg.watch.ring_until + held_back)
            scene.put_leg(replace(leg, watch=watch))

    stage().act(call_id, decide)
    return taken


def _create(call: Call, leg: Leg) -> None:
    ids = {"call_id": call.call_id, "leg_id": leg.leg_id}
    watch = leg.watch
    outcome = client_of(call).create_call(
        to=leg.address,
        from_=call.trunk_number or call.customer_number,
        url=voice_url("/supervise", **ids),
        status_callback=voice_url("/supervisor-status", **ids),
        timeout_s=(watch.ring_until - leg.started_at) // 1000 if watch else 0,
    )
    log.log("supervisor dialled", correlation_id=call.call_id, leg_id=leg.leg_id, outcome=type(outcome).__name__)
    if isinstance(outcome, Done):
        sid = outcome.value.sid
        stage().act(call.call_id, lambda scene: know_sid(scene, leg.leg_id, sid))
    elif isinstance(outcome, Refused):
        stage().act(call.call_id, lambda scene: _ended(scene, leg.leg_id, "unreachable"))


def joins(call_id: str, leg_id: str, sid: str, *, keyed: bool) -> Document:
    """The supervisor's phone was answered: he joins muted, or as the agent if he is to take the call over.

    A stale leg is hung up. An outside number presses a key first, so that no mailbox ever listens.
    """
    call = stage().store.call(call_id)
    leg = call.leg(leg_id) if call else None
    if call is None or leg is None or (leg.watch is None and leg.role == "supervisor"):
        return documents.hang_up()
    if leg.watch and leg.watch.phone_kind == "outside" and not keyed and leg.state is not LegState.JOINED:
        url = voice_url("/supervise", call_id=call_id, leg_id=leg_id, keyed=1)
        return documents.accept_key([Say(ACCEPT, call.language)], url)
    stored = _answered(call_id, leg_id, sid)
    joined = stored.leg(leg_id)
    if joined is None or joined.sid != sid or joined.state is not LegState.JOINED:
        return documents.hang_up()
    if joined.role == "agent":
        return talk.conversation_for(stored, end_on_exit=joined.ends_conference)
    return documents.join_conference(
        call_id,
        end_on_exit=False,
        status_callback=voice_url("/conference", call_id=call_id),
        start_on_enter=False,
        muted=True,
        wait_url="",
    )


def _answered(call_id: str, leg_id: str, sid: str) -> Call:
    def decide(scene: Scene) -> None:
        if not watching.answered(scene, leg_id, sid):
            return
        leg = scene.call.leg(leg_id)
        if leg is not None and leg.role == "supervisor" and leg.watch and leg.watch.mode == "take_over":
            become_agent(scene, leg_id, muted=False)

    try:
        return stage().act(call_id, decide).call
    except (CarrierRefused, CarrierSilent) as error:
        log.warn("answered, but the carrier did not follow", correlation_id=call_id, reason=str(error))
    found = stage().store.call(call_id)
    if found is None:
        raise NotFound(kind="call", id=call_id)
    return found


def reported(call_id: str, leg_id: str, sid: str, status: str) -> None:
    """A status call-back of a supervisor's leg; of one who took the call over it is an agent's."""

    def decide(scene: Scene) -> None:
        leg = scene.call.leg(leg_id)
        if leg is None or (leg.sid is not None and leg.sid != sid):
            return
        offer = scene.call.offer(leg.offer_id) if leg.role == "agent" else None
        if offer is not None:
            party_status(scene, offer, sid, status)
            return
        know_sid(scene, leg_id, sid)
        if status in FINAL:
            _ended(scene, leg_id, UNANSWERED.get(status, "hang_up"))

    with suppress(NotFound):
        stage().act(call_id, decide)


def _ended(scene: Scene, leg_id: str, cause: str) -> None:
    leg = scene.call.leg(leg_id)
    if leg is not None and leg.role == "supervisor":
        watching.gone(scene, leg, cause)


def settle_due(call: Call, now: int) -> None:
    """Settle the legs of supervisors that are due: a phone that nobody answered, a carrier that did not follow."""
    for leg in call.legs:
        if (watch_due(leg) or now + 1) > now:
            continue
        if leg.state is LegState.JOINED:
            _ask_again(call.call_id, leg.leg_id)
        else:
            stage().act(call.call_id, lambda scene, id=leg.leg_id: watching.unanswered(scene, id))


def _ask_again(call_id: str, leg_id: str) -> None:
    """Ask the carrier again; noted before, so that a crash does not end the tries."""
    stage().act(call_id, lambda scene: watching.settle_later(scene, leg_id))
    with suppress(CarrierRefused, CarrierSilent):
        settle_watch(call_id, leg_id)


def end_lapsed(me: Agent) -> None:
    """End the session of a supervisor whose page is silent."""
    session = me.supervising
    if session is None:
        return

    def decide(scene: Scene) -> None:
        leg, fresh = scene.call.leg(session.leg_id), scene.agents.get(me.agent_id)
        mine = fresh.supervising if fresh else None
        if leg is not None and leg.role == "supervisor" and mine and mine.lease_until <= scene.now:
            watching.stop(scene, leg, "session_lost")

    try:
        stage().act(session.call_id, decide, agents=(me.agent_id,))
    except NotFound:
        log.warn("a supervised call is gone", agent_id=me.agent_id, call_id=session.call_id)
    stage().act_on_agent(me.agent_id, lambda fresh, now: _forget(fresh, session.leg_id, now))


def _forget(me: Agent, leg_id: str, now: int) -> Agent:
    """Return the supervisor without a session whose leg is no more (that is the rule; this is for what is left)."""
    session = me.supervising
    if session is None or session.leg_id != leg_id or session.lease_until > now:
        return me
    return watching.without_session(me, now, cause="session_lost")
