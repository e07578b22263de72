"""A supervisor's session in a live call (MON-2): listen, whisper, barge in, take over; and what he does without one.

Every act is limited to the calls that he supervises and is audited; the agent is told of it as his group's policy says.
"""

import msgspec
from msgspec.structs import replace

from chalicelib.acd.desk_phones import reachable
from chalicelib.acd.errors import AlreadySupervising, NothingToDo, NotYourCall
from chalicelib.acd.model.agent import Agent, AgentState, Phone
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.watching import WatchMode
from chalicelib.acd.rules import watching
from chalicelib.acd.rules.agents import phone_of
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import own, stage
from chalicelib.acd.stage import Decide
from chalicelib.calls import control
from chalicelib.calls.effects import act_quietly
from chalicelib.calls.rules.taking_over import pick_up as picked_up
from chalicelib.calls.rules.taking_over import require_signed_in, take_over
from chalicelib.calls.supervision import visible_call
from chalicelib.kernel.audit import audit
from chalicelib.kernel.config import config
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a supervisor wants of a live call. agent_id: which of its agents, "" for the first. phone: where he is rung,
    None for the phone that he signed in with, or his browser."""

    call_id: str
    mode: WatchMode = "listen"
    agent_id: str = ""
    phone: Phone | None = None


def supervise(who: Principal, wish: Wish) -> Agent:
    """Begin a session, or let others hear its supervisor than before; there is one of each supervisor.

    Errors: NotFound, NothingToDo, AlreadySupervising, NotSignedIn (to take a call over), those of the phone.
    """
    call = visible_call(who, wish.call_id)
    audit(f"call#{wish.call_id}", who.username, f"{wish.mode}#{wish.agent_id}")
    phone, hidden, leg_id = _phone(who, wish), _hidden(call), new_id()

    def decide(scene: Scene) -> None:
        me = scene.agents.get(who.username) or _newcomer(who)
        scene.agents[who.username] = me
        leg = watching.own_leg(scene, who.username)
        if leg is None:
            target = watching.agent_leg(scene, wish.agent_id)
            if wish.mode == "take_over":
                require_signed_in(me)
            watching.begin(scene, me, target, wish.mode, leg_id, phone, hidden=hidden)
        elif wish.agent_id and leg.watch and watching.agent_leg(scene, wish.agent_id).leg_id != leg.watch.target:
            raise AlreadySupervising(call_id=scene.call.call_id)
        elif wish.mode == "take_over":
            take_over(scene, leg)
        else:
            watching.switch(scene, leg, wish.mode)

    act_quietly(wish.call_id, decide, agents=(who.username,))
    return own(who)


def _newcomer(who: Principal) -> Agent:
    """Return the record of a supervisor who has never signed in as an agent."""
    return Agent(agent_id=who.username, name=who.name, department_id=who.department_id)


def _phone(who: Principal, wish: Wish) -> Phone:
    if wish.phone is not None:
        return reachable(who.username, replace(wish.phone, nailed_up=False))
    mine = stage().store.agent(who.username)
    signed_in = mine is not None and mine.state is not AgentState.SIGNED_OUT
    return replace(mine.phone, nailed_up=False) if mine and signed_in else phone_of(who.username, Phone())


def _hidden(call: Call) -> bool:
    """Return whether the agent is not told of who only listens: the group's policy, else the organisation's."""
    group = stage().group(call.group_id) if call.group_id else None
    if group is not None and group.show_listening is not None:
        return not group.show_listening
    return config().show_listening == "no"


def stop(who: Principal) -> Agent:
    """End the supervisor's session; without one nothing happens."""
    session = own(who).supervising
    if session is None:
        return own(who)
    audit(f"call#{session.call_id}", who.username, "stop_supervising")

    def decide(scene: Scene) -> None:
        leg = watching.own_leg(scene, who.username)
        if leg is not None:
            watching.stop(scene, leg, "stopped")

    act_quietly(session.call_id, decide, agents=(who.username,))
    return own(who)


def pick_up(who: Principal, call_id: str) -> Call:
    """Take a call that rings at somebody else: it rings at the supervisor instead, without a mark against that one.

    Errors: NotFound, NothingToDo, NotSignedIn, AgentUnavailable.
    """
    visible_call(who, call_id)
    audit(f"call#{call_id}", who.username, "pick_up")

    def decide(scene: Scene) -> None:
        picked_up(scene, require_signed_in(scene.agents.get(who.username)))

    return act_quietly(call_id, decide, agents=(who.username,))


def transfer(who: Principal, call_id: str, target: control.Target) -> Call:
    """Transfer a live call in the place of its agent; he goes to wrap-up, and in vain it comes back as if by him.

    Errors: NotFound, NothingToDo, and those of an agent's transfer.
    """
    call = visible_call(who, call_id)
    agent_id = next((leg.agent_id for leg in call.agent_legs), None)
    if agent_id is None:
        raise NothingToDo(operation="transfer")
    audit(f"call#{call_id}", who.username, f"transfer#{target.kind}:{target.id}")

    def with_record(decide: Decide) -> Decide:
        def recorded(scene: Scene) -> None:
            data = {"agent_id": agent_id, "target": f"{target.kind}:{target.id}"}
            scene.record("call.supervised", who=who.username, to="transfer", data=data)
            decide(scene)

        return recorded

    try:
        return control.transfer_for(agent_id, call_id, target, with_record)
    except NotYourCall as error:  # he has left meanwhile
        raise NothingToDo(operation="transfer") from error
