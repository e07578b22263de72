"""The reasons and dispositions that a new centre starts with."""

from typing import Final

from chalicelib.identity.model import Label, Reason, ReasonLists

# What the distribution of calls writes when it makes an agent not ready by itself: in no list, and not to be chosen.
SYSTEM: Final = frozenset({"signed_in", "no_answer", "declined", "busy", "unreachable", "group_removed", "relisted"})


def _reason(code: str, zh: str, en: str) -> Reason:
    return Reason(code=code, label=Label(zh_cn=zh, en=en))


DEFAULTS: Final = ReasonLists(
    not_ready=[
        _reason("break", "小休", "Break"),
        _reason("meal", "用餐", "Meal"),
        _reason("meeting", "会议", "Meeting"),
        _reason("training", "培训", "Training"),
        _reason("paperwork", "处理业务", "Paperwork"),
    ],
    sign_out=[
        _reason("end_of_shift", "下班", "End of shift"),
        _reason("handover", "交接班", "Handover"),
        _reason("other", "其他", "Other"),
    ],
    dispositions=[
        _reason("resolved", "已解决", "Resolved"),
        _reason("follow_up", "需跟进", "Follow up"),
        _reason("complaint", "投诉", "Complaint"),
        _reason("order", "下单", "Order"),
        _reason("wrong_number", "打错电话", "Wrong number"),
        _reason("no_need", "无需求", "No need"),
    ],
)
