"""What can be wrong with a flow document: stable codes and their words in both languages."""

import msgspec

TEXTS: dict[str, dict[str, str]] = {
    "missing_start": {
        "zh-CN": "起始节点“{target}”不存在,请选择一个已有节点。",
        "en": "The start node “{target}” does not exist. Choose one that does.",
    },
    "missing_target": {
        "zh-CN": "出口“{outcome}”指向的节点“{target}”不存在。",
        "en": "The outcome “{outcome}” leads to “{target}”, which does not exist.",
    },
    "dead_end": {
        "zh-CN": "出口“{outcome}”没有连接到任何节点,来电将无路可走。",
        "en": "The outcome “{outcome}” leads nowhere. Connect it with a node.",
    },
    "unknown_outcome": {
        "zh-CN": "此类节点没有出口“{outcome}”,请删除这条连线。",
        "en": "This kind of node has no outcome “{outcome}”. Remove that edge.",
    },
    "unreachable": {
        "zh-CN": "没有任何路径能到达此节点,请连接或删除它。",
        "en": "No path leads to this node. Connect it or delete it.",
    },
    "endless_loop": {
        "zh-CN": "来电者不按键时会在此处无限循环:{path}。",
        "en": "A caller who presses nothing goes round here for ever: {path}.",
    },
    "missing_text": {
        "zh-CN": "有一条提示缺少{language}内容(文字或音频)。",
        "en": "A prompt has no words and no audio in {language}.",
    },
    "no_prompt": {
        "zh-CN": "此节点没有提示音,来电者不知道该做什么。",
        "en": "This node says nothing, so the caller does not know what to do.",
    },
    "no_keys": {
        "zh-CN": "菜单没有任何按键选项。",
        "en": "The menu offers no key.",
    },
    "digits_range": {
        "zh-CN": "最少位数不能大于最多位数。",
        "en": "The least number of digits is greater than the most.",
    },
    "duplicate_branch": {
        "zh-CN": "分支名称“{outcome}”重复或为保留名称。",
        "en": "The branch name “{outcome}” is used twice or is reserved.",
    },
    "unknown_survey": {
        "zh-CN": "满意度调查“{target}”不存在,请重新选择。",
        "en": "The survey “{target}” does not exist. Choose another.",
    },
    "unknown_group": {
        "zh-CN": "技能组“{target}”不存在。",
        "en": "There is no group “{target}”.",
    },
    "unknown_agent": {
        "zh-CN": "座席“{target}”不存在。",
        "en": "There is no agent “{target}”.",
    },
    "unknown_extension": {
        "zh-CN": "分机“{target}”不存在。",
        "en": "There is no extension “{target}”.",
    },
    "unknown_schedule": {
        "zh-CN": "工作时间表“{target}”不存在。",
        "en": "There is no schedule “{target}”.",
    },
    "unknown_prompt": {
        "zh-CN": "提示音库中没有“{target}”,请重新选择或删除这条提示。",
        "en": "There is no prompt “{target}” in the library. Choose another one or remove it.",
    },
    "unknown_time_zone": {
        "zh-CN": "时区“{target}”不存在。",
        "en": "There is no time zone “{target}”.",
    },
    "invalid_number": {
        "zh-CN": "“{target}”不是 E.164 格式的电话号码。",
        "en": "“{target}” is not a phone number in E.164 form.",
    },
    "no_mailbox": {
        "zh-CN": "请为留言选择一个技能组或一名座席(只能选一个)。",
        "en": "Choose a group or an agent for the message, one of them.",
    },
    "read_only": {
        "zh-CN": "变量“{target}”由系统提供,不能赋值。",
        "en": "The variable “{target}” is given by the system and cannot be set.",
    },
    "bad_url": {
        "zh-CN": "地址应以 https:// 开头,主机名中不能有变量、用户名或密码。",
        "en": "The address begins with https://; its host has no variables, no user name and no password.",
    },
    "unknown_host": {
        "zh-CN": "主机“{target}”不在允许访问的主机列表中,请先在“流程可访问的主机”里添加。",
        "en": "The host “{target}” is not on the list of hosts that flows may ask. Add it there first.",
    },
    "insecure_url": {
        "zh-CN": "主机“{target}”只允许 https。",
        "en": "The host “{target}” is allowed by https only.",
    },
    "bad_json": {
        "zh-CN": "请求内容不是有效的 JSON;变量要写在引号里。",
        "en": "The body is not valid JSON. Variables stand within quotes.",
    },
    "bad_path": {
        "zh-CN": "“{target}”不是有效的 JMESPath 表达式。",
        "en": "“{target}” is not a valid JMESPath expression.",
    },
    "secret_in_url": {
        "zh-CN": "密钥不能写在地址里,请放进请求头或请求内容。",
        "en": "Secrets do not belong in the address. Put them into a header or the body.",
    },
    "reserved_header": {
        "zh-CN": "请求头“{target}”由系统填写。",
        "en": "The header “{target}” is written by the system.",
    },
    "retries_unsafe": {
        "zh-CN": "{target} 请求重试可能重复办理;确认可以重复后再勾选“可重复”。",
        "en": "Repeating {target} may do its work twice. Say that it may be repeated, or set retries to 0.",
    },
    "unknown_flow": {
        "zh-CN": "流程“{target}”不存在或尚未发布。",
        "en": "There is no published flow “{target}”.",
    },
    "flow_circle": {
        "zh-CN": "流程互相调用成环:{path}。来电最多嵌套 5 层,之后走“失败”出口。",
        "en": "Flows call each other in a circle: {path}. A call goes 5 deep at the most, then leaves by “failed”.",
    },
    "unknown_language": {
        "zh-CN": "语言“{target}”不受支持,可用:zh-CN、en。",
        "en": "The language “{target}” is not offered. Use zh-CN or en.",
    },
}

LANGUAGES = {"zh-CN": {"zh-CN": "中文", "en": "英文"}, "en": {"zh-CN": "Chinese", "en": "English"}}


WARNINGS = frozenset({"flow_circle"})
"""Codes that do not keep a flow from being published: the run has a limit for them."""


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with a flow. node: its node's id, "" for the document. code: a key of TEXTS."""

    node: str
    code: str
    params: dict[str, str] = {}

    @property
    def is_warning(self) -> bool:
        """Return whether the flow may be published all the same."""
        return self.code in WARNINGS

    def detail(self, locale: str) -> str:
        """Return the sentence for the user (zh-CN when the locale is unknown)."""
        texts, params = TEXTS[self.code], dict(self.params)
        if "language" in params:
            params["language"] = LANGUAGES.get(locale, LANGUAGES["zh-CN"])[params["language"]]
        return texts.get(locale, texts["zh-CN"]).format(**params)
