"""A phone of ours dials by itself: whose it is, what was dialled, whether he may. Then it is a call like any other.

The carrier asks for the phone's document as for a caller's; the phone's leg is up, nobody has to be rung first. The
call has the carrier's id of that leg, so a repeated request finds it and gets the same answer, a refusal too.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from chalicelib.acd.errors import AgentUnavailable
from chalicelib.acd.groups import group_of_extension
from chalicelib.acd.model.agent import PhoneKind
from chalicelib.acd.model.call import Call, CallState, LegState, Offer
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import dialling, parting
from chalicelib.acd.rules.dialling import OwnLeg
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls.destinations import Destination, go
from chalicelib.calls.follow_me import extension_of
from chalicelib.calls.outbound import outbound_call
from chalicelib.calls.talk import conversation_for, ring_extension
from chalicelib.calls.waiting import where_he_belongs
from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension, Route
from chalicelib.identity import service as identity
from chalicelib.identity.model import User
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.telephony import documents
from chalicelib.telephony.attribution import InvalidNumber, is_emergency, normalise
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Say, address_kind, sip_user, username_of
from chalicelib.telephony.webhooks import VoiceRequest

OUTSIDE: Final = "calls.control"
"""The permission to call out; colleagues, groups and emergency numbers may be called from every phone."""

MESSAGES: Final[dict[str, dict[str, str]]] = {
    "unknown_phone": {
        "zh-CN": "此话机未开通外呼,请联系管理员。",
        "en": "This phone may not place calls. Please ask your administrator.",
    },
    "bad_number": {"zh-CN": "您拨打的号码不正确,请核对后再拨。", "en": "The number you dialled is not valid."},
    "not_allowed": {"zh-CN": "此分机没有外呼权限。", "en": "This extension may not call outside numbers."},
    "no_line": {"zh-CN": "没有可用的外线。", "en": "There is no outside line."},
    "own_number": {"zh-CN": "您拨打的是本机号码。", "en": "You have dialled your own extension."},
    "agent_busy": {
        "zh-CN": "您当前有来电或正在通话,请先处理后再拨。",
        "en": "A call is waiting for you, or you are in one. Please take it first.",
    },
    "busy": {"zh-CN": "您拨打的分机正忙,请稍后再拨。", "en": "The extension is busy. Please try again later."},
    "no_answer": {"zh-CN": "您拨打的分机无人接听。", "en": "The extension does not answer."},
    "unreachable": {"zh-CN": "您拨打的号码暂时无法接通。", "en": "The number cannot be reached at the moment."},
}


class Refusal(Exception):
    """The phone hears why its call is not made. cause: one of MESSAGES."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The phone that dialled. extension: None for a user's browser. user: None for an extension that is nobody's."""

    leg: OwnLeg
    extension: Extension | None = None
    user: User | None = None

    @property
    def number(self) -> str:
        """Return what others see of it: its short number, else the user's name."""
        return self.extension.extension if self.extension else self.leg.username

    @property
    def language(self) -> str:
        """Return the language that its user reads."""
        return self.user.locale if self.user else "zh-CN"


Plan = tuple[Call, Callable[[Scene], None]]
"""A new call, and what is decided on it."""


def arrive(request: VoiceRequest) -> Document:
    """Take a call that one of our phones makes."""
    call = stage().store.call(request.call_sid)
    if call is None:
        _begin(request)
        call = stage().store.call(request.call_sid)
    return _document(call, request.call_sid) if call else documents.hang_up()


def is_ours(request: VoiceRequest) -> bool:
    """Return whether a leg is that of a phone of ours which dialled, rather than a caller's."""
    return address_kind(request.from_) in ("client", "sip")


def over_before_it_arrived(request: VoiceRequest) -> bool:
    """Store a call whose end was told before its beginning; False if it is there meanwhile."""
    return _refuse(request, _caller(request), "caller_hang_up")


def _document(call: Call, sid: str) -> Document:
    """Return what the phone hears now: a function of the call as it is stored."""
    leg = call.leg_at(sid)
    if leg is None or leg.role == "customer":
        return where_he_belongs(call) if leg and not call.over else call.document or documents.hang_up()
    if not call.over and leg.state is not LegState.LEFT:
        return conversation_for(call, end_on_exit=leg.ends_conference)
    return _told(call.cause or "", call.language)


def _told(cause: str, language: str) -> Document:
    return documents.hang_up((Say(MESSAGES[cause], language),) if cause in MESSAGES else ())


def _begin(request: VoiceRequest) -> None:
    caller = _caller(request)
    try:
        number = dialled(request)
        call, decide = _emergency(request, caller, number) if is_emergency(number) else _plan(request, caller, number)
        stage().open(call, decide, agents=(caller.leg.username,) if caller and caller.leg.username else ())
    except Refusal as refusal:
        _refuse(request, caller, refusal.cause)
    except AgentUnavailable:
        _refuse(request, caller, "agent_busy")


def _caller(request: VoiceRequest) -> Caller | None:
    """Return whose phone it is; None for a phone that nobody knows, or of somebody who may not work any more.

    A carrier that authenticates says who it was; the From header is what the phone says of itself.
    """
    browser = username_of(request.from_)
    number = request.form.get("SipUsername") or sip_user(request.from_)
    extension = None if browser else directory.find_extension(number)
    if not browser and (extension is None or extension.kind != "sip"):
        return None
    username = browser or (extension.username if extension else None) or ""
    user = identity.find_user(username) if username else None
    if username and (user is None or user.disabled):
        return None
    kind: PhoneKind = "browser" if browser else "sip"
    leg = OwnLeg(sid=request.call_sid, address=request.from_, kind=kind, username=username)
    return Caller(leg=leg, extension=extension, user=user)


def dialled(request: VoiceRequest) -> str:
    """Return what was dialled, as it was typed: the user of a SIP address, else the address itself."""
    return (sip_user(request.to) or request.to).strip()


def _emergency(request: VoiceRequest, caller: Caller | None, number: str) -> Plan:
    """Return a call for help: whoever dials, from whatever phone, in whatever state. Errors: Refusal."""
    stranger = OwnLeg(sid=request.call_sid, address=request.from_)
    return _to_outside(request, caller or Caller(leg=stranger), number)


def _plan(request: VoiceRequest, caller: Caller | None, number: str) -> Plan:
    """Return the call to make: to a colleague, a group, or outside. Errors: Refusal."""
    if caller is None:
        raise Refusal("unknown_phone")
    extension = extension_of(number)
    if extension is not None:
        return _to_extension(request, caller, extension)
    group = group_of_extension(number)
    if group is not None:
        return _to_group(request, caller, group)
    if caller.user is None or not identity.principal_of(caller.user).may(OUTSIDE):
        raise Refusal("not_allowed")
    return _to_outside(request, caller, number)


def _to_outside(request: VoiceRequest, caller: Caller, number: str) -> Plan:
    try:
        trunk = directory.outbound_trunk(None, request.carrier.name)
        call = outbound_call(request.call_sid, trunk, normalise(number), stage().clock())
    except InvalidNumber as error:
        raise Refusal("bad_number") from error
    except NotFound as error:
        raise Refusal("no_line") from error

    def decide(scene: Scene) -> None:
        offer = _dial(scene, _beside(scene, caller) if is_emergency(number) else caller)
        dialling.ends_with_it(scene, offer)
        scene.do("dial_customer")

    return msgspec.structs.replace(call, departments=_departments(caller)), decide


def _beside(scene: Scene, caller: Caller) -> Caller:
    """Return the caller without his work if that would keep him from dialling: a call for help does not wait."""
    agent = scene.agents.get(caller.leg.username)
    if agent is None or agent.state in dialling.FREE:
        return caller
    scene.change(agent_ids=(caller.leg.username,))
    return msgspec.structs.replace(caller, leg=msgspec.structs.replace(caller.leg, username=""))


def _dial(scene: Scene, caller: Caller) -> Offer:
    scene.to(CallState.CONNECTING, cause="dialled", who=caller.leg.username)
    return dialling.pick_up(scene, caller.leg, new_id(scene.now))


def _to_extension(request: VoiceRequest, caller: Caller, extension: Extension) -> Plan:
    """An internal call: the extension rings, or whatever it is followed to."""
    target = extension.username or ""
    if extension == caller.extension or (target and target == caller.leg.username):
        raise Refusal("own_number")
    call = msgspec.structs.replace(
        _call(request, caller), direction="internal", recording=False, variables={"extension": extension.extension}
    )

    def decide(scene: Scene) -> None:
        _dial(scene, caller)
        ring_extension(scene, extension, by=caller.leg.username)

    return call, decide


def _to_group(request: VoiceRequest, caller: Caller, group: Group) -> Plan:
    """Queue as a caller: the phone is the customer, and its user is in this call meanwhile."""

    def decide(scene: Scene) -> None:
        dialling.pick_up(scene, caller.leg, new_id(scene.now), role="customer")
        scene.to(CallState.IN_FLOW, cause="dialled", who=caller.leg.username)
        go(Destination(scene), Route(kind="group", id=group.group_id))

    return _call(request, caller), decide


def _call(request: VoiceRequest, caller: Caller | None) -> Call:
    now = stage().clock()
    return Call(
        call_id=request.call_sid, direction="inbound", carrier=request.carrier.name,
        customer_number=caller.number if caller else request.from_, language=caller.language if caller else "zh-CN",
        departments=_departments(caller), started_at=now, touched_at=now,
    )  # fmt: skip


def _departments(caller: Caller | None) -> tuple[str, ...]:
    return (caller.user.department_id,) if caller and caller.user and caller.user.department_id else ()


def _refuse(request: VoiceRequest, caller: Caller | None, cause: str) -> bool:
    """Store a call that is not made, so that a repeated request hears the same; False when there is one already."""
    username = caller.leg.username if caller else ""
    call = msgspec.structs.replace(
        _call(request, caller),
        direction="outbound",
        recording=False,
        customer_number=dialled(request)[:40],
        agent_ids=(username,) if username else (),
    )

    def decide(scene: Scene) -> None:
        scene.record("call.refused", cause=cause, who=username, data={"from": request.from_})
        scene.change(document=_told(cause, scene.call.language))
        parting.finish(scene, cause=cause, who=username)

    return stage().open(call, decide) is not None
