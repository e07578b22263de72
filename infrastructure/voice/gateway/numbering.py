"""Numbers as trunks write them ↔ E.164. A rule is a POSIX pattern, how many characters go and what is put before.

The same rules are written into Kamailio's configuration and applied here, so that what the unit tests show is what the
edge does. The first rule that fits decides.
"""

import re
from typing import Annotated, Literal, NamedTuple

import msgspec

Form = Literal["plus", "digits", "international", "national"]
"""+8613800000001, 8613800000001, 008613800000001, 13800000001 (abroad: 00…)."""

MAINLAND = "86"


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a trunk's numbers are at home. country, area: codes without prefix; area "" takes no local numbers."""

    country: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,2}$")] = MAINLAND
    area: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,5}$")] = ""
    national_prefix: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,2}$")] = "0"
    international_prefix: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}$")] = "00"


class Rule(NamedTuple):
    """What to do with numbers that fit `pattern` (POSIX extended): drop `strip` characters, put `prefix` before."""

    pattern: str
    strip: int
    prefix: str


SERVICES = [Rule("^(1[0-9]{4}|9[0-9]{4,7})$", 0, "+86")]
"""Public services of mainland China: 10086, 95588, 12345."""


def apply(rules: list[Rule], number: str) -> str:
    """Return `number` by the first rule that fits it, else unchanged."""
    for rule in rules:
        if re.search(rule.pattern, number):
            return rule.prefix + number[rule.strip :]
    return number


def inward(plan: Plan) -> list[Rule]:
    """Return the rules that make E.164 of what a trunk sends (digits, perhaps after a plus)."""
    return [*dialled(plan), *(SERVICES if plan.country == MAINLAND else [])]


def dialled(plan: Plan) -> list[Rule]:
    """Return the rules that make E.164 of what a phone dials. Short numbers stay: the platform knows its extensions."""
    abroad = plan.international_prefix
    begin = [Rule("^[+]", 0, ""), Rule(f"^{abroad}[1-9][0-9]{{6,14}}$", len(abroad), "+")]
    return begin + (_mainland_inward(plan) if plan.country == MAINLAND else _other_inward(plan))


def _mainland_inward(plan: Plan) -> list[Rule]:
    local = [Rule("^[2-8][0-9]{6,7}$", 0, f"+86{plan.area}")] if plan.area else []
    return [
        Rule("^0[1-9][0-9]{8,11}$", 1, "+86"),  # area code, or a mobile number dialled as if far away
        Rule("^1[3-9][0-9]{9}$", 0, "+86"),  # mobile
        Rule("^[48]00[0-9]{7}$", 0, "+86"),  # shared-cost and free numbers
        Rule("^86(1[3-9][0-9]{9}|10[0-9]{8}|[2-9][0-9]{8,10})$", 0, "+"),
        *local,
    ]


def _other_inward(plan: Plan) -> list[Rule]:
    home, country = plan.national_prefix, plan.country
    rules = [Rule(f"^{home}[1-9][0-9]{{5,12}}$", len(home), f"+{country}")] if home else []
    rules.append(Rule(f"^{country}[0-9]{{8,12}}$", 0, "+"))
    if plan.area:
        rules.append(Rule("^[2-9][0-9]{5,7}$", 0, f"+{country}{plan.area}"))
    return [*rules, Rule("^[1-9][0-9]{7,11}$", 0, f"+{country}")]


def outward(plan: Plan, form: Form, prefix: str = "") -> list[Rule]:
    """Return the rules that write an E.164 number as a trunk wants it; public services are short in every form."""
    home = len(plan.country) + 1
    services = [Rule("^[+]86(1[0-9]{2,4}|9[0-9]{4,7})$", home, prefix)] if plan.country == MAINLAND else []
    return [*services, *_outward(plan, form, prefix)]


def _outward(plan: Plan, form: Form, prefix: str) -> list[Rule]:
    if form == "plus":
        return [Rule("^[+]", 0, prefix)]
    if form == "digits":
        return [Rule("^[+]", 1, prefix)]
    if form == "international":
        return [Rule("^[+]", 1, prefix + plan.international_prefix)]
    home = len(plan.country) + 1
    short = (
        [
            Rule("^[+]861[3-9][0-9]{9}$", home, prefix),
            Rule("^[+]86[48]00[0-9]{7}$", home, prefix),
        ]
        if plan.country == MAINLAND
        else []
    )
    return [
        *short,
        Rule(f"^[+]{plan.country}[0-9]", home, prefix + plan.national_prefix),
        Rule("^[+]", 1, prefix + plan.international_prefix),
    ]
