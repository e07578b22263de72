"""Wait for something outside this process to become true, without a fixed sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY_S = 0.05
T = TypeVar("T")


def eventually(happens: Callable[[], T | None], what: str, within_s: float = 20.0) -> T:
    """Return what `happens()` returns as soon as it is true; connection errors count as not yet.

    Errors: TimeoutError, which says `what`.
    """
    deadline = time.monotonic() + within_s
    while not (found := _quietly(happens)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s} s: {what}")
        time.sleep(LOOK_EVERY_S)
    return found


def _quietly(happens: Callable[[], T | None]) -> T | None:
    """Ask once; a part that is just restarting refuses or drops connections."""
    try:
        return happens()
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"httpx", "httpcore", "botocore", "websockets", "urllib"}:
            return None
        if isinstance(error, OSError):
            return None
        raise
