"""Identifiers as the contract wants them: two letters that tell the kind, then 32 hexadecimal digits."""

import random
import secrets


class Sids:
    """Makes SIDs; with a seed the same ones in every run, with a node number SIDs that tell whose they are."""

    def __init__(self, seed: int | None = None, node: int | None = None) -> None:
        self._random: random.Random | None = None if seed is None else random.Random(seed)
        self._node = "" if node is None else f"{node:02x}"

    def new(self, prefix: str) -> str:
        """Return a new SID, e.g. new("CA")."""
        digits = secrets.token_hex(16) if self._random is None else f"{self._random.getrandbits(128):032x}"
        return prefix + self._node + digits[len(self._node) :]


def node_of(sid: str) -> int:
    """Return the number of the node that made a SID. Raises ValueError for text that is no SID."""
    return int(sid[2:4], 16)


def sid_of(prefix: str, name: str) -> str:
    """Return a SID that depends on the name alone, for things that must keep theirs over restarts (numbers)."""
    return f"{prefix}{random.Random(name).getrandbits(128):032x}"
