"""Stand-ins for what lies outside: the queues and the WebSocket's management API."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.acd.model.agent import Agent, AgentState, SignedIn
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group, Member
from chalicelib.acd.tables import agent_item, call_item, groups, save_member
from chalicelib.identity import tables as identity
from chalicelib.identity.model import User
from chalicelib.kernel import aws
from chalicelib.realtime import fanout, gateway, today, wall


class Queues:
    """SQS that keeps what is sent. refuse: which entries are not taken."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.refuse: Callable[[dict[str, Any]], bool] = lambda _entry: False

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        assert len(Entries) <= 10
        failed = [entry for entry in Entries if self.refuse(entry)]
        self.sent += [{"queue": QueueUrl, **entry} for entry in Entries if entry not in failed]
        return {"Failed": [{"Id": entry["Id"]} for entry in failed]}

    def send_message(self, **message: Any) -> None:
        self.sent.append(message)


class Sockets:
    """The management API. gone: connections that have ended; broken: those that answer with an error of the server."""

    def __init__(self) -> None:
        self.posted: dict[str, list[bytes]] = {}
        self.gone: set[str] = set()
        self.broken: set[str] = set()
        self.closed: list[str] = []

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> None:
        if ConnectionId in self.gone:
            raise ClientError({"Error": {"Code": "GoneException"}}, "PostToConnection")
        if ConnectionId in self.broken:
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "PostToConnection")
        self.posted.setdefault(ConnectionId, []).append(Data)

    def delete_connection(self, ConnectionId: str) -> None:
        self.closed.append(ConnectionId)


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Queues:
    """The queues."""
    found = Queues()
    monkeypatch.setattr(aws, "client", lambda _service: found)
    return found


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    """The management API."""
    found = Sockets()
    monkeypatch.setattr(gateway, "management", lambda: found)
    return found


@pytest.fixture
def floor(tables: None) -> None:  # noqa: ARG001
    """Two departments with a group, an agent and a ready entry's worth of state each."""
    today.forget()
    wall.forget()
    fanout.forget()
    for number, department in ((1, "north"), (2, "south")):
        username, group_id = f"agent{number}", f"800{number}"
        groups.put(Group(group_id=group_id, name=department, department_id=department))
        save_member(Member(group_id=group_id, username=username))
        identity.users.put(User(username=username, name=username, department_id=department))
        put_agent(agent(username, group_id, department))


def agent(username: str, group_id: str, department: str, **fields: Any) -> Agent:
    """Make a ready agent."""
    given = {"state": AgentState.READY, "ready_epoch": 1, "version": 1, **fields}
    return Agent(
        agent_id=username, name=username, department_id=department, groups=(SignedIn(group_id=group_id),), **given
    )


def put_agent(found: Agent) -> None:
    """Store an agent as he is."""
    agent_item(found).save()


def put_call(found: Call) -> None:
    """Store a call as it is."""
    call_item(found).save()
