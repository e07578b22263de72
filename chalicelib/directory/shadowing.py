"""Rules that can never decide, because one before them always does or they contradict themselves. Pure.

Only what is certain is said: a rule that is shadowed by several others together is not found.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from chalicelib.directory.conditions import Condition
from chalicelib.directory.holding import holds, is_within, values
from chalicelib.directory.model import RoutingRule


class RuleWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that never decides. rule: its place, 1 first; by: of the rule that always decides before it, None when its
    own conditions exclude each other."""

    rule: int
    code: Literal["shadowed", "never"]
    by: int | None = None


def warnings(rules: Iterable[RoutingRule]) -> list[RuleWarning]:
    """Return the rules that never decide."""
    found: list[RuleWarning] = []
    before: list[tuple[int, RoutingRule]] = []
    for place, rule in enumerate(rules, 1):
        by = next((earlier for earlier, one in before if _covers(one, rule)), None)
        if _never(rule):
            found.append(RuleWarning(rule=place, code="never"))
        elif by is not None:
            found.append(RuleWarning(rule=place, code="shadowed", by=by))
        before.append((place, rule))
    return found


def _covers(earlier: RoutingRule, later: RoutingRule) -> bool:
    same_hours = earlier.hours in ("any", later.hours)
    return same_hours and all(any(implies(known, wanted) for known in later.when) for wanted in earlier.when)


def _never(rule: RoutingRule) -> bool:
    """Return whether one condition names the values of a field that another excludes."""
    return any(
        one.field == other.field and (named := _named(one)) is not None and not any(_true_of(other, v) for v in named)
        for one in rule.when
        for other in rule.when
    )


def implies(known: Condition, wanted: Condition) -> bool:
    """Return whether the first condition, where it holds, makes the second one hold."""
    if known == wanted:
        return True
    if known.field != wanted.field:
        return False
    named = _named(known)
    if named is not None:
        return all(_true_of(wanted, value) for value in named)
    rule = _IMPLIED.get((known.op, wanted.op))
    return rule is not None and rule(known.value, wanted.value)


def _named(condition: Condition) -> list[str] | None:
    """Return the only values for which a condition holds, None when they are not listed."""
    if condition.op == "equals":
        return [condition.value]
    return values(condition.value) if condition.op == "one_of" else None


def _true_of(condition: Condition, value: str) -> bool:
    return holds(condition, {condition.field: value})


def _all_within(known: str, wanted: str) -> bool:
    return all(any(is_within(one, whole) for whole in values(wanted)) for one in values(known))


def _begins_like(known: str, wanted: str) -> bool:
    """Return whether whatever begins with `known` matches one of the patterns: a prefix and a star."""
    prefixes = (one[:-1] for one in values(wanted) if one.endswith("*"))
    return known != "" and any(not set("*?") & set(prefix) and known.startswith(prefix) for prefix in prefixes)


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def compared(known: str, wanted: str) -> bool:
        try:
            return compare(float(known), float(wanted))
        except ValueError:
            return False

    return compared


_IMPLIED: dict[tuple[str, str], Callable[[str, str], bool]] = {
    ("starts_with", "starts_with"): lambda known, wanted: wanted != "" and known.startswith(wanted),
    ("starts_with", "contains"): lambda known, wanted: wanted != "" and wanted.casefold() in known.casefold(),
    ("contains", "contains"): lambda known, wanted: wanted != "" and wanted.casefold() in known.casefold(),
    ("starts_with", "matches"): _begins_like,
    ("matches", "matches"): lambda known, wanted: set(values(known)) <= set(values(wanted)),
    ("within", "within"): _all_within,
    ("at_least", "at_least"): _numbers(lambda known, wanted: known >= wanted),
    ("at_most", "at_most"): _numbers(lambda known, wanted: known <= wanted),
    **{(op, "is_set"): lambda _known, _wanted: True for op in ("matches", "within", "at_least", "at_most")},
    **{(op, "is_set"): lambda known, _wanted: known != "" for op in ("starts_with", "contains")},
}
