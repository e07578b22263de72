"""Use cases of the directory. What the voice webhook asks is `route_inbound`; the rest keeps the records."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from chalicelib.directory import hours, rules, sip, tables, uses
from chalicelib.directory.conditions import LIST, SCHEDULE, named
from chalicelib.directory.model import (
    Decision,
    Extension,
    ListKind,
    Openness,
    Schedule,
    Screening,
    ScreeningEntry,
    TrunkNumber,
)
from chalicelib.identity import accounts
from chalicelib.identity import service as identity
from chalicelib.kernel import log
from chalicelib.kernel.audit import audit
from chalicelib.kernel.errors import AlreadyExists, ChangedMeanwhile, InUse, InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import Page

T = TypeVar("T")

CACHE_S: Final = 5.0
SYSTEM: Final = "system"

_cache: dict[tuple[str, str], tuple[float, Any]] = {}


def forget() -> None:
    """Drop what this process remembers (after its own writes)."""
    _cache.clear()


def _remembered(kind: str, id: str, read: Callable[[str], T]) -> T:
    at, value = _cache.get((kind, id), (0.0, None))
    if at and time.monotonic() - at < CACHE_S:
        return value  # pyright: ignore[reportReturnType]
    found = read(id)
    _cache[kind, id] = (time.monotonic(), found)
    return found


def trunk_number(number: str) -> TrunkNumber | None:
    """Return one of our numbers, at most 5 s old, or None."""
    return _remembered("trunk number", number, tables.trunk_numbers.find)


def schedule(schedule_id: str) -> Schedule | None:
    """Return a schedule, at most 5 s old, or None."""
    return _remembered("schedule", schedule_id, tables.schedules.find)


def openness(schedule_id: str | None, at_ms: int) -> Openness | None:
    """Return whether a schedule is open; always open without one, None when it does not exist."""
    if not schedule_id:
        return hours.ALWAYS_OPEN
    found = schedule(schedule_id)
    return hours.is_open(found, at_ms) if found else None


def state_of(schedule_id: str, at_ms: int) -> str:
    """Return `open`, `closed`, or `holiday` (closed because of the day); a schedule that does not exist is open."""
    found = openness(schedule_id, at_ms)
    if found is None or found.open:
        return "open"
    return "holiday" if found.reason == "holiday" else "closed"


def is_open(schedule_id: str | None, at_ms: int) -> bool:
    """Return whether a schedule is open; a schedule that does not exist counts as open: the caller matters more."""
    found = openness(schedule_id, at_ms)
    return found is None or found.open


def outbound_trunk(number: str | None, carrier: str | None = None) -> TrunkNumber:
    """Return the trunk number to call out with: the one asked for, else the first that may.

    carrier: only a number of that one, for a phone whose leg is there already. Errors: NotFound.
    """
    if number:
        asked = tables.trunk_numbers.read(number)
        if asked.outbound:
            return asked
        raise NotFound(kind="trunk number", id=number)
    may = _remembered("outbound", "first", lambda _: [trunk for trunk in tables.trunk_numbers.all() if trunk.outbound])
    fitting = [trunk for trunk in may if carrier in (None, trunk.carrier)]
    if not fitting:
        raise NotFound(kind="trunk number", id="outbound")
    return fitting[0]


def route_inbound(dialled: str, caller: str, now: int, facts: Mapping[str, str] = rules.NOTHING_KNOWN) -> Decision:
    """Return where an incoming call goes and why. dialled, caller: E.164 as the carrier says them; now: ms.

    facts: of the call, for the number's rules. Reads: the trunk number, its schedule, one batch for the lists; the
    first two are remembered for 5 s; and what rules ask for.
    """
    trunk = trunk_number(dialled)
    if trunk is None:
        return rules.unknown_number(dialled)
    return rules.inbound_route(trunk, screened(caller, now), openness(trunk.schedule_id, now), facts)


def screened(caller: str, now: int) -> Screening:
    """Return what the lists say of a caller. Lists that cannot be read say nothing: the call matters more."""
    try:
        return rules.screen(caller, tables.screening.matching(rules.patterns_of(caller)), now)
    except Exception:
        log.logger().exception("screening unavailable")
        return Screening(verdict="unavailable")


def find_extension(extension: str) -> Extension | None:
    """Return an extension, or None."""
    return tables.extensions.find(extension)


def extensions_of(username: str) -> list[Extension]:
    """Return a user's extensions (a change within the last second may be missing)."""
    return tables.extensions.of_user(username)


def create_trunk_number(trunk: TrunkNumber, by: str = SYSTEM) -> TrunkNumber:
    """Store a new number. by: who does it. Errors: AlreadyExists, NotFound (schedule, list, extension)."""
    _check_trunk_number(trunk)
    if tables.trunk_numbers.find(trunk.number):
        raise AlreadyExists(kind=tables.trunk_numbers.kind, id=trunk.number)  # before anybody is said to have made it
    audit(f"trunk_number#{trunk.number}", by, "created")
    return _written(tables.trunk_numbers.create(trunk))


def update_trunk_number(number: str, trunk: TrunkNumber, by: str = SYSTEM) -> TrunkNumber:
    """Replace a number at the version that was read. by: who does it. Errors: as create, ChangedMeanwhile."""
    tables.trunk_numbers.read(number)
    changed: TrunkNumber = msgspec.structs.replace(trunk, number=number)
    _check_trunk_number(changed)
    audit(f"trunk_number#{number}", by, f"changed, {len(changed.rules)} rules")
    return _written(tables.trunk_numbers.update(changed))


def _check_trunk_number(trunk: TrunkNumber) -> None:
    if trunk.schedule_id:
        tables.schedules.read(trunk.schedule_id)
    if trunk.extension:
        tables.extensions.read(trunk.extension)
    for number in trunk.caller_id_pool:
        if number != trunk.number:
            tables.trunk_numbers.read(number)
    for list_id in named(rules.conditions_of(trunk), LIST):
        tables.number_lists.read(list_id)
    for schedule_id in named(rules.conditions_of(trunk), SCHEDULE):
        tables.schedules.read(schedule_id)


def delete_trunk_number(number: str, version: int | None, by: str = SYSTEM) -> None:
    """Delete a number that no other shows on its calls. Errors: NotFound, InUse, ChangedMeanwhile."""
    for other in tables.trunk_numbers.all():
        if other.number != number and number in other.caller_id_pool:
            raise InUse(kind=tables.trunk_numbers.kind, id=number, by=other.number)
    audit(f"trunk_number#{number}", by, "deleted")
    tables.trunk_numbers.delete(number, version)
    forget()


def create_schedule(schedule: Schedule) -> Schedule:
    """Store a new schedule. Errors: InvalidInput."""
    hours.check_schedule(schedule)
    made: Schedule = msgspec.structs.replace(schedule, schedule_id=schedule.schedule_id or new_id())
    return _written(tables.schedules.create(made))


def update_schedule(schedule_id: str, schedule: Schedule) -> Schedule:
    """Replace a schedule at the version that was read. Errors: NotFound, InvalidInput, ChangedMeanwhile."""
    tables.schedules.read(schedule_id)
    hours.check_schedule(schedule)
    return _written(tables.schedules.update(msgspec.structs.replace(schedule, schedule_id=schedule_id)))


def delete_schedule(schedule_id: str, version: int | None) -> None:
    """Delete a schedule that nothing uses. Errors: NotFound, InUse, ChangedMeanwhile."""
    uses.refuse_if_used("schedule", schedule_id, tables.schedules.kind)
    tables.schedules.delete(schedule_id, version)
    forget()


def create_extension(extension: Extension) -> Extension:
    """Store a new extension and note it at its user. Errors: AlreadyExists, InvalidInput, NotFound (user), InUse."""
    _check_extension(extension)
    saved = tables.extensions.create(msgspec.structs.replace(extension, sip_password_at=None))
    _note_extension(saved.username, saved.extension)
    return saved


def update_extension(number: str, extension: Extension) -> Extension:
    """Replace an extension at the version that was read; the users concerned are told. Errors: as create, NotFound.

    A phone keeps its SIP password; what is no SIP phone any more has none.
    """
    before = _extension_at(number, extension.version)
    password_at = before.sip_password_at if extension.kind == "sip" else None
    changed: Extension = msgspec.structs.replace(extension, extension=number, sip_password_at=password_at)
    _check_extension(changed)
    saved = tables.extensions.update(changed) if password_at == before.sip_password_at else sip.store(changed, None)
    if before.username != saved.username:
        _note_extension(before.username, "", was=number)
    _note_extension(saved.username, number)
    return saved


def delete_extension(number: str, version: int | None) -> None:
    """Delete an extension, and its phone's SIP password with it. Errors: NotFound, InUse, ChangedMeanwhile."""
    before = _extension_at(number, version)
    uses.refuse_if_used("extension", number, tables.extensions.kind)
    sip.delete(before)
    _note_extension(before.username, "", was=number)


def _extension_at(number: str, version: int | None) -> Extension:
    """Return an extension, with `version` only at that one. Errors: NotFound, ChangedMeanwhile."""
    found = tables.extensions.read(number)
    if version not in (None, found.version):
        raise ChangedMeanwhile(kind=tables.extensions.kind, id=number)
    return found


def _check_extension(extension: Extension) -> None:
    rules.check_extension(extension)
    if not extension.username:
        return
    user = identity.find_user(extension.username)
    if user is None:
        raise NotFound(kind="user", id=extension.username)
    held = tables.extensions.find(user.extension) if user.extension not in ("", extension.extension) else None
    if held and held.username == user.username:
        raise InUse(kind="user", id=user.username, by=held.extension)


def _note_extension(username: str | None, extension: str, was: str | None = None) -> None:
    """Write the extension into the user's record. was: only if that stands there now."""
    user = identity.find_user(username) if username else None
    if user and (was is None or user.extension == was):
        accounts.write_extension(user.username, extension)


def list_screening(kind: ListKind | None, cursor: str | None, limit: int) -> Page[ScreeningEntry]:
    """Return one page of the lists (both when kind is None)."""
    return tables.screening.page([kind] if kind else ["black", "white"], cursor, limit)


def create_screening(entry: ScreeningEntry) -> ScreeningEntry:
    """Put a caller or prefix on a list. Errors: AlreadyExists."""
    return tables.screening.create(_identified(entry))


def update_screening(entry_id: str, entry: ScreeningEntry) -> ScreeningEntry:
    """Replace reason and expiry at the version that was read; kind and pattern are the entry's id.

    Errors: NotFound, InvalidInput, ChangedMeanwhile.
    """
    changed = _identified(entry)
    if changed.entry_id != entry_id:
        raise InvalidInput(reason="kind, pattern")
    tables.screening.read(entry_id)
    return tables.screening.update(changed)


def _identified(entry: ScreeningEntry) -> ScreeningEntry:
    return msgspec.structs.replace(entry, entry_id=f"{entry.kind}:{entry.pattern}")


def _written(record: T) -> T:
    forget()
    return record


def _extension_held(username: str) -> str | None:
    held = tables.extensions.of_user(username)
    return held[0].extension if held else None


accounts.refuse_deletion_when(_extension_held)
