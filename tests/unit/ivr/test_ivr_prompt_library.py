"""IVR-4: a flow names prompts of the library; a call hears what they hold at that moment."""

from chalicelib.ivr.model import Document, FlowPrompt, HangUpNode, MenuNode, PlayNode
from chalicelib.ivr.prompt_library import heard, prompt_ids, resolved
from chalicelib.ivr.rendering import render
from chalicelib.ivr.validation import References, validate
from chalicelib.prompts.model import Audio, Locale, Prompt, Spoken
from chalicelib.telephony.model import Play, Say

AUDIO = Audio(key="audio/p/1.wav", sha256="1", seconds=1, size=2)
LIBRARY = {"p": Prompt(prompt_id="p", name="P", contents={"zh-CN": AUDIO, "en": Spoken("Hi {caller}")})}


def flow(*prompts: FlowPrompt) -> Document:
    return Document(
        name="f", start="a",
        nodes={
            "a": PlayNode(prompts=list(prompts), edges={"next": "b"}),
            "b": MenuNode(prompts=list(prompts), invalid_prompts=list(prompts), edges={"1": "c", "exhausted": "c"}),
            "c": HangUpNode(),
        },
    )  # fmt: skip


def said(prompt: FlowPrompt, language: Locale) -> object:
    document = resolved(flow(prompt), LIBRARY)
    node = document.nodes["a"]
    assert isinstance(node, PlayNode)
    return render(node.prompts, language, {"caller": "42"})


def test_each_language_is_heard_as_the_library_has_it() -> None:
    prompt = FlowPrompt(prompt_id="p", texts={"zh-CN": "旧"}, audio={"en": "https://x.example/old.wav"})
    assert said(prompt, "zh-CN") == (Play("https://zhiyin.example/audio/p/1.wav"),)
    assert said(prompt, "en") == (Say("Hi 42", "en"),)


def test_a_prompt_that_is_gone_leaves_the_flow_s_own_words() -> None:
    assert said(FlowPrompt(prompt_id="gone", texts={"en": "own"}), "en") == (Say("own", "en"),)
    assert said(FlowPrompt(prompt_id="gone"), "en") == ()


def test_the_flow_s_own_words_stand_in_for_a_language_that_the_library_lacks() -> None:
    library = {"p": Prompt(prompt_id="p", name="P", contents={"zh-CN": AUDIO})}
    node = resolved(flow(FlowPrompt(prompt_id="p", texts={"en": "own"})), library).nodes["a"]
    assert isinstance(node, PlayNode)
    assert render(node.prompts, "en", {}) == (Say("own", "en"),)


def test_every_place_of_a_prompt_is_found() -> None:
    document = flow(FlowPrompt(prompt_id="p"), FlowPrompt(prompt_id="q"))
    assert prompt_ids(document) == {"p", "q"}
    menu = resolved(document, LIBRARY).nodes["b"]
    assert isinstance(menu, MenuNode)
    assert menu.invalid_prompts[0].audio == {"zh-CN": "https://zhiyin.example/audio/p/1.wav"}


def test_a_flow_without_the_library_is_left_as_it_is() -> None:
    document = flow(FlowPrompt(texts={"en": "own"}))
    assert heard(document) is document


def test_validation_says_what_does_not_exist_and_which_language_is_missing() -> None:
    def problems(known: References, **fields: object) -> set[tuple[str, str]]:
        found = validate(flow(FlowPrompt(prompt_id="p", **fields)), known)  # type: ignore[arg-type]
        return {(problem.code, problem.params.get("language", "")) for problem in found}

    assert problems(References()) == set()
    assert problems(References(prompts={})) == {("unknown_prompt", "")}
    assert problems(References(prompts={"p": ("zh-CN", "en")})) == set()
    assert problems(References(prompts={"p": ("zh-CN",)})) == {("missing_text", "en")}
    assert problems(References(prompts={"p": ("zh-CN",)}), texts={"en": "own"}) == set()
