"""Callbacks, over HTTP: who is still to be called back, booking, giving up."""

from typing import Annotated, Final

import msgspec

from chalicelib.calls import callback_list, callbacks
from chalicelib.calls.callback_list import CallbackView
from chalicelib.calls.views import CallView, public_call
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router

router: Final = Router("callbacks")

READ: Final = "callbacks.read"
WRITE: Final = "callbacks.write"

GroupId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class CallbackSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of callbacks. group_id: one of the user's."""

    group_id: GroupId | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class NewCallback(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be called by which group. number: as people write it. at: when (ms), None as soon as it is its turn."""

    number: Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
    group_id: GroupId
    at: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


@router.get("/callbacks", permission=READ)
def list_callbacks(who: Principal, query: CallbackSearch) -> Page[CallbackView]:
    """List whom the user's groups still have to call back, the first due first."""
    return callback_list.search(who, query.group_id, query.cursor, query.limit)


@router.post("/callbacks", permission=WRITE, status=201)
def book_callback(who: Principal, body: NewCallback) -> CallView:
    """Have somebody called back by a group: he waits in its queue, from now or from the given instant on."""
    return public_call(callbacks.book(who, body.number, body.group_id, body.at, body.note))


@router.post("/callbacks/{call_id}/cancel", permission=WRITE)
def cancel_callback(who: Principal, call_id: str) -> CallView:
    """Give up a callback that is booked or waits."""
    return public_call(callbacks.cancel(who, call_id))
