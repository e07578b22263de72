"""What a supervisor does with the agents and calls of his departments (MON-2, MON-3, QUE-6); every act is audited."""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.acd.errors import AgentUnavailable, NothingToDo
from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.call import Announcement, Call, CallState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import agents, announcements, offers, parting, queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import announcing, recording, records
from chalicelib.calls.destinations import Destination, go
from chalicelib.calls.effects import act_quietly
from chalicelib.directory.model import Route
from chalicelib.identity.rules import as_supervisor, sees_department
from chalicelib.kernel.audit import audit
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal
from chalicelib.telephony.attribution import normalise

FORCED = "supervisor"
"""The reason that an agent sees who was made not ready."""


def force_ready(who: Principal, agent_id: str) -> Agent:
    """Make a signed-in agent ready, or after his call. Errors: NotFound, NotSignedIn."""
    return _force(who, agent_id, "force_ready", lambda it, now: agents.ready(it, now, who=who.username, cause=FORCED))


def force_not_ready(who: Principal, agent_id: str) -> Agent:
    """Make a signed-in agent not ready, or after his call. Errors: NotFound, NotSignedIn."""
    return _force(
        who, agent_id, "force_not_ready",
        lambda it, now: agents.not_ready(it, FORCED, now, who=who.username, cause=FORCED),
    )  # fmt: skip


def force_sign_out(who: Principal, agent_id: str) -> Agent:
    """Sign an agent out, or after his call. Errors: NotFound."""
    return _force(
        who, agent_id, "force_sign_out",
        lambda it, now: agents.sign_out(it, FORCED, now, who=who.username, cause=FORCED),
    )  # fmt: skip


def _force(who: Principal, agent_id: str, act: str, decide: Callable[[Agent, int], Agent]) -> Agent:
    _visible(who, agent_id)
    audit(f"agent#{agent_id}", who.username, act)
    return stage().act_on_agent(agent_id, decide)


def _visible(who: Principal, agent_id: str) -> Agent:
    """Return an agent of the supervisor's departments. Errors: NotFound, also for one of others."""
    agent = stage().store.agent(agent_id)
    if agent is None or not sees_department(as_supervisor(who), agent.department_id):
        raise NotFound(kind="agent", id=agent_id)
    return agent


def visible_call(who: Principal, call_id: str) -> Call:
    """Return a call of the departments that the supervisor leads: of its group, its agents, those at whom it rings.

    To take part in it, or to have, is not enough. Errors: NotFound.
    """
    call, leader = stage().store.call(call_id), as_supervisor(who)
    if call is None or not (leader.scope == "all" or set(_departments(call)) & set(leader.department_ids)):
        raise NotFound(kind="call", id=call_id)
    return call


def _departments(call: Call) -> list[str]:
    rung = stage().store.agents([offer.agent_id for offer in call.live_offers if offer.agent_id]).values()
    return [*recording.departments(call), *(agent.department_id for agent in rung)]


def disconnect(who: Principal, call_id: str) -> Call:
    """End a call for everybody in it. Errors: NotFound."""
    visible_call(who, call_id)
    audit(f"call#{call_id}", who.username, "disconnect")
    return act_quietly(
        call_id, lambda scene: parting.finish(scene, cause="supervisor_hang_up", who=who.username)
    )  # fmt: skip


def set_priority(who: Principal, call_id: str, priority: int) -> Call:
    """Give a waiting call another priority; what it has waited still counts. Errors: NotFound, NothingToDo."""
    audit(f"call#{call_id}", who.username, "priority")
    group = _group_of(visible_call(who, call_id))

    def decide(scene: Scene) -> None:
        _waiting(scene, "priority")
        queueing.move_to_list(scene, group, priority)

    return stage().act(call_id, decide).call


def move(who: Principal, call_id: str, route: Route) -> Call:
    """Send a waiting call elsewhere: to another group, a flow, an extension, an outside number, a mailbox.

    Errors: NotFound, NothingToDo, InvalidNumber.
    """
    visible_call(who, call_id)
    route = replace(route, id=normalise(route.id or "")) if route.kind == "outside" else route
    audit(f"call#{call_id}", who.username, f"move#{route.kind}:{route.id}")

    def decide(scene: Scene) -> None:
        _waiting(scene, "move")
        if scene.call.to_be_dialled:
            raise NothingToDo(operation="move")  # nobody is on the line
        scene.record("call.routed", who=who.username, cause="supervisor", data={"to": f"{route.kind}:{route.id}"})
        queueing.leave_queue(scene)
        scene.to(CallState.IN_FLOW, cause="supervisor", who=who.username)
        scene.change(queueing=None)
        go(Destination(scene), route)
        scene.do("redirect_customer", value="next")

    return act_quietly(call_id, decide)


def assign(who: Principal, call_id: str, agent_id: str) -> Call:
    """Give a waiting call to a ready agent, whoever would be next. Errors: NotFound, NothingToDo, AgentUnavailable."""
    _visible(who, agent_id)
    group = _group_of(visible_call(who, call_id))
    audit(f"call#{call_id}", who.username, f"assign#{agent_id}")

    def decide(scene: Scene) -> None:
        _waiting(scene, "assign")
        agent = scene.agents.get(agent_id)
        if agent is None or agent.state is not AgentState.READY:
            raise AgentUnavailable(agent_id=agent_id, state=agent.state.value if agent else AgentState.SIGNED_OUT.value)
        offers.assign(scene, agent, group, new_id(scene.now))

    return stage().act(call_id, decide, agents=(agent_id,)).call


def play(who: Principal, call_id: str, prompt_id: str | None, text: str) -> Call:
    """Have a waiting caller hear a prompt of the library, or words, when what he hears now has ended.

    Errors: NotFound, NothingToDo, AnnouncementsPending.
    """
    call = records.visible(call_id, who)
    prompt = announcing.chosen(call, prompt_id, text)
    audit(f"call#{call_id}", who.username, f"play#{prompt_id or 'text'}")
    new = Announcement(announcement_id=new_id(), prompt=prompt, by=who.username)

    def decide(scene: Scene) -> None:
        _waiting(scene, "play")
        if scene.call.to_be_dialled:
            raise NothingToDo(operation="play")  # nobody is on the line
        announcements.add(scene, new)

    return stage().act(call_id, decide).call


def _group_of(call: Call) -> Group:
    group = cached_group(call.group_id) if call.group_id else None
    if group is None:
        raise NothingToDo(operation="queue")
    return group


def _waiting(scene: Scene, operation: str) -> None:
    """Raise NothingToDo unless the call waits in a queue."""
    if scene.call.state is not CallState.QUEUED or scene.call.queueing is None:
        raise NothingToDo(operation=operation)
