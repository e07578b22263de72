"""What a step says to the caller, in his language, with the values of the call's variables."""

from collections.abc import Mapping, Sequence

from chalicelib.ivr.base import LOCALE_OF, READ_ONLY, FlowPrompt, Locale
from chalicelib.ivr.rendering import VALUE_LIMIT, fill, render
from chalicelib.ivr.steps import FlowState, Speak
from chalicelib.telephony.model import Prompt, Say

# A carrier refuses documents over 64 kB and words over some thousand characters; longer speech goes in parts.
SPEECH_LIMIT = 3_000
PROMPT_LIMIT = 20


class Words:
    """The words of one step in the making, and the variables and the language that they take."""

    def __init__(self, state: FlowState) -> None:
        self.facts = state.facts
        self.language: Locale = state.language
        self.variables = dict(state.variables)
        self.prompts: list[Prompt] = []

    @property
    def values(self) -> Mapping[str, str]:
        """Return what prompts and values may name: variables, and what is known of the call."""
        facts = self.facts
        return {**self.variables, "caller": facts.caller, "dialled": facts.dialled, "language": self.language}

    def assign(self, values: Mapping[str, str], *, literally: bool = False) -> None:
        """Set variables; `language` changes the caller's language, the caller's own facts cannot be changed."""
        for name, template in values.items():
            value = (template if literally else fill(template, self.values))[:VALUE_LIMIT]
            if name == "language":
                self.language = LOCALE_OF.get(value, self.language)
            elif name not in READ_ONLY:
                self.variables[name] = value

    def filled(self, template: str) -> str:
        """Return a text with the values of its variables."""
        return fill(template, self.values)[:VALUE_LIMIT]

    def say(self, prompts: Sequence[FlowPrompt]) -> None:
        """Say prompts after what is said already."""
        self.prompts.extend(self.rendered(prompts))

    def rendered(self, prompts: Sequence[FlowPrompt]) -> tuple[Prompt, ...]:
        """Return prompts in the caller's language, filled in."""
        return render(prompts, self.language, self.values)

    def spoken(self) -> tuple[Speak, ...]:
        """Return what was said as an action; none if nothing was."""
        return (Speak(tuple(self.prompts)),) if self.prompts else ()

    def said_much(self) -> bool:
        """Return whether it is more than one document should carry."""
        length = sum(len(word.text) for word in self.prompts if isinstance(word, Say))
        return length > SPEECH_LIMIT or len(self.prompts) > PROMPT_LIMIT

    def apology(self, words: dict[str, str]) -> Prompt:
        """Return an apology in the caller's language."""
        return Say(words[self.language], self.language)
