"""The call record as lists show it: written by `calls` when a call ends, read by `calls` and `crm`."""

from typing import Literal

import msgspec

CALL_INDEX = "call_index"


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One ended call. Instants in ms since the epoch UTC, durations (`_s`) in seconds, numbers E.164 or extensions.

    attribution: where the customer's number is from, in words. cause: why the call ended. disposition: the last code
    that an agent gave. answered_at: None when no agent answered.
    """

    call_id: str
    direction: Literal["inbound", "outbound", "internal"]
    customer_number: str
    started_at: int
    attribution: str | None = None
    trunk_number: str | None = None
    group_id: str | None = None
    agent_ids: tuple[str, ...] = ()
    customer_id: str | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    wait_s: int = 0
    talk_s: int = 0
    hold_s: int = 0
    cause: str | None = None
    disposition: str | None = None
    recording_ids: tuple[str, ...] = ()
