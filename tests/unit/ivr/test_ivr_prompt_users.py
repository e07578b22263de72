"""IVR-4: who uses a prompt, and what sub-flows and surveys hear of it."""

from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib import wiring
from chalicelib.acd import tables as acd
from chalicelib.acd.model.group import Group
from chalicelib.calls.flow_library import LIBRARY
from chalicelib.ivr import service
from chalicelib.ivr.model import Document, FlowPrompt, HangUpNode
from chalicelib.ivr.prompt_library import heard_prompt
from chalicelib.kernel.errors import InUse
from chalicelib.prompts import service as prompts
from chalicelib.prompts import tables
from chalicelib.prompts.model import Prompt, Spoken
from chalicelib.survey import tables as surveys
from chalicelib.survey.model import Choice, Question, Survey

pytestmark = pytest.mark.usefixtures("stored")


def naming(prompt_id: str | None) -> Document:
    return Document(name="F", start="a", nodes={"a": HangUpNode(prompts=[FlowPrompt(prompt_id=prompt_id)])})


@pytest.fixture
def prompt(stored: None) -> Prompt:  # noqa: ARG001
    new = Prompt(prompt_id="p", name="P", contents={"zh-CN": Spoken("您好"), "en": Spoken("Hello")})
    return tables.prompts.create(new)


def users() -> list[str]:
    with patch("chalicelib.prompts.service._users_of", [wiring._users_of_prompt]):  # pyright: ignore[reportPrivateUsage]
        return sorted(f"{user.kind}:{user.id}" for user in prompts.users("p"))


@pytest.mark.usefixtures("prompt")
def test_flows_groups_and_surveys_that_use_a_prompt_are_named() -> None:
    assert users() == []
    service.create("F", naming("p"), "f")
    service.create("other", naming("q"), "g")
    acd.groups.create(Group(group_id="8001", name="sales", music_prompt_id="p"))
    acd.groups.create(Group(group_id="8002", name="service"))
    question = Question(question_id="q1", name="Q", prompt=FlowPrompt(prompt_id="p"), choices=(Choice(key="1"),))
    surveys.surveys.create(Survey(survey_id="s", name="S", questions=(question,)))
    assert users() == ["flow:f", "group:8001", "survey:s"]


@pytest.mark.usefixtures("prompt")
def test_what_callers_hear_counts_though_the_draft_has_gone_on() -> None:
    service.create("F", naming("p"), "f")
    service.publish("f", "admin1")
    service.update("f", "F", naming(None), service.read("f").version)
    assert users() == ["flow:f"]
    with patch("chalicelib.prompts.service._users_of", [wiring._users_of_prompt]), pytest.raises(InUse):  # pyright: ignore[reportPrivateUsage]
        prompts.delete("me", "p", 1)


@pytest.mark.usefixtures("prompt")
def test_a_sub_flow_hears_the_library_too() -> None:
    service.create("F", naming("p"), "f")
    service.publish("f", "admin1")
    entered, later = LIBRARY.published("f"), LIBRARY.version("f", 1)
    for document in (entered[1] if entered else None, later):
        assert document is not None
        node = document.nodes["a"]
        assert isinstance(node, HangUpNode)
        assert node.prompts[0].texts == {"zh-CN": "您好", "en": "Hello"}


def test_a_prompt_of_a_survey_is_heard_as_it_is_now(prompt: Prompt) -> None:
    own = FlowPrompt(texts={"en": "own"})
    assert heard_prompt(own) is own
    assert heard_prompt(FlowPrompt(prompt_id="p")).texts["en"] == "Hello"
    prompts.update("me", replace(prompt, version=1), {"en": Spoken("Good morning")})
    assert heard_prompt(FlowPrompt(prompt_id="p")).texts == {"en": "Good morning"}
