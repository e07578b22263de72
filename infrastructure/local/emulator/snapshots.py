"""Write the emulator's state to disk soon after it changed.

ministack saves at a clean shutdown only. Here a forked child writes the whole state: the fork is taken on the event
loop's thread, where every request is served, so the picture is consistent, and no request waits for the disk.
"""
# pyright: reportMissingImports=false

import asyncio
import ctypes
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core import persistence
from ministack.services import dynamodb, sqs

INTERVAL_S = 2.0
LIMIT_S = 30.0
PR_SET_PDEATHSIG = 1
UNSAVED = {"cloudwatch_logs", "cloudwatch"}
"""They grow with every invocation and are of no use after a restart."""
READS = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet")

logger = logging.getLogger("snapshots")
States = dict[str, Callable[[], Any]]


def saved(states: States) -> States:
    """Return the services whose state is worth keeping."""
    return {name: state for name, state in states.items() if name not in UNSAVED}


class Snapshots:
    """Decides when to take a picture, takes it, and sees to it that it was written."""

    def __init__(self, states: Callable[[], States]) -> None:
        self._states = states
        self._changed = False
        self._child: int | None = None
        self._began = 0.0

    def noting(self, app: Callable[[Any, Any, Any], Awaitable[None]]) -> Callable[[Any, Any, Any], Awaitable[None]]:
        """Return the ASGI application, remembering that a request may have changed the state."""

        async def served(scope: Any, receive: Any, send: Any) -> None:
            self._changed = self._changed or _may_change(scope)
            await app(scope, receive, send)
            self._changed = self._changed or _may_change(scope)

        return served

    async def run(self) -> None:
        """Take a picture whenever something changed, one at a time, for as long as the emulator lives."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            if self._finished() and self._changed:
                self._changed = False
                self._begin()

    def _finished(self) -> bool:
        if self._child is None:
            return True
        done, status = os.waitpid(self._child, os.WNOHANG)
        if not done and time.monotonic() - self._began < LIMIT_S:
            return False
        if not done:  # it waits for a lock that another thread held at the fork: give this picture up
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        if not done or status:
            logger.warning("a snapshot failed (status %s); taking another", status)
            self._changed = True
        self._child = None
        return True

    def _begin(self) -> None:
        with dynamodb._lock, sqs._queues_lock:
            self._began = time.monotonic()
            self._child = os.fork()
        if self._child == 0:
            _write_and_exit(self._states)


def _write_and_exit(states: Callable[[], States]) -> None:
    """Save everything and leave without running anything of the parent's."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # the next emulator must not meet this writer
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.nice(5)
        logging.disable(logging.INFO)
        persistence.save_all(states())
        os._exit(0)
    finally:
        os._exit(1)


def _may_change(scope: Any) -> bool:
    if scope["type"] == "websocket":
        return True
    headers = {bytes(name): bytes(value) for name, value in scope.get("headers", [])}
    action = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
    return not action.startswith(READS) if action else scope.get("method") not in {"GET", "HEAD", "OPTIONS"}
