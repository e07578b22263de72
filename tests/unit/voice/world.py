"""A whole carrier in this process: virtual time, and a platform that is a dictionary of documents."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from infrastructure.voice.clock import VirtualClock
from infrastructure.voice.control.admin import place
from infrastructure.voice.engine import outgoing
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.outgoing import Wishes
from infrastructure.voice.engine.source import Source
from infrastructure.voice.engine.subscription import PROGRESS, Subscription
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.hooks.transport import FunctionTransport, HookReply, HookRequest
from infrastructure.voice.legs.scripts import Caller, Phone, Step
from infrastructure.voice.server import Carrier
from infrastructure.voice.settings import Number, Settings

TRUNK = "+861055550100"
CALLER = "+8613800000001"
Document = str | HookReply | Callable[[HookRequest], Any]


class Platform:
    """Answers webhooks by path and remembers them."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.requests: list[HookRequest] = []

    def answer(self, request: HookRequest) -> Any:
        self.requests.append(request)
        document = self.documents.get(urlsplit(request.url).path, HookReply(200))
        return document(request) if callable(document) else document

    def to(self, path: str) -> list[dict[str, str]]:
        """Return the forms posted to a path, in order."""
        return [request.form for request in self.requests if urlsplit(request.url).path == path]

    def paths(self) -> list[str]:
        return [urlsplit(request.url).path for request in self.requests]


class World:
    """The carrier, its clock and the platform."""

    def __init__(self) -> None:
        self.platform = Platform()
        self.clock = VirtualClock()
        number = Number(phone_number=TRUNK, voice_url="http://app.test/voice", status_callback="http://app.test/status")
        settings = Settings(numbers=[number], public_url="http://sim.test")
        self.carrier = Carrier.build(settings, self.clock, FunctionTransport(self.platform.answer), seed=7)
        self.exchange = self.carrier.exchange

    def document(self, path: str, content: Document) -> None:
        self.platform.documents[path] = f"<Response>{content}</Response>" if isinstance(content, str) else content

    def phone(self, pattern: str, **fields: Any) -> None:
        self.carrier.phonebook.put(Phone(pattern=pattern, **fields))

    def call(self, *steps: Step, **fields: Any) -> Call:
        """Let a scripted person call the trunk number."""
        return place(self.exchange, Caller(from_=CALLER, to=TRUNK, steps=list(steps), **fields))

    def dial(self, to: str, twiml: str = "", *, url: str | None = None, **wishes: Any) -> Call:
        """Make an outgoing call as REST does; call-backs go to /out."""
        timeout_s = wishes.pop("timeout_s", 60)
        subscription = Subscription("http://app.test/out", "POST", PROGRESS)
        terms = Terms(direction="outbound-api", from_=TRUNK, to=to, subscription=subscription, timeout_s=timeout_s)
        source = Source(url) if url is not None else Source(twiml=f"<Response>{twiml}</Response>")
        call = self.exchange.add_outgoing(terms)
        call.start(outgoing.live(call, Wishes(source=source, **wishes)))
        return call

    async def run(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    def heard(self, call: Call) -> list[str]:
        """Return what was heard, in order, as kind or kind:text."""
        lines = [line["detail"] for line in call.timeline if line["what"] == "hears"]
        return [f"{d['kind']}:{d['text']}" if "text" in d else d["kind"] for d in lines]
