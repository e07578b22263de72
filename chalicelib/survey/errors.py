"""What surveys refuse, in the user's words."""

from typing import ClassVar

from chalicelib.kernel.errors import DomainError


class RepeatedQuestion(DomainError):
    """Two questions of a survey have the same id. params: id."""

    status = 422
    code = "survey_question_repeated"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "问题编号“{id}”重复,请改用不同的编号。",
        "en": "Two questions have the id “{id}”. Give each its own.",
    }


class RepeatedKey(DomainError):
    """A question has the same key twice. params: key, question."""

    status = 422
    code = "survey_key_repeated"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "问题“{question}”的按键 {key} 重复,每个按键只能用一次。",
        "en": "The key {key} of the question “{question}” is there twice. Use each key once.",
    }


class SilentQuestion(DomainError):
    """A question has no words and no audio in any language. params: question."""

    status = 422
    code = "survey_question_silent"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "问题“{question}”没有内容,请填写文字或录音地址。",
        "en": "The question “{question}” says nothing. Write its text or name a recording.",
    }
