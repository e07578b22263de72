"""RTE-1, ACD-7, RTE-5: rules of a number, lists and places that they ask for, the clock on days when it changes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.acd.facts import CallFacts
from chalicelib.acd.model.call import Call
from chalicelib.directory import number_lists, routes, routes_routing, service, shadowing, uses
from chalicelib.directory import tables as directory_tables
from chalicelib.directory.conditions import Condition
from chalicelib.directory.holding import holds
from chalicelib.directory.hours import ALWAYS_OPEN, instant_of, is_open
from chalicelib.directory.model import (
    Extension,
    Interval,
    NumberList,
    Openness,
    Route,
    RoutingRule,
    Schedule,
    Screening,
    TrunkNumber,
    Weekly,
)  # fmt: skip
from chalicelib.directory.rules import CLOSED, first_rule, inbound_route, onward
from chalicelib.kernel.errors import InUse, InvalidInput
from chalicelib.telephony import regions
from chalicelib.telephony.attribution import place_of

SHUT = Openness(open=False, reason="outside_hours")
SALES, VIP, BOX = Route(kind="group", id="sales"), Route(kind="agent", id="ann"), Route(kind="voicemail", id="sales")


def rule(field: str, op: Any, value: str = "", route: Route = VIP, **more: Any) -> RoutingRule:
    return RoutingRule(when=(Condition(field=field, op=op, value=value),), route=route, **more)


def trunk(*rules: RoutingRule, **more: Any) -> TrunkNumber:
    return TrunkNumber(number="+861055550100", carrier="x", group_id="sales", rules=list(rules), **more)


# --- the first rule that holds


def test_the_first_rule_that_holds_decides_and_those_before_it_say_why_not() -> None:
    number = trunk(
        rule("grade", "at_least", "5", name="gold"),
        rule("caller", "matches", "+8613*", BOX, name="mobile"),
        rule("caller", "starts_with", "+86", Route(kind="hang_up")),
    )
    facts = {"grade": "3", "caller": "+8613800138000"}
    found = inbound_route(number, Screening(), ALWAYS_OPEN, facts)
    assert (found.route, found.reasons[-1].code, found.reasons[-1].about) == (BOX, "by_rule", "mobile")
    (passed,) = found.passed_over
    assert (passed.rule, passed.name, passed.because, passed.value) == (1, "gold", number.rules[0].when[0], "3")
    assert inbound_route(number, Screening(), ALWAYS_OPEN, {"caller": "+1"}).route == SALES


@pytest.mark.parametrize(
    ("hours", "by_day", "by_night"), [("open", VIP, CLOSED), ("closed", SALES, VIP), ("any", VIP, VIP)]
)
def test_a_rule_counts_in_its_hours(hours: Any, by_day: Route, by_night: Route) -> None:
    number = trunk(RoutingRule(hours=hours, route=VIP))
    assert inbound_route(number, Screening(), ALWAYS_OPEN).route == by_day
    assert inbound_route(number, Screening(), SHUT).route == by_night
    assert inbound_route(number, Screening(), None).route == by_day  # a schedule that is gone keeps us open


def test_the_black_list_comes_before_every_rule() -> None:
    number = trunk(RoutingRule(hours="any", route=VIP))
    assert inbound_route(number, Screening(verdict="black"), ALWAYS_OPEN).kind == "reject"


@pytest.mark.parametrize(
    ("pattern", "caller", "matches"),
    [
        ("+8613800138000", "+8613800138000", True),
        ("+86138*", "+8613800138000", True),
        ("+86138*", "+8613900138000", False),
        ("+861380013800?", "+8613800138000", True),
        ("+861380013800?", "+86138001380001", False),
        ("+1*, +86*8000", "+8613800138000", True),
        ("+86[13]*", "+8613800138000", False),
        ("*" * 400 + "9", "+8613800138000", False),
        ("", "+8613800138000", False),
        ("*", "", False),
    ],
)
def test_patterns_of_callers(pattern: str, caller: str, matches: bool) -> None:
    assert holds(Condition(field="caller", op="matches", value=pattern), {"caller": caller}) == matches


def test_a_place_is_within_whatever_it_is_part_of() -> None:
    def within(keys: str, caller: str) -> bool:
        return holds(
            Condition(field="place", op="within", value=keys), CallFacts(Call(call_id="c", customer_number=caller))
        )

    shenzhen, berlin = "+8675586270000", "+493012345678"
    assert within("CN", shenzhen)
    assert within("US,CN/guangdong", shenzhen)
    assert within("CN/guangdong/shenzhen", shenzhen)
    assert not within("CN/guangdong/shen", shenzhen)
    assert not within("CN/guangdong/guangzhou", shenzhen)
    assert within("DE/berlin", berlin)
    assert not within("CN", "anonymous")


def test_places_are_found_in_both_languages_and_by_their_keys() -> None:
    assert [one.key for one in regions.find_places("深圳")] == ["CN/guangdong/shenzhen"]
    assert regions.find_places("guangdong")[0].zh == "广东省"
    assert regions.find_places("德国")[0].key == "DE"
    assert regions.find_places("%") == []
    assert [one.zh for one in regions.places_of([place_of("+8613800138000"), "XX/nowhere"])] == ["北京市"]


@given(some.sampled_from(["+8675586270000", "+8613800138000", "+12125550100", "+493012345678", "+442071234567"]))
def test_where_a_number_belongs_can_be_chosen_in_a_form(number: str) -> None:
    key = place_of(number)
    assert [one.key for one in regions.places_of([key])] == [key]


# --- rules that can never decide

VALUES = ["", "1", "2", "12", "CN", "CN/a", "CN/a/b", "1,2", "1*", "12*"]
CONDITIONS = some.builds(
    Condition, field=some.sampled_from(["caller", "place"]), value=some.sampled_from(VALUES),
    op=some.sampled_from(["equals", "not_equals", "starts_with", "contains", "one_of", "matches", "within", "at_least",
                          "at_most", "is_set", "not_set"]),
)  # fmt: skip
RULES = some.lists(
    some.builds(
        RoutingRule, when=some.lists(CONDITIONS, max_size=2).map(tuple), route=some.just(VIP),
        hours=some.sampled_from(["open", "closed", "any"]),
    ),
    max_size=4,
)  # fmt: skip


@given(RULES, some.sampled_from(VALUES), some.sampled_from(VALUES), some.booleans())
def test_a_rule_that_is_said_never_to_decide_never_does(
    rules: list[RoutingRule], caller: str, place: str, is_open: bool
) -> None:
    passed_over, decided = first_rule(rules, is_open, {"caller": caller, "place": place})
    warned = {one.rule for one in shadowing.warnings(rules)}
    assert decided is None or len(passed_over) + 1 not in warned


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("caller", "starts_with", "+86"), ("caller", "equals", "+8613800138000")),
        (("caller", "matches", "+86*"), ("caller", "starts_with", "+86138")),
        (("place", "within", "CN"), ("place", "within", "CN/guangdong,CN/beijing")),
        (("grade", "at_least", "3"), ("grade", "equals", "5")),
        (("grade", "one_of", "1,2,3"), ("grade", "one_of", "2,3")),
        (("list.vip", "is_set", ""), ("list.vip", "is_set", "")),
    ],
)
def test_a_rule_behind_a_wider_one_is_warned_of(earlier: Any, later: Any) -> None:
    (found,) = shadowing.warnings([rule(*earlier, hours="any"), rule(*later)])
    assert (found.rule, found.code, found.by) == (2, "shadowed", 1)
    assert shadowing.warnings([rule(*earlier), rule(*later, hours="any")]) == []


def test_conditions_that_exclude_each_other_are_warned_of() -> None:
    both = (Condition(field="grade", value="5"), Condition(field="grade", op="at_most", value="3"))
    (found,) = shadowing.warnings([RoutingRule(when=both, route=VIP)])
    assert (found.rule, found.code) == (1, "never")


# --- what an extension does not take


def test_each_reason_has_its_route_and_else_that_of_nobody_answering() -> None:
    extension = Extension(extension="1001", kind="browser", username="ann", unanswered=SALES, busy=BOX)
    assert [onward(extension, why) for why in ("busy", "unreachable", "no_answer", "declined")] == [BOX, *[SALES] * 3]


# --- the clock


@pytest.mark.parametrize(
    ("zone", "local", "later", "utc", "kind"),
    [
        ("Europe/Berlin", "2026-03-29T01:59", False, "2026-03-29T00:59", "once"),
        ("Europe/Berlin", "2026-03-29T02:30", False, "2026-03-29T01:30", "skipped"),
        ("Europe/Berlin", "2026-03-29T03:00", False, "2026-03-29T01:00", "once"),
        ("Europe/Berlin", "2026-10-25T02:30", False, "2026-10-25T00:30", "twice"),
        ("Europe/Berlin", "2026-10-25T02:30", True, "2026-10-25T01:30", "twice"),
        ("America/New_York", "2026-03-08T02:30", True, "2026-03-08T07:30", "skipped"),
        ("America/New_York", "2026-11-01T01:30", False, "2026-11-01T05:30", "twice"),
        ("America/New_York", "2026-11-01T01:30", True, "2026-11-01T06:30", "twice"),
        ("Asia/Shanghai", "2026-11-01T01:30", True, "2026-10-31T17:30", "once"),
    ],
)
def test_a_local_time_is_an_instant_on_days_when_clocks_change(
    zone: str, local: str, later: bool, utc: str, kind: str
) -> None:
    found = instant_of(local, zone, later=later)
    assert found == (instant_of(utc, "UTC").at_ms, kind)


@pytest.mark.parametrize("local", ["2026-02-30T10:00", "tomorrow", "2026-02-03T10:00+01:00"])
def test_what_is_no_local_time_is_refused(local: str) -> None:
    with pytest.raises(InvalidInput):
        instant_of(local, "Europe/Berlin")
    with pytest.raises(InvalidInput):
        instant_of("2026-02-03T10:00", "Mars/Base")


@pytest.mark.parametrize(
    ("zone", "opens", "local", "open_then"),
    [
        ("Europe/Berlin", "02:30", "2026-03-29T01:59", False),
        ("Europe/Berlin", "02:30", "2026-03-29T03:00", True),
        ("Europe/Berlin", "02:30", "2026-10-25T02:15", False),
        ("America/New_York", "01:30", "2026-11-01T01:45", True),
        ("America/New_York", "03:00", "2026-03-08T01:59", False),
        ("America/New_York", "03:00", "2026-03-08T02:30", True),
    ],
)
def test_hours_that_begin_where_the_clock_changes(zone: str, opens: str, local: str, open_then: bool) -> None:
    hours = Weekly(sun=[Interval(from_=opens, to="12:00")])
    schedule = Schedule(name="sunday", time_zone=zone, weekly=hours)
    assert is_open(schedule, instant_of(local, zone).at_ms).open == open_then


# --- lists


def test_a_text_of_numbers_is_read_as_people_write_them() -> None:
    text = (
        "\ufeffnumber,who\n138 0013 8000,张三\n\n010-5555 0100;李四\nnonsense\n+1 415 555 2671\t Ann ,x\n13800138000\n"
    )
    found, bad = number_lists.parsed(text)
    assert {one.number: one.note for one in found.values()} == {
        "+8613800138000": "", "+861055550100": "李四", "+14155552671": "Ann, x",
    }  # fmt: skip
    assert [(one.line, one.text) for one in bad] == [(5, "nonsense")]


@pytest.fixture
def api(client: Any, tables: None) -> Any:
    del tables
    service.forget()
    return client(routes_routing.router, routes.router)


def test_a_list_over_http(api: Any, administrator: Any) -> None:
    made = api.post("/number-lists", {"list_id": "vip", "name": "VIP"}, who=administrator)
    assert (made.status, made.body["version"]) == (201, 1)
    path = "/number-lists/vip/numbers"
    taken = api.post(path, {"text": "13800138000,张\n13900139000\nabc1"}, who=administrator).body
    assert (taken["taken"], taken["bad"]) == (2, [{"line": 3, "text": "abc1"}])
    first = api.get(f"{path}?limit=1", who=administrator).body
    rest = api.get(f"{path}?limit=1&cursor={first['cursor']}", who=administrator).body
    assert [one["number"] for one in first["items"] + rest["items"]] == ["+8613800138000", "+8613900139000"]
    assert number_lists.has("vip", "+8613800138000")
    assert api.delete(f"{path}/%2B8613800138000", who=administrator).status == 204
    assert not number_lists.has("vip", "+8613800138000")
    assert api.delete("/number-lists/vip", who=administrator).status == 204
    assert not number_lists.has("vip", "+8613900139000")
    assert api.get(path, who=administrator).status == 404


def test_a_list_holds_so_many_numbers_and_no_more(api: Any, administrator: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(number_lists, "LIST_LIMIT", 3)
    api.post("/number-lists", {"list_id": "vip", "name": "VIP"}, who=administrator)
    path = "/number-lists/vip/numbers"
    assert api.post(path, {"text": "13800138000\n13800138001"}, who=administrator).status == 200
    full = api.post(path, {"text": "13800138002\n13800138003"}, who=administrator)
    assert (full.status, full.body["code"]) == (409, "list_full")


def test_a_number_names_its_rules_and_what_they_ask_for_is_kept(api: Any, administrator: Any) -> None:
    body = {"number": "+861055550100", "carrier": "x", "group_id": "sales", "rules": [
        {"name": "vip", "when": [{"field": "list.vip", "op": "is_set"}], "route": {"kind": "agent", "id": "ann"}},
        {"name": "night", "hours": "closed", "route": {"kind": "voicemail", "id": "8002"},
         "when": [{"field": "schedule.main", "op": "equals", "value": "holiday"}]},
    ]}  # fmt: skip
    assert api.post("/trunk-numbers", body, who=administrator).body["code"] == "not_found"
    directory_tables.number_lists.create(NumberList(list_id="vip", name="VIP"))
    directory_tables.schedules.create(Schedule(schedule_id="main", name="main"))
    assert api.post("/trunk-numbers", body, who=administrator).status == 201
    used = {"list": "vip", "schedule": "main", "agent": "ann", "group": "8002"}
    for kind, id in used.items():
        assert uses.users_of(kind, id) == ["+861055550100"]  # type: ignore[arg-type]
        with pytest.raises(InUse):
            uses.refuse_if_used(kind, id, kind)  # type: ignore[arg-type]
    assert api.delete("/number-lists/vip", who=administrator).body["code"] == "in_use"
    assert api.delete("/schedules/main", who=administrator).body["code"] == "in_use"
    bad = {"rules": [{"when": [{"field": "moon", "op": "is_set"}], "route": {"kind": "hang_up"}}]}
    assert api.post("/routing/check", bad, who=administrator).status == 422
    twice = {"rules": [body["rules"][0], body["rules"][0]]}
    assert api.post("/routing/check", twice, who=administrator).body["warnings"][0]["by"] == 1


def test_facts_of_lists_and_schedules_are_read_once_a_decision(api: Any, monkeypatch: Any) -> None:
    del api
    asked: list[str] = []

    def has(list_id: str, _caller: str) -> bool:
        asked.append(list_id)
        return list_id == "vip"

    monkeypatch.setattr(number_lists, "has", has)
    facts = CallFacts(Call(call_id="c", customer_number="+8613800138000"), 0)
    assert [facts.get("list.vip"), facts.get("list.vip"), facts.get("list.other")] == ["vip", "vip", ""]
    assert asked == ["vip", "other"]
    assert facts["schedule.gone"] == "open"
