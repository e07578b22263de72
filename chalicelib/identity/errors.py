"""What identity refuses, in both languages."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError


class SignInFailed(DomainError):
    """Wrong username or password, an ended session, or an account that is closed: deliberately one answer for all."""

    status = 401
    code = "sign_in_failed"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "用户名或密码不正确,或账号不可用。请重试或联系管理员。",
        "en": "The username or password is wrong, or the account cannot be used. Try again or ask an administrator.",
    }


class TooManyAttempts(DomainError):
    """Too many failed sign-ins for this username, whether it exists or not. params: minutes."""

    status = 429
    code = "too_many_attempts"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "登录失败次数过多,请在{minutes}分钟后重试。",
        "en": "Too many failed attempts. Try again in {minutes} minutes.",
    }


class UserDisabled(DomainError):
    """The password is right but an administrator has disabled the account."""

    status = 403
    code = "user_disabled"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "该账号已停用,请联系管理员。",
        "en": "This account is disabled. Ask an administrator.",
    }


class NewPasswordRequired(DomainError):
    """The password is a first or reset one; the user chooses his own before he goes on."""

    status = 409
    code = "new_password_required"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "首次登录或密码已被重置,请设置新密码。",
        "en": "This is a first or reset password. Choose a new one.",
    }


class WeakPassword(DomainError):
    """The issuer's password policy refuses the password."""

    status = 422
    code = "weak_password"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "密码强度不足:至少12位,并包含大写字母、小写字母、数字和符号。",
        "en": "The password is too weak: at least 12 characters with upper and lower case, a digit and a symbol.",
    }


class IssuerUnavailable(DomainError):
    """The sign-in service does not answer; nothing was changed."""

    status = 503
    code = "issuer_unavailable"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "登录服务暂时不可用,操作未生效,请稍后重试。",
        "en": "The sign-in service does not answer. Nothing was changed; try again shortly.",
    }


class LastAdministrator(DomainError):
    """The change would leave nobody able to administer. params: username."""

    status = 409
    code = "last_administrator"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "“{username}”是最后一位可用的管理员,不能停用、删除或取消其管理员角色。",
        "en": "“{username}” is the last active administrator and cannot be disabled, deleted or demoted.",
    }


class BuiltinRole(DomainError):
    """Built-in roles are part of the product and do not change. params: role_id."""

    status = 409
    code = "builtin_role"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "内置角色“{role_id}”不能修改或删除,请复制为新角色后再调整。",
        "en": "The built-in role “{role_id}” cannot be changed or deleted. Make a role of your own instead.",
    }


class GrantsTooMuch(DomainError):
    """Nobody hands out a permission or a scope that he does not hold. params: what."""

    status = 403
    code = "grants_too_much"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "不能授予您自己没有的权限或数据范围:{what}。",
        "en": "You cannot grant what you do not hold yourself: {what}.",
    }


class DepartmentCycle(DomainError):
    """A department cannot lie below itself. params: department_id."""

    status = 422
    code = "department_cycle"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "部门“{department_id}”不能以自己的下级作为上级。",
        "en": "The department “{department_id}” cannot have itself or a department below it as its parent.",
    }


class TreeTooLarge(DomainError):
    """The department tree has limits. params: depth, count."""

    status = 422
    code = "tree_too_large"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "部门最多{count}个、{depth}层。",
        "en": "There may be at most {count} departments, {depth} levels deep.",
    }
