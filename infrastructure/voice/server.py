"""Puts the parts together: an aiohttp application with the provider's REST, the admin API and the phone socket."""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from infrastructure.voice.clock import Clock, SystemClock
from infrastructure.voice.control import admin, events, guard, phone_socket
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.hooks.transport import HttpTransport, Transport
from infrastructure.voice.legs.browsers import Browsers
from infrastructure.voice.legs.phonebook import PhoneBook
from infrastructure.voice.rest import errors
from infrastructure.voice.rest.messages import Messages
from infrastructure.voice.rest.routes import routes
from infrastructure.voice.settings import Settings
from infrastructure.voice.sids import Sids
from infrastructure.voice.store import Store

MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class Carrier:
    """A whole simulator without its listening socket."""

    exchange: Exchange
    phonebook: PhoneBook
    browsers: Browsers

    @classmethod
    def build(
        cls,
        settings: Settings,
        clock: Clock | None = None,
        transport: Transport | None = None,
        seed: int | None = None,
    ) -> "Carrier":
        """Return a carrier. With a virtual clock, a FunctionTransport and a seed it is deterministic."""
        clock = clock or SystemClock()
        browsers = Browsers(clock, settings.grace_s)
        phonebook = PhoneBook(clock, settings.phones, browsers)
        exchange = Exchange(settings, clock, transport or HttpTransport(), phonebook.leg_for, Sids(seed))
        return cls(exchange, phonebook, browsers)

    def application(self) -> web.Application:
        """Return the web application."""
        exchange = self.exchange
        guards = [errors.middleware(exchange.settings, exchange.faults, exchange.clock), guard.guard]
        application = web.Application(middlewares=guards, client_max_size=MAX_BODY_BYTES)
        application.add_routes([*routes(exchange), *Messages(exchange).routes()])
        application.add_routes(admin.routes(admin.Admin(exchange, self.phonebook, self.browsers)))
        application.add_routes(
            [web.get("/sim/events", events.handler(exchange.events)), web.get("/sim/phone", self._phone)]
        )
        return application

    async def _phone(self, request: web.Request) -> web.WebSocketResponse:
        exchange = self.exchange
        return await phone_socket.handle(request, exchange.settings, self.browsers, exchange.clock, exchange.events)


async def serve(settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT, then end calls in order."""
    carrier = Carrier.build(settings)
    store = Store(carrier.exchange, Path(settings.state_dir)) if settings.state_dir else None
    runner = web.AppRunner(carrier.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    if store is not None:
        store.load()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"ready: http://{settings.host}:{settings.port}", flush=True)
    await stop.wait()
    await carrier.exchange.close()
    if store is not None:
        await store.save()
    await runner.cleanup()
