"""Which voice node a REST request belongs to. Pure.

A node's number is part of every SID that it gives out. All legs of a conversation must be on one node, since that is
where they are mixed: a new leg goes where the call is that its webhooks name (`call_id`).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

SID = re.compile(r"/(?:CA|CF|RE|QU)([0-9a-f]{2})[0-9a-f]{30}(?=[/.]|$)")
CALL_SID = re.compile(r"CA([0-9a-f]{2})[0-9a-f]{30}")


def owner(path: str) -> int | None:
    """Return the node that the first SID in a path below the account belongs to, None without one."""
    found = SID.search(path.partition("/Accounts/")[2].partition("/")[2].join(("/", "")))
    return int(found[1], 16) if found else None


def conversation(form: Mapping[str, str]) -> str | None:
    """Return the call that a new leg is for, as its webhooks name it."""
    for name in ("Url", "StatusCallback"):
        named = parse_qs(urlsplit(form.get(name, "")).query).get("call_id")
        if named:
            return named[0]
    return None


def home(call_id: str, living: Sequence[int]) -> int:
    """Return the node of a conversation: that of the call's own SID, else always the same one of the living nodes."""
    named = CALL_SID.fullmatch(call_id)
    if named:
        return int(named[1], 16)
    return max(living, key=lambda node: hashlib.sha256(f"{call_id}/{node}".encode()).digest())
