"""A short message. No I/O."""

from typing import Literal

from chalicelib.kernel.records import Record


class TextMessage(Record, frozen=True, kw_only=True):
    """A short message. message_id: made by who asks, so that asking twice is asking once. from_, to: E.164.

    state: `sending` before the carrier was asked (and for ever if the process died then), `sent` when it took it,
    `refused` with its code, `unknown` when it did not say. Instants in ms.
    """

    message_id: str
    carrier: str
    from_: str
    to: str
    text: str
    call_id: str = ""
    state: Literal["sending", "sent", "refused", "unknown"] = "sending"
    carrier_sid: str = ""
    carrier_code: int = 0
    asked_at: int = 0
