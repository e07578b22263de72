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
    "unknown_language": {
        "zh-CN": "语言“{target}”不受支持,可用:zh-CN、en。",
        "en": "The language “{target}” is not offered. Use zh-CN or en.",
    },
}

LANGUAGES = {"zh-CN": {"zh-CN": "中文", "en": "英文"}, "en": {"zh-CN": "Chinese", "en": "English"}}


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with a flow. node: its node's id, "" for the document. code: a key of TEXTS."""

    node: str
    code: str
    params: dict[str, str] = {}

    def detail(self, locale: str) -> str:
        """Return the sentence for the user (zh-CN when the locale is unknown)."""
        texts, params = TEXTS[self.code], dict(self.params)
        if "language" in params:
            params["language"] = LANGUAGES.get(locale, LANGUAGES["zh-CN"])[params["language"]]
        return texts.get(locale, texts["zh-CN"]).format(**params)
