"""An agent calls out: his own phone rings first, then the customer's or the colleague's."""

from chalicelib.acd.errors import NotSignedIn
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Call, CallState, Leg
from chalicelib.acd.rules import dialling, offers
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension, TrunkNumber
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import normalise
from chalicelib.telephony.carriers import default_carrier

SHORT_DIGITS = 6
"""A longer number is one outside."""


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
        dialling.require_free(me)
        scene.to(CallState.CONNECTING, cause="dialled", who=who.username)
        offers.offer_to_agent(scene, me, "outbound", new_id(scene.now), by=who.username)

    scene = stage().open(call, decide, agents=(who.username,))
    if scene is None:
        raise NotFound(kind="call", id=call.call_id)
    return scene.call


def _colleague(to: str) -> str | None:
    if to.startswith("agent:"):
        return to.removeprefix("agent:")
    extension = extension_of(to)
    return extension.username if extension else None


def extension_of(dialled: str) -> Extension | None:
    """Return the extension that was dialled; None when it is no short number, or nobody's."""
    short = dialled.isascii() and dialled.isdigit() and len(dialled) <= SHORT_DIGITS
    return directory.find_extension(dialled) if short else None


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


def _internal_call(who: Principal, colleague: str) -> Call:
    if colleague == who.username:
        raise InvalidInput(reason="to")
    now = stage().clock()
    return Call(
        call_id=new_id(now), direction="internal", carrier=default_carrier().name, customer_number=who.username,
        variables={"target": colleague}, started_at=now, touched_at=now, recording=False,
    )  # fmt: skip
