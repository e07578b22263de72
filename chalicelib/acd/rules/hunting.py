"""An extension is rung: its phones one after the other or together. The first to answer wins (offers.accept)."""

from msgspec.structs import replace

from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Hunt, Ring
from chalicelib.acd.rules import agents, offers
from chalicelib.acd.rules.scene import Scene


def begin(scene: Scene, hunt: Hunt) -> bool:
    """Ring an extension; returns whether any phone rings. The agents of its rings belong to the scene already."""
    scene.change(hunt=hunt)
    return ring_on(scene)


def ring_on(scene: Scene) -> bool:
    """Ring the phones that are due, and while none rings the next one at once: nobody waits in silence.

    Returns whether any rings now. An agent who is busy is passed over.
    """
    while (hunt := scene.call.hunt) is not None and hunt.rings:
        ring, rest = hunt.rings[0], hunt.rings[1:]
        early = ring.at - scene.now
        if early > 0 and scene.call.live_offers:
            break
        if early > 0:
            rest = tuple(replace(later, at=later.at - early) for later in rest)
        scene.change(hunt=replace(hunt, rings=rest))
        _ring(scene, hunt, ring)
    return bool(scene.call.live_offers)


def _ring(scene: Scene, hunt: Hunt, ring: Ring) -> None:
    agent = scene.agents.get(ring.agent_id)
    if agent is None or agent.state is AgentState.SIGNED_OUT:
        offers.offer_to_phone(scene, ring.phone, hunt.kind, ring.offer_id, by=hunt.by, ring_s=ring.ring_s)
    elif agents.may_be_rung(agent):
        offers.offer_to_agent(scene, agent, hunt.kind, ring.offer_id, by=hunt.by, ring_s=ring.ring_s)
