"""The call record and the events: filed by the consumer of the streams, so that nothing is lost when a process dies."""

from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.acd.model.call import Call
from chalicelib.acd.model.events import Event
from chalicelib.acd.service import stage
from chalicelib.calls import recording
from chalicelib.kernel.callrecord import CALL_INDEX, CallRecord
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.postings import Facts, Postings, Wanted
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import StructAttribute, table_meta
from chalicelib.telephony.attribution import attribution

TIME_PART = 10
"""Letters of an id that tell its time."""
AGENT_EVENTS_LIMIT = 5_000
LISTEN = "supervision.listen"

index: Postings[CallRecord] = Postings(CALL_INDEX, CallRecord)


class EventItem(Model):
    """One event of a subject (`call#<id>`, `agent#<id>`)."""

    Meta = table_meta("events")
    subject = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute(null=True)
    data = StructAttribute(Event)


class Filing(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the events queue. ended_call: the call whose record is to be filed."""

    subject: str
    events: tuple[Event, ...] = ()
    ended_call: str | None = None


def file_events(message: Filing) -> None:
    """Store events (again: the same rows)."""
    with EventItem.batch_write() as batch:
        for change in message.events:
            batch.save(EventItem(message.subject, change.event_id, data=change))


def file_call(call_id: str) -> Call | None:
    """Write the record of an ended call into the index and describe its recordings; return the call if it is over."""
    call = stage().store.call(call_id)
    if call is None or not call.over:
        return None
    index.write(facts_of(call), record_of(call), call.version)
    recording.describe(call)
    return call


def facts_of(call: Call) -> Facts:
    """Return what the call is found by."""
    groups = {call.group_id or "", *(offer.group_id or "" for offer in call.offers)} - {""}
    return Facts(
        id=call.call_id,
        started_at=call.started_at,
        agents=tuple(dict.fromkeys((*call.agent_ids, *(offer.by for offer in call.offers if offer.by)))),
        numbers=tuple(number for number in (call.customer_number, call.trunk_number) if number),
        groups=tuple(sorted(groups)),
        departments=recording.departments(call),
    )


def record_of(call: Call) -> CallRecord:
    """Return the list row of an ended call; durations in whole seconds."""
    ended = call.ended_at or call.started_at
    customer = call.customer
    talk_ms = (call.talked_until or ended) - call.answered_at if call.answered_at else 0
    return CallRecord(
        call_id=call.call_id,
        direction=call.direction,
        customer_number=call.customer_number,
        attribution=_attribution(call.customer_number),
        trunk_number=call.trunk_number or None,
        group_id=call.group_id,
        agent_ids=call.agent_ids,
        customer_id=call.customer_id,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        wait_s=round(call.queued_ms / 1000),
        talk_s=round(talk_ms / 1000),
        hold_s=round((customer.held_ms if customer else 0) / 1000),
        cause=call.cause,
        disposition=call.dispositions[-1].code if call.dispositions else None,
        recording_ids=call.recording_ids,
    )


def _attribution(number: str) -> str | None:
    found = attribution(number, "zh-CN") if number.startswith("+") else None
    return found.region or found.country if found else None


def search(wanted: Wanted, who: Principal, cursor: str | None, limit: int = PAGE_SIZE) -> Page[CallRecord]:
    """Return one page of call records that `who` may see, newest first."""
    return index.search(wanted, who, stage().clock(), cursor, limit)


def visible(call_id: str, who: Principal) -> Call:
    """Return a call within the user's data scope. Errors: NotFound (also for one outside of it)."""
    call = stage().store.call(call_id)
    if call is None or not _may_see(call, who):
        raise NotFound(kind="call", id=call_id)
    return call


def _may_see(call: Call, who: Principal) -> bool:
    if who.scope == "all":
        return True
    taking_part = {leg.agent_id for leg in call.legs} | set(call.agent_ids)
    if who.username in taking_part:
        return True
    return who.scope != "own" and bool(set(recording.departments(call)) & set(who.department_ids))


def events_of(call_id: str, who: Principal) -> list[Event]:
    """Return a call's events in order. Errors: NotFound."""
    visible(call_id, who)
    found = EventItem.query(f"call#{call_id}", consistent_read=True, limit=1_000)
    return [item.data for item in found if who.may(LISTEN) or not _of_supervisor(item.data)]


def _of_supervisor(one: Event) -> bool:
    """Return whether an event would tell an agent of somebody who listened unseen."""
    return one.data.get("role") == "supervisor" or bool(one.data.get("hidden"))


def agent_events(agent_id: str, since: int) -> list[Event]:
    """Return the events of an agent from an instant (ms) on, in order."""
    first = new_id(since)[:TIME_PART]
    found = EventItem.query(f"agent#{agent_id}", EventItem.event_id >= first, limit=AGENT_EVENTS_LIMIT)
    return [item.data for item in found]


def decode(body: str) -> Filing:
    """Return a message of the events queue."""
    return msgspec.json.decode(body, type=Filing)


def encode(message: Filing) -> Any:
    """Return the text of a message of the events queue."""
    return msgspec.json.encode(message).decode()
