"""What app.py's queues and schedule call. Each message is handled alone; what failed is delivered again."""

from collections.abc import Callable
from typing import Any

import msgspec

from chalicelib.acd import service, sets, tables
from chalicelib.acd.bus import DialMessage, DispatchMessage, TimerMessage
from chalicelib.acd.ports import Kind
from chalicelib.acd.service import dispatcher, stage
from chalicelib.calls import callbacks, dial, records, sending, surveys, timers
from chalicelib.ivr import heat_service
from chalicelib.ivr.heat import Walk
from chalicelib.kernel import log

SWEEP_LIMIT = 200

BatchResult = dict[str, list[dict[str, str]]]


def on_dispatch(event: dict[str, Any]) -> BatchResult:
    """Dispatch groups and agents; in a FIFO batch all after a failure are given back too, to keep the order."""
    return _each(event, lambda body: dispatcher().dispatch(_decode(body, DispatchMessage).target), fifo=True)


def on_dial(event: dict[str, Any]) -> BatchResult:
    """Ring the agents of offers."""

    def handle(body: str) -> None:
        message = _decode(body, DialMessage)
        dial.dial(message.call_id, message.offer_id)

    return _each(event, handle)


def on_timer(event: dict[str, Any]) -> BatchResult:
    """Act on timers."""

    def handle(body: str) -> None:
        message = _decode(body, TimerMessage)
        timers.fire(message.kind, message.id, message.timer_at)

    return _each(event, handle)


def on_filing(event: dict[str, Any]) -> BatchResult:
    """File events and call records.

    A call that several messages name is filed once: all their changes were stored before any of them was sent. The ways
    of all of them through flows are counted together, which spares a busy flow most of its writes.
    """
    filed = set[str]()
    walks: list[Walk] = []

    def handle(body: str) -> None:
        message = records.decode(body)
        records.file_events(message)
        sending.send_from(message)
        if message.ended_call and message.ended_call not in filed:
            if call := records.file_call(message.ended_call):
                walks.append(Walk(call.call_id, call.started_at, call.walked))
            callbacks.try_again_after(message.ended_call)
            surveys.file_after(message.ended_call)
            filed.add(message.ended_call)

    result = _each(event, handle)
    return _with(result, event, _not_counted(walks))


def _with(result: BatchResult, event: dict[str, Any], calls: set[str]) -> BatchResult:
    """Have the messages of some calls delivered again, besides those that failed."""
    failed = {one["itemIdentifier"] for one in result["batchItemFailures"]}
    if calls:
        named = (one["messageId"] for one in event["Records"] if records.decode(one["body"]).ended_call in calls)
        failed |= set(named)
    return {"batchItemFailures": [{"itemIdentifier": id} for id in sorted(failed)]}


def _not_counted(walks: list[Walk]) -> set[str]:
    """Count calls' ways together, or if that fails each alone; return those that are to be delivered again."""
    if _counted(walks):
        return set()
    return {walk.call_id for walk in walks if not _counted([walk])}


def _counted(walks: list[Walk]) -> bool:
    try:
        heat_service.count(walks)
    except Exception:
        log.logger().exception("ways through flows not counted", extra={"calls": [walk.call_id for walk in walks]})
        return False
    return True


def sweep() -> dict[str, int]:
    """The backstop: settle what is due and was not, relist who stands in a former method's list, dispatch pairs that
    could have met. Returns counts."""
    now = stage().clock()
    due = {"agents": 0, "calls": 0}
    for kind in ("agent", "call"):
        for id in stage().store.due(kind, now, SWEEP_LIMIT):
            _settle(kind, id)
            due[f"{kind}s"] += 1
    groups = tables.groups.all()
    strays = sum(service.relist_strays(group) for group in groups)
    freed = sum(service.free_unfound(group) for group in groups)
    for group in groups:
        if group.skill_rules:
            sets.sweep(stage().store, group, now)
    lost = sum(dispatcher().lost_wakeups(group, now) for group in groups)
    if lost:
        log.warn("lost wake-ups", lost_wakeups=lost)
    log.log("swept", **due, strays=strays, freed=freed, lost_wakeups=lost)
    return {**due, "strays": strays, "freed": freed, "lost_wakeups": lost}


def _settle(kind: Kind, id: str) -> None:
    """Settle one due record; one that cannot be settled must not keep all the others waiting, minute after minute."""
    try:
        timers.settle(kind, id)
    except Exception:
        log.logger().exception("due record not settled", extra={"kind": kind, "id": id})


def _decode(body: str, kind: type[Any]) -> Any:
    return msgspec.json.decode(body, type=kind)


def _each(event: dict[str, Any], handle: Callable[[str], object], *, fifo: bool = False) -> BatchResult:
    failed: list[str] = []
    for record in event["Records"]:
        if failed and fifo:
            failed.append(record["messageId"])
            continue
        try:
            handle(record["body"])
        except Exception:
            log.logger().exception("message failed", extra={"body": log.mask_text(record["body"])})
            failed.append(record["messageId"])
    log.log("batch", messages=len(event["Records"]), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}
