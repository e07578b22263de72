"""Whether conditions hold for a call. Pure; a comparison that makes no sense is false."""

from collections.abc import Iterable, Mapping

from chalicelib.acd.model.conditions import Condition


def all_hold(conditions: Iterable[Condition], facts: Mapping[str, str]) -> bool:
    """Return whether every condition holds. facts: by field name; an unknown one is ""."""
    return all(holds(condition, facts) for condition in conditions)


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
        case "one_of":
            return value != "" and value in {one.strip() for one in wanted.replace("\uff0c", ",").split(",")}
        case "at_least" | "at_most":
            return _ordered(value, wanted, condition.op)
        case "is_set":
            return value != ""
        case "not_set":
            return value == ""


def _ordered(value: str, wanted: str, op: str) -> bool:
    try:
        left, right = float(value), float(wanted)
    except ValueError:
        return False
    return left >= right if op == "at_least" else left <= right
