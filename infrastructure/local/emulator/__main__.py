"""Start the AWS emulator with its state kept through kill -9.

Runs in the emulator's own venv (`.emulator`), so it imports the standard library, ministack and its neighbours only.
What is changed in the emulator, and why, is in docs/decisions on the laptop stack; each change is one function here.
"""
# pyright: reportMissingImports=false

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import ministack.app as ministack
import queues
import snapshots
import streams
from ministack.services import lambda_svc

App = Callable[[Any, Any, Any], Awaitable[None]]


def with_background(app: App, *jobs: Callable[[], Awaitable[None]]) -> App:
    """Return the ASGI application with `jobs` running on its event loop from start-up on."""
    running: list[asyncio.Future[None]] = []

    async def served(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" and not running:
            running.extend(asyncio.ensure_future(job()) for job in jobs)
        await app(scope, receive, send)

    return served


def _say_nothing(*_: object, **__: object) -> None:
    """Keep no log events in memory: what functions print is in the runner's log file."""


def patch() -> None:
    """Apply every change to the emulator in this process."""
    states = ministack._build_persistence_save_dict
    ministack._build_persistence_save_dict = lambda: snapshots.saved(states())
    load = ministack._load_persisted_state

    def loaded() -> None:
        load()
        queues.release_in_flight()
        streams.forget_lost()

    ministack._load_persisted_state = loaded
    streams.take_over()
    keeper = snapshots.Snapshots(ministack._build_persistence_save_dict)
    ministack.app = with_background(
        keeper.noting(ministack.app), keeper.run, queues.wake_when_due, streams.start_readers
    )
    lambda_svc._emit_lambda_logs = _say_nothing


if __name__ == "__main__":
    patch()
    sys.argv = sys.argv[:1]
    ministack.main()
