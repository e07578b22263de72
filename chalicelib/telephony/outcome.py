"""What became of a request to a carrier: a value, never an exception.

The difference that matters is between *refused* (the carrier said no, nothing happened) and *unknown* (nobody can say
whether it happened: a create is not repeated then, its call-back or the lease settles it).
"""

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True)
class Done(Generic[T]):
    """The carrier did it. value: what it answered."""

    value: T


@dataclass(frozen=True)
class Refused:
    """The carrier said no (HTTP 4xx). code: the provider's error code; 20404 gone, 21220 call not in progress."""

    code: int
    status: int

    @property
    def gone(self) -> bool:
        """Return whether the thing does not exist (any more) or its call is over."""
        return self.status == 404 or self.code in (20404, 21220)


@dataclass(frozen=True)
class Unknown:
    """Time-out, lost connection, 5xx or an unreadable answer: it may or may not have happened."""

    reason: str


Outcome: TypeAlias = Done[T] | Refused | Unknown
