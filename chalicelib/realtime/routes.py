"""The ticket for a WebSocket, and the snapshots that a subscriber merges with what he hears, over HTTP."""

from typing import Annotated

import msgspec

from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.realtime import fanout, service, telling, wall
from chalicelib.realtime.model import GROUPS, Ticket

router = Router("realtime")

AGENTS_LIMIT = 100


class PresenceQuery(msgspec.Struct, frozen=True):
    """agents: usernames with commas between them, 100 at the most."""

    agents: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class PresenceList(msgspec.Struct, frozen=True):
    """States of agents; those who never signed in are missing."""

    items: list[wall.Presence]


@router.post("/realtime/ticket", permission="self.read")
def create_ticket(who: Principal) -> Ticket:
    """Get a ticket for one WebSocket: `/ws?ticket=…` within a minute."""
    return service.ticket(who)


@router.get("/wall", permission="wall.read")
def read_wall(who: Principal) -> wall.Wall:
    """Read the live wall of one's data scope: groups, agents, calls in progress.

    Queues are at most 5 s old; fresh ones follow over the socket's topic `wall`.
    """
    found = wall.wall(who)
    if found.groups:
        marks = {telling.group_mark(group.group_id, f"wall|{found.server_time}|0") for group in found.groups}
        fanout.flush_later(GROUPS, fanout.INTERVAL_MS, marks)
    return found


@router.get("/presence", permission="presence.read")
def read_presence(query: PresenceQuery) -> PresenceList:
    """Read agents' states, for the address book."""
    ids = [id for id in dict.fromkeys(query.agents.split(",")) if id]
    if len(ids) > AGENTS_LIMIT:
        raise InvalidInput(reason=f"agents > {AGENTS_LIMIT}")
    return PresenceList(wall.presence(ids))
