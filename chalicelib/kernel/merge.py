"""Reading several ordered partitions as one list, newest first, in bounded steps and with a cursor.

Every partition is read downwards in `sort`. What has been read of it ends at its `horizon`; what lies at or above the
highest horizon of all partitions is complete and may be shown. The cursor is the `sort` that the reader has reached.
"""

import re
from collections.abc import Iterable
from functools import reduce
from operator import and_
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.paging import PAGE_LIMIT, Page, decode_cursor, encode_cursor

READ_SIZE = 200
"""Rows that one query looks at when it tests more than the key."""

_CURSOR = re.compile(r"\d{15}(#[!-}]{1,200})?")


class Partition:
    """One partition in reading: rows of `key` with lower ≤ sort < horizon are still to be read."""

    def __init__(self, key: str, lower: str, upper: str) -> None:
        self.key, self.lower, self.horizon = key, lower, upper

    @property
    def ended(self) -> bool:
        """Return whether nothing is left to read."""
        return self.horizon <= self.lower

    def read(self, model: Any, tests: Condition | None, size: int) -> list[Any]:
        """Read one page of at most `size` rows, return those that pass `tests`, and lower the horizon."""
        between = model.sort.between(self.lower, _before(self.horizon))
        query = model.query(self.key, between, tests, scan_index_forward=False, page_size=size)
        page = next(query.page_iter)
        last = page.get("LastEvaluatedKey")
        self.horizon = last["sort"]["S"] if last else self.lower
        return [model.from_raw_data(item) for item in page["Items"]]


def merged(
    model: Any,
    partitions: Iterable[Partition],
    conditions: list[Condition],
    cursor: str | None,
    limit: int,
    *,
    queries: int,
) -> Page[Any]:
    """Return the next page of the partitions' rows (their `data`), each once, in descending `sort`.

    At most `queries` pages are read; then the page may be short, even empty, and still have a cursor.
    Errors: InvalidInput for a cursor that we did not make.
    """
    limit = max(1, min(limit, PAGE_LIMIT))
    open_ones = _from_cursor(partitions, _position(cursor))
    tests = reduce(and_, conditions) if conditions else None
    size = READ_SIZE if conditions else limit + 1
    rows: dict[str, Any] = {}
    for _ in range(queries):
        if not open_ones or len(_complete(rows, open_ones)) > limit:
            break
        highest = max(open_ones, key=lambda partition: partition.horizon)
        rows |= {row.sort: row.data for row in highest.read(model, tests, size)}
        open_ones = [partition for partition in open_ones if not partition.ended]
    return _page(rows, open_ones, limit)


def _page(rows: dict[str, Any], open_ones: list[Partition], limit: int) -> Page[Any]:
    complete = _complete(rows, open_ones)
    shown = complete[:limit]
    if len(complete) > limit:
        position: str | None = shown[-1]
    else:
        position = max((partition.horizon for partition in open_ones), default=None)
    return Page(items=[rows[sort] for sort in shown], cursor=encode_cursor(position))


def _complete(rows: dict[str, Any], open_ones: list[Partition]) -> list[str]:
    """Return, newest first, the sorts of the rows that no unread row can precede."""
    floor = max((partition.horizon for partition in open_ones), default="")
    return sorted((sort for sort in rows if sort >= floor), reverse=True)


def _from_cursor(partitions: Iterable[Partition], position: str | None) -> list[Partition]:
    found = list(partitions)
    for partition in found:
        partition.horizon = partition.horizon if position is None else min(partition.horizon, position)
    return [partition for partition in found if not partition.ended]


def _position(cursor: str | None) -> str | None:
    position = decode_cursor(cursor)
    if position is None or (isinstance(position, str) and _CURSOR.fullmatch(position)):
        return position
    raise InvalidInput(reason="cursor")


def _before(sort: str) -> str:
    """Return the last possible sort before `sort` (a query's BETWEEN includes its upper bound)."""
    return f"{sort[:-1]}{chr(ord(sort[-1]) - 1)}\uffff"
