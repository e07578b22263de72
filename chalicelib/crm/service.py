"""What others ask of customers: make, change, find, and what to show when a number calls."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from chalicelib.crm import rules, tables
from chalicelib.crm.model import CallContext, CallFacts, Customer, NewCustomer, ScreenPop
from chalicelib.identity import service as identity
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import ChangedMeanwhile, Forbidden, InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost
from chalicelib.telephony.attribution import attribution

QUERIES: Final = 16
"""Pages that one search reads at most; then it answers a short page with a cursor."""
READ_SIZE: Final = 200
HISTORY: Final = 10

CallLookup = Callable[[str], CallContext | None]


class _Ports(msgspec.Struct):
    """What packages above this one provide."""

    call: CallLookup | None = None


_ports = _Ports()


class Position(msgspec.Struct, frozen=True):
    """Where a search by words has come: the department (in the order of ids), updated_at and id in it."""

    department: str = ""
    updated_at: int | None = None
    customer_id: str | None = None


def provide_calls(lookup: CallLookup) -> None:
    """Tell how a call's facts are found by its id (`calls` lies above this package)."""
    _ports.call = lookup


def create(given: NewCustomer, who: Principal) -> Customer:
    """Store a new customer with its numbers. Errors: InvalidNumber, Forbidden outside the user's scope."""
    now = now_ms()
    wanted = msgspec.structs.replace(rules.new(given, who, new_id(now), now), version=1)
    _require_place(wanted, who)
    tables.write(wanted, None)
    return wanted


def update(customer_id: str, given: Customer, who: Principal) -> Customer:
    """Replace a customer at the version that was read. Errors: NotFound, ChangedMeanwhile, InvalidNumber, Forbidden."""
    stored = read(customer_id, who)
    if stored.version != given.version:
        raise ChangedMeanwhile(kind="customer", id=customer_id)
    wanted = rules.changed(stored, given, now_ms())
    if (wanted.owner, wanted.department_id) != (stored.owner, stored.department_id):
        _require_place(wanted, who)
    saved = msgspec.structs.replace(wanted, version=stored.version + 1)
    try:
        tables.write(saved, stored)
    except Lost as error:
        raise ChangedMeanwhile(kind="customer", id=customer_id) from error
    return saved


def delete(customer_id: str, who: Principal, version: int | None = None) -> None:
    """Delete a customer with its numbers. Errors: NotFound, ChangedMeanwhile."""
    stored = read(customer_id, who)
    if version not in (None, stored.version):
        raise ChangedMeanwhile(kind="customer", id=customer_id)
    try:
        tables.delete(stored)
    except Lost as error:
        raise ChangedMeanwhile(kind="customer", id=customer_id) from error


def read(customer_id: str, who: Principal) -> Customer:
    """Return a customer. Errors: NotFound, also for one outside the user's data scope."""
    found = tables.find(customer_id)
    if found is None or not rules.visible(found, who):
        raise NotFound(kind="customer", id=customer_id)
    return found


def find_by_number(number: str) -> list[Customer]:
    """Return the customers that have an E.164 number, the last changed first (for calls; no scope)."""
    return tables.of_number(number)


def find_by_id(customer_id: str) -> list[Customer]:
    """Return the customer with an id, if there is one (for calls; no scope)."""
    found = tables.find(customer_id) if customer_id else None
    return [found] if found else []


def search(text: str, who: Principal, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[Customer]:
    """Return one page of customers in the user's scope: those with a number, or with words in name or company.

    Without text: all. Order: department by department, the last changed first.
    """
    number, position = rules.as_number(text), _position(cursor)
    if number is not None and (found := tables.of_number(number)):
        return _of_number([customer for customer in found if rules.visible(customer, who)], position, limit)
    return _by_words(rules.searched(text), who, position, limit)


def history(customer_id: str, who: Principal, cursor: str | None = None, limit: int = PAGE_SIZE) -> Page[CallRecord]:
    """Return one page, newest first, of the calls of a customer's numbers. Errors: NotFound."""
    return tables.call_records.of_numbers(read(customer_id, who).phones, cursor, limit)


def screen_pop(number: str, call: CallContext | None, who: Principal, locale: str) -> ScreenPop:
    """Return what to show of a number: customer, last calls, where the number belongs, and the call's facts.

    An agent of the call sees the caller's customer whoever owns it, since he serves him now; without such a call the
    user's data scope decides.
    """
    number = rules.as_number(number) or number
    found = find_by_number(number)
    serving = call is not None and who.username in call.agent_ids and call.number == number
    candidates = found if serving else [customer for customer in found if rules.visible(customer, who)]
    shown = serving or who.scope == "all" or bool(candidates)
    return ScreenPop(
        customer=candidates[0] if len(candidates) == 1 else None,
        candidates=candidates,
        history=tables.call_records.of_numbers([number], limit=HISTORY).items if shown else [],
        attribution=attribution(number, locale),
        call=_facts(call),
    )


def call_context(call_id: str | None) -> CallContext | None:
    """Return the facts of a call, None without a call (or before `provide_calls`)."""
    return _ports.call(call_id) if call_id and _ports.call else None


def _facts(call: CallContext | None) -> CallFacts:
    if call is None:
        return CallFacts()
    return CallFacts(
        group_id=call.group_id, trunk_number=call.trunk_number, ivr_path=call.ivr_path, variables=call.variables
    )


def _require_place(customer: Customer, who: Principal) -> None:
    if not rules.may_place(customer, who):
        raise Forbidden(permission="customers.write")


def _of_number(found: list[Customer], position: Position, limit: int) -> Page[Customer]:
    """Return the page after `position` of the few customers that share a number."""
    reached = (position.updated_at or 0, position.customer_id)
    left = [c for c in found if position.customer_id is None or (c.updated_at, c.customer_id) < reached]
    shown = left[:limit]
    more = Position(updated_at=shown[-1].updated_at, customer_id=shown[-1].customer_id) if len(left) > limit else None
    return Page(items=shown, cursor=encode_cursor(more))


def _by_words(words: str, who: Principal, position: Position, limit: int) -> Page[Customer]:
    departments = [id for id in _departments(who) if id >= position.department]
    owner = who.username if who.scope == "own" else None
    found: list[Customer] = []
    for _ in range(QUERIES):
        if not departments or len(found) >= limit:
            break
        # Without a test every row that is looked at counts, so no more are read than are wanted.
        size = READ_SIZE if words or owner else limit - len(found)
        rows, last = tables.page(departments[0], words, owner, _start(departments[0], position), size)
        kept = rows[: limit - len(found)]
        found += kept
        position = _next(departments, rows, kept, last)
    return Page(items=found, cursor=encode_cursor(position) if departments else None)


def _next(departments: list[str], rows: list[Customer], kept: list[Customer], last: dict[str, Any] | None) -> Position:
    """Return where to go on after a page of the first department, which is taken off the list when it has ended."""
    if len(kept) < len(rows):
        return Position(departments[0], kept[-1].updated_at, kept[-1].customer_id)
    if last is not None:
        return Position(departments[0], int(last["updated_at"]["N"]), last["customer_id"]["S"])
    departments.pop(0)
    return Position(departments[0] if departments else "")


def _departments(who: Principal) -> list[str]:
    """Return the departments whose customers may be in scope, in a fixed order."""
    if who.scope in ("department", "subtree"):
        return sorted(set(who.department_ids))
    # An owner keeps his customers when he moves to another department, so `own` looks through all.
    return sorted({department.department_id for department in identity.organisation().departments} | {""})


def _start(department_id: str, position: Position) -> dict[str, Any] | None:
    if position.customer_id is None or position.department != department_id:
        return None
    return {
        "department_id": {"S": department_id or tables.NO_DEPARTMENT},
        "updated_at": {"N": str(position.updated_at)},
        "customer_id": {"S": position.customer_id},
    }


def _position(cursor: str | None) -> Position:
    try:
        return msgspec.convert(decode_cursor(cursor) or {}, Position)
    except msgspec.ValidationError as error:
        raise InvalidInput(reason="cursor") from error
