"""Who did what to what: one immutable row for every act that must be answered for."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.records import table_meta


class AuditItem(Model):
    """One act. subject: what it was done to, `recording#<id>`; who: the username; at: ms since the epoch."""

    Meta = table_meta("audit")  # pyright: ignore[reportAssignmentType]
    subject = UnicodeAttribute(hash_key=True)
    event_id = UnicodeAttribute(range_key=True)
    who = UnicodeAttribute()
    action = UnicodeAttribute()
    at = NumberAttribute()


def audit(subject: str, who: str, action: str) -> None:
    """Write that `who` did `action` to `subject` now. A failure stops the act: nothing is done unseen."""
    item: Any = AuditItem(subject, new_id())
    item.who, item.action, item.at = who, action, now_ms()
    item.save()
