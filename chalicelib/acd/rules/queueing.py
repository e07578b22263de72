"""A call's place in a group's waiting list: taken, kept, given up, moved."""

from msgspec.structs import replace

from chalicelib.acd.model.call import CallState, Queueing
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.model.requirement import Relaxation
from chalicelib.acd.rules.lists import waiting_entry, with_twin
from chalicelib.acd.rules.scene import Scene


def target_of(queueing: Queueing) -> str:
    """Return whom to dispatch for a waiting call: its group, or the only agent whom it may be given to."""
    person = queueing.requires.removeprefix("@")
    return f"agent:{person}" if person != queueing.requires else f"group:{queueing.group_id}"


def enqueue(
    scene: Scene, group: Group, *, priority: int = 0, enqueued_at: int | None = None,
    steps: tuple[Relaxation, ...] = (),
) -> None:  # fmt: skip
    """Queue the call in a group; with `enqueued_at` it keeps an earlier place. steps: what it requires, when."""
    at = scene.now if enqueued_at is None else enqueued_at
    requires, later = _in_force(steps, scene.now)
    entry = waiting_entry(group, scene.call.call_id, at, priority, requires)
    limit = at + group.max_wait_s * 1000 if group.max_wait_s and not group.queue_flow_id else None
    scene.to(CallState.QUEUED, cause=group.group_id)
    scene.added += with_twin(entry)
    scene.change(
        group_id=group.group_id,
        queued_at=scene.now,
        queue_flow=None,
        queueing=Queueing(
            group_id=group.group_id, list=entry.list, sort=entry.sort, enqueued_at=at, priority=priority,
            max_wait_until=limit, requires=requires, relaxations=later,
        ),
    )  # fmt: skip
    scene.record("call.queued", data={"group_id": group.group_id, "priority": priority, "requires": requires})
    _dispatch(scene)


def _in_force(steps: tuple[Relaxation, ...], now: int) -> tuple[str, tuple[Relaxation, ...]]:
    """Return what is required now, and what will be later."""
    past = [step for step in steps if step.at <= now]
    return (past[-1].key if past else "", tuple(step for step in steps if step.at > now))


def _dispatch(scene: Scene) -> None:
    if scene.call.queueing is not None:
        scene.do("dispatch", target_of(scene.call.queueing))


def return_to_queue(scene: Scene) -> None:
    """Put the call back to the place that it had; its key is unchanged, so it keeps its turn.

    A call that was kept for one agent, who did not take it, is anybody's who meets what it requires besides. What it
    required until an instant that passed while it rang is not required any more.
    """
    if scene.call.queueing is None:
        raise ValueError("the call has no place to return to")
    scene.to(CallState.QUEUED, cause="returned")
    queueing = scene.call.queueing
    if queueing.requires.startswith("@") and queueing.relaxations:
        queueing = _requiring(queueing, queueing.relaxations[0].key, queueing.relaxations[1:])
    if queueing.relaxations and queueing.relaxations[0].at <= scene.now:
        queueing = _requiring(queueing, *_in_force(queueing.relaxations, scene.now))
    scene.added += with_twin(_entry(scene.call.call_id, queueing))
    scene.change(queued_at=scene.now, queueing=queueing)
    _dispatch(scene)


def relax(scene: Scene) -> None:
    """Let a waiting call stand where those stand that require what it requires now, in the same place."""
    queueing = scene.call.queueing
    if scene.call.state is not CallState.QUEUED or queueing is None:
        return
    requires, later = _in_force(queueing.relaxations, scene.now)
    if later == queueing.relaxations:
        return
    relaxed = _requiring(queueing, requires, later)
    _count_wait(scene)
    _move(scene, _entry(scene.call.call_id, queueing), _entry(scene.call.call_id, relaxed))
    scene.change(queued_at=scene.now, queueing=relaxed)
    scene.record("call.relaxed", data={"group_id": queueing.group_id, "from": queueing.requires, "to": requires})
    _dispatch(scene)


def require_nothing(scene: Scene) -> None:
    """Let a waiting call that requires skills be anybody's: its group has no use for skills any more."""
    queueing = scene.call.queueing
    if queueing is not None and queueing.requires and not queueing.requires.startswith("@"):
        scene.change(queueing=replace(queueing, relaxations=(Relaxation(at=scene.now),)))
        relax(scene)


def _move(scene: Scene, old: Waiting, new: Waiting) -> None:
    """Replace an entry; what stays the same (a twin among those aside) is not touched: no item is named twice."""
    before, after = with_twin(old), with_twin(new)
    scene.removed += [entry for entry in before if entry not in after]
    scene.added += [entry for entry in after if entry not in before]


def _requiring(queueing: Queueing, requires: str, later: tuple[Relaxation, ...]) -> Queueing:
    plain = "#".join(queueing.list.split("#", 3)[:3])
    list_ = f"{plain}#{requires}" if requires else plain
    return replace(queueing, list=list_, requires=requires, relaxations=later)


def _entry(call_id: str, queueing: Queueing) -> Waiting:
    return Waiting(
        list=queueing.list, sort=queueing.sort, call_id=call_id, group_id=queueing.group_id,
        enqueued_at=queueing.enqueued_at,
    )  # fmt: skip


def leave_queue(scene: Scene) -> None:
    """Take the call's entry out of its list and count its waiting time."""
    queueing = scene.call.queueing
    if scene.call.state is CallState.QUEUED and queueing is not None:
        scene.removed += with_twin(_entry(scene.call.call_id, queueing))
    _count_wait(scene)


def _count_wait(scene: Scene) -> None:
    if scene.call.queued_at is not None:
        scene.change(queued_ms=scene.call.queued_ms + scene.now - scene.call.queued_at, queued_at=None)


def move_to_list(scene: Scene, group: Group, priority: int | None = None) -> None:
    """Rewrite the key of a waiting call under the group's present rate (and a new priority, if given)."""
    queueing = scene.call.queueing
    if scene.call.state is not CallState.QUEUED or queueing is None:
        return
    points = queueing.priority if priority is None else priority
    entry = waiting_entry(group, scene.call.call_id, queueing.enqueued_at, points, queueing.requires)
    if (entry.list, entry.sort) == (queueing.list, queueing.sort):
        return
    _count_wait(scene)
    _move(scene, _entry(scene.call.call_id, queueing), entry)
    scene.change(queued_at=scene.now, queueing=replace(queueing, list=entry.list, sort=entry.sort, priority=points))
    scene.record("call.priority", data={"group_id": group.group_id, "priority": points})
    _dispatch(scene)
