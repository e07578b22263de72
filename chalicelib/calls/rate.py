"""The carrier's rate of new calls as a token bucket (GCRA: one instant per carrier, moved on by each call).

Source: ITU-T I.371, generic cell rate algorithm, virtual scheduling form.
"""

import math

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.models import Model

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.records import optional_int, table_meta
from chalicelib.telephony.model import Carrier

BURST_S = 1.0


class RateItem(Model):
    """next_at: the instant (ms) at which the bucket is full again."""

    Meta = table_meta("snapshots")
    snapshot_id = UnicodeAttribute(hash_key=True)
    next_at = NumberAttribute(null=True)


def delay_for(carrier: Carrier) -> int:
    """Take a token; return 0, or after how many seconds to ask again."""
    interval = 1000 / carrier.calls_per_second
    key = f"rate#{carrier.name}"
    for _ in range(5):
        now = now_ms()
        stored = _next_at(key)
        start = max(now, stored or 0)
        ahead = start - now
        if ahead > BURST_S * 1000:
            return max(1, math.ceil(ahead / 1000))
        if _move(key, stored, start + round(interval)):
            return 0
    return 1


def _next_at(key: str) -> int | None:
    try:
        return optional_int(RateItem.get(key, consistent_read=True).next_at)
    except DoesNotExist:
        return None


def _move(key: str, stored: int | None, to: int) -> bool:
    condition = RateItem.next_at.does_not_exist() if stored is None else RateItem.next_at == stored
    try:
        RateItem(key).update(actions=[RateItem.next_at.set(to)], condition=condition)
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
