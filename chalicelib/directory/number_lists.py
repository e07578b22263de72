"""Lists of callers' numbers: what routing rules ask for by `list.<id>`. A look-up is one read, however long it is."""

import csv
import io
from typing import Final

import msgspec

from chalicelib.directory import tables, uses
from chalicelib.directory.errors import ListFull
from chalicelib.directory.model import ListedNumber, NumberList
from chalicelib.kernel.audit import audit
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import Page
from chalicelib.telephony.attribution import InvalidNumber, normalise

LIST_LIMIT: Final = 20_000
LINES_LIMIT: Final = 5_000
"""Of one import: a longer file is sent in parts."""
NOTE_LIMIT: Final = 200


class BadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an import that holds no phone number. line: 1 first."""

    line: int
    text: str


class ListImport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an import: how many numbers are on the list by it, and the lines (at most 100) that were not."""

    taken: int
    bad: list[BadLine]


def create(made: NumberList, by: str) -> NumberList:
    """Store a new list. Errors: AlreadyExists."""
    saved = tables.number_lists.create(msgspec.structs.replace(made, list_id=made.list_id or new_id()))
    audit(_subject(saved.list_id), by, "created")
    return saved


def update(list_id: str, changed: NumberList, by: str) -> NumberList:
    """Replace a list's name and note at the version that was read. Errors: NotFound, ChangedMeanwhile."""
    tables.number_lists.read(list_id)
    saved = tables.number_lists.update(msgspec.structs.replace(changed, list_id=list_id))
    audit(_subject(list_id), by, "changed")
    return saved


def delete(list_id: str, version: int | None, by: str) -> None:
    """Delete a list that no rule asks for, with its numbers. Errors: NotFound, InUse, ChangedMeanwhile."""
    tables.number_lists.read(list_id)
    uses.refuse_if_used("list", list_id, tables.number_lists.kind)
    tables.listed_numbers.clear(list_id)
    tables.number_lists.delete(list_id, version)
    audit(_subject(list_id), by, "deleted")


def page(list_id: str, cursor: str | None, limit: int) -> Page[ListedNumber]:
    """Return one page of a list's numbers. Errors: NotFound, InvalidInput."""
    tables.number_lists.read(list_id)
    return tables.listed_numbers.page(list_id, cursor, limit)


def take(list_id: str, text: str, by: str) -> ListImport:
    """Put the numbers of a text on a list: a line each, with a note after a comma, semicolon or tab (CSV).

    Numbers are written as people write them in China, or with their country. Errors: NotFound, ListFull, InvalidInput.
    """
    tables.number_lists.read(list_id)
    found, bad = parsed(text)
    if len(found) + len(bad) > LINES_LIMIT:
        raise InvalidInput(reason=f"text: > {LINES_LIMIT} lines")
    if len(found) + tables.listed_numbers.count(list_id, LIST_LIMIT) > LIST_LIMIT:
        raise ListFull(limit=LIST_LIMIT)
    tables.listed_numbers.put(list_id, found.values())
    audit(_subject(list_id), by, f"took {len(found)} numbers")
    return ListImport(taken=len(found), bad=bad[:100])


def drop(list_id: str, number: str, by: str) -> None:
    """Take a number off a list; a missing one is fine. Errors: NotFound (list)."""
    tables.number_lists.read(list_id)
    tables.listed_numbers.remove(list_id, [number])
    audit(_subject(list_id), by, f"dropped {number}")


def has(list_id: str, caller: str) -> bool:
    """Return whether a caller's number is on a list."""
    return bool(caller) and tables.listed_numbers.has(list_id, caller)


def parsed(text: str) -> tuple[dict[str, ListedNumber], list[BadLine]]:
    """Return the numbers of a text, each once, and the lines that hold none. A heading is passed over."""
    found: dict[str, ListedNumber] = {}
    bad: list[BadLine] = []
    lines = text.removeprefix("\ufeff").replace(";", ",").replace("\t", ",").replace("\uff0c", ",").splitlines()
    for place, row in enumerate(csv.reader(io.StringIO("\n".join(lines))), 1):
        written = row[0].strip() if row else ""
        if not written or (place == 1 and not any(sign.isdigit() for sign in written)):
            continue
        try:
            number = normalise(written)
        except InvalidNumber:
            bad.append(BadLine(line=place, text=written[:40]))
        else:
            note = ", ".join(part.strip() for part in row[1:] if part.strip())
            found[number] = ListedNumber(number=number, note=note[:NOTE_LIMIT])
    return found, bad


def _subject(list_id: str) -> str:
    return f"number_list#{list_id}"
