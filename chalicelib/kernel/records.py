"""Versioned records in DynamoDB: typed structs stored as native maps, written whole, only on the version that was read.

A record is a frozen `msgspec.Struct` with a `version` (0 = not stored yet). Every save states the version that it
replaces, so two writers never overwrite each other: the later one gets `Lost` and decides again on fresh data.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import msgspec
from pynamodb.attributes import Attribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import MAP
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.kernel.config import config
from chalicelib.kernel.errors import AlreadyExists, Busy, ChangedMeanwhile, InvalidInput, NotFound
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page, decode_cursor, encode_cursor

T = TypeVar("T")
R = TypeVar("R", bound="Record")

CONFLICT_TRIES = 6


CONDITION_FAILED = "ConditionalCheckFailedException"


class Lost(Exception):
    """A conditional write found another version than expected: read again and decide again."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that is stored with a version. version: 0 before the first save, then 1, 2, …"""

    version: int = 0


class StructAttribute(Attribute[T], Generic[T]):
    """A struct stored as a native DynamoDB map, readable in the console."""

    attr_type = MAP

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    def serialize(self, value: Any) -> Any:
        """Return the DynamoDB form of a struct."""
        return _to_wire(msgspec.to_builtins(value))["M"]

    def deserialize(self, value: Any) -> T:
        """Return the struct stored in `value`; unknown fields (of a newer version) are ignored."""
        return msgspec.convert(_from_wire("M", value), self.kind, strict=False)


def _to_wire(value: Any) -> dict[str, Any]:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, dict):
        return {"M": {str(name): _to_wire(part) for name, part in value.items()}}  # pyright: ignore[reportUnknownVariableType]
    return {"L": [_to_wire(part) for part in value]}


def _from_wire(kind: str, value: Any) -> Any:
    if kind == "M":
        return {name: _unwrap(part) for name, part in value.items()}
    if kind == "L":
        return [_unwrap(part) for part in value]
    if kind == "N":
        return float(value) if "." in value or "e" in value else int(value)
    return None if kind == "NULL" else value


def _unwrap(part: dict[str, Any]) -> Any:
    ((kind, value),) = part.items()
    return _from_wire(kind, value)


def from_image(image: dict[str, Any], kind: type[T], attribute: str = "data") -> T | None:
    """Return the struct in a stream record's image (DynamoDB form), or None when the image is missing."""
    part = (image or {}).get(attribute)
    return msgspec.convert(_from_wire("M", part["M"]), kind, strict=False) if part else None


class TableMeta:
    """Base of every model's `Meta`: short time-outs, since a caller is on the line."""

    connect_timeout_seconds = 2
    read_timeout_seconds = 5
    max_retry_attempts = 4
    billing_mode = "PAY_PER_REQUEST"


def table_meta(name: str, **more: Any) -> Any:
    """Return the `Meta` class of the model of table `<app>-<stage>-<name>`."""
    return type("Meta", (TableMeta,), {"table_name": config().table(name), **more})


def stored_version(expected: int) -> Condition:
    """Return the condition that the stored record is at version `expected` (0: there is none)."""
    version = NumberAttribute(attr_name="version")
    return version.does_not_exist() if expected == 0 else version == expected


def transact(build: Callable[[TransactWrite], None]) -> None:
    """Run one conditional transaction that `build` fills.

    A transaction *conflict* (another transaction holds an item at this moment) is retried with jitter, since nothing
    was decided. Errors: Lost when a condition failed, Busy when conflicts did not end.
    """
    for attempt in range(CONFLICT_TRIES):
        try:
            with TransactWrite(connection=connection()) as transaction:
                build(transaction)
            return
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason}
            if "ConditionalCheckFailed" in codes:
                raise Lost from error
            if not codes & {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}:
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
    raise Busy


_connections: dict[str, Connection] = {}


def connection() -> Connection:
    """Return the process's connection for transactions (PynamoDB's own client is reused)."""
    if "default" not in _connections:
        _connections["default"] = Connection(
            connect_timeout_seconds=TableMeta.connect_timeout_seconds,
            read_timeout_seconds=TableMeta.read_timeout_seconds,
            max_retry_attempts=TableMeta.max_retry_attempts,
        )
    return _connections["default"]


class Collection(Generic[R]):
    """Settings-like records of one kind, all in one partition: list, read, create, update, delete, with versions.

    For kinds that count hundreds or a few thousands and change by hand (groups, trunk numbers, flows …).
    name: the table. id_field: the struct's field that is its id and the table's range key. kind: the word for it in
    error messages. part: the struct has but some of the stored fields; pages carry these alone (nothing is written so).
    """

    def __init__(
        self, name: str, record: type[R], id_field: str, kind: str, *, collection: str = "default", part: bool = False
    ) -> None:
        self._record, self._id, self.kind, self._collection = record, id_field, kind, collection
        self._name = name
        fields = record.__struct_encode_fields__
        self._paths = [id_field, *(f"data.{field}" for field in fields)] if part else None

    @property
    def model(self) -> Any:
        """Return the PynamoDB model (made at first use, since the table's name needs the configuration)."""
        return _collection_model(self._name, self._record, self._id)

    def read(self, id: str) -> R:
        """Return the record `id`. Errors: NotFound."""
        found = self.find(id)
        if found is None:
            raise NotFound(kind=self.kind, id=id)
        return found

    def find(self, id: str) -> R | None:
        """Return the record `id`, read consistently, or None."""
        try:
            return self.model.get(self._collection, id, consistent_read=True).data
        except self.model.DoesNotExist:
            return None

    def all(self) -> list[R]:
        """Return every record (for small kinds and for caches)."""
        return [item.data for item in self.model.query(self._collection, consistent_read=True)]

    def page(self, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[R]:
        """Return one page in the order of ids. Errors: InvalidInput for a cursor that we did not make."""
        last = decode_cursor(cursor)
        if last is not None and not (isinstance(last, str) and last):
            raise InvalidInput(reason="cursor")
        after = {"collection": {"S": self._collection}, self._id: {"S": last}} if last else None
        found = self.model.query(
            self._collection, limit=min(limit, PAGE_LIMIT), last_evaluated_key=after, attributes_to_get=self._paths
        )
        items = [item.data for item in found]
        more = found.last_evaluated_key
        return Page(items=items, cursor=encode_cursor(more[self._id]["S"] if more else None))

    def create(self, record: R) -> R:
        """Store a new record and return it at version 1. Errors: AlreadyExists."""
        try:
            return self._save(record, expected=0)
        except Lost as error:
            raise AlreadyExists(kind=self.kind, id=getattr(record, self._id)) from error

    def update(self, record: R) -> R:
        """Replace the record at `record.version` and return it at the next. Errors: ChangedMeanwhile."""
        try:
            return self._save(record, expected=record.version)
        except Lost as error:
            raise ChangedMeanwhile(kind=self.kind, id=getattr(record, self._id)) from error

    def put(self, record: R) -> R:
        """Store a record whatever was there (demo data, imports)."""
        saved: R = msgspec.structs.replace(record, version=max(1, record.version))
        self._item(saved).save()
        return saved

    def delete(self, id: str, version: int | None = None) -> None:
        """Delete the record; with `version` only at that version. Errors: NotFound, ChangedMeanwhile."""
        found = self.read(id)
        try:
            self.model(self._collection, id).delete(
                condition=stored_version(found.version if version is None else version)
            )
        except DeleteError as error:
            raise ChangedMeanwhile(kind=self.kind, id=id) from error

    def save_in(self, transaction: TransactWrite, record: R) -> R:
        """Add to a transaction the write of `record` at `record.version` (0: it must not exist); return what it stores.

        For a record that must change together with others; run it with `transact`.
        """
        saved: R = msgspec.structs.replace(record, version=record.version + 1)
        transaction.save(self._item(saved), condition=stored_version(record.version))
        return saved

    def delete_in(self, transaction: TransactWrite, record: R) -> None:
        """Add to a transaction the deletion of `record` at `record.version`."""
        item = self.model(self._collection, getattr(record, self._id))
        transaction.delete(item, condition=stored_version(record.version))

    def _save(self, record: R, expected: int) -> R:
        saved: R = msgspec.structs.replace(record, version=expected + 1)
        try:
            self._item(saved).save(condition=stored_version(expected))
        except PutError as error:
            raise Lost from error
        return saved

    def _item(self, record: R) -> Any:
        item = self.model(self._collection, getattr(record, self._id))
        item.version, item.data = record.version, record
        return item


_models: dict[tuple[str, type[Any]], Any] = {}
"""Keyed by table and struct: a table such as `settings` holds records of several kinds."""


def _collection_model(name: str, record: type[Any], id_field: str) -> Any:
    if (name, record) not in _models:
        _models[name, record] = type(
            f"{record.__name__}Item",
            (Model,),
            {
                "Meta": table_meta(name),
                "collection": UnicodeAttribute(hash_key=True),
                id_field: UnicodeAttribute(range_key=True),
                "version": NumberAttribute(default=0),
                "data": StructAttribute(record),
            },
        )
    return _models[name, record]


def optional_int(value: float | None) -> int | None:
    """Return a number attribute that may be missing (PynamoDB types it as always there)."""
    return None if value is None else int(value)


def chunks(items: list[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of at most `size` (DynamoDB's batches take 25 writes, 100 reads)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
