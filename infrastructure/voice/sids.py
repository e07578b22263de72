"""Identifiers as the contract wants them: two letters that tell the kind, then 32 hexadecimal digits."""

import random
import secrets


class Sids:
    """Makes SIDs; with a seed the same ones in every run."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random | None = None if seed is None else random.Random(seed)

    def new(self, prefix: str) -> str:
        """Return a new SID, e.g. new("CA")."""
        if self._random is None:
            return prefix + secrets.token_hex(16)
        return f"{prefix}{self._random.getrandbits(128):032x}"


def sid_of(prefix: str, name: str) -> str:
    """Return a SID that depends on the name alone, for things that must keep theirs over restarts (numbers)."""
    return f"{prefix}{random.Random(name).getrandbits(128):032x}"
