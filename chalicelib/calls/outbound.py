"""An agent calls out: his own phone rings first, then the customer's or the colleague's."""

from chalicelib.acd.errors import AgentUnavailable, NotSignedIn
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Call, CallState, Leg
from chalicelib.acd.rules import offers
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.directory import service as directory
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import normalise
from chalicelib.telephony.carriers import default_carrier


def dial(who: Principal, to: str, trunk_number: str | None) -> Call:
    """Click to dial: the agent's phone first, then the customer. to: a number, an extension or `agent:<username>`.

    Errors: NotSignedIn, AgentUnavailable, InvalidNumber, NotFound.
    """
    colleague = _colleague(to)
    call = _internal_call(who, colleague) if colleague else _outbound_call(normalise(to), trunk_number)

    def decide(scene: Scene) -> None:
        me = scene.agents.get(who.username)
        if me is None or me.state is AgentState.SIGNED_OUT:
            raise NotSignedIn
        if me.state not in (AgentState.READY, AgentState.NOT_READY, AgentState.WRAP_UP):
            raise AgentUnavailable(agent_id=me.agent_id, state=me.state.value)
        scene.to(CallState.CONNECTING, cause="dialled", who=who.username)
        offers.offer_to_agent(scene, me, "outbound", new_id(scene.now), by=who.username)

    scene = stage().open(call, decide, agents=(who.username,))
    if scene is None:
        raise NotFound(kind="call", id=call.call_id)
    return scene.call


def _colleague(to: str) -> str | None:
    if to.startswith("agent:"):
        return to.removeprefix("agent:")
    extension = directory.find_extension(to) if to.isdigit() and len(to) <= 6 else None
    return extension.username if extension else None


def _outbound_call(number: str, trunk_number: str | None) -> Call:
    trunk = directory.outbound_trunk(trunk_number)
    now = stage().clock()
    carrier = trunk.carrier or default_carrier().name
    leg = Leg(leg_id="customer", role="customer", address=number, started_at=now)
    return Call(
        call_id=new_id(now), direction="outbound", carrier=carrier, customer_number=number,
        trunk_number=trunk.number, legs=(leg,), started_at=now, touched_at=now, recording=trunk.record,
    )  # fmt: skip


def _internal_call(who: Principal, colleague: str) -> Call:
    if colleague == who.username:
        raise InvalidInput(reason="to")
    now = stage().clock()
    return Call(
        call_id=new_id(now), direction="internal", carrier=default_carrier().name, customer_number=who.username,
        variables={"target": colleague}, started_at=now, touched_at=now, recording=False,
    )  # fmt: skip
