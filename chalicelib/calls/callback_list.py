"""Who is still to be called back: the callbacks of the groups that a user's work reaches."""

from heapq import merge
from itertools import islice
from typing import Literal

import msgspec

from chalicelib.acd import tables
from chalicelib.acd.model.call import Call, CallState
from chalicelib.acd.reach import groups_within
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.paging import Page, decode_cursor, encode_cursor
from chalicelib.kernel.principal import Principal

State = Literal["booked", "waiting", "calling", "talking"]
_STATES: dict[CallState, State] = {
    CallState.ARRIVING: "booked",
    CallState.QUEUED: "waiting",
    CallState.CONNECTING: "calling",
}


class CallbackView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to be called back. due_at: since or from when he waits (ms). tries: how often he was called in
    vain. by: who booked it, "" when he asked himself. of: the call in which he did. note: what was noted for the agent.
    """

    call_id: str
    number: str
    customer_id: str | None
    customer_name: str
    group_id: str
    state: State
    due_at: int
    tries: int
    by: str
    of: str
    note: str


def search(who: Principal, group_id: str | None, cursor: str | None, limit: int) -> Page[CallbackView]:
    """Return one page, the first due first. group_id: that one alone; nothing when the user's work does not reach it.

    Errors: InvalidInput for a foreign cursor.
    """
    after = decode_cursor(cursor)
    if after is not None and not isinstance(after, str):
        raise InvalidInput(reason="cursor")
    groups = sorted(id for id in groups_within(who) if group_id in (None, id))
    lists = [tables.callbacks(id, after, limit + 1) for id in groups]
    found = list(islice(merge(*lists, key=_sort), limit + 1))
    more = encode_cursor(_sort(found[limit - 1])) if len(found) > limit else None
    return Page(items=[_view(call) for call in found[:limit]], cursor=more)


def _sort(call: Call) -> str:
    return tables.callback_sort(call) or ""


def _view(call: Call) -> CallbackView:
    callback = call.callback
    return CallbackView(
        call_id=call.call_id,
        number=call.customer_number,
        customer_id=call.customer_id,
        customer_name=call.customer_name,
        group_id=call.group_id or "",
        state=_STATES.get(call.state, "talking"),
        due_at=tables.callback_due(call),
        tries=callback.tries if callback else 0,
        by=callback.by if callback else "",
        of=callback.of if callback else "",
        note=str(call.variables.get("callback_note") or ""),
    )
