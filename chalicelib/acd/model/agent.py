"""An agent: his state machine as data, his phone, the groups that he is signed in to."""

from enum import StrEnum
from typing import Literal

import msgspec

from chalicelib.acd.model.events import Event
from chalicelib.acd.model.watching import Supervising
from chalicelib.kernel.records import Record

PHONE_LEASE_MS = 60_000
LONG_LEASE_MS = 120_000
"""Of an agent who is not ready, in a call or in wrap-up."""
RESERVED_LIMIT_MS = 120_000
CALL_CHECK_MS = 600_000
LIFT_LIMIT_MS = 60_000
"""Within which a phone that is to stay off hook is picked up, or its carrier asked what became of it."""
NAILED_UP_MS = 3 * 3_600_000 + 1_800_000
"""After which a nailed-up leg is renewed between calls: carriers end what lasts four hours, in whatever call it is."""
GROUP_LIMIT = 40


class AgentState(StrEnum):
    """The states of an agent."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    NOT_READY = "not_ready"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"


TRANSITIONS: dict[AgentState, frozenset[AgentState]] = {
    AgentState.SIGNED_OUT: frozenset({AgentState.NOT_READY, AgentState.READY}),
    AgentState.READY: frozenset({AgentState.NOT_READY, AgentState.RESERVED, AgentState.SIGNED_OUT}),
    AgentState.NOT_READY: frozenset(
        {AgentState.READY, AgentState.NOT_READY, AgentState.RESERVED, AgentState.SIGNED_OUT}
    ),
    AgentState.RESERVED: frozenset(
        {AgentState.ON_CALL, AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT, AgentState.WRAP_UP}
    ),
    AgentState.ON_CALL: frozenset(
        {AgentState.WRAP_UP, AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT, AgentState.RESERVED}
    ),
    AgentState.WRAP_UP: frozenset(
        {AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT, AgentState.RESERVED, AgentState.WRAP_UP}
    ),
}

WORKING = frozenset({AgentState.RESERVED, AgentState.ON_CALL})

PhoneKind = Literal["browser", "sip", "outside"]


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """Where an agent's leg is dialled. address: `client:agent1`, `sip:1001@…` or an E.164 number.

    nailed_up: it is dialled once and stays off hook across calls.
    """

    kind: PhoneKind = "browser"
    address: str = ""
    nailed_up: bool = False


class NailedUpState(StrEnum):
    """The states of a nailed-up leg; an agent without one has none."""

    WANTED = "wanted"
    DIALLING = "dialling"
    UP = "up"
    CLOSING = "closing"


class NailedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The leg of a phone that stays off hook between calls. leg_id: ours, in its URLs; sid: the carrier's.

    address: of the phone when it was asked for. due_at: when the next thing is to be done about it (ms).
    """

    leg_id: str
    address: str
    state: NailedUpState = NailedUpState.WANTED
    carrier: str = ""
    sid: str = ""
    due_at: int = 0


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """One group that the agent is signed in to, as his membership was then (see group.Member)."""

    group_id: str
    level: int = 5
    priority: int = 1
    position: int = 50
    weight: int = 10


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent has done for a group in this shift. turn_at: when he last answered a call of it (ms)."""

    group_id: str
    calls: int = 0
    talk_ms: int = 0
    turn_at: int = 0


class NextState(msgspec.Struct, frozen=True, kw_only=True):
    """A state asked for during a call, or the state to go back to when a reservation comes to nothing."""

    state: AgentState
    reason: str = ""


class Agent(Record, frozen=True, kw_only=True):
    """An agent's live state. Instants in ms since the epoch.

    ready_epoch: counts how often he became ready; a ready entry of an older epoch is stale. idle_since: what
    "longest idle" compares; restored when a call was lost through no fault of his. before: the state that he had when
    he was reserved. skills: his levels (1–9) by skill. phone_lease_until: browser phones prove that they live by a
    heartbeat. supervising: the live call that he listens to; no other reaches him meanwhile.
    """

    agent_id: str
    name: str = ""
    state: AgentState = AgentState.SIGNED_OUT
    state_since: int = 0
    reason: str = ""
    next_state: NextState | None = None
    before: NextState | None = None
    groups: tuple[SignedIn, ...] = ()
    tallies: tuple[Tally, ...] = ()
    skills: dict[str, int] = {}
    phone: Phone = Phone()
    nailed_up: NailedUp | None = None
    supervising: Supervising | None = None
    call_id: str | None = None
    offer_id: str | None = None
    wrap_up_until: int | None = None
    wrap_up_limit_until: int | None = None
    phone_lease_until: int | None = None
    idle_since: int = 0
    ready_epoch: int = 0
    unreachable: int = 0
    checked_at: int = 0
    department_id: str = ""
    timer_at: int | None = None
    changes: tuple[Event, ...] = ()

    @property
    def first_group(self) -> SignedIn | None:
        """Return the group that comes first for him: what is no group's own counts for it."""
        return min(self.groups, key=lambda place: place.priority, default=None)


def deadline(agent: Agent) -> int | None:
    """Return when the agent's state, nailed-up leg or supervision must be looked at again; None: all may last."""
    dues = (state_due(agent), leg_due(agent), supervision_due(agent))
    return min((due for due in dues if due is not None), default=None)


def supervision_due(agent: Agent) -> int | None:
    """Return when the session of a supervisor ends whose page is silent."""
    return agent.supervising.lease_until if agent.supervising else None


def leg_due(agent: Agent) -> int | None:
    """Return when something is to be done about the nailed-up leg."""
    return agent.nailed_up.due_at if agent.nailed_up else None


def state_due(agent: Agent) -> int | None:
    """Return when the agent's present state must be looked at again, or None if it may last for ever."""
    if agent.state is AgentState.READY:
        return agent.phone_lease_until
    if agent.state is AgentState.RESERVED:
        return max(agent.state_since, agent.checked_at) + RESERVED_LIMIT_MS
    if agent.state is AgentState.ON_CALL:
        return max(agent.state_since, agent.checked_at) + CALL_CHECK_MS
    if agent.state is AgentState.WRAP_UP:
        return agent.wrap_up_until
    return None
