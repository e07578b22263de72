"""Where a call goes next: one function for every route (flow, group, agent, outside number, voicemail, hang up).

It changes the scene and returns the document that the customer's leg gets; used for new calls, steps of a flow,
overflow, time-out and transfers alike.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import offers, queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import follow_me, requiring
from chalicelib.calls.admission import Reason, edge_for, refusal, route_of, wandered
from chalicelib.calls.explaining import explain_place, explain_rings, explained
from chalicelib.calls.flow_library import LIBRARY, context_of
from chalicelib.calls.voicemail import take_message
from chalicelib.calls.waiting import queue_document
from chalicelib.directory import service as directory
from chalicelib.directory.model import Extension, Route
from chalicelib.directory.rules import onward
from chalicelib.ivr import interpreter, prompt_library
from chalicelib.ivr import service as flows
from chalicelib.ivr.heat import gone_on, off
from chalicelib.ivr.model import ExtensionNode
from chalicelib.ivr.path import extended
from chalicelib.ivr.steps import (
    Ask,
    Failed,
    Gather,
    HangUp,
    Input,
    Speak,
    Step,
    ToAgent,
    ToExtension,
    ToOutside,
    ToQueue,
    ToSurvey,
    ToVoicemail,
)
from chalicelib.kernel import log
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ids import new_id
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Prompt, Say
from chalicelib.telephony.signature import voice_url

HOPS = 5
"""Routes that one decision follows."""

UNAVAILABLE = {
    "zh-CN": "抱歉,暂时无人接听,请稍后再拨。",
    "en": "Sorry, nobody can take your call at the moment. Please call again later.",
}
Prompts = tuple[Prompt, ...]


@dataclass(frozen=True)
class Destination:
    """A decision on the way: the scene, words to say first, how many routes it has followed."""

    scene: Scene
    prompts: Prompts = ()
    hops: int = 0


def go(at: Destination, route: Route | None) -> Document:
    """Send the call along a route and return the customer's document. None, or too many hops: apology and end.

    Wherever he was sent before and has not arrived, he is no longer expected there.
    """
    if route is None or at.hops > HOPS:
        at.scene.explain("route", "none" if route is None else "too_many")
        return end(at, UNAVAILABLE)
    document = _ROUTES[route.kind](Destination(at.scene, at.prompts, at.hops + 1), route)
    at.scene.change(document=document, flow_entry="", touched_at=at.scene.now)
    return document


def end(at: Destination, message: dict[str, str] | None) -> Document:
    """Say a last message and hang up; the carrier's call-back ends the call."""
    scene = at.scene
    queueing.leave_queue(scene)
    if scene.call.state is not CallState.IN_FLOW:
        scene.to(CallState.IN_FLOW, cause="ending")
    scene.change(place="flow", queueing=None, flow_entry="", walked=off(scene.call.walked))
    scene.explain("end", "hang_up", **(message or {}))
    words = (Say(message, scene.call.language),) if message else ()
    document = documents.hang_up((*at.prompts, *words))
    scene.change(document=document)
    return document


def _to_group(at: Destination, route: Route) -> Document:
    return to_group(at, cached_group(route.id or ""), 0)


def to_group(at: Destination, group: Group | None, priority: int) -> Document:
    """Queue the call in a group, or send it on when the group is closed or full."""
    scene = at.scene
    if group is None:
        scene.explain("group", "missing")
        return end(at, UNAVAILABLE)
    reason = refusal(group, scene.now, dry=scene.dry)
    scene.explain("group", reason or "takes", group.name, group_id=group.group_id)
    if reason == "closed" or (reason is not None and not wandered(scene.call)):
        cause = "overflow" if reason == "full" else reason
        scene.record("call.routed", cause=cause, data={"group_id": group.group_id})
        return turn_away(at, group, reason)
    queueing.leave_queue(scene)
    scene.groups[group.group_id] = group
    points = priority + requiring.priority(scene.call, group, scene.now)
    steps = requiring.steps(scene.call, group, scene.now, dry=scene.dry)
    explain_place(scene, group, points, steps)
    queueing.enqueue(scene, group, priority=points, steps=steps)
    scene.change(place="queue", recording=scene.call.recording and group.record)
    return queue_document(scene.call, at.prompts)


def turn_away(at: Destination, group: Group, reason: Reason) -> Document:
    """Send on a call that its group does not keep: by the edge that the flow which queued it there has for the reason,
    else by the group's route, else by the flow's edge for whatever fails."""
    scene, route = at.scene, route_of(group, reason)
    if at.hops > HOPS:
        return end(at, UNAVAILABLE)
    by_edge = edge_for(scene.call, group, reason)
    if by_edge or (route is None and edge_for(scene.call, group, "failed")):
        scene.change(place="flow")
        scene.explain("group_route", "by_flow", group.name)
        return follow(Destination(scene, at.prompts, at.hops + 1), Failed(reason))
    if reason == "full" and wandered(scene.call):
        return end(at, UNAVAILABLE)
    scene.change(reroutes=scene.call.reroutes + 1)
    scene.explain("group_route", "by_group" if route else "none", group.name, **explained(route))
    return go(at, route)


def _to_agent(at: Destination, route: Route) -> Document:
    scene = at.scene
    agent = stage().store.agent(route.id or "")
    if agent is None or agent.state is not AgentState.READY:
        signed_out = agent is None or agent.state is AgentState.SIGNED_OUT
        return _refused(at, "unreachable" if signed_out else "busy", route.id or "")
    scene.explain("agent", "rings", agent.name or agent.agent_id)
    queueing.leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="agent")
    scene.change(place="queue", queueing=None)
    offers.offer_to_agent(scene, replace(agent, changes=()), "transfer", new_id(scene.now))
    return queue_document(scene.call, at.prompts)


def _to_extension(at: Destination, route: Route) -> Document:
    scene = at.scene
    extension = directory.find_extension(route.id or "")
    if extension is None:
        scene.explain("extension", "missing", route.id or "")
        return _refused(at, "unreachable")
    queueing.leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="extension")
    scene.change(place="queue", queueing=None)
    if follow_me.ring(scene, extension, "transfer"):
        explain_rings(scene, extension)
        return queue_document(scene.call, at.prompts)
    scene.change(hunt=None)
    return unanswered(at, extension, follow_me.why_silent(scene, extension))


def unanswered(at: Destination, extension: Extension, reason: str) -> Document:
    """Send on a call that no phone of an extension took: by the flow's edge for it, else as the extension says."""
    scene, route = at.scene, onward(extension, reason)
    scene.change(place="flow")
    by_flow = _flow_goes_on(scene, extension, reason) and at.hops <= HOPS
    scene.explain("extension", reason, extension.extension, **({} if by_flow else explained(route)))
    if by_flow:
        return follow(Destination(scene, at.prompts, at.hops + 1), Failed(reason))
    if route is None or wandered(scene.call):
        return end(at, UNAVAILABLE)
    scene.change(reroutes=scene.call.reroutes + 1)
    if route.kind != "voicemail" or route.id is not None:
        return go(at, route)
    words = (Say(route.message, scene.call.language),) if route.message else ()
    document = take_message(scene, at.prompts, f"extension:{extension.extension}", words)
    if extension.username and extension.username not in scene.call.agent_ids:
        scene.change(agent_ids=(*scene.call.agent_ids, extension.username))  # it is his to hear
    scene.change(document=document, flow_entry="", touched_at=scene.now)
    return document


def _flow_goes_on(scene: Scene, extension: Extension, reason: str) -> bool:
    """Return whether the flow's node that rang this extension has an edge for what became of it."""
    state = scene.call.flow
    if state is None or state.awaiting != "outcome":
        return False
    node = flows.version(state.flow_id, state.version).document.nodes.get(state.node)
    if not isinstance(node, ExtensionNode) or node.extension != extension.extension:
        return False
    return bool({reason, "failed"} & node.edges.keys())


def _to_outside(at: Destination, route: Route) -> Document:
    scene = at.scene
    queueing.leave_queue(scene)
    scene.to(CallState.CONNECTING, cause="outside")
    scene.change(place="queue", queueing=None)
    scene.explain("outside", "rings", route.id or "")
    offers.offer_outside(scene, route.id or "", "transfer", new_id(scene.now))
    return queue_document(scene.call, at.prompts)


def _refused(at: Destination, reason: str, agent_id: str = "") -> Document:
    """A hand-over did not work: the flow that asked for it goes on, else the call goes where the agent's extension
    says, else the caller hears an apology."""
    state = at.scene.call.flow
    if agent_id:
        at.scene.explain("agent", reason, agent_id)
    if state is not None and state.awaiting == "outcome" and at.hops <= HOPS:
        return follow(Destination(at.scene, at.prompts, at.hops + 1), Failed(reason))
    return not_taken_by(at, agent_id, reason)


def not_taken_by(at: Destination, agent_id: str, reason: str) -> Document:
    """Send on a call that an agent did not take and no flow goes on with: as an extension of his says."""
    held = directory.extensions_of(agent_id) if agent_id and at.hops <= HOPS else []
    extension = next((one for one in held if onward(one, reason)), None)
    return unanswered(at, extension, reason) if extension else end(at, UNAVAILABLE)


def _to_voicemail(at: Destination, route: Route) -> Document:
    return take_message(at.scene, at.prompts, f"group:{route.id}")


def _to_flow(at: Destination, route: Route) -> Document:
    """Begin a flow; the call's variables go along, so nothing that was keyed in is asked again."""
    return begin_flow(at, route.id or "")


def begin_flow(at: Destination, flow_id: str, node: str = "") -> Document:
    """Begin a flow, at its start or at a node of it (that another version may no longer have: then at the start)."""
    scene = at.scene
    try:
        version, flow = flows.published(flow_id)
    except NotFound:
        scene.explain("flow", "missing", flow_id)
        log.warn("flow is missing", flow_id=flow_id, correlation_id=scene.call.call_id)
        return end(at, UNAVAILABLE)
    if scene.call.state is not CallState.IN_FLOW:
        queueing.leave_queue(scene)
        scene.to(CallState.IN_FLOW, cause=flow_id)
    scene.change(place="flow", queueing=None)
    scene.explain("flow", "begins", flow.name, version=version)
    context, flow = context_of(scene, flow), prompt_library.heard(flow)
    return _after(at, interpreter.begin(flow, context, flow_id=flow_id, version=version, node=node, library=LIBRARY))


def follow(at: Destination, input: Input) -> Document:
    """Go on in the call's flow after an input of the caller (on the version that the call began with)."""
    state = at.scene.call.flow
    if state is None:
        return end(at, UNAVAILABLE)
    flow = flows.version(state.flow_id, state.version).document
    context = context_of(at.scene, flow)
    step = interpreter.resume(prompt_library.heard(flow), state, input, context, library=LIBRARY)
    document = _after(at, step)
    at.scene.change(document=document, touched_at=at.scene.now)
    return document


def _after(at: Destination, step: Step) -> Document:
    """Store where the flow stands, and turn the step's actions into the customer's document."""
    scene = at.scene
    scene.change(flow=step.state, flow_entry="", step=scene.call.step + 1)
    note_step(scene, step)
    return act_on(at, step)


def note_step(scene: Scene, step: Step) -> None:
    """Keep what a step of a flow found out, and record the way that the caller took."""
    scene.change(
        language=step.state.language,
        variables={**scene.call.variables, **step.state.variables},
        ivr_path=extended(scene.call.ivr_path, step.visits),
        walked=gone_on(scene.call.walked, step),
    )
    for visit in step.visits:
        data = {
            "node": visit.node, "label": visit.label, "kind": visit.kind, "outcome": visit.outcome,
            "flow_id": visit.flow_id, "version": visit.version,
        }  # fmt: skip
        scene.record("call.flow", data=data)
        scene.explain("node", visit.outcome or "reached", visit.label or visit.node, node=visit.node, kind=visit.kind)
    if step.problem:
        log.warn("flow problem", problem=step.problem, correlation_id=scene.call.call_id)


def act_on(at: Destination, step: Step) -> Document:
    """Return the customer's document for the actions of a step."""
    scene = at.scene
    spoken = tuple(prompt for action in step.actions if isinstance(action, Speak) for prompt in action.prompts)
    return _act(Destination(scene, (*at.prompts, *spoken), at.hops), step)


def _act(at: Destination, step: Step) -> Document:
    next_url = voice_url("/flow", call_id=at.scene.call.call_id, step=at.scene.call.step)
    match step.actions[-1] if step.actions else HangUp():
        case Gather() as gather:
            return documents.gather(
                gather.prompts, next_url, num_digits=gather.num_digits, timeout_s=gather.timeout_s,
                finish_on_key=gather.finish_on_key, before=at.prompts,
            )  # fmt: skip
        case ToQueue(group_id, priority):
            return to_group(at, cached_group(group_id), priority)
        case ToAgent(agent_id):
            return _to_agent(at, Route(kind="agent", id=agent_id))
        case ToExtension(number):
            return _to_extension(at, Route(kind="extension", id=number))
        case ToOutside(number):
            return _to_outside(at, Route(kind="outside", id=number))
        case ToVoicemail(group_id, agent_id, greeting):
            box = f"agent:{agent_id}" if agent_id else f"group:{group_id}"
            return take_message(at.scene, at.prompts, box, greeting)
        case ToSurvey(survey_id):
            from chalicelib.calls import surveys  # goes on in flows by what is here

            return surveys.ask_in_flow(at, survey_id)
        case HangUp(message):
            return end(Destination(at.scene, (*at.prompts, *message), at.hops), None)
        case Speak() | Ask():
            return documents.speak(at.prompts, next_url)


def _hang_up(at: Destination, route: Route) -> Document:
    return end(at, route.message)


_ROUTES: dict[str, Callable[[Destination, Route], Document]] = {
    "flow": _to_flow,
    "group": _to_group,
    "agent": _to_agent,
    "extension": _to_extension,
    "outside": _to_outside,
    "voicemail": _to_voicemail,
    "hang_up": _hang_up,
}
