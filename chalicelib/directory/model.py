"""The words of the directory: routes, trunk numbers, extensions, schedules, screening, decisions."""

from typing import Annotated, Literal

import msgspec

from chalicelib.directory.calendars import Calendar
from chalicelib.directory.conditions import Condition, Conditions
from chalicelib.kernel.records import Record

RouteKind = Literal["flow", "group", "agent", "extension", "outside", "voicemail", "hang_up"]
Text = Annotated[dict[str, str], msgspec.Meta(max_length=2)]
E164 = Annotated[str, msgspec.Meta(pattern=r"^\+[1-9]\d{6,14}$")]
Short = Annotated[str, msgspec.Meta(pattern=r"^\d{2,10}$")]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
From = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
To = Annotated[str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Pattern = Annotated[str, msgspec.Meta(pattern=r"^(\+[1-9]\d{0,14}\*|\+[1-9]\d{6,14}|anonymous)$")]
ListKind = Literal["black", "white"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

ANONYMOUS = "anonymous"
"""The pattern, and the key, of callers who withhold their number."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call goes next. id: of the flow, group (also for its voicemail) or agent, an extension, or an outside
    number (E.164).

    message: spoken first, by locale.
    """

    kind: RouteKind
    id: str | None = None
    message: Text | None = None


class RoutingRule(msgspec.Struct, frozen=True, kw_only=True):
    """A route for the calls of a trunk number of which all conditions hold.

    hours: whether it counts while the number's schedule is open, closed, or always.
    """

    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    hours: Literal["open", "closed", "any"] = "open"
    when: Conditions = ()
    route: Route


Rules = Annotated[list[RoutingRule], msgspec.Meta(max_length=100)]


class TrunkNumber(Record, frozen=True, kw_only=True):
    """One of our own numbers at a carrier, and where its calls go.

    inbound, outbound: what it may be used for. rules: the first that holds decides; then closed_route, outside the
    schedule, or flow, group or extension. concurrency_limit: calls at once, None for no limit. extension: the one that
    rings when there is neither flow nor group. caller_id_pool: other own numbers to show on calls out. record: whether
    talks are recorded.
    """

    number: E164
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    inbound: bool = True
    outbound: bool = True
    flow_id: str | None = None
    group_id: str | None = None
    extension: Short | None = None
    rules: Rules = []
    schedule_id: str | None = None
    closed_route: Route | None = None
    concurrency_limit: Annotated[int, msgspec.Meta(ge=1)] | None = None
    caller_id_pool: Annotated[list[E164], msgspec.Meta(max_length=100)] = []
    record: bool = True


class FollowMe(msgspec.Struct, frozen=True, kw_only=True):
    """One phone that rings for an extension: its own, the page of its user, or an outside number (E.164).

    delay_s: how long after the one before (in order), or after the call came in (together). ring_s: how long it rings.
    """

    kind: Literal["own", "browser", "outside"]
    number: E164 | None = None
    delay_s: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    ring_s: Annotated[int, msgspec.Meta(ge=5, le=120)] = 20


class Extension(Record, frozen=True, kw_only=True):
    """A short number and the phone behind it.

    browser: the page of `username`. sip: `address` is a SIP URI. outside: `address` is E.164, whoever answers there
    presses a key to accept. virtual: no phone of its own. sip_password_at: when the phone's present password was made
    (ms), None for none; it is not set by writing the extension. follow_me: which phones ring, none for its own alone;
    follow_me_in_order: one after the other, else together. unanswered: where a call goes that nobody takes: `voicemail`
    without an id is the extension's own mailbox; None ends it. busy, unreachable: instead of it while its user talks,
    and while no phone of it can be reached or its user is signed out of the page that is its only phone.
    """

    extension: Short
    kind: Literal["browser", "sip", "outside", "virtual"]
    username: str | None = None
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    sip_password_at: int | None = None
    follow_me: Annotated[list[FollowMe], msgspec.Meta(max_length=10)] = []
    follow_me_in_order: bool = True
    unanswered: Route | None = None
    busy: Route | None = None
    unreachable: Route | None = None


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """Opening hours of a day by the clock of the schedule's zone; the end is excluded, and may be past midnight:
    22:00–06:00 belongs to the day on which it begins.
    """

    from_: From = msgspec.field(name="from")
    to: To


Intervals = Annotated[list[Interval], msgspec.Meta(max_length=20)]


class Weekly(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of each day of the week; an empty list is a closed day."""

    mon: Intervals = []
    tue: Intervals = []
    wed: Intervals = []
    thu: Intervals = []
    fri: Intervals = []
    sat: Intervals = []
    sun: Intervals = []

    def on(self, weekday: int) -> list[Interval]:
        """Return the hours of a weekday (Monday is 0)."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)[weekday]


class SpecialDay(msgspec.Struct, frozen=True, kw_only=True):
    """A date with hours of its own instead of the week's: a holiday (none) or a make-up working day.

    route: where calls go on this date while closed; None for the trunk number's or group's own.
    """

    date: Date
    name: Named
    intervals: Intervals = []
    route: Route | None = None


class SpecialRange(msgspec.Struct, frozen=True, kw_only=True):
    """Dates from first to last, both included, with hours of their own: a factory holiday, a campaign.

    route: where calls go on these dates while closed; None for the trunk number's or group's own.
    """

    first: Date
    last: Date
    name: Named
    intervals: Intervals = []
    route: Route | None = None


class Schedule(Record, frozen=True, kw_only=True):
    """When we are open: a date's own entry beats a range, a range the calendar, and the calendar the week.

    time_zone: IANA name, e.g. Asia/Shanghai. calendar: country whose public holidays are kept, None for none.
    holiday_intervals, holiday_route: the hours of these holidays (none: closed), and where calls go while closed on
    them. make_up_weekday: the weekday whose hours a make-up working day (调休) has.
    """

    schedule_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Named
    time_zone: Annotated[str, msgspec.Meta(max_length=64)] = "Asia/Shanghai"
    weekly: Weekly = Weekly()
    dates: Annotated[list[SpecialDay], msgspec.Meta(max_length=400)] = []
    ranges: Annotated[list[SpecialRange], msgspec.Meta(max_length=100)] = []
    calendar: Calendar | None = None
    holiday_intervals: Intervals = []
    holiday_route: Route | None = None
    make_up_weekday: Weekday = "mon"


OpennessReason = Literal["always_open", "weekly_hours", "special_hours", "make_up_day", "outside_hours", "holiday"]


class Openness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a schedule is open, and why. day: name of the special day, range, holiday or make-up day that decided.

    route: that day's, while closed.
    """

    open: bool
    reason: OpennessReason
    day: str | None = None
    route: Route | None = None


class ScreeningEntry(Record, frozen=True, kw_only=True):
    """A caller, or all callers with a prefix, on the black or white list.

    entry_id: `<kind>:<pattern>`. pattern: E.164, a prefix ending in `*`, or `anonymous`. expires_at: ms, None for ever.
    """

    entry_id: str = ""
    kind: ListKind
    pattern: Pattern
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    expires_at: int | None = None


class Screening(msgspec.Struct, frozen=True, kw_only=True):
    """What the lists say of a caller. entry: the one that decided."""

    verdict: Literal["black", "white", "none", "unavailable"] = "none"
    entry: ScreeningEntry | None = None


class NumberList(Record, frozen=True, kw_only=True):
    """A list of callers' numbers that routing rules may ask for. Its numbers are stored apart."""

    list_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    name: Named
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class ListedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number on a list. note: who that is, or why."""

    number: E164
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that did not decide. rule: its place, 1 first. because: the first condition that did not hold, None when
    its hours did not. value: what the call had instead."""

    rule: int
    name: str = ""
    because: Condition | None = None
    value: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a decision: a stable code and what it was about (an id, a pattern, a day)."""

    code: Literal[
        "unknown_number",
        "inbound_off",
        "blacklisted",
        "whitelisted",
        "screening_unavailable",
        "schedule_missing",
        "open",
        "closed",
        "by_rule",
        "to_flow",
        "to_group",
        "to_extension",
        "no_destination",
    ]
    about: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Where an incoming call goes. kind: `reject` (do not answer), `unknown` (not our number), else `route`.

    route: what to do in each case. reasons: the steps in order. passed_over: the number's rules before the one that
    decided. trunk: the number called, None if it is not ours.
    """

    kind: Literal["route", "reject", "unknown"]
    route: Route
    reasons: list[Reason]
    passed_over: list[PassedOver] = []
    trunk: TrunkNumber | None = None
