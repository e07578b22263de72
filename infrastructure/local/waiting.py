"""Wait for something outside this process to become true, without a fixed sleep."""

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.05


def eventually(happens: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    """Return as soon as `happens()` is true; connection errors count as not yet. TimeoutError says `what`."""
    deadline = time.monotonic() + within_s
    while not _quietly(happens):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {within_s} s: {what}")
        time.sleep(LOOK_EVERY_S)


def _quietly(happens: Callable[[], bool]) -> bool:
    """Ask once; a part that is just restarting refuses or drops connections."""
    try:
        return happens()
    except Exception as error:
        if type(error).__module__.partition(".")[0] in {"httpx", "httpcore", "botocore", "websockets", "urllib"}:
            return False
        if isinstance(error, OSError):
            return False
        raise
