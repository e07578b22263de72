"""From a change to the frames of those who hear it."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, CallState, Leg, LegState
from chalicelib.acd.service import stage
from chalicelib.acd.tables import agent_item, call_item
from chalicelib.realtime import fanout, router, tables, voicemails
from chalicelib.realtime.model import NOTHING, Change, Flush
from chalicelib.voicemail.model import Voicemail

pytestmark = pytest.mark.usefixtures("floor", "queues")
NOW = 1_795_334_400_000


def _hears(connection_id: str, *topics: str) -> None:
    tables.subscribe(connection_id, topics, NOW)


def _deliver(*messages: Change | Flush) -> list[str]:
    records = [
        {"messageId": str(number), "body": msgspec.json.encode(message).decode()}
        for number, message in enumerate(messages)
    ]
    failures = fanout.on_realtime({"Records": records})["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in failures]


def _heard(sockets: Any, connection_id: str) -> list[dict[str, Any]]:
    found = [msgspec.json.decode(frame) for frame in sockets.posted.get(connection_id, [])]
    return [message for frame in found for message in (frame if isinstance(frame, list) else [frame])]


def _agent(agent_id: str = "agent1") -> Agent:
    found = stage().store.agent(agent_id)
    assert found
    return found


def _changed(agent: Agent, **fields: Any) -> Change:
    new = replace(agent, version=agent.version + 1, **fields)
    agent_item(new).save()
    return router.agent_change(new, agent)


def _talking() -> Change:
    leg = Leg(leg_id="l", role="agent", agent_id="agent1", state=LegState.JOINED)
    call = Call(call_id="c", version=1, group_id="8001", state=CallState.TALKING, legs=(leg,), agent_ids=("agent1",))
    call_item(call).save()
    return router.call_change(call, None)


def test_an_agent_hears_of_himself_and_his_call_at_once(sockets: Any) -> None:
    _hears("c1", "agent/agent1")
    _hears("c2", "agent/agent2")
    assert _deliver(_changed(_agent(), state=AgentState.ON_CALL), _talking()) == []
    assert [(message["entity"], message["version"]) for message in _heard(sockets, "c1")] == [("agent", 2), ("call", 1)]
    assert _heard(sockets, "c2") == []


def test_walls_hear_of_their_departments(sockets: Any) -> None:
    _hears("north", "walls", "wall#north")
    _hears("south", "walls", "wall#south")
    _hears("all", "walls", "wall#all")
    _deliver(_changed(_agent(), state=AgentState.ON_CALL), _talking())
    for connection_id in ("north", "all"):
        heard = {(message["entity"], message["id"]) for message in _heard(sockets, connection_id)}
        assert heard == {("agent", "agent1"), ("call", "c"), ("group_status", "8001")}
    assert _heard(sockets, "south") == []


def test_a_call_is_on_the_wall_of_its_agents_department_too(sockets: Any) -> None:
    _hears("north", "walls", "wall#north")
    call = Call(call_id="c", version=1, group_id="8002", state=CallState.TALKING, agent_ids=("agent1",))
    call_item(call).save()
    _deliver(router.call_change(call, None))
    assert [message["id"] for message in _heard(sockets, "north")] == ["c"]


def test_group_status_counts_the_agents_who_are_signed_in(sockets: Any) -> None:
    _hears("all", "walls", "wall#all")
    _deliver(_changed(_agent(), state=AgentState.WRAP_UP))
    (status,) = [message for message in _heard(sockets, "all") if message["entity"] == "group_status"]
    assert status["data"]["agents"] == {"ready": 0, "not_ready": 0, "reserved": 0, "on_call": 0, "wrap_up": 1}


def test_presence_says_the_state_alone(sockets: Any) -> None:
    _hears("book", "presence")
    _deliver(_changed(_agent(), state=AgentState.NOT_READY, reason="doctor"))
    (message,) = _heard(sockets, "book")
    assert message["entity"] == "presence"
    assert message["data"] == {"agent_id": "agent1", "state": "not_ready", "version": 2}


def test_what_nobody_hears_is_not_even_collected(sockets: Any) -> None:
    _deliver(_changed(_agent(), state=AgentState.ON_CALL))
    assert sockets.posted == {}
    assert tables.collected("wall#all").marks == frozenset()


def test_a_burst_is_one_frame_now_and_one_later(sockets: Any, queues: Any) -> None:
    _hears("all", "walls", "wall#all")
    for state in (AgentState.RESERVED, AgentState.ON_CALL, AgentState.WRAP_UP):
        _deliver(_changed(_agent(), state=state))
    walls = [message for message in _heard(sockets, "all") if message["entity"] == "agent"]
    assert [message["version"] for message in walls] == [2]
    flushes = [sent for sent in queues.sent if '"wall#all"' in sent["MessageBody"]]
    assert [sent["DelaySeconds"] for sent in flushes] == [1]
    _deliver(Flush(topic="wall#all"))
    walls = [message for message in _heard(sockets, "all") if message["entity"] == "agent"]
    assert [message["version"] for message in walls] == [2, 4]


def test_what_was_too_large_for_the_queue_is_read_again(sockets: Any) -> None:
    _hears("c1", "agent/agent1")
    change = msgspec.structs.replace(_changed(_agent(), state=AgentState.ON_CALL), data=NOTHING)
    _deliver(change)
    (message,) = _heard(sockets, "c1")
    assert message["data"]["state"] == "on_call"


def test_a_deleted_agent_is_a_tombstone_everywhere(sockets: Any) -> None:
    _hears("all", "walls", "wall#all", "agent/agent1", "presence")
    agent = _agent()
    agent_item(agent).delete()
    _deliver(router.agent_change(None, agent))
    told = [message for message in _heard(sockets, "all") if message["entity"] != "group_status"]
    assert {(message["entity"], message["deleted"], message["version"]) for message in told} == {
        ("agent", True, 2),
        ("presence", True, 2),
    }


def test_a_connection_that_is_gone_is_forgotten_and_the_others_hear(sockets: Any) -> None:
    _hears("gone", "agent/agent1", "presence")
    _hears("there", "agent/agent1")
    sockets.gone.add("gone")
    assert _deliver(_changed(_agent(), state=AgentState.ON_CALL)) == []
    assert [message["version"] for message in _heard(sockets, "there")] == [2]
    assert tables.topics_of("gone") == []


def test_what_could_not_be_posted_comes_again_and_is_still_collected(sockets: Any) -> None:
    _hears("all", "walls", "wall#all")
    sockets.broken.add("all")
    change = _changed(_agent(), state=AgentState.ON_CALL)
    assert _deliver(change) == ["0"]
    assert change.mark in tables.collected("wall#all").marks
    sockets.broken.clear()
    _deliver(Flush(topic="wall#all"))
    assert "agent" in {message["entity"] for message in _heard(sockets, "all")}


def test_one_bad_message_does_not_hold_up_the_others(sockets: Any) -> None:
    _hears("c1", "agent/agent1")
    good = {"messageId": "good", "body": msgspec.json.encode(_changed(_agent(), state=AgentState.ON_CALL)).decode()}
    answer = fanout.on_realtime({"Records": [{"messageId": "bad", "body": "{"}, good]})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(_heard(sockets, "c1")) == 1


def test_the_days_figures_follow_an_ended_call(queues: Any) -> None:
    _hears("all", "walls", "wall#all")
    ended = Call(call_id="c", version=2, group_id="8001", state=CallState.ENDED)
    call_item(ended).save()
    _deliver(router.call_change(ended, replace(ended, version=1, state=CallState.TALKING)))
    later = [sent for sent in queues.sent if sent["DelaySeconds"] > 30]
    assert [msgspec.json.decode(sent["MessageBody"])["topic"] for sent in later] == ["groups"]


def test_a_message_is_told_to_those_who_hear_its_box_alone(sockets: Any, queues: Any) -> None:
    _hears("c1", "voicemails#group:8001")
    _hears("c2", "voicemails#group:8002", "walls", "wall#all", "presence")
    voicemails.tell(Voicemail(voicemail_id="m1", call_id="c", box="group:8001", number="", left_at=NOW, version=1))
    (entry,) = queues.sent
    assert _deliver(msgspec.json.decode(entry["MessageBody"], type=Change)) == []
    (message,) = _heard(sockets, "c1")
    assert (message["entity"], message["id"], message["version"]) == ("voicemail", "m1", 1)
    assert message["data"]["state"] == "new"
    assert _heard(sockets, "c2") == []


def test_a_message_that_the_queue_refuses_is_not_lost_silently(queues: Any) -> None:
    queues.refuse = lambda _entry: True
    with pytest.raises(RuntimeError):
        voicemails.tell(Voicemail(voicemail_id="m1", call_id="c", box="group:8001", number="", left_at=NOW))
