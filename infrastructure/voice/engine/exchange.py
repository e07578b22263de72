"""The exchange: everything that is in progress on this carrier, and what is kept of what was."""

import logging
from collections import OrderedDict
from collections.abc import Callable

from infrastructure.voice.clock import Clock
from infrastructure.voice.control.views import call_view
from infrastructure.voice.engine import program
from infrastructure.voice.engine.away import HereOnly, Rooms
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.conference import Conference
from infrastructure.voice.engine.media import Media
from infrastructure.voice.engine.recording import Recording, RecordingFacts
from infrastructure.voice.engine.source import Source
from infrastructure.voice.engine.subscription import FINAL, Subscription
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.engine.waiting import WaitingQueue
from infrastructure.voice.events import EventLog
from infrastructure.voice.hooks.faults import FaultPlan
from infrastructure.voice.hooks.transport import Transport
from infrastructure.voice.hooks.webhooks import Webhooks
from infrastructure.voice.legs.leg import Leg
from infrastructure.voice.settings import Number, Settings
from infrastructure.voice.sids import Sids
from infrastructure.voice.twiml.verbs import RecordingOptions

ENDED_CALLS_KEPT = 500
ENDED_CONFERENCES_KEPT = 500
RECORDINGS_KEPT = 5000


class Exchange:
    """One account's calls, conferences, queues, recordings and numbers."""

    def __init__(
        self, settings: Settings, clock: Clock, transport: Transport, legs: Callable[[str, str], Leg], sids: Sids
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.sids = sids
        self.legs = legs
        """Chooses the leg for an outgoing call: (address, from) → leg."""
        self.log = logging.getLogger("infrastructure.voice")
        self.events = EventLog(clock)
        self.faults = FaultPlan()
        self.webhooks = Webhooks(clock, transport, settings.auth_token, self.faults, self.events)
        self.media: Media = Media(self.webhooks, self.events)
        self.calls: OrderedDict[str, Call] = OrderedDict()
        self.conferences: OrderedDict[str, Conference] = OrderedDict()
        self.queues: dict[str, WaitingQueue] = {}
        self.recordings: OrderedDict[str, Recording] = OrderedDict()
        self.numbers: dict[str, Number] = {number.phone_number: number for number in settings.numbers}
        self.any_caller_id = False
        """Whether calls may show numbers that are not listed here: the platform knows which are its own."""
        self.rooms: Rooms = HereOnly()
        """Which node owns a conference."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when something changed that survives a restart."""
        self.on_call: Callable[[Call], None] = lambda _: None
        """Called when a call was made, came into a status, or is over."""

    # -- calls

    def place(self, leg: Leg, terms: Terms, number: Number | None = None) -> Call:
        """Let a call come in to one of our numbers, or by other terms than a number's (a call from one of our own
        phones). Raises KeyError for a number that is not ours."""
        number = number or self.numbers[terms.to]
        terms.number_sid = number.sid
        terms.fallback_url = number.voice_fallback_url or None
        terms.fallback_method = number.voice_fallback_method
        if number.status_callback:
            terms.subscription = Subscription(number.status_callback, number.status_callback_method)
        call = self._add(terms, leg)
        call.start(program.run(call, Source(number.voice_url, number.voice_method)))
        return call

    def add_outgoing(self, terms: Terms) -> Call:
        """Make a call that rings nobody yet; the caller of this starts its life."""
        return self._add(terms, self.legs(terms.to, terms.from_))

    def _add(self, terms: Terms, leg: Leg) -> Call:
        call = Call(self, self.sids.new("CA"), terms, leg)
        self.calls[call.sid] = call
        self.on_change()
        self.on_call(call)
        return call

    def active_calls(self) -> list[Call]:
        """Return the calls that are not over, oldest first."""
        return [call for call in self.calls.values() if call.status not in FINAL]

    def call_changed(self, call: Call) -> None:
        """Tell whoever watches."""
        self.events.add("call", call.sid, **call_view(call))
        self.on_call(call)

    def call_over(self, call: Call) -> None:
        """Forget the oldest ended calls beyond the limit."""
        self.on_change()
        self.on_call(call)
        excess = len(self.calls) - ENDED_CALLS_KEPT
        if excess > 0:
            over = [sid for sid, other in self.calls.items() if other.over.is_set()]
            for sid in over[:excess]:
                del self.calls[sid]
        if call.queue_name is not None or call.conference_name is not None:
            self.log.error("call %s is over and still has a place", call.sid)

    # -- conferences

    def conference(self, name: str) -> Conference:
        """Return the running conference of that name, a new one when there is none: a name can be reborn with another
        SID."""
        running = next((c for c in self.conferences.values() if c.name == name and c.status != "completed"), None)
        if running is not None:
            return running
        conference = Conference(self, self.sids.new("CF"), name)
        self.conferences[conference.sid] = conference
        while len(self.conferences) > ENDED_CONFERENCES_KEPT:
            over = next((sid for sid, c in self.conferences.items() if c.status == "completed"), None)
            if over is None:
                break
            del self.conferences[over]
        return conference

    # -- queues

    def queue(self, name: str) -> WaitingQueue:
        """Return the queue of that name, made on demand."""
        if name not in self.queues:
            self.queues[name] = WaitingQueue(self, self.sids.new("QU"), name)
        return self.queues[name]

    # -- recordings

    def record(self, call: Call, source: str, options: RecordingOptions) -> Recording:
        """Begin a recording of a call's leg."""
        facts = RecordingFacts(
            sid=self.sids.new("RE"),
            call_sid=call.sid,
            source=source,
            channels=2 if options.dual else 1,
            started_at=self.clock.now_ms(),
        )
        recording = Recording(self, facts, call.leg.record(mono=not options.dual), options)
        call.recordings.append(recording)
        self.recordings[facts.sid] = recording
        while len(self.recordings) > RECORDINGS_KEPT:
            self.recordings.popitem(last=False)
        return recording

    def recording_changed(self, recording: Recording) -> None:
        """Tell whoever watches."""
        facts = recording.facts
        self.events.add("recording", facts.call_sid, sid=facts.sid, status=facts.status)
        if (call := self.calls.get(facts.call_sid)) is not None:
            call.note("recording", sid=facts.sid, status=facts.status)
        self.on_change()

    async def reset(self, *, keep_numbers: bool) -> None:
        """End and forget everything."""
        await self._end_all()
        self.calls.clear()
        self.conferences.clear()
        self.queues.clear()
        self.recordings.clear()
        self.faults.remove()
        if not keep_numbers:
            self.numbers = {number.phone_number: number for number in self.settings.numbers}
        self.on_change()

    async def close(self) -> None:
        """End every call as a carrier that goes down in order, then send what is under way."""
        await self._end_all()
        for recording in self.recordings.values():
            recording.finish()
        await self.webhooks.close()

    async def _end_all(self) -> None:
        for call in self.active_calls():
            call.end("shutdown")
        for call in list(self.calls.values()):
            if call.task is not None and not call.task.done():
                await call.over.wait()
