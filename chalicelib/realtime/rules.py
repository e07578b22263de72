"""Who may hear which topic, and which screens a change concerns. Pure."""

from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, CallState, Leg, LegState, Offer, OfferState
from chalicelib.identity.rules import as_supervisor
from chalicelib.kernel.principal import Principal
from chalicelib.realtime.model import (
    EVERYTHING,
    PRESENCE,
    TOPICS_LIMIT,
    VOICEMAILS,
    WALL,
    WATCHERS,
    own_topic,
    voicemails_of,
    wall_of,
)

NAME_LIMIT = 100


def rows_of(who: Principal, topic: str, *, in_scope: bool, boxes: tuple[str, ...] = ()) -> list[str]:
    """Return the topics under which a subscription is stored; none when the user may not hear it.

    `wall` becomes the walls of the departments that he sees, so that scope is settled once. in_scope: for
    `agent/<username>`, whether his data scope covers that agent. boxes: for `voicemails`, those that he may hear.
    """
    if topic == PRESENCE:
        return [PRESENCE] if who.may("presence.read") else []
    if topic == WALL:
        return _walls(who) if who.may("wall.read") else []
    if topic == VOICEMAILS:
        return [voicemails_of(box) for box in boxes]
    if topic == own_topic(who.username) or (is_agent_topic(topic) and who.may("wall.read") and in_scope):
        return [topic]
    return []


def _walls(who: Principal) -> list[str]:
    if as_supervisor(who).scope == "all":
        return [WATCHERS, EVERYTHING]
    walls = [wall_of(id) for id in who.department_ids]
    return [WATCHERS, *walls] if walls else []


def is_agent_topic(topic: str) -> bool:
    """Return whether a topic is that of one agent."""
    return topic.startswith("agent/") and len("agent/") < len(topic) <= NAME_LIMIT


def asked_name(row: str) -> str:
    """Return the name by which a client asked for a stored topic."""
    if row.startswith(f"{VOICEMAILS}#"):
        return VOICEMAILS
    return WALL if row == WATCHERS or row.startswith(f"{WALL}#") else row


def too_many(held: list[str], asked: list[str]) -> bool:
    """Return whether a connection would hear more topics than it may. held: stored rows."""
    return len({*map(asked_name, held), *asked}) > TOPICS_LIMIT


def hearers(new: Call | None, old: Call | None) -> tuple[str, ...]:
    """Return the agents who hear of a call at once: in it now or a moment ago; at its end all who took part."""
    found = {*_present(new), *_present(old)}
    if new is not None and new.over:
        found |= {leg.agent_id or "" for leg in new.legs}
    return tuple(sorted(found - {""}))


def _present(call: Call | None) -> set[str]:
    if call is None:
        return set()
    legs = {leg.agent_id or "" for leg in call.legs if leg.state is not LegState.LEFT}
    return legs | {offer.agent_id for offer in call.live_offers}


def involved(call: Call) -> tuple[str, ...]:
    """Return the agents whose supervisors see the call."""
    return tuple(sorted({*call.agent_ids, *_present(call)} - {""}))


def queue_changed(new: Call | None, old: Call | None) -> bool:
    """Return whether a group's queue looks different."""
    return _queue(new) != _queue(old)


def _queue(call: Call | None) -> object:
    if call is None or call.over:
        return None
    return call.state is CallState.QUEUED, call.group_id


def just_queued(new: Call, old: Call | None) -> bool:
    """Return whether the call entered a waiting list with this change."""
    if new.state is not CallState.QUEUED:
        return False
    return old is None or old.state is not CallState.QUEUED or old.queueing != new.queueing


def just_made(new: Call, old: Call | None) -> list[Offer]:
    """Return the offers that nobody has begun to dial and that this change made."""
    before = {offer.offer_id for offer in old.offers} if old else set[str]()
    return [offer for offer in new.offers if offer.state is OfferState.MADE and offer.offer_id not in before]


def just_called(new: Call, old: Call | None) -> list[Leg]:
    """Return the legs of supervisors that this change made and nobody has begun to dial."""
    before = {leg.leg_id for leg in old.legs} if old else set[str]()
    return [
        leg for leg in new.supervisors if leg.watch and leg.watch.dial_started_at is None and leg.leg_id not in before
    ]


def just_ready(new: Agent, old: Agent | None) -> bool:
    """Return whether the agent became ready with this change."""
    if new.state is not AgentState.READY:
        return False
    return old is None or old.state is not AgentState.READY or old.ready_epoch != new.ready_epoch


def left_ready(new: Agent | None, old: Agent | None) -> bool:
    """Return whether the old image's ready entries are stale now."""
    if old is None or old.state is not AgentState.READY:
        return False
    return new is None or new.state is not AgentState.READY or new.ready_epoch != old.ready_epoch


def counted_in(agent: Agent | None) -> object:
    """Return what groups' figures depend on."""
    return (agent.state, tuple(place.group_id for place in agent.groups)) if agent else None
