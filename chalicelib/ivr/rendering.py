"""From a flow's prompts and templates to words: languages chosen, variables filled in. Pure."""

import re
from collections.abc import Mapping, Sequence

from chalicelib.ivr.base import LOCALES, FlowPrompt, Locale
from chalicelib.telephony.model import Play, Prompt, Say

VALUE_LIMIT = 500
_PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return `template` with each `{variable}` replaced by its value ("" for an unset one)."""
    return _PLACE.sub(lambda place: values.get(place.group(1), ""), template)


def render(prompts: Sequence[FlowPrompt], language: Locale, values: Mapping[str, str]) -> tuple[Prompt, ...]:
    """Return prompts as the voice contract's, in the caller's language."""
    return tuple(word for prompt in prompts if (word := _one(prompt, language, values)) is not None)


def _one(prompt: FlowPrompt, language: Locale, values: Mapping[str, str]) -> Prompt | None:
    # A language without words falls back to the other one: validation reports it, the caller still hears something.
    wanted = prompt.language or language
    for locale in (wanted, *LOCALES):
        if prompt.audio.get(locale):
            return Play(prompt.audio[locale])
        if prompt.texts.get(locale):
            return Say(fill(prompt.texts[locale], values), locale)
    return None
