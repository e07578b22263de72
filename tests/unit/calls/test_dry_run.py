"""RTE-5, RTE-3: where a call would go and why, and that a call goes there; with nothing stored on the way."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from chalicelib.acd.model.group import GroupStatus, PriorityRule
from chalicelib.acd.model.requirement import SkillRule, SkillStep
from chalicelib.acd.rules import agents
from chalicelib.acd.rules.lists import staff_list
from chalicelib.calls import dry_run, inbound, waiting
from chalicelib.calls.dry_run import DryRun
from chalicelib.directory import number_lists
from chalicelib.directory.conditions import Condition
from chalicelib.directory.hours import ALWAYS_OPEN
from chalicelib.directory.model import (
    Decision,
    Openness,
    Route,
    RoutingRule,
    Screening,
    ScreeningEntry,
    TrunkNumber,
)  # fmt: skip
from chalicelib.directory.rules import inbound_route
from chalicelib.telephony import documents
from tests.unit.calls.centre import EXTENSIONS, GROUPS, Centre, running

CALLER, DIALLED = "+8613800138000", "+861055550100"
SHUT = Openness(open=False, reason="holiday", day="国庆节")
BOX = Route(kind="voicemail", id="8002")


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


@pytest.fixture
def world() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def decided_by(
    world: ExitStack,
    *rules: RoutingRule,
    screening: Screening | None = None,
    openness: Openness = ALWAYS_OPEN,
    **trunk: Any,
) -> None:
    """Calls are decided by a number with these rules."""
    number = TrunkNumber(number=DIALLED, name="热线", carrier="fake", rules=list(rules), **trunk)

    def route(_dialled: str, _caller: str, _now: int, facts: Mapping[str, str] = {}) -> Decision:
        return inbound_route(number, screening or Screening(), openness, facts)

    world.enter_context(patch("chalicelib.directory.service.route_inbound", route))


def groups(world: ExitStack, **changed: Any) -> None:
    world.enter_context(patch.dict(GROUPS, {"8001": replace(GROUPS["8001"], **changed)}))


def tried(centre: Centre, *keys: str) -> DryRun:
    return dry_run.run(DIALLED, CALLER, centre.now, list(keys))


def path(found: DryRun) -> list[str]:
    return [f"{step.asked}.{step.outcome}" for step in found.steps]


def when(field: str, op: Any, value: str = "") -> tuple[Condition, ...]:
    return (Condition(field=field, op=op, value=value),)


def called(centre: Centre) -> str:
    call_id = centre.carrier.call_in(CALLER)
    centre.calls.append(call_id)
    centre.settle()
    return call_id


def test_rules_are_told_in_order_and_a_call_goes_the_same_way(centre: Centre, world: ExitStack) -> None:
    world.enter_context(patch.object(number_lists, "has", lambda list_id, _number: list_id == "vip"))
    decided_by(
        world,
        RoutingRule(name="老客户", when=when("grade", "at_least", "5"), route=Route(kind="hang_up")),
        RoutingRule(name="夜间", hours="closed", route=BOX),
        RoutingRule(name="VIP", when=when("list.vip", "is_set"), route=Route(kind="group", id="8001")),
        RoutingRule(name="rest", route=Route(kind="hang_up")),
    )
    found = tried(centre)
    assert path(found) == [
        "number.known", "hours.open", "rule.passed_over", "rule.other_hours", "rule.holds", "group.takes",
        "priority.points",
    ]  # fmt: skip
    passed = found.steps[2]
    assert (passed.by, passed.detail) == (
        "老客户", {"rule": "1", "field": "grade", "op": "at_least", "value": "5", "has": "0"},
    )  # fmt: skip
    assert (found.final.kind, found.final.id) == ("group", "8001")
    assert centre.call(called(centre)).group_id == "8001"


def test_a_caller_on_the_black_list_is_not_answered(centre: Centre, world: ExitStack) -> None:
    entry = ScreeningEntry(entry_id=f"black:{CALLER}", kind="black", pattern=CALLER)
    decided_by(world, screening=Screening(verdict="black", entry=entry), group_id="8001")
    found = tried(centre)
    assert (path(found)[1:], found.final.kind) == (["screening.blacklisted", "end.rejected"], "reject")


def test_a_holiday_leads_to_where_the_number_says(centre: Centre, world: ExitStack) -> None:
    decided_by(world, openness=SHUT, group_id="8001", closed_route=BOX)
    found = tried(centre)
    assert path(found) == ["number.known", "hours.closed", "default.while_closed", "voicemail.message"]
    assert (found.steps[1].detail["why"], found.final.kind, found.final.id) == ("国庆节", "voicemail", "group:8002")


def test_a_number_that_is_not_ours_apologises(centre: Centre, world: ExitStack) -> None:
    unknown = Decision(kind="unknown", route=Route(kind="hang_up"), reasons=[])
    world.enter_context(patch("chalicelib.directory.service.route_inbound", lambda *_: unknown))
    assert path(tried(centre)) == ["number.unknown", "end.hang_up"]


def test_a_flow_is_followed_with_the_keys_that_are_given(centre: Centre) -> None:
    asked = tried(centre)
    assert (asked.final.kind, asked.final.name) == ("flow", "menu")
    sales = tried(centre, "1")
    assert (sales.final.kind, sales.final.id) == ("group", "8001")
    assert "keys.pressed" in path(sales)
    waits = tried(centre, "", "", "")
    assert (waits.final.kind, waits.final.id) == ("group", "8002")


def test_what_a_group_asks_of_its_agent_is_told(centre: Centre, world: ExitStack) -> None:
    english = SkillRule(skill="english", steps=(SkillStep(level=4, for_s=20), SkillStep(level=2)))
    gold = PriorityRule(when=when("place", "within", "CN/beijing"), points=7)
    groups(world, skill_rules=(english,), priority_rules=(gold,), timeout_route=BOX)
    decided_by(world, group_id="8001")
    steps = {f"{one.asked}.{one.outcome}.{one.detail.get('after_s', '')}": one for one in tried(centre).steps}
    assert steps["priority.points."].detail["points"] == "7"
    assert steps["skills.required.0"].detail["skills"] == "english>=4"
    assert steps["skills.required.20"].detail["skills"] == "english>=2"
    assert steps["then.timeout.120"].detail == {"after_s": "120", "to": "voicemail", "id": "8002"}
    assert centre.store.waiting("sets#8001", 10) == []


# --- nobody is signed in


def test_a_call_to_an_empty_group_takes_its_route(centre: Centre, world: ExitStack) -> None:
    groups(world, empty_route=BOX)
    decided_by(world, group_id="8001")
    assert path(tried(centre))[-3:] == ["group.empty", "group_route.by_group", "voicemail.message"]
    call = centre.call(called(centre))
    assert call.variables["voicemail_box"] == "group:8002"

    centre.sign_in("agent1")
    centre.stage.act_on_agent("agent1", lambda agent, now: agents.not_ready(agent, "lunch", now))
    assert tried(centre).final.kind == "group"  # a break is no empty group
    assert centre.call(called(centre)).group_id == "8001"


def test_who_waits_when_the_last_one_signs_out_goes_on(centre: Centre, world: ExitStack) -> None:
    groups(world, empty_route=BOX)
    decided_by(world, group_id="8001")
    centre.sign_in("agent1")
    centre.stage.act_on_agent("agent1", lambda agent, now: agents.not_ready(agent, "lunch", now))
    call_id = called(centre)
    world.enter_context(patch("chalicelib.calls.waiting.status", lambda *_: GroupStatus(group_id="8001")))
    assert inbound.wait_on(call_id, 30, first=False) == waiting.wait_document(call_id, 30, first=False)
    centre.stage.act_on_agent("agent1", lambda agent, now: agents.sign_out(agent, "home", now))
    assert inbound.wait_on(call_id, 60, first=False) == documents.leave()
    assert centre.call(call_id).variables["voicemail_box"] == "group:8002"


# --- extensions and agents


def extension(world: ExitStack, number: str, **changed: Any) -> None:
    world.enter_context(patch.dict(EXTENSIONS, {number: replace(EXTENSIONS[number], **changed)}))


def test_busy_goes_to_voicemail_and_no_answer_elsewhere(centre: Centre, world: ExitStack) -> None:
    extension(world, "1001", busy=Route(kind="voicemail"), unanswered=Route(kind="group", id="8001"))
    decided_by(world, extension="1001")
    rings = tried(centre)
    assert (rings.final.kind, rings.final.id) == ("extension", "1001")
    assert rings.steps[-1].detail == {"to": "group", "id": "8001"}

    centre.sign_in("agent1", kind="sip")
    other = called(centre)
    assert centre.call(other).state == "connecting"
    found = tried(centre)
    assert path(found)[-2:] == ["extension.busy", "voicemail.message"]
    second = centre.call(called(centre))
    assert second.variables["voicemail_box"] == "extension:1001"


def test_who_is_signed_out_of_his_page_is_unreachable_where_there_is_a_route_for_it(
    centre: Centre, world: ExitStack
) -> None:
    decided_by(world, extension="1002")
    assert tried(centre).final.kind == "extension"
    extension(world, "1002", unreachable=BOX)
    assert path(tried(centre))[-2:] == ["extension.unreachable", "voicemail.message"]
    assert centre.call(called(centre)).variables["voicemail_box"] == "group:8002"


def test_an_agents_extension_says_where_his_calls_go(centre: Centre, world: ExitStack) -> None:
    extension(world, "1001", busy=BOX, unreachable=Route(kind="group", id="8001"))
    decided_by(world, RoutingRule(route=Route(kind="agent", id="agent1")))
    assert tried(centre).final.kind == "group"
    centre.sign_in("agent1")
    assert (tried(centre).final.kind, tried(centre).final.id) == ("agent", "agent1")
    centre.stage.act_on_agent("agent1", lambda agent, now: agents.not_ready(agent, "lunch", now))
    assert path(tried(centre))[-3:] == ["agent.busy", "extension.busy", "voicemail.message"]
    assert centre.call(called(centre)).variables["voicemail_box"] == "group:8002"


def test_two_routes_that_lead_to_each_other_come_to_an_end(centre: Centre, world: ExitStack) -> None:
    groups(world, empty_route=Route(kind="group", id="8002"))
    back = replace(GROUPS["8002"], empty_route=Route(kind="group", id="8001"))
    world.enter_context(patch.dict(GROUPS, {"8002": back}))
    decided_by(world, group_id="8001")
    assert tried(centre).final.kind in ("group", "hang_up")


# --- nothing is stored

ROUTES = some.sampled_from([
    Route(kind="group", id="8001"), Route(kind="group", id="8002"), Route(kind="group", id="gone"), BOX,
    Route(kind="agent", id="agent1"), Route(kind="agent", id="gone"), Route(kind="extension", id="1001"),
    Route(kind="extension", id="1010"), Route(kind="extension", id="1011"), Route(kind="extension", id="gone"),
    Route(kind="outside", id="+8613900000011"), Route(kind="flow", id="demo"), Route(kind="hang_up"),
])  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    first=ROUTES,
    empty=ROUTES,
    busy=ROUTES,
    signed_in=some.booleans(),
    keys=some.lists(some.sampled_from("129*"), max_size=3),
)
def test_a_dry_run_stores_nothing_and_ends_where_a_call_does(
    first: Route, empty: Route, busy: Route, signed_in: bool, keys: list[str]
) -> None:
    with running(Centre(["agent1"])) as centre, ExitStack() as world:
        groups(world, empty_route=empty)
        extension(world, "1001", busy=busy)
        decided_by(world, RoutingRule(route=first))
        if signed_in:
            centre.sign_in("agent1")
        centre.settle()
        before, commits = centre.store.waiting(staff_list("8001"), 10), list[object]()
        world.enter_context(patch.object(centre.store, "on_commit", commits.append))
        carrier = dict(centre.carrier.legs)
        with (
            patch.object(centre.store, "mark_set", pytest.fail),
            patch.object(centre.store, "drop_set", pytest.fail),
        ):
            found = tried(centre, *keys)
        assert (commits, centre.store.waiting(staff_list("8001"), 10)) == ([], before)
        assert (centre.carrier.legs, centre.bus.dispatches, centre.bus.dials) == (carrier, [], [])
        if not keys:
            call = centre.store.call(centre.carrier.call_in(CALLER))
            assert call is None or dry_run._final(call) == found.final or found.final.kind == "flow"


def test_the_questions_over_http(client: Any, tables: None, administrator: Any) -> None:
    del tables
    from chalicelib.calls import routes_routing

    api = client(routes_routing.router)
    body = {"number": "010 5555 0199", "caller": "anonymous", "local": "2026-10-25T02:30", "time_zone": "Europe/Berlin"}
    first = api.post("/routing/dry-run", body, who=administrator).body
    second = api.post("/routing/dry-run", body | {"later": True}, who=administrator).body
    assert (first["clock"], second["at"] - first["at"]) == ("twice", 3_600_000)
    assert (first["final"]["kind"], first["steps"][0]["outcome"]) == ("hang_up", "unknown")
    assert api.post("/routing/dry-run", body | {"caller": "nobody"}, who=administrator).body["code"] == "invalid_number"
    assert api.post("/routing/dry-run", body | {"local": "yesterday"}, who=administrator).status == 422
    assert SimpleNamespace(**first).at == 1_792_888_200_000
