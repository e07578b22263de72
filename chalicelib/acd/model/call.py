"""A call, its legs and its offers. Whether it is held, consulting or in conference is derived from the legs."""

from enum import StrEnum
from typing import Any, Literal

import msgspec

from chalicelib.acd.model.agent import Phone
from chalicelib.acd.model.events import Event
from chalicelib.acd.model.recorded import Recorded
from chalicelib.acd.model.requirement import Relaxation
from chalicelib.acd.model.watching import WATCH_GRACE_MS, Watch
from chalicelib.ivr.heat import Walked
from chalicelib.ivr.path import PathStep
from chalicelib.ivr.steps import FlowState
from chalicelib.kernel.records import Record
from chalicelib.survey.model import SurveyRun
from chalicelib.telephony.model import Play, Say

OFFER_GRACE_MS = 10_000
ANSWER_GRACE_MS = 3_000
CONNECT_LIMIT_MS = 5_000
HANG_UP_LIMIT_MS = 10_000
HANG_UP_CHECKS = 5
SETTLE_AGAIN_MS = 5_000
SETTLE_TRIES = 5
AGENT_LOST_LIMIT_MS = 30_000
FLOW_LIMIT_MS = 900_000
CALL_CHECK_MS = 600_000
DIAL_LIMIT_MS = 30_000
SURVEY_LIMIT_MS = 300_000
"""For one question of a survey, however long its words: the carrier tells of silence much earlier."""


class CallState(StrEnum):
    """The states of a call."""

    ARRIVING = "arriving"
    IN_FLOW = "in_flow"
    QUEUED = "queued"
    CONNECTING = "connecting"
    TALKING = "talking"
    AFTER_CALL = "after_call"
    ENDED = "ended"


CALL_TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.ARRIVING: frozenset({CallState.IN_FLOW, CallState.QUEUED, CallState.CONNECTING, CallState.ENDED}),
    CallState.IN_FLOW: frozenset({CallState.QUEUED, CallState.CONNECTING, CallState.TALKING, CallState.ENDED}),
    CallState.QUEUED: frozenset({CallState.CONNECTING, CallState.IN_FLOW, CallState.QUEUED, CallState.ENDED}),
    CallState.CONNECTING: frozenset({CallState.TALKING, CallState.QUEUED, CallState.IN_FLOW, CallState.ENDED}),
    CallState.TALKING: frozenset(
        {CallState.AFTER_CALL, CallState.QUEUED, CallState.CONNECTING, CallState.IN_FLOW, CallState.ENDED}
    ),
    CallState.AFTER_CALL: frozenset({CallState.ENDED}),
    CallState.ENDED: frozenset(),
}


class LegState(StrEnum):
    """The states of one party's connection."""

    DIALLING = "dialling"
    RINGING = "ringing"
    JOINED = "joined"
    HELD = "held"
    LEFT = "left"


class OfferState(StrEnum):
    """The states of an offer of a call to an agent."""

    MADE = "made"
    DIALLING = "dialling"
    RINGING = "ringing"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


LIVE_OFFER = frozenset({OfferState.MADE, OfferState.DIALLING, OfferState.RINGING})

Role = Literal["customer", "agent", "outside", "supervisor"]
OfferKind = Literal["queue", "ring_all", "transfer", "recall", "consult", "outbound", "internal", "rejoin", "take_over"]
Place = Literal["flow", "queue", "conference", "parked", "outside"]


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One party's connection in a call.

    sid: the carrier's id of the leg. hang_up_at: when we asked for its end (a browser leg that ends without it is a
    crash). ended_confirmed: the carrier said that it is over. checks: how often its end was asked for again.
    ends_conference: the carrier ends the conference when this leg leaves. nailed_up: the id of the agent's nailed-up
    leg that this is for the time of the call; it does not end with it. A customer's leg with an agent_id is a
    colleague's who calls a group. watch: of a supervisor's leg, and of an agent's who took the call over as one.
    """

    leg_id: str
    role: Role
    address: str = ""
    state: LegState = LegState.DIALLING
    agent_id: str | None = None
    offer_id: str | None = None
    sid: str | None = None
    started_at: int = 0
    joined_at: int | None = None
    left_at: int | None = None
    cause: str | None = None
    held_since: int | None = None
    held_ms: int = 0
    muted: bool = False
    hang_up_at: int | None = None
    ended_confirmed: bool = False
    checks: int = 0
    ends_conference: bool = False
    nailed_up: str = ""
    watch: Watch | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of a call to an agent (or, without an agent, to an outside number).

    ring_until: when the phone has rung long enough; the lease ends a little later. dial_started_at: set once by the
    worker that dials, so that no leg is created twice. answer_asked_at: when the agent asked for it in his page, whose
    phone is off hook and asks in its turn whether he did. merged: the consulted party talks with the customer now.
    by: the agent who asked for it. A `recall` rings the agent again whose blind transfer came to nothing.
    """

    offer_id: str
    kind: OfferKind
    agent_id: str = ""
    group_id: str | None = None
    address: str = ""
    phone_kind: str = "browser"
    state: OfferState = OfferState.MADE
    made_at: int = 0
    ring_until: int = 0
    dial_started_at: int | None = None
    answer_asked_at: int | None = None
    accepted_at: int | None = None
    ended_at: int | None = None
    by: str = ""
    merged: bool = False


class Disposition(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent noted at the end of his part."""

    agent_id: str
    code: str
    note: str = ""
    at: int = 0


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """A phone that rings later for an extension. at: when (ms). agent_id: whose it is, rung where he has signed in."""

    offer_id: str
    phone: Phone
    agent_id: str = ""
    at: int = 0
    ring_s: int = 20


class Hunt(msgspec.Struct, frozen=True, kw_only=True):
    """An extension that is being rung: the phones that have not rung yet, soonest first. by: the agent who asked for
    it. onward: whether the caller goes on elsewhere when nobody answers."""

    extension: str
    kind: OfferKind
    rings: tuple[Ring, ...] = ()
    by: str = ""
    onward: bool = True


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a supervisor has a waiting caller hear, as it was when he said so. by: his user name."""

    announcement_id: str
    prompt: Say | Play
    by: str = ""


class Queueing(msgspec.Struct, frozen=True, kw_only=True):
    """The call's place in a group's waiting list. list/sort: the key of its entry.

    requires: name of the set that it stands in, see Requirement. relaxations: what it will require later, soonest
    first. announcements: what he has yet to hear to the end, soonest first.
    """

    group_id: str
    list: str
    sort: str
    enqueued_at: int
    priority: int = 0
    max_wait_until: int | None = None
    requires: str = ""
    relaxations: tuple[Relaxation, ...] = ()
    announcements: tuple[Announcement, ...] = ()

    @property
    def due_at(self) -> int | None:
        """Return when something is to be done about the wait: it is over, or the call requires less."""
        dues = [self.max_wait_until, *(step.at for step in self.relaxations[:1])]
        return min((due for due in dues if due is not None), default=None)


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """That a call calls somebody back. of: the call whose place it has. due_at: when it is queued (ms), None at once.
    tries: how often he was called in vain before. by: the user who booked it."""

    of: str = ""
    due_at: int | None = None
    tries: int = 0
    by: str = ""


class QueueFlow(msgspec.Struct, frozen=True, kw_only=True):
    """Where a waiting caller stands in the flow that runs meanwhile. step: number of his last document."""

    state: FlowState
    step: int
    document: str


class Call(Record, frozen=True, kw_only=True):
    """A call. Instants in ms since the epoch; customer_number and trunk_number E.164.

    place: where the customer's leg is at the carrier. step: number of the customer's last document; document: its
    text, so that a repeated request gets the same answer. queueing: kept while an offer is out and afterwards, so that
    a returned call keeps its original place. agent_lost_at: the browser of the only agent died. flow_entry: where the
    customer was sent but has not arrived yet: `flow:<id>` or `flow:<id>:<node>`, `outcome:<reason>`, `group:<id>`,
    `extension:<number>:<reason>` (nobody took it). hunt: the extension that is being rung. visits: how often the
    customer came into a conversation; the end of an earlier visit is old news. reroutes: how often a group's route sent
    the call on. departments: whose supervisors may see it besides those of its agents and group (its caller's, who is
    not signed in). surveys: what the customer was asked; in `after_call` the last one is under way. settle_at: when the
    carrier is asked again for a hold, or the end of one, that it has not done. recording: whether it is to be recorded;
    recorded: how that stands in the conversation. walked: what its way adds to the
    figures of flows.
    """

    call_id: str
    direction: Literal["inbound", "outbound", "internal"] = "inbound"
    state: CallState = CallState.ARRIVING
    carrier: str = ""
    customer_number: str = ""
    trunk_number: str = ""
    group_id: str | None = None
    customer_id: str | None = None
    customer_name: str = ""
    customer_grade: int = 0
    customer_owner: str = ""
    language: str = "zh-CN"
    variables: dict[str, Any] = {}
    flow: FlowState | None = None
    flow_entry: str = ""
    ivr_path: tuple[PathStep, ...] = ()
    walked: Walked = Walked()
    place: Place = "flow"
    visits: int = 0
    reroutes: int = 0
    step: int = 0
    document: str = ""
    queueing: Queueing | None = None
    callback: Callback | None = None
    queue_flow: QueueFlow | None = None
    queued_at: int | None = None
    queued_ms: int = 0
    offers: tuple[Offer, ...] = ()
    hunt: Hunt | None = None
    legs: tuple[Leg, ...] = ()
    conference_sid: str | None = None
    recording: bool = True
    recorded: Recorded | None = None
    recording_ids: tuple[str, ...] = ()
    agent_ids: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    surveys: tuple[SurveyRun, ...] = ()
    agent_lost_at: int | None = None
    touched_at: int = 0
    settle_at: int | None = None
    settle_tries: int = 0
    started_at: int = 0
    answered_at: int | None = None
    ended_at: int | None = None
    cause: str | None = None
    timer_at: int | None = None
    changes: tuple[Event, ...] = ()

    def leg(self, leg_id: str) -> Leg | None:
        """Return a leg by its id."""
        return next((leg for leg in self.legs if leg.leg_id == leg_id), None)

    def offer(self, offer_id: str | None) -> Offer | None:
        """Return an offer by its id."""
        return next((offer for offer in self.offers if offer.offer_id == offer_id), None)

    def leg_at(self, sid: str) -> Leg | None:
        """Return the leg that the carrier knows by this id."""
        return next((leg for leg in self.legs if leg.sid == sid), None)

    def offer_leg(self, offer_id: str) -> Leg | None:
        """Return the leg that an offer made."""
        return next((leg for leg in self.legs if leg.offer_id == offer_id), None)

    @property
    def customer(self) -> Leg | None:
        """Return the customer's leg."""
        return next((leg for leg in self.legs if leg.role == "customer"), None)

    @property
    def live_offers(self) -> tuple[Offer, ...]:
        """Return the offers that nobody has decided yet."""
        return tuple(offer for offer in self.offers if offer.state in LIVE_OFFER)

    @property
    def parties(self) -> tuple[Leg, ...]:
        """Return the joined legs of those who serve the customer; a supervisor's is none of them."""
        return tuple(
            leg
            for leg in self.legs
            if leg.role not in ("customer", "supervisor") and leg.state in (LegState.JOINED, LegState.HELD)
        )

    @property
    def supervisors(self) -> tuple[Leg, ...]:
        """Return the legs of supervisors that are there or being rung."""
        return tuple(leg for leg in self.legs if leg.role == "supervisor" and leg.state is not LegState.LEFT)

    @property
    def agent_legs(self) -> tuple[Leg, ...]:
        """Return the joined legs of agents."""
        return tuple(leg for leg in self.parties if leg.role == "agent")

    @property
    def customer_present(self) -> bool:
        """Return whether the customer's leg is still there."""
        customer = self.customer
        return customer is not None and customer.state is not LegState.LEFT

    @property
    def to_be_dialled(self) -> bool:
        """Return whether the customer is to be called back and has not been dialled yet."""
        return self.callback is not None and self.customer is not None and not self.customer.sid

    @property
    def survey(self) -> SurveyRun | None:
        """Return the survey that the customer is in: after the conversation, or in a flow."""
        run = self.surveys[-1] if self.surveys else None
        asking = self.state in (CallState.AFTER_CALL, CallState.IN_FLOW)
        return run if asking and run is not None and run.ended_at is None else None

    @property
    def talked_until(self) -> int | None:
        """Return when the conversation ended: a survey after it is no part of it."""
        judged = (run.began_at for run in self.surveys if run.agent_id)
        return next(judged, self.ended_at)

    @property
    def over(self) -> bool:
        """Return whether the call has ended."""
        return self.state is CallState.ENDED


def deadline(call: Call) -> int | None:
    """Return when something of the call is due: the earliest of its offers', legs' and its state's deadlines."""
    dues = [lease_end(call, offer) for offer in call.live_offers]
    dues += [ring.at for ring in call.hunt.rings[:1]] if call.hunt else []
    dues += [due for leg in call.legs for due in (check_due(leg), watch_due(leg)) if due is not None]
    if not call.over:
        pause_until = call.recorded.pause_until if call.recorded else None
        dues += [_state_deadline(call), *(due for due in (call.settle_at, pause_until) if due is not None)]
    return min(dues, default=None)


def lease_end(call: Call, offer: Offer) -> int:
    """Return when a live offer is settled: after the carrier's word that nobody answered.

    No such word comes of a phone that is off hook: it gets the time that an answer of the last second needs.
    """
    leg = call.offer_leg(offer.offer_id)
    return offer.ring_until + (ANSWER_GRACE_MS if leg and leg.nailed_up else OFFER_GRACE_MS)


def check_due(leg: Leg) -> int | None:
    """Return when the carrier is asked again for the end of a leg that it has not confirmed; None: not (any more)."""
    if leg.hang_up_at is None or leg.ended_confirmed or not leg.sid or leg.checks >= HANG_UP_CHECKS:
        return None
    return leg.hang_up_at + HANG_UP_LIMIT_MS * (1 + leg.checks)


def watch_due(leg: Leg) -> int | None:
    """Return when a supervisor's leg is looked at: nobody answered, or the carrier is to be asked again."""
    if leg.watch is None or leg.state is LegState.LEFT:
        return None
    return leg.watch.settle_at if leg.state is LegState.JOINED else leg.watch.ring_until + WATCH_GRACE_MS


def _state_deadline(call: Call) -> int:
    if call.agent_lost_at is not None:
        return call.agent_lost_at + AGENT_LOST_LIMIT_MS
    if call.state is CallState.QUEUED and call.queueing and call.queueing.due_at is not None:
        return call.queueing.due_at
    if call.state is CallState.CONNECTING and not call.live_offers:
        accepted = max((offer.accepted_at or 0 for offer in call.offers), default=0)
        limit = CONNECT_LIMIT_MS if call.direction == "inbound" or call.place == "parked" else DIAL_LIMIT_MS * 3
        return max(accepted, call.touched_at) + limit
    if call.state is CallState.ARRIVING and call.callback is not None and call.callback.due_at is not None:
        return call.callback.due_at
    if call.state is CallState.AFTER_CALL:
        return call.touched_at + (CONNECT_LIMIT_MS if call.place == "conference" else SURVEY_LIMIT_MS)
    if call.flow_entry:
        return call.touched_at + CONNECT_LIMIT_MS
    if call.state in (CallState.ARRIVING, CallState.IN_FLOW):
        return call.touched_at + FLOW_LIMIT_MS
    return call.touched_at + CALL_CHECK_MS
