"""What the ACD refuses, in the user's words."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError


class Refused(DomainError):
    """A transition that the state machine does not allow. params: kind, from_, to."""

    status = 409
    code = "state_refused"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "当前状态“{from_}”下不能进行此操作({to})。",
        "en": "This is not possible in the state “{from_}” ({to}).",
    }


class NotSignedIn(DomainError):
    """The agent has to sign in first."""

    status = 409
    code = "not_signed_in"
    text: ClassVar[dict[str, str]] = {"zh-CN": "请先签入技能组。", "en": "Sign in to a group first."}


class NotMember(DomainError):
    """The agent is no member of a group that he signs in to. params: group_id."""

    status = 403
    code = "not_a_member"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "您不是技能组“{group_id}”的成员。",
        "en": "You are not a member of the group “{group_id}”.",
    }


class NoDeskPhone(DomainError):
    """The agent has no SIP phone of this number. params: extension ("" for his own)."""

    status = 422
    code = "no_desk_phone"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "没有可用的 SIP 话机“{extension}”。请填写您的分机号,或请管理员为您建立 SIP 话机分机。",
        "en": "There is no SIP phone “{extension}” for you. Enter your extension, or ask your administrator for one.",
    }


class TooManyGroups(DomainError):
    """More groups than one transaction of becoming ready can hold. params: limit."""

    status = 422
    code = "too_many_groups"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "最多同时签入 {limit} 个技能组。",
        "en": "You can sign in to {limit} groups at the most.",
    }


class AgentUnavailable(DomainError):
    """The chosen agent cannot take a call now. params: agent_id, state."""

    status = 409
    code = "agent_unavailable"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "座席“{agent_id}”当前不可接听({state})。",
        "en": "The agent “{agent_id}” cannot take a call now ({state}).",
    }


class GroupClosed(DomainError):
    """The group takes no calls at this hour. params: name."""

    status = 409
    code = "group_closed"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "技能组“{name}”当前不在服务时间,未转接,客户仍与您通话。",
        "en": "The group “{name}” is closed now. Nothing was transferred; the customer is still with you.",
    }


class GroupFull(DomainError):
    """As many calls as the group allows wait already. params: name."""

    status = 409
    code = "group_full"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "技能组“{name}”排队已满,未转接,客户仍与您通话。",
        "en": "The queue of the group “{name}” is full. Nothing was transferred; the customer is still with you.",
    }


class CallOver(DomainError):
    """The call has ended meanwhile."""

    status = 409
    code = "call_over"
    text: ClassVar[dict[str, str]] = {"zh-CN": "通话已结束。", "en": "The call has ended."}


class NotYourCall(DomainError):
    """The user takes no part in the call."""

    status = 403
    code = "not_your_call"
    text: ClassVar[dict[str, str]] = {"zh-CN": "您不在此通话中。", "en": "You take no part in this call."}


class NothingToDo(DomainError):
    """The call is not in the condition that the operation needs. params: operation."""

    status = 409
    code = "not_possible_now"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "通话当前状态下不能执行“{operation}”。",
        "en": "“{operation}” is not possible in the call's present condition.",
    }


class AlreadySupervising(DomainError):
    """The supervisor is in a live call already. params: call_id."""

    status = 409
    code = "already_supervising"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "您正在监听另一通通话,请先停止监听。",
        "en": "You are listening to another call. Stop that first.",
    }


class RecordingNotAllowed(DomainError):
    """The group does not let its agents do that with the recording."""

    status = 403
    code = "recording_not_allowed"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "本技能组不允许座席进行此录音操作,请联系管理员。",
        "en": "Your group does not let agents do this with the recording. Ask your administrator.",
    }


class NoSurvey(DomainError):
    """The call's group asks its customers nothing, or nothing after such a call."""

    status = 409
    code = "no_survey"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "此通话的技能组没有设置满意度调查,客户仍与您通话。如需使用,请联系管理员。",
        "en": "The group has no survey for this call; the customer is still with you. Ask an administrator to set one.",
    }


class AnnouncementsPending(DomainError):
    """The waiting caller has enough to hear already. params: limit."""

    status = 409
    code = "announcements_pending"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "还有 {limit} 条播报等待播放,请等客户听完后再试。",
        "en": "{limit} announcements are still to be played to this caller. Try again when he has heard them.",
    }


class CarrierRefused(DomainError):
    """The voice carrier refused an operation. params: operation, carrier_code."""

    status = 502
    code = "carrier_refused"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "语音线路拒绝了操作“{operation}”({carrier_code}),请重试。",
        "en": "The voice carrier refused “{operation}” ({carrier_code}). Please try again.",
    }


class CarrierSilent(DomainError):
    """The voice carrier did not answer in time; whether it acted is not known. params: operation."""

    status = 504
    code = "carrier_silent"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "语音线路未及时响应“{operation}”,请稍候确认状态后重试。",
        "en": "The voice carrier did not answer “{operation}” in time. Check the call's state and try again.",
    }
