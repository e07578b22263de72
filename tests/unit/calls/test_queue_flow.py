"""QUE-4: a flow runs while a caller waits, and his place is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.calls import inbound, queue_flow
from chalicelib.directory.model import Route
from chalicelib.ivr.base import FlowPrompt
from chalicelib.ivr.demo import demo_flow
from chalicelib.ivr.model import CollectNode, Document, HangUpNode, MenuNode, QueueNode, VoicemailNode
from chalicelib.kernel.errors import NotFound
from tests.unit.calls.centre import GROUPS, Centre, running

CALLER = "+8613800138000"


def words(text: str) -> list[FlowPrompt]:
    return [FlowPrompt(texts={"zh-CN": text})]


OFFER = Document(
    name="waiting", start="menu",
    nodes={
        "menu": MenuNode(
            prompts=words("您排在第 {queue_position} 位,留言请按 1"), max_attempts=1,
            edges={"1": "box", "2": "other", "3": "bye", "4": "account", "exhausted": "wait"},
        ),
        "wait": QueueNode(group_id="8001"),
        "box": VoicemailNode(group_id="8001"),
        "other": QueueNode(group_id="8002", edges={"timeout": "bye"}),
        "bye": HangUpNode(prompts=words("再见")),
        "account": CollectNode(
            prompts=words("请输入账号"), variable="account", max_attempts=1, edges={"next": "wait", "exhausted": "wait"}
        ),
    },
)  # fmt: skip


@pytest.fixture
def centre() -> Iterator[Centre]:
    documents = {"demo": demo_flow(), "offer": OFFER}

    def published(flow_id: str) -> tuple[int, Document]:
        if flow_id not in documents:
            raise NotFound(kind="flow", id=flow_id)
        return 1, documents[flow_id]

    group = Group(
        group_id="8001", name="a", queue_flow_id="offer", max_wait_s=60, timeout_route=Route(kind="group", id="8002")
    )
    with ExitStack() as stack:
        made = stack.enter_context(running(Centre(["agent1"])))
        stack.enter_context(patch.dict(GROUPS, {"8001": group}))
        stack.enter_context(patch("chalicelib.ivr.service.published", published))
        stack.enter_context(
            patch("chalicelib.ivr.service.version", lambda flow_id, _: SimpleNamespace(document=documents[flow_id]))
        )
        for module in ("queue_flow", "waiting", "inbound"):
            stack.enter_context(
                patch(f"chalicelib.calls.{module}.status", lambda _s, of, _n: GroupStatus(group_id=of.group_id))
            )
        yield made


def waits(centre: Centre) -> str:
    call_id = centre.carrier.call_in(CALLER)
    centre.carrier.presses(call_id, "1")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    return call_id


def presses(centre: Centre, call_id: str, key: str | None) -> str:
    held = centre.call(call_id).queue_flow
    assert held is not None
    return queue_flow.goes_on(call_id, held.step, key, spoken=False)


def place_of(call: Call) -> tuple[str, str]:
    assert call.queueing is not None
    return call.queueing.list, call.queueing.sort


def test_the_flow_speaks_to_who_waits_and_knows_his_place(centre: Centre) -> None:
    call_id = waits(centre)
    heard = inbound.wait_on(call_id, 0, first=True)
    assert "您排在第 1 位" in heard
    assert "/wait-flow" in heard


def test_without_a_key_music_plays_and_then_the_flow_begins_anew(centre: Centre) -> None:
    call_id = waits(centre)
    before = place_of(centre.call(call_id))
    inbound.wait_on(call_id, 0, first=True)
    heard = presses(centre, call_id, None)
    assert "Play" in heard
    assert "Gather" not in heard
    assert "Gather" in inbound.wait_on(call_id, 40, first=False)
    assert place_of(centre.call(call_id)) == before


def test_keyed_in_data_travels_with_the_call_that_goes_on_waiting(centre: Centre) -> None:
    call_id = waits(centre)
    inbound.wait_on(call_id, 0, first=True)
    presses(centre, call_id, "4")
    presses(centre, call_id, "12345")
    assert centre.call(call_id).variables["account"] == "12345"
    assert centre.call(call_id).state is CallState.QUEUED
    assert "account" in [step.node_id for step in centre.call(call_id).ivr_path]


@pytest.mark.parametrize(
    ("key", "where", "heard"),
    [
        ("1", (CallState.IN_FLOW, "8001"), "Record"),
        ("3", (CallState.IN_FLOW, "8001"), "Hangup"),
    ],
)
def test_a_way_out_of_the_flow_is_a_way_out_of_the_queue(
    centre: Centre, key: str, where: tuple[CallState, str], heard: str
) -> None:
    call_id = waits(centre)
    inbound.wait_on(call_id, 0, first=True)
    assert "Leave" in presses(centre, call_id, key)
    assert heard in inbound.queue_left(call_id, "leave")
    call = centre.call(call_id)
    assert (call.state, call.group_id) == where
    assert centre.store.waiting("waiting#8001#1", 9) == []


def test_another_group_takes_him_over(centre: Centre) -> None:
    call_id = waits(centre)
    inbound.wait_on(call_id, 0, first=True)
    presses(centre, call_id, "2")
    call = centre.call(call_id)
    assert (call.state, call.group_id, call.queue_flow) == (CallState.QUEUED, "8002", None)
    assert [one.call_id for one in centre.store.waiting("waiting#8002#1", 9)] == [call_id]


def test_an_agent_takes_him_out_of_the_middle(centre: Centre) -> None:
    call_id = waits(centre)
    inbound.wait_on(call_id, 0, first=True)
    centre.sign_in("agent1")
    centre.settle()
    assert centre.call(call_id).state is CallState.CONNECTING
    number = centre.call(call_id).queue_flow.step  # type: ignore[union-attr]
    queue_flow.goes_on(call_id, number, "1", spoken=False)  # a late key changes nothing
    assert centre.call(call_id).state is CallState.CONNECTING
    (ringing,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == "client:agent1"]
    centre.carrier.answers(ringing)
    centre.settle()
    assert centre.call(call_id).state is CallState.TALKING


def test_a_repeated_key_is_answered_with_what_he_hears_now(centre: Centre) -> None:
    call_id = waits(centre)
    inbound.wait_on(call_id, 0, first=True)
    number = centre.call(call_id).queue_flow.step  # type: ignore[union-attr]
    answers = {queue_flow.goes_on(call_id, number, "4", spoken=False) for _ in range(3)}
    assert len(answers) == 1
    assert centre.call(call_id).queue_flow.step == number + 1  # type: ignore[union-attr]


def test_the_longest_wait_is_the_flow_s_to_say(centre: Centre) -> None:
    call_id = waits(centre)
    centre.advance(300_000)
    assert (centre.call(call_id).state, centre.call(call_id).group_id) == (CallState.QUEUED, "8001")


def test_without_the_flow_the_queue_is_as_usual(centre: Centre) -> None:
    with patch.dict(GROUPS, {"8001": Group(group_id="8001", name="a", queue_flow_id="gone")}):
        call_id = waits(centre)
        assert "您是下一位" in inbound.wait_on(call_id, 0, first=True)
