"""Effects at the carrier: what a stored decision asks for. Each is idempotent; deadlines settle what fails."""

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from chalicelib.acd.errors import CarrierRefused, CarrierSilent
from chalicelib.acd.model.call import SETTLE_AGAIN_MS, SETTLE_TRIES, Call, Leg, LegState
from chalicelib.acd.model.watching import WatchMode
from chalicelib.acd.rules import watching
from chalicelib.acd.rules.scene import Effect, Scene
from chalicelib.acd.service import stage
from chalicelib.acd.stage import Decide
from chalicelib.calls.rules.ending import customer_left, know_sid
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony.answers import CarrierCall
from chalicelib.telephony.carriers import carrier
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done, Outcome, Refused
from chalicelib.telephony.signature import voice_url

CUSTOMER_RING_S = 45
SETTLE_LOOKS = 3
NOT_THERE = Refused(code=20404, status=404)


def client_of(call: Call) -> CarrierClient:
    """Return the REST client of the call's carrier."""
    return client_named(call.carrier)


def client_named(carrier_name: str) -> CarrierClient:
    """Return the REST client of a carrier."""
    return _clients[0](carrier_name)


def connect_carriers(client: Callable[[str], CarrierClient]) -> None:
    """Use other clients, by the carrier's name (simulations bring their own carrier)."""
    _clients[:] = [client]


_clients: list[Callable[[str], CarrierClient]] = [lambda name: CarrierClient(carrier(name))]


def perform(scene: Scene, effect: Effect) -> None:
    """Carry out one effect at the carrier."""
    _PERFORMERS[effect.kind](scene, effect)


def _end_leg(scene: Scene, effect: Effect) -> None:
    leg = scene.call.leg(effect.subject)
    if leg is None or not leg.sid or leg.ended_confirmed:
        return
    if not leg.nailed_up:
        _note(scene, effect, client_of(scene.call).end_call(leg.sid))
        return
    outcome = Done(None) if has_moved_on(leg) else send_home(scene.call, leg)
    _note(scene, effect, outcome)
    if is_settled(outcome):
        scene.call = stage().act(scene.call.call_id, lambda fresh: _confirm(fresh, leg.leg_id)).call


def _confirm(scene: Scene, leg_id: str) -> None:
    leg = scene.call.leg(leg_id)
    if leg is not None and leg.state is LegState.LEFT:
        scene.put_leg(replace(leg, ended_confirmed=True))


def is_settled(outcome: Outcome[object]) -> bool:
    """Return whether the carrier did what was asked of a leg, or the leg is gone anyway."""
    return isinstance(outcome, Done) or (isinstance(outcome, Refused) and outcome.gone)


def has_moved_on(leg: Leg) -> bool:
    """Return whether a nailed-up leg serves another offer by now; it was told to ask for that one's sake."""
    agent = stage().store.agent(leg.agent_id or "")
    if agent is None or not agent.call_id or not agent.offer_id or agent.offer_id == leg.offer_id:
        return False
    call = stage().store.call(agent.call_id)
    other = call.offer_leg(agent.offer_id) if call else None
    return other is not None and other.nailed_up == leg.nailed_up


def send_home(call: Call, leg: Leg) -> Outcome[CarrierCall]:
    """Have a nailed-up leg ask where it belongs now: into a call, or to silence."""
    url = voice_url("/nailed-up", agent_id=leg.agent_id or "", leg_id=leg.nailed_up)
    return client_of(call).redirect_call(leg.sid or "", url)


def _join_customer(scene: Scene, effect: Effect) -> None:
    _redirect(scene, effect, voice_url("/join", call_id=scene.call.call_id))


def _redirect_customer(scene: Scene, effect: Effect) -> None:
    _redirect(scene, effect, entry_url(scene.call, effect.value))


def entry_url(call: Call, entry: str) -> str:
    """Return where the customer goes on. entry: `queue`, `next`, or one of parting.enter_flow."""
    return voice_url(f"/enter-{'flow' if ':' in entry else entry}", call_id=call.call_id)


def _redirect(scene: Scene, effect: Effect, url: str) -> None:
    customer = scene.call.customer
    if customer is None or customer.sid is None:
        return
    outcome = client_of(scene.call).redirect_call(customer.sid, url)
    _note(scene, effect, outcome)
    if isinstance(outcome, Refused) and outcome.gone:
        scene.call = stage().act(scene.call.call_id, customer_left).call


def _dial_customer(scene: Scene, effect: Effect) -> None:
    call, customer = scene.call, scene.call.customer
    if customer is None or customer.sid or customer.state is LegState.LEFT:
        return
    outcome = client_of(call).create_call(
        to=call.customer_number,
        from_=call.trunk_number,
        url=voice_url("/join", call_id=call.call_id),
        status_callback=voice_url("/customer-status", call_id=call.call_id),
        timeout_s=CUSTOMER_RING_S,
    )
    _note(scene, effect, outcome)
    if isinstance(outcome, Refused):
        stage().act(call.call_id, lambda fresh: customer_left(fresh, "unreachable"))
    elif isinstance(outcome, Done):
        sid = outcome.value.sid
        stage().act(call.call_id, lambda fresh: know_sid(fresh, "customer", sid))


def act_quietly(call_id: str, decide: Decide, *, agents: tuple[str, ...] = ()) -> Call:
    """Decide and store; return the call as stored.

    A carrier that does not follow at once is no error then: what was asked for has happened, a second try by the user
    would meet another state, and the carrier is asked again by a timer. Errors: NotFound, what `decide` raises.
    """
    try:
        return stage().act(call_id, decide, agents=agents).call
    except (CarrierRefused, CarrierSilent) as error:
        log.warn("stored, but the carrier did not follow", correlation_id=call_id, reason=str(error))
    found = stage().store.call(call_id)
    if found is None:
        raise NotFound(kind="call", id=call_id)
    return found


def settle_hold(call_id: str) -> None:
    """Bring a customer who has just joined the conference in line with the stored hold."""
    call = stage().store.call(call_id)
    if call is not None and call.customer is not None and call.customer.state is LegState.HELD:
        _settle_hold(Scene(call=call, now=stage().clock()), Effect("hold_customer"))


def settle_again(call_id: str) -> None:
    """Ask the carrier again for the hold, or the end of one, that it has not done; it comes due again if need be."""
    scene = stage().act(call_id, _settle_later)  # before it is asked, so that a crash does not end the tries
    if scene.call.settle_at is None:
        return
    with suppress(CarrierRefused, CarrierSilent):
        _settle_hold(scene, Effect("hold_customer"))


def _settle_later(scene: Scene) -> None:
    """Have the carrier asked again in a while, more and more seldom, a few times in a row."""
    tries, due = scene.call.settle_tries, scene.call.settle_at
    if due is not None and due > scene.now:
        return
    if scene.call.over or scene.call.place != "conference" or tries >= SETTLE_TRIES:
        scene.change(settle_at=None)
    else:
        scene.change(settle_at=scene.now + SETTLE_AGAIN_MS * 2**tries, settle_tries=tries + 1)


def _settled(call: Call) -> None:
    """Note that the carrier did what `call` says, unless something else is asked for by now."""

    def decide(scene: Scene) -> None:
        if scene.call.settle_at == call.settle_at:
            scene.change(settle_at=None, settle_tries=0)

    if call.settle_at is not None:
        stage().act(call.call_id, decide)


def _settle_hold(scene: Scene, effect: Effect) -> None:
    """Bring the customer's hold at the carrier in line with the call as it is stored now.

    Another request may change it at the same moment (the new agent answers while the old one's transfer still holds
    the customer): whoever asked the carrier looks again, so that the last word there is the stored state. A carrier
    that does not do it is asked again later.
    """
    outcome: Outcome[None] = Done(None)
    for _ in range(SETTLE_LOOKS):
        call = _in_conversation(scene.call.call_id)
        if call is None:
            return
        outcome = _participant_hold(scene, on=_held(call))
        if isinstance(outcome, Refused) and outcome.gone:
            _note(scene, effect, outcome)
            return  # he still hears the agent's number: his joining will be told, and is settled then
        after = _in_conversation(call.call_id)
        if isinstance(outcome, Done) and (after is None or _held(after) == _held(call)):
            _settled(call)
            return
    stage().act(scene.call.call_id, _settle_later)
    _demand(scene, effect, outcome)


def _in_conversation(call_id: str) -> Call | None:
    """Return the call as stored; None when its customer is in no conversation."""
    call = stage().store.call(call_id)
    return call if call and not call.over and call.customer and call.place == "conference" else None


def _held(call: Call) -> bool:
    """Return whether the customer is on hold as stored."""
    return call.customer is not None and call.customer.state is LegState.HELD


def _participant_hold(scene: Scene, *, on: bool) -> Outcome[None]:
    """Hold or retrieve the customer in the conference that is told of, or else in the one that has its name now."""
    known = scene.call.conference_sid
    outcome = _hold_in(scene, known, on=on) if known else NOT_THERE
    if not isinstance(outcome, Refused) or not outcome.gone:
        return outcome
    found = client_of(scene.call).find_conference(scene.call.call_id)
    if not isinstance(found, Done):
        return found
    return _hold_in(scene, found.value.sid, on=on) if found.value and found.value.sid != known else outcome


def _hold_in(scene: Scene, conference: str, *, on: bool) -> Outcome[None]:
    customer = scene.call.customer
    if customer is None or customer.sid is None:
        return NOT_THERE
    hold_url = voice_url("/hold-music", call_id=scene.call.call_id) if on else None
    return client_of(scene.call).hold(conference, customer.sid, on, hold_url)


def settle_watch(call_id: str, leg_id: str) -> None:
    """Let those hear a supervisor who are to, as it is stored now. Errors: CarrierRefused, CarrierSilent.

    A carrier that does not do it is asked again later; so is one where he has not joined yet, unless that is told.
    """
    outcome: Outcome[None] = NOT_THERE
    for _ in range(SETTLE_LOOKS):
        call = stage().store.call(call_id)
        leg = call.leg(leg_id) if call else None
        if call is None or call.over or leg is None or leg.watch is None or leg.state is not LegState.JOINED:
            return
        outcome = _be_heard(Scene(call=call, now=stage().clock()), leg)
        if not isinstance(outcome, Done):
            break
        if _is_as_wanted(call_id, leg_id, leg.watch.mode):
            return
    if isinstance(outcome, Refused) and outcome.gone:
        return
    raise CarrierSilent(operation="supervise")


def _is_as_wanted(call_id: str, leg_id: str, mode: WatchMode) -> bool:
    """Note that the carrier did what `mode` says; returns whether nothing else is wanted by now."""
    leg = stage().act(call_id, lambda scene: watching.settled(scene, leg_id, mode)).call.leg(leg_id)
    return leg is None or leg.watch is None or leg.watch.mode == mode


def _be_heard(scene: Scene, leg: Leg) -> Outcome[None]:
    conference, watch = conference_sid(scene), leg.watch
    if conference is None or watch is None or leg.sid is None:
        return NOT_THERE
    target = scene.call.leg(watch.target)
    coached = target.sid if target and watch.mode == "whisper" else None
    muted = watch.mode in ("listen", "take_over")
    return client_of(scene.call).supervise(conference, leg.sid, muted=muted, coached_sid=coached)


def _settle_watch(scene: Scene, effect: Effect) -> None:
    settle_watch(scene.call.call_id, effect.subject)


def _set_exit(scene: Scene, effect: Effect) -> None:
    leg, conference = scene.call.leg(effect.subject), conference_sid(scene)
    if leg is not None and leg.sid and conference:
        _note(scene, effect, client_of(scene.call).set_end_on_exit(conference, leg.sid, effect.value == "true"))


def conference_sid(scene: Scene) -> str | None:
    """Return the call's conference at the carrier; asked for by name if its start has not been told yet."""
    if scene.call.conference_sid:
        return scene.call.conference_sid
    found = client_of(scene.call).find_conference(scene.call.call_id)
    return found.value.sid if isinstance(found, Done) and found.value else None


def _note(scene: Scene, effect: Effect, outcome: Outcome[object]) -> None:
    if not isinstance(outcome, Done):
        log.warn("carrier did not", effect=effect.kind, correlation_id=scene.call.call_id, outcome=repr(outcome))


def _demand(scene: Scene, effect: Effect, outcome: Outcome[object]) -> None:
    """Raise a typed error for an effect that somebody waits for."""
    _note(scene, effect, outcome)
    if isinstance(outcome, Refused):
        raise CarrierRefused(operation=effect.kind, carrier_code=outcome.code)
    if not isinstance(outcome, Done):
        raise CarrierSilent(operation=effect.kind)


_PERFORMERS = {
    "end_leg": _end_leg,
    "join_customer": _join_customer,
    "redirect_customer": _redirect_customer,
    "retrieve_customer": _settle_hold,
    "hold_customer": _settle_hold,
    "set_exit": _set_exit,
    "dial_customer": _dial_customer,
    "settle_watch": _settle_watch,
}
