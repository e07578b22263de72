"""One step of a call through its flow, from node to node until somebody has to be waited for."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from chalicelib.ivr.asking import CallbackNode, HttpNode, LookupNode, ReturnNode, SmsNode, SubFlowNode
from chalicelib.ivr.base import KEYS, FlowPrompt
from chalicelib.ivr.conditions import branch_taken
from chalicelib.ivr.library import Library
from chalicelib.ivr.model import (
    AgentNode,
    CollectNode,
    ConditionNode,
    Document,
    ExtensionNode,
    HangUpNode,
    MenuNode,
    Node,
    OutsideNode,
    PlayNode,
    QueueNode,
    SetNode,
    SurveyNode,
    VoicemailNode,
    kind_of,
)
from chalicelib.ivr.nesting import Nested
from chalicelib.ivr.outcomes import way_for
from chalicelib.ivr.standard_texts import APOLOGY, APOLOGY_AND_TRANSFER, LINE_STATES
from chalicelib.ivr.steps import (
    Action,
    Answered,
    Ask,
    Awaiting,
    Digits,
    Done,
    Failed,
    FlowState,
    Gather,
    HangUp,
    Input,
    Missed,
    Speak,
    Step,
    ToAgent,
    ToExtension,
    ToOutside,
    ToQueue,
    ToSurvey,
    ToVoicemail,
    Visit,
)
from chalicelib.telephony.model import Prompt

VISITS_PER_STEP = 200
VISITS_PER_CALL = 2_000
# As many as a collection may ask for; of a flood of keys the beginning tells enough.
KEYS_KEPT = 64
CALLED = "called"
"""The outcome by which a node is left that calls another flow."""


class Walk(Nested):
    """One step in the making: mutable while it runs, nothing of it outlives the step."""

    def __init__(self, flow: Document, state: FlowState, library: Library) -> None:
        super().__init__(flow, state, library)
        self.state = state
        self.steps = state.steps
        self.visits: list[Visit] = []
        self.keys = ""
        self.arrives = False
        self.missed: Missed = ""

    def enter(self, node_id: str | None) -> Step:
        """Run from a node on until there is something to wait for."""
        self.keys, self.missed = "", ""
        for _ in range(VISITS_PER_STEP):
            node = self.flow.nodes.get(node_id or "")
            if node is None:
                return self.give_up(f"{self.node_id}: leads to {node_id}, which does not exist")
            self.node_id, self.arrives = str(node_id), True
            self.steps += 1
            if self.steps > VISITS_PER_CALL:
                return self.give_up(f"{self.node_id}: more than {VISITS_PER_CALL} nodes in one call")
            outcome = self.pass_through(node)
            if outcome is None:
                return self.stop_at(node)
            node_id = self.leave_by(node, outcome)
            if self.words.said_much():
                return self.wait(Speak(tuple(self.words.prompts)), awaiting="enter", node_id=node_id)
        return self.give_up(f"{self.node_id}: more than {VISITS_PER_STEP} nodes without an input")

    def pass_through(self, node: Node) -> str | None:
        """Do what a node does that needs nobody, and return its outcome; None for nodes at which a call stops."""
        match node:
            case PlayNode():
                self.words.say(node.prompts)
                return "next"
            case SetNode():
                self.words.assign(node.values)
                return "next"
            case ConditionNode():
                return branch_taken(node, self.words.facts, self.words.values)
            case CollectNode() if node.skip_if_set and self.words.values.get(node.variable):
                return "next"
            case SubFlowNode():
                return CALLED if self.may_call(node) else "failed"
            case ReturnNode() if self.frames:
                return node.outcome
            case _:
                return None

    def stop_at(self, node: Node) -> Step:
        """Return the step that ends at a node which waits for the caller or hands the call over."""
        self.visit(node)
        match node:
            case MenuNode() | CollectNode():
                return self.listen(node)
            case HangUpNode():
                return self.wait(HangUp((*self.words.prompts, *self.words.rendered(node.prompts))), awaiting="over")
            case ReturnNode():
                return self.wait(HangUp(tuple(self.words.prompts)), awaiting="over")
            case HttpNode() | LookupNode() | CallbackNode() | SmsNode():
                self.words.say(getattr(node, "prompts", []))
                return self.wait(*self.words.spoken(), Ask(), awaiting="answer")
            case _:
                return self.hand_over_at(node)

    def hand_over_at(self, node: Node) -> Step:
        """Return the step that hands the call over."""
        match node:
            case VoicemailNode():
                greeting = self.words.rendered(node.prompts)
                return self.hand_over(ToVoicemail(node.group_id, node.agent_id, greeting))
            case SurveyNode():
                return self.hand_over(ToSurvey(node.survey_id))
            case QueueNode():
                self.words.say(node.prompts)
                return self.hand_over(ToQueue(node.group_id, node.priority))
            case AgentNode():
                self.words.say(node.prompts)
                return self.hand_over(ToAgent(self.words.filled(node.agent_id)))
            case ExtensionNode():
                self.words.say(node.prompts)
                return self.hand_over(ToExtension(node.extension))
            case OutsideNode():
                self.words.say(node.prompts)
                return self.hand_over(ToOutside(self.words.filled(node.number)))
            case _:
                return self.give_up(f"{self.node_id}: a node that cannot be run")

    def listen(self, node: MenuNode | CollectNode, before: Sequence[FlowPrompt] = ()) -> Step:
        """Return the step that asks for keys, after the words of `before`."""
        prompts = (*self.words.rendered(before), *self.words.rendered(node.prompts))
        if isinstance(node, MenuNode):
            ask = Gather(prompts, num_digits=1, timeout_s=node.timeout_s, finish_on_key="")
        else:
            ask = Gather(prompts, node.max_digits, node.timeout_s, node.finish_on_key)
        return self.wait(*self.words.spoken(), ask, awaiting="input")

    def hear(self, input: Input) -> Step:
        """Go on from a menu or a collection with what the caller pressed."""
        node = self.flow.nodes.get(self.node_id)
        if not isinstance(node, MenuNode | CollectNode):
            return self.give_up(f"{self.node_id}: waits for keys, which is no menu or collection")
        keys = input.keys if isinstance(input, Digits) else ""
        if not keys:
            return self.miss(node, "timeout", node.timeout_prompts)
        self.keys = keys[:KEYS_KEPT] if KEYS.issuperset(keys[:KEYS_KEPT]) else ""
        outcome = self.accept(node, keys)
        if outcome is None:
            return self.miss(node, "invalid", node.invalid_prompts)
        self.attempts.pop(self.node_id, None)
        return self.enter(self.leave_by(node, outcome))

    def accept(self, node: MenuNode | CollectNode, keys: str) -> str | None:
        """Return the outcome of keys, None when they are not valid here."""
        if isinstance(node, MenuNode):
            return keys if keys in KEYS and keys in node.edges else None
        # Length first: nobody looks at a flood of keys one by one.
        if not node.min_digits <= len(keys) <= node.max_digits or not KEYS.issuperset(keys):
            return None
        self.words.assign({node.variable: keys}, literally=True)
        return "next"

    def miss(
        self, node: MenuNode | CollectNode, outcome: Literal["timeout", "invalid"], words: Sequence[FlowPrompt]
    ) -> Step:
        """Count a failed attempt: the way out for it, another try, or `exhausted`."""
        self.missed = outcome
        missed = self.attempts.get(self.node_id, 0) + 1
        self.attempts[self.node_id] = missed
        if missed >= node.max_attempts:
            del self.attempts[self.node_id]
            return self.enter(self.leave_by(node, "exhausted"))
        if outcome in node.edges:
            return self.enter(self.leave_by(node, outcome))
        self.visit(node, outcome)
        return self.listen(node, words)

    def take_back(self, input: Input) -> Step:
        """Go on after the call was handed over and came back."""
        node = self.flow.nodes.get(self.node_id)
        if node is None:
            return self.give_up(f"{self.node_id}: the call came back to a node that does not exist")
        outcome = "done" if isinstance(input, Done) else input.reason if isinstance(input, Failed) else "failed"
        if outcome not in node.edges and outcome != "done":
            outcome = "failed"
        state = LINE_STATES.get(input.reason) if isinstance(input, Failed) else None
        if outcome in node.edges:
            if state and getattr(node, "say_state", False):
                self.words.prompts.append(self.words.apology(state))
            return self.enter(self.leave_by(node, outcome))
        self.visit(node, outcome)
        message: tuple[Prompt, ...] = () if outcome == "done" else (self.words.apology(state or APOLOGY),)
        return self.wait(HangUp(message), awaiting="over")

    def learn(self, input: Input) -> Step:
        """Go on with what was asked beyond the flow."""
        node = self.flow.nodes.get(self.node_id)
        if not isinstance(node, HttpNode | LookupNode | CallbackNode | SmsNode):
            return self.give_up(f"{self.node_id}: waits for an answer, but asks nothing")
        answer = input if isinstance(input, Answered) else Answered("failed")
        self.words.assign(answer.values, literally=True)
        return self.enter(self.leave_by(node, way_for(node, answer.outcome)))

    def leave_by(self, node: Node, outcome: str) -> str | None:
        """Record how a node is left and return where that leads."""
        if isinstance(node, SubFlowNode) and outcome == CALLED:
            self.visit(node)
            return self.call_flow(node)
        self.visit(node, outcome)
        if isinstance(node, ReturnNode):
            came_back = self.go_back(outcome)
            return self.leave_by(*came_back) if came_back else None
        return node.edges.get(outcome)

    def visit(self, node: Node, outcome: str = "") -> None:
        """Record that the call came through the present node."""
        self.visits.append(
            Visit(
                self.node_id, kind_of(node), outcome, node.label, self.keys, self.flow_id, self.version,
                arrived=self.arrives, missed=self.missed,
            )
        )  # fmt: skip
        self.arrives = False

    def give_up(self, problem: str) -> Step:
        """Take care of the caller when the flow cannot go on."""
        group = self.fallback_group
        if not group:
            message = (*self.words.prompts, self.words.apology(APOLOGY))
            return self.wait(HangUp(message), awaiting="over", problem=problem)
        self.words.prompts.append(self.words.apology(APOLOGY_AND_TRANSFER))
        return self.wait(*self.words.spoken(), ToQueue(group), awaiting="over", problem=problem)

    def hand_over(self, action: Action) -> Step:
        return self.wait(*self.words.spoken(), action, awaiting="outcome")

    def wait(self, *actions: Action, awaiting: Awaiting, node_id: str | None = None, problem: str = "") -> Step:
        """Return the step with the state as it stands now."""
        state = msgspec.structs.replace(
            self.state,
            flow_id=self.flow_id,
            version=self.version,
            frames=tuple(self.frames),
            asked_at=0,
            facts=self.words.facts,
            node=node_id or self.node_id,
            awaiting=awaiting,
            attempts=self.attempts,
            language=self.words.language,
            variables=self.words.variables,
            steps=self.steps,
        )
        return Step(state=state, actions=actions, visits=tuple(self.visits), problem=problem)
