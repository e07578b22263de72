"""How customers are stored: the record, and a row for each of its numbers, always written together."""

from collections.abc import Iterable
from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.crm import rules
from chalicelib.crm.model import Customer
from chalicelib.kernel.callrecord import CALL_INDEX, CallRecord
from chalicelib.kernel.postings import Postings
from chalicelib.kernel.records import StructAttribute, stored_version, table_meta, transact

NO_DEPARTMENT: Final = "-"
"""The partition of customers without a department: a key cannot be empty."""
SAME_NUMBER: Final = 20
"""Customers with one number that are looked at."""

call_records: Final = Postings(CALL_INDEX, CallRecord)


class DepartmentIndex(GlobalSecondaryIndex[Any]):
    """A department's customers, by their last change."""

    class Meta:
        index_name = "by_department"
        projection = AllProjection()

    department_id = UnicodeAttribute(hash_key=True)
    updated_at = NumberAttribute(range_key=True)


class CustomerItem(Model):
    """One customer. search_text: see `rules.search_text`; owner: for the scope `own`."""

    Meta = table_meta("customers")  # pyright: ignore[reportAssignmentType]
    customer_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    data = StructAttribute(Customer)
    department_id = UnicodeAttribute()
    updated_at = NumberAttribute()
    owner = UnicodeAttribute()
    search_text = UnicodeAttribute()
    by_department = DepartmentIndex()


class PhoneItem(Model):
    """A number of a customer."""

    Meta = table_meta("customer_phones")  # pyright: ignore[reportAssignmentType]
    number = UnicodeAttribute(hash_key=True)
    customer_id = UnicodeAttribute(range_key=True)


def find(customer_id: str) -> Customer | None:
    """Return a customer, read consistently, or None."""
    try:
        return CustomerItem.get(customer_id, consistent_read=True).data
    except DoesNotExist:
        return None


def of_number(number: str) -> list[Customer]:
    """Return the customers that have a number (at most `SAME_NUMBER`), the last changed first."""
    rows = PhoneItem.query(number, consistent_read=True, limit=SAME_NUMBER)
    found = [item.data for item in CustomerItem.batch_get([row.customer_id for row in rows], consistent_read=True)]
    kept = [customer for customer in found if number in customer.phones]
    return sorted(kept, key=lambda customer: (customer.updated_at, customer.customer_id), reverse=True)


def write(saved: Customer, before: Customer | None) -> None:
    """Store the customer with its numbers in the place of `before` (None: it is new). Errors: Lost, Busy."""
    held = set(before.phones) if before else set[str]()

    def build(transaction: TransactWrite) -> None:
        transaction.save(_item(saved), condition=stored_version(before.version if before else 0))
        _change_phones(transaction, saved.customer_id, added=set(saved.phones) - held, gone=held - set(saved.phones))

    transact(build)


def delete(customer: Customer) -> None:
    """Delete the customer at its version, with its numbers. Errors: Lost, Busy."""

    def build(transaction: TransactWrite) -> None:
        transaction.delete(CustomerItem(customer.customer_id), condition=stored_version(customer.version))
        _change_phones(transaction, customer.customer_id, added=(), gone=customer.phones)

    transact(build)


def page(
    department_id: str, words: str, owner: str | None, start: dict[str, Any] | None, size: int
) -> tuple[list[Customer], dict[str, Any] | None]:
    """Read one page of a department's customers, the last changed first; return it with where to go on (None: the end).

    words: in the form of `rules.searched`, "" for all. owner: only his. At most `size` rows are looked at.
    """
    tests = CustomerItem.search_text.contains(words) if words else None
    if owner is not None:
        tests = tests & (CustomerItem.owner == owner) if tests is not None else CustomerItem.owner == owner
    found = CustomerItem.by_department.query(
        department_id or NO_DEPARTMENT,
        filter_condition=tests,
        scan_index_forward=False,
        last_evaluated_key=start,
        page_size=size,
    )
    raw: dict[str, Any] = next(found.page_iter)
    return [CustomerItem.from_raw_data(item).data for item in raw["Items"]], raw.get("LastEvaluatedKey")


def _change_phones(transaction: TransactWrite, customer_id: str, *, added: Iterable[str], gone: Iterable[str]) -> None:
    for number in sorted(added):
        transaction.save(PhoneItem(number, customer_id))
    for number in sorted(gone):
        transaction.delete(PhoneItem(number, customer_id))


def _item(customer: Customer) -> Any:
    item: Any = CustomerItem(customer.customer_id)
    item.version, item.data, item.owner = customer.version, customer, customer.owner
    item.department_id, item.updated_at = customer.department_id or NO_DEPARTMENT, customer.updated_at
    item.search_text = rules.search_text(customer)
    return item
