"""The index of things that happened (call records, recordings): found by day, agent, number, group or department.

A thing is written once under each key that it can be found by, as rows `(key, sort)` that carry the whole list row:

    key   day#2026-11-22 · agent#agent1 · number#+86… · group#8001 · department#…
    sort  started_at as 15 digits + '#' + id

A search reads the partition of its most selective key from newest to oldest and tests the rest in the query. Nothing
is ever scanned, one request reads at most `QUERIES` pages, and a cursor is a bound on `sort` – it says how far the
reader came, never which partition he may read – so a forged one cannot leave the reader's data scope.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, Literal, TypeVar

import msgspec
from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.models import Model

from chalicelib.kernel.merge import Partition, merged
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import StructAttribute, table_meta

T = TypeVar("T")

QUERIES = 32
"""Pages read in one request at most; a search that needs more answers a short page with a cursor."""
MERGED_KEYS = 16
"""Partitions that are merged side by side; a scope of more departments is read by day."""
DEFAULT_DAYS = 31
"""How far a search by day goes back when it names no beginning."""
MAX_DAYS = 3_660
"""How far a search by day goes back at most."""
MAX_SCOPE = 150
"""Departments that one query can test."""
DAY_MS = 86_400_000

Test = Literal["equal", "at_least", "at_most", "present", "absent"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a thing is found by. started_at: ms since the epoch. departments: those whose supervisors may see it."""

    id: str
    started_at: int
    agents: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    @property
    def sort(self) -> str:
        """Return the place in every partition."""
        return f"{sort_bound(self.started_at)}#{self.id}"

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys that the thing is written under."""
        named = {"agent": self.agents, "number": self.numbers, "group": self.groups, "department": self.departments}
        found = {f"{name}#{value}" for name, values in named.items() for value in values if value}
        return frozenset(found | {day_key(self.started_at)})


class Where(msgspec.Struct, frozen=True):
    """A test on a field of the list row. value: compared as stored; not used by `present` and `absent`."""

    field: str
    test: Test
    value: str | int | bool | None = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched. from_at inclusive, to_at exclusive (ms); None: no bound. where: tests on the row's fields."""

    from_at: int | None = None
    to_at: int | None = None
    agent_id: str | None = None
    number: str | None = None
    group_id: str | None = None
    where: tuple[Where, ...] = ()


def sort_bound(at_ms: int) -> str:
    """Return the bound in `sort` before everything that started at `at_ms` or later."""
    return f"{max(0, at_ms):015d}"


def day_key(at_ms: int) -> str:
    """Return the key of the UTC day of an instant: `day#2026-11-22`."""
    return f"day#{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%d}"


class Postings(Generic[T]):
    """The index of one kind of thing. table: name of the table (key, sort). row: struct of the list row."""

    def __init__(self, table: str, row: type[T]) -> None:
        self._table, self._row = table, row

    @property
    def model(self) -> Any:
        """Return the PynamoDB model (made at first use, since the table's name needs the configuration)."""
        return _model(self._table, self._row)

    def write(self, facts: Facts, row: T, revision: int, before: Facts | None = None) -> None:
        """Write the rows of a thing; again is harmless, and an older `revision` never replaces a newer one.

        before: the facts of an earlier write; keys that are no longer true are taken away.
        """
        for key in sorted(facts.keys):
            self._put(key, facts, row, revision)
        if before is not None:
            gone = before.keys if before.sort != facts.sort else before.keys - facts.keys
            self._delete(gone, before.sort, revision)

    def remove(self, facts: Facts, revision: int) -> None:
        """Take a thing out of the index, unless something newer than `revision` was written meanwhile."""
        self._delete(facts.keys, facts.sort, revision)

    def search(
        self, wanted: Wanted, who: Principal, now: int, cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> Page[T]:
        """Return one page, newest first, of what `who` may see. Without number, agent, group or a small department
        scope it goes by day and then reaches back `DEFAULT_DAYS` when `from_at` is None. now: ms.

        Errors: InvalidInput for a cursor that we did not make.
        """
        if _sees_nothing(wanted, who):
            return Page(items=[])
        conditions = [*_conditions(wanted), *_scope(who), *map(_where, wanted.where)]
        keys = _keys(wanted, who)
        partitions = _side_by_side(keys, wanted) if keys else _days(wanted, now)
        return self._read(partitions, conditions, cursor, limit)

    def of_numbers(self, numbers: Iterable[str], cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[T]:
        """Return one page, newest first, of what any of these numbers (`MERGED_KEYS` at most) took part in."""
        keys = [f"number#{number}" for number in dict.fromkeys(numbers)][:MERGED_KEYS]
        return self._read(_side_by_side(keys, Wanted()), [], cursor, limit) if keys else Page(items=[])

    def _read(
        self, partitions: list[Partition], conditions: list[Condition], cursor: str | None, limit: int
    ) -> Page[T]:
        return merged(self.model, partitions, conditions, cursor, limit, queries=QUERIES)

    def _put(self, key: str, facts: Facts, row: T, revision: int) -> None:
        item = self.model(key, facts.sort, revision=revision, data=row)
        item.agents, item.numbers = list(facts.agents), list(facts.numbers)
        item.groups, item.departments = list(facts.groups), list(facts.departments)
        try:
            item.save(condition=self.model.revision.does_not_exist() | (self.model.revision <= revision))
        except PutError as error:
            _unless_refused(error)

    def _delete(self, keys: Iterable[str], sort: str, revision: int) -> None:
        for key in sorted(keys):
            try:
                self.model(key, sort).delete(condition=self.model.revision <= revision)
            except DeleteError as error:
                _unless_refused(error)


def _unless_refused(error: PutError | DeleteError) -> None:
    """Pass over a refused condition (a newer revision is there, or the row is gone); raise all else."""
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error


def _sees_nothing(wanted: Wanted, who: Principal) -> bool:
    if who.scope in ("department", "subtree") and not who.department_ids:
        return True
    return wanted.from_at is not None and wanted.to_at is not None and wanted.from_at >= wanted.to_at


def _keys(wanted: Wanted, who: Principal) -> list[str]:
    """Return the most selective partitions that hold every answer; empty: the days hold them."""
    if wanted.number:
        return [f"number#{wanted.number}"]
    if wanted.agent_id or who.scope == "own":
        return [f"agent#{wanted.agent_id or who.username}"]
    if wanted.group_id:
        return [f"group#{wanted.group_id}"]
    if who.scope != "all" and len(who.department_ids) <= MERGED_KEYS:
        return [f"department#{id}" for id in dict.fromkeys(who.department_ids)]
    return []


def _side_by_side(keys: list[str], wanted: Wanted) -> list[Partition]:
    lower = sort_bound(wanted.from_at or 0)
    upper = "9" * 15 if wanted.to_at is None else sort_bound(wanted.to_at)
    return [Partition(key, lower, upper) for key in keys]


def _days(wanted: Wanted, now: int) -> list[Partition]:
    """Return the partitions of the days in the range, newest first."""
    to_at = now + 1 if wanted.to_at is None else min(wanted.to_at, now + DAY_MS)
    from_at = to_at - DEFAULT_DAYS * DAY_MS if wanted.from_at is None else wanted.from_at
    from_at = max(0, from_at, to_at - MAX_DAYS * DAY_MS)
    found: list[Partition] = []
    for day in range((to_at - 1) // DAY_MS, from_at // DAY_MS - 1, -1):
        begins, ends = max(day * DAY_MS, from_at), min((day + 1) * DAY_MS, to_at)
        found.append(Partition(day_key(begins), sort_bound(begins), sort_bound(ends)))
    return found


def _conditions(wanted: Wanted) -> list[Condition]:
    tests = {"agents": wanted.agent_id, "numbers": wanted.number, "groups": wanted.group_id}
    return [Path(name).contains(value) for name, value in tests.items() if value]


def _scope(who: Principal) -> list[Condition]:
    if who.scope == "all":
        return []
    if who.scope == "own":
        return [Path("agents").contains(who.username)]
    return [reduce(or_, [Path("departments").contains(id) for id in who.department_ids[:MAX_SCOPE]])]


def _where(test: Where) -> Condition:
    field = Path(["data", test.field])
    if test.test == "present":
        return field.exists() & ~field.is_type("NULL")
    if test.test == "absent":
        return field.does_not_exist() | field.is_type("NULL")
    if test.test == "equal":
        return field == test.value
    return field >= test.value if test.test == "at_least" else field <= test.value


_models: dict[tuple[str, type[Any]], Any] = {}


def _model(name: str, row: type[Any]) -> Any:
    if (name, row) not in _models:
        parts: dict[str, Any] = {
            "Meta": table_meta(name),
            "key": UnicodeAttribute(hash_key=True),
            "sort": UnicodeAttribute(range_key=True),
            "revision": NumberAttribute(),
            "data": StructAttribute(row),
        }
        named = {part: ListAttribute(of=UnicodeAttribute) for part in ("agents", "numbers", "groups", "departments")}
        _models[name, row] = type(f"{row.__name__}Posting", (Model,), parts | named)
    return _models[name, row]
