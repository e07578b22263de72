"""What routes, rules and flows lead to, asked before it is deleted. Each capability says for itself who uses a thing.

A deletion is rare and made by hand, so the answer reads the configuration (some hundred records, by query) instead of
keeping an index that every save would have to write.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal

from chalicelib.directory import rules, tables
from chalicelib.directory.conditions import LIST, SCHEDULE, Condition, named
from chalicelib.directory.model import Extension, Route, Schedule, TrunkNumber
from chalicelib.kernel.errors import InUse

Used = Literal["flow", "group", "agent", "extension", "schedule", "list", "survey"]
UsersOf = Callable[[Used, str], Iterable[str]]
NAMED: Final = 5
"""Users that a refusal names."""

_asked: dict[str, UsersOf] = {}


def ask_too(capability: str, users_of: UsersOf) -> None:
    """Let a capability above name who uses a thing; said again it replaces what was said."""
    _asked[capability] = users_of


def users_of(kind: Used, id: str) -> list[str]:
    """Return the names of what leads to a thing or asks for it."""
    everywhere = [_directory, *_asked.values()]
    return list(dict.fromkeys(name for ask in everywhere for name in ask(kind, id)))


def refuse_if_used(kind: Used, id: str, word: str) -> None:
    """Refuse a deletion. word: of the thing in messages. Errors: InUse, with the first users."""
    users = users_of(kind, id)
    if users:
        more = f" … (+{len(users) - NAMED})" if len(users) > NAMED else ""
        raise InUse(kind=word, id=id, by=", ".join(users[:NAMED]) + more)


def leads(routes: Iterable[Route | None], kind: Used, id: str) -> bool:
    """Return whether any of the routes leads to a thing."""
    return any(rules.leads_to(route, kind, id) for route in routes if kind in ("flow", "group", "agent", "extension"))


def asks(conditions: Iterable[Condition], kind: Used, id: str) -> bool:
    """Return whether any of the conditions asks for a list or a schedule."""
    prefix = {"list": LIST, "schedule": SCHEDULE}.get(kind)
    return prefix is not None and id in named(conditions, prefix)


def _directory(kind: Used, id: str) -> Iterable[str]:
    yield from (trunk.number for trunk in tables.trunk_numbers.all() if _trunk_uses(trunk, kind, id))
    yield from (one.extension for one in tables.extensions.all() if _extension_uses(one, kind, id))
    yield from (one.name for one in tables.schedules.all() if leads(_days_routes(one), kind, id))


def _trunk_uses(trunk: TrunkNumber, kind: Used, id: str) -> bool:
    by_schedule = kind == "schedule" and trunk.schedule_id == id
    return by_schedule or leads(rules.routes_of(trunk), kind, id) or asks(rules.conditions_of(trunk), kind, id)


def _extension_uses(extension: Extension, kind: Used, id: str) -> bool:
    return leads((extension.unanswered, extension.busy, extension.unreachable), kind, id)


def _days_routes(schedule: Schedule) -> list[Route | None]:
    return [*(day.route for day in [*schedule.dates, *schedule.ranges]), schedule.holiday_route]
