"""Bringing people together: agents answer, customers join, parties leave. Documents are functions of the state."""

from contextlib import suppress

from msgspec.structs import replace

from chalicelib.acd.errors import CarrierRefused, CarrierSilent
from chalicelib.acd.model.call import Call, CallState, Leg, LegState, Offer, OfferState
from chalicelib.acd.rules import agents, offers, parting, recorded
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.acd.stage import Decide
from chalicelib.calls import follow_me, recording, surveys
from chalicelib.calls.effects import settle_hold, settle_watch
from chalicelib.calls.recording_control import policy_of
from chalicelib.calls.rules.ending import FINAL, customer_left, know_sid, party_status
from chalicelib.calls.waiting import queue_document, where_he_belongs
from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Prompt, Say
from chalicelib.telephony.signature import voice_url

ACCEPT = {"zh-CN": "您有一通客服来电,按 1 接听。", "en": "You have a call from the contact centre. Press 1 to accept."}
AGENT_NUMBER = {"zh-CN": "工号 {number} 为您服务。", "en": "Agent {number} is at your service."}
SORRY_WAIT = {
    "zh-CN": "座席连接中断,请稍候,我们会尽快恢复。",
    "en": "The connection to your agent was lost. Please hold.",
}


def agent_answered(call_id: str, offer_id: str, sid: str, *, keyed: bool) -> Document:
    """The phone of an offer answered: the first acceptance wins, a stale one is hung up.

    Outside numbers press a key first, so that a mailbox never "answers".
    """
    call = stage().store.call(call_id)
    offer = call.offer(offer_id) if call else None
    if call is None or offer is None:
        return documents.hang_up()
    if offer.phone_kind == "outside" and not keyed and offer.state is not OfferState.ACCEPTED:
        url = voice_url("/agent", call_id=call_id, offer_id=offer_id, keyed=1)
        return documents.accept_key([Say(ACCEPT, call.language)], url)
    accepted = accept(call, offer, sid)
    if accepted is None or accepted.over:
        return documents.hang_up()
    leg = accepted.offer_leg(offer_id)
    if leg is not None and leg.role == "customer":
        return where_he_belongs(accepted)
    return conversation_for(accepted, end_on_exit=bool(leg and leg.ends_conference))


def accept(call: Call, offer: Offer, sid: str) -> Call | None:
    """Accept an offer for the leg that answered it. Return the call, None when the offer is no longer to be had.

    A carrier that does not take the customer off hold must not cost the agent's leg: he is in, and can ask again.
    """
    accepted = False
    target = str(call.variables.get("target", "")) if call.direction == "internal" else ""

    def decide(scene: Scene) -> None:
        nonlocal accepted
        fresh = scene.call.offer(offer.offer_id)
        accepted = fresh is not None and offers.accept(scene, fresh, sid)
        if accepted and call.direction == "internal":
            _internal_goes_on(scene, offer, target)

    try:
        found: Call | None = stage().act(call.call_id, decide, agents=(target,) if target else ()).call
    except (CarrierRefused, CarrierSilent) as error:
        log.warn("accepted, but the carrier did not follow", correlation_id=call.call_id, reason=str(error))
        found = stage().store.call(call.call_id)
    return found if accepted else None


def _internal_goes_on(scene: Scene, offer: Offer, target: str) -> None:
    """In an internal call the caller's own phone comes first, then the colleague's or the extension's."""
    if offer.kind == "internal":
        scene.to(CallState.TALKING, cause="answered")
        scene.change(answered_at=scene.call.answered_at or scene.now)
    elif offer.kind == "outbound" and not any(one.kind == "internal" for one in scene.call.offers):
        if target:
            _ring_colleague(scene, offer, target)
        elif extension := directory.find_extension(str(scene.call.variables["extension"])):
            ring_extension(scene, extension, by=offer.agent_id)
        else:
            parting.finish(scene, cause="unreachable")


def ring_extension(scene: Scene, extension: Extension, *, by: str) -> None:
    """Ring an extension in an internal call; a caller whom nobody can take goes where the extension sends him."""
    follow_me.ring(scene, extension, "internal", by=by)
    parting.hunt_on(scene, cause="busy")


def _ring_colleague(scene: Scene, offer: Offer, target: str) -> None:
    colleague = scene.agents.get(target)
    if colleague is None or not agents.may_be_rung(colleague):
        parting.finish(scene, cause="busy")
        return
    offers.offer_to_agent(scene, colleague, "internal", f"{offer.offer_id}-b", by=offer.agent_id)


def conversation_for(call: Call, *, end_on_exit: bool, action: str | None = None) -> Document:
    """Return the document with which a party other than the customer comes into the conversation.

    action: where his leg goes on afterwards; it ends without one.
    """
    return documents.join_conference(
        call.call_id,
        end_on_exit=end_on_exit,
        status_callback=voice_url("/conference", call_id=call.call_id),
        action=action,
        wait_url="",
    )


def customer_joins(call_id: str, sid: str) -> Document:
    """The customer's leg asks for its place in the conversation: the call is talking from now on.

    The recording's row exists before there is audio. A repeated request gets the same document.
    """

    def decide(scene: Scene) -> None:
        customer = scene.call.customer
        if scene.call.over or customer is None or (customer.sid is not None and customer.sid != sid):
            return
        if not scene.call.parties:
            return
        if customer.state is not LegState.HELD:
            joined = customer.joined_at or scene.now
            scene.put_leg(replace(customer, sid=sid, state=LegState.JOINED, joined_at=joined))
        scene.to(CallState.TALKING, cause="joined")
        visits = scene.call.visits + (scene.call.place != "conference")
        if visits != scene.call.visits:
            recorded.begins(scene, policy_of(scene))
        scene.change(place="conference", visits=visits, answered_at=scene.call.answered_at or scene.now)

    try:
        scene = stage().act(call_id, decide)
    except NotFound:
        return documents.hang_up()
    call = scene.call
    if call.over or not call.parties:
        return _nobody_there(call)
    return documents.join_conference(
        call_id,
        end_on_exit=False,
        status_callback=voice_url("/conference", call_id=call_id),
        action=voice_url("/dial-ended", call_id=call_id, visit=call.visits),
        wait_url="",
        announce=_announcement(scene),
        record=recording.request(call) if call.recording else None,
    )


def _nobody_there(call: Call) -> Document:
    """The party left while the customer was on the way: back to where he was, to the survey, or the end."""
    if call.state is CallState.AFTER_CALL:
        return surveys.first_question(call.call_id)
    if call.over or call.queueing is None:
        return documents.hang_up()
    return queue_document(call)


def _announcement(scene: Scene) -> list[Prompt]:
    """Say the agent's number before the conversation, if the group wants it (AGT-4)."""
    group = scene.groups.get(scene.call.group_id or "")
    agent = next((leg.agent_id for leg in scene.call.agent_legs), None)
    if scene.call.direction != "inbound" or group is None or not group.announce_agent or not agent:
        return []
    number = "".join(letter for letter in agent if letter.isdigit()) or agent
    spaced = " ".join(number)
    return [Say({locale: text.format(number=spaced) for locale, text in AGENT_NUMBER.items()}, scene.call.language)]


def conversation_ended(call_id: str, status: str, visit: int) -> Document:
    """The customer's conference is over: he hung up, the agent did (a survey may follow), or the agent's browser died.

    A carrier also asks when we redirected him out of the conference ourselves: his place is another one by then (or
    the same again, on a later visit), nothing changes, and the answer is ignored.
    """

    def decide(scene: Scene) -> None:
        if scene.call.over:
            return
        if status in FINAL:
            customer_left(scene)
        elif scene.call.place == "conference" and scene.call.visits == visit:
            _left_alone(scene)

    call = stage().act(call_id, decide).call
    if call.over or call.place == "flow":
        return where_he_belongs(call)
    lost = call.agent_lost_at is not None
    return queue_document(call, (Say(SORRY_WAIT, call.language),) if lost else ())


def _left_alone(scene: Scene) -> None:
    """The customer is in no conversation any more: who of the others is gone, and what he hears now."""
    off_hook = any(leg.nailed_up for leg in scene.call.parties)
    for leg in scene.call.parties:
        if not leg.nailed_up:  # such a leg outlives its conference; what became of it is asked, or told
            _party_vanished(scene, leg)
    if scene.call.over:
        return
    if scene.call.state is CallState.AFTER_CALL:
        surveys.ask(scene)
        return
    scene.change(place="parked")  # whoever comes next has to fetch him from there
    if off_hook:
        scene.to(CallState.CONNECTING, cause="conference_ended")


def _party_vanished(scene: Scene, leg: Leg) -> None:
    """The conference ended although this party never said good-bye: a dead browser is waited for, others hung up."""
    offer = scene.call.offer(leg.offer_id)
    if leg.sid and offer:
        party_status(scene, offer, leg.sid, "completed")


def party_reports(call_id: str, offer_id: str, sid: str, status: str, sip_code: str = "") -> None:
    """A status call-back of an agent's or outside party's leg. sip_code: why it failed, as networks say it."""

    def decide(scene: Scene) -> None:
        offer = scene.call.offer(offer_id)
        if offer is not None:
            party_status(scene, offer, sid, status, sip_code)

    _act_if_there(call_id, decide)


def customer_reports(call_id: str, sid: str, status: str) -> bool:
    """A status call-back of the customer's leg, or of the phone that made the call. Returns whether there is one."""

    def decide(scene: Scene) -> None:
        if _reported_by_party(scene, sid, status):
            return
        customer = scene.call.customer
        if customer is None or (customer.sid is not None and customer.sid != sid):
            return
        if status in FINAL:
            cause = {"busy": "busy", "no-answer": "no_answer", "failed": "unreachable"}.get(status, "customer_hang_up")
            customer_left(scene, cause)
            return
        if status == "ringing" and customer.state is LegState.DIALLING:
            scene.put_leg(replace(customer, sid=sid, state=LegState.RINGING))
        know_sid(scene, "customer", sid)

    return _act_if_there(call_id, decide)


def _reported_by_party(scene: Scene, sid: str, status: str) -> bool:
    """Take the progress of a leg that is not the customer's: that of a phone of ours which dialled."""
    leg = scene.call.leg_at(sid)
    offer = scene.call.offer(leg.offer_id) if leg and leg.role != "customer" else None
    if offer is not None:
        party_status(scene, offer, sid, status)
    return offer is not None


def conference_reports(call_id: str, conference_sid: str, event: str, sid: str) -> None:
    """A conference call-back: its start names the conference; a customer who joins finds the hold asked for,
    a supervisor the ears."""

    def decide(scene: Scene) -> None:
        if scene.call.conference_sid != conference_sid and not scene.call.over:
            scene.change(conference_sid=conference_sid)

    if event == "conference-start":
        _act_if_there(call_id, decide)
    elif event == "participant-join":
        with suppress(CarrierRefused, CarrierSilent):  # it is asked again by a timer
            _joined(call_id, sid)


def _joined(call_id: str, sid: str) -> None:
    call = stage().store.call(call_id)
    if call is not None and call.customer is not None and call.customer.sid == sid:
        settle_hold(call_id)
    leg = call.leg_at(sid) if call else None
    if leg is not None and leg.watch is not None and leg.watch.settle_at is not None:
        settle_watch(call_id, leg.leg_id)


def _act_if_there(call_id: str, decide: Decide) -> bool:
    try:
        stage().act(call_id, decide)
    except NotFound:
        return False
    return True
