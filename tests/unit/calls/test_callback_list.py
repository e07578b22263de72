"""QUE-8: who is still to be called back, seen and given up by those whose groups it concerns."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.acd.dynamo import DynamoStore
from chalicelib.acd.model.call import Call, Callback, CallState
from chalicelib.acd.model.group import Group, Member
from chalicelib.acd.ports import Commit
from chalicelib.acd.tables import groups, save_member
from chalicelib.calls.routes_callbacks import router
from chalicelib.kernel.principal import Principal

NOON = 1_795_334_400_000
RIGHTS = ("callbacks.read", "callbacks.write")


@pytest.fixture
def api(tables: None, client: Callable[..., Any]) -> Any:  # noqa: ARG001
    """Two groups in two departments, a member of the first."""
    groups.create(Group(group_id="8001", name="service", department_id="north"))
    groups.create(Group(group_id="8002", name="sales", department_id="south"))
    save_member(Member(group_id="8001", username="agent1"))
    return client(router)


@pytest.fixture
def agent(principal: Callable[..., Principal]) -> Principal:
    return principal(*RIGHTS, username="agent1", scope="own")


@pytest.fixture
def boss(principal: Callable[..., Principal]) -> Principal:
    return principal(*RIGHTS, username="boss", scope="all")


def callback(id: str, due_at: int | None, group: str = "8001", **fields: Any) -> Call:
    """Store a callback."""
    given: dict[str, Any] = {"state": CallState.ARRIVING, "customer_number": "+8613800138000", "started_at": NOON}
    call = Call(call_id=id, group_id=group, callback=Callback(due_at=due_at, by="boss"), **(given | fields))
    DynamoStore().commit(Commit(calls=[call]))
    return call


def ids(answer: Any) -> list[str]:
    return [one["call_id"] for one in answer.body["items"]]


def test_the_first_due_comes_first_whatever_its_group(api: Any, boss: Principal) -> None:
    callback("late", NOON + 3_000)
    callback("early", NOON + 1_000, group="8002")
    callback("asked", None, started_at=NOON + 2_000)
    first = api.get("/callbacks?limit=2", who=boss)
    assert ids(first) == ["early", "asked"]
    assert ids(api.get(f"/callbacks?limit=2&cursor={first.body['cursor']}", who=boss)) == ["late"]
    assert ids(api.get("/callbacks?group_id=8001", who=boss)) == ["asked", "late"]


def test_what_is_over_and_what_is_no_callback_is_not_listed(api: Any, boss: Principal) -> None:
    callback("done", NOON, state=CallState.ENDED)
    DynamoStore().commit(Commit(calls=[Call(call_id="call", group_id="8001", state=CallState.QUEUED)]))
    given_up = callback("open", NOON)
    assert ids(api.get("/callbacks", who=boss)) == ["open"]
    assert given_up.callback is not None
    view = api.get("/callbacks", who=boss).body["items"][0]
    assert (view["state"], view["due_at"], view["by"], view["tries"]) == ("booked", NOON, "boss", 0)


def test_who_works_in_one_group_sees_and_gives_up_its_callbacks_alone(api: Any, agent: Principal) -> None:
    callback("mine", NOON)
    callback("theirs", NOON, group="8002")
    assert ids(api.get("/callbacks", who=agent)) == ["mine"]
    assert ids(api.get("/callbacks?group_id=8002", who=agent)) == []
    refused = api.post("/callbacks/theirs/cancel", {}, who=agent)
    assert (refused.status, refused.body["code"]) == (404, "not_found")
    given_up = api.post("/callbacks/mine/cancel", {}, who=agent)
    assert (given_up.status, given_up.body["state"]) == (200, "ended")
    assert ids(api.get("/callbacks", who=agent)) == []


def test_a_cursor_of_another_list_is_refused(api: Any, boss: Principal) -> None:
    assert api.get("/callbacks?cursor=bm8", who=boss).body["code"] == "invalid_input"
