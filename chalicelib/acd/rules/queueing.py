"""Changes of a waiting call's place."""

from msgspec.structs import replace

from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules.lists import waiting_entry
from chalicelib.acd.rules.offers import leave_queue
from chalicelib.acd.rules.scene import Scene


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
