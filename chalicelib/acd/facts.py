"""What rules may ask about a call: for conditions by field name, for formulas by variable name."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

from chalicelib.acd.formulas import Value
from chalicelib.acd.model.call import Call
from chalicelib.directory import number_lists
from chalicelib.directory import service as directory
from chalicelib.directory.conditions import LIST, SCHEDULE
from chalicelib.telephony.attribution import attribution, place_of

VARIABLE = "var."


class CallFacts(Mapping[str, str]):
    """A call's facts as texts, by the fields of a Condition.

    Where a caller is from, on which lists he is and which schedules are open is looked up when it is asked. now: the
    instant that schedules are asked for (ms), the call's own by default.
    """

    NAMES = ("caller", "dialled", "country", "area", "place", "grade", "owner", "language")

    def __init__(self, call: Call, now: int | None = None) -> None:
        self._call = call
        self._now = call.touched_at if now is None else now
        self._looked_up: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name.startswith((LIST, SCHEDULE)):
            return self._look_up(name)
        return self._of_call(name)

    def _of_call(self, name: str) -> str:
        call = self._call
        if name.startswith(VARIABLE):
            return str(call.variables[name[len(VARIABLE) :]])
        match name:
            case "caller":
                return call.customer_number
            case "dialled":
                return call.trunk_number
            case "country":
                return self._place[0]
            case "area":
                return self._place[1]
            case "place":
                return place_of(call.customer_number)
            case "grade":
                return str(call.customer_grade)
            case "owner":
                return call.customer_owner
            case "language":
                return call.language
            case _:
                raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self.NAMES
        yield from (f"{VARIABLE}{name}" for name in self._call.variables)

    def __len__(self) -> int:
        return len(self.NAMES) + len(self._call.variables)

    def _look_up(self, name: str) -> str:
        """Return what a list or a schedule says, read once a decision."""
        if name not in self._looked_up:
            kind, _, id = name.partition(".")
            if f"{kind}." == LIST:
                self._looked_up[name] = id if number_lists.has(id, self._call.customer_number) else ""
            else:
                self._looked_up[name] = directory.state_of(id, self._now)
        return self._looked_up[name]

    @cached_property
    def _place(self) -> tuple[str, str]:
        """Return the caller's country, by ISO code, and his area in both languages."""
        number = self._call.customer_number
        here, english = attribution(number, "zh-CN"), attribution(number, "en")
        names = dict.fromkeys(name for name in (here.region, english.region) if name)
        return here.country_code, " ".join(names)


def call_variables(call: Call, now: int) -> Mapping[str, Value]:
    """Return what a formula may ask about a call.

    caller, dialled, country, area, owner, language: texts. grade, priority: numbers. waited_s: since it was queued.
    var_<name>: a variable, as a number if it is one.
    """
    facts = CallFacts(call)
    since = call.queueing.enqueued_at if call.queueing else now
    figures: dict[str, Value] = {
        "grade": call.customer_grade,
        "waited_s": max(0, now - since) / 1000,
        "priority": call.queueing.priority if call.queueing else 0,
        **{f"var_{name}": _as_number(str(value)) for name, value in call.variables.items()},
    }
    return ChainMap(figures, cast("dict[str, Value]", facts))


def _as_number(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text
