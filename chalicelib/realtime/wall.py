"""The live wall: groups' status, agents and calls in progress of a data scope, and the presence of agents."""

import time
from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.acd import snapshots, tables
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.acd.service import stage
from chalicelib.calls.views import AgentView, CallView, public_agent, public_call
from chalicelib.identity import rules as identity_rules
from chalicelib.identity import service as identity
from chalicelib.kernel.principal import Principal
from chalicelib.realtime.today import today

CALLS_LIMIT = 500
MEMBERS_FRESH_S = 30.0
DEPARTMENT_FRESH_S = 60.0


class AgentCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the agents signed in to a group are in each state."""

    ready: int = 0
    not_ready: int = 0
    reserved: int = 0
    on_call: int = 0
    wrap_up: int = 0


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """A group on the wall. longest_wait_since: ms. service_level: 0–1. version: when the queue was measured (ms)."""

    group_id: str
    name: str
    waiting: int
    longest_wait_since: int | None
    agents: AgentCounts
    answered_today: int
    abandoned_today: int
    service_level: float | None
    version: int


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a wall shows at first. server_time: ms, taken before anything was read."""

    server_time: int
    groups: list[GroupView]
    agents: list[AgentView]
    calls: list[CallView]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's state, for the address book."""

    agent_id: str
    state: AgentState
    version: int


def wall(who: Principal) -> Wall:
    """Return what the user's wall shows."""
    now, who = stage().clock(), identity_rules.as_supervisor(who)
    groups = [group for group in tables.groups.all() if identity_rules.sees_department(who, group.department_id or "")]
    members = {member for group in groups for member in members_of(group.group_id)}
    own = {user.username for user in identity.all_users() if identity_rules.sees_department(who, user.department_id)}
    agents = stage().store.agents(sorted(own | members))
    statuses = {group.group_id: snapshots.status(stage().store, group, now) for group in groups}
    calls = calls_in_progress([agents[id] for id in sorted(own) if id in agents], statuses.values())
    return Wall(
        server_time=now,
        groups=[group_view(group, statuses[group.group_id], agents.values()) for group in groups],
        agents=[public_agent(agents[id]) for id in sorted(own) if id in agents],
        calls=[public_call(call) for call in calls],
    )


def calls_in_progress(agents: Iterable[Agent], statuses: Iterable[GroupStatus]) -> list[Call]:
    """Return the calls that the agents are in and the first that wait."""
    working = [agent.call_id or "" for agent in agents if agent.state in (AgentState.ON_CALL, AgentState.RESERVED)]
    waiting = [call_id for status in statuses for call_id in status.order]
    ids = [id for id in dict.fromkeys([*working, *waiting]) if id][:CALLS_LIMIT]
    found = stage().store.calls(ids)
    return [found[id] for id in ids if id in found and not found[id].over]


def group_views(groups: Sequence[Group]) -> list[GroupView]:
    """Return groups as they are now: their queues measured, their agents read once for all of them."""
    now = stage().clock()
    members = {member for group in groups for member in members_of(group.group_id)}
    agents = stage().store.agents(sorted(members)).values()
    store = stage().store
    measured = ((group, snapshots.measure(store, group, now)) for group in groups)
    return [group_view(group, status, agents) for group, status in measured]


def group_view(group: Group, status: GroupStatus, agents: Iterable[Agent]) -> GroupView:
    """Return one group with the counts of the agents who are signed in to it."""
    figures = today(group, status.at)
    return GroupView(
        group_id=group.group_id,
        name=group.name,
        waiting=status.waiting,
        longest_wait_since=status.longest_wait_since,
        agents=count(group.group_id, agents),
        answered_today=figures.answered_today,
        abandoned_today=figures.abandoned_today,
        service_level=figures.service_level,
        version=status.at,
    )


def count(group_id: str, agents: Iterable[Agent]) -> AgentCounts:
    """Count the agents who are signed in to a group, by state."""
    states = [agent.state.value for agent in agents if any(place.group_id == group_id for place in agent.groups)]
    return AgentCounts(**{name: states.count(name) for name in AgentCounts.__struct_fields__})


_members: dict[str, tuple[float, list[str]]] = {}
_departments: dict[str, tuple[float, str]] = {}


def members_of(group_id: str) -> list[str]:
    """Return the usernames of a group's members, at most 30 s old."""
    at, found = _members.get(group_id, (0.0, []))
    if not at or time.monotonic() - at > MEMBERS_FRESH_S:
        found = [member.username for member in tables.members(group_id)]
        _members[group_id] = (time.monotonic(), found)
    return found


def departments_of(agent_ids: Iterable[str]) -> set[str]:
    """Return the departments of agents, at most 60 s old."""
    wanted = set(agent_ids)
    fresh = time.monotonic() - DEPARTMENT_FRESH_S
    missing = [id for id in wanted if _departments.get(id, (0.0, ""))[0] <= fresh]
    for agent in stage().store.agents(missing).values():
        _departments[agent.agent_id] = (time.monotonic(), agent.department_id)
    return {_departments[id][1] for id in wanted if id in _departments} - {""}


def presence(agent_ids: Sequence[str]) -> list[Presence]:
    """Return the states of agents who ever signed in."""
    return [presence_of(agent) for agent in stage().store.agents(list(agent_ids)).values()]


def presence_of(agent: Agent) -> Presence:
    """Return what everybody may know of an agent."""
    return Presence(agent_id=agent.agent_id, state=agent.state, version=agent.version)


def states(agent_ids: Sequence[str]) -> dict[str, str]:
    """Return agents' states by id, for the address book."""
    return {found.agent_id: found.state.value for found in presence(agent_ids)}


def forget() -> None:
    """Drop what this process remembers."""
    _members.clear()
    _departments.clear()
