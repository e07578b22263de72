"""Decisions on customers: pure functions, but for the number library that `normalise` reads."""

import re
import unicodedata
from typing import Final

import msgspec

from chalicelib.crm.model import Customer, NewCustomer
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import InvalidNumber, normalise

_DIALLED: Final = re.compile(r"[+(]?[\d\s().-]{3,40}")


def new(given: NewCustomer, who: Principal, customer_id: str, now: int) -> Customer:
    """Return the customer to store."""
    return Customer(
        customer_id=customer_id,
        name=given.name,
        phones=e164(given.phones),
        company=given.company,
        notes=given.notes,
        grade=given.grade,
        department_id=who.department_id if given.department_id is None else given.department_id,
        owner=who.username if given.owner is None else given.owner,
        created_at=now,
        updated_at=now,
    )


def changed(stored: Customer, given: Customer, now: int) -> Customer:
    """Return what replaces `stored`: the given record at its version, but who and when it was made stay."""
    return msgspec.structs.replace(
        given,
        customer_id=stored.customer_id,
        phones=e164(given.phones),
        created_at=stored.created_at,
        updated_at=now,
    )


def e164(phones: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers in E.164, each once. Errors: InvalidNumber."""
    return tuple(dict.fromkeys(normalise(phone) for phone in phones))


def as_number(text: str) -> str | None:
    """Return what was typed as an E.164 number, None when it is no whole number."""
    if not _DIALLED.fullmatch(text.strip()):
        return None
    try:
        return normalise(text.strip())
    except InvalidNumber:
        return None


def searched(text: str) -> str:
    """Return a text in the form in which names are compared: without case, full and half width alike."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def search_text(customer: Customer) -> str:
    """Return what a search by words looks through."""
    return searched(f"{customer.name}\n{customer.company}")


def visible(customer: Customer, who: Principal) -> bool:
    """Return whether the customer lies in the user's data scope."""
    if who.scope == "own":
        return customer.owner == who.username
    return who.scope == "all" or customer.department_id in who.department_ids


def may_place(customer: Customer, who: Principal) -> bool:
    """Return whether the user may put a customer where this one says: into his own scope, or (with the scope `own`)
    into his own department under his own name.
    """
    if who.scope == "own":
        return customer.owner == who.username and customer.department_id == who.department_id
    return visible(customer, who)
