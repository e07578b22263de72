"""What an agent does with a call, as the API offers it: decided on the scene, stored, then done at the carrier."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from msgspec.structs import replace

from chalicelib.acd.errors import (
    AgentUnavailable,
    CarrierRefused,
    CarrierSilent,
    GroupClosed,
    GroupFull,
    NoSurvey,
    NothingToDo,
)  # fmt: skip
from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Call, Disposition
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import offers, parting, surveying
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.acd.stage import Decide
from chalicelib.calls import follow_me, nailed_up
from chalicelib.calls.admission import refusal
from chalicelib.calls.effects import act_quietly, client_of, conference_sid
from chalicelib.calls.follow_me import extension_of
from chalicelib.calls.rules import control, ending
from chalicelib.directory.model import Extension
from chalicelib.directory.rules import onward
from chalicelib.kernel.errors import InvalidInput, NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import normalise
from chalicelib.telephony.outcome import Done, Refused
from chalicelib.telephony.signature import voice_url

NOTE_LIMIT = 2_000


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where to transfer or whom to consult. id: username, group id, flow id, extension, or a number as dialled.

    node: of a flow, where the customer comes in; "" for its start.
    """

    kind: Literal["agent", "group", "flow", "extension", "outside"]
    id: str
    node: Annotated[str, msgspec.Meta(max_length=64)] = ""


def hang_up(who: Principal, call_id: str) -> Call:
    """End the agent's part; a consultation ends alone, the last party's end is the call's."""
    return act_quietly(call_id, lambda scene: ending.agent_hangs_up(scene, who.username))


def survey(who: Principal, call_id: str) -> Call:
    """Leave the customer to the group's survey, and go to wrap-up.

    Errors: NotYourCall, CallOver, NothingToDo, NoSurvey.
    """

    def decide(scene: Scene) -> None:
        leg = control.only_with_customer(scene, who.username, "survey")
        group = surveying.wanted(scene, leg, sent=True)
        if group is None:
            raise NoSurvey
        surveying.begin(scene, group, leg, cause="agent_hang_up", who=who.username)

    return act_quietly(call_id, decide)


def hold(who: Principal, call_id: str) -> Call:
    """Put the customer on hold; taken back if the carrier does not do it."""
    return _revertible(call_id, lambda scene: control.hold(scene, who.username), offers.out_of_hold)


def retrieve(who: Principal, call_id: str) -> Call:
    """Take the customer back from hold; he stays held if the carrier does not do it."""
    return _revertible(call_id, lambda scene: control.retrieve(scene, who.username), offers.hold)


def _revertible(call_id: str, decide: Decide, revert: Decide) -> Call:
    try:
        return stage().act(call_id, decide).call
    except (CarrierRefused, CarrierSilent):
        stage().act(call_id, revert)
        raise


def mute(who: Principal, call_id: str, muted: bool) -> Call:
    """Mute the agent's leg at the carrier (desk phones; a browser mutes itself too)."""

    def decide(scene: Scene) -> None:
        leg = ending.own_leg(scene, who.username)
        scene.put_leg(replace(leg, muted=muted))

    scene = stage().act(call_id, decide)
    leg = ending.own_leg(scene, who.username)
    conference = conference_sid(scene)
    if leg.sid and conference:
        outcome = client_of(scene.call).mute(conference, leg.sid, muted)
        if isinstance(outcome, Refused):
            raise CarrierRefused(operation="mute", carrier_code=outcome.code)
        if not isinstance(outcome, Done):
            raise CarrierSilent(operation="mute")
    return scene.call


def transfer(who: Principal, call_id: str, target: Target) -> Call:
    """Blind transfer to an agent, group, flow, extension or outside number; a short number is an extension.

    Errors: GroupClosed, GroupFull, AgentUnavailable.
    """
    return transfer_for(who.username, call_id, target)


def transfer_for(me: str, call_id: str, target: Target, also: Callable[[Decide], Decide] = lambda it: it) -> Call:
    """Transfer for the agent `me`; also: what is decided with it (a supervisor's act is recorded)."""
    if target.kind == "agent" and target.id == me:
        raise InvalidInput(reason="target.id")
    agents = (target.id,) if target.kind == "agent" else ()
    return act_quietly(call_id, also(_transferring(me, target)), agents=agents)


def _transferring(me: str, target: Target) -> Decide:
    """Return the decision of a transfer. Errors: NotFound, GroupClosed, GroupFull, InvalidNumber."""
    offer_id = new_id()
    if target.kind == "agent":
        return lambda scene: control.transfer_to_agent(scene, me, _agent(scene, target.id), offer_id)
    if target.kind == "group":
        group = cached_group(target.id)
        if group is None:
            raise NotFound(kind="group", id=target.id)
        _require_room(group)
        return lambda scene: control.transfer_to_group(scene, me, group)
    if target.kind == "flow":
        from chalicelib.ivr import service as flows

        _, document = flows.published(target.id)
        if target.node and target.node not in document.nodes:
            raise NotFound(kind="flow node", id=f"{target.id}/{target.node}")
        return lambda scene: control.transfer_to_flow(scene, me, target.id, target.node)
    extension = extension_of(target.id)
    if extension is not None:
        return lambda scene: _transfer_to_extension(scene, me, extension)
    if target.kind == "extension":
        raise NotFound(kind="extension", id=target.id)
    number = normalise(target.id)
    return lambda scene: control.transfer_outside(scene, me, number, offer_id)


def _transfer_to_extension(scene: Scene, me: str, extension: Extension) -> None:
    control.step_out(scene, me)
    if not follow_me.ring(scene, extension, "transfer", by=me):
        why = follow_me.why_silent(scene, extension)
        if onward(extension, why) is None:
            raise AgentUnavailable(agent_id=extension.extension, state=why)
        parting.hunt_on(scene, cause=why)


def consult(who: Principal, call_id: str, target: Target) -> Call:
    """Hold the customer and ring a colleague or an outside number (for a conference too: all are merged afterwards)."""
    me, offer_id = who.username, new_id()
    if target.kind == "agent":
        _not_self(who, target)
        return act_quietly(
            call_id,
            lambda scene: control.consult_agent(scene, me, _agent(scene, target.id), offer_id),
            agents=(target.id,),
        )
    if target.kind != "outside":
        raise InvalidInput(reason="target.kind: agent, outside")
    number = normalise(target.id)
    return act_quietly(call_id, lambda scene: control.consult_outside(scene, me, number, offer_id))


def complete_consult(who: Principal, call_id: str) -> Call:
    """Hand over to the consulted party."""
    return act_quietly(call_id, lambda scene: control.complete_consult(scene, who.username))


def merge_consult(who: Principal, call_id: str) -> Call:
    """Bring all together."""
    return act_quietly(call_id, lambda scene: control.merge_consult(scene, who.username))


def return_from_consult(who: Principal, call_id: str) -> Call:
    """End the consultation and go back to the customer."""

    def decide(scene: Scene) -> None:
        ending.own_leg(scene, who.username)
        offer = ending.consult_offer(scene)
        if offer is None or offer.by != who.username:
            raise NothingToDo(operation="return")
        ending.end_consult(scene, offer)

    return act_quietly(call_id, decide)


def remove(who: Principal, call_id: str, leg_id: str) -> Call:
    """Take another party out of the conference."""
    return act_quietly(call_id, lambda scene: control.remove_party(scene, who.username, leg_id))


def _agent(scene: Scene, agent_id: str) -> Agent:
    agent = scene.agents.get(agent_id)
    if agent is None or agent.state is AgentState.SIGNED_OUT:
        raise AgentUnavailable(agent_id=agent_id, state="signed_out")
    return agent


def _require_room(group: Group) -> None:
    """Raise GroupClosed or GroupFull rather than send the customer away from the agent whom he has."""
    reason = refusal(group, stage().clock())
    if reason == "closed":
        raise GroupClosed(name=group.name)
    if reason == "full":
        raise GroupFull(name=group.name)


def _not_self(who: Principal, target: Target) -> None:
    if target.id == who.username:
        raise InvalidInput(reason="target.id")


def rejoin(who: Principal, call_id: str) -> Call:
    """The agent whose browser died is back: his phone is rung again and the caller is brought back to him."""

    def decide(scene: Scene) -> None:
        me = scene.agent(who.username)
        if scene.call.agent_lost_at is None or me is None:
            raise NothingToDo(operation="rejoin")
        if scene.call.live_offers:
            return
        offers.offer_to_agent(scene, me, "rejoin", new_id(scene.now), by=me.agent_id)

    return act_quietly(call_id, decide, agents=(who.username,))


def answer(who: Principal, call_id: str) -> Call:
    """Take the call that rings: a phone that is off hook is switched into it, any other's handset is lifted by hand."""
    call = stage().store.call(call_id)
    offer = next((one for one in call.live_offers if one.agent_id == who.username), None) if call else None
    if call is None or offer is None:
        raise NothingToDo(operation="answer")
    return nailed_up.answer(call, offer)


def dispose(who: Principal, call_id: str, code: str, note: str) -> Call:
    """Store the agent's disposition and note (again: replaces his earlier one)."""
    if len(note) > NOTE_LIMIT:
        raise InvalidInput(reason=f"note > {NOTE_LIMIT}")

    def decide(scene: Scene) -> None:
        if not any(leg.agent_id == who.username and leg.joined_at for leg in scene.call.legs):
            raise NotFound(kind="call", id=call_id)
        others = tuple(one for one in scene.call.dispositions if one.agent_id != who.username)
        mine = Disposition(agent_id=who.username, code=code, note=note, at=scene.now)
        scene.change(dispositions=(*others, mine))
        scene.record("call.disposition", who=who.username, data={"code": code})

    return act_quietly(call_id, decide)


def send_digits(who: Principal, call_id: str, digits: str) -> Call:
    """Send tones into the conversation (phones that cannot send them themselves)."""

    def decide(scene: Scene) -> None:
        ending.own_leg(scene, who.username)
        scene.record("call.digits", who=who.username, data={"digits": len(digits)})

    scene = stage().act(call_id, decide)
    conference = conference_sid(scene)
    if conference is None:
        raise NothingToDo(operation="digits")
    outcome = client_of(scene.call).announce(conference, voice_url("/tones", digits=digits))
    if isinstance(outcome, Refused):
        raise CarrierRefused(operation="digits", carrier_code=outcome.code)
    if not isinstance(outcome, Done):
        raise CarrierSilent(operation="digits")
    return scene.call
