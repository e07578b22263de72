"""Two habits of a real queue service: delayed messages arrive on time, and a restart frees what was in flight."""
# pyright: reportMissingImports=false

import asyncio
import time
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.services import sqs

TICK_S = 0.1


async def wake_when_due() -> None:
    """Wake the event source poller when a delayed message becomes visible (by itself it looks once a second)."""
    before = time.time()
    while True:
        await asyncio.sleep(TICK_S)
        now = time.time()
        if any(before < message["visible_at"] <= now for message in _messages()):
            esm_wake.set()
        before = now


def release_in_flight() -> None:
    """Make messages visible that a consumer of the emulator's previous life had received and cannot delete any more."""
    now = time.time()
    for message in _messages():
        if message["receipt_handle"]:
            message["visible_at"] = min(message["visible_at"], now)


def _messages() -> list[dict[str, Any]]:
    return [message for queue in list(sqs._queues._data.values()) for message in list(queue["messages"])]
