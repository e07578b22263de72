"""What the ACD needs from the outside: a store with conditional transactions, wake-ups, and the carrier.

Two implementations pass the same contract tests: DynamoDB/SQS (`tables`, `bus`) and one in memory with a virtual clock
(`memory`), on which simulations and property tests run.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Ready, Waiting

Kind = Literal["agent", "call"]
DUE_SHARDS = 8


@dataclass
class Commit:
    """One conditional transaction. Records carry the version that was read; each is stored one higher, all or none.

    added: entries of waiting calls, notes of who signed in. removed: waiting entries that must still be there. ready:
    entries of agents who became ready.
    """

    calls: list[Call] = field(default_factory=list[Call])
    agents: list[Agent] = field(default_factory=list[Agent])
    added: list[Waiting] = field(default_factory=list[Waiting])
    removed: list[Waiting] = field(default_factory=list[Waiting])
    ready: list[Ready] = field(default_factory=list[Ready])

    @property
    def size(self) -> int:
        """Return how many items the transaction touches."""
        return len(self.calls) + len(self.agents) + len(self.added) + len(self.removed) + len(self.ready)


class Store(Protocol):
    """Records of agents and calls, and the two kinds of lists. Every read is consistent."""

    def agent(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        ...

    def agents(self, agent_ids: list[str]) -> dict[str, Agent]:
        """Return the agents that exist, by id."""
        ...

    def call(self, call_id: str) -> Call | None:
        """Return a call."""
        ...

    def calls(self, call_ids: list[str]) -> dict[str, Call]:
        """Return the calls that exist, by id."""
        ...

    def commit(self, commit: Commit) -> None:
        """Store all or nothing. Errors: Lost when a record is at another version, Busy."""
        ...

    def renew_lease(self, agent: Agent, until: int) -> bool:
        """Renew the browser phone's lease of an agent at this version; False when he changed meanwhile."""
        ...

    def waiting(self, list_: str, limit: int, after: str = "") -> list[Waiting]:
        """Return the head of a waiting list, after a sort key."""
        ...

    def mark_set(self, entry: Waiting) -> None:
        """Note that calls may stand in a set, whatever was noted before."""
        ...

    def drop_set(self, entry: Waiting) -> bool:
        """Forget a set unless it was noted anew; returns whether it is forgotten."""
        ...

    def ready(self, list_: str, limit: int, after: str = "") -> list[Ready]:
        """Return the head of a ready list, after a sort key."""
        ...

    def drop_ready(self, entries: list[Ready]) -> None:
        """Delete stale ready entries; missing ones are fine."""
        ...

    def due(self, kind: Kind, before: int, limit: int) -> list[str]:
        """Return ids of records whose due time has passed (an index: may lag)."""
        ...


class Bus(Protocol):
    """Wake-ups for the parts that act later. Each may arrive twice, late or out of order."""

    def dispatch(self, target: str, cause: str) -> None:
        """Wake the dispatcher of `group:<id>` or `agent:<id>`; cause is unique per reason."""
        ...

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        """Ask the dial worker to ring an offer's agent."""
        ...

    def timer(self, kind: Kind, id: str, timer_at: int, now: int, due: int) -> None:
        """Arm a timer that fires at `due`; `timer_at` names it."""
        ...
