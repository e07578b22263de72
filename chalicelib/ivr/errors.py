"""Refusals of flows, in both languages."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError, NotFound


class FlowHasProblems(DomainError):
    """A flow that does not keep the rules is not published. params: count, problems (as validate returns them)."""

    status = 422
    code = "flow_has_problems"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "流程有 {count} 个问题,请先校验并修正后再发布。",
        "en": "The flow has {count} problems. Validate it and correct them before publishing.",
    }


class FlowNotPublished(NotFound):
    """There is nothing to hear: the flow has a draft only, or is gone. params: id."""

    code = "flow_not_published"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "流程“{id}”尚未发布,请先发布后再使用。",
        "en": "The flow “{id}” has not been published. Publish it before using it.",
    }


class FlowTooLarge(DomainError):
    """The document exceeds what one stored item holds. params: size, limit (bytes)."""

    status = 422
    code = "flow_too_large"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "流程过大({size} 字节,上限 {limit} 字节),请拆分或缩短提示文字。",
        "en": "The flow is too large ({size} bytes, at most {limit}). Split it or shorten its texts.",
    }


class HeatRange(DomainError):
    """Days that figures cannot be read for. params: days (how many at most)."""

    status = 422
    code = "heat_range"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "结束日期不能早于开始日期,且最多查看 {days} 天,请重新选择。",
        "en": "Choose days in order, at most {days} of them.",
    }


class SimulationStateInvalid(DomainError):
    """What a simulation was sent as its state is not one."""

    status = 422
    code = "simulation_state_invalid"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "模拟的进度无法识别,请重新开始模拟。",
        "en": "This is no state of a simulation. Start it again.",
    }


class SimulationOutdated(DomainError):
    """The flow no longer has the node at which the simulated call stands. params: node."""

    status = 409
    code = "simulation_outdated"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "流程已修改,模拟所在的节点“{node}”不存在了,请重新开始模拟。",
        "en": "The flow has changed: “{node}”, where the simulated call stands, is gone. Start again.",
    }
