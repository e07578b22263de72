"""Coalescing under duplicates, reordering and crashes, on a virtual clock."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime import coalescing
from chalicelib.realtime.tables import Collected

INTERVAL = 1_000
REDELIVERY = 90_000


class Died(Exception):
    """The process ended in the middle."""


@dataclass
class Memory:
    """The stored topic."""

    marks: set[str] = field(default_factory=set)
    due_at: int | None = None
    posted_at: int = 0

    def collect(self, _topic: str, marks: set[str], due_at: int) -> Collected:
        self.marks |= marks
        self.due_at = due_at if self.due_at is None else self.due_at
        return self._now()

    def collected(self, _topic: str) -> Collected:
        return self._now()

    def told(self, _topic: str, marks: frozenset[str], now: int) -> Collected:
        self.marks -= marks
        self.due_at, self.posted_at = None, now
        return self._now()

    def _now(self) -> Collected:
        return Collected(frozenset(self.marks), self.due_at, self.posted_at)


@dataclass
class World:
    """Runs changes and flushes in the order of time; a message whose handler died is delivered again later."""

    crashes: list[bool]
    topic: Memory = field(default_factory=Memory)
    agenda: list[tuple[int, str]] = field(default_factory=list)
    told: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    now: int = 0

    def run(self) -> None:
        while self.agenda:
            self.agenda.sort()
            self.now, mark = self.agenda.pop(0)
            try:
                self._handle(mark)
            except Died:
                self.agenda.append((self.now + REDELIVERY, mark))

    def _handle(self, mark: str) -> None:
        if mark:
            coalescing.touch(self.topic, "wall", {mark}, INTERVAL, self.now, self._tell, self._later)
        else:
            coalescing.flush(self.topic, "wall", frozenset(), INTERVAL, self.now, self._tell, self._later)

    def _tell(self, _topic: str, marks: frozenset[str]) -> None:
        if self.crashes and self.crashes.pop():
            raise Died
        if marks:
            self.told.append((self.now, marks))

    def _later(self, _topic: str, wait: int) -> None:
        self.agenda.append((self.now + max(1_000, -(-wait // 1_000) * 1_000), ""))


changes = st.lists(st.tuples(st.integers(10_000, 20_000), st.sampled_from("abcdefgh")), min_size=1, max_size=40)


@given(changes, st.lists(st.booleans(), max_size=6))
def test_every_change_is_told_after_it_happened(happened: list[tuple[int, str]], crashes: list[bool]) -> None:
    marks = [(at, f"{name}|{number}") for number, (at, name) in enumerate(happened)]
    world = World(crashes, agenda=[*marks, *marks])  # every message twice
    world.run()
    for at, mark in marks:
        assert any(told_at >= at and mark in told for told_at, told in world.told)
    assert not world.topic.marks


@given(changes)
def test_a_topic_is_told_once_an_interval(happened: list[tuple[int, str]]) -> None:
    world = World([], agenda=[(at, f"{name}|{number}") for number, (at, name) in enumerate(happened)])
    world.run()
    times = [at for at, _ in world.told]
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(times))


def test_the_first_change_of_a_quiet_topic_is_told_at_once() -> None:
    world = World([], agenda=[(10_000, "a|1"), (10_001, "b|1"), (10_002, "c|1")])
    world.run()
    assert world.told == [(10_000, frozenset({"a|1"})), (11_001, frozenset({"b|1", "c|1"}))]
