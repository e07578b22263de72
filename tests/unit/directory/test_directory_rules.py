"""Screening and the inbound decision: pure."""

import pytest

from chalicelib.directory.errors import HidesEmergencyNumber
from chalicelib.directory.model import Extension, FollowMe, Openness, Route, Screening, ScreeningEntry, TrunkNumber
from chalicelib.directory.rules import (
    APOLOGY,
    CLOSED,
    check_extension,
    inbound_route,
    patterns_of,
    screen,
    unknown_number,
)
from chalicelib.kernel.errors import InvalidInput

NOW = 1_800_000_000_000
CALLER = "+8613800138000"
OPEN = Openness(open=True, reason="weekly_hours")
SHUT = Openness(open=False, reason="outside_hours")
HOLIDAY = Openness(open=False, reason="holiday", day="国庆节", route=Route(kind="group", id="8009"))


def entry(kind, pattern, expires_at=None) -> ScreeningEntry:
    return ScreeningEntry(entry_id=f"{kind}:{pattern}", kind=kind, pattern=pattern, expires_at=expires_at)


def trunk(**fields) -> TrunkNumber:
    return TrunkNumber(**{"number": "+861055550100", "carrier": "simulator", **fields})


def codes(decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_every_prefix_of_a_number_is_looked_up_by_key():
    assert patterns_of("+8613800") == ["+8613800", "+8613800*", "+861380*", "+86138*", "+8613*", "+861*", "+86*", "+8*"]
    assert len(patterns_of("+123456789012345")) == 16


@pytest.mark.parametrize("caller", ["", "anonymous", "+266696687", "sip:x@y", "client:agent1", "+0", "8613800138000"])
def test_whoever_withholds_his_number_is_anonymous(caller):
    expected = [caller] if caller == "+266696687" else ["anonymous"]
    assert patterns_of(caller)[:1] == expected


@pytest.mark.parametrize(
    ("entries", "verdict", "named"),
    [
        ([], "none", None),
        ([entry("black", CALLER)], "black", CALLER),
        ([entry("black", "+86138*")], "black", "+86138*"),
        ([entry("black", "+86*"), entry("black", "+86138*")], "black", "+86138*"),
        ([entry("black", CALLER), entry("white", "+86*")], "white", "+86*"),
        ([entry("black", CALLER), entry("white", "+86*", NOW)], "black", CALLER),
        ([entry("black", CALLER, NOW)], "none", None),
        ([entry("black", CALLER, NOW + 1)], "black", CALLER),
        ([entry("black", "+8613800138001"), entry("black", "+1*")], "none", None),
    ],
)
def test_white_beats_black_and_the_longest_pattern_is_named(entries, verdict, named):
    found = screen(CALLER, entries, NOW)
    assert found.verdict == verdict
    assert (found.entry.pattern if found.entry else None) == named


def test_anonymous_callers_can_be_listed():
    assert screen("", [entry("black", "anonymous")], NOW).verdict == "black"
    assert screen(CALLER, [entry("black", "anonymous")], NOW).verdict == "none"


def test_an_open_number_goes_to_its_flow_before_its_group():
    both = inbound_route(trunk(flow_id="f1", group_id="8001"), Screening(), OPEN)
    assert (both.kind, both.route) == ("route", Route(kind="flow", id="f1"))
    assert codes(both) == ["open", "to_flow"]
    group = inbound_route(trunk(group_id="8001"), Screening(), OPEN)
    assert group.route == Route(kind="group", id="8001")
    assert codes(group) == ["open", "to_group"]
    assert group.trunk == trunk(group_id="8001")


def test_a_number_without_destination_apologises_in_both_languages():
    found = inbound_route(trunk(), Screening(), OPEN)
    assert (found.route, codes(found)) == (APOLOGY, ["open", "no_destination"])
    assert set(APOLOGY.message or {}) == set(CLOSED.message or {}) == {"zh-CN", "en"}


def test_the_black_list_comes_before_the_schedule():
    black = Screening(verdict="black", entry=entry("black", CALLER))
    found = inbound_route(trunk(flow_id="f1"), black, SHUT)
    assert (found.kind, found.route.kind, codes(found)) == ("reject", "hang_up", ["blacklisted"])
    assert found.reasons[0].about == f"black:{CALLER}"


def test_the_white_list_does_not_open_the_doors():
    white = Screening(verdict="white", entry=entry("white", CALLER))
    found = inbound_route(trunk(flow_id="f1"), white, SHUT)
    assert codes(found) == ["whitelisted", "closed"]
    assert found.route == CLOSED


def test_closed_goes_where_the_day_then_the_number_says():
    voicemail = Route(kind="voicemail", id="8001")
    assert inbound_route(trunk(closed_route=voicemail), Screening(), SHUT).route == voicemail
    assert inbound_route(trunk(closed_route=voicemail), Screening(), HOLIDAY).route == HOLIDAY.route
    holiday = inbound_route(trunk(), Screening(), HOLIDAY)
    assert (holiday.reasons[-1].code, holiday.reasons[-1].about) == ("closed", "国庆节")


def test_a_missing_schedule_or_list_costs_nobody_his_call():
    missing = inbound_route(trunk(flow_id="f1", schedule_id="gone"), Screening(verdict="unavailable"), None)
    assert missing.route == Route(kind="flow", id="f1")
    assert codes(missing) == ["screening_unavailable", "schedule_missing", "to_flow"]


def test_a_number_closed_for_calls_in_and_a_foreign_number_apologise():
    off = inbound_route(trunk(flow_id="f1", inbound=False), Screening(), OPEN)
    assert (off.kind, off.route, codes(off)) == ("route", APOLOGY, ["inbound_off"])
    unknown = unknown_number("+15550001")
    assert (unknown.kind, unknown.route, unknown.trunk) == ("unknown", APOLOGY, None)
    assert (codes(unknown), unknown.reasons[0].about) == (["unknown_number"], "+15550001")


def test_an_extension_needs_a_phone_behind_it():
    check_extension(Extension(extension="1001", kind="browser", username="agent1"))
    with pytest.raises(HidesEmergencyNumber):
        check_extension(Extension(extension="110", kind="browser", username="agent1"))
    check_extension(Extension(extension="1001", kind="sip", address="sip:1001@pbx.example;transport=tls"))
    check_extension(Extension(extension="1001", kind="outside", address="+8613800138000"))
    for kind, address in (
        ("browser", ""),
        ("sip", ""),
        ("sip", "1001@pbx"),
        ("sip", "sip:a b@c"),
        ("outside", "13800138000"),
        ("outside", "sip:1@b"),
    ):
        with pytest.raises(InvalidInput):
            check_extension(Extension(extension="1001", kind=kind, address=address))


MOBILE = FollowMe(kind="outside", number="+8613900000011")


@pytest.mark.parametrize(
    "extension",
    [
        Extension(extension="1001", kind="virtual", follow_me=[MOBILE]),
        Extension(extension="1001", kind="virtual", unanswered=Route(kind="voicemail")),
        Extension(extension="1001", kind="virtual", unanswered=Route(kind="extension", id="1002")),
        Extension(extension="1001", kind="browser", username="a", follow_me=[FollowMe(kind="own"), MOBILE]),
        Extension(extension="1001", kind="browser", username="a", unanswered=Route(kind="hang_up")),
    ],
)
def test_follow_me_that_can_be_rung(extension: Extension) -> None:
    check_extension(extension)


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        (Extension(extension="1001", kind="virtual"), "follow_me, unanswered"),
        (Extension(extension="1001", kind="virtual", follow_me=[FollowMe(kind="own")]), "follow_me[0].kind"),
        (
            Extension(extension="1001", kind="virtual", follow_me=[MOBILE, FollowMe(kind="browser")]),
            "follow_me[1].kind",
        ),
        (Extension(extension="1001", kind="virtual", follow_me=[FollowMe(kind="outside")]), "follow_me[0].number"),
        (
            Extension(
                extension="1001",
                kind="browser",
                username="a",
                follow_me=[FollowMe(kind="own", number="+8613900000011")],
            ),
            "follow_me[0].number",
        ),
        (Extension(extension="1001", kind="virtual", unanswered=Route(kind="extension", id="1001")), "unanswered.id"),
        (Extension(extension="1001", kind="virtual", unanswered=Route(kind="group")), "unanswered.id"),
        (
            Extension(extension="1001", kind="virtual", unanswered=Route(kind="outside", id="12")),
            "unanswered.id: E.164",
        ),
    ],
)
def test_follow_me_that_cannot(extension: Extension, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_extension(extension)
    assert refused.value.params["reason"].startswith(reason)


def test_a_number_of_an_extension_leads_to_it_unless_a_group_has_it():
    direct = inbound_route(trunk(extension="1001"), Screening(), OPEN)
    assert (direct.route, codes(direct)) == (Route(kind="extension", id="1001"), ["open", "to_extension"])
    assert codes(inbound_route(trunk(extension="1001", group_id="8001"), Screening(), OPEN)) == ["open", "to_group"]
