"""Lists page by opaque cursors: a page names its items and, if there is more, the cursor of the next page."""

import base64
from typing import Generic, TypeVar

import msgspec

from chalicelib.kernel.errors import InvalidInput

T = TypeVar("T")

PAGE_SIZE = 50
PAGE_LIMIT = 200


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list. cursor: pass it as `?cursor=` for the next page; absent on the last one."""

    items: list[T]
    cursor: str | None = None


def encode_cursor(position: object) -> str | None:
    """Return `position` (anything JSON can carry, None for "no more") as an opaque cursor."""
    if position is None:
        return None
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> object:
    """Return what `encode_cursor` was given.

    Errors: InvalidInput for a cursor that we did not make.
    """
    if not cursor:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise InvalidInput(reason="cursor") from error
