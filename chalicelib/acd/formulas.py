"""Formulas that administrators write: for a group's own distribution rule and for priorities.

Evaluated by simpleeval on documented variables: numbers, texts, comparisons, `and`/`or`/`not`, `x if y else z`, and the
functions min, max, abs, round. No attribute, import, loop or call of anything else; powers and texts are bounded.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, ClassVar

from chalicelib.kernel.errors import DomainError

Value = float | str | bool
FUNCTIONS: dict[str, Any] = {"min": min, "max": max, "abs": abs, "round": round}


class BadFormula(DomainError):
    """A formula that cannot be evaluated. params: formula, reason."""

    status = 422
    code = "bad_formula"
    text: ClassVar[dict[str, str]] = {
        "zh-CN": "公式“{formula}”无法计算:{reason}。请检查变量名和写法。",
        "en": "The formula “{formula}” cannot be evaluated: {reason}. Check the names of variables and its spelling.",
    }


class _Names:
    """Variables by name; a `var_…` that the call does not have is "", a `skill_…` that the agent does not have is 0."""

    def __init__(self, variables: Mapping[str, Value]) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> Value:
        try:
            return self._variables[name]
        except KeyError:
            if name.startswith("var_"):
                return ""
            if name.startswith("skill_"):
                return 0
            raise


def number(formula: str, variables: Mapping[str, Value]) -> float:
    """Return a formula's value as a number. Errors: BadFormula, also for a text or what is no finite number."""
    return compiled(formula)(variables)


def compiled(formula: str) -> Callable[[Mapping[str, Value]], float]:
    """Return what evaluates a formula, for many sets of variables one after the other (see `number`)."""
    import simpleeval  # costs start-up time that few functions need to pay

    try:
        evaluator, parsed = simpleeval.SimpleEval(functions=FUNCTIONS), simpleeval.SimpleEval.parse(formula)
    except Exception as error:  # whatever a formula can do wrong, it says
        raise BadFormula(formula=formula, reason=str(error)[:200]) from error

    def value_with(variables: Mapping[str, Value]) -> float:
        evaluator.names = _Names(variables)
        try:
            found: Any = evaluator.eval(formula, previously_parsed=parsed)
            value = float(found)
        except Exception as error:
            raise BadFormula(formula=formula, reason=str(error)[:200]) from error
        if not isfinite(value):
            raise BadFormula(formula=formula, reason="not a number")
        return value

    return value_with
