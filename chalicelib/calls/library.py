"""What a call hears of the prompt library outside of its flow: greetings, music, what a supervisor plays."""

from chalicelib.acd.model.call import Call
from chalicelib.ivr.rendering import fill
from chalicelib.prompts import service
from chalicelib.prompts.model import Audio, Prompt
from chalicelib.prompts.rules import content_in
from chalicelib.prompts.storage import address
from chalicelib.telephony.model import Play, Say


def words(prompt_id: str | None, call: Call) -> Play | Say | None:
    """Return a prompt as this caller hears it; None when the library has none of this id."""
    prompt = service.heard_one(prompt_id)
    return rendered(prompt, call) if prompt else None


def rendered(prompt: Prompt, call: Call) -> Play | Say | None:
    """Return a prompt in the caller's language, with the values of his call filled in; None when it is empty."""
    found = content_in(prompt.contents, call.language)
    if found is None:
        return None
    locale, content = found
    if isinstance(content, Audio):
        return Play(address(content.key))
    return Say(fill(content.text, {name: str(value) for name, value in call.variables.items()}), locale)


def audio(prompt_id: str | None) -> Audio | None:
    """Return the recording of a prompt that needs no language (music): of the first language that has one."""
    prompt = service.heard_one(prompt_id)
    held = prompt.contents.values() if prompt else ()
    return next((content for content in held if isinstance(content, Audio)), None)
