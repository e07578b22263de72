"""Snapshots of groups' queues, at most 5 s old: position, length and longest wait are never counted per request."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.acd.ports import Store
from chalicelib.acd.rules import estimating
from chalicelib.acd.rules.lists import aside_list, waiting_list
from chalicelib.kernel.records import StructAttribute, stored_version, table_meta

FRESH_MS = 5_000
COUNT_LIMIT = 1_000
ORDER_LIMIT = 200
KEEP_S = 3_600


class SnapshotItem(Model):
    """A group's status. expires_at: seconds, for the table's TTL."""

    Meta = table_meta("snapshots")
    snapshot_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)
    data = StructAttribute(GroupStatus)


def status(store: Store, group: Group, now: int) -> GroupStatus:
    """Return the group's status; whoever finds it too old makes the next one."""
    key = f"group#{group.group_id}"
    try:
        stored = SnapshotItem.get(key).data
    except DoesNotExist:
        stored = GroupStatus(group_id=group.group_id)
    if now - stored.at < FRESH_MS:
        return stored
    fresh = measure(store, group, now, stored)
    item = SnapshotItem(key, version=fresh.version, data=fresh, expires_at=now // 1000 + KEEP_S)
    try:
        item.save(condition=stored_version(stored.version))
    except PutError:
        return fresh  # somebody else measured at the same moment: both are right
    return fresh


def measure(store: Store, group: Group, now: int, before: GroupStatus | None = None) -> GroupStatus:
    """Count the group's waiting calls (up to COUNT_LIMIT), those of all sets in one order. before: the last status."""
    before = before or GroupStatus(group_id=group.group_id)
    plain, aside = (store.waiting(list_, COUNT_LIMIT) for list_ in (waiting_list(group), aside_list(group)))
    entries = sorted((*plain, *aside), key=lambda entry: entry.sort)
    pace, pace_ms = estimating.pace(before, (entry.call_id for entry in entries), now)
    return GroupStatus(
        group_id=group.group_id,
        waiting=len(entries),
        longest_wait_since=min((entry.enqueued_at for entry in entries), default=None),
        order=tuple(entry.call_id for entry in entries[:ORDER_LIMIT]),
        pace=pace,
        pace_ms=pace_ms,
        at=now,
        version=before.version + 1,
    )
