"""Tickets, connections, subscriptions."""

from typing import Any

import msgspec
import pytest

from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.ports import Commit
from chalicelib.acd.service import stage
from chalicelib.kernel import clock
from chalicelib.kernel.principal import Principal
from chalicelib.realtime import service, tables, triggers

pytestmark = pytest.mark.usefixtures("tables")

AGENT = Principal(username="agent1", permissions=frozenset({"self.read", "presence.read"}))
SUPERVISOR = Principal(
    username="boss", permissions=frozenset({"wall.read"}), scope="subtree", department_ids=("north",)
)


ACCOUNTS: dict[str, Principal] = {}
"""Who may do what now; a ticket remembers who might do what then."""


@pytest.fixture(autouse=True)
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    ACCOUNTS.clear()
    monkeypatch.setattr("chalicelib.identity.service.principal", ACCOUNTS.get)


def _event(connection_id: str, *, ticket: str | None = None, body: Any = None) -> dict[str, Any]:
    query = {"queryStringParameters": {"ticket": ticket} if ticket else None}
    text = body if isinstance(body, str) else msgspec.json.encode(body).decode()
    return {"requestContext": {"connectionId": connection_id}, "body": text, **query}


def _connect(who: Principal, connection_id: str = "c1") -> str:
    ACCOUNTS[who.username] = who
    assert triggers.connect(_event(connection_id, ticket=service.ticket(who).ticket)) == {"statusCode": 200}
    return connection_id


def _ask(sockets: Any, connection_id: str, body: Any) -> list[dict[str, Any]]:
    before = len(sockets.posted.get(connection_id, []))
    triggers.message(_event(connection_id, body=body))
    answers: list[dict[str, Any]] = []
    for frame in sockets.posted.get(connection_id, [])[before:]:
        found = msgspec.json.decode(frame)
        answers += found if isinstance(found, list) else [found]
    return answers


def test_a_ticket_opens_one_connection() -> None:
    ticket = service.ticket(AGENT).ticket
    assert triggers.connect(_event("c1", ticket=ticket)) == {"statusCode": 200}
    assert triggers.connect(_event("c2", ticket=ticket)) == {"statusCode": 401}


@pytest.mark.parametrize("given", [None, "", "made-up"])
def test_nobody_connects_without_a_ticket(given: str | None) -> None:
    assert triggers.connect(_event("c1", ticket=given)) == {"statusCode": 401}


def test_an_old_ticket_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = service.ticket(AGENT)
    monkeypatch.setattr(service, "now_ms", lambda: ticket.expires_at)
    assert triggers.connect(_event("c1", ticket=ticket.ticket)) == {"statusCode": 401}


def test_what_is_stored_opens_nothing() -> None:
    ticket = service.ticket(AGENT).ticket
    assert triggers.connect(_event("c1", ticket=service._ticket_id(ticket))) == {"statusCode": 401}


def test_subscribing_says_what_is_granted_and_what_is_not(sockets: Any) -> None:
    _connect(AGENT)
    answers = _ask(sockets, "c1", {"action": "subscribe", "topics": ["agent/agent1", "wall"]})
    assert answers == [
        {"type": "refused", "topic": "wall", "code": "forbidden"},
        {"type": "subscribed", "topics": ["agent/agent1"]},
    ]


def test_a_wall_is_the_walls_of_the_scope(sockets: Any) -> None:
    _connect(SUPERVISOR)
    assert _ask(sockets, "c1", {"action": "subscribe", "topics": ["wall"]})
    assert _heard_by("c1") == {"walls", "wall#north"}
    assert _ask(sockets, "c1", {"action": "unsubscribe", "topics": ["wall"]}) == []
    assert _heard_by("c1") == set()


def _heard_by(connection_id: str) -> set[str]:
    return set(tables.topics_of(connection_id))


@pytest.mark.usefixtures("floor")
def test_a_supervisor_hears_agents_of_his_scope_only(sockets: Any) -> None:
    _connect(SUPERVISOR)
    answers = _ask(sockets, "c1", {"action": "subscribe", "topics": ["agent/agent1", "agent/agent2", "agent/ghost"]})
    assert answers[-1] == {"type": "subscribed", "topics": ["agent/agent1"]}
    assert [answer["topic"] for answer in answers[:-1]] == ["agent/agent2", "agent/ghost"]


def test_too_many_topics(sockets: Any) -> None:
    _connect(AGENT)
    answers = _ask(sockets, "c1", {"action": "subscribe", "topics": [f"agent/{number}" for number in range(60)]})
    assert {answer["code"] for answer in answers} == {"too_many_topics"}
    assert _heard_by("c1") == set()


def test_a_ping_is_answered_with_the_time(sockets: Any) -> None:
    _connect(AGENT)
    (pong,) = _ask(sockets, "c1", {"action": "ping"})
    assert pong["type"] == "pong"
    assert abs(pong["server_time"] - clock.now_ms()) < 5_000


def test_an_agents_ping_is_his_heartbeat(sockets: Any) -> None:
    store = stage().store
    busy = Agent(agent_id="agent1", state=AgentState.READY, phone=Phone(kind="browser"), phone_lease_until=1)
    store.commit(Commit(agents=[busy]))
    _connect(msgspec.structs.replace(AGENT, permissions=frozenset({"agent.work"})))
    (pong,) = _ask(sockets, "c1", {"action": "ping", "phone_ready": True})
    assert pong["pulse"]["agent_version"] == 1
    assert pong["pulse"]["call_version"] is None
    found = store.agent("agent1")
    assert found is not None
    assert (found.phone_lease_until or 0) > clock.now_ms()


def test_a_ping_of_somebody_who_takes_no_calls_renews_nothing(sockets: Any) -> None:
    _connect(AGENT)
    (pong,) = _ask(sockets, "c1", {"action": "ping", "phone_ready": True})
    assert pong["pulse"] is None


def test_a_page_of_a_disabled_user_keeps_no_phone_alive(sockets: Any) -> None:
    store = stage().store
    works = Agent(agent_id="agent1", state=AgentState.READY, phone=Phone(kind="browser"), phone_lease_until=1)
    store.commit(Commit(agents=[works]))
    _connect(msgspec.structs.replace(AGENT, permissions=frozenset({"agent.work"})))
    del ACCOUNTS["agent1"]
    assert _ask(sockets, "c1", {"action": "ping", "phone_ready": True}) == []
    assert sockets.closed == ["c1"]
    found = store.agent("agent1")
    assert found is not None
    assert found.phone_lease_until == 1


def test_who_takes_no_calls_any_more_keeps_no_phone_alive(sockets: Any) -> None:
    _connect(msgspec.structs.replace(AGENT, permissions=frozenset({"agent.work"})))
    ACCOUNTS["agent1"] = AGENT
    (pong,) = _ask(sockets, "c1", {"action": "ping", "phone_ready": True})
    assert pong["pulse"] is None


@pytest.mark.parametrize(
    ("body", "code"), [({"action": "dance"}, "unknown_action"), ("[", "invalid_message"), ("7", "invalid_message")]
)
def test_what_is_not_understood_is_refused(sockets: Any, body: Any, code: str) -> None:
    _connect(AGENT)
    assert _ask(sockets, "c1", body) == [{"type": "refused", "topic": "", "code": code}]


def test_a_connection_that_nobody_knows_is_ended(sockets: Any) -> None:
    triggers.message(_event("stranger", body={"action": "ping"}))
    assert sockets.closed == ["stranger"]
    assert sockets.posted == {}


def test_a_connection_that_ended_leaves_nothing(sockets: Any) -> None:
    _connect(AGENT)
    _ask(sockets, "c1", {"action": "subscribe", "topics": ["agent/agent1", "presence"]})
    triggers.disconnect(_event("c1"))
    assert _heard_by("c1") == set()
    assert tables_connection("c1") is None


def tables_connection(connection_id: str) -> Any:
    return tables.connection(connection_id)


def test_what_cannot_be_reached_any_more_is_forgotten(sockets: Any) -> None:
    _connect(AGENT)
    _ask(sockets, "c1", {"action": "subscribe", "topics": ["agent/agent1"]})
    sockets.gone.add("c1")
    triggers.message(_event("c1", body={"action": "ping"}))
    assert _heard_by("c1") == set()
    assert tables_connection("c1") is None
