"""A call comes in: who called what, where it goes, each step of its flow. Repeated requests get the same answer."""

from functools import partial

from msgspec.structs import replace

from chalicelib.acd.facts import CallFacts
from chalicelib.acd.model.call import Call, CallState, Leg, LegState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.acd.snapshots import status
from chalicelib.calls import announcing, asking, callbacks, music, nailed_up, phones, queue_flow
from chalicelib.calls.admission import Reason, is_empty, leads_on, wandered
from chalicelib.calls.destinations import (
    UNAVAILABLE,
    Destination,
    begin_flow,
    end,
    follow,
    go,
    not_taken_by,
    turn_away,
    unanswered,
)
from chalicelib.calls.rules.ending import FINAL, customer_left
from chalicelib.calls.service_level import too_low
from chalicelib.calls.talk import customer_reports
from chalicelib.calls.waiting import wait_document, where_he_belongs
from chalicelib.crm import service as crm
from chalicelib.directory import service as directory
from chalicelib.directory.model import Decision, Route
from chalicelib.ivr.steps import Answered, Digits, Done, Failed, FlowState, Input, Timeout
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.signature import voice_url
from chalicelib.telephony.webhooks import VoiceRequest

CALLED_BACK = {
    "zh-CN": "好的,轮到您时我们会给您回电,请保持电话畅通。再见。",
    "en": "We will call you back when it is your turn. Good-bye.",
}
WAITING = frozenset({"/wait", "/wait-flow", "/leave-key", "/hold-music", "/tones"})
"""Documents that play to somebody who waits or talks: they may fall silent for a moment, but not end his call."""


def arrive(request: VoiceRequest) -> Document:
    """Take a new inbound call; its id is the carrier's id of the customer's leg, so a repeated webhook finds it."""
    now = stage().clock()
    known = stage().store.call(request.call_sid)
    if known is not None:
        return known.document
    call = _new_call(request, now)
    decision = directory.route_inbound(request.to, request.from_, now, CallFacts(call, now))
    if decision.kind == "reject":
        return documents.reject()
    call = replace(call, recording=decision.trunk.record if decision.trunk else True)

    def decide(scene: Scene) -> None:
        record_arrival(scene, decision)
        go(Destination(scene), decision.route)

    scene = stage().open(call, decide)
    stored = scene.call if scene else stage().store.call(call.call_id)
    return stored.document if stored else documents.hang_up()


def record_arrival(scene: Scene, decision: Decision) -> None:
    """Let the call arrive, with the reasons of where it is to go."""
    scene.record("call.arrived", data={"reasons": [str(reason) for reason in decision.reasons]})
    scene.to(CallState.IN_FLOW, cause=decision.kind)


def leg_reports(request: VoiceRequest) -> None:
    """Take the progress of an inbound leg; the call is named by the leg."""
    told = partial(customer_reports, request.call_sid, request.call_sid, request.status)
    if not told() and request.status in FINAL and not _over_before_it_arrived(request):
        told()  # it has arrived at this very moment


def _over_before_it_arrived(request: VoiceRequest) -> bool:
    """Store a call whose end was told before its beginning, so that a late `/inbound` finds it over; False if it is
    there meanwhile. A caller whom we reject leaves no call behind."""
    if phones.is_ours(request):
        return phones.over_before_it_arrived(request)
    now = stage().clock()
    decision = directory.route_inbound(request.to, request.from_, now)
    if decision.kind == "reject":
        return True

    def decide(scene: Scene) -> None:
        scene.record("call.arrived", data={"reasons": [str(reason) for reason in decision.reasons]})
        scene.change(document=documents.hang_up())
        customer_left(scene)

    return stage().open(replace(_new_call(request, now), recording=False), decide) is not None


def _new_call(request: VoiceRequest, now: int) -> Call:
    return new_call(request.call_sid, request.carrier.name, request.from_, request.to, now)


def new_call(call_id: str, carrier: str, caller: str, dialled: str, now: int) -> Call:
    """Return an inbound call as it begins; of the only customer with the caller's number it knows who that is."""
    customers = crm.find_by_number(caller)
    customer = customers[0] if len(customers) == 1 else None
    leg = Leg(
        leg_id="customer", role="customer", address=caller, sid=call_id, state=LegState.JOINED,
        started_at=now, joined_at=now,
    )  # fmt: skip
    return Call(
        call_id=call_id, direction="inbound", carrier=carrier, customer_number=caller,
        trunk_number=dialled, customer_id=customer.customer_id if customer else None,
        customer_name=customer.name if customer else "", customer_grade=customer.grade if customer else 0,
        customer_owner=customer.owner if customer else "", legs=(leg,), started_at=now,
        touched_at=now,
    )  # fmt: skip


def flow_step(call_id: str, step: int, digits: str | None, *, spoken: bool) -> Document:
    """The caller pressed keys, or let the time pass. A repeated or late request gets the stored document."""
    given: Input = Digits(digits) if digits else Timeout()

    def decide(scene: Scene) -> None:
        call = scene.call
        if call.state is not CallState.IN_FLOW or call.step != step or call.flow is None or call.flow_entry:
            return
        if call.flow.awaiting == "answer":
            return
        scene.record("call.keys", data={"digits": len(digits or ""), "node": call.flow.node})
        follow(Destination(scene), Done() if spoken and call.flow.awaiting == "enter" else given)

    document = _document_after(call_id, decide)
    return _answered(call_id, step) or document


def _answered(call_id: str, step: int) -> Document | None:
    """Find out what the flow asks at this step, and return what the caller hears then; None when it asks nothing."""
    question = _question(step)
    call = stage().store.call(call_id)
    if call is None or question.state_of(call) is None:
        return None
    call = asking.settle(call_id, question)
    if question.state_of(call) is None:
        return call.document
    return documents.idle(asking.COME_AGAIN_S, voice_url("/flow", call_id=call_id, step=step))


def _question(step: int) -> asking.Walker:
    """Return the call's flow as one that asks, while it stands at this step."""

    def state_of(call: Call) -> FlowState | None:
        here = call.state is CallState.IN_FLOW and call.step == step and not call.flow_entry
        return call.flow if here and call.flow is not None and call.flow.awaiting == "answer" else None

    def keep(scene: Scene, state: FlowState) -> None:
        scene.change(flow=state)

    def go_on(scene: Scene, answer: Answered) -> None:
        follow(Destination(scene), answer)

    return asking.Walker(state_of, keep, go_on)


def _nobody_took_it(scene: Scene, number: str, reason: str) -> None:
    extension = directory.find_extension(number)
    if extension is None:
        end(Destination(scene), UNAVAILABLE)
    else:
        unanswered(Destination(scene), extension, reason)


def _document_after(call_id: str, decide: object) -> Document:
    try:
        return stage().act(call_id, decide).call.document  # type: ignore[arg-type]
    except NotFound:
        return documents.hang_up()


def enter_flow(call_id: str) -> Document:
    """The customer has been sent on: begins a flow or comes to a group (a transfer), or goes on in his own flow (an
    agent who did not answer)."""

    def decide(scene: Scene) -> None:
        kind, _, what = scene.call.flow_entry.partition(":")
        if scene.call.state is not CallState.IN_FLOW or not what:
            return
        scene.change(flow_entry="")
        if kind == "flow":
            _comes_in(scene, what)
        elif kind == "group":
            go(Destination(scene), Route(kind="group", id=what))
        elif kind == "extension":
            number, _, reason = what.partition(":")
            _nobody_took_it(scene, number, reason)
        elif scene.call.flow and scene.call.flow.awaiting == "outcome":
            follow(Destination(scene), Failed(what))
        else:
            last = scene.call.offers[-1].agent_id if scene.call.offers else ""
            not_taken_by(Destination(scene), last or "", what)

    return _document_after(call_id, decide)


def _comes_in(scene: Scene, what: str) -> None:
    """Begin the flow that a customer was sent to: `<flow>`, or `<flow>:<node>`."""
    flow_id, _, node = what.partition(":")
    document = begin_flow(Destination(scene), flow_id, node)
    scene.change(document=document, touched_at=scene.now)


def fall_back(request: VoiceRequest) -> Document:
    """What a caller hears when a handler failed: an apology, then the dialled number's group if it has one.

    Who waits goes on waiting; another party's leg never gets the customer's document.
    """
    if request.path in WAITING:
        return documents.wait((), music.stretch(None))
    if request.path == "/nailed-up":
        return nailed_up.fall_back(request)
    call = stage().store.call(request.call_id or request.call_sid)
    if call is None or call.over or call.customer is None or call.customer.sid != request.call_sid:
        return ""
    if call.place != "flow":
        return call.document
    trunk = directory.trunk_number(call.trunk_number)
    if trunk is None or trunk.group_id is None:
        return ""
    group_id = trunk.group_id

    def decide(scene: Scene) -> None:
        if scene.call.state is CallState.IN_FLOW:
            go(Destination(scene), Route(kind="group", id=group_id))

    return stage().act(call.call_id, decide).call.document


def voicemail_done(call_id: str) -> Document:
    """The caller left his message: thanks and good-bye."""
    thanks = {"zh-CN": "感谢您的留言,再见。", "en": "Thank you for your message. Good-bye."}

    def decide(scene: Scene) -> None:
        if scene.call.state is CallState.IN_FLOW:
            scene.change(cause="voicemail")
            end(Destination(scene), thanks)

    return _document_after(call_id, decide)


def wait_on(call_id: str, waited_s: int, first: bool) -> Document:
    """Return what a parked caller hears next; first he is sent on if everybody has left his group, it serves its
    callers too slowly, or more wait before him than may wait at all (the limit may have been lowered)."""
    call = stage().store.call(call_id)
    group = stage().group(call.group_id or "") if call and call.state is CallState.QUEUED else None
    if call and not first and (announced := announcing.document(call)) is not None:
        return announced
    if group is not None and group.queue_flow_id and (heard := queue_flow.begins(call_id, group)) is not None:
        return heard
    reason = _no_longer_kept(call, group) if call and group and not first else None
    if call is None or group is None or reason is None or not leads_on(call, group, reason):
        return wait_document(call_id, waited_s, first)

    def decide(scene: Scene) -> None:
        if scene.call.state is CallState.QUEUED and scene.call.group_id == group.group_id:
            scene.record("call.routed", cause=reason, data={"group_id": group.group_id})
            _send_on(scene, group, reason, cause=reason)

    sent = stage().act(call_id, decide).call
    return documents.leave() if sent.state is CallState.IN_FLOW else wait_document(call_id, waited_s, first)


def _no_longer_kept(call: Call, group: Group) -> Reason | None:
    if is_empty(group):
        return "empty"
    if too_low(group, stage().clock()):
        return "service_level"
    if group.max_waiting is None or wandered(call):
        return None
    order = status(stage().store, group, stage().clock()).order
    return "full" if call.call_id in order[group.max_waiting :] else None


def leave_by_key(call_id: str, group_id: str, digits: str | None) -> Document:
    """A waiting caller pressed a key: with the group's keys he leaves for its route or asks to be called back, else he
    goes on waiting.

    group_id: the group in which he waited then; a repeated request finds him in the next one, which he has not left.
    """

    if _asks_to_be_called_back(call_id, group_id, digits):
        return documents.leave()

    def decide(scene: Scene) -> None:
        group = scene.groups.get(group_id) if scene.call.group_id == group_id else None
        if group is None or scene.call.state is not CallState.QUEUED or not leads_on(scene.call, group, "left"):
            return
        if digits and digits == group.leave_key:
            scene.record("call.left_by_key", data={"group_id": group.group_id})
            _send_on(scene, group, "left", cause="left_by_key")

    call = stage().act(call_id, decide).call
    return documents.leave() if call.state is CallState.IN_FLOW else documents.empty()


def _asks_to_be_called_back(call_id: str, group_id: str, digits: str | None) -> bool:
    """Let a callback take a waiting call's place, and say good-bye to the caller. Returns whether he asked for it.

    The callback is stored first: if this ends in between, the request is repeated and finds it.
    """
    call = stage().store.call(call_id)
    group = stage().group(group_id)
    if call is None or group is None or digits != group.callback_key or not callbacks.may_ask(call, group):
        return False
    if call.group_id != group_id or (call.state is CallState.QUEUED and callbacks.take_over(call) is None):
        return False

    def decide(scene: Scene) -> None:
        if scene.call.state is CallState.QUEUED:
            scene.record("call.callback", data={"group_id": group_id, "callback": f"callback-{call_id}"})
            end(Destination(scene), CALLED_BACK)
            scene.change(cause="callback")

    return stage().act(call_id, decide).call.state is CallState.IN_FLOW


def queue_left(call_id: str, result: str) -> Document:
    """The caller left the carrier's queue. Redirected by us: nothing. By key: the document of his route."""
    if result == "leave":
        call = stage().store.call(call_id)
        return where_he_belongs(call) if call else documents.hang_up()
    if result == "queue-full":
        return _overflow(call_id)
    return documents.empty()


def _overflow(call_id: str) -> Document:
    def decide(scene: Scene) -> None:
        group = scene.groups.get(scene.call.group_id or "")
        if scene.call.state is CallState.QUEUED and group is not None:
            _send_on(scene, group, "full", cause="queue_full")

    return _document_after(call_id, decide)


def _send_on(scene: Scene, group: Group, reason: Reason, *, cause: str) -> None:
    """Take a waiting call out of its queue, to where its flow or its group sends it for the reason."""
    queueing.leave_queue(scene)
    scene.to(CallState.IN_FLOW, cause=cause)
    scene.change(queueing=None)
    turn_away(Destination(scene), group, reason)


def timed_out(call_id: str) -> None:
    """The longest wait is over: the call goes where its flow or its group says; without such a way it waits on."""

    def decide(scene: Scene) -> None:
        queueing = scene.call.queueing
        group = scene.groups.get(scene.call.group_id or "")
        due = queueing is not None and queueing.max_wait_until is not None and queueing.max_wait_until <= scene.now
        if scene.call.state is not CallState.QUEUED or queueing is None or not due:
            return
        if group is None or not leads_on(scene.call, group, "timeout"):
            scene.change(queueing=replace(queueing, max_wait_until=None))
            return
        scene.record("call.timed_out", data={"group_id": group.group_id})
        _send_on(scene, group, "timeout", cause="timed_out")
        scene.do("redirect_customer", value="next")

    stage().act(call_id, decide)


def next_document(call_id: str) -> Document:
    """The customer was redirected: the document that the last decision stored for him."""
    call = stage().store.call(call_id)
    return call.document if call and not call.over else documents.hang_up()
