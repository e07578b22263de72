"""Runs documents on a call: fetch, read, execute verb after verb, follow redirects, fall back when something fails."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from infrastructure.voice.engine import callbacks, performers
from infrastructure.voice.engine.call import Interrupted
from infrastructure.voice.engine.outcome import END, NEXT, Context, Outcome
from infrastructure.voice.engine.source import Source
from infrastructure.voice.hooks.webhooks import WebhookFailed
from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.twiml import reader
from infrastructure.voice.twiml.attributes import TwimlError
from infrastructure.voice.twiml.verbs import Pause, Play, Redirect, Reject, StartRecording, StopRecording, Verb

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call

APOLOGY = Prompt(
    kind="say", text="We are sorry. An application error has occurred. Goodbye.", duration_s=3, language="en"
)
DOCUMENT_SHOWN = 1000
"""Characters of a document that the time line keeps."""
DOCUMENTS_AT_ONCE = 100
"""So many documents without any time passing are a loop that never ends."""
UNANSWERED_VERBS = (Reject, Redirect, StartRecording, StopRecording)
"""Verbs that do not pick an incoming call up. (A leading Pause does not either.)"""


@dataclass
class Pace:
    """Notices documents that follow each other without time passing."""

    call: "Call"
    at: int = 0
    count: int = 0

    def step(self) -> None:
        """Count one document; raise TwimlError when there are too many at one instant."""
        now = self.call.exchange.clock.now_ms()
        self.count = self.count + 1 if now - self.at < 10 else 0
        self.at = now
        if self.count > DOCUMENTS_AT_ONCE:
            raise TwimlError(12100, "documents redirect to each other without end")


async def run(call: "Call", source: Source) -> None:
    """Execute documents until the call is over; REST redirects take effect wherever it is. Ends by raising
    Interrupted."""
    while True:
        try:
            await call.unless_interrupted(documents(call, source))
        except Interrupted:
            following = call.resume()
            if following is None:
                raise
            source = following
        else:
            call.end("document")
            return


async def documents(call: "Call", source: Source, allowed: tuple[type[Verb], ...] | None = None) -> None:
    """Execute a document and those it leads to. Returns when one ends without another."""
    following: Source | None = source
    pace = Pace(call)
    while following is not None:
        current, following = following, None
        try:
            pace.step()
            found = await fetch(call, current, allowed)
            following = await execute(call, found, current.url or "")
        except (WebhookFailed, TwimlError) as error:
            following = await _failed(call, current, error, nested=allowed is not None)


async def fetch(call: "Call", source: Source, allowed: tuple[type[Verb], ...] | None = None) -> list[Verb]:
    """Return the verbs of a document; a sound file in its place is a Play."""
    if source.twiml is not None:
        call.note("document", twiml=source.twiml[:DOCUMENT_SHOWN])
        return _permitted(reader.parse(source.twiml), allowed)
    url = source.url or ""
    fields = callbacks.standard(call) | source.params
    call.note("webhook", url=url)
    reply = await call.exchange.webhooks.document(call.sid, url, source.method, fields)
    if reply.content_type.startswith("audio/"):
        return [Play(url=url, digits="", loop=1)]
    text = reply.body.decode("utf-8", "replace")
    call.note("document", url=url, twiml=text[:DOCUMENT_SHOWN])
    return _permitted(reader.parse(text), allowed)


def _permitted(found: list[Verb], allowed: tuple[type[Verb], ...] | None) -> list[Verb]:
    for verb in found:
        if allowed is not None and not isinstance(verb, allowed):
            raise TwimlError(13201, f"{type(verb).__name__} is not allowed in this document")
    return found


async def execute(call: "Call", found: list[Verb], base: str) -> Source | None:
    """Execute verbs; return where to go on, None at the end of the document."""
    for position, verb in enumerate(found):
        if not isinstance(verb, UNANSWERED_VERBS) and not (position == 0 and isinstance(verb, Pause)):
            call.accept()
        outcome: Outcome = await performers.perform(Context(call, base), verb)
        if outcome is END:
            return None
        if outcome is not NEXT:
            assert isinstance(outcome, Source)
            return outcome
    return None


async def _failed(call: "Call", source: Source, error: WebhookFailed | TwimlError, *, nested: bool) -> Source | None:
    """Return the fallback document, or say sorry and end the call.

    nested: a wait or hold document failed; the fallback then takes the whole call out of what it waits in.
    """
    url = error.url if isinstance(error, WebhookFailed) else source.url or ""
    call.note("error", code=error.code, url=url, message=error.message)
    call.exchange.events.add("error", call.sid, code=error.code, url=url, message=error.message)
    terms = call.terms
    if terms.fallback_url is None or call.fallen_back:
        call.accept()
        await call.leg.play(APOLOGY)
        call.end("document", f"error {error.code}")
        return None
    call.fallen_back = True
    fields = {"ErrorCode": str(error.code), "ErrorUrl": url}
    fallback = Source(urljoin(source.url or "", terms.fallback_url), terms.fallback_method, fields)
    if nested:
        call.redirect(fallback)
        return None
    return fallback
