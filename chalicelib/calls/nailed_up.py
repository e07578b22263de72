"""The phone of an agent that stays off hook (PBX-7): dialled once, then switched from call to call.

Its leg always asks the same address for its document, and the answer is a function of what is stored: silence, the
sound of a call that is offered, or the conversation. So a redirect that is lost, late or sent twice does no harm.
"""

import re

from msgspec.structs import replace

from chalicelib.acd.errors import CarrierRefused, CarrierSilent, NothingToDo
from chalicelib.acd.model.agent import LIFT_LIMIT_MS, Agent, NailedUp, NailedUpState
from chalicelib.acd.model.call import LIVE_OFFER, Call, Leg, LegState, Offer, OfferState
from chalicelib.acd.rules import nailed_up, off_hook, offers
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import music, talk
from chalicelib.calls.dial import first_number
from chalicelib.calls.effects import client_named, is_settled, send_home
from chalicelib.calls.rate import delay_for
from chalicelib.calls.rules.ending import FINAL, party_status
from chalicelib.identity import service as identity
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony import documents
from chalicelib.telephony.carriers import carrier, carriers
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Play, Say, address_kind
from chalicelib.telephony.outcome import Done, Refused
from chalicelib.telephony.signature import voice_url
from chalicelib.telephony.webhooks import VoiceRequest

RING_S = 40
LONGEST_S = 86_400
"""What we ask for; a carrier may end it sooner, so it is renewed between calls (off_hook.renew)."""
IMPATIENT_MS = 3_000
"""Within which a second press of the answer button is taken for the first."""
AGAIN_MS = 10_000
"""After which a carrier that did not say is asked again."""
SILENCE_S = 600
TROUBLED_S = 10
SETTLING_S = 2
"""How long a leg waits that comes out of a conversation: by then it is stored what comes next."""

PICK_UP = {
    "zh-CN": "请按 1 接通常摘机话路。",
    "en": "Press 1 to keep this phone connected for calls.",
}
PICKED_UP = {
    "zh-CN": "常摘机已接通,请不要挂机。",
    "en": "Connected. Please do not hang up; calls will come to this line.",
}


def document(request: VoiceRequest) -> Document:
    """Return what the phone hears now; picked up for the first time, its leg is up from now on.

    A conversation that ends with the leg asks too: then it is told that the leg is over.
    """
    if request.status in FINAL:
        reported(request)
        return documents.hang_up()
    agent = stage().store.agent(request.query.get("agent_id", ""))
    leg = agent.nailed_up if agent else None
    if agent is None or leg is None or leg.leg_id != request.query.get("leg_id"):
        return documents.hang_up()
    if leg.state in (NailedUpState.WANTED, NailedUpState.CLOSING):
        return documents.hang_up()
    if leg.state is NailedUpState.UP:
        return _after_conversation(agent, leg, request) or _home(agent, leg, request)
    user = identity.find_user(agent.agent_id)
    language = user.locale if user else "zh-CN"
    if address_kind(leg.address) == "number" and request.digits != "1":
        return documents.accept_key([Say(PICK_UP, language)], _url(agent, leg))
    up = stage().act_on_agent(agent.agent_id, lambda it, now: off_hook.came_up(it, leg.leg_id, request.call_sid, now))
    return documents.idle(SILENCE_S, _url(up, leg), [Say(PICKED_UP, language)])


def _url(agent: Agent, leg: NailedUp, **more: str) -> str:
    return voice_url("/nailed-up", agent_id=agent.agent_id, leg_id=leg.leg_id, **more)


def _after_conversation(agent: Agent, leg: NailedUp, request: VoiceRequest) -> Document | None:
    """Return a short silence for a leg whose conference has just ended, None for any other."""
    return documents.idle(SETTLING_S, _url(agent, leg)) if request.query.get("after") else None


def _conversation(agent: Agent, leg: NailedUp, call: Call, party: Leg) -> Document:
    return talk.conversation_for(call, end_on_exit=party.ends_conference, action=_url(agent, leg, after="1"))


def _home(agent: Agent, leg: NailedUp, request: VoiceRequest) -> Document:
    """Return the document of the call that the agent is in, or is offered; else silence."""
    call = stage().store.call(agent.call_id) if agent.call_id else None
    offer = call.offer(agent.offer_id) if call else None
    party = call.offer_leg(offer.offer_id) if call and offer else None
    if call is not None and offer is not None and party is not None and party.nailed_up == leg.leg_id:
        if offer.state in LIVE_OFFER:
            return _offered(agent, leg, call, offer, request)
        if not call.over and party.state in (LegState.JOINED, LegState.HELD):
            _fetch_customer(call)
            return _conversation(agent, leg, call, party)
    return documents.idle(SILENCE_S, _url(agent, leg))


def _fetch_customer(call: Call) -> None:
    """Bring back the customer whose conference ended although this phone is still off hook."""

    def decide(scene: Scene) -> None:
        if scene.call.place == "parked" and not scene.call.over:
            scene.do("join_customer")

    if call.place == "parked":
        stage().act(call.call_id, decide)


def _offered(agent: Agent, leg: NailedUp, call: Call, offer: Offer, request: VoiceRequest) -> Document:
    """Let the call be heard until a key, or the page, takes it; what the agent dialled himself needs neither."""
    keyed = request.digits is not None and request.query.get("offer_id") == offer.offer_id
    if not keyed and not _asked_for(agent, offer) and not _page_answers(call, offer):
        again = _url(agent, leg, offer_id=offer.offer_id)
        return documents.gather([Play(music.alert_url(), times=0)], again, num_digits=1, finish_on_key="")
    accepted = talk.accept(call, offer, leg.sid)
    party = accepted.offer_leg(offer.offer_id) if accepted else None
    if accepted is None or accepted.over or party is None:
        return documents.idle(SETTLING_S, _url(agent, leg))
    return _conversation(agent, leg, accepted, party)


def _asked_for(agent: Agent, offer: Offer) -> bool:
    return offer.kind == "outbound" and offer.by == agent.agent_id


def _page_answers(call: Call, offer: Offer) -> bool:
    """Note that the call is heard at the phone; returns whether the page asked for it before."""

    def decide(scene: Scene) -> None:
        fresh = scene.call.offer(offer.offer_id)
        if fresh is not None:
            offers.ringing(scene, fresh, None)

    fresh = stage().act(call.call_id, decide).call.offer(offer.offer_id)
    return fresh is not None and fresh.answer_asked_at is not None


def answer(call: Call, offer: Offer) -> Call:
    """Take an offered call in the page: a phone that is off hook is switched into it; any other is picked up by hand.

    The call is accepted when the leg asks for its document. A leg that has yet to ask is left alone; one that rings is
    told to ask again. So it is never pulled out of the conversation by a request that was on its way, and a leg that is
    gone costs the caller nothing: he goes on to the next agent. Errors: NothingToDo, CarrierRefused, CarrierSilent.
    """
    leg = call.offer_leg(offer.offer_id)
    if leg is None or not leg.nailed_up or not leg.sid:
        return call
    must_ask = False

    def decide(scene: Scene) -> None:
        nonlocal must_ask
        fresh = scene.call.offer(offer.offer_id)
        if fresh is None or fresh.state not in LIVE_OFFER:
            raise NothingToDo(operation="answer")
        asked = fresh.answer_asked_at
        repeated = asked is not None and scene.now - asked < IMPATIENT_MS
        must_ask = not repeated and (fresh.state is OfferState.RINGING or asked is not None)
        if not repeated:
            scene.put_offer(replace(fresh, answer_asked_at=scene.now))

    asked = stage().act(call.call_id, decide).call
    return _has_it_ask(asked, offer, leg) if must_ask else asked


def _has_it_ask(call: Call, offer: Offer, leg: Leg) -> Call:
    outcome = send_home(call, leg)
    if isinstance(outcome, Refused) and outcome.gone:
        return _down_in_call(offer.agent_id, leg.nailed_up, call.call_id, leg.sid or "", "completed")
    if isinstance(outcome, Refused):
        raise CarrierRefused(operation="answer", carrier_code=outcome.code)
    if not isinstance(outcome, Done):
        raise CarrierSilent(operation="answer")
    return call


def fall_back(request: VoiceRequest) -> Document:
    """Return a short silence when the document could not be made: the phone stays off hook and asks again."""
    again = voice_url("/nailed-up", **{name: request.query.get(name, "") for name in ("agent_id", "leg_id")})
    return documents.idle(TROUBLED_S, again)


def reported(request: VoiceRequest) -> None:
    """Take a status call-back of the leg: its end is a hang-up in the call that it is in."""
    agent_id, leg_id = request.query.get("agent_id", ""), request.query.get("leg_id", "")
    agent = stage().store.agent(agent_id)
    leg = agent.nailed_up if agent else None
    if agent is None or leg is None or leg.leg_id != leg_id:
        return
    if request.status not in FINAL:
        _know_sid(agent_id, leg_id, request.call_sid)
    elif agent.call_id is not None:
        _down_in_call(agent_id, leg_id, agent.call_id, request.call_sid, request.status)
    else:
        _down(agent_id, leg_id)


def _down(agent_id: str, leg_id: str) -> NailedUp | None:
    """Count the leg as over; return it as it was last."""
    last: NailedUp | None = None

    def decide(agent: Agent, now: int) -> Agent:
        nonlocal last
        last = agent.nailed_up if agent.nailed_up and agent.nailed_up.leg_id == leg_id else None
        return off_hook.went_down(agent, leg_id, now)

    stage().act_on_agent(agent_id, decide)
    return last


def _down_in_call(agent_id: str, leg_id: str, call_id: str, sid: str, status: str) -> Call:
    """The leg is over while its agent has a call, in which it need not be the one that he talks with."""

    def decide(scene: Scene) -> None:
        agent = scene.agents[agent_id]
        scene.put_agent(off_hook.went_down(agent, leg_id, scene.now))
        party = next(
            (one for one in scene.call.legs if one.nailed_up == leg_id and one.state is not LegState.LEFT), None
        )
        offer = scene.call.offer(party.offer_id) if party else None
        if offer is not None:
            party_status(scene, offer, sid, status)

    return stage().act(call_id, decide, agents=(agent_id,)).call


def settle(agent: Agent) -> None:
    """Do what is due about an agent's leg: dial it, ask what became of it, renew or end it. Idempotent.

    One whose carrier has been taken out of the settings is over.
    """
    leg = agent.nailed_up
    if leg is None:
        return
    try:
        _SETTLE[leg.state](agent, leg)
    except NotFound as error:
        log.warn("nailed-up leg given up", agent_id=agent.agent_id, reason=str(error))
        _down(agent.agent_id, leg.leg_id)


def _dial(agent: Agent, leg: NailedUp) -> None:
    """Ring the phone once; whoever moves the leg to `dialling` is the one who does."""
    name = carrier_of(leg.address)
    delay_s = delay_for(carrier(name))
    if delay_s > 0:
        _put(agent.agent_id, leg, replace(leg, due_at=stage().clock() + delay_s * 1000))
        return
    due_at = stage().clock() + LIFT_LIMIT_MS
    dialling = replace(leg, state=NailedUpState.DIALLING, carrier=name, due_at=due_at)
    if not _put(agent.agent_id, leg, dialling):
        return
    ids = {"agent_id": agent.agent_id, "leg_id": leg.leg_id}
    outcome = client_named(name).create_call(
        to=leg.address,
        from_=first_number(name) or leg.address,
        url=voice_url("/nailed-up", **ids),
        status_callback=voice_url("/nailed-up-status", **ids),
        timeout_s=RING_S,
        time_limit_s=LONGEST_S,
    )
    log.log("nailed-up leg dialled", agent_id=agent.agent_id, outcome=type(outcome).__name__)
    if isinstance(outcome, Done):
        if not _know_sid(agent.agent_id, leg.leg_id, outcome.value.sid):
            client_named(name).end_call(outcome.value.sid)
    elif isinstance(outcome, Refused):
        _down(agent.agent_id, leg.leg_id)
    # Unknown: its call-back tells, or it is asked for when it should have been picked up.


def carrier_of(address: str) -> str:
    """Return the carrier at which a phone registers, the default one for any other."""
    domain = re.split("[;:]", address.rpartition("@")[2])[0]
    at_home = (each for each in carriers() if each.sip_domain and each.sip_domain == domain)
    found = next(at_home, None) or next(iter(carriers()), None)
    if found is None:
        raise NotFound(kind="carrier", id="default")
    return found.name


def _put(agent_id: str, was: NailedUp, leg: NailedUp) -> bool:
    """Change a leg that is as it was read; False when it has changed meanwhile."""
    done = False

    def decide(agent: Agent, now: int) -> Agent:
        nonlocal done
        done = agent.nailed_up == was
        return nailed_up.put(agent, leg, now) if done else agent

    stage().act_on_agent(agent_id, decide)
    return done


def _know_sid(agent_id: str, leg_id: str, sid: str) -> bool:
    """Keep the carrier's id of a leg; False when it is the agent's no more."""

    def decide(agent: Agent, now: int) -> Agent:
        leg = agent.nailed_up
        if leg is None or leg.leg_id != leg_id or leg.sid:
            return agent
        return nailed_up.put(agent, replace(leg, sid=sid), now)

    known = stage().act_on_agent(agent_id, decide).nailed_up
    return known is not None and known.leg_id == leg_id


def _ask(agent: Agent, leg: NailedUp) -> None:
    """It should have been picked up by now: a leg that is over, or of which nobody knows, is."""
    answer = client_named(leg.carrier).fetch_call(leg.sid) if leg.sid else None
    gone = answer is None or (isinstance(answer, Refused) and answer.gone)
    if gone or (isinstance(answer, Done) and answer.value.status in FINAL):
        _down(agent.agent_id, leg.leg_id)
    else:
        _put(agent.agent_id, leg, replace(leg, due_at=stage().clock() + LIFT_LIMIT_MS))


def _renew(agent: Agent, leg: NailedUp) -> None:
    stage().act_on_agent(agent.agent_id, lambda it, now: off_hook.renew(it, leg.leg_id, now))


def _end(agent: Agent, leg: NailedUp) -> None:
    if leg.sid and not is_settled(client_named(leg.carrier).end_call(leg.sid)):
        _put(agent.agent_id, leg, replace(leg, due_at=stage().clock() + AGAIN_MS))
        return
    last = _down(agent.agent_id, leg.leg_id)
    if last is not None and last.sid and not leg.sid:  # it became known in this moment
        client_named(leg.carrier).end_call(last.sid)


_SETTLE = {
    NailedUpState.WANTED: _dial,
    NailedUpState.DIALLING: _ask,
    NailedUpState.UP: _renew,
    NailedUpState.CLOSING: _end,
}
