"""The carrier's webhooks: each route decodes, calls one function, answers. (Paths below /voice.)"""

from chalicelib.acd.groups import cached_group
from chalicelib.acd.service import stage
from chalicelib.calls import (
    announcing,
    inbound,
    music,
    nailed_up,
    phones,
    queue_flow,
    recording,
    surveys,
    talk,
    waiting,
    watching,
)  # fmt: skip
from chalicelib.directory import sip
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.webhooks import VoiceRequest, VoiceRouter

voice = VoiceRouter("calls")
voice.fallback = inbound.fall_back


@voice.document("/inbound")
def arrive(request: VoiceRequest) -> Document:
    """A caller dialled one of our numbers."""
    return inbound.arrive(request)


@voice.document("/phones")
def phone_dials(request: VoiceRequest) -> Document:
    """A phone of ours dialled by itself."""
    return phones.arrive(request)


@voice.document("/flow")
def flow_step(request: VoiceRequest) -> Document:
    """Keys or a time-out in a flow."""
    step = request.query.get("step", "0")
    return inbound.flow_step(
        request.call_id, int(step) if step.isdecimal() else -1, request.digits, spoken="Digits" not in request.form
    )


@voice.document("/enter-flow")
def enter_flow(request: VoiceRequest) -> Document:
    """The customer was sent into a flow."""
    return inbound.enter_flow(request.call_id)


@voice.document("/enter-queue")
def enter_queue(request: VoiceRequest) -> Document:
    """The customer was brought back to the queue."""
    call = stage().store.call(request.call_id)
    return waiting.queue_document(call) if call and not call.over else documents.hang_up()


@voice.document("/enter-next")
def enter_next(request: VoiceRequest) -> Document:
    """The customer goes on with the document of the last decision."""
    return inbound.next_document(request.call_id)


@voice.document("/wait")
def wait(request: VoiceRequest) -> Document:
    """What a parked caller hears next."""
    waited = request.form.get("QueueTime", "0")
    announcing.heard(request.call_id, request.query.get("heard", ""))
    return inbound.wait_on(request.call_id, int(waited) if waited.isdecimal() else 0, waited in ("", "0"))


@voice.document("/wait-flow")
def wait_flow(request: VoiceRequest) -> Document:
    """A waiting caller pressed keys in the flow of the queue, or its words were said."""
    step = request.query.get("step", "0")
    number = int(step) if step.isdecimal() else -1
    return queue_flow.goes_on(request.call_id, number, request.digits, spoken="Digits" not in request.form)


@voice.document("/leave-key")
def leave_key(request: VoiceRequest) -> Document:
    """A parked caller pressed a key."""
    announcing.heard(request.call_id, request.query.get("heard", ""))
    return inbound.leave_by_key(request.call_id, request.query.get("group_id", ""), request.digits)


@voice.document("/left-queue")
def left_queue(request: VoiceRequest) -> Document:
    """The caller left the carrier's queue."""
    return inbound.queue_left(request.call_id, request.form.get("QueueResult", ""))


@voice.document("/join")
def join(request: VoiceRequest) -> Document:
    """The customer's leg comes into the conversation."""
    return talk.customer_joins(request.call_id, request.call_sid)


@voice.document("/dial-ended")
def dial_ended(request: VoiceRequest) -> Document:
    """The customer's conference is over."""
    visit = request.query.get("visit", "0")
    return talk.conversation_ended(request.call_id, request.status, int(visit) if visit.isdecimal() else 0)


@voice.document("/enter-survey")
def enter_survey(request: VoiceRequest) -> Document:
    """The customer was fetched from a conversation that his agent has left."""
    return surveys.first_question(request.call_id)


@voice.document("/survey")
def survey_step(request: VoiceRequest) -> Document:
    """Keys or a time-out in a survey."""
    step = request.query.get("step", "0")
    return surveys.answered(request.call_id, int(step) if step.isdecimal() else -1, request.digits)


@voice.document("/agent")
def agent(request: VoiceRequest) -> Document:
    """The phone of an offer was answered (or a key pressed to accept)."""
    keyed = request.query.get("keyed") == "1" and request.digits == "1"
    return talk.agent_answered(request.call_id, request.query.get("offer_id", ""), request.call_sid, keyed=keyed)


@voice.document("/supervise")
def supervise(request: VoiceRequest) -> Document:
    """A supervisor's phone was answered (or a key pressed to accept)."""
    keyed = request.query.get("keyed") == "1" and request.digits == "1"
    return watching.joins(request.call_id, request.query.get("leg_id", ""), request.call_sid, keyed=keyed)


@voice.document("/nailed-up")
def nailed_up_leg(request: VoiceRequest) -> Document:
    """A phone that stays off hook asks where it belongs."""
    return nailed_up.document(request)


@voice.document("/hold-music")
def hold_music(request: VoiceRequest) -> Document:
    """What a held customer hears."""
    call = stage().store.call(request.call_id)
    group = cached_group(call.group_id) if call and call.group_id else None
    return documents.hold_music(music.music_url(group))


@voice.document("/tones")
def tones(request: VoiceRequest) -> Document:
    """Keys that an agent sends into the conversation."""
    return documents.keys("".join(key for key in request.query.get("digits", "") if key in "0123456789*#w"))


@voice.document("/voicemail-done")
def voicemail_done(request: VoiceRequest) -> Document:
    """The caller left a message."""
    return inbound.voicemail_done(request.call_id)


@voice.text("/sip-credentials")
def sip_credentials(request: VoiceRequest) -> str | None:
    """A registrar asks for the digest of a telephone's password."""
    return sip.digest(request.form.get("Username", ""), request.form.get("Realm", ""), request.carrier)


@voice.status("/agent-status")
def agent_status(request: VoiceRequest) -> None:
    """Progress of an agent's or outside party's leg."""
    code = request.form.get("SipResponseCode", "")
    talk.party_reports(request.call_id, request.query.get("offer_id", ""), request.call_sid, request.status, code)


@voice.status("/supervisor-status")
def supervisor_status(request: VoiceRequest) -> None:
    """Progress of a supervisor's leg."""
    watching.reported(request.call_id, request.query.get("leg_id", ""), request.call_sid, request.status)


@voice.status("/nailed-up-status")
def nailed_up_status(request: VoiceRequest) -> None:
    """Progress of the leg of a phone that stays off hook."""
    nailed_up.reported(request)


@voice.status("/customer-status")
def customer_status(request: VoiceRequest) -> None:
    """Progress of a customer's leg that we dialled."""
    talk.customer_reports(request.call_id, request.call_sid, request.status)


@voice.status("/status")
def status(request: VoiceRequest) -> None:
    """Progress of an inbound leg."""
    inbound.leg_reports(request)


@voice.status("/conference")
def conference(request: VoiceRequest) -> None:
    """A conference began or ended."""
    talk.conference_reports(request.call_id, request.conference_sid, request.event, request.call_sid)


@voice.status("/recording")
def recording_status(request: VoiceRequest) -> None:
    """A recording was completed, or will never be."""
    recording.reported(request)
