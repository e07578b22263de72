"""Agents and calls as the outside sees them: the same shapes over REST and over the socket, without internals."""

from typing import Any, Literal

import msgspec

from chalicelib.acd.model.agent import Agent, AgentState, NailedUpState, NextState, Phone, SignedIn
from chalicelib.acd.model.call import (
    Call,
    Callback,
    CallState,
    Disposition,
    Leg,
    LegState,
    Offer,
    OfferKind,
    OfferState,
    Role,
)
from chalicelib.acd.model.recorded import RecordingControl, RecordingState
from chalicelib.acd.model.watching import Supervising, WatchMode
from chalicelib.acd.service import stage
from chalicelib.calls.rules.ending import consultation
from chalicelib.ivr.path import PathStep
from chalicelib.kernel import log


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """An agent. Instants in ms since the epoch. nailed_up: how far his phone is that is to stay off hook.
    supervising: the live call that he listens to.
    """

    agent_id: str
    name: str
    state: AgentState
    state_since: int
    reason: str
    next_state: NextState | None
    groups: tuple[SignedIn, ...]
    phone: Phone
    nailed_up: NailedUpState | None
    supervising: Supervising | None
    call_id: str | None
    offer_id: str | None
    wrap_up_until: int | None
    phone_lease_until: int | None
    idle_since: int
    department_id: str
    version: int


class LegView(msgspec.Struct, frozen=True, kw_only=True):
    """One party of a call."""

    leg_id: str
    role: Role
    agent_id: str | None
    address: str
    state: LegState
    sid: str | None
    joined_at: int | None
    left_at: int | None
    cause: str | None
    held_since: int | None
    muted: bool


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of a call to an agent or outside number."""

    offer_id: str
    kind: OfferKind
    agent_id: str
    group_id: str | None
    address: str
    state: OfferState
    made_at: int
    ring_until: int
    ended_at: int | None
    by: str


class Consulting(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation that is being made or under way. by: the agent who consults. leg_id: whom he consults."""

    by: str
    leg_id: str


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor in the call, as far as its agents may know."""

    by: str
    mode: WatchMode


class LiveRecording(msgspec.Struct, frozen=True, kw_only=True):
    """How the recording stands. control: what the agent may do. pause_until: when it goes on after a pause (ms)."""

    state: RecordingState
    control: RecordingControl
    pause_until: int | None


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """A call. Instants in ms since the epoch. survey: its customer may be sent to one."""

    call_id: str
    direction: Literal["inbound", "outbound", "internal"]
    state: CallState
    carrier: str
    customer_number: str
    customer_name: str
    trunk_number: str
    attribution: str | None
    group_id: str | None
    customer_id: str | None
    language: str
    variables: dict[str, Any]
    queued_at: int | None
    callback: Callback | None
    started_at: int
    answered_at: int | None
    ended_at: int | None
    cause: str | None
    agent_lost_at: int | None
    survey: bool
    legs: tuple[LegView, ...]
    offers: tuple[OfferView, ...]
    consulting: Consulting | None
    watchers: tuple[Watcher, ...]
    recording: LiveRecording | None
    recording_ids: tuple[str, ...]
    ivr_path: tuple[PathStep, ...]
    agent_ids: tuple[str, ...]
    dispositions: tuple[Disposition, ...]
    version: int


def public_agent(agent: Agent) -> AgentView:
    """Return what may be told of an agent."""
    return _view(AgentView, agent, nailed_up=agent.nailed_up.state if agent.nailed_up else None)


def public_call(call: Call) -> CallView:
    """Return what may be told of a call."""
    legs = tuple(_view(LegView, leg) for leg in call.legs if leg.role != "supervisor")
    offers = tuple(_view(OfferView, offer) for offer in call.offers)
    return _view(
        CallView,
        call,
        legs=legs,
        offers=offers,
        consulting=_consulting(call),
        watchers=_watchers(call),
        recording=_recording(call),
        attribution=_attribution(call.customer_number),
        queued_at=_waiting_since(call),
        survey=_may_be_asked(call),
    )


def _may_be_asked(call: Call) -> bool:
    """Return whether the group asks such customers; of a call out that is no group's the agent's own group decides."""
    group = stage().group(call.group_id) if call.group_id else None
    if group is None:
        return call.direction == "outbound" and call.group_id is None
    wanted = call.direction == "inbound" or (call.direction == "outbound" and group.survey_outbound)
    return wanted and bool(group.survey_id) and group.survey_asked != "never"


def _consulting(call: Call) -> Consulting | None:
    offer = consultation(call)
    leg = call.offer_leg(offer.offer_id) if offer else None
    return Consulting(by=offer.by, leg_id=leg.leg_id) if offer and leg else None


def _recording(call: Call) -> LiveRecording | None:
    found = call.recorded
    if found is None or call.over:
        return None
    return LiveRecording(state=found.state, control=found.control, pause_until=found.pause_until)


def _watchers(call: Call) -> tuple[Watcher, ...]:
    watches = [leg.watch for leg in call.supervisors if leg.state is LegState.JOINED and leg.watch]
    return tuple(Watcher(by=one.by, mode=one.mode) for one in watches if one.visible)


def _waiting_since(call: Call) -> int | None:
    """Return since when the call waits: a returned call keeps the time at which it was first enqueued."""
    return call.queueing.enqueued_at if call.queued_at is not None and call.queueing else call.queued_at


def _view(kind: type[Any], record: Agent | Call | Leg | Offer, **given: Any) -> Any:
    """Return the fields of `record` that `kind` names."""
    return kind(**{name: given[name] if name in given else getattr(record, name) for name in kind.__struct_fields__})


def _attribution(number: str) -> str | None:
    from chalicelib.telephony.attribution import attribution

    if not number.startswith("+"):
        return None
    try:
        found = attribution(number)
    except ValueError:
        log.warn("attribution failed")
        return None
    return " ".join(part for part in (found.region or found.country, found.carrier_name) if part) or None
