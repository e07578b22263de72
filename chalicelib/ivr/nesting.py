"""Flows that call flows: where the walk stands, and how it goes into a flow and back."""

from chalicelib.ivr.asking import SubFlowNode
from chalicelib.ivr.library import Library
from chalicelib.ivr.model import Document
from chalicelib.ivr.steps import FlowState, Frame
from chalicelib.ivr.words import Words

DEPTH_LIMIT = 5
"""Flows that one call may be in at once, each called by the one before."""


class Nested:
    """The flow in which a call stands, and those that called it. Mutable; nothing of it outlives a step."""

    def __init__(self, flow: Document, state: FlowState, library: Library) -> None:
        self.flow = flow
        self.library = library
        self.flow_id, self.version = state.flow_id, state.version
        self.frames = list(state.frames)
        self.node_id = state.node
        self.attempts = dict(state.attempts)
        self.words = Words(state)

    def may_call(self, node: SubFlowNode) -> bool:
        """Return whether the flow of a node is there and not nested too deep."""
        return len(self.frames) + 1 < DEPTH_LIMIT and self.library.published(node.flow_id) is not None

    def call_flow(self, node: SubFlowNode) -> str | None:
        """Go into another flow, on the version that is published now; return where it begins."""
        found = self.library.published(node.flow_id)
        if found is None:
            return node.edges.get("failed")
        inputs = {name: self.words.filled(value) for name, value in node.inputs.items()}
        self.frames.append(
            Frame(
                flow_id=self.flow_id,
                version=self.version,
                node=self.node_id,
                attempts=self.attempts,
                variables=self.words.variables,
                fallback=self.flow.fallback_group_id or "",
            )
        )
        self.attempts = {}
        self.go_to(node.flow_id, *found)
        self.words.variables = dict(self.flow.variables)
        self.words.assign(inputs, literally=True)
        return self.flow.start

    def go_back(self, outcome: str) -> tuple[SubFlowNode, str] | None:
        """Go back to the flow that called this one; return its node and the way by which that is left."""
        frame = self.frames.pop()
        found = self.library.version(frame.flow_id, frame.version)
        caller = found.nodes.get(frame.node) if found else None
        if found is None or not isinstance(caller, SubFlowNode):
            return None
        self.go_to(frame.flow_id, frame.version, found)
        self.node_id, self.attempts = frame.node, dict(frame.attempts)
        inner, self.words.variables = self.words.variables, dict(frame.variables)
        self.words.assign({mine: inner.get(its, "") for mine, its in caller.outputs.items()}, literally=True)
        return caller, outcome if outcome in caller.edges else "next"

    def go_to(self, flow_id: str, version: int, flow: Document) -> None:
        """Walk in another flow from now on."""
        self.flow_id, self.version, self.flow = flow_id, version, flow
        self.words.facts = self.library.facts(flow, self.words.facts)

    @property
    def fallback_group(self) -> str | None:
        """Return the group that takes the call when no flow can go on: the innermost flow's that names one."""
        fallbacks = (self.flow.fallback_group_id, *(frame.fallback for frame in reversed(self.frames)))
        return next((one for one in fallbacks if one), None)
