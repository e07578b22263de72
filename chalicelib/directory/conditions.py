"""Conditions on a call, as administrators state them in forms: a field, how it compares, a value."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

LIST = "list."
SCHEDULE = "schedule."
Field = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(caller|dialled|country|area|place|grade|owner|language"
        r"|(list|schedule)\.[A-Za-z0-9_-]{1,64}|var\.[a-z][a-z0-9_]{0,39})$"
    ),
]
"""What is compared: the caller's number, the number he dialled (both E.164), his country (ISO code), his area (province
and city, in Chinese and English), his place (the key of his area: `CN/guangdong/shenzhen`), the customer's grade (0–9)
and owner, the language of the call, a variable; `list.<id>`: set when the caller's number is in a number list;
`schedule.<id>`: `open`, `closed`, or `holiday` (closed because of the day)."""

Op = Literal[
    "equals", "not_equals", "starts_with", "contains", "one_of", "matches", "within", "at_least", "at_most", "is_set",
    "not_set",
]  # fmt: skip


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A test of one field. value: compared as text; `one_of`, `matches` and `within` take several between commas.

    matches: patterns in which `*` stands for any digits and `?` for one. within: keys of places; a place is within
    itself and whatever it is part of. at_least, at_most: compare numbers.
    """

    field: Field
    op: Op = "equals"
    value: Annotated[str, msgspec.Meta(max_length=500)] = ""


Conditions = Annotated[tuple[Condition, ...], msgspec.Meta(max_length=10)]
"""All must hold; none at all always hold."""


def named(conditions: Iterable[Condition], prefix: str) -> set[str]:
    """Return the ids that the conditions name after a prefix: of number lists (LIST), of schedules (SCHEDULE)."""
    return {one.field.removeprefix(prefix) for one in conditions if one.field.startswith(prefix)}
