"""The interpreter: (flow, state, input) → (actions, state). Pure and total.

It runs through nodes until the caller's keys are needed or the call is handed over. Whatever the document, the stored
state and the input are, it returns a step: where a flow cannot go on, the caller hears an apology and goes to the
flow's fallback group, and the step names the problem.
"""

import msgspec

from chalicelib.ivr.library import NO_FLOWS, Library
from chalicelib.ivr.model import Document
from chalicelib.ivr.steps import FlowContext, FlowState, HangUp, Input, Step
from chalicelib.ivr.walk import Walk


def begin(
    flow: Document,
    context: FlowContext,
    *,
    flow_id: str = "",
    version: int = 0,
    node: str = "",
    library: Library = NO_FLOWS,
) -> Step:
    """Return the first step of a call in `flow`.

    flow_id, version: kept in the state, to find the document again. node: where it begins, "" (or one that does not
    exist) for the start.
    """
    state = FlowState(
        flow_id=flow_id,
        version=version,
        node=flow.start,
        language=flow.language_default,
        variables={**flow.variables, **context.variables},
        facts=context,
    )
    return Walk(flow, state, library).enter(node if node in flow.nodes else flow.start)


def resume(
    flow: Document, state: FlowState, input: Input, context: FlowContext | None = None, *, library: Library = NO_FLOWS
) -> Step:
    """Return the next step after `input`. flow: the state's. context: fresher facts, if there are any."""
    if context is not None:
        state = msgspec.structs.replace(state, facts=context)
    walk = Walk(flow, state, library)
    match state.awaiting:
        case "enter":
            return walk.enter(state.node)
        case "input":
            return walk.hear(input)
        case "outcome":
            return walk.take_back(input)
        case "answer":
            return walk.learn(input)
        case "over":
            return Step(state=state, actions=(HangUp(),))
