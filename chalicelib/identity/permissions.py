"""The catalogue of permissions and the roles that come with the product."""

from typing import Final

from chalicelib.identity.model import Label, Permission, Role
from chalicelib.kernel.principal import Scope

_LABELS: Final[dict[str, tuple[str, str]]] = {
    "self.read": ("查看本人信息", "See own account"),
    "agent.work": ("座席工作(签入、置闲、置忙)", "Work as an agent"),
    "calls.control": ("控制本人通话、外呼", "Control own calls, dial out"),
    "address_book.read": ("查看通讯录", "See the address book"),
    "presence.read": ("查看座席状态", "See agents' states"),
    "customers.read": ("查看客户", "See customers"),
    "customers.write": ("编辑客户", "Edit customers"),
    "call_records.read": ("查看通话记录", "See call records"),
    "call_records.export": ("导出通话记录", "Export call records"),
    "recordings.read": ("查看录音列表", "See recordings"),
    "recordings.play": ("播放录音", "Play recordings"),
    "recordings.download": ("下载录音", "Download recordings"),
    "voicemail.read": ("查看和收听留言", "See and hear voicemail"),
    "voicemail.handle": ("处理留言", "Handle voicemail"),
    "wall.read": ("查看实时监控", "See the live wall"),
    "supervision.force": ("强制签出、置忙、置闲", "Force agents' states"),
    "supervision.calls": ("强拆通话、指派与调整排队", "End calls, assign and reorder waiting ones"),
    "supervision.listen": ("监听、密语、强插通话", "Listen to live calls, whisper, barge in"),
    "supervision.take": ("强接、代接、转接他人通话", "Take over, pick up and transfer others' calls"),
    "supervision.everywhere": ("监控全部部门(不限数据范围)", "Supervise all departments, beyond one's own"),
    "groups.read": ("查看技能组", "See groups"),
    "groups.write": ("编辑技能组", "Edit groups"),
    "users.read": ("查看用户", "See users"),
    "users.write": ("编辑用户", "Edit users"),
    "roles.read": ("查看角色", "See roles"),
    "roles.write": ("编辑角色", "Edit roles"),
    "departments.read": ("查看部门", "See departments"),
    "departments.write": ("编辑部门", "Edit departments"),
    "trunk_numbers.read": ("查看中继号码", "See trunk numbers"),
    "trunk_numbers.write": ("编辑中继号码", "Edit trunk numbers"),
    "extensions.read": ("查看分机", "See extensions"),
    "extensions.write": ("编辑分机", "Edit extensions"),
    "schedules.read": ("查看工作时间", "See schedules"),
    "schedules.write": ("编辑工作时间", "Edit schedules"),
    "callbacks.read": ("查看回呼", "See callbacks"),
    "callbacks.write": ("预约与取消回呼", "Book and cancel callbacks"),
    "screening.read": ("查看黑白名单", "See black and white lists"),
    "screening.write": ("编辑黑白名单", "Edit black and white lists"),
    "number_lists.read": ("查看号码表", "See number lists"),
    "number_lists.write": ("编辑号码表", "Edit number lists"),
    "routing.dry_run": ("试算来电路由", "Try the routing of a call"),
    "prompts.read": ("查看提示音", "See prompts"),
    "prompts.write": ("编辑提示音", "Edit prompts"),
    "flows.read": ("查看流程", "See flows"),
    "flows.write": ("编辑流程", "Edit flows"),
    "flows.publish": ("发布流程", "Publish flows"),
    "surveys.read": ("查看满意度调查", "See surveys"),
    "surveys.write": ("编辑满意度调查", "Edit surveys"),
    "surveys.results": ("查看满意度结果", "See survey results"),
    "settings.read": ("查看系统设置", "See settings"),
    "settings.write": ("编辑系统设置", "Edit settings"),
}

CATALOGUE: Final = [Permission(name=name, label=Label(zh_cn=zh, en=en)) for name, (zh, en) in _LABELS.items()]
ALL: Final = frozenset(_LABELS)
ADMINISTRATOR: Final = "administrator"

_SELF = ["self.read", "address_book.read", "presence.read"]
_AGENT = [
    *_SELF,
    "agent.work",
    "calls.control",
    "callbacks.read",
    "callbacks.write",
    "customers.read",
    "customers.write",
    "call_records.read",
]
_VOICEMAIL = ["voicemail.read", "voicemail.handle"]
_LISTEN = ["recordings.read", "recordings.play"]
_READ_SETUP = sorted(name for name in ALL if name.endswith(".read"))


def _role(role_id: str, zh: str, en: str, permissions: list[str], scope: Scope) -> Role:
    return Role(
        role_id=role_id,
        name=Label(zh_cn=zh, en=en),
        permissions=sorted(set(permissions)),
        scope=scope,
        builtin=True,
        version=1,
    )


BUILTIN: Final[dict[str, Role]] = {
    role.role_id: role
    for role in (
        _role("agent", "座席", "Agent", [*_AGENT, *_LISTEN, *_VOICEMAIL, "groups.read"], "own"),
        _role(
            "supervisor",
            "班长",
            "Supervisor",
            [
                *_AGENT,
                *_LISTEN,
                *_VOICEMAIL,
                "recordings.download",
                "call_records.export",
                "wall.read",
                "supervision.force",
                "supervision.calls",
                "supervision.listen",
                "supervision.take",
                "groups.read",
                "groups.write",
                "users.read",
                "departments.read",
                "schedules.read",
                "screening.read",
                "screening.write",
                "number_lists.read",
                "number_lists.write",
                "routing.dry_run",
                "trunk_numbers.read",
                "extensions.read",
                "flows.read",
                "surveys.read",
                "surveys.results",
                "prompts.read",
            ],
            "subtree",
        ),
        _role(
            "qa",
            "质检员",
            "QA",
            [
                *_SELF,
                *_LISTEN,
                "recordings.download",
                "call_records.read",
                "customers.read",
                "groups.read",
                "surveys.results",
            ],
            "subtree",
        ),
        _role(ADMINISTRATOR, "管理员", "Administrator", sorted(ALL), "all"),
        _role("finance", "财务", "Finance", [*_SELF, "call_records.read", "call_records.export", "groups.read"], "all"),
        _role(
            "integrator",
            "集成开发",
            "Integrator",
            [
                *_READ_SETUP,
                "customers.write",
                "screening.write",
                "number_lists.write",
                "flows.write",
                "prompts.write",
                "calls.control",
                "callbacks.write",
            ],
            "all",
        ),
    )
}
"""Built-in roles live in the code: they are there before any record is, and nobody can lock himself out by editing."""
