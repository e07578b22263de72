"""Conditions on a call, as administrators state them in forms: a field, how it compares, a value."""

from typing import Annotated, Literal

import msgspec

Field = Annotated[
    str, msgspec.Meta(pattern=r"^(caller|dialled|country|area|grade|owner|language|var\.[a-z][a-z0-9_]{0,39})$")
]
"""What is compared: the caller's number, the number he dialled (both E.164), his country (ISO code), his area (province
and city, in Chinese and English), the customer's grade (0–9) and owner, the language of the call, or a variable."""

Op = Literal["equals", "not_equals", "starts_with", "contains", "one_of", "at_least", "at_most", "is_set", "not_set"]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A test of one field. value: compared as text; `one_of` takes several between commas; `at_least` and `at_most`
    compare numbers."""

    field: Field
    op: Op = "equals"
    value: Annotated[str, msgspec.Meta(max_length=500)] = ""


Conditions = Annotated[tuple[Condition, ...], msgspec.Meta(max_length=10)]
"""All must hold; none at all always hold."""
