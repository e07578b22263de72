"""The heartbeat of an agent's page: proof that his phone lives, answered with the versions of his own records."""

import msgspec

from chalicelib.acd import service
from chalicelib.kernel.principal import Principal

WORK = "agent.work"
"""The permission that an agent's own routes ask for; whoever lacks it has no phone to keep alive."""


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """Versions of the agent's own records: a page that holds older ones missed something. server_time: ms."""

    agent_version: int
    call_version: int | None
    server_time: int


def pulse(who: Principal, phone_ready: bool) -> Pulse:
    """Take a heartbeat. phone_ready: the browser phone is registered."""
    agent = service.heartbeat(who, phone_ready)
    call = service.stage().store.call(agent.call_id) if agent.call_id else None
    return Pulse(
        agent_version=agent.version, call_version=call.version if call else None, server_time=service.stage().clock()
    )
