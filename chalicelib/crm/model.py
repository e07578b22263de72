"""The words of the customer records. No I/O."""

from typing import Annotated, Any

import msgspec

from chalicelib.ivr.path import PathStep
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.records import Record
from chalicelib.telephony.attribution import Attribution

PHONES = 10

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Phone = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Phones = Annotated[tuple[Phone, ...], msgspec.Meta(max_length=PHONES)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Notes = Annotated[str, msgspec.Meta(max_length=20_000)]
Grade = Annotated[int, msgspec.Meta(ge=0, le=9)]
"""How important a customer is: 0 for nothing said, 9 most."""
Key = Annotated[str, msgspec.Meta(max_length=64)]


class NewCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer to be made. phones: as people write them. owner, department_id: the maker's own when not given."""

    name: Name
    phones: Phones = ()
    company: Text = ""
    notes: Notes = ""
    grade: Grade = 0
    department_id: Key | None = None
    owner: Key | None = None


class Customer(Record, frozen=True, kw_only=True):
    """A customer. phones: E.164. owner: the user who looks after him; department_id: "" for none. Instants in ms."""

    customer_id: str = ""
    name: Name
    phones: Phones = ()
    company: Text = ""
    notes: Notes = ""
    grade: Grade = 0
    department_id: Key = ""
    owner: Key = ""
    created_at: int = 0
    updated_at: int = 0


class CallContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a call brings to the screen pop. agent_ids: who is (or is being) connected to it."""

    number: str
    agent_ids: tuple[str, ...] = ()
    group_id: str | None = None
    trunk_number: str | None = None
    ivr_path: tuple[PathStep, ...] = ()
    variables: dict[str, Any] = {}


class CallFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The call's part of a screen pop."""

    group_id: str | None = None
    trunk_number: str | None = None
    ivr_path: tuple[PathStep, ...] = ()
    variables: dict[str, Any] = {}


class ScreenPop(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent sees of a number. customer: the only one with it, else None; candidates: all that have it.

    history: the number's last calls, newest first.
    """

    customer: Customer | None
    candidates: list[Customer]
    history: list[CallRecord]
    attribution: Attribution
    call: CallFacts
