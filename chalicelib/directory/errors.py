"""What the directory refuses, in both languages."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError


class CarrierRefused(DomainError):
    """The carrier does not let us see or set its numbers. params: carrier, code."""

    status = 409
    code = "carrier_refused"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "运营商“{carrier}”拒绝了请求(代码{code}),请检查账号与权限。",
        "en": "The carrier “{carrier}” refused (code {code}). Check the account and its rights.",
    }


class CarrierUnavailable(DomainError):
    """The carrier does not answer. params: carrier."""

    status = 503
    code = "carrier_unavailable"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "运营商“{carrier}”暂时没有响应,请稍后重试。",
        "en": "The carrier “{carrier}” does not answer. Try again shortly.",
    }


class NotSip(DomainError):
    """Only a telephone that registers has a password. params: extension."""

    status = 409
    code = "not_sip"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "分机“{extension}”不是 SIP 话机,不需要密码。",
        "en": "Extension “{extension}” is no SIP phone and needs no password.",
    }


class NoRegistrar(DomainError):
    """No carrier of this deployment registers telephones."""

    status = 409
    code = "no_registrar"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "没有可供话机注册的线路,请先配置语音网关的 SIP 域名。",
        "en": "There is no carrier at which phones register. Configure the voice gateway's SIP domain first.",
    }


class HidesEmergencyNumber(DomainError):
    """Police, fire service and ambulance must be reached at every phone. params: number."""

    status = 422
    code = "hides_emergency_number"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "{number} 是紧急号码,不能用作分机号,请换一个号码。",
        "en": "{number} is an emergency number and cannot be an extension. Choose another one.",
    }


class ListFull(DomainError):
    """A number list holds no more. params: limit."""

    status = 409
    code = "list_full"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "一个号码表最多 {limit} 个号码,请删除不用的,或另建一个。",
        "en": "A number list holds {limit} numbers at most. Remove some, or make another list.",
    }
