"""Decisions of the directory: who is screened, where an incoming call goes. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.directory.conditions import Condition
from chalicelib.directory.errors import HidesEmergencyNumber
from chalicelib.directory.holding import failing
from chalicelib.directory.model import (
    ANONYMOUS,
    Decision,
    Extension,
    FollowMe,
    Openness,
    PassedOver,
    Reason,
    Route,
    RouteKind,
    RoutingRule,
    Screening,
    ScreeningEntry,
    TrunkNumber,
)
from chalicelib.kernel.errors import InvalidInput
from chalicelib.telephony.attribution import is_emergency

APOLOGY: Final = Route(
    kind="hang_up",
    message={"zh-CN": "对不起,您拨打的号码暂未开通服务。", "en": "We are sorry, this number is not in service."},
)
CLOSED: Final = Route(
    kind="hang_up",
    message={
        "zh-CN": "您好,现在是非工作时间,请在工作时间来电。",
        "en": "We are closed at the moment. Please call again during our opening hours.",
    },
)
NOTHING_KNOWN: Final[Mapping[str, str]] = {}
_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_SIP: Final = re.compile(r"sips?:[^\s@]+@[^\s@]+")


def patterns_of(number: str) -> list[str]:
    """Return every pattern that would match a number: itself and all its prefixes, longest first.

    Callers who withhold their number, and whatever is no number, are `anonymous`.
    """
    if not _E164.fullmatch(number):
        return [ANONYMOUS]
    return [number, *(f"{number[:end]}*" for end in range(len(number), 1, -1))]


def screen(number: str, entries: Iterable[ScreeningEntry], now: int) -> Screening:
    """Return what the lists say of a caller at `now` (ms): white beats black, the longest pattern is named."""
    order = {pattern: place for place, pattern in enumerate(patterns_of(number))}
    live = [
        entry for entry in entries if entry.pattern in order and (entry.expires_at is None or entry.expires_at > now)
    ]
    for kind in ("white", "black"):
        found = [entry for entry in live if entry.kind == kind]
        if found:
            return Screening(verdict=kind, entry=min(found, key=lambda entry: order[entry.pattern]))
    return Screening()


def unknown_number(dialled: str) -> Decision:
    """Return the decision for a number that is not ours: an apology, then hang up."""
    return Decision(kind="unknown", route=APOLOGY, reasons=[Reason(code="unknown_number", about=dialled)])


def inbound_route(
    trunk: TrunkNumber, screening: Screening, openness: Openness | None, facts: Mapping[str, str] = NOTHING_KNOWN
) -> Decision:
    """Return where a call to a trunk number goes: black list, then the number's rules, then schedule, flow or group.

    openness: of the number's schedule; None when the number names a schedule that does not exist, which keeps it open
    rather than deaf. facts: of the call, by the fields of a Condition.
    """
    if not trunk.inbound:
        return Decision(kind="route", route=APOLOGY, reasons=[Reason(code="inbound_off")], trunk=trunk)
    reasons = _screening_reasons(screening)
    if screening.verdict == "black":
        return Decision(kind="reject", route=Route(kind="hang_up"), reasons=reasons, trunk=trunk)
    reasons.append(_hours_reason(trunk, openness))
    passed_over, rule = first_rule(trunk.rules, openness is None or openness.open, facts)
    if rule is not None:
        route, reason = rule.route, Reason(code="by_rule", about=rule.name or str(len(passed_over) + 1))
    elif openness is not None and not openness.open:
        route, reason = openness.route or trunk.closed_route or CLOSED, None
    else:
        route, reason = _destination(trunk)
    reasons += [reason] if reason else []
    return Decision(kind="route", route=route, reasons=reasons, passed_over=passed_over, trunk=trunk)


def first_rule(
    rules: Iterable[RoutingRule], is_open: bool, facts: Mapping[str, str]
) -> tuple[list[PassedOver], RoutingRule | None]:
    """Return the first rule that holds, and why each before it does not."""
    passed_over: list[PassedOver] = []
    for place, rule in enumerate(rules, 1):
        if rule.hours != "any" and (rule.hours == "open") != is_open:
            passed_over.append(PassedOver(rule=place, name=rule.name))
            continue
        because = failing(rule.when, facts)
        if because is None:
            return passed_over, rule
        passed_over.append(PassedOver(rule=place, name=rule.name, because=because, value=facts.get(because.field, "")))
    return passed_over, None


def _hours_reason(trunk: TrunkNumber, openness: Openness | None) -> Reason:
    if openness is None:
        return Reason(code="schedule_missing", about=trunk.schedule_id or "")
    return Reason(code="open" if openness.open else "closed", about=openness.day or openness.reason)


def _screening_reasons(screening: Screening) -> list[Reason]:
    about = screening.entry.entry_id if screening.entry else ""
    if screening.verdict == "unavailable":
        return [Reason(code="screening_unavailable")]
    if screening.verdict == "none":
        return []
    return [Reason(code="blacklisted" if screening.verdict == "black" else "whitelisted", about=about)]


def _destination(trunk: TrunkNumber) -> tuple[Route, Reason]:
    if trunk.flow_id:
        return Route(kind="flow", id=trunk.flow_id), Reason(code="to_flow", about=trunk.flow_id)
    if trunk.group_id:
        return Route(kind="group", id=trunk.group_id), Reason(code="to_group", about=trunk.group_id)
    if trunk.extension:
        return Route(kind="extension", id=trunk.extension), Reason(code="to_extension", about=trunk.extension)
    return APOLOGY, Reason(code="no_destination")


def leads_to(route: Route | None, kind: RouteKind, id: str) -> bool:
    """Return whether a route leads to a flow, a group (or its voicemail), …"""
    if route is None or route.id != id:
        return False
    return route.kind == kind or (kind == "group" and route.kind == "voicemail")


def check_extension(extension: Extension) -> None:
    """Refuse an extension whose phone cannot be reached, or that hides an emergency number.

    Errors: InvalidInput, HidesEmergencyNumber.
    """
    if is_emergency(extension.extension):
        raise HidesEmergencyNumber(number=extension.extension)
    if extension.kind == "browser" and not extension.username:
        raise InvalidInput(reason="username")
    if extension.kind == "sip" and not _SIP.fullmatch(extension.address):
        raise InvalidInput(reason="address: sip:…@…")
    if extension.kind == "outside" and not _E164.fullmatch(extension.address):
        raise InvalidInput(reason="address: E.164")
    if extension.kind == "virtual" and not extension.follow_me and extension.unanswered is None:
        raise InvalidInput(reason="follow_me, unanswered")
    for place, one in enumerate(extension.follow_me):
        _check_follow_me(extension, one, f"follow_me[{place}]")
    _check_onward(extension, extension.unanswered, "unanswered")
    _check_onward(extension, extension.busy, "busy")
    _check_onward(extension, extension.unreachable, "unreachable")


def _check_follow_me(extension: Extension, one: FollowMe, where: str) -> None:
    if (one.kind == "outside") != (one.number is not None):
        raise InvalidInput(reason=f"{where}.number")
    if one.kind == "browser" and not extension.username:
        raise InvalidInput(reason=f"{where}.kind: browser without a user")
    if one.kind == "own" and extension.kind == "virtual":
        raise InvalidInput(reason=f"{where}.kind: a virtual extension has no phone")


def _check_onward(extension: Extension, route: Route | None, where: str) -> None:
    if route is None or route.kind == "hang_up" or (route.kind == "voicemail" and route.id is None):
        return
    if not route.id or (route.kind == "extension" and route.id == extension.extension):
        raise InvalidInput(reason=f"{where}.id")
    if route.kind == "outside" and not _E164.fullmatch(route.id):
        raise InvalidInput(reason=f"{where}.id: E.164")


def onward(extension: Extension, reason: str) -> Route | None:
    """Return where a call goes that an extension did not take: as it was `busy`, `unreachable`, or whatever else."""
    special = {"busy": extension.busy, "unreachable": extension.unreachable}.get(reason)
    return special or extension.unanswered


def routes_of(trunk: TrunkNumber) -> list[Route | None]:
    """Return every route of a trunk number, those too that another one hides at present."""
    named: list[tuple[RouteKind, str | None]] = [("flow", trunk.flow_id), ("group", trunk.group_id)]
    named.append(("extension", trunk.extension))
    destinations = [Route(kind=kind, id=id) for kind, id in named if id]
    return [*(rule.route for rule in trunk.rules), *destinations, trunk.closed_route]


def conditions_of(trunk: TrunkNumber) -> list[Condition]:
    """Return every condition of a trunk number's rules."""
    return [condition for rule in trunk.rules for condition in rule.when]
