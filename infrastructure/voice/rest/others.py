"""Queues and phone numbers of the account."""

from dataclasses import dataclass

from aiohttp import web

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.waiting import WaitingQueue
from infrastructure.voice.rest import shapes
from infrastructure.voice.rest.errors import RestError, not_found
from infrastructure.voice.rest.form import Form
from infrastructure.voice.rest.paging import page
from infrastructure.voice.settings import Number


@dataclass(frozen=True)
class Queues:
    """The routes under /Queues."""

    exchange: Exchange

    def find(self, request: web.Request) -> WaitingQueue:
        """Return the queue of the path."""
        sid = request.match_info["queue"]
        queue = next((q for q in self.exchange.queues.values() if q.sid == sid), None)
        if queue is None:
            raise not_found(request.path)
        return queue

    async def list(self, request: web.Request) -> web.Response:
        """List queues."""
        return page(request, "queues", list(self.exchange.queues.values()), shapes.queue)

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one queue."""
        return web.json_response(shapes.queue(self.find(request)))

    async def create(self, request: web.Request) -> web.Response:
        """Make a queue."""
        form = await Form.of(request)
        name = form.text("FriendlyName")
        if not name or len(name) > 64:
            raise RestError(400, 22001, "FriendlyName must have 1 to 64 characters")
        if name in self.exchange.queues:
            raise RestError(400, 22003, f"A queue named {name} exists")
        queue = self.exchange.queue(name)
        queue.max_size = int(form.number("MaxSize", queue.max_size, 1, 5000))
        return web.json_response(shapes.queue(queue), status=201)

    async def update(self, request: web.Request) -> web.Response:
        """Change a queue's limit."""
        queue, form = self.find(request), await Form.of(request)
        queue.max_size = int(form.number("MaxSize", queue.max_size, 1, 5000))
        return web.json_response(shapes.queue(queue))

    async def list_members(self, request: web.Request) -> web.Response:
        """List who waits, first come first."""
        queue = self.find(request)
        return page(request, "queue_members", queue.members, lambda entry: shapes.member(queue, entry))

    async def fetch_member(self, request: web.Request) -> web.Response:
        """Return one place: by call SID, or Front."""
        queue, key = self.find(request), request.match_info["member"]
        entry = next((e for e in queue.members if key in ("Front", e.call.sid)), None)
        if entry is None:
            raise not_found(request.path)
        return web.json_response(shapes.member(queue, entry))


@dataclass(frozen=True)
class Numbers:
    """The routes under /IncomingPhoneNumbers."""

    exchange: Exchange

    def find(self, request: web.Request) -> Number:
        """Return the number of the path."""
        sid = request.match_info["number"]
        number = next((n for n in self.exchange.numbers.values() if n.sid == sid), None)
        if number is None:
            raise not_found(request.path)
        return number

    async def list(self, request: web.Request) -> web.Response:
        """List numbers, by PhoneNumber and FriendlyName."""
        wanted = request.query
        found = [
            number
            for number in self.exchange.numbers.values()
            if wanted.get("PhoneNumber", number.phone_number) == number.phone_number
            and wanted.get("FriendlyName", number.friendly_name) == number.friendly_name
        ]
        return page(request, "incoming_phone_numbers", found, lambda n: shapes.number(self.exchange, n))

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one number."""
        return web.json_response(shapes.number(self.exchange, self.find(request)))

    async def update(self, request: web.Request) -> web.Response:
        """Change what is asked when the number is called."""
        number, form = self.find(request), await Form.of(request)
        for parameter, attribute in (
            ("FriendlyName", "friendly_name"),
            ("VoiceUrl", "voice_url"),
            ("VoiceFallbackUrl", "voice_fallback_url"),
            ("StatusCallback", "status_callback"),
        ):
            if form.has(parameter):
                setattr(number, attribute, form.text(parameter))
        for parameter, attribute in (
            ("VoiceMethod", "voice_method"),
            ("VoiceFallbackMethod", "voice_fallback_method"),
            ("StatusCallbackMethod", "status_callback_method"),
        ):
            if form.has(parameter):
                setattr(number, attribute, form.method(parameter))
        self.exchange.on_change()
        return web.json_response(shapes.number(self.exchange, number))
