"""The routers of the tables' streams: pass every change on, once to each who must know.

A wake-up that was sent when the record was stored is sent again here, since the process may have died in between. A
record may arrive twice; everything that follows is idempotent, and nothing depends on the order.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.model.group import Ready
from chalicelib.acd.rules.queueing import target_of
from chalicelib.acd.service import stage
from chalicelib.calls.records import Filing
from chalicelib.calls.views import public_agent, public_call
from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.records import from_image
from chalicelib.realtime import rules
from chalicelib.realtime.model import NOTHING, Change
from chalicelib.realtime.outbox import Outbox

DATA_BYTES = 200_000

Json = dict[str, Any]
T = TypeVar("T")
Passed = list[Ready]
"""Ready entries of old epochs, to be deleted."""


def on_agent_change(event: Json) -> Json:
    """Pass on the changes of agents."""
    return _route(event, pass_agent)


def on_call_change(event: Json) -> Json:
    """Pass on the changes of calls."""
    return _route(event, pass_call)


def _route(event: Json, pass_on: Callable[[Json, Outbox], Passed]) -> Json:
    outbox, stale, failed = Outbox(), Passed(), set[str]()
    for record in event["Records"]:
        sequence = record["dynamodb"]["SequenceNumber"]
        try:
            stale += pass_on(record["dynamodb"], outbox)
        except Exception:
            log.logger().exception("change not passed on", extra={"sequence": sequence})
            failed.add(sequence)
    failed |= outbox.send()
    if stale:
        stage().store.drop_ready(
            list({(one.list, one.sort): one for one in stale}.values())
        )  # a batch may not name a key twice
    log.log("changes", records=len(event["Records"]), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": id} for id in sorted(failed, key=lambda id: (len(id), id))]}


def _renewed_only(change: Json) -> bool:
    """Return whether the record kept its version: a heartbeat, which nobody needs to hear of."""
    new, old = change.get("NewImage"), change.get("OldImage")
    return bool(new and old and new["version"] == old["version"])


def pass_agent(change: Json, outbox: Outbox) -> Passed:
    """Pass on one change of an agent; return the ready entries that it made stale."""
    if _renewed_only(change):
        return []
    new, old = from_image(change.get("NewImage") or {}, Agent), from_image(change.get("OldImage") or {}, Agent)
    origin = change["SequenceNumber"]
    if new is not None:
        if rules.just_ready(new, old):
            outbox.dispatch(origin, f"agent:{new.agent_id}", str(new.ready_epoch))
        if new.changes:
            outbox.file(origin, Filing(subject=f"agent#{new.agent_id}", events=new.changes))
    outbox.realtime(origin, agent_change(new, old))
    return stage().entries(old) if old is not None and rules.left_ready(new, old) else []


def pass_call(change: Json, outbox: Outbox) -> Passed:
    """Pass on one change of a call."""
    if _renewed_only(change):
        return []
    new, old = from_image(change.get("NewImage") or {}, Call), from_image(change.get("OldImage") or {}, Call)
    origin = change["SequenceNumber"]
    if new is not None:
        _wake(new, old, origin, outbox)
        if new.changes or new.over:
            ended = new.call_id if new.over else None
            outbox.file(origin, Filing(subject=f"call#{new.call_id}", events=new.changes, ended_call=ended))
    outbox.realtime(origin, call_change(new, old))
    return []


def _wake(new: Call, old: Call | None, origin: str, outbox: Outbox) -> None:
    if rules.just_queued(new, old) and new.queueing:
        outbox.dispatch(origin, target_of(new.queueing), f"{new.call_id}-{new.version}")
    for offer in rules.just_made(new, old):
        outbox.dial(origin, new.call_id, offer.offer_id)
    for leg in rules.just_called(new, old):
        outbox.dial(origin, new.call_id, leg.leg_id)


def agent_change(new: Agent | None, old: Agent | None) -> Change:
    """Return what screens are told of an agent's change."""
    agent = _one_of(new, old)
    moved = rules.counted_in(new) != rules.counted_in(old)
    places = {found.department_id for found in (new, old) if found} if moved or new is None else {agent.department_id}
    return Change(
        entity="agent",
        id=agent.agent_id,
        version=agent.version if new else agent.version + 1,
        at=now_ms(),
        data=_raw(public_agent(new)) if new else NOTHING,
        deleted=new is None,
        agents=(agent.agent_id,),
        places=_sorted(places),
        groups=_sorted(place.group_id for found in (new, old) if found for place in found.groups) if moved else (),
    )


def call_change(new: Call | None, old: Call | None) -> Change:
    """Return what screens are told of a call's change."""
    call = _one_of(new, old)
    groups = _sorted(found.group_id or "" for found in (new, old) if found)
    ended = call.over and (old is None or old.state is not CallState.ENDED)
    return Change(
        entity="call",
        id=call.call_id,
        version=call.version if new else call.version + 1,
        at=now_ms(),
        data=_raw(public_call(new)) if new else NOTHING,
        deleted=new is None,
        agents=rules.hearers(new, old),
        places=_sorted(place for group in groups for place in _place(group)),
        involved=rules.involved(call),
        groups=groups if rules.queue_changed(new, old) or ended else (),
        ended=ended,
    )


def _one_of(new: T | None, old: T | None) -> T:
    found = new if new is not None else old
    if found is None:
        raise ValueError("a change without images")
    return found


def _place(group_id: str) -> list[str]:
    group = stage().group(group_id)
    return [group.department_id] if group and group.department_id else []


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names) - {""}))


def _raw(view: msgspec.Struct) -> msgspec.Raw:
    encoded = msgspec.json.encode(view)
    return msgspec.Raw(encoded) if len(encoded) <= DATA_BYTES else NOTHING
