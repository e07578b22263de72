"""How prompts are put into a document: each text in the voice of its language."""

import re
from collections.abc import Sequence
from typing import Any

from chalicelib.telephony.model import Pause, Play, Prompt, Say

# (voice, language) by locale: Amazon's voices are offered by Twilio and by the compatible providers alike.
VOICES = {"zh-CN": ("Polly.Zhiyu-Neural", "cmn-CN"), "en": ("Polly.Joanna-Neural", "en-US")}

# What XML 1.0 cannot carry even escaped; a customer's name may hold anything.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def say(target: Any, prompts: Sequence[Prompt]) -> None:
    """Add the prompts to a document or to a verb that nests them (Gather)."""
    for prompt in prompts:
        match prompt:
            case Play(url, times):
                target.play(url, **({} if times == 1 else {"loop": times}))
            case Pause(seconds):
                target.pause(length=seconds)
            case Say():
                _speak(target, *prompt.spoken())


def _speak(target: Any, text: str, locale: str) -> None:
    words = _UNSPEAKABLE.sub("", text).strip()
    voice, language = VOICES.get(locale, VOICES["zh-CN"])
    if words:
        target.say(words, voice=voice, language=language)
