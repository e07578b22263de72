"""MON-2, MON-3, QUE-6: what a supervisor does reaches his own departments alone, is audited, and holds at once."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd.errors import AgentUnavailable, NothingToDo, NotSignedIn
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.calls import supervision
from chalicelib.directory.model import Route
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.principal import Principal
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import served, state

BOSS = Principal(username="boss", scope="subtree", department_ids=("d1",))
STRANGER = Principal(username="other", scope="subtree", department_ids=("d2",))


@pytest.fixture
def acts() -> Iterator[list[tuple[str, ...]]]:
    """What was audited."""
    told: list[tuple[str, ...]] = []
    with patch("chalicelib.calls.supervision.audit", lambda *act: told.append(act)):
        yield told


@pytest.fixture
def centre(acts: list[tuple[str, ...]]) -> Iterator[Centre]:
    del acts
    with running(Centre(["agent1", "agent2"])) as made, patch("chalicelib.calls.supervision.cached_group", GROUPS.get):
        for name in ("agent1", "agent2"):
            made.sign_in(name)
            made.stage.act_on_agent(name, lambda agent, _: replace(agent, department_id="d1"))
        yield made


def waits(centre: Centre) -> str:
    """Have a caller wait in the queue of a group whose agents are away."""
    for name in ("agent1", "agent2"):
        supervision.force_not_ready(BOSS, name)
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    assert centre.call(call_id).state is CallState.QUEUED
    centre.stage.act(call_id, lambda scene: scene.change(departments=("d1",)))
    return call_id


def test_agents_are_made_not_ready_ready_and_signed_out(centre: Centre, acts: list[Any]) -> None:
    supervision.force_not_ready(BOSS, "agent1")
    agent = centre.store.agent("agent1")
    assert agent is not None
    assert (agent.state, agent.reason, agent.changes[-1].who) == (AgentState.NOT_READY, "supervisor", "boss")

    supervision.force_ready(BOSS, "agent1")
    assert state(centre, "agent1") is AgentState.READY
    supervision.force_sign_out(BOSS, "agent1")
    assert state(centre, "agent1") is AgentState.SIGNED_OUT
    with pytest.raises(NotSignedIn):
        supervision.force_ready(BOSS, "agent1")
    assert [act[:3] for act in acts][:3] == [
        ("agent#agent1", "boss", "force_not_ready"), ("agent#agent1", "boss", "force_ready"),
        ("agent#agent1", "boss", "force_sign_out"),
    ]  # fmt: skip


def test_during_a_call_it_holds_afterwards(centre: Centre) -> None:
    call_id, _ = served(centre)
    supervision.force_sign_out(BOSS, "agent1")
    assert state(centre, "agent1") is AgentState.ON_CALL
    centre.carrier.ends(call_id)
    centre.settle()
    centre.advance(10_000)
    assert state(centre, "agent1") is AgentState.SIGNED_OUT


@pytest.mark.parametrize("act", [supervision.force_ready, supervision.force_not_ready, supervision.force_sign_out])
def test_agents_of_other_departments_are_not_there(centre: Centre, act: Any, acts: list[Any]) -> None:
    for agent_id in ("agent1", "nobody"):
        with pytest.raises(NotFound):
            act(STRANGER, agent_id)
    assert state(centre, "agent1") is AgentState.READY
    assert acts == []


def test_a_call_is_disconnected_for_everybody(centre: Centre, acts: list[Any]) -> None:
    call_id, leg = served(centre)
    with pytest.raises(NotFound):
        supervision.disconnect(STRANGER, call_id)
    supervision.disconnect(BOSS, call_id)
    centre.settle()
    call = centre.call(call_id)
    assert (call.over, call.cause) == (True, "supervisor_hang_up")
    assert centre.carrier.legs[call_id].status == centre.carrier.legs[leg].status == "completed"
    assert state(centre, "agent1") is AgentState.WRAP_UP
    assert ("call#" + call_id, "boss", "disconnect") in acts
    supervision.disconnect(BOSS, call_id)  # again: nothing happens
    assert centre.ended[call_id] == 1


def test_a_waiting_call_is_served_before_one_that_came_earlier(centre: Centre) -> None:
    first, second = waits(centre), waits(centre)
    supervision.set_priority(BOSS, second, 500)
    supervision.force_ready(BOSS, "agent1")
    centre.settle()
    assert [offer.agent_id for offer in centre.call(second).live_offers] == ["agent1"]
    assert centre.call(first).state is CallState.QUEUED


def test_a_waiting_call_is_given_to_a_chosen_agent(centre: Centre) -> None:
    call_id = waits(centre)
    with pytest.raises(AgentUnavailable):
        supervision.assign(BOSS, call_id, "agent2")
    centre.stage.act_on_agent("agent2", lambda agent, _: replace(agent, state=AgentState.READY))
    supervision.assign(BOSS, call_id, "agent2")
    assert [offer.agent_id for offer in centre.call(call_id).live_offers] == ["agent2"]
    with pytest.raises(NothingToDo):
        supervision.assign(BOSS, call_id, "agent2")
    with pytest.raises(NothingToDo):
        supervision.set_priority(BOSS, call_id, 5)


def test_calls_of_other_departments_are_not_there(centre: Centre) -> None:
    call_id = waits(centre)
    with pytest.raises(NotFound):
        supervision.set_priority(STRANGER, call_id, 5)
    with pytest.raises(NotFound):
        supervision.assign(STRANGER, call_id, "agent1")
    assert centre.call(call_id).state is CallState.QUEUED


@pytest.mark.parametrize(
    ("route", "where"),
    [
        (Route(kind="group", id="8002"), (CallState.QUEUED, "8002")),
        (Route(kind="voicemail", id="8002"), (CallState.IN_FLOW, "8001")),
        (Route(kind="flow", id="demo"), (CallState.IN_FLOW, "8001")),
        (Route(kind="outside", id="021 5550 0000"), (CallState.CONNECTING, "8001")),
    ],
)
def test_a_waiting_call_is_moved_elsewhere(
    centre: Centre, acts: list[Any], route: Route, where: tuple[CallState, str]
) -> None:
    call_id = waits(centre)
    with pytest.raises(NotFound):
        supervision.move(STRANGER, call_id, route)
    supervision.move(BOSS, call_id, route)
    call = centre.call(call_id)
    assert (call.state, call.group_id) == where
    assert centre.store.waiting("waiting#8001#1", 9) == []
    assert any(act[2].startswith("move#") for act in acts)
    if route.kind != "voicemail":  # who speaks to a machine is left to himself
        centre.settle()
        assert not centre.call(call_id).over


def test_a_call_that_does_not_wait_is_not_moved(centre: Centre) -> None:
    call_id, _ = served(centre)
    with pytest.raises(NothingToDo):
        supervision.move(BOSS, call_id, Route(kind="group", id="8002"))
    assert centre.call(call_id).state is CallState.TALKING
