"""ACD-3, QUE-5: a site's own rule of distribution, formulas and conditions on calls."""

from importlib.metadata import EntryPoint
from unittest.mock import patch

import pytest

from chalicelib.acd import formulas, own_rules
from chalicelib.acd.facts import CallFacts, call_variables
from chalicelib.acd.formulas import BadFormula
from chalicelib.acd.model.agent import SignedIn, Tally
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group
from chalicelib.directory.conditions import Condition, Op
from chalicelib.directory.holding import all_hold, holds
from tests.unit.acd.kit import NOON, Floor, group


def own(rule: str) -> Group:
    return group(method="own", own_rule=rule)


def given_to(rule: str, **call_fields: object) -> str:
    """Return who gets a call of which `ben` is the owner: ann is idle longest, cai has the highest level."""
    there = Floor(own(rule))
    there.agent("ann", idle_since=NOON - 9_000, groups=(SignedIn(group_id="g1", level=1),))
    there.agent("ben", idle_since=NOON - 5_000, groups=(SignedIn(group_id="g1", level=5),), skills={"tax-law": 7})
    there.agent("cai", idle_since=NOON - 1_000, groups=(SignedIn(group_id="g1", level=9),),
                tallies=(Tally(group_id="g1", calls=20),))  # fmt: skip
    call = there.call("c1")
    there.stage.act("c1", lambda scene: scene.change(customer_owner="ben", **call_fields))
    assert call.call_id == "c1"
    assert there.dispatcher.dispatch_group("g1") == 1
    return there.with_whom("c1")


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("level", "cai"),
        ("-level", "ann"),
        ("idle_s", "ann"),
        ("-idle_s", "cai"),
        ("100 if agent == owner else idle_s", "ben"),
        ("skill_tax_law * 10 + level", "ben"),
        ("level - calls", "ben"),
        ("0", "ann"),
        ("level if var_product == 'loan' else -level", "cai"),
        ("level if var_amount > 1000 and grade >= 3 else -level", "cai"),
    ],
)
def test_the_highest_score_has_the_call_and_of_equals_the_longest_idle(rule: str, who: str) -> None:
    assert given_to(rule, variables={"product": "loan", "amount": "5000"}, customer_grade=4) == who


@pytest.mark.parametrize("rule", ["level / 0", "nonsense", "agent", "10 ** 10 ** 10"])
def test_a_rule_that_fails_gives_way_to_longest_idle_and_says_so(rule: str, caplog: pytest.LogCaptureFixture) -> None:
    assert given_to(rule) == "ann"
    assert "own distribution rule failed" in caplog.text


def test_a_rule_that_is_slow_gives_way_to_longest_idle() -> None:
    ticks = iter(float(tick) for tick in range(1_000))
    with patch.object(own_rules.time, "monotonic", lambda: next(ticks)):
        assert given_to("level") == "ann"


def test_an_installed_entry_point_decides() -> None:
    def score(call: object, agent: dict[str, float]) -> float:
        del call
        return agent["level"]

    own_rules._entry_point.cache_clear()
    point = EntryPoint(name="by_level", value="x:y", group=own_rules.ENTRY_POINTS)
    with (
        patch("importlib.metadata.entry_points", lambda **asked: [point] if asked["name"] == "by_level" else []),
        patch.object(EntryPoint, "load", lambda _: score),
    ):
        own_rules.check("python:by_level")
        assert given_to("python:by_level") == "cai"
        with pytest.raises(BadFormula, match="no entry point other"):
            own_rules.check("python:other")
    own_rules._entry_point.cache_clear()


@pytest.mark.parametrize(
    "formula",
    ["", "level +", "unknown_name", "__import__('os')", "agent.__class__", "open('/etc/passwd')", "[x for x in 'ab']",
     "(lambda: 1)()", "'text'", "1e999"],
)  # fmt: skip
def test_a_formula_that_cannot_work_or_reaches_out_is_refused_when_it_is_saved(formula: str) -> None:
    with pytest.raises(BadFormula):
        own_rules.check(formula)


def test_a_formula_of_priorities_knows_nothing_of_agents() -> None:
    own_rules.check_priority("grade * 10 + (5 if '广东' in area else 0)")
    with pytest.raises(BadFormula, match="level"):
        own_rules.check_priority("level")


def test_where_a_caller_is_from_is_known_to_formulas_and_conditions() -> None:
    call = Call(call_id="c", customer_number="+8675586270000", variables={"n": 3})
    assert formulas.number("2 if country == 'CN' and '深圳' in area else 1", call_variables(call, NOON)) == 2
    assert holds(Condition(field="area", op="contains", value="shenzhen"), CallFacts(call))
    assert holds(Condition(field="var.n", op="at_least", value="3"), CallFacts(call))


@pytest.mark.parametrize(
    ("op", "value", "true_of", "false_of"),
    [
        ("equals", "3", "3", "33"),
        ("not_equals", "3", "4", "3"),
        ("starts_with", "+8610", "+86101", "+8620"),
        ("contains", "vip", "a VIP b", "none"),
        ("one_of", "a, b\uff0cc", "c", "d"),
        ("at_least", "5", "5", "4.9"),
        ("at_most", "5", "5", "x"),
        ("is_set", "", "x", ""),
        ("not_set", "", "", "x"),
    ],
)
def test_each_comparison(op: Op, value: str, true_of: str, false_of: str) -> None:
    condition = Condition(field="var.x", op=op, value=value)
    assert holds(condition, {"var.x": true_of})
    assert not holds(condition, {"var.x": false_of})


def test_all_conditions_must_hold_and_none_always_do() -> None:
    one, two = Condition(field="grade", value="1"), Condition(field="language", value="en")
    assert all_hold((), {})
    assert all_hold((one, two), {"grade": "1", "language": "en"})
    assert not all_hold((one, two), {"grade": "1"})


def test_candidates_beyond_the_limit_are_not_scored() -> None:
    there = Floor(own("-idle_s"))
    for number in range(own_rules.CANDIDATE_LIMIT + 5):
        there.agent(f"a{number:03d}", idle_since=NOON - 1_000_000 + number)
    there.call("c1")
    there.dispatcher.dispatch_group("g1")
    assert there.with_whom("c1") == f"a{own_rules.CANDIDATE_LIMIT - 1:03d}"
