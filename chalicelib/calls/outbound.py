"""An agent calls out: his own phone rings first, then the customer's or the colleague's."""

from chalicelib.acd.errors import NotSignedIn
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Call, CallState, Leg
from chalicelib.acd.rules import dialling, offers
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls.follow_me import extension_of
from chalicelib.directory import service as directory
from chalicelib.directory.model import TrunkNumber
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import normalise
from chalicelib.telephony.carriers import default_carrier


def dial(who: Principal, to: str, trunk_number: str | None) -> Call:
    """Click to dial: the agent's phone first, then the customer. to: a number, an extension or `agent:<username>`.

    Errors: NotSignedIn, AgentUnavailable, InvalidNumber, NotFound.
    """
    call = _internal_call(who, to) or _outbound_call(normalise(to), trunk_number)

    def decide(scene: Scene) -> None:
        me = scene.agents.get(who.username)
        if me is None or me.state is AgentState.SIGNED_OUT:
            raise NotSignedIn
        dialling.require_free(me)
        scene.to(CallState.CONNECTING, cause="dialled", who=who.username)
        offers.offer_to_agent(scene, me, "outbound", new_id(scene.now), by=who.username)

    scene = stage().open(call, decide, agents=(who.username,))
    if scene is None:
        raise NotFound(kind="call", id=call.call_id)
    return scene.call


def _outbound_call(number: str, trunk_number: str | None) -> Call:
    trunk, now = directory.outbound_trunk(trunk_number), stage().clock()
    return outbound_call(new_id(now), trunk, number, now)


def outbound_call(call_id: str, trunk: TrunkNumber, number: str, now: int) -> Call:
    """Return a new call to an outside number (E.164) from one of ours; the customer is not dialled yet."""
    carrier = trunk.carrier or default_carrier().name
    leg = Leg(leg_id="customer", role="customer", address=number, started_at=now)
    return Call(
        call_id=call_id, direction="outbound", carrier=carrier, customer_number=number,
        trunk_number=trunk.number, legs=(leg,), started_at=now, touched_at=now, recording=trunk.record,
    )  # fmt: skip


def _internal_call(who: Principal, to: str) -> Call | None:
    """Return a call to a colleague or an extension, None when `to` is neither."""
    colleague = to.removeprefix("agent:") if to.startswith("agent:") else ""
    extension = None if colleague else extension_of(to)
    if not colleague and extension is None:
        return None
    if who.username in (colleague, extension.username if extension else ""):
        raise InvalidInput(reason="to")
    now = stage().clock()
    called = {"extension": extension.extension} if extension else {"target": colleague}
    return Call(
        call_id=new_id(now), direction="internal", carrier=default_carrier().name, customer_number=who.username,
        variables=called, started_at=now, touched_at=now, recording=False,
    )  # fmt: skip
