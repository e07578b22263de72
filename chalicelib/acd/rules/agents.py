"""An agent's moves through his state machine. Every move records an event; a move that is not allowed is `Refused`."""

from typing import Any

from msgspec.structs import replace

from chalicelib.acd.errors import NotSignedIn, Refused
from chalicelib.acd.model.agent import (
    LONG_LEASE_MS,
    PHONE_LEASE_MS,
    TRANSITIONS,
    WORKING,
    Agent,
    AgentState,
    NextState,
    Phone,
    SignedIn,
    Tally,
)
from chalicelib.acd.model.events import event
from chalicelib.acd.rules import nailed_up, tallies
from chalicelib.telephony.model import client_address

UNREACHABLE_LIMIT = 2


def move(
    agent: Agent, to: AgentState, now: int, *, reason: str = "", who: str = "", cause: str = "", **also: Any
) -> Agent:
    """Return the agent in state `to`, with the event. `also`: further fields to set. Errors: Refused."""
    if to not in TRANSITIONS[agent.state]:
        raise Refused(kind="agent", from_=agent.state.value, to=to.value)
    data = {
        "reason": reason,
        "call_id": also.get("call_id", agent.call_id),
        "groups": [g.group_id for g in agent.groups],
    }
    change = event(
        now, "agent.state", who=who or agent.agent_id, from_=agent.state.value, to=to.value, cause=cause, data=data
    )
    return replace(
        agent, **{"state": to, "state_since": now, "reason": reason, "changes": (*agent.changes, change), **also}
    )


def sign_in(
    agent: Agent, groups: tuple[SignedIn, ...], phone: Phone, now: int, beginnings: tuple[Tally, ...] = ()
) -> Agent:
    """Sign in to groups (not ready yet); while signed in already, change groups and phone. beginnings: see tallies.

    During a call both hold from the next one on. Who is ready and signs in to the same once more (in a second browser)
    stays ready and keeps his idle time.
    """
    lease = now + PHONE_LEASE_MS if phone.kind == "browser" else None
    same = (agent.groups, agent.phone) == (groups, phone)
    agent = tallies.begin(agent, beginnings, now)
    if agent.state in WORKING or (agent.state is AgentState.READY and same):
        return replace(agent, groups=groups, phone=phone, phone_lease_until=lease)
    signed_in = _free(move(
        agent, AgentState.NOT_READY, now, reason="signed_in", cause="sign_in",
        groups=groups, phone=phone, phone_lease_until=lease, unreachable=0,
    ))  # fmt: skip
    return nailed_up.want(signed_in, now)


def ready(agent: Agent, now: int, *, idle_since: int | None = None, who: str = "", cause: str = "") -> Agent:
    """Become ready (during a call: afterwards). idle_since: restores an earlier idle time."""
    if agent.state is AgentState.SIGNED_OUT or not agent.groups:
        raise NotSignedIn
    if agent.state in WORKING:
        return replace(agent, next_state=NextState(state=AgentState.READY))
    if agent.state is AgentState.READY:
        return agent
    if agent.supervising is not None:
        return once_free(agent, now, cause=cause)
    if nailed_up.is_missing(agent):
        return once_picked_up(agent, now, cause=cause)
    return _free(move(
        agent, AgentState.READY, now, who=who, cause=cause,
        idle_since=now if idle_since is None else idle_since, ready_epoch=agent.ready_epoch + 1,
        phone_lease_until=now + PHONE_LEASE_MS if agent.phone.kind == "browser" else None,
    ))  # fmt: skip


def not_ready(agent: Agent, reason: str, now: int, *, who: str = "", cause: str = "") -> Agent:
    """Become not ready with a reason (during a call: afterwards)."""
    if agent.state is AgentState.SIGNED_OUT:
        raise NotSignedIn
    if agent.state in WORKING:
        return replace(agent, next_state=NextState(state=AgentState.NOT_READY, reason=reason))
    return _free(move(agent, AgentState.NOT_READY, now, reason=reason, who=who, cause=cause))


def sign_out(agent: Agent, reason: str, now: int, *, who: str = "", cause: str = "") -> Agent:
    """Sign out (during a call: afterwards)."""
    if agent.state is AgentState.SIGNED_OUT:
        return agent
    if agent.state in WORKING:
        return replace(agent, next_state=NextState(state=AgentState.SIGNED_OUT, reason=reason))
    return _free(
        move(agent, AgentState.SIGNED_OUT, now, reason=reason, who=who, cause=cause, groups=(), phone_lease_until=None)
    )


def renewed_lease(agent: Agent, phone_ready: bool, now: int) -> int | None:
    """Return until when a heartbeat renews the lease of a browser phone; None when there is nothing to store.

    Only the lease of a ready agent is looked at, so in other states it is long and seldom renewed: the write costs more
    than the heartbeat.
    """
    if agent.phone.kind != "browser" or agent.state is AgentState.SIGNED_OUT or not phone_ready:
        return None
    if agent.state is AgentState.READY:
        return now + PHONE_LEASE_MS
    left = (agent.phone_lease_until or now) - now
    return now + LONG_LEASE_MS if left <= PHONE_LEASE_MS else None


def reserve(agent: Agent, call_id: str, offer_id: str, now: int, *, cause: str) -> Agent:
    """Reserve the agent for an offer; remembers what to go back to (from a call whose phone he lost: not ready).

    Who is called back during the wrap-up of the same call has the rest of it afterwards; who dials has ended it.
    """
    before = NextState(state=agent.state, reason=agent.reason)
    if agent.state is AgentState.WRAP_UP:
        before = agent.next_state or NextState(state=AgentState.READY)
    if agent.state is AgentState.ON_CALL:
        before = NextState(state=AgentState.NOT_READY, reason="unreachable")
    same = agent.state is AgentState.WRAP_UP and agent.call_id == call_id
    return move(
        agent, AgentState.RESERVED, now, cause=cause, call_id=call_id, offer_id=offer_id, before=before,
        wrap_up_until=agent.wrap_up_until if same else None,
        wrap_up_limit_until=agent.wrap_up_limit_until if same else None,
    )  # fmt: skip


def on_call(agent: Agent, now: int) -> Agent:
    """The agent answered."""
    return move(
        agent, AgentState.ON_CALL, now, cause="answered", unreachable=0, wrap_up_until=None, wrap_up_limit_until=None
    )


def wrap_up(agent: Agent, seconds: int, limit_s: int, now: int, *, cause: str) -> Agent:
    """The conversation is over: wrap-up for `seconds`, or at once what comes next when that is 0."""
    if seconds <= 0:
        return after_work(agent, now, cause=cause)
    until = now + seconds * 1000
    limit = max(until, now + limit_s * 1000)
    return move(
        agent,
        AgentState.WRAP_UP,
        now,
        cause=cause,
        offer_id=None,
        before=None,
        wrap_up_until=until,
        wrap_up_limit_until=limit,
    )


def extend_wrap_up(agent: Agent, seconds: int, now: int) -> Agent:
    """Give wrap-up more time, up to the group's limit."""
    if agent.state is not AgentState.WRAP_UP or agent.wrap_up_until is None:
        raise Refused(kind="agent", from_=agent.state.value, to="wrap_up")
    until = max(agent.wrap_up_until, now) + seconds * 1000
    return replace(agent, wrap_up_until=min(until, agent.wrap_up_limit_until or until))


def after_work(agent: Agent, now: int, *, cause: str) -> Agent:
    """Leave a call or wrap-up for the state asked for meanwhile; ready without one."""
    following = agent.next_state or NextState(state=AgentState.READY)
    return _enter(agent, following, now, cause=cause)


def release(agent: Agent, now: int, *, cause: str) -> Agent:
    """End a reservation that came to nothing through no fault of the agent: back to what he was, idle time restored."""
    if agent.wrap_up_until is not None:
        if agent.wrap_up_until <= now:
            return after_work(agent, now, cause=cause)
        return move(agent, AgentState.WRAP_UP, now, cause=cause, offer_id=None, before=None)
    following = agent.next_state or agent.before or NextState(state=AgentState.READY)
    return _enter(agent, following, now, cause=cause, idle_since=agent.idle_since or now)


def failed_to_answer(agent: Agent, outcome: str, now: int) -> Agent:
    """The agent's phone was not answered. outcome: no_answer, declined, busy, unreachable – a rule for each.

    No answer and declined: not ready with that reason. Busy: he is on another line: not ready too. Unreachable: the
    first time back to ready (it may be the provider), twice in a row not ready.
    """
    if outcome == "unreachable":
        agent = replace(agent, unreachable=agent.unreachable + 1)
        if agent.unreachable < UNREACHABLE_LIMIT:
            return release(agent, now, cause="unreachable")
    if agent.next_state and agent.next_state.state is AgentState.SIGNED_OUT:
        return release(agent, now, cause=outcome)
    return _free(move(agent, AgentState.NOT_READY, now, reason=outcome, cause=outcome))


def leave_group(agent: Agent, group_id: str, now: int) -> Agent:
    """Take a group away from a signed-in agent; ready again at once with the others, idle time kept."""
    groups = tuple(place for place in agent.groups if place.group_id != group_id)
    if groups == agent.groups:
        return agent
    if agent.state is not AgentState.READY:
        return replace(agent, groups=groups)
    out = not_ready(replace(agent, groups=groups), "group_removed", now, who="system", cause="group_removed")
    return ready(out, now, idle_since=agent.idle_since, who="system", cause="group_removed") if groups else out


def change_place(agent: Agent, place: SignedIn, now: int) -> Agent:
    """Let an agent serve one of his groups in another way (level, priority, position, weight) from now on."""
    groups = tuple(place if one.group_id == place.group_id else one for one in agent.groups)
    return agent if groups == agent.groups else enter_lists_anew(replace(agent, groups=groups), now)


def change_skills(agent: Agent, skills: dict[str, int], now: int) -> Agent:
    """Give an agent other skills from now on."""
    return agent if skills == agent.skills else enter_lists_anew(replace(agent, skills=skills), now)


def enter_lists_anew(agent: Agent, now: int) -> Agent:
    """Enter a ready agent's lists anew, idle time kept."""
    if agent.state is not AgentState.READY:
        return agent
    out = not_ready(agent, "relisted", now, who="system", cause="group_changed")
    return ready(out, now, idle_since=agent.idle_since, who="system", cause="group_changed")


def phone_lost(agent: Agent, now: int) -> Agent:
    """The browser phone of a ready agent stopped its heartbeat."""
    return not_ready(agent, "unreachable", now, who="system", cause="phone_lease_expired")


def _enter(agent: Agent, following: NextState, now: int, *, cause: str, idle_since: int | None = None) -> Agent:
    if following.state is AgentState.READY and agent.groups:
        if agent.supervising is not None:
            return once_free(agent, now, cause=cause)
        if nailed_up.is_missing(agent):
            return once_picked_up(agent, now, cause=cause)
        if agent.phone.kind == "browser" and agent.phone_lease_until and agent.phone_lease_until < now:
            return _free(move(agent, AgentState.NOT_READY, now, reason="unreachable", cause=cause))
        return _free(move(
            agent, AgentState.READY, now, cause=cause, idle_since=now if idle_since is None else idle_since,
            ready_epoch=agent.ready_epoch + 1, phone_lease_until=_ready_lease(agent, now),
        ))  # fmt: skip
    if following.state is AgentState.SIGNED_OUT:
        return _free(
            move(
                agent,
                AgentState.SIGNED_OUT,
                now,
                reason=following.reason,
                cause=cause,
                groups=(),
                phone_lease_until=None,
            )
        )
    return _free(move(agent, AgentState.NOT_READY, now, reason=following.reason, cause=cause))


def _ready_lease(agent: Agent, now: int) -> int | None:
    """Return the lease of an agent who comes from work, no longer than that of any other ready one."""
    return None if agent.phone_lease_until is None else min(agent.phone_lease_until, now + PHONE_LEASE_MS)


def once_picked_up(agent: Agent, now: int, *, cause: str) -> Agent:
    """Return an agent who will be ready once his phone, which is to stay off hook, is picked up: it rings now."""
    if agent.state is AgentState.NOT_READY and agent.next_state and agent.nailed_up:
        return agent
    waiting = _free(move(agent, AgentState.NOT_READY, now, reason="nailed_up", cause=cause))
    return replace(nailed_up.want(waiting, now), next_state=NextState(state=AgentState.READY))


def once_free(agent: Agent, now: int, *, cause: str) -> Agent:
    """Return an agent who will be ready once he does not supervise a call any more."""
    if agent.state is not AgentState.NOT_READY:
        agent = _free(move(agent, AgentState.NOT_READY, now, reason="supervising", cause=cause))
    return replace(agent, next_state=NextState(state=AgentState.READY))


def may_be_rung(agent: Agent) -> bool:
    """Return whether a colleague's call may ring him: signed in, in no call, and listening to none."""
    return agent.state in (AgentState.READY, AgentState.NOT_READY) and agent.supervising is None


def _free(agent: Agent) -> Agent:
    """Return an agent who has left his call behind: what was asked for during it is done, or overruled by now."""
    free = replace(
        agent, call_id=None, offer_id=None, before=None, next_state=None, wrap_up_until=None, wrap_up_limit_until=None
    )
    return nailed_up.keep(free, agent.state_since)


def phone_of(username: str, phone: Phone) -> Phone:
    """Return the phone with the browser's address filled in."""
    return replace(phone, address=client_address(username)) if phone.kind == "browser" else phone
