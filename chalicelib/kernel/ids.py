"""Ids are ULIDs: 26 characters, sortable by the time at which they were made (https://github.com/ulid/spec)."""

import secrets

from chalicelib.kernel.clock import now_ms

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(at_ms: int | None = None) -> str:
    """Return a new ULID.

    at_ms: the instant (ms since the epoch) to encode; the present by default.
    """
    value = ((now_ms() if at_ms is None else at_ms) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
