"""Whether conditions hold for a call. Pure; a comparison that makes no sense is false."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import lru_cache

from chalicelib.directory.conditions import Condition


def all_hold(conditions: Iterable[Condition], facts: Mapping[str, str]) -> bool:
    """Return whether every condition holds. facts: by field name; an unknown one is ""."""
    return failing(conditions, facts) is None


def failing(conditions: Iterable[Condition], facts: Mapping[str, str]) -> Condition | None:
    """Return the first condition that does not hold, None when all do."""
    return next((one for one in conditions if not holds(one, facts)), None)


def holds(condition: Condition, facts: Mapping[str, str]) -> bool:
    """Return whether one condition holds."""
    value, wanted = facts.get(condition.field, ""), condition.value
    match condition.op:
        case "equals":
            return value == wanted
        case "not_equals":
            return value != wanted
        case "starts_with":
            return wanted != "" and value.startswith(wanted)
        case "contains":
            return wanted != "" and wanted.casefold() in value.casefold()
        case "one_of" | "matches" | "within":
            return _of_several(value, values(wanted), condition.op)
        case "at_least" | "at_most":
            return _ordered(value, wanted, condition.op)
        case "is_set":
            return value != ""
        case "not_set":
            return value == ""


def values(text: str) -> list[str]:
    """Return the several values of a condition; the Chinese comma separates too."""
    return [one for one in (part.strip() for part in text.replace("\uff0c", ",").split(",")) if one]


def _of_several(value: str, wanted: list[str], op: str) -> bool:
    if value == "":
        return False
    match op:
        case "one_of":
            return value in wanted
        case "matches":
            return any(_pattern(one).fullmatch(value) for one in wanted)
        case _:
            return any(is_within(value, one) for one in wanted)


def is_within(place: str, whole: str) -> bool:
    """Return whether a place is another one or part of it, by their keys."""
    return place == whole or place.startswith(f"{whole}/")


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    # fnmatch's translation never tries the same place twice, however many stars there are; its brackets are not ours.
    return re.compile(translate(text.replace("[", "[[]")))


def _ordered(value: str, wanted: str, op: str) -> bool:
    try:
        left, right = float(value), float(wanted)
    except ValueError:
        return False
    return left >= right if op == "at_least" else left <= right
