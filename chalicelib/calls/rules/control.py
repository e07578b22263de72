"""What an agent does with a call: hold, transfer, consult, conference."""

from msgspec.structs import replace

from chalicelib.acd.errors import AgentUnavailable, NothingToDo
from chalicelib.acd.model.agent import Agent
from chalicelib.acd.model.call import CallState, Leg, LegState, Offer, OfferState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import agents, offers, parting, queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.calls.rules.ending import consult_offer, merge, own_leg, settle_consult

TRANSFERRED_BY = "transferred_by"
"""The variable that tells a flow which agent sent the call there."""


def hold(scene: Scene, agent_id: str) -> None:
    """Put the customer on hold. Errors: NotYourCall, CallOver, NothingToDo."""
    own_leg(scene, agent_id)
    customer = scene.call.customer
    if customer is None or customer.state is not LegState.JOINED:
        raise NothingToDo(operation="hold")
    offers.hold(scene)
    scene.do("hold_customer")


def retrieve(scene: Scene, agent_id: str) -> None:
    """Take the customer back from hold. Errors: NothingToDo while a consultation is under way."""
    own_leg(scene, agent_id)
    customer = scene.call.customer
    if customer is None or customer.state is not LegState.HELD or consult_offer(scene) is not None:
        raise NothingToDo(operation="retrieve")
    offers.retrieve(scene)


def transfer_to_agent(scene: Scene, agent_id: str, target: Agent, offer_id: str) -> None:
    """Blind transfer: the customer waits with music, the agent leaves, the target rings."""
    require_free(target)
    step_out(scene, agent_id)
    offers.offer_to_agent(
        scene, target, "transfer", offer_id, group=scene.groups.get(scene.call.group_id or ""), by=agent_id
    )


def transfer_outside(scene: Scene, agent_id: str, number: str, offer_id: str) -> None:
    """Blind transfer to an outside number."""
    step_out(scene, agent_id)
    offers.offer_outside(scene, number, "transfer", offer_id, by=agent_id)


def transfer_to_group(scene: Scene, agent_id: str, group: Group) -> None:
    """Blind transfer to another group's queue; the flow that brought the call has no say there."""
    leg = only_with_customer(scene, agent_id)
    offers.out_of_hold(scene)
    if scene.call.flow is not None:
        scene.change(flow=replace(scene.call.flow, awaiting="over"))
    scene.change(recording=scene.call.recording and group.record)
    queueing.enqueue(scene, group, priority=scene.call.queueing.priority if scene.call.queueing else 0)
    scene.change(place="queue")
    scene.do("redirect_customer", value="queue")
    scene.hang_up(leg, "transferred")
    parting.free_agent(scene, leg, cause="transferred")


def transfer_to_flow(scene: Scene, agent_id: str, flow_id: str, node: str = "") -> None:
    """Blind transfer to a flow, or to a node of it; the call's variables go along, with who sent it."""
    leg = only_with_customer(scene, agent_id)
    offers.out_of_hold(scene)
    scene.change(variables={**scene.call.variables, TRANSFERRED_BY: agent_id})
    parting.enter_flow(scene, f"flow:{flow_id}:{node}" if node else f"flow:{flow_id}", cause=flow_id, who=agent_id)
    scene.hang_up(leg, "transferred")
    parting.free_agent(scene, leg, cause="transferred")


def step_out(scene: Scene, agent_id: str) -> None:
    """The customer waits with music, and the agent leaves for wrap-up. Errors: NotYourCall, CallOver, NothingToDo."""
    leg = only_with_customer(scene, agent_id)
    offers.hold(scene)
    scene.do("hold_customer")
    scene.do("set_exit", leg.leg_id, "false")
    scene.to(CallState.CONNECTING, cause="transfer", who=agent_id)
    scene.hang_up(leg, "transferred")
    parting.free_agent(scene, leg, cause="transferred")


def only_with_customer(scene: Scene, agent_id: str, operation: str = "transfer") -> Leg:
    """Return the leg of an agent who talks with the customer, nobody else being there or on the way."""
    leg = own_leg(scene, agent_id)
    if scene.call.state is not CallState.TALKING or len(scene.call.parties) > 1 or scene.call.live_offers:
        raise NothingToDo(operation=operation)
    return leg


def consult_agent(scene: Scene, agent_id: str, target: Agent, offer_id: str) -> None:
    """Hold the customer and ring a colleague."""
    require_free(target)
    _prepare_consult(scene, agent_id)
    offers.offer_to_agent(scene, target, "consult", offer_id, by=agent_id)
    scene.settle_exit()


def consult_outside(scene: Scene, agent_id: str, number: str, offer_id: str) -> None:
    """Hold the customer and ring an outside number."""
    _prepare_consult(scene, agent_id)
    offers.offer_outside(scene, number, "consult", offer_id, by=agent_id)
    scene.settle_exit()


def _prepare_consult(scene: Scene, agent_id: str) -> None:
    own_leg(scene, agent_id)
    customer = scene.call.customer
    if scene.call.state is not CallState.TALKING or customer is None or consult_offer(scene) is not None:
        raise NothingToDo(operation="consult")
    if customer.state is LegState.JOINED:
        offers.hold(scene)
        scene.do("hold_customer")


def complete_consult(scene: Scene, agent_id: str) -> None:
    """Hand the customer over to the consulted party and leave."""
    leg, consulting = _consulted(scene, agent_id, "complete")
    merge(scene, consulting)
    offers.retrieve(scene)
    scene.hang_up(leg, "transferred")
    parting.free_agent(scene, leg, cause="transferred")
    scene.settle_exit()


def merge_consult(scene: Scene, agent_id: str) -> None:
    """Bring customer, agent and consulted party together."""
    _, consulting = _consulted(scene, agent_id, "merge")
    merge(scene, consulting)
    offers.retrieve(scene)
    scene.settle_exit()


def _consulted(scene: Scene, agent_id: str, operation: str) -> tuple[Leg, Offer]:
    leg = own_leg(scene, agent_id)
    offer = consult_offer(scene)
    if offer is None or offer.by != agent_id or offer.state is not OfferState.ACCEPTED:
        raise NothingToDo(operation=operation)
    return leg, offer


def remove_party(scene: Scene, agent_id: str, leg_id: str) -> None:
    """Take another party out of the conference."""
    own_leg(scene, agent_id)
    leg = scene.call.leg(leg_id)
    if leg is None or leg.role == "customer" or leg.agent_id == agent_id or leg.state is LegState.LEFT:
        raise NothingToDo(operation="remove")
    offer = scene.call.offer(leg.offer_id)
    if offer is not None and offer in scene.call.live_offers:
        offers.withdraw(scene, offer, cause="removed")
    else:
        scene.hang_up(leg, "removed")
        parting.free_agent(scene, leg, cause="removed")
    settle_consult(scene, leg)


def require_free(agent: Agent) -> None:
    """Raise AgentUnavailable unless the agent can be rung: ready, or not ready but signed in and in no call."""
    if not agents.may_be_rung(agent):
        raise AgentUnavailable(agent_id=agent.agent_id, state=agent.state.value)
