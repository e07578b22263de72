"""Sets of waiting calls that require the same, as a group has them now.

A set is noted before a call is stored in it and kept for a day, so whoever looks for calls finds every set that may
have one. There are at most SET_LIMIT: a call whose requirement has no set then stands in the nearest weaker one.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.model.requirement import Relaxation
from chalicelib.acd.ports import Store
from chalicelib.acd.rules.lists import sets_list, waiting_list
from chalicelib.acd.rules.requirements import SET_LIMIT, nearest
from chalicelib.kernel import log

KEEP_MS = 24 * 3_600_000
RENEW_MS = 3_600_000
READ_LIMIT = 4 * SET_LIMIT


def live(store: Store, group_id: str, now: int) -> list[str]:
    """Return the names of the group's live sets."""
    return [entry.sort for entry in _live(store, group_id, now)]


def settled(
    store: Store, group: Group, steps: tuple[Relaxation, ...], now: int, *, dry: bool = False
) -> tuple[Relaxation, ...]:
    """Return the steps of a call that is about to be queued, each on a set that is noted from now on (but dry)."""
    wanted = {step.key for step in steps if step.key and not step.key.startswith("@")}
    if not wanted:
        return steps
    held = {entry.sort: entry.enqueued_at for entry in _live(store, group.group_id, now)}
    instead = {key: _stand_in(key, held, group, now) for key in sorted(wanted)}
    for key in sorted({*instead.values()} - {""}):
        if not dry and now - held.get(key, 0) >= RENEW_MS:
            store.mark_set(_note(group.group_id, key, now))
    return tuple(replace(step, key=instead.get(step.key, step.key)) for step in steps)


def sweep(store: Store, group: Group, now: int) -> int:
    """Forget the sets that nobody has used for long and in which nobody waits; return how many."""
    old = [one for one in _all(store, group.group_id) if now - one.enqueued_at >= KEEP_MS]
    empty = (one for one in old if not store.waiting(waiting_list(group, one.sort), 1))
    return sum(store.drop_set(one) for one in empty)


def _stand_in(key: str, held: dict[str, int], group: Group, now: int) -> str:
    """Return the set in which calls of this requirement stand; a new one takes a place in `held` while there is any."""
    if key in held:
        return key
    if len(held) < SET_LIMIT:
        held[key] = now - RENEW_MS
        return key
    found = nearest(key, held)
    log.warn("too many requirement sets", group_id=group.group_id, wanted=key, used=found)
    return found


def _note(group_id: str, key: str, now: int) -> Waiting:
    return Waiting(list=sets_list(group_id), sort=key, call_id="", group_id=group_id, enqueued_at=now)


def _live(store: Store, group_id: str, now: int) -> Iterable[Waiting]:
    return [one for one in _all(store, group_id) if now - one.enqueued_at < KEEP_MS]


def _all(store: Store, group_id: str) -> list[Waiting]:
    return store.waiting(sets_list(group_id), READ_LIMIT)
