"""How messages are stored: the record, found by state and box and by number, newest first."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib.kernel.records import CONDITION_FAILED, Lost, StructAttribute, stored_version, table_meta
from chalicelib.voicemail.model import State, Voicemail

COUNTED: Final = 100
"""Messages of one box that are counted: nobody reads a longer figure."""


class ByList(GlobalSecondaryIndex[Any]):
    """The messages of a box in one state, by time."""

    class Meta:
        index_name = "by_list"
        projection = AllProjection()

    list = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class ByNumber(GlobalSecondaryIndex[Any]):
    """The messages of a number, by time."""

    class Meta:
        index_name = "by_number"
        projection = AllProjection()

    number = UnicodeAttribute(hash_key=True)
    sort = UnicodeAttribute(range_key=True)


class VoicemailItem(Model):
    """One message. number is missing when it was withheld."""

    Meta = table_meta("voicemails")  # pyright: ignore[reportAssignmentType]
    voicemail_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    data = StructAttribute(Voicemail)
    list = UnicodeAttribute()
    number = UnicodeAttribute(null=True)
    sort = UnicodeAttribute()
    by_list = ByList()
    by_number = ByNumber()


def find(voicemail_id: str) -> Voicemail | None:
    """Return a message, read consistently, or None."""
    try:
        return VoicemailItem.get(voicemail_id, consistent_read=True).data
    except DoesNotExist:
        return None


def save(voicemail: Voicemail) -> Voicemail:
    """Store the message in the place of the version that was read; return it at the next. Errors: Lost."""
    saved = msgspec.structs.replace(voicemail, version=voicemail.version + 1)
    try:
        _item(saved).save(condition=stored_version(voicemail.version))
    except PutError as error:
        if error.cause_response_code != CONDITION_FAILED:
            raise
        raise Lost from error
    return saved


def in_box(box: str, state: State, before: str | None, limit: int) -> list[Voicemail]:
    """Return at most `limit` messages of a box in a state, newest first. before: the `sort` to go on after."""
    until = VoicemailItem.sort < before if before else None
    found = VoicemailItem.by_list.query(_list(state, box), until, scan_index_forward=False, limit=limit)
    return [item.data for item in found]


def of_number(number: str, before: str | None, page_size: int) -> Iterator[Voicemail]:
    """Yield the messages of a number, newest first. before: the `sort` to go on after."""
    until = VoicemailItem.sort < before if before else None
    for item in VoicemailItem.by_number.query(number, until, scan_index_forward=False, page_size=page_size):
        yield item.data


def count(box: str, state: State) -> int:
    """Return how many messages of a box are in a state, at most `COUNTED`."""
    return VoicemailItem.by_list.count(_list(state, box), limit=COUNTED)


def sort_of(voicemail: Voicemail) -> str:
    """Return the place of a message in the order of time."""
    return f"{voicemail.left_at:015d}#{voicemail.voicemail_id}"


def _list(state: State, box: str) -> str:
    return f"{state}#{box}"


def _item(voicemail: Voicemail) -> Any:
    item: Any = VoicemailItem(voicemail.voicemail_id)
    item.version, item.data = voicemail.version, voicemail
    item.list, item.sort = _list(voicemail.state, voicemail.box), sort_of(voicemail)
    item.number = voicemail.number or None
    return item
