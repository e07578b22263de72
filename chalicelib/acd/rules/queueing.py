"""A call's place in a group's waiting list: taken, kept, given up, moved."""

from msgspec.structs import replace

from chalicelib.acd.model.call import CallState, Queueing
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.rules.lists import waiting_entry
from chalicelib.acd.rules.scene import Scene


def enqueue(scene: Scene, group: Group, *, priority: int = 0, enqueued_at: int | None = None) -> None:
    """Queue the call in a group; with `enqueued_at` it keeps an earlier place."""
    at = scene.now if enqueued_at is None else enqueued_at
    entry = waiting_entry(group, scene.call.call_id, at, priority)
    limit = at + group.max_wait_s * 1000 if group.max_wait_s else None
    scene.to(CallState.QUEUED, cause=group.group_id)
    scene.added.append(entry)
    scene.change(
        group_id=group.group_id,
        queued_at=scene.now,
        queueing=Queueing(
            group_id=group.group_id, list=entry.list, sort=entry.sort, enqueued_at=at, priority=priority,
            max_wait_until=limit,
        ),
    )  # fmt: skip
    scene.record("call.queued", data={"group_id": group.group_id, "priority": priority})
    scene.do("dispatch_group", group.group_id)


def return_to_queue(scene: Scene) -> None:
    """Put the call back to the place that it had; its key is unchanged, so it keeps its turn."""
    queueing = scene.call.queueing
    if queueing is None:
        raise ValueError("the call has no place to return to")
    scene.to(CallState.QUEUED, cause="returned")
    scene.added.append(
        Waiting(
            list=queueing.list, sort=queueing.sort, call_id=scene.call.call_id, group_id=queueing.group_id,
            enqueued_at=queueing.enqueued_at,
        )
    )  # fmt: skip
    scene.change(queued_at=scene.now)
    scene.do("dispatch_group", queueing.group_id)


def leave_queue(scene: Scene) -> None:
    """Take the call's entry out of its list and count its waiting time."""
    queueing = scene.call.queueing
    if scene.call.state is CallState.QUEUED and queueing is not None:
        scene.removed.append(
            Waiting(
                list=queueing.list, sort=queueing.sort, call_id=scene.call.call_id, group_id=queueing.group_id,
                enqueued_at=queueing.enqueued_at,
            )
        )  # fmt: skip
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
    entry = waiting_entry(group, scene.call.call_id, queueing.enqueued_at, points)
    if (entry.list, entry.sort) == (queueing.list, queueing.sort):
        return
    leave_queue(scene)
    scene.added.append(entry)
    scene.change(queued_at=scene.now, queueing=replace(queueing, list=entry.list, sort=entry.sort, priority=points))
    scene.record("call.priority", data={"group_id": group.group_id, "priority": points})
    scene.do("dispatch_group", group.group_id)
