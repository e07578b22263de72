"""The demo flow of the laptop stack, as data: bilingual welcome, key 1 sales, 2 service, 9 message, * other language,
0 once more."""

from chalicelib.ivr.base import FlowPrompt
from chalicelib.ivr.model import Branch, ConditionNode, Document, MenuNode, PlayNode, QueueNode, SetNode, VoicemailNode
from chalicelib.ivr.questions import VariableTest

FLOW_ID = "demo"
SALES = "8001"
SERVICE = "8002"


def demo_flow() -> Document:
    """Return the demo flow."""
    return Document(
        name="Demo 演示流程",
        start="welcome",
        language_default="zh-CN",
        fallback_group_id=SERVICE,
        nodes={
            "welcome": _welcome(),
            "menu": _menu(),
            "which_language": ConditionNode(
                label="Which language is it now?",
                branches=[
                    Branch(name="chinese", tests=[VariableTest(variable="language", op="equals", value="zh-CN")])
                ],
                edges={"chinese": "to_english", "else": "to_chinese"},
            ),
            "to_english": SetNode(label="English", values={"language": "en"}, edges={"next": "menu"}),
            "to_chinese": SetNode(label="中文", values={"language": "zh-CN"}, edges={"next": "menu"}),
            "sales": QueueNode(label="Sales 销售", group_id=SALES, prompts=[_transfer("销售", "sales")]),
            "service": QueueNode(label="Service 客服", group_id=SERVICE, prompts=[_transfer("客服", "service")]),
            "no_choice": PlayNode(
                label="No valid choice",
                prompts=[_both("未收到有效按键,将为您转接人工客服。", "We did not get a valid key.")],
                edges={"next": "service"},
            ),
            "message": VoicemailNode(
                label="Message 留言",
                group_id=SERVICE,
                prompts=[
                    _both(
                        "请在提示音后留言,按井号键结束。",
                        "Please leave a message after the tone. Press hash to finish.",
                    )
                ],
            ),
        },
    )


def _welcome() -> PlayNode:
    return PlayNode(
        label="Welcome 欢迎",
        prompts=[
            FlowPrompt(texts={"zh-CN": "您好,欢迎致电知音。"}, language="zh-CN"),
            FlowPrompt(texts={"en": "Welcome to Zhiyin. For English, press star."}, language="en"),
        ],
        edges={"next": "menu"},
    )


def _menu() -> MenuNode:
    return MenuNode(
        label="Menu 菜单",
        prompts=[
            _both(
                "销售请按1,客服请按2,留言请按9,切换语言请按星号键,重听请按0。",
                "For sales press 1, for service press 2, to leave a message press 9, "
                "to change the language press star, to hear this again press 0.",
            )
        ],
        invalid_prompts=[_both("按键无效。", "That key is not valid.")],
        timeout_prompts=[_both("没有收到您的按键。", "We did not hear a key.")],
        timeout_s=6,
        max_attempts=3,
        edges={
            "1": "sales",
            "2": "service",
            "9": "message",
            "*": "which_language",
            "0": "menu",
            "exhausted": "no_choice",
        },
    )


def _transfer(chinese: str, english: str) -> FlowPrompt:
    return _both(f"正在为您转接{chinese},请稍候。", f"We are connecting you with {english}. Please hold.")


def _both(chinese: str, english: str) -> FlowPrompt:
    return FlowPrompt(texts={"zh-CN": chinese, "en": english})
