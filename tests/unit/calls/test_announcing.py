"""QUE-6: a supervisor plays something to a waiting caller: once, in his place, whatever the carrier repeats."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.acd.errors import AnnouncementsPending, NothingToDo
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.acd.rules import announcements
from chalicelib.calls import announcing, inbound, supervision
from chalicelib.calls.webhooks import voice
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.principal import Principal
from chalicelib.prompts.model import Audio, Prompt, Spoken
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.carrier import ACCOUNT
from tests.unit.calls.centre import GROUPS, Centre, running

BOSS = Principal(username="boss", scope="all")
STRANGER = Principal(username="other", scope="subtree", department_ids=("d2",))
AUDIO = Audio(key="audio/p/1.wav", sha256="1", seconds=1, size=2)
LIBRARY = {
    "p": Prompt(prompt_id="p", name="P", contents={"en": AUDIO}),
    "hello": Prompt(prompt_id="hello", name="H", contents={"zh-CN": Spoken("{name}您好")}),
    "empty": Prompt(prompt_id="empty", name="E"),
}
HANDLERS = {path: handler for _, path, handler in voice.routes}
acts: list[tuple[str, ...]] = []


def library_read(prompt_id: str) -> Prompt:
    if prompt_id not in LIBRARY:
        raise NotFound(kind="prompt", id=prompt_id)
    return LIBRARY[prompt_id]


@pytest.fixture
def centre() -> Iterator[Centre]:
    acts.clear()
    with (
        running(Centre(["agent1"])) as made,
        patch("chalicelib.calls.supervision.audit", lambda *act: acts.append(act)),
        patch("chalicelib.calls.announcing.cached_group", GROUPS.get),
        patch("chalicelib.prompts.service.read", library_read),
        patch("chalicelib.calls.waiting.status", lambda _store, group, _now: GroupStatus(group_id=group.group_id)),
    ):
        yield made


def waits(centre: Centre) -> str:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    return call_id


def asks(call_id: str, path: str = "/wait", /, waited: int = 30, **query: str) -> str:
    """The carrier asks for a document of a parked caller."""
    form = {"QueueTime": str(waited)}
    return (
        HANDLERS[path](VoiceRequest(path=path, carrier=ACCOUNT, query={"call_id": call_id, **query}, form=form)) or ""
    )


def next_of(document: str) -> dict[str, str]:
    """Return the parameters of the document that this one leads to, none when it leads nowhere."""
    redirect = ET.fromstring(document).find("Redirect")
    return dict(parse_qsl(urlsplit(redirect.text or "").query)) if redirect is not None else {}


def test_the_next_document_says_it_then_he_waits_on_in_his_place(centre: Centre) -> None:
    call_id = waits(centre)
    before = centre.call(call_id).queueing
    supervision.play(BOSS, call_id, "p", "")
    document = asks(call_id)
    assert "<Play>https://zhiyin.example/audio/p/1.wav</Play>" in document
    after = asks(call_id, "/wait", heard=next_of(document)["heard"])
    assert "audio/p" not in after
    assert "music.wav" in after
    call = centre.call(call_id)
    assert (call.queueing, call.state) == (before, CallState.QUEUED)
    assert acts == [("call#" + call_id, "boss", "play#p")]


def test_a_repeated_request_gets_the_same_and_a_repeated_report_changes_nothing(centre: Centre) -> None:
    call_id = waits(centre)
    supervision.play(BOSS, call_id, None, "今日停电")
    supervision.play(BOSS, call_id, None, "请稍候")
    first = asks(call_id)
    assert asks(call_id) == first
    heard = next_of(first)["heard"]
    second = asks(call_id, heard=heard)
    assert "请稍候" in second
    assert asks(call_id, heard=heard) == second
    assert "music.wav" in asks(call_id, heard=next_of(second)["heard"])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12))
def test_everything_is_heard_once_and_in_order_however_webhooks_repeat(
    centre: Centre, happens: list[tuple[bool, int]]
) -> None:
    call_id = waits(centre)
    told: list[str] = []
    heard: list[str] = []
    sent: list[dict[str, str]] = [{}]

    def one_document(query: dict[str, str]) -> dict[str, str]:
        """The carrier asks, perhaps repeats old requests, and plays the last answer."""
        document = asks(call_id, **query)
        heard.extend(said.text or "" for said in ET.fromstring(document).iter("Say") if (said.text or "") in told)
        return {key: value for key, value in next_of(document).items() if key == "heard"}

    for speaks, repeats in happens:
        if speaks and len(told) - len(heard) < announcements.LIMIT:
            told.append(f"第{len(told)}条")
            supervision.play(BOSS, call_id, None, told[-1])
        for old in sent[-repeats:] if repeats else ():
            asks(call_id, **old)
        sent.append(one_document(sent[-1]))
    while sent[-1]:
        sent.append(one_document(sent[-1]))
    sent.append(one_document({}))
    while sent[-1]:
        sent.append(one_document(sent[-1]))
    assert heard == told
    centre.carrier.ends(call_id)
    centre.settle()


def test_words_take_the_values_of_the_call(centre: Centre) -> None:
    call_id = waits(centre)
    centre.stage.act(call_id, lambda scene: scene.change(variables={"name": "王女士"}))
    supervision.play(BOSS, call_id, "hello", "")
    assert "王女士您好" in asks(call_id)


def test_keys_go_on_working_and_end_what_was_played(centre: Centre) -> None:
    call_id = waits(centre)
    supervision.play(BOSS, call_id, "p", "")
    with patch.dict(GROUPS, {"8001": replace(GROUPS["8001"], leave_key="9")}):
        gather = ET.fromstring(asks(call_id)).find("Gather")
    assert gather is not None
    query = dict(parse_qsl(urlsplit(gather.get("action", "")).query))
    assert query["group_id"] == "8001"
    asks(call_id, "/leave-key", heard=query["heard"])
    assert "audio/p" not in asks(call_id)


def test_an_offer_meanwhile_takes_him_and_a_return_lets_him_hear_it(centre: Centre) -> None:
    call_id = waits(centre)
    supervision.play(BOSS, call_id, "p", "")
    centre.sign_in("agent1")
    centre.settle()
    assert centre.call(call_id).state is CallState.CONNECTING
    leg = next(leg.sid for leg in centre.carrier.legs.values() if leg.to == "client:agent1")
    centre.carrier.refuses(leg, "no-answer")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    assert "audio/p" in asks(call_id)


def test_who_talks_hears_nothing_of_it_later(centre: Centre) -> None:
    call_id = waits(centre)
    supervision.play(BOSS, call_id, "p", "")
    centre.stage.act(
        call_id, lambda scene: supervision.queueing.enqueue(scene, Group(group_id="8002", name="b"))
    )  # another queue is another wait
    assert announcing.document(centre.call(call_id)) is None


def test_the_same_is_not_said_twice_and_there_is_a_limit(centre: Centre) -> None:
    call_id = waits(centre)
    for text in ("a", "a", "b", "c", "d", "e"):
        supervision.play(BOSS, call_id, None, text)
    with pytest.raises(AnnouncementsPending):
        supervision.play(BOSS, call_id, None, "f")
    queueing = centre.call(call_id).queueing
    assert queueing is not None
    assert len(queueing.announcements) == announcements.LIMIT


def test_only_to_who_waits_only_what_there_is_only_in_one_s_departments(centre: Centre) -> None:
    call_id = waits(centre)
    for prompt_id in ("gone", "empty"):
        with pytest.raises(NotFound):
            supervision.play(BOSS, call_id, prompt_id, "")
    with pytest.raises(NotFound):
        supervision.play(STRANGER, call_id, "p", "")
    assert acts == []
    centre.carrier.ends(call_id)
    centre.settle()
    with pytest.raises(NothingToDo):
        supervision.play(BOSS, call_id, "p", "")


def test_the_first_document_is_the_group_s_own(centre: Centre) -> None:
    call_id = waits(centre)
    supervision.play(BOSS, call_id, "p", "")
    assert "audio/p" not in inbound.wait_on(call_id, 0, first=True)
    assert "audio/p" in inbound.wait_on(call_id, 5, first=False)


def test_a_call_that_is_not_there_is_no_failure(centre: Centre) -> None:
    del centre
    announcing.heard("CA-gone", "x")


def test_the_route_takes_a_prompt_or_words(client: Any, principal: Any) -> None:
    from chalicelib.calls.routes_supervision import router

    who = principal("supervision.calls")
    for body in ({}, {"prompt_id": "p", "text": "x"}, {"text": "  "}):
        answer = client(router).post("/supervision/calls/CA1/play", body, who=who)
        assert (answer.status, answer.body["code"]) == (422, "invalid_input")
