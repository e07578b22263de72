"""An IVR flow that runs while a caller waits in a queue, without costing him his place (QUE-4).

The caller stays in the carrier's queue and in ours: an agent who becomes ready takes him out of the middle of a prompt.
A flow that leads to the group's own queue lets him hear music for a while and begins anew; one that leads elsewhere
takes him out of the queue.
"""

from msgspec.structs import replace

from chalicelib.acd.model.call import Call, CallState, QueueFlow
from chalicelib.acd.model.group import Group
from chalicelib.acd.rules import queueing
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.acd.snapshots import status
from chalicelib.calls import asking, music
from chalicelib.calls.destinations import Destination, act_on, note_step
from chalicelib.calls.flow_library import LIBRARY, context_of
from chalicelib.ivr import interpreter, prompt_library
from chalicelib.ivr import service as flows
from chalicelib.ivr.model import Document as Flow
from chalicelib.ivr.steps import (
    Answered,
    Ask,
    Digits,
    Done,
    FlowContext,
    FlowState,
    Gather,
    Input,
    Speak,
    Step,
    Timeout,
    ToQueue,
)
from chalicelib.kernel import log
from chalicelib.kernel.errors import DomainError
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.signature import voice_url

MUSIC_S = 30
POSITION = "queue_position"


def begins(call_id: str, group: Group) -> Document | None:
    """Begin the group's flow for a waiting caller and return what he hears; None when there is no such flow."""
    try:
        version, flow = flows.published(group.queue_flow_id or "")
    except DomainError as error:
        log.warn("queue flow is missing", group_id=group.group_id, reason=error.code)
        return None

    def decide(scene: Scene) -> None:
        if _waits(scene.call, group):
            context, flow_id = _context(scene, flow, group), group.queue_flow_id or ""
            heard = prompt_library.heard(flow)
            step = interpreter.begin(heard, context, flow_id=flow_id, version=version, library=LIBRARY)
            _after(scene, group, step)

    return _heard(stage().act(call_id, decide).call)


def goes_on(call_id: str, number: int, digits: str | None, *, spoken: bool) -> Document:
    """The caller pressed keys in the flow, or words were said. A repeated or late request gets what he hears now."""

    def decide(scene: Scene) -> None:
        held, group = scene.call.queue_flow, scene.groups.get(scene.call.group_id or "")
        if held is None or held.step != number or group is None or not _waits(scene.call, group):
            return
        if held.state.awaiting == "answer":
            return
        given = Digits(digits) if digits else Timeout()
        after_words = spoken and held.state.awaiting == "enter"
        _goes_on(scene, group, held.state, Done() if after_words else given)

    call = stage().act(call_id, decide).call
    question = _question(number)
    if question.state_of(call) is None:
        return _heard(call)
    call = asking.settle(call_id, question)
    if question.state_of(call) is None:
        return _heard(call)
    return documents.idle(asking.COME_AGAIN_S, voice_url("/wait-flow", call_id=call_id, step=number))


def _goes_on(scene: Scene, group: Group, state: FlowState, given: Input) -> None:
    flow = flows.version(state.flow_id, state.version).document
    context = _context(scene, flow, group)
    _after(scene, group, interpreter.resume(prompt_library.heard(flow), state, given, context, library=LIBRARY))


def _question(number: int) -> asking.Walker:
    """Return the flow of a waiting caller as one that asks, while it stands at this step."""

    def state_of(call: Call) -> FlowState | None:
        held = call.queue_flow
        asks = held is not None and held.step == number and held.state.awaiting == "answer"
        return held.state if held and asks and call.state is CallState.QUEUED else None

    def keep(scene: Scene, state: FlowState) -> None:
        if scene.call.queue_flow is not None:
            scene.change(queue_flow=replace(scene.call.queue_flow, state=state))

    def go_on(scene: Scene, answer: Answered) -> None:
        state, group = state_of(scene.call), scene.groups.get(scene.call.group_id or "")
        if state is not None and group is not None:
            _goes_on(scene, group, state, answer)

    return asking.Walker(state_of, keep, go_on)


def _waits(call: Call, group: Group) -> bool:
    return call.state is CallState.QUEUED and call.group_id == group.group_id


def _heard(call: Call) -> Document:
    """Return the document of a caller who waits, or the way out of the carrier's queue of one who does not."""
    if call.over:
        return documents.hang_up()
    if call.state is CallState.QUEUED and call.queue_flow is not None:
        return call.queue_flow.document
    return documents.leave() if call.state is CallState.IN_FLOW else documents.empty()


def _context(scene: Scene, flow: Flow, group: Group) -> FlowContext:
    call = scene.call
    order = status(stage().store, group, scene.now).order
    place = order.index(call.call_id) + 1 if call.call_id in order else len(order) + 1
    return context_of(scene, flow, **{POSITION: str(place)})


def _after(scene: Scene, group: Group, step: Step) -> None:
    """Store where the flow stands, and what the caller hears or where he goes."""
    note_step(scene, step)
    last = step.actions[-1] if step.actions else None
    words = tuple(prompt for action in step.actions if isinstance(action, Speak) for prompt in action.prompts)
    number = (scene.call.queue_flow.step if scene.call.queue_flow else 0) + 1
    next_url = voice_url("/wait-flow", call_id=scene.call.call_id, step=number)
    match last:
        case Gather():
            document = documents.gather(
                last.prompts, next_url, num_digits=last.num_digits, timeout_s=last.timeout_s,
                finish_on_key=last.finish_on_key, before=words,
            )  # fmt: skip
        case Speak() | Ask():
            document = documents.speak(words, next_url)
        case ToQueue(group_id) if group_id == group.group_id:
            document = documents.wait(words, music.stretch(group, MUSIC_S))
        case _:
            _leaves(scene, step)
            return
    scene.change(queue_flow=QueueFlow(state=step.state, step=number, document=document))


def _leaves(scene: Scene, step: Step) -> None:
    """Take the caller out of the queue, to where the flow leads."""
    queueing.leave_queue(scene)
    scene.to(CallState.IN_FLOW, cause="queue_flow")
    scene.change(queueing=None, queue_flow=None, flow=step.state, step=scene.call.step + 1)
    document = act_on(Destination(scene), step)
    scene.change(document=document)
