"""What nodes of flows ask beyond the flow, found out for a call that waits for it.

The step before has stored that something is asked, and its document sends the carrier here. Whoever comes first claims
the question and finds the answer outside of any transaction; a repeated request meanwhile is told to come again, so
nothing is asked twice. A claim whose process died ends after CLAIM_MS: the node is left as after a time-out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from chalicelib.acd.model.call import Call
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.calls import asking_http, callbacks
from chalicelib.calls.learned import Learned
from chalicelib.crm import service as crm
from chalicelib.crm.model import Customer
from chalicelib.ivr import service as flows
from chalicelib.ivr.asking import CallbackNode, HttpNode, LookupNode, SmsNode
from chalicelib.ivr.rendering import fill
from chalicelib.ivr.steps import Answered, FlowState
from chalicelib.kernel import log
from chalicelib.kernel.errors import DomainError
from chalicelib.telephony.attribution import InvalidNumber, normalise

CLAIM_MS = 12_000
"""A claim lasts for longer than any answer may take, and than the function that gave it lives on."""
COME_AGAIN_S = 1
Values = dict[str, str]


@dataclass(frozen=True)
class Walker:
    """A flow that stands at a question: the call's own, or the one that runs while it waits in a queue.

    state_of: its state, None when the call is no longer there. keep: store a state. go_on: resume with the answer.
    """

    state_of: Callable[[Call], FlowState | None]
    keep: Callable[[Scene, FlowState], None]
    go_on: Callable[[Scene, Answered], object]


def settle(call_id: str, walker: Walker) -> Call:
    """Find out what a flow asks, unless somebody else does, and go on in it; return the call as it is then."""
    claimed_at = 0

    def claim(scene: Scene) -> None:
        nonlocal claimed_at
        claimed_at = 0
        state = walker.state_of(scene.call)
        if state is None:
            return
        if state.asked_at == 0:
            claimed_at = scene.now
            walker.keep(scene, replace(state, asked_at=scene.now))
        elif scene.now - state.asked_at >= CLAIM_MS:
            walker.go_on(scene, Answered("timeout"))

    call = stage().act(call_id, claim).call
    state = walker.state_of(call)
    if not claimed_at or state is None:
        return call
    learned = _found_out(call, state)

    def go_on(scene: Scene) -> None:
        present = walker.state_of(scene.call)
        if present is not None and present.asked_at == claimed_at:
            learned.note(scene)
            walker.go_on(scene, learned.answer)

    return stage().act(call_id, go_on).call


def _found_out(call: Call, state: FlowState) -> Learned:
    """Return the answer; whatever goes wrong is the outcome `failed`, for the caller is on the line."""
    try:
        return _ask(call, state)
    except Exception as error:
        log.warn("flow asked in vain", node=state.node, reason=type(error).__name__, correlation_id=call.call_id)
        return Learned(Answered("failed"))


def _ask(call: Call, state: FlowState) -> Learned:
    node = flows.version(state.flow_id, state.version).document.nodes[state.node]
    values = {**state.variables, "caller": call.customer_number, "dialled": call.trunk_number}
    values["language"] = state.language
    match node:
        case HttpNode():
            return Learned(asking_http.ask(node, values, f"{call.call_id}-{state.steps}"))
        case LookupNode():
            return _look_up(node, values)
        case CallbackNode():
            return _book(node, values, call, state)
        case SmsNode():
            return _send(node, values, call, state)
        case _:
            return Learned(Answered("failed"))


def _look_up(node: LookupNode, values: Values) -> Learned:
    wanted = fill(node.value, values)
    try:
        found = crm.find_by_number(normalise(wanted)) if node.by == "phone" else crm.find_by_id(wanted)
    except InvalidNumber:
        found = []
    if len(found) != 1:
        return Learned(Answered("many" if found else "not_found"))
    customer = found[0]
    facts = {
        "id": customer.customer_id, "name": customer.name, "company": customer.company, "grade": str(customer.grade),
        "owner": customer.owner,
    }  # fmt: skip
    answer = Answered("found", {f"{node.prefix}_{name}": value for name, value in facts.items()})
    return Learned(answer, (lambda scene: _adopt(scene, customer)) if node.adopt else lambda _scene: None)


def _adopt(scene: Scene, customer: Customer) -> None:
    """Make a call the customer's, for routing and the screen pop."""
    scene.record("call.customer", data={"customer_id": customer.customer_id})
    scene.change(
        customer_id=customer.customer_id, customer_name=customer.name, customer_grade=customer.grade,
        customer_owner=customer.owner,
    )  # fmt: skip


def _book(node: CallbackNode, values: Values, call: Call, state: FlowState) -> Learned:
    asked = callbacks.Asked(
        number=fill(node.number, values), group_id=node.group_id, hour=fill(node.hour, values),
        time_zone=node.time_zone,
    )  # fmt: skip
    try:
        made = callbacks.ask(call, asked, key=str(state.steps))
    except DomainError:
        made = None
    if made is None:
        return Learned(Answered("failed"))
    data = {"group_id": node.group_id, "callback": made.call_id}
    return Learned(Answered("done"), lambda scene: scene.record("call.callback", data=data))


def _send(node: SmsNode, values: Values, call: Call, state: FlowState) -> Learned:
    """Have a message sent: whoever files the event sends it, so it is as certain as the call's history."""
    text = fill(node.texts.get(state.language) or next(iter(node.texts.values()), ""), values)
    try:
        to = normalise(fill(node.to, values))
    except InvalidNumber:
        return Learned(Answered("failed"))
    if not text:
        return Learned(Answered("failed"))
    message = {
        "message_id": f"{call.call_id}-{state.steps}", "carrier": call.carrier, "from": call.trunk_number, "to": to,
        "text": text,
    }  # fmt: skip
    return Learned(Answered("next"), lambda scene: scene.record("call.message", data=message))
