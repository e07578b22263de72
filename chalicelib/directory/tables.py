"""How the directory is stored."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final, get_args

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib.directory.model import (
    Extension,
    ListedNumber,
    ListKind,
    NumberList,
    Schedule,
    ScreeningEntry,
    TrunkNumber,
)
from chalicelib.kernel.errors import AlreadyExists, ChangedMeanwhile, InvalidInput, NotFound
from chalicelib.kernel.paging import PAGE_LIMIT, Page, decode_cursor, encode_cursor
from chalicelib.kernel.records import Collection, StructAttribute, stored_version, table_meta

trunk_numbers: Final = Collection("trunk_numbers", TrunkNumber, "number", "trunk number")
schedules: Final = Collection("schedules", Schedule, "schedule_id", "schedule")
number_lists: Final = Collection("number_lists", NumberList, "list_id", "number list")


class ByUser(GlobalSecondaryIndex[Any]):
    """Extensions of a user."""

    class Meta:
        index_name = "by_user"
        projection = AllProjection()

    username = UnicodeAttribute(hash_key=True)


class ExtensionItem(Model):
    """An extension; `username` stands outside of the struct too, for the index."""

    Meta = table_meta("extensions")  # pyright: ignore[reportAssignmentType]
    collection = UnicodeAttribute(hash_key=True)
    extension = UnicodeAttribute(range_key=True)
    username = UnicodeAttribute(null=True)
    version = NumberAttribute(default=0)
    data = StructAttribute(Extension)
    by_user: ClassVar[ByUser] = ByUser()


class Extensions(Collection[Extension]):
    """The extensions, found by number and by user."""

    @property
    def model(self) -> Any:
        """Return the PynamoDB model with its index."""
        return ExtensionItem

    def of_user(self, username: str) -> list[Extension]:
        """Return a user's extensions (from an index: a change a moment ago may be missing)."""
        return [item.data for item in ExtensionItem.by_user.query(username)]

    def _item(self, record: Extension) -> Any:
        item = super()._item(record)
        item.username = record.username
        return item


extensions: Final = Extensions("extensions", Extension, "extension", "extension")


class ScreeningItem(Model):
    """A list entry. expires_at: seconds, for DynamoDB's own clearing; the entry's own time is in ms."""

    Meta = table_meta("screening")  # pyright: ignore[reportAssignmentType]
    kind = UnicodeAttribute(hash_key=True)
    pattern = UnicodeAttribute(range_key=True)
    version = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)
    data = StructAttribute(ScreeningEntry)


class ScreeningStore:
    """The black and the white list, read by key alone."""

    kind = "screening entry"

    def matching(self, patterns: Iterable[str]) -> list[ScreeningEntry]:
        """Return the entries with any of the patterns (at most 50), in one batch read."""
        keys = [(kind, pattern) for kind in get_args(ListKind) for pattern in patterns]
        return [item.data for item in ScreeningItem.batch_get(keys)]

    def page(self, kinds: list[ListKind], cursor: str | None, limit: int) -> Page[ScreeningEntry]:
        """Return one page of the lists, one list after the other."""
        kind, last = self._position(kinds, cursor)
        after = {"kind": {"S": kind}, "pattern": {"S": last}} if last else None
        query = ScreeningItem.query(kind, limit=min(limit, PAGE_LIMIT), last_evaluated_key=after, consistent_read=True)
        items = [item.data for item in query]
        following = kinds[kinds.index(kind) + 1 :]
        more = query.last_evaluated_key
        if more:
            return Page(items=items, cursor=encode_cursor([kind, more["pattern"]["S"]]))
        return Page(items=items, cursor=encode_cursor([following[0], ""] if following else None))

    def _position(self, kinds: list[ListKind], cursor: str | None) -> tuple[ListKind, str]:
        """Return the list that is read and the pattern after which to go on ("" from the start)."""
        if not cursor:
            return kinds[0], ""
        try:
            kind, last = msgspec.convert(decode_cursor(cursor), tuple[ListKind, str])
        except msgspec.ValidationError as error:
            raise InvalidInput(reason="cursor") from error
        if kind not in kinds:
            raise InvalidInput(reason="cursor")
        return kind, last

    def read(self, entry_id: str) -> ScreeningEntry:
        """Return an entry. Errors: NotFound."""
        kind, _, pattern = entry_id.partition(":")
        if not pattern:
            raise NotFound(kind=self.kind, id=entry_id)
        try:
            return ScreeningItem.get(kind, pattern, consistent_read=True).data
        except DoesNotExist as error:
            raise NotFound(kind=self.kind, id=entry_id) from error

    def create(self, entry: ScreeningEntry) -> ScreeningEntry:
        """Store a new entry. Errors: AlreadyExists."""
        try:
            return self._save(entry, 0)
        except PutError as error:
            raise AlreadyExists(kind=self.kind, id=entry.entry_id) from error

    def update(self, entry: ScreeningEntry) -> ScreeningEntry:
        """Replace an entry at `entry.version`. Errors: ChangedMeanwhile."""
        try:
            return self._save(entry, entry.version)
        except PutError as error:
            raise ChangedMeanwhile(kind=self.kind, id=entry.entry_id) from error

    def delete(self, entry_id: str, version: int | None) -> None:
        """Delete an entry; with `version` only at that version. Errors: NotFound, ChangedMeanwhile."""
        found = self.read(entry_id)
        try:
            ScreeningItem(found.kind, found.pattern).delete(
                condition=stored_version(found.version if version is None else version)
            )
        except DeleteError as error:
            raise ChangedMeanwhile(kind=self.kind, id=entry_id) from error

    def _save(self, entry: ScreeningEntry, expected: int) -> ScreeningEntry:
        saved: ScreeningEntry = msgspec.structs.replace(entry, version=expected + 1)
        item = ScreeningItem(saved.kind, saved.pattern, version=saved.version, data=saved)
        if saved.expires_at is not None:
            item.expires_at = saved.expires_at // 1000
        item.save(condition=stored_version(expected))
        return saved


screening: Final = ScreeningStore()


class ListedItem(Model):
    """A number on a list."""

    Meta = table_meta("listed_numbers")  # pyright: ignore[reportAssignmentType]
    list_id = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute(range_key=True)
    data = StructAttribute(ListedNumber)


class ListedNumbers:
    """The numbers of all lists, each by its key."""

    def has(self, list_id: str, number: str) -> bool:
        """Return whether a number is on a list: one read, however long the list is."""
        try:
            ListedItem.get(list_id, number, attributes_to_get=["list_id"])
        except DoesNotExist:
            return False
        return True

    def count(self, list_id: str, limit: int) -> int:
        """Return how many numbers a list has, at most `limit`."""
        return ListedItem.count(list_id, limit=limit, consistent_read=True)

    def page(self, list_id: str, cursor: str | None, limit: int) -> Page[ListedNumber]:
        """Return one page of a list in the order of the numbers. Errors: InvalidInput."""
        last = decode_cursor(cursor)
        if last is not None and not (isinstance(last, str) and last):
            raise InvalidInput(reason="cursor")
        after = {"list_id": {"S": list_id}, "number": {"S": last}} if last else None
        query = ListedItem.query(list_id, limit=min(limit, PAGE_LIMIT), last_evaluated_key=after, consistent_read=True)
        items = [item.data for item in query]
        more = query.last_evaluated_key
        return Page(items=items, cursor=encode_cursor(more["number"]["S"] if more else None))

    def put(self, list_id: str, numbers: Iterable[ListedNumber]) -> None:
        """Store numbers in batches; what is there already is written anew."""
        with ListedItem.batch_write() as batch:
            for one in numbers:
                batch.save(ListedItem(list_id, one.number, data=one))

    def remove(self, list_id: str, numbers: Iterable[str]) -> None:
        """Delete numbers in batches; missing ones are fine."""
        with ListedItem.batch_write() as batch:
            for number in numbers:
                batch.delete(ListedItem(list_id, number))

    def clear(self, list_id: str) -> None:
        """Delete every number of a list."""
        self.remove(
            list_id, [item.number for item in ListedItem.query(list_id, attributes_to_get=["list_id", "number"])]
        )


listed_numbers: Final = ListedNumbers()
