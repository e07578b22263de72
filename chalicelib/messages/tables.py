"""How messages are stored: one row each, by id."""

from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.models import Model

from chalicelib.kernel.records import CONDITION_FAILED, StructAttribute, stored_version, table_meta
from chalicelib.messages.model import TextMessage

KEPT_S = 180 * 86_400


class MessageItem(Model):
    """One message. expires_at: seconds; the call's events tell of it for longer."""

    Meta = table_meta("messages")
    message_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)
    data = StructAttribute(TextMessage)


def find(message_id: str) -> TextMessage | None:
    """Return a message, read consistently, or None."""
    try:
        return MessageItem.get(message_id, consistent_read=True).data
    except DoesNotExist:
        return None


def save(message: TextMessage) -> TextMessage | None:
    """Store a message in the place of the version that was read; None when somebody else was faster."""
    saved = msgspec.structs.replace(message, version=message.version + 1)
    item: Any = MessageItem(saved.message_id, version=saved.version, data=saved)
    item.expires_at = saved.asked_at // 1000 + KEPT_S
    try:
        item.save(condition=stored_version(message.version))
    except PutError as error:
        if error.cause_response_code != CONDITION_FAILED:
            raise
        return None
    return saved
