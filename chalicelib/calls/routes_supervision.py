"""What a supervisor does with agents and calls, over HTTP."""

from typing import Annotated

import msgspec

from chalicelib.acd.model.watching import WatchMode
from chalicelib.acd.rules.lists import PRIORITY_LIMIT
from chalicelib.calls import sessions, supervision
from chalicelib.calls.control import Target
from chalicelib.calls.routes_agent import PhoneChoice, phone_of_choice
from chalicelib.calls.sessions import Wish
from chalicelib.calls.views import AgentView, CallView, public_agent, public_call
from chalicelib.directory.model import Route
from chalicelib.kernel.errors import InvalidInput
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router

router = Router("supervision")

FORCE = "supervision.force"
CALLS = "supervision.calls"
LISTEN = "supervision.listen"
TAKE = "supervision.take"


class Priority(msgspec.Struct, frozen=True):
    """Points; a call with more is served earlier."""

    priority: Annotated[int, msgspec.Meta(ge=-PRIORITY_LIMIT, le=PRIORITY_LIMIT)]


class Assignment(msgspec.Struct, frozen=True):
    """Who is to take the call."""

    agent_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


@router.post("/supervision/agents/{agent_id}/ready", permission=FORCE)
def force_ready(who: Principal, agent_id: str) -> AgentView:
    """Make an agent ready; during a call: afterwards."""
    return public_agent(supervision.force_ready(who, agent_id))


@router.post("/supervision/agents/{agent_id}/not-ready", permission=FORCE)
def force_not_ready(who: Principal, agent_id: str) -> AgentView:
    """Make an agent not ready; during a call: afterwards."""
    return public_agent(supervision.force_not_ready(who, agent_id))


@router.post("/supervision/agents/{agent_id}/sign-out", permission=FORCE)
def force_sign_out(who: Principal, agent_id: str) -> AgentView:
    """Sign an agent out; during a call: afterwards."""
    return public_agent(supervision.force_sign_out(who, agent_id))


@router.post("/supervision/calls/{call_id}/disconnect", permission=CALLS)
def disconnect(who: Principal, call_id: str) -> CallView:
    """End a call for everybody in it."""
    return public_call(supervision.disconnect(who, call_id))


@router.put("/supervision/calls/{call_id}/priority", permission=CALLS)
def set_priority(who: Principal, call_id: str, body: Priority) -> CallView:
    """Give a waiting call another priority."""
    return public_call(supervision.set_priority(who, call_id, body.priority))


class Move(msgspec.Struct, frozen=True):
    """Where the call is to go."""

    route: Route


@router.post("/supervision/calls/{call_id}/move", permission=CALLS)
def move(who: Principal, call_id: str, body: Move) -> CallView:
    """Send a waiting call to another group, a flow, an extension, an outside number or a mailbox."""
    return public_call(supervision.move(who, call_id, body.route))


@router.post("/supervision/calls/{call_id}/assign", permission=CALLS)
def assign(who: Principal, call_id: str, body: Assignment) -> CallView:
    """Give a waiting call to a ready agent."""
    return public_call(supervision.assign(who, call_id, body.agent_id))


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller is to hear: a prompt of the library, or words. One of them."""

    prompt_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    text: Annotated[str, msgspec.Meta(max_length=500)] = ""


@router.post("/supervision/calls/{call_id}/play", permission=CALLS)
def play(who: Principal, call_id: str, body: Playing) -> CallView:
    """Have a waiting caller hear a prompt or words, once, when what he hears now has ended; he keeps his place."""
    if (body.prompt_id is None) == (not body.text.strip()):
        raise InvalidInput(reason="prompt_id | text")
    return public_call(supervision.play(who, call_id, body.prompt_id, body.text.strip()))


class SessionWish(msgspec.Struct, frozen=True, kw_only=True):
    """Which live call, who is to hear the supervisor, which of its agents is meant (the first by default), and at which
    phone he is rung (the one that he signed in with by default, else his browser)."""

    call_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    mode: WatchMode = "listen"
    agent_id: Annotated[str, msgspec.Meta(max_length=100)] = ""
    phone: PhoneChoice | None = None


@router.put("/supervision/session", permission=LISTEN)
def supervise(who: Principal, body: SessionWish) -> AgentView:
    """Listen to a live call, whisper to its agent, barge in, or take it over; again: change between these.

    Taking over needs `supervision.take` besides.
    """
    if body.mode == "take_over":
        who.require(TAKE)
    phone = phone_of_choice(body.phone) if body.phone else None
    wish = Wish(call_id=body.call_id, mode=body.mode, agent_id=body.agent_id, phone=phone)
    return public_agent(sessions.supervise(who, wish))


@router.delete("/supervision/session", permission=LISTEN)
def stop_supervising(who: Principal) -> None:
    """Leave the live call; it goes on without the supervisor."""
    sessions.stop(who)


@router.post("/supervision/calls/{call_id}/pick-up", permission=TAKE)
def pick_up(who: Principal, call_id: str) -> CallView:
    """Take a call that rings at another agent: it rings at the supervisor instead."""
    return public_call(sessions.pick_up(who, call_id))


class Transfer(msgspec.Struct, frozen=True):
    """Where to."""

    target: Target


@router.post("/supervision/calls/{call_id}/transfer", permission=TAKE)
def transfer(who: Principal, call_id: str, body: Transfer) -> CallView:
    """Transfer a live call in the place of its agent."""
    return public_call(sessions.transfer(who, call_id, body.target))
