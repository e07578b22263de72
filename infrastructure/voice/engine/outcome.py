"""What a verb leads to, and what it may use."""

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from infrastructure.voice.engine import callbacks
from infrastructure.voice.engine.source import Ended, Redirected, Source
from infrastructure.voice.twiml.verbs import RecordingOptions

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call


class Flow(enum.Enum):
    """NEXT: the next verb of the document; END: no further verb."""

    NEXT = enum.auto()
    END = enum.auto()


NEXT: Literal[Flow.NEXT] = Flow.NEXT
END: Literal[Flow.END] = Flow.END
Outcome = Flow | Source


@dataclass(frozen=True)
class Context:
    """The call that executes, and the URL of the document (relative URLs start there)."""

    call: "Call"
    base: str

    def url(self, written: str) -> str:
        """Return the absolute URL of what the document says; an empty one is the document itself."""
        return urljoin(self.base, written) if written else self.base

    def recording(self, options: RecordingOptions) -> RecordingOptions:
        """Return the options with an absolute call-back URL."""
        return options if options.callback is None else replace(options, callback=self.url(options.callback))

    def action(self, written: str | None, method: str, params: dict[str, str]) -> Outcome:
        """Return the step to an action URL, or to the next verb when there is none."""
        return NEXT if written is None else Source(self.url(written), method, params)

    def cut_short(self, written: str | None, method: str, params: dict[str, str]) -> None:
        """Request the action of a verb that a redirect or the call's end cut short; nobody reads the answer.

        Observed with the provider: a redirect during Dial or Enqueue requests that verb's action as well, before the
        new document.
        """
        call = self.call
        if written is None or not isinstance(call.interrupt, Redirected | Ended):
            return
        fields = callbacks.standard(call) | params
        if isinstance(call.interrupt, Ended):
            fields["CallStatus"] = "completed"
        call.exchange.webhooks.document_unheeded(call.sid, self.url(written), method, fields)
