"""Events: what happened to an agent or a call. Immutable; reports are folds of them."""

from typing import Any

import msgspec

from chalicelib.kernel.ids import new_id


class Event(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One change. type: `agent.state`, `call.state`, `offer.state`, `leg.state`, `call.flow` …

    who: the user or part that caused it. from_/to: the states. data: what the type adds.
    """

    event_id: str
    at: int
    type: str
    who: str = ""
    from_: str = ""
    to: str = ""
    cause: str = ""
    data: dict[str, Any] = {}


def event(at: int, type: str, **fields: Any) -> Event:
    """Return a new event at instant `at`."""
    return Event(event_id=new_id(at), at=at, type=type, **fields)
