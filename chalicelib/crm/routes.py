"""Customers, their history, and the screen pop."""

from typing import Annotated, Final

import msgspec

from chalicelib.crm import service
from chalicelib.crm.model import Customer, NewCustomer, ScreenPop
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router

router: Final = Router("customers")

Cursor = Annotated[str, msgspec.Meta(max_length=1000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """q: a number, or part of a name or company."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    cursor: Cursor | None = None
    limit: Limit = PAGE_SIZE


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """Which page."""

    cursor: Cursor | None = None
    limit: Limit = PAGE_SIZE


class AtVersion(msgspec.Struct, frozen=True, kw_only=True):
    """version: delete only what was read."""

    version: int | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Whose screen pops up. call_id: the call that it is for."""

    number: Annotated[str, msgspec.Meta(max_length=100)]
    call_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None


@router.get("/customers", permission="customers.read")
def search_customers(who: Principal, query: Search) -> Page[Customer]:
    """List customers in scope."""
    return service.search(query.q, who, query.cursor, query.limit)


@router.post("/customers", permission="customers.write", status=201)
def create_customer(who: Principal, body: NewCustomer) -> Customer:
    """Add a customer."""
    return service.create(body, who)


@router.get("/customers/{customer_id}", permission="customers.read")
def read_customer(who: Principal, customer_id: str) -> Customer:
    """Read a customer."""
    return service.read(customer_id, who)


@router.put("/customers/{customer_id}", permission="customers.write")
def replace_customer(who: Principal, customer_id: str, body: Customer) -> Customer:
    """Replace a customer at the version that was read."""
    return service.update(customer_id, body, who)


@router.delete("/customers/{customer_id}", permission="customers.write")
def delete_customer(who: Principal, customer_id: str, query: AtVersion) -> None:
    """Delete a customer."""
    service.delete(customer_id, who, query.version)


@router.get("/customers/{customer_id}/history", permission="customers.read")
def customer_history(who: Principal, customer_id: str, query: Paging) -> Page[CallRecord]:
    """List the calls of a customer's numbers, newest first."""
    return service.history(customer_id, who, query.cursor, query.limit)


@router.get("/screen-pop", permission="customers.read")
def screen_pop(who: Principal, locale: str, query: Caller) -> ScreenPop:
    """Return what to show when a number calls."""
    return service.screen_pop(query.number, service.call_context(query.call_id), who, locale)
