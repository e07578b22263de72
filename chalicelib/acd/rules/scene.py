"""A scene: one call with the agents who take part, on which a decision is made before anything is stored.

The service loads a scene, a pure decision changes it and names effects, the service commits all records of it on the
versions that were read, and only then carries the effects out.
"""

from dataclasses import dataclass, field
from typing import Literal

from msgspec.structs import replace

from chalicelib.acd.errors import Refused
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import (
    CALL_TRANSITIONS,
    LIVE_OFFER,
    Call,
    CallState,
    Leg,
    LegState,
    Offer,
    OfferState,
)
from chalicelib.acd.model.events import event
from chalicelib.acd.model.group import Group, Waiting
from chalicelib.acd.model.path import RouteStep

EffectKind = Literal[
    "dial", "end_leg", "join_customer", "retrieve_customer", "hold_customer", "redirect_customer", "set_exit",
    "dispatch", "dispatch_agent", "end_customer", "dial_customer", "settle_watch",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """Something to do outside once the scene is stored. subject: offer, leg or agent id, or `group:<id>`, `agent:<id>`
    to dispatch for this call; value: more."""

    kind: EffectKind
    subject: str = ""
    value: str = ""


@dataclass
class Scene:
    """The working set of one decision.

    agents: by id, as read or changed. groups: configuration by id. added/removed: waiting entries. path: of a dry run,
    which decides as a call does and is never stored; None of a call.
    """

    call: Call
    now: int
    agents: dict[str, Agent] = field(default_factory=dict[str, Agent])
    groups: dict[str, Group] = field(default_factory=dict[str, Group])
    added: list[Waiting] = field(default_factory=list[Waiting])
    removed: list[Waiting] = field(default_factory=list[Waiting])
    effects: list[Effect] = field(default_factory=list[Effect])
    path: list[RouteStep] | None = None

    @property
    def dry(self) -> bool:
        """Return whether this is a dry run: nothing may be stored on its way."""
        return self.path is not None

    def explain(self, asked: str, outcome: str, by: str = "", **detail: object) -> None:
        """Add a step to the path of a dry run; a call has none."""
        if self.path is not None:
            told = {name: str(value) for name, value in detail.items()}
            self.path.append(RouteStep(asked=asked, outcome=outcome, by=by, detail=told))

    def change(self, **fields: object) -> None:
        """Set fields of the call."""
        self.call = replace(self.call, **fields)

    def record(self, type: str, **fields: object) -> None:
        """Append an event to the call's changes."""
        self.change(changes=(*self.call.changes, event(self.now, type, **fields)))

    def to(self, state: CallState, *, cause: str = "", who: str = "") -> None:
        """Move the call to `state`, with the event. Errors: Refused."""
        if state is self.call.state:
            return
        if state not in CALL_TRANSITIONS[self.call.state]:
            raise Refused(kind="call", from_=self.call.state.value, to=state.value)
        self.record("call.state", from_=self.call.state.value, to=state.value, cause=cause, who=who)
        self.change(state=state, touched_at=self.now)

    def put_leg(self, leg: Leg) -> None:
        """Replace a leg by its id, or add it; a change of its state is an event."""
        old = self.call.leg(leg.leg_id)
        legs = tuple(leg if one.leg_id == leg.leg_id else one for one in self.call.legs)
        self.change(legs=legs if old else (*self.call.legs, leg))
        if old is None or old.state is not leg.state:
            data = {"leg_id": leg.leg_id, "role": leg.role, "agent_id": leg.agent_id}
            self.record(
                "leg.state", from_=old.state.value if old else "", to=leg.state.value, cause=leg.cause or "", data=data
            )

    def put_offer(self, offer: Offer) -> None:
        """Replace an offer by its id, or add it; a change of its state is an event."""
        old = self.call.offer(offer.offer_id)
        offers = tuple(offer if one.offer_id == offer.offer_id else one for one in self.call.offers)
        self.change(offers=offers if old else (*self.call.offers, offer))
        if old is None or old.state is not offer.state:
            data = {
                "offer_id": offer.offer_id,
                "kind": offer.kind,
                "agent_id": offer.agent_id,
                "group_id": offer.group_id,
            }
            self.record("offer.state", from_=old.state.value if old else "", to=offer.state.value, data=data)

    def end_offer(self, offer: Offer, state: OfferState) -> None:
        """End an offer that is still live."""
        if offer.state in LIVE_OFFER:
            self.put_offer(replace(offer, state=state, ended_at=self.now))

    def leave(self, leg: Leg, cause: str, *, confirmed: bool = False) -> None:
        """Mark a leg as left; unconfirmed legs are asked after until the carrier says that they are over."""
        held = leg.held_ms + (self.now - leg.held_since if leg.held_since is not None else 0)
        self.put_leg(replace(
            leg, state=LegState.LEFT, left_at=leg.left_at or self.now, cause=leg.cause or cause,
            held_since=None, held_ms=held,
            ended_confirmed=leg.ended_confirmed or confirmed or leg.sid is None,
        ))  # fmt: skip

    def hang_up(self, leg: Leg, cause: str) -> None:
        """Ask the carrier for the end of a leg and count it as left."""
        if leg.state is LegState.LEFT:
            return
        self.leave(replace(leg, hang_up_at=self.now), cause)
        self.effects.append(Effect("end_leg", leg.leg_id))

    def agent(self, agent_id: str | None) -> Agent | None:
        """Return an agent of the scene if he still belongs to this call."""
        found = self.agents.get(agent_id or "")
        return found if found and found.call_id == self.call.call_id else None

    def put_agent(self, agent: Agent) -> None:
        """Replace an agent; one who became ready will be dispatched."""
        old = self.agents.get(agent.agent_id)
        self.agents[agent.agent_id] = agent
        if agent.state is AgentState.READY and (old is None or old.state is not AgentState.READY):
            self.effects.append(Effect("dispatch_agent", agent.agent_id))

    def do(self, kind: EffectKind, subject: str = "", value: str = "") -> None:
        """Add an effect."""
        self.effects.append(Effect(kind, subject, value))

    def settle_exit(self) -> None:
        """Let the conference end with the only party besides the customer; with nobody of several or when one comes."""
        parties = self.call.parties
        wanted = len(parties) == 1 and not self.call.live_offers
        for leg in parties:
            if leg.ends_conference != wanted:
                self.put_leg(replace(leg, ends_conference=wanted))
                self.do("set_exit", leg.leg_id, "true" if wanted else "false")
