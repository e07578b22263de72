"""The diary: what each transaction stored, in order, in a few plain words. Nothing in it is the product's judgement."""

from dataclasses import dataclass, field

from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import Call
from chalicelib.acd.ports import Commit


@dataclass(frozen=True, slots=True)
class Offered:
    """A call was offered to an agent for a group."""

    offer_id: str
    agent_id: str
    group_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. at: ms. moves: (subject, from, to) of calls and agents, e.g. ("call c1", "queued", "ended").

    offered, accepted, over: offers that were made, taken, and that came to nothing.
    """

    at: int
    call_id: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    offered: tuple[Offered, ...] = ()
    accepted: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


@dataclass
class Diary:
    """Entries in the order in which they were stored."""

    entries: list[Entry] = field(default_factory=list[Entry])

    def write(self, at: int, commit: Commit) -> None:
        """Write a transaction down, unless nothing moved in it."""
        entry = _entry(at, commit)
        if entry.moves or entry.offered or entry.accepted or entry.over:
            self.entries.append(entry)


LIVE = ("made", "dialling", "ringing")


def _entry(at: int, commit: Commit) -> Entry:
    offered: list[Offered] = []
    accepted: list[str] = []
    over: list[str] = []
    for call in commit.calls:
        for change in call.changes:
            if change.type != "offer.state":
                continue
            told = change.data
            if not change.from_:
                offered.append(Offered(told["offer_id"], told["agent_id"], told["group_id"] or ""))
            elif change.to == "accepted":
                accepted.append(told["offer_id"])
            elif change.to not in LIVE:
                over.append(told["offer_id"])
    moves = [move for record in (*commit.calls, *commit.agents) for move in _moves(record)]
    call_id = commit.calls[0].call_id if commit.calls else ""
    return Entry(at, call_id, tuple(moves), tuple(offered), tuple(accepted), tuple(over))


def _moves(record: Call | Agent) -> list[tuple[str, str, str]]:
    kind, id = ("call", record.call_id) if isinstance(record, Call) else ("agent", record.agent_id)
    return [(f"{kind} {id}", change.from_, change.to) for change in record.changes if change.type == f"{kind}.state"]
