"""The wall's snapshot: nothing outside the scope, figures folded from the records."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules.lists import waiting_entry
from chalicelib.acd.tables import WaitingItem, call_item, groups
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.principal import Principal
from chalicelib.realtime import routes, today, wall

pytestmark = pytest.mark.usefixtures("floor", "queues")
MONDAY = 1_795_334_400_000


@pytest.fixture
def api(client: Callable[..., Any]) -> Any:
    return client(routes.router)


def _supervisor(**fields: Any) -> Principal:
    given = {"scope": "subtree", "department_ids": ("north",), **fields}
    return Principal(username="boss", permissions=frozenset({"wall.read", "presence.read", "self.read"}), **given)


def _wait_in(group_id: str) -> None:
    call = Call(call_id=f"in-{group_id}", version=1, group_id=group_id, state=CallState.QUEUED)
    call_item(call).save()
    entry = waiting_entry(groups.read(group_id), call.call_id, MONDAY, 0)
    WaitingItem(list=entry.list, sort=entry.sort, data=entry).save()


def test_a_supervisor_sees_his_departments(api: Any) -> None:
    for group_id in ("8001", "8002"):
        _wait_in(group_id)
    found = api.get("/wall", who=_supervisor()).body
    assert [(group["group_id"], group["waiting"], group["longest_wait_since"]) for group in found["groups"]] == [
        ("8001", 1, MONDAY)
    ]
    assert [agent["agent_id"] for agent in found["agents"]] == ["agent1"]
    assert [call["call_id"] for call in found["calls"]] == ["in-8001"]


def test_everything_with_the_widest_scope_and_nothing_with_the_narrowest(api: Any) -> None:
    found = api.get("/wall", who=_supervisor(scope="all", department_ids=())).body
    assert [agent["agent_id"] for agent in found["agents"]] == ["agent1", "agent2"]
    found = api.get("/wall", who=_supervisor(scope="own", department_ids=())).body
    assert (found["groups"], found["agents"], found["calls"]) == ([], [], [])


def test_the_wall_needs_its_permission(api: Any, principal: Callable[..., Principal]) -> None:
    assert api.get("/wall", who=principal("self.read")).status == 403


def test_whoever_reads_the_wall_gets_fresh_queues_soon(api: Any, queues: Any) -> None:
    api.get("/wall", who=_supervisor())
    (sent,) = queues.sent
    assert sent["DelaySeconds"] == 1
    assert '"8001|wall' in sent["MessageBody"]


def test_presence_of_some_agents(api: Any, principal: Callable[..., Principal]) -> None:
    found = api.get("/presence?agents=agent2,ghost", who=principal("presence.read")).body
    assert found == {"items": [{"agent_id": "agent2", "state": "ready", "version": 1}]}
    many = ",".join(f"a{number}" for number in range(101))
    assert api.get(f"/presence?agents={many}", who=principal("presence.read")).status == 422


def test_a_ticket_for_everybody_who_is_signed_in(api: Any, principal: Callable[..., Principal]) -> None:
    assert len(api.post("/realtime/ticket", {}, who=principal("self.read")).body["ticket"]) > 40
    assert api.post("/realtime/ticket", {}).status == 401


def test_the_address_book_reads_states() -> None:
    assert wall.states(["agent1", "ghost"]) == {"agent1": "ready"}


def _record(**fields: Any) -> CallRecord:
    given = {"call_id": "c", "direction": "inbound", "customer_number": "+86", "started_at": MONDAY, "group_id": "g"}
    return CallRecord(**{**given, **fields})


def test_the_days_figures_are_a_fold() -> None:
    group = Group(group_id="g", name="g", service_level_s=20)
    records = [
        _record(answered_at=1, wait_s=20),
        _record(answered_at=1, wait_s=21),
        _record(cause="abandoned", wait_s=5),
        _record(cause="rejected"),
        _record(answered_at=1, direction="outbound"),
        _record(answered_at=1, group_id="other"),
    ]
    assert today.fold(records, group) == today.Today(answered_today=2, abandoned_today=1, service_level=0.3333)
    assert today.fold([], group) == today.Today()


def test_a_day_begins_at_midnight_in_the_groups_zone() -> None:
    at = 1_795_364_800_000  # 2026-11-22T16:26:40Z: past midnight in China
    assert today.midnight(Group(group_id="g", name="g"), at) == 1_795_363_200_000
