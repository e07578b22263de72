"""Callbacks: a caller gives up his line but not his place, or is called at an hour that was agreed (QUE-8).

A callback is a call of its own, to the customer, that waits in the group's queue in the place of the call that it
replaces. It is assigned like any other, so it never takes an agent from somebody who waits longer, and each one under
way has an agent: his phone is rung first, then the customer's. Nobody answers there: it is tried again later.
"""

import msgspec
from msgspec.structs import replace

from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.call import Call, Callback, CallState, Leg
from chalicelib.acd.model.group import Group
from chalicelib.acd.reach import groups_within
from chalicelib.acd.rules import parting, queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import requiring
from chalicelib.calls.outbound import outbound_call
from chalicelib.calls.rules.booking import next_hour
from chalicelib.crm import service as crm
from chalicelib.directory import service as directory
from chalicelib.directory.service import is_open
from chalicelib.kernel.audit import audit
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import is_emergency, normalise

CLOSED_AGAIN_MS = 900_000
"""A callback that comes due while its group is closed looks again after so long."""
DAYS_AHEAD = 60
DAY_MS = 86_400_000
GIVEN_UP = frozenset({"supervisor_hang_up", "cancelled"})
"""Ends of a callback after which it is not tried again."""


def may_ask(call: Call, group: Group) -> bool:
    """Return whether a waiting caller can be called back: he shows his number, and the group offers it."""
    return bool(group.callback_key) and call.direction == "inbound" and call.customer_number.startswith("+")


def take_over(call: Call) -> Call | None:
    """Put a callback in the place of a waiting call; asked for again, it is there already. None: it does not wait."""
    group = cached_group(call.group_id or "")
    place = call.queueing
    if group is None or place is None or call.state is not CallState.QUEUED:
        return None
    now = stage().clock()
    leg = Leg(leg_id="customer", role="customer", address=call.customer_number, started_at=now)
    made = replace(
        _blank(call), call_id=f"callback-{call.call_id}", legs=(leg,), started_at=now, touched_at=now,
        callback=Callback(of=call.call_id),
    )  # fmt: skip

    def decide(scene: Scene) -> None:
        scene.record("call.callback", data={"of": call.call_id, "group_id": group.group_id})
        steps = (*_now(place.requires, place.enqueued_at), *place.relaxations)
        queueing.enqueue(scene, group, priority=place.priority, enqueued_at=place.enqueued_at, steps=steps)
        _wait_for_ever(scene)

    scene = stage().open(made, decide)
    return scene.call if scene else stage().store.call(made.call_id)


def book(who: Principal, number: str, group_id: str, at: int | None, note: str) -> Call:
    """Have a number called by a group, at once or at an instant (ms). Errors: InvalidNumber, NotFound, InvalidInput."""
    now = stage().clock()
    group = cached_group(group_id)
    if group is None:
        raise NotFound(kind="group", id=group_id)
    if at is not None and not now <= at <= now + DAYS_AHEAD * DAY_MS:
        raise InvalidInput(reason=f"at: from now, within {DAYS_AHEAD} days")
    called = normalise(number)
    known = crm.find_by_number(called)
    customer = known[0] if len(known) == 1 else None
    call = replace(
        outbound_call(new_id(now), directory.outbound_trunk(None), called, now),
        group_id=group_id, callback=Callback(due_at=at or now, by=who.username),
        customer_id=customer.customer_id if customer else None, customer_name=customer.name if customer else "",
        customer_grade=customer.grade if customer else 0, customer_owner=customer.owner if customer else "",
        variables={"callback_note": note} if note else {},
    )  # fmt: skip
    audit(f"call#{call.call_id}", who.username, "callback")
    scene = stage().open(call, lambda scene: _booked(scene, due_at=at))
    return scene.call if scene else call


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asked for in a flow. hour: "" for his turn, else 0–23 in the zone."""

    number: str
    group_id: str
    hour: str = ""
    time_zone: str = ""


def ask(call: Call, asked: Asked, key: str) -> Call | None:
    """Book the callback that a caller asked for in a flow; asked for again with the same key, it is there already.

    Who waits in the group's queue keeps his place. None: the group is gone, or number or hour will not do. Errors:
    InvalidNumber.
    """
    group, now = cached_group(asked.group_id), stage().clock()
    number = normalise(asked.number)
    due_at = next_hour(asked.hour, asked.time_zone, now) if asked.hour else now
    if group is None or due_at is None or is_emergency(number):
        return None
    in_queue = call.state is CallState.QUEUED and call.group_id == group.group_id
    if not asked.hour and in_queue and number == call.customer_number:
        return take_over(call)
    leg = Leg(leg_id="customer", role="customer", address=number, started_at=now)
    made = replace(
        _blank(call), call_id=f"callback-{call.call_id}-{key}", customer_number=number, group_id=group.group_id,
        legs=(leg,), started_at=now, touched_at=now, callback=Callback(of=call.call_id, due_at=due_at),
    )  # fmt: skip
    scene = stage().open(made, lambda scene: _booked(scene, due_at=due_at if asked.hour else None))
    return scene.call if scene else stage().store.call(made.call_id)


def cancel(who: Principal, call_id: str) -> Call:
    """Give up a callback of the user's groups that is waiting or booked. Errors: NotFound, also for one of others."""
    call = stage().store.call(call_id)
    if call is None or call.callback is None or call.group_id not in groups_within(who):
        raise NotFound(kind="callback", id=call_id)
    audit(f"call#{call_id}", who.username, "cancel_callback")

    def decide(scene: Scene) -> None:
        if scene.call.state in (CallState.ARRIVING, CallState.QUEUED):
            parting.finish(scene, cause="cancelled", who=who.username)

    return stage().act(call_id, decide).call


def come_due(scene: Scene) -> None:
    """Queue a booked callback whose time has come; while its group is closed it waits until it opens."""
    callback, group = scene.call.callback, cached_group(scene.call.group_id or "")
    if scene.call.state is not CallState.ARRIVING or callback is None or (callback.due_at or 0) > scene.now:
        return
    if group is None:
        parting.finish(scene, cause="group_missing")
    elif not is_open(group.schedule_id, scene.now):
        scene.change(callback=replace(callback, due_at=scene.now + CLOSED_AGAIN_MS))
    else:
        priority = requiring.priority(scene.call, group, scene.now)
        queueing.enqueue(scene, group, priority=priority, steps=requiring.steps(scene.call, group, scene.now))
        _wait_for_ever(scene)


def try_again_after(call_id: str) -> None:
    """After a callback that reached nobody, book the next; told of the same end again, it is there already."""
    call = stage().store.call(call_id)
    if call is not None and call.callback is not None:
        _try_again(call, call.callback)


def _try_again(call: Call, callback: Callback) -> None:
    group = cached_group(call.group_id or "")
    if not call.over or call.answered_at is not None or call.cause in GIVEN_UP or group is None:
        return
    if callback.tries + 1 >= group.callback_tries:
        return
    due_at = (call.ended_at or call.started_at) + group.callback_retry_s * 1000
    first = call.call_id.rpartition("~")[0] or call.call_id
    leg = Leg(leg_id="customer", role="customer", address=call.customer_number, started_at=stage().clock())
    made = replace(
        _blank(call), call_id=f"{first}~{callback.tries + 1}", legs=(leg,), started_at=stage().clock(),
        touched_at=stage().clock(), callback=replace(callback, tries=callback.tries + 1, due_at=due_at),
    )  # fmt: skip
    stage().open(made, lambda scene: _booked(scene, due_at=due_at))


def _booked(scene: Scene, *, due_at: int | None) -> None:
    scene.record("call.callback", data={"group_id": scene.call.group_id, "due_at": due_at})
    come_due(scene)


def _blank(call: Call) -> Call:
    """Return a new call to the same customer, with what is known of him and of what he wants."""
    return Call(
        call_id="", direction="outbound", carrier=call.carrier, customer_number=call.customer_number,
        trunk_number=call.trunk_number, group_id=call.group_id, customer_id=call.customer_id,
        customer_name=call.customer_name, customer_grade=call.customer_grade, customer_owner=call.customer_owner,
        language=call.language, variables=call.variables, ivr_path=call.ivr_path, recording=call.recording,
        departments=call.departments,
    )  # fmt: skip


def _wait_for_ever(scene: Scene) -> None:
    """Nobody hangs on the line: the longest wait of the group is not for callbacks."""
    if scene.call.queueing is not None:
        scene.change(queueing=replace(scene.call.queueing, max_wait_until=None))


def _now(requires: str, since: int) -> tuple[queueing.Relaxation, ...]:
    return (queueing.Relaxation(at=since, key=requires),)
