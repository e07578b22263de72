"""Stream records: passed on to everybody, again without harm, and told when they were not."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.acd import tables as acd
from chalicelib.acd.bus import SqsBus
from chalicelib.acd.model.agent import Agent, AgentState, SignedIn
from chalicelib.acd.model.call import Call, CallState, Offer, OfferState, Queueing
from chalicelib.acd.model.events import event
from chalicelib.acd.model.group import Group
from chalicelib.acd.service import stage
from chalicelib.calls.records import Filing
from chalicelib.kernel.config import Config
from chalicelib.realtime import outbox, router
from chalicelib.realtime.model import Change

GROUP = "8001"
AGENT = Agent(
    agent_id="agent1", version=3, state=AgentState.NOT_READY, department_id="north", groups=(SignedIn(group_id=GROUP),)
)
READY = replace(AGENT, version=4, state=AgentState.READY, ready_epoch=2, changes=(event(1, "agent.state"),))
CALL = Call(call_id="call1", version=5, group_id=GROUP, state=CallState.IN_FLOW)
QUEUED = replace(
    CALL, version=6, state=CallState.QUEUED, queueing=Queueing(group_id=GROUP, list="l", sort="s", enqueued_at=1)
)

pytestmark = pytest.mark.usefixtures("tables")
URLS = {f"{name}_queue_url": name for name in ("dispatch", "dial", "realtime", "events")}


@pytest.fixture(autouse=True)
def _queue_names(monkeypatch: pytest.MonkeyPatch, queues: Any) -> None:  # noqa: ARG001
    monkeypatch.setattr(outbox, "config", lambda: Config(**URLS))
    monkeypatch.setattr("chalicelib.acd.bus.config", lambda: Config(**URLS))


def _record(sequence: str, new: Any, old: Any) -> dict[str, Any]:
    images = {name: _image(record) for name, record in (("NewImage", new), ("OldImage", old)) if record is not None}
    return {"dynamodb": {"SequenceNumber": sequence, **images}}


def _image(record: Any) -> dict[str, Any]:
    item = acd.agent_item(record) if isinstance(record, Agent) else acd.call_item(record)
    return item.to_dynamodb_dict()


def _agents(*records: dict[str, Any]) -> list[dict[str, str]]:
    return router.on_agent_change({"Records": list(records)})["batchItemFailures"]


def _calls(*records: dict[str, Any]) -> list[dict[str, str]]:
    return router.on_call_change({"Records": list(records)})["batchItemFailures"]


def _to(queues: Any, name: str, kind: Any) -> list[Any]:
    return [msgspec.json.decode(sent["MessageBody"], type=kind) for sent in queues.sent if sent["queue"] == name]


def test_who_became_ready_is_dispatched_again_under_the_same_name(queues: Any) -> None:
    assert _agents(_record("1", READY, AGENT)) == []
    (again,) = [sent for sent in queues.sent if sent["queue"] == "dispatch"]
    SqsBus().dispatch("agent:agent1", "2")
    direct = queues.sent[-1]
    same = ("MessageBody", "MessageGroupId", "MessageDeduplicationId")
    assert {name: again[name] for name in same} == {name: direct[name] for name in same}


def test_a_change_reaches_screens_and_files(queues: Any) -> None:
    _agents(_record("1", READY, AGENT))
    (change,) = _to(queues, "realtime", Change)
    assert (change.id, change.version, change.agents, change.places, change.groups) == (
        "agent1", 4, ("agent1",), ("north",), (GROUP,),
    )  # fmt: skip
    assert msgspec.json.decode(change.data)["state"] == "ready"
    (filing,) = _to(queues, "events", Filing)
    assert (filing.subject, filing.events, filing.ended_call) == ("agent#agent1", READY.changes, None)


def test_internals_stay_inside(queues: Any) -> None:
    _calls(_record("1", replace(QUEUED, document="<Response/>", timer_at=9), CALL))
    (change,) = _to(queues, "realtime", Change)
    assert not set(msgspec.json.decode(change.data)) & {
        "document",
        "changes",
        "timer_at",
        "queueing",
        "flow",
        "touched_at",
    }


def test_a_heartbeat_is_nobodys_business(queues: Any) -> None:
    assert _agents(_record("1", replace(READY, phone_lease_until=99), READY)) == []
    assert queues.sent == []


def test_a_queued_call_wakes_its_group_again(queues: Any) -> None:
    _calls(_record("1", QUEUED, CALL))
    (sent,) = [sent for sent in queues.sent if sent["queue"] == "dispatch"]
    assert sent["MessageBody"] == '{"target":"group:8001"}'
    assert sent["MessageDeduplicationId"] == "group:8001-call1-6"


def test_a_call_that_stays_queued_wakes_nobody(queues: Any) -> None:
    _calls(_record("1", replace(QUEUED, version=7, customer_id="x"), QUEUED))
    assert not [sent for sent in queues.sent if sent["queue"] == "dispatch"]


def test_an_offer_is_dialled_again_unless_it_was(queues: Any) -> None:
    made = Offer(offer_id="o1", kind="queue", agent_id="agent1")
    offered = replace(CALL, version=7, state=CallState.CONNECTING, offers=(made,))
    dialled = replace(offered, version=8, offers=(replace(made, state=OfferState.DIALLING),))
    _calls(_record("1", offered, QUEUED), _record("2", dialled, offered))
    assert [sent["MessageBody"] for sent in queues.sent if sent["queue"] == "dial"] == [
        '{"call_id":"call1","offer_id":"o1"}'
    ]


def test_an_ended_call_is_filed(queues: Any) -> None:
    ended = replace(CALL, version=9, state=CallState.ENDED)
    _calls(_record("1", ended, CALL))
    (filing,) = _to(queues, "events", Filing)
    assert filing.ended_call == "call1"
    (change,) = _to(queues, "realtime", Change)
    assert change.ended
    assert change.groups == (GROUP,)


def test_a_deleted_record_leaves_a_tombstone(queues: Any) -> None:
    _agents(_record("1", None, READY))
    (change,) = _to(queues, "realtime", Change)
    assert (change.deleted, change.version) == (True, READY.version + 1)


def test_a_record_that_comes_twice_says_the_same_twice(queues: Any) -> None:
    record = _record("1", QUEUED, CALL)
    _calls(record, record)
    bodies = [msgspec.json.decode(sent["MessageBody"]) for sent in queues.sent]
    for body in bodies:
        body.pop("at", None)
    assert len(bodies) == 2 * len({msgspec.json.encode(body) for body in bodies})


def test_only_what_failed_is_given_back(queues: Any) -> None:
    queues.refuse = lambda entry: "agent2" in entry["MessageBody"]
    other = replace(READY, agent_id="agent2")
    broken = {"dynamodb": {"SequenceNumber": "3", "NewImage": {"data": {"M": {}}, "version": {"N": "1"}}}}
    failed = _agents(_record("1", READY, AGENT), _record("2", other, None), broken)
    assert failed == [{"itemIdentifier": "2"}, {"itemIdentifier": "3"}]


def test_batches_keep_to_the_limits_of_the_queue(queues: Any) -> None:
    agents = [replace(READY, agent_id=f"agent{number}") for number in range(25)]
    assert _agents(*(_record(str(number), agent, None) for number, agent in enumerate(agents))) == []
    assert len(_to(queues, "realtime", Change)) == 25


@pytest.mark.usefixtures("tables", "queues")
def test_the_stale_entry_goes_and_the_new_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage(), "group", lambda id: Group(group_id=id, name=id))
    again = replace(READY, version=6, ready_epoch=3)
    for agent in (READY, again):
        for entry in stage().entries(agent):
            acd.ReadyItem(list=entry.list, sort=entry.sort, data=entry).save()
    _agents(_record("1", replace(READY, version=5, state=AgentState.RESERVED), READY), _record("2", again, READY))
    assert [item.data.epoch for item in acd.ReadyItem.query(f"ready#{GROUP}#longest_idle")] == [3]
