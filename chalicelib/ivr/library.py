"""What the interpreter needs while it walks from flow to flow: documents, and the facts that each of them asks for."""

from typing import Protocol

from chalicelib.ivr.model import Document
from chalicelib.ivr.steps import FlowContext


class Library(Protocol):
    """Flows by id. A published version never changes."""

    def published(self, flow_id: str) -> tuple[int, Document] | None:
        """Return (version, document) that a call which enters now goes through, None when there is no such flow."""
        ...

    def version(self, flow_id: str, version: int) -> Document | None:
        """Return a version that was published."""
        ...

    def facts(self, document: Document, known: FlowContext) -> FlowContext:
        """Return `known` with what the tests of the document ask for."""
        ...


class NoFlows:
    """A library without flows: every sub-flow fails."""

    def published(self, flow_id: str) -> tuple[int, Document] | None:  # noqa: ARG002
        """Return None."""
        return None

    def version(self, flow_id: str, version: int) -> Document | None:  # noqa: ARG002
        """Return None."""
        return None

    def facts(self, document: Document, known: FlowContext) -> FlowContext:  # noqa: ARG002
        """Return what is known."""
        return known


NO_FLOWS = NoFlows()
