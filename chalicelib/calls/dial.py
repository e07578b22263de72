"""The dial worker: rings an offer's agent, each offer once, behind the carrier's rate."""

from msgspec.structs import replace

from chalicelib.acd.model.call import LIVE_OFFER, Call, Leg, Offer, OfferState
from chalicelib.acd.rules import off_hook, parting
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import watching
from chalicelib.calls.effects import client_of, send_home
from chalicelib.calls.rate import delay_for
from chalicelib.calls.rules.ending import know_sid
from chalicelib.directory import service as directory
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony.carriers import carrier
from chalicelib.telephony.outcome import Done, Refused, Unknown
from chalicelib.telephony.signature import voice_url


def dial(call_id: str, offer_id: str) -> None:
    """Ring the agent of an offer unless that was done already or the offer is no longer live.

    offer_id: or the id of a supervisor's leg.
    """
    call = stage().store.call(call_id)
    offer = call.offer(offer_id) if call else None
    watched = call.leg(offer_id) if call and offer is None else None
    if call is not None and watched is not None:
        watching.ring(call, watched)
        return
    if call is None or offer is None or not _wanted(call, offer):
        return
    leg = call.offer_leg(offer_id)
    if leg is not None and leg.nailed_up:
        if _start(call_id, offer_id) and not _switch(call, offer, leg):
            _create(call, offer)
        return
    delay = delay_for(carrier(call.carrier))
    if delay > 0:
        stage().bus.dial(call_id, offer_id, delay)
    elif _start(call_id, offer_id):
        _create(call, offer)


def _wanted(call: Call, offer: Offer) -> bool:
    return not call.over and offer.state in LIVE_OFFER and offer.dial_started_at is None


def _start(call_id: str, offer_id: str) -> bool:
    """Take the offer for this worker; False when another one has it or it is over. The phone rings its full time."""
    taken = False

    def decide(scene: Scene) -> None:
        nonlocal taken
        offer = scene.call.offer(offer_id)
        taken = offer is not None and _wanted(scene.call, offer)
        if taken and offer is not None:
            held_back = scene.now - offer.made_at
            scene.put_offer(replace(
                offer, state=OfferState.DIALLING, dial_started_at=scene.now, ring_until=offer.ring_until + held_back,
            ))  # fmt: skip

    try:
        stage().act(call_id, decide)
    except NotFound:
        return False
    return taken


def _switch(call: Call, offer: Offer, leg: Leg) -> bool:
    """Tell a phone that is off hook of the call; False when it no longer is, so that it has to be rung.

    It is told again when the carrier does not say that it was: to be told twice does no harm.
    """
    outcome = send_home(call, leg)
    if isinstance(outcome, Unknown):
        outcome = send_home(call, leg)
    log.log("switched", correlation_id=call.call_id, offer_id=offer.offer_id, outcome=type(outcome).__name__)
    if isinstance(outcome, Refused) and outcome.gone:
        stage().act(call.call_id, lambda scene: _on_hook(scene, offer))
        return False
    if isinstance(outcome, Refused):
        stage().act(call.call_id, lambda scene: _failed(scene, offer.offer_id, leg_over=False))
    return True  # the phone asks for its document, and rings; the offer's lease settles what was lost


def _on_hook(scene: Scene, offer: Offer) -> None:
    leg, agent = scene.call.offer_leg(offer.offer_id), scene.agents.get(offer.agent_id)
    if leg is None or not leg.nailed_up:
        return
    if agent is not None:
        scene.put_agent(off_hook.went_down(agent, leg.nailed_up, scene.now))
    scene.put_leg(replace(leg, sid=None, nailed_up=""))


def _create(call: Call, offer: Offer) -> None:
    ids = {"call_id": call.call_id, "offer_id": offer.offer_id}
    outcome = client_of(call).create_call(
        to=offer.address,
        from_=caller_shown(call, offer),
        url=voice_url("/agent", **ids),
        status_callback=voice_url("/agent-status", **ids),
        timeout_s=(offer.ring_until - offer.made_at) // 1000,
    )
    log.log("dialled", correlation_id=call.call_id, offer_id=offer.offer_id, outcome=type(outcome).__name__)
    if isinstance(outcome, Done):
        sid = outcome.value.sid
        stage().act(call.call_id, lambda scene: know_sid(scene, offer.offer_id, sid))
    elif isinstance(outcome, Refused):
        stage().act(call.call_id, lambda scene: _failed(scene, offer.offer_id))
    # Unknown: never dialled again; the leg's call-back or the offer's lease settles it.


def caller_shown(call: Call, offer: Offer) -> str:
    """Return the number shown to the party that is rung: the customer's to agents, ours to the outside.

    An internal call that is followed to the outside shows our first number for calls out; without one it fails there.
    """
    if offer.phone_kind == "outside" and not call.trunk_number:
        return first_number(call.carrier) or call.customer_number
    if offer.phone_kind == "outside" or not call.customer_number.startswith("+"):
        return call.trunk_number or call.customer_number
    return call.customer_number


def first_number(carrier_name: str) -> str:
    """Return our first number for calls out by a carrier, "" without one."""
    try:
        return directory.outbound_trunk(None, carrier_name).number
    except NotFound:
        return ""


def _failed(scene: Scene, offer_id: str, *, leg_over: bool = True) -> None:
    offer = scene.call.offer(offer_id)
    if offer is not None:
        parting.failed(scene, offer, "unreachable", leg_over=leg_over)
