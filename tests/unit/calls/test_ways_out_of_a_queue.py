"""Where a call goes that its group does not keep: for a time-out, overflow, hours, a key; by the flow or the group."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from chalicelib.acd import service
from chalicelib.acd.errors import GroupClosed, GroupFull
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.calls import control, inbound, waiting
from chalicelib.calls.admission import REROUTE_LIMIT
from chalicelib.calls.control import Target
from chalicelib.directory.model import Route
from chalicelib.ivr.base import FlowPrompt
from chalicelib.ivr.model import Document, HangUpNode, MenuNode, PlayNode, QueueNode, VoicemailNode
from chalicelib.kernel.errors import DomainError
from chalicelib.telephony import documents
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import served, state

CALLER = "+8613800138000"


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


@pytest.fixture
def world() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def groups(*given: Group) -> AbstractContextManager[object]:
    return patch.dict(GROUPS, {group.group_id: group for group in given})


def full(*group_ids: str) -> AbstractContextManager[object]:
    """The snapshots of these groups count more waiting calls than any group allows."""

    def measured(_store: object, group: Group, _now: int) -> GroupStatus:
        return GroupStatus(group_id=group.group_id, waiting=1_000 if group.group_id in group_ids else 0)

    return patch("chalicelib.calls.admission.status", measured)


def closed(*schedules: str) -> AbstractContextManager[object]:
    return patch("chalicelib.calls.admission.is_open", lambda schedule_id, _now: schedule_id not in schedules)


def refusing(world: ExitStack, group_id: str, reason: str) -> None:
    """This group takes no call: it is full, or closed."""
    world.enter_context(groups(Group(group_id=group_id, name="服务", max_waiting=5, schedule_id="nine-to-five")))
    world.enter_context(closed("nine-to-five") if reason == "closed" else closed())
    world.enter_context(full(group_id) if reason == "full" else full())


def said(text: str) -> list[FlowPrompt]:
    return [FlowPrompt(texts={"zh-CN": text, "en": text})]


def flow(world: ExitStack, **edges: str) -> None:
    """Calls begin in a flow whose queue node (group 8001) has these edges."""
    document = Document(
        name="queue",
        start="queue",
        nodes={
            "queue": QueueNode(group_id="8001", edges=edges),
            "offer": MenuNode(prompts=said("menu"), edges={"1": "queue", "9": "box", "exhausted": "bye"}),
            "box": VoicemailNode(group_id="8001"),
            "again": PlayNode(prompts=said("again"), edges={"next": "queue"}),
            "bye": HangUpNode(prompts=said("bye")),
        },
    )
    world.enter_context(patch("chalicelib.ivr.service.published", lambda _: (1, document)))
    world.enter_context(patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=document)))


def call_in(centre: Centre) -> str:
    call_id = centre.carrier.call_in(CALLER)
    centre.settle()
    return call_id


def box(centre: Centre, call_id: str) -> object:
    return centre.call(call_id).variables.get("voicemail_box")


# --- the flow that queued the call says where it goes


def test_a_time_out_follows_the_flow_and_the_caller_may_come_back(centre: Centre, world: ExitStack) -> None:
    flow(world, timeout="offer")
    call_id = call_in(centre)
    assert centre.call(call_id).state is CallState.QUEUED

    centre.advance(121_000)
    centre.settle()

    assert centre.call(call_id).state is CallState.IN_FLOW
    assert centre.carrier.legs[call_id].gather
    centre.carrier.presses(call_id, "1")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    assert centre.carrier.legs[call_id].enqueue_action


def test_the_flows_edge_comes_before_the_groups_route(centre: Centre, world: ExitStack) -> None:
    flow(world, timeout="offer")
    world.enter_context(
        groups(Group(group_id="8001", name="a", max_wait_s=60, timeout_route=Route(kind="group", id="8002")))
    )
    call_id = call_in(centre)

    centre.advance(61_000)
    centre.settle()

    assert centre.carrier.legs[call_id].gather


def test_the_groups_route_comes_before_the_flows_edge_for_any_failure(centre: Centre, world: ExitStack) -> None:
    flow(world, failed="offer")
    world.enter_context(
        groups(Group(group_id="8001", name="a", max_wait_s=60, timeout_route=Route(kind="group", id="8002")))
    )
    call_id = call_in(centre)

    centre.advance(61_000)
    centre.settle()

    assert centre.call(call_id).group_id == "8002"


def test_the_edge_for_any_failure_is_better_than_waiting_on(centre: Centre, world: ExitStack) -> None:
    flow(world, failed="box")
    call_id = call_in(centre)

    centre.advance(121_000)
    centre.settle()

    assert box(centre, call_id) == "group:8001"


@pytest.mark.parametrize("reason", ["full", "closed"])
def test_a_group_that_takes_no_call_sends_it_on_in_its_flow(centre: Centre, world: ExitStack, reason: str) -> None:
    flow(world, **{reason: "box"})
    refusing(world, "8001", reason)

    call_id = call_in(centre)

    assert box(centre, call_id) == "group:8001"


def test_a_full_queue_at_the_carrier_follows_the_flow_too(centre: Centre, world: ExitStack) -> None:
    flow(world, full="box")
    call_id = call_in(centre)

    assert "Record" in inbound.queue_left(call_id, "queue-full")
    assert box(centre, call_id) == "group:8001"


def test_the_key_to_leave_follows_the_flow_though_the_group_has_no_route(centre: Centre, world: ExitStack) -> None:
    flow(world, left="offer")
    world.enter_context(groups(Group(group_id="8001", name="a", leave_key="9")))
    call_id = call_in(centre)

    assert inbound.leave_by_key(call_id, "8001", "9") == documents.leave()
    assert "Gather" in inbound.queue_left(call_id, "leave")
    assert centre.store.waiting("waiting#8001#1", 10) == []


def test_after_an_agent_passed_the_call_on_the_flow_has_no_say(centre: Centre, world: ExitStack) -> None:
    flow(world, timeout="offer")
    centre.sign_in("agent1")
    call_id = call_in(centre)
    ringing = next(sid for sid, leg in centre.carrier.legs.items() if leg.to == "client:agent1")
    centre.carrier.answers(ringing)
    centre.settle()
    control.transfer(centre.who("agent1"), call_id, Target(kind="group", id="8001"))
    service.sign_out(centre.who("agent1"), "home")
    centre.settle()

    centre.advance(121_000)
    centre.settle()

    assert centre.call(call_id).state is CallState.QUEUED


def test_a_flow_that_leads_back_to_a_closed_group_ends_with_an_apology(centre: Centre, world: ExitStack) -> None:
    flow(world, closed="again")
    world.enter_context(groups(Group(group_id="8001", name="a", schedule_id="never")))
    world.enter_context(closed("never"))

    call_id = call_in(centre)
    centre.settle()

    assert centre.call(call_id).over
    assert centre.carrier.legs[call_id].status == "completed"


# --- a call does not wander for ever


def ping_pong(world: ExitStack) -> None:
    a = Group(group_id="8001", name="a", max_wait_s=60, timeout_route=Route(kind="group", id="8002"), max_waiting=5)
    back = Route(kind="group", id="8001")
    b = Group(group_id="8002", name="b", max_wait_s=60, timeout_route=back, max_waiting=5, overflow_route=back)
    world.enter_context(groups(a, b))


def test_two_groups_that_time_out_to_each_other_stop_after_some_hops(centre: Centre, world: ExitStack) -> None:
    ping_pong(world)
    call_id = centre.carrier.call_in(CALLER)
    centre.carrier.presses(call_id, "1")

    for _ in range(REROUTE_LIMIT + 10):
        centre.settle()
        centre.advance(61_000)
    centre.settle()

    call = centre.call(call_id)
    assert call.state is CallState.QUEUED
    assert call.reroutes == REROUTE_LIMIT
    assert call.group_id == "8002"
    assert call.queueing is not None
    assert call.queueing.max_wait_until is None
    centre.sign_in("agent1")
    centre.settle()
    assert centre.call(call_id).live_offers


def test_the_last_group_keeps_a_wandering_call_though_it_is_full(centre: Centre, world: ExitStack) -> None:
    ping_pong(world)
    call_id = centre.carrier.call_in(CALLER)
    centre.carrier.presses(call_id, "1")
    centre.settle()
    centre.stage.act(call_id, lambda scene: scene.change(reroutes=REROUTE_LIMIT - 1))
    world.enter_context(full("8002"))

    centre.advance(61_000)
    centre.settle()

    assert (centre.call(call_id).state, centre.call(call_id).group_id) == (CallState.QUEUED, "8002")


def test_a_wandering_call_that_no_queue_of_the_carrier_takes_ends_with_words(centre: Centre, world: ExitStack) -> None:
    ping_pong(world)
    call_id = centre.carrier.call_in(CALLER)
    centre.carrier.presses(call_id, "2")
    centre.settle()
    answers = [inbound.queue_left(call_id, "queue-full") for _ in range(REROUTE_LIMIT + 1)]

    assert "Enqueue" in answers[0]
    assert "Say" in answers[-1]
    assert "Hangup" in answers[-1]


# --- a transfer to a group that takes no calls


@pytest.mark.parametrize(("reason", "error"), [("full", GroupFull), ("closed", GroupClosed)])
def test_a_transfer_to_a_group_that_takes_no_calls_is_refused(
    centre: Centre, world: ExitStack, reason: str, error: type[DomainError]
) -> None:
    call_id, leg = served(centre)
    refusing(world, "8002", reason)

    with pytest.raises(error) as refused:
        control.transfer(centre.who("agent1"), call_id, Target(kind="group", id="8002"))
    centre.settle()

    assert "服务" in refused.value.detail("zh-CN")
    assert "服务" in refused.value.detail("en")
    assert centre.call(call_id).state is CallState.TALKING
    assert state(centre, "agent1") is AgentState.ON_CALL
    assert centre.carrier.legs[leg].status == "in-progress"


def test_a_lost_redirect_to_the_flow_is_made_good_in_the_queue(centre: Centre, world: ExitStack) -> None:
    """A parked caller whose flow went on without his carrier's knowing leaves the carrier's queue by himself."""
    flow(world, timeout="offer")
    call_id = call_in(centre)
    centre.carrier.rest_fault = "lost"
    centre.advance(121_000)

    assert waiting.wait_document(call_id, 130, first=False) == documents.leave()
    assert "Gather" in inbound.queue_left(call_id, "leave")
