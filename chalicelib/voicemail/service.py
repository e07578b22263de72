"""What is done with messages: filed when they come in, listed, heard, called back, handled, opened again."""

from collections.abc import Callable, Iterable
from heapq import merge
from itertools import islice
from typing import Final

import msgspec

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import Busy, InvalidInput, NotFound
from chalicelib.kernel.paging import Page, decode_cursor, encode_cursor
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost
from chalicelib.recordings import service as recordings
from chalicelib.recordings.model import Recording
from chalicelib.recordings.storage import Presigned
from chalicelib.voicemail import rules, tables
from chalicelib.voicemail.boxes import Boxes, boxes_of
from chalicelib.voicemail.model import STATES, Asked, Voicemail, VoicemailView
from chalicelib.voicemail.ports import ports

TRIES: Final = 5


def file(recording: Recording) -> Voicemail | None:
    """Store the message that a recording holds and tell its hearers; again: they are told again. None: no message."""
    message = rules.left(recording)
    if message is None:
        return None
    try:
        stored = tables.save(message)
    except Lost:
        stored = tables.find(message.voicemail_id) or message
    ports.tell(stored)
    return stored


def search(
    who: Principal, asked: Asked, box: str | None, number: str | None, cursor: str | None, limit: int
) -> Page[VoicemailView]:
    """Return one page, newest first, of the messages in the boxes that `who` may hear.

    box: that one alone; nothing when he may not hear it. number: E.164. Errors: InvalidInput for a foreign cursor.
    """
    boxes = tuple(found for found in boxes_of(who) if box in (None, found))
    before = _before(cursor)
    found = _of_number(number, boxes, asked, before, limit) if number else _in_boxes(boxes, asked, before, limit)
    more = encode_cursor(tables.sort_of(found[limit - 1])) if len(found) > limit else None
    return Page(items=_views(found[:limit]), cursor=more)


def unheard(who: Principal) -> int:
    """Return how many messages in the user's boxes nobody has heard, of one box at most a hundred."""
    return sum(tables.count(box, "new") for box in boxes_of(who))


def listen(voicemail_id: str, who: Principal) -> Presigned:
    """Return the address to hear a message at, which makes it a heard one. Errors: NotFound, NotStored, Busy."""
    _read(voicemail_id, who)
    address = recordings.hear_message(voicemail_id, who)
    _change(voicemail_id, who, lambda message: rules.heard(message, who.username, now_ms()))
    return address


def called_back(voicemail_id: str, who: Principal) -> VoicemailView:
    """Note that the user called back. Errors: NotFound, Busy."""
    return _change(voicemail_id, who, lambda message: rules.called_back(message, who.username, now_ms()))


def handle(voicemail_id: str, who: Principal, note: str) -> VoicemailView:
    """Close a message. Errors: NotFound, Busy."""
    return _change(voicemail_id, who, lambda message: rules.handled(message, who.username, note, now_ms()))


def reopen(voicemail_id: str, who: Principal) -> VoicemailView:
    """Open a handled message again. Errors: NotFound, Busy."""
    return _change(voicemail_id, who, rules.reopened)


def _read(voicemail_id: str, who: Principal) -> Voicemail:
    found = tables.find(voicemail_id)
    if found is None or found.box not in boxes_of(who):
        raise NotFound(kind="voicemail", id=voicemail_id)
    return found


def _change(voicemail_id: str, who: Principal, decide: Callable[[Voicemail], Voicemail]) -> VoicemailView:
    """Store what `decide` makes of a message, again on fresh data when somebody was faster; tell its hearers."""
    for _ in range(TRIES):
        found = _read(voicemail_id, who)
        wanted = decide(found)
        try:
            stored = found if wanted == found else tables.save(wanted)
        except Lost:
            continue
        ports.tell(stored)
        return _views([stored])[0]
    raise Busy


def _in_boxes(boxes: Boxes, asked: Asked, before: str | None, limit: int) -> list[Voicemail]:
    """Return the newest of all boxes, one more than `limit` if there are."""
    lists = [tables.in_box(box, state, before, limit + 1) for box in boxes for state in STATES[asked]]
    return _first(merge(*lists, key=tables.sort_of, reverse=True), limit)


def _of_number(number: str, boxes: Boxes, asked: Asked, before: str | None, limit: int) -> list[Voicemail]:
    found = tables.of_number(number, before, limit + 1)
    return _first((one for one in found if one.box in boxes and one.state in STATES[asked]), limit)


def _first(messages: Iterable[Voicemail], limit: int) -> list[Voicemail]:
    return list(islice(messages, limit + 1))


def _before(cursor: str | None) -> str | None:
    found = decode_cursor(cursor)
    if found is not None and not isinstance(found, str):
        raise InvalidInput(reason="cursor")
    return found


def _views(messages: list[Voicemail]) -> list[VoicemailView]:
    """Return messages with the state of their audio; a recording that is no more was deleted."""
    audio = recordings.states(message.voicemail_id for message in messages)
    return [
        VoicemailView(**msgspec.structs.asdict(message), audio=audio.get(message.voicemail_id, "deleted"))
        for message in messages
    ]
