"""IVR-3, AGT-3: what flows ask beyond themselves, for a call with its carrier; and calls that go back into flows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.events import Event
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.calls import asking, control, inbound, queue_flow, talk
from chalicelib.calls.control import Target
from chalicelib.calls.rules.booking import next_hour
from chalicelib.crm.model import Customer
from chalicelib.ivr import settings
from chalicelib.ivr.hosts import FlowHost, FlowHosts
from chalicelib.ivr.model import Document
from chalicelib.kernel import egress
from chalicelib.kernel.egress import Answer, NoAnswer, Outgoing
from chalicelib.kernel.errors import NotFound
from tests.unit.calls.centre import GROUPS, Centre, running

CALLER = "+8613800138000"
END = {"kind": "hang_up", "prompts": [{"texts": {"zh-CN": "再见", "en": "Bye"}}]}
QUEUE = {"kind": "queue", "group_id": "8001"}
HOUR_MS = 3_600_000


def flow(nodes: dict[str, Any]) -> Document:
    return msgspec.convert({"name": "test", "start": next(iter(nodes)), "nodes": nodes}, Document)


HTTP = {
    "kind": "http", "method": "POST", "url": "https://crm.example/orders",
    "headers": {"Authorization": "{{secret.crm}}"},
    "body": '{"caller": "{caller}"}', "results": {"order": "order.id"},
    "edges": {"ok": "queue", "timeout": "end", "failed": "box"},
}  # fmt: skip
BOX = {"kind": "voicemail", "group_id": "8001"}
FLOWS: dict[str, Document] = {
    "ask": flow({"ask": HTTP, "queue": QUEUE, "box": BOX, "end": END}),
    "find": flow({
        "find": {
            "kind": "lookup", "value": "{caller}", "adopt": True,
            "edges": {"found": "queue", "not_found": "box", "many": "end"},
        },
        "queue": QUEUE, "box": BOX, "end": END,
    }),
    "back": flow({
        "book": {"kind": "callback", "group_id": "8001", "hour": "10", "edges": {"done": "end", "failed": "box"}},
        "box": BOX, "end": END,
    }),
    "keep": flow({
        "book": {"kind": "callback", "group_id": "8001", "edges": {"done": "end", "failed": "box"}},
        "box": BOX, "end": END,
    }),
    "tell": flow({
        "tell": {
            "kind": "sms", "texts": {"zh-CN": "您好 {caller}", "en": "Hello"},
            "edges": {"next": "queue", "failed": "box"},
        },
        "queue": QUEUE, "box": BOX,
    }),
    "dial": flow({"dial": {"kind": "outside", "number": "+8613900139000"}}),
    "pin": flow({
        "start": END,
        "ask": {
            "kind": "collect", "prompts": END["prompts"], "variable": "pin", "skip_if_set": True,
            "edges": {"next": "queue", "exhausted": "start"},
        },
        "queue": QUEUE,
    }),
}  # fmt: skip


@pytest.fixture
def sent() -> list[Outgoing]:
    return []


@pytest.fixture
def centre(sent: list[Outgoing]) -> Iterator[Centre]:
    def published(flow_id: str) -> tuple[int, Document]:
        if flow_id not in FLOWS:
            raise NotFound(kind="flow", id=flow_id)
        return 1, FLOWS[flow_id]

    hosts = FlowHosts(hosts=[FlowHost(host="crm.example")])
    with ExitStack() as stack:
        made = stack.enter_context(running(Centre(["agent1", "agent2"])))
        for what, instead in (
            ("chalicelib.ivr.service.published", published),
            ("chalicelib.ivr.service.version", lambda flow_id, _: SimpleNamespace(document=FLOWS[flow_id])),
            ("chalicelib.ivr.settings.remembered", lambda: hosts),
            ("chalicelib.ivr.settings.secret", lambda _: "s3cret"),
            ("chalicelib.calls.queue_flow.status", lambda _s, of, _n: GroupStatus(group_id=of.group_id)),
            ("chalicelib.calls.waiting.status", lambda _s, of, _n: GroupStatus(group_id=of.group_id)),
            ("chalicelib.calls.inbound.status", lambda _s, of, _n: GroupStatus(group_id=of.group_id)),
            ("chalicelib.calls.callbacks.cached_group", GROUPS.get),
            ("chalicelib.calls.callbacks.is_open", lambda *_: True),
        ):
            stack.enter_context(patch(what, instead))
        answering(stack, sent, Answer(200, b'{"order": {"id": 77}}'))
        yield made


def answering(stack: ExitStack, sent: list[Outgoing], answer: "Answer | NoAnswer | Callable[[], Answer]") -> None:
    """Let the business system answer so."""

    def send(request: Outgoing) -> Answer:
        sent.append(request)
        if isinstance(answer, NoAnswer):
            raise answer
        return answer if isinstance(answer, Answer) else answer()

    stack.enter_context(patch.object(egress, "send", send))


def calls(centre: Centre, flow_id: str, caller: str = CALLER) -> Call:
    """Somebody calls the number that leads to a flow, and hears it as far as it goes by itself."""
    decision = SimpleNamespace(kind="route", route=SimpleNamespace(kind="flow", id=flow_id), reasons=[], trunk=None)
    with patch("chalicelib.directory.service.route_inbound", lambda *_: decision):
        call_id = centre.carrier.call_in(caller)
    return centre.call(call_id)


def test_a_business_system_is_asked_and_the_call_goes_on(centre: Centre, sent: list[Outgoing]) -> None:
    call = calls(centre, "ask")
    assert call.state is CallState.QUEUED
    assert call.variables["order"] == "77"
    (request,) = sent
    assert (request.method, request.url, request.body) == (
        "POST", "https://crm.example/orders", b'{"caller": "+8613800138000"}',
    )  # fmt: skip
    assert request.headers["Authorization"] == "s3cret"
    assert not request.admit_loopback
    assert b"s3cret" not in msgspec.json.encode(call), "no trace of the secret in what is stored"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(500), "voicemail"),
        (NoAnswer("refused"), "voicemail"),
        (NoAnswer("slow", timed_out=True), "over"),
    ],
)
def test_each_way_out(centre: Centre, sent: list[Outgoing], answer: Any, kind: str) -> None:
    with ExitStack() as stack:
        answering(stack, sent, answer)
        call = calls(centre, "ask")
    assert call.flow is not None
    assert call.flow.node == {"voicemail": "box", "over": "end"}[kind]
    assert len(sent) == 1, "a POST is not repeated"


def test_a_repeated_request_asks_once_and_waits(centre: Centre, sent: list[Outgoing]) -> None:
    heard: list[str] = []

    def again() -> Answer:
        """While the business system thinks, the carrier asks for the same document once more."""
        (call_id,) = centre.carrier.legs
        heard.append(inbound.flow_step(call_id, centre.call(call_id).step, None, spoken=True))
        return Answer(200, b"{}")

    with ExitStack() as stack:
        answering(stack, sent, again)
        call = calls(centre, "ask")
    assert len(sent) == 1
    assert "<Pause" in heard[0]
    assert f"step={call.step - 1}" in heard[0]
    assert call.state is CallState.QUEUED
    late = inbound.flow_step(call.call_id, call.step - 1, None, spoken=True)
    assert late == call.document, "a late repetition gets what the caller hears now"
    assert len(sent) == 1


def test_a_question_whose_process_died_ends_as_a_time_out(centre: Centre, sent: list[Outgoing]) -> None:
    class Died(BaseException):
        pass

    def die() -> Answer:
        raise Died

    with ExitStack() as stack:
        answering(stack, sent, die)
        with pytest.raises(Died):
            calls(centre, "ask")
    (call_id,) = centre.carrier.legs
    step = centre.call(call_id).step
    assert "<Pause" in inbound.flow_step(call_id, step, None, spoken=True)
    centre.now += asking.CLAIM_MS
    document = inbound.flow_step(call_id, step, None, spoken=True)
    assert "再见" in document
    assert len(sent) == 1


def test_a_host_that_was_taken_off_the_list_is_not_asked(centre: Centre, sent: list[Outgoing]) -> None:
    with patch.object(settings, "remembered", FlowHosts):
        call = calls(centre, "ask")
    assert sent == []
    assert call.flow is not None
    assert call.flow.node == "box"


def found(centre: Centre, *customers: Customer) -> Call:
    with patch("chalicelib.crm.service.find_by_number", lambda _: list(customers)):
        return calls(centre, "find")


def test_a_customer_is_looked_up_and_the_call_is_his(centre: Centre) -> None:
    li = Customer(customer_id="c1", name="李", grade=7, owner="agent2", company="知音")
    call = found(centre, li)
    assert call.state is CallState.QUEUED
    assert (call.customer_id, call.customer_grade, call.customer_owner) == ("c1", 7, "agent2")
    assert call.variables["customer_name"] == "李"


def test_nobody_and_too_many_are_told_apart(centre: Centre) -> None:
    nobody, two = found(centre), found(centre, Customer(name="a"), Customer(name="b"))
    assert nobody.flow is not None
    assert nobody.flow.node == "box"
    assert two.flow is not None
    assert two.flow.node == "end"


def test_a_callback_is_booked_for_an_hour(centre: Centre) -> None:
    call = calls(centre, "back")
    assert call.flow is not None
    assert call.flow.node == "end"
    booked = centre.call(f"callback-{call.call_id}-1")
    assert booked.state is CallState.ARRIVING
    assert booked.callback is not None
    assert booked.callback.due_at == next_hour("10", "Asia/Shanghai", centre.now)
    assert (booked.customer_number, booked.group_id) == (CALLER, "8001")


def test_a_caller_who_waits_keeps_his_place(centre: Centre) -> None:
    group = Group(group_id="8001", name="a", queue_flow_id="keep")
    with patch.dict(GROUPS, {"8001": group}):
        call = calls(centre, "tell")
        centre.settle()
        assert centre.call(call.call_id).state is CallState.QUEUED
        place = centre.call(call.call_id).queueing
        centre.carrier.legs[call.call_id].gather = ""
        heard = inbound.wait_on(call.call_id, 1, first=False)
        assert "/wait-flow" in heard
        state = centre.call(call.call_id).queue_flow
        assert state is not None
        assert "<Leave" in queue_flow.goes_on(call.call_id, state.step, None, spoken=True)
        taken = centre.call(f"callback-{call.call_id}")
        assert taken.state is CallState.QUEUED
        assert place is not None
        assert taken.queueing is not None
        assert taken.queueing.sort.partition("#")[0] == place.sort.partition("#")[0]


@pytest.mark.parametrize(
    ("hour", "zone"), [("24", "Asia/Shanghai"), ("", "UTC"), ("x", "UTC"), ("-1", "UTC"), ("9", "?")]
)
def test_what_is_no_hour_books_nothing(hour: str, zone: str) -> None:
    assert next_hour(hour, zone, 0) is None


@pytest.mark.parametrize("hour", range(24))
def test_the_next_hour_is_within_a_day(hour: int) -> None:
    due = next_hour(str(hour), "Asia/Shanghai", 1_800_000_000_000)
    assert due is not None
    assert 0 < due - 1_800_000_000_000 <= 24 * HOUR_MS
    assert (due // HOUR_MS + 8) % 24 == hour


def test_a_message_is_asked_for_once_with_the_step(centre: Centre) -> None:
    filed: list[Event] = []
    watch = centre.store.on_commit

    def keep(commit: Any) -> None:
        watch(commit)
        filed.extend(event for call in commit.calls for event in call.changes if event.type == "call.message")

    centre.store.on_commit = keep
    call = calls(centre, "tell")
    assert call.state is CallState.QUEUED
    (message,) = filed
    assert message.data["to"] == CALLER
    assert message.data["text"] == f"您好 {CALLER}"
    assert message.data["message_id"] == f"{call.call_id}-1"


def test_who_hides_his_number_gets_no_message(centre: Centre) -> None:
    call = calls(centre, "tell", caller="anonymous")
    assert call.flow is not None
    assert call.flow.node == "box"


def serve(centre: Centre, call_id: str, agent_id: str) -> None:
    centre.settle()
    (offer,) = centre.call(call_id).live_offers
    leg = centre.call(call_id).offer_leg(offer.offer_id)
    assert leg is not None
    assert leg.agent_id == agent_id
    centre.carrier.rings(leg.sid or "")
    centre.carrier.answers(leg.sid or "")
    centre.settle()
    assert centre.call(call_id).state is CallState.TALKING


def test_agent_and_flow_take_turns_and_nothing_is_asked_twice(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = calls(centre, "ask").call_id
    serve(centre, call_id, "agent1")
    for turn, (agent_id, other) in enumerate((("agent1", "agent2"), ("agent2", "agent1"), ("agent1", "agent2"))):
        control.transfer(centre.who(agent_id), call_id, Target(kind="flow", id="pin", node="ask"))
        centre.settle()
        if turn == 0:
            assert centre.call(call_id).state is CallState.IN_FLOW
            centre.carrier.presses(call_id, "4711")
        assert centre.call(call_id).variables["pin"] == "4711"
        assert centre.call(call_id).variables["transferred_by"] == agent_id
        centre.sign_in(other)
        serve(centre, call_id, other)
    asked = [step for step in centre.call(call_id).ivr_path if step.node_id == "ask" and step.digits]
    assert len(asked) == 1


def test_a_node_that_is_not_there_is_refused(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = calls(centre, "ask").call_id
    serve(centre, call_id, "agent1")
    with pytest.raises(NotFound):
        control.transfer(centre.who("agent1"), call_id, Target(kind="flow", id="pin", node="gone"))
    assert centre.call(call_id).state is CallState.TALKING


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("404", "failed", "空号"),
        ("410", "failed", "暂停服务"),
        ("503", "failed", "无法接通"),
        ("404", "busy", "正忙"),
        ("", "no-answer", "无人接听"),
    ],
)
def test_the_caller_hears_what_the_network_says_of_a_number(centre: Centre, code: str, status: str, said: str) -> None:
    call = calls(centre, "dial")
    centre.settle()
    (offer,) = centre.call(call.call_id).live_offers
    leg = centre.call(call.call_id).offer_leg(offer.offer_id)
    assert leg is not None
    talk.party_reports(call.call_id, offer.offer_id, leg.sid or "", status, code)
    centre.settle()
    assert said in centre.call(call.call_id).document
