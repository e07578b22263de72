"""Coalescing: a topic is told at once when it was quiet, and then at most once per interval, whatever changes.

Changes are collected in a set by name. Whoever finds no due time sets one and is responsible: he tells at once if the
last time is long enough ago, or sends himself a delayed message. Names are taken away only after they were told, and
only those that were read, so a crash at any point leaves them for the next; a due time that passed long ago is taken
over by the next change.
"""

from collections.abc import Callable
from typing import Protocol

from chalicelib.realtime.tables import Collected

OVERDUE_MS = 3_000


class Topics(Protocol):
    """Where changes are collected."""

    def collect(self, topic: str, marks: set[str], due_at: int) -> Collected:
        """Add changes and set the due time unless there is one; return the topic afterwards."""
        ...

    def collected(self, topic: str) -> Collected:
        """Return what is collected."""
        ...

    def told(self, topic: str, marks: frozenset[str], now: int) -> Collected:
        """Take away these changes and the due time; return the topic afterwards."""
        ...


Tell = Callable[[str, frozenset[str]], None]
Later = Callable[[str, int], None]
"""Arms a flush of a topic after so many ms."""


def touch(topics: Topics, topic: str, marks: set[str], interval_ms: int, now: int, tell: Tell, later: Later) -> None:
    """Add changes to a topic and see to it that they are told."""
    due_at = now + interval_ms
    found = topics.collect(topic, marks, due_at)
    if found.due_at != due_at and (found.due_at or 0) > now - OVERDUE_MS:
        return  # somebody else set the due time and will tell
    wait = found.posted_at + interval_ms - now
    if wait > 0:
        later(topic, wait)
    else:
        _tell(topics, topic, found.marks, interval_ms, now, tell, later)


def flush(
    topics: Topics, topic: str, also: frozenset[str], interval_ms: int, now: int, tell: Tell, later: Later
) -> None:
    """Tell what a topic has collected, and `also`; what came meanwhile is told after the interval."""
    _tell(topics, topic, topics.collected(topic).marks | also, interval_ms, now, tell, later)


def _tell(
    topics: Topics, topic: str, marks: frozenset[str], interval_ms: int, now: int, tell: Tell, later: Later
) -> None:
    tell(topic, marks)
    left = topics.told(topic, marks, now)
    if left.marks:
        later(topic, interval_ms)
