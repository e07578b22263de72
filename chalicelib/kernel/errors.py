"""Domain errors: classes that know their HTTP status, their stable code and their words in both languages.

A route never builds an error response itself: it lets a `DomainError` pass and the typed-route helper answers with
RFC 9457 problem+json: `{type, title, status, code, detail, params, correlation_id}`.
"""

from typing import Any, ClassVar

LOCALES = ("zh-CN", "en")


class DomainError(Exception):
    """A refusal that the caller can understand and act on.

    Subclasses set `status`, `code` and `text` (one sentence per locale that says what to do; `{name}` places take
    the keyword arguments of the error).
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    text: ClassVar[dict[str, str]] = {}

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    def detail(self, locale: str) -> str:
        """Return the sentence for the user in `locale` (zh-CN when the locale is unknown)."""
        template = self.text.get(locale) or self.text["zh-CN"]
        return template.format(**self.params)

    def __str__(self) -> str:
        return f"{self.code}: {self.detail('en')}"


class InvalidInput(DomainError):
    """A body, query or path that does not fit its type. params: reason."""

    status = 422
    code = "invalid_input"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "输入有误,请更正后重试:{reason}",
        "en": "The input is not valid, please correct it: {reason}",
    }


class Unauthenticated(DomainError):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "unauthenticated"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "登录已失效,请重新登录。",
        "en": "You are not signed in. Please sign in again.",
    }


class Forbidden(DomainError):
    """The user lacks a permission. params: permission."""

    status = 403
    code = "forbidden"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "您没有“{permission}”权限,请联系管理员开通。",
        "en": "You lack the permission “{permission}”. Ask an administrator to grant it.",
    }


class NotFound(DomainError):
    """The thing does not exist or lies outside the user's data scope. params: kind, id."""

    status = 404
    code = "not_found"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "找不到{kind}“{id}”,它可能已被删除。",
        "en": "There is no {kind} “{id}”. It may have been deleted.",
    }


class AlreadyExists(DomainError):
    """A unique name or id is taken. params: kind, id."""

    status = 409
    code = "already_exists"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "{kind}“{id}”已存在,请换一个名称。",
        "en": "The {kind} “{id}” exists already. Choose another name.",
    }


class ChangedMeanwhile(DomainError):
    """Somebody else changed the thing since it was read. params: kind, id."""

    status = 409
    code = "changed_meanwhile"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "{kind}“{id}”刚被他人修改,请刷新后再改。",
        "en": "The {kind} “{id}” has just been changed by someone else. Reload it and try again.",
    }


class InUse(DomainError):
    """The thing cannot be deleted because something refers to it. params: kind, id, by."""

    status = 409
    code = "in_use"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "{kind}“{id}”正被“{by}”使用,请先解除引用。",
        "en": "The {kind} “{id}” is used by “{by}”. Remove that reference first.",
    }


class Busy(DomainError):
    """The write kept losing against others; nothing was changed."""

    status = 503
    code = "busy"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "系统繁忙,操作未生效,请重试。",
        "en": "The system is busy and nothing was changed. Please try again.",
    }
