"""The present, in one place. Instants are integers: milliseconds since the epoch, UTC."""

import time


def now_ms() -> int:
    """Return the present instant in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
