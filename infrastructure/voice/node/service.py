"""Puts a voice node together and runs it until it is told to go."""

import asyncio
import contextlib
import logging
import signal
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from aiohttp import web

from infrastructure.voice.clock import SystemClock
from infrastructure.voice.control import events, guard
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.hooks.transport import HttpTransport
from infrastructure.voice.legs.leg import Leg
from infrastructure.voice.legs.sip.agent import SipCall
from infrastructure.voice.legs.sip.baresip_agent import AgentSettings, BaresipAgent
from infrastructure.voice.legs.sip.leg import SipLeg, Studio
from infrastructure.voice.legs.sip.media import Sounds
from infrastructure.voice.legs.sip.tally import Tally
from infrastructure.voice.node import admin
from infrastructure.voice.node.admin import Admin
from infrastructure.voice.node.closed import close_calls
from infrastructure.voice.node.incoming import Reception
from infrastructure.voice.node.journal import Journal
from infrastructure.voice.node.media import NodeMedia
from infrastructure.voice.node.rooms import SharedRooms
from infrastructure.voice.node.settings import NodeSettings
from infrastructure.voice.node.state import NodeState
from infrastructure.voice.rest import errors
from infrastructure.voice.rest.routes import routes
from infrastructure.voice.sids import Sids
from infrastructure.voice.sound import files
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.sound.shelf import SoundLibrary
from infrastructure.voice.sound.take import FileTake, TakeWriter
from infrastructure.voice.sound.voices import Espeak, Polly, RecordedPrompts, Voice
from infrastructure.voice.store import Store

MAX_BODY_BYTES = 1_000_000
SIGNALS = (signal.SIGTERM, signal.SIGINT)
LOOK_S = 0.2
LAST_LEGS_S = 0.3
"""So long BYEs are given to leave before the user agent goes."""


class VoiceNode:
    """Engine, mixer, user agent and HTTP of one process."""

    def __init__(self, settings: NodeSettings, voices: list[Voice]) -> None:
        carrier = settings.carrier
        self.settings = settings
        self.mixer = Mixer()
        self.tally = Tally()
        self._takes = TakeWriter(settings.state / "recordings")
        self._library = SoundLibrary(settings.state / "sounds", voices)
        self._studio: Studio | None = None
        sids = Sids(node=settings.node)
        self.exchange = Exchange(carrier, SystemClock(), HttpTransport(), self._leg, sids)
        self.exchange.any_caller_id = bool(settings.defaults.voice_url)
        self.state = NodeState(settings, self.exchange, self.mixer)
        self._media = NodeMedia(self.exchange.webhooks, self.exchange.events, self._library)
        self.exchange.media = self._media
        self._store = Store(self.exchange, settings.state, load_take=FileTake.load, ends_calls=False)
        self._rooms = SharedRooms(settings, settings.shared) if settings.shared is not None else None
        self.exchange.rooms = self._rooms or self.exchange.rooms
        self._agent: BaresipAgent | None = None
        self._reception: Reception | None = None
        self._http: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self.failed = False

    async def start(self, music: bytes | None) -> None:
        """Open every port; calls come from here on. Raises SipError or OSError."""
        settings = self.settings
        self._store.load()
        self._spawn(self._end_what_died())
        Journal(self.exchange, settings.state)
        self._takes.start()
        self.mixer.start()
        ports = AgentSettings(
            sip=settings.sip,
            agent_port=settings.agent_port,
            rtp_ports=settings.rtp_ports,
            trusted=settings.trusted,
            trace=settings.trace,
        )
        self._agent = await BaresipAgent.start(ports, self._incoming, self.state.may_enter, self._die)
        self._studio = Studio(
            agent=self._agent,
            mixer=self.mixer,
            sounds=Sounds(self._library, self._media.fetch, music),
            takes=self._takes,
            tally=self.tally,
            edge=settings.edge,
            name=lambda: uuid.uuid4().hex,
        )
        if self._rooms is not None:
            self._rooms.studio = self._studio
        self._reception = Reception(settings, self.exchange, self._studio)
        self._http = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._http.setup()
        await web.TCPSite(self._http, settings.carrier.host, settings.carrier.port).start()

    def _die(self) -> None:
        """Give up: without SIP this process is of no use, and its supervisor starts another."""
        self.failed = True
        self._stop.set()

    def drain(self) -> None:
        """Take no new calls; told a second time, end those that go on."""
        if self.state.draining:
            self._stop.set()
        self.state.draining = True

    async def until_empty(self) -> None:
        """Return when it was told to drain and nothing goes on any more, or when it was told twice."""
        while not (self.state.draining and self.state.legs() == 0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_S)
                return

    async def close(self) -> None:
        """End what goes on, tell the platform, free the ports."""
        for call in self.exchange.active_calls():
            call.end("shutdown")
        await asyncio.sleep(LAST_LEGS_S)
        await self.exchange.close()
        await self._store.save()
        self.mixer.stop()
        self._takes.close()
        if self._http is not None:
            await self._http.cleanup()
        if self._agent is not None and not self.failed:
            await self._agent.close()

    def _application(self) -> web.Application:
        exchange = self.exchange
        guards = [
            errors.middleware(exchange.settings, exchange.faults, exchange.clock),
            guard.guard,
            _refusing_new_calls(self.state),
        ]
        application = web.Application(middlewares=guards, client_max_size=MAX_BODY_BYTES)
        application.add_routes(routes(exchange))
        application.add_routes(admin.routes(Admin(exchange, self.mixer, self.tally, self.state, self.drain)))
        application.add_routes([web.get("/sim/events", events.handler(exchange.events))])
        return application

    def _leg(self, to: str, _from: str) -> Leg:
        assert self._studio is not None, "start comes first"
        return SipLeg(self._studio, to.split("?", 1)[0])

    def _incoming(self, call: SipCall) -> None:
        assert self._reception is not None, "start comes first"
        self._spawn(self._reception.receive(call))

    async def _end_what_died(self) -> None:
        """Report calls that a former process of this state left, if its supervisor has not."""
        count = await close_calls(self.settings.state, self.settings.carrier.auth_token)
        if count:
            logging.getLogger(__name__).warning("%d calls of a former process ended", count)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _refusing_new_calls(state: NodeState) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the guard that answers REST's new calls with 503 while the node drains or is full: the router asks
    another node."""

    @web.middleware
    async def refuse(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        creates = request.method == "POST" and request.path.endswith(("/Calls.json", "/Participants.json"))
        if creates and not state.takes_calls:
            raise errors.RestError(503, 20503, "This node takes no new calls")
        return await handler(request)

    return refuse


def voices_of(settings: NodeSettings) -> list[Voice]:
    """Return who speaks: recorded prompts first. Raises ValueError or OSError for settings that cannot be."""
    found: list[Voice] = [RecordedPrompts(Path(settings.prompts))] if settings.prompts else []
    kind, _, rest = settings.speech.partition(":")
    if kind == "espeak":
        found.append(Espeak())
    elif kind == "polly":
        voice, _, engine = rest.partition(":")
        found.append(Polly(voice or "Zhiyu", engine or "neural"))
    elif kind != "none":
        raise ValueError(f"--speech is espeak, none or polly:VOICE, not {settings.speech!r}")
    return found


async def serve(settings: NodeSettings) -> bool:
    """Run until SIGTERM or SIGINT: drain, and at a second signal end at once. False when SIP has died before."""
    voices = voices_of(settings)
    music = None
    if settings.music:
        music = await files.decoded(Path(settings.music).read_bytes(), Path(settings.music).suffix[1:])
    node = VoiceNode(settings, voices)
    await node.start(music)
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, node.drain)
    logging.getLogger(__name__).info("node %d takes calls at %s:%d", settings.node, *settings.sip)
    print(f"ready: node {settings.node} sip:{settings.sip[0]}:{settings.sip[1]}", flush=True)
    await node.until_empty()
    await node.close()
    return not node.failed
