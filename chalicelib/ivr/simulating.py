"""A call that nobody makes: a document is walked by the interpreter of real calls, step by step (IVR-9).

Nothing is written and nobody is asked: what a node would find out, or what comes of a hand-over, the user says. The
state goes to the user and comes back; whatever he makes of it, the interpreter returns a step.
"""

import hashlib

import msgspec

from chalicelib.ivr.errors import SimulationOutdated, SimulationStateInvalid
from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.library import Library
from chalicelib.ivr.model import Document, Node
from chalicelib.ivr.outcomes import answered_variables, offered_outcomes
from chalicelib.ivr.simulation import (
    DRAFT,
    Doing,
    Heard,
    Hears,
    Keys,
    Leaves,
    Listening,
    Outcome,
    Simulated,
    SimulationSettings,
    Words,
)
from chalicelib.ivr.steps import (
    Action,
    Answered,
    Digits,
    Done,
    Failed,
    FlowContext,
    FlowState,
    Gather,
    Input,
    Speak,
    Step,
    Timeout,
)
from chalicelib.telephony.model import Play, Prompt, Say

STATE_LIMIT = 400_000
STEPS_AT_ONCE = 20
"""Steps of mere words that one request goes through."""


class _Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the state carries. document: a digest of the one that was walked."""

    flow: FlowState
    document: str


class DraftLibrary:
    """The published flows, but for the one that is being edited: of that, the document at hand."""

    def __init__(self, draft: Document, flow_id: str, below: Library) -> None:
        self.draft, self.flow_id, self.below = draft, flow_id, below

    def published(self, flow_id: str) -> tuple[int, Document] | None:
        """Return (version, document) that a call which enters now would go through."""
        return (DRAFT, self.draft) if flow_id == self.flow_id else self.below.published(flow_id)

    def version(self, flow_id: str, version: int) -> Document | None:
        """Return a version, or the draft."""
        is_draft = (flow_id, version) == (self.flow_id, DRAFT)
        return self.draft if is_draft else self.below.version(flow_id, version)

    def facts(self, document: Document, known: FlowContext) -> FlowContext:
        """Return `known` with what the tests of the document ask for."""
        return self.below.facts(document, known)


def start(library: DraftLibrary, settings: SimulationSettings, now: int) -> Simulated:
    """Return the first step of a call in the draft. now: ms, used where the settings name no instant."""
    known = FlowContext(
        now=now if settings.at is None else settings.at, caller=settings.caller, dialled=settings.dialled,
        grade=settings.grade, variables=settings.variables,
    )  # fmt: skip
    facts = library.facts(library.draft, known)
    step = begin(library.draft, facts, flow_id=library.flow_id, version=DRAFT, library=library)
    return _view(library, _through_words(library, [step]))


def go_on(library: DraftLibrary, state: str, doing: Doing) -> Simulated:
    """Return the next step. Errors: SimulationStateInvalid, SimulationOutdated."""
    held = _decoded(state)
    document = library.version(held.flow.flow_id, held.flow.version)
    if document is None or held.flow.node not in document.nodes:
        raise SimulationOutdated(node=held.flow.node)
    changed = held.document != _digest(library.draft)
    if isinstance(doing, Leaves):
        over = Step(state=msgspec.structs.replace(held.flow, awaiting="over"), actions=())
        return _view(library, [over], hung_up=True, changed=changed)
    steps = _through_words(library, [_resumed(library, held.flow, _input(held.flow, doing))])
    return _view(library, steps, changed=changed, not_heard=isinstance(doing, Words))


def _input(state: FlowState, doing: Doing) -> Input:
    """Return what the interpreter of a call would be told."""
    match doing:
        case Keys(keys):
            return Digits(keys) if keys else Timeout()
        case Outcome(outcome, values):
            if state.awaiting == "answer":
                return Answered(outcome, values)
            return Done() if outcome == "done" else Failed(outcome)
        case Hears():
            return Done()
        case _:
            return Timeout()


def _resumed(library: DraftLibrary, state: FlowState, input: Input) -> Step:
    document = library.version(state.flow_id, state.version) or library.draft
    return resume(document, state, input, library.facts(document, state.facts), library=library)


def _through_words(library: DraftLibrary, steps: list[Step]) -> list[Step]:
    """Go on after steps that only say something."""
    while steps[-1].state.awaiting == "enter" and len(steps) < STEPS_AT_ONCE:
        steps.append(_resumed(library, steps[-1].state, Done()))
    return steps


def _view(
    library: DraftLibrary, steps: list[Step], *, hung_up: bool = False, not_heard: bool = False, changed: bool = False
) -> Simulated:
    state, actions = steps[-1].state, steps[-1].actions
    action = actions[-1] if actions else None
    node = _node_of(library, state)
    kind, target = _named(action)
    return Simulated(
        state=_encoded(_Held(flow=state, document=_digest(library.draft))),
        node=state.node,
        flow_id=state.flow_id,
        version=state.version,
        awaiting=state.awaiting,
        heard=[_heard(prompt) for step in steps for one in step.actions for prompt in _said(one)],
        visits=[visit for step in steps for visit in step.visits],
        language=state.language,
        variables=state.variables,
        listening=_listening(action),
        action=kind,
        target=target,
        outcomes=offered_outcomes(node) if node and state.awaiting in ("outcome", "answer") else [],
        sets=answered_variables(node) if node and state.awaiting == "answer" else [],
        hung_up=hung_up,
        not_heard=not_heard,
        changed=changed,
        problem=next((step.problem for step in steps if step.problem), ""),
    )


def _node_of(library: DraftLibrary, state: FlowState) -> Node | None:
    document = library.version(state.flow_id, state.version)
    return document.nodes.get(state.node) if document else None


def _said(action: Action) -> tuple[Prompt, ...]:
    for name in ("prompts", "message", "greeting"):
        if said := getattr(action, name, ()):
            return said
    return ()


def _heard(prompt: Prompt) -> Heard:
    match prompt:
        case Say():
            text, language = prompt.spoken()
            return Heard(text=text, language=language)
        case Play(url):
            return Heard(audio=url)
        case _:
            return Heard()


def _listening(action: Action | None) -> Listening | None:
    if not isinstance(action, Gather):
        return None
    return Listening(num_digits=action.num_digits, timeout_s=action.timeout_s, finish_on_key=action.finish_on_key)


def _named(action: Action | None) -> tuple[str, str]:
    """Return what an action does with the call, and whom it names."""
    if action is None or isinstance(action, Speak | Gather):
        return "", ""
    names = ("group_id", "agent_id", "extension", "number")
    target = next((str(found) for name in names if (found := getattr(action, name, None))), "")
    return str(action.__struct_config__.tag), target


def _digest(document: Document) -> str:
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()[:16]


def _encoded(held: _Held) -> str:
    return msgspec.json.encode(held).decode()


def _decoded(state: str) -> _Held:
    if len(state) > STATE_LIMIT:
        raise SimulationStateInvalid
    try:
        return msgspec.json.decode(state, type=_Held)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise SimulationStateInvalid from error
