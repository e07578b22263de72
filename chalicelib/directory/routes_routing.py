"""What routing rules are made of, over HTTP: number lists, places, a check of rules before they are saved."""

from typing import Annotated

import msgspec

from chalicelib.directory import number_lists, shadowing, tables
from chalicelib.directory.model import ListedNumber, NumberList, Rules
from chalicelib.directory.shadowing import RuleWarning
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.telephony import regions
from chalicelib.telephony.regions import Place, TableFacts

router = Router("routing")


class ListQuery(msgspec.Struct, frozen=True):
    """Where a page begins and how long it is."""

    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class DeleteQuery(msgspec.Struct, frozen=True):
    """version: the one that was read; absent deletes whatever is there."""

    version: int | None = None


class ImportText(msgspec.Struct, frozen=True):
    """A number in each line, a note after a comma, semicolon or tab; up to 5,000 lines."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=600_000)]


class PlacesQuery(msgspec.Struct, frozen=True):
    """search: part of a name or key. keys: several between commas, instead of a search."""

    search: Annotated[str, msgspec.Meta(max_length=100)] = ""
    keys: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Places(msgspec.Struct, frozen=True):
    """Places, and where the table comes from."""

    items: list[Place]
    table: TableFacts


class RulesToCheck(msgspec.Struct, frozen=True):
    """The rules of a number, saved or not."""

    rules: Rules


class Checked(msgspec.Struct, frozen=True):
    """Rules that can never decide."""

    warnings: list[RuleWarning]


@router.get("/number-lists", permission="number_lists.read")
def list_number_lists(query: ListQuery) -> Page[NumberList]:
    """List the lists of callers' numbers."""
    return tables.number_lists.page(query.cursor, query.limit)


@router.post("/number-lists", permission="number_lists.write", status=201)
def create_number_list(who: Principal, body: NumberList) -> NumberList:
    """Add a list."""
    return number_lists.create(body, who.username)


@router.get("/number-lists/{list_id}", permission="number_lists.read")
def read_number_list(list_id: str) -> NumberList:
    """Return a list, without its numbers."""
    return tables.number_lists.read(list_id)


@router.put("/number-lists/{list_id}", permission="number_lists.write")
def update_number_list(who: Principal, list_id: str, body: NumberList) -> NumberList:
    """Replace a list's name and note at the version that was read."""
    return number_lists.update(list_id, body, who.username)


@router.delete("/number-lists/{list_id}", permission="number_lists.write")
def delete_number_list(who: Principal, list_id: str, query: DeleteQuery) -> None:
    """Delete a list that no rule asks for, with its numbers."""
    number_lists.delete(list_id, query.version, who.username)


@router.get("/number-lists/{list_id}/numbers", permission="number_lists.read")
def list_listed_numbers(list_id: str, query: ListQuery) -> Page[ListedNumber]:
    """List the numbers of a list."""
    return number_lists.page(list_id, query.cursor, query.limit)


@router.post("/number-lists/{list_id}/numbers", permission="number_lists.write")
def import_listed_numbers(who: Principal, list_id: str, body: ImportText) -> number_lists.ListImport:
    """Put the numbers of a text (a line each, CSV) on a list; says which lines hold none."""
    return number_lists.take(list_id, body.text, who.username)


@router.delete("/number-lists/{list_id}/numbers/{number}", permission="number_lists.write")
def delete_listed_number(who: Principal, list_id: str, number: str) -> None:
    """Take a number off a list."""
    number_lists.drop(list_id, number, who.username)


@router.get("/places", permission="self.read")
def list_places(query: PlacesQuery) -> Places:
    """Find countries, provinces and cities by a part of their name, or by their keys; and say whose table it is."""
    keys = [key for key in query.keys.split(",") if key]
    items = regions.places_of(keys) if keys else regions.find_places(query.search)
    return Places(items=items, table=regions.table_facts())


@router.post("/routing/check", permission="trunk_numbers.read")
def check_rules(body: RulesToCheck) -> Checked:
    """Say which rules can never decide; they may be saved all the same."""
    return Checked(shadowing.warnings(body.rules))
