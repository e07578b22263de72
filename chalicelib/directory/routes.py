"""The directory over HTTP: trunk numbers, extensions, schedules, black and white lists, attribution."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from chalicelib.directory import importing, service, sip, tables
from chalicelib.directory.calendars import Calendar, CalendarYear, calendar_year
from chalicelib.directory.model import Extension, ListKind, OpennessReason, Schedule, ScreeningEntry, TrunkNumber
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.telephony.attribution import Attribution, attribution

router = Router("directory")


class ListQuery(msgspec.Struct, frozen=True):
    """Where a page begins and how long it is."""

    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class ScreeningQuery(ListQuery, frozen=True):
    """kind: one list alone."""

    kind: ListKind | None = None


class DeleteQuery(msgspec.Struct, frozen=True):
    """version: the one that was read; absent deletes whatever is there."""

    version: int | None = None


class AtQuery(msgspec.Struct, frozen=True):
    """at: an instant in ms, up to the year 2100; the present by default."""

    at: Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)] | None = None


class CalendarQuery(msgspec.Struct, frozen=True):
    """calendar: a country. year: the first of the two that are listed; the present one (UTC) by default."""

    calendar: Calendar
    year: Annotated[int, msgspec.Meta(ge=2000, le=2098)] | None = None


class CalendarAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Two years of a country's calendar."""

    years: list[CalendarYear]


class NumberQuery(msgspec.Struct, frozen=True):
    """number: E.164."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Import(msgspec.Struct, frozen=True):
    """carrier: name of a configured carrier."""

    carrier: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class OpenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a schedule is open. day: name of the holiday or special day that decided."""

    open: bool
    reason: OpennessReason
    day: str | None = None


@router.get("/trunk-numbers", permission="trunk_numbers.read")
def list_trunk_numbers(query: ListQuery) -> Page[TrunkNumber]:
    """List our numbers."""
    return tables.trunk_numbers.page(query.cursor, query.limit)


@router.post("/trunk-numbers", permission="trunk_numbers.write", status=201)
def create_trunk_number(who: Principal, body: TrunkNumber) -> TrunkNumber:
    """Add a number."""
    return service.create_trunk_number(body, who.username)


@router.post("/trunk-numbers/import", permission="trunk_numbers.write")
def import_trunk_numbers(body: Import) -> importing.Imported:
    """Take over all numbers that we own at a carrier and point them at us."""
    return importing.import_numbers(body.carrier)


@router.get("/trunk-numbers/{number}", permission="trunk_numbers.read")
def read_trunk_number(number: str) -> TrunkNumber:
    """Return a number."""
    return tables.trunk_numbers.read(number)


@router.put("/trunk-numbers/{number}", permission="trunk_numbers.write")
def update_trunk_number(who: Principal, number: str, body: TrunkNumber) -> TrunkNumber:
    """Replace a number at the version that was read."""
    return service.update_trunk_number(number, body, who.username)


@router.delete("/trunk-numbers/{number}", permission="trunk_numbers.write")
def delete_trunk_number(who: Principal, number: str, query: DeleteQuery) -> None:
    """Delete a number."""
    service.delete_trunk_number(number, query.version, who.username)


@router.get("/extensions", permission="extensions.read")
def list_extensions(query: ListQuery) -> Page[Extension]:
    """List extensions."""
    return tables.extensions.page(query.cursor, query.limit)


@router.post("/extensions", permission="extensions.write", status=201)
def create_extension(body: Extension) -> Extension:
    """Add an extension."""
    return service.create_extension(body)


@router.get("/extensions/{extension}", permission="extensions.read")
def read_extension(extension: str) -> Extension:
    """Return an extension."""
    return tables.extensions.read(extension)


@router.put("/extensions/{extension}", permission="extensions.write")
def update_extension(extension: str, body: Extension) -> Extension:
    """Replace an extension at the version that was read."""
    return service.update_extension(extension, body)


@router.delete("/extensions/{extension}", permission="extensions.write")
def delete_extension(extension: str, query: DeleteQuery) -> None:
    """Delete an extension."""
    service.delete_extension(extension, query.version)


@router.post("/extensions/{extension}/sip-password", permission="extensions.write", status=201)
def make_sip_password(who: Principal, extension: str) -> sip.SipAccount:
    """Give an extension's SIP phone a new password, shown here and never again."""
    return sip.make(extension, who.username)


@router.delete("/extensions/{extension}/sip-password", permission="extensions.write")
def remove_sip_password(who: Principal, extension: str) -> None:
    """Take an extension's SIP password away."""
    sip.take_away(extension, who.username)


@router.get("/schedules", permission="schedules.read")
def list_schedules(query: ListQuery) -> Page[Schedule]:
    """List schedules."""
    return tables.schedules.page(query.cursor, query.limit)


@router.post("/schedules", permission="schedules.write", status=201)
def create_schedule(body: Schedule) -> Schedule:
    """Add a schedule."""
    return service.create_schedule(body)


@router.get("/schedules/{schedule_id}", permission="schedules.read")
def read_schedule(schedule_id: str) -> Schedule:
    """Return a schedule."""
    return tables.schedules.read(schedule_id)


@router.put("/schedules/{schedule_id}", permission="schedules.write")
def update_schedule(schedule_id: str, body: Schedule) -> Schedule:
    """Replace a schedule at the version that was read."""
    return service.update_schedule(schedule_id, body)


@router.delete("/schedules/{schedule_id}", permission="schedules.write")
def delete_schedule(schedule_id: str, query: DeleteQuery) -> None:
    """Delete a schedule that nothing uses."""
    service.delete_schedule(schedule_id, query.version)


@router.get("/holiday-calendar", permission="schedules.read")
def read_holiday_calendar(query: CalendarQuery) -> CalendarAnswer:
    """List the holidays and make-up working days of a country in two years."""
    first = query.year or datetime.fromtimestamp(now_ms() // 1000, UTC).year
    return CalendarAnswer(years=[calendar_year(query.calendar, year) for year in (first, first + 1)])


@router.get("/schedules/{schedule_id}/open", permission="schedules.read")
def read_openness(schedule_id: str, query: AtQuery) -> OpenAnswer:
    """Say whether a schedule is open at an instant, and why."""
    found = service.openness(schedule_id, now_ms() if query.at is None else query.at)
    if found is None:
        raise NotFound(kind=tables.schedules.kind, id=schedule_id)
    return OpenAnswer(open=found.open, reason=found.reason, day=found.day)


@router.get("/screening", permission="screening.read")
def list_screening(query: ScreeningQuery) -> Page[ScreeningEntry]:
    """List the black and the white list."""
    return service.list_screening(query.kind, query.cursor, query.limit)


@router.post("/screening", permission="screening.write", status=201)
def create_screening(body: ScreeningEntry) -> ScreeningEntry:
    """Put a caller or a prefix on a list."""
    return service.create_screening(body)


@router.get("/screening/{entry_id}", permission="screening.read")
def read_screening(entry_id: str) -> ScreeningEntry:
    """Return an entry."""
    return tables.screening.read(entry_id)


@router.put("/screening/{entry_id}", permission="screening.write")
def update_screening(entry_id: str, body: ScreeningEntry) -> ScreeningEntry:
    """Replace an entry's reason and expiry at the version that was read."""
    return service.update_screening(entry_id, body)


@router.delete("/screening/{entry_id}", permission="screening.write")
def delete_screening(entry_id: str, query: DeleteQuery) -> None:
    """Take a caller or a prefix off its list."""
    tables.screening.delete(entry_id, query.version)


@router.get("/attribution", permission="self.read")
def read_attribution(query: NumberQuery, locale: str) -> Attribution:
    """Say where a number belongs."""
    return attribution(query.number, locale)
