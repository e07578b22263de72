"""The WebSocket between a page and its phone. Messages: see README.md."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from infrastructure.voice.clock import Clock
from infrastructure.voice.control.phone_token import TokenRefused, verify
from infrastructure.voice.events import EventLog
from infrastructure.voice.legs.browsers import Browsers
from infrastructure.voice.settings import Settings

FIRST_MESSAGE_S = 10
HEARTBEAT_S = 10
"""A page that does not answer a ping within half of this is gone."""
WARN_BEFORE_EXPIRY_S = 30
MAX_MESSAGE_BYTES = 16_384
DIGITS_AT_ONCE = 50


class PhoneSocket:
    """One connection. Implements browser_leg.Page."""

    def __init__(
        self, socket: web.WebSocketResponse, settings: Settings, browsers: Browsers, clock: Clock, events: EventLog
    ) -> None:
        self._socket = socket
        self._settings = settings
        self._browsers = browsers
        self._clock = clock
        self._events = events
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._identity: str | None = None
        self._timers: list[Callable[[], None]] = []

    def send(self, message: dict[str, Any]) -> None:
        """Put a message on its way."""
        self._outbox.put_nowait(message)

    async def serve(self) -> None:
        """Live until the connection ends."""
        writer = asyncio.get_running_loop().create_task(self._write())
        try:
            await self._read()
        finally:
            self._stop_timers()
            if self._identity is not None:
                self._browsers.lost(self._identity, self)
                self._events.add("phone", None, identity=self._identity, event="gone")
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer

    async def _write(self) -> None:
        while True:
            message = await self._outbox.get()
            with suppress(ConnectionError):
                await self._socket.send_json(message)

    async def _read(self) -> None:
        while not self._socket.closed:
            try:
                timeout = FIRST_MESSAGE_S if self._identity is None else None
                frame = await self._socket.receive(timeout=timeout)
            except TimeoutError:
                await self._socket.close(code=4001, message=b"no registration")
                return
            if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                return
            if frame.type == WSMsgType.TEXT and not await self._take(frame.data):
                return

    async def _take(self, text: str) -> bool:
        """Do what a message says; False: the connection is over."""
        try:
            message = json.loads(text)
            kind = message["type"]
        except (ValueError, KeyError, TypeError):
            self.send({"type": "error", "code": 31100, "message": "a message is a JSON object with a type"})
            return True
        if kind == "register":
            return await self._register(message)
        if self._identity is None:
            self.send({"type": "error", "code": 20101, "message": "register first"})
            return True
        if kind in ("ping", "heartbeat"):
            self.send({"type": "pong"})
            return True
        self._command(self._identity, kind, message)
        return True

    async def _register(self, message: dict[str, Any]) -> bool:
        try:
            identity = verify(str(message.get("token", "")), self._settings)
            if self._identity not in (None, identity.name):
                raise TokenRefused(20101, "the token is for another identity")
        except TokenRefused as refused:
            await self._socket.send_json({"type": "error", "code": refused.code, "message": refused.message})
            if self._identity is None:
                await self._socket.close(code=4003, message=b"token refused")
                return False
            return True
        self._identity = identity.name
        self._browsers.register(identity.name, self)
        self._watch_expiry(identity.expires_at)
        self._events.add("phone", None, identity=identity.name, event="registered")
        self.send({"type": "registered", "identity": identity.name, "expiresAt": identity.expires_at})
        if message.get("resume"):
            self._resume(identity.name, str(message["resume"]))
        return True

    def _resume(self, identity: str, call_sid: str) -> None:
        leg = self._browsers.leg(identity, call_sid)
        if leg is None or not leg.resume(self):
            self.send({"type": "disconnected", "callSid": call_sid, "reason": "connection_lost"})

    def _command(self, identity: str, kind: str, message: dict[str, Any]) -> None:
        call_sid = str(message.get("callSid", ""))
        leg = self._browsers.leg(identity, call_sid)
        if leg is None:
            self.send({"type": "error", "code": 31005, "message": f"no call {call_sid}"})
        elif kind == "accept":
            if not leg.accept(self):
                self.send({"type": "canceled", "callSid": call_sid, "reason": "elsewhere"})
        elif kind == "reject":
            leg.reject(self)
        elif kind == "disconnect":
            leg.disconnect(self)
        elif kind == "mute":
            leg.mute(self, bool(message.get("muted")))
        elif kind == "digits":
            leg.digits(self, "".join(d for d in str(message.get("digits", "")) if d in "0123456789*#")[:DIGITS_AT_ONCE])
        else:
            self.send({"type": "error", "code": 31100, "message": f"unknown message {kind}"})

    def _watch_expiry(self, expires_at: int) -> None:
        self._stop_timers()
        left = (expires_at - self._clock.now_ms()) / 1000
        warning = {"type": "token_will_expire", "seconds": WARN_BEFORE_EXPIRY_S}
        self._timers = [
            self._clock.call_later(max(0.0, left - WARN_BEFORE_EXPIRY_S), lambda: self.send(warning)),
            self._clock.call_later(max(0.0, left), self._expired),
        ]

    def _expired(self) -> None:
        assert self._identity is not None
        self._browsers.unregister(self._identity, self)
        self.send({"type": "error", "code": 20104, "message": "access token expired"})

    def _stop_timers(self) -> None:
        for cancel in self._timers:
            cancel()
        self._timers = []


async def handle(
    request: web.Request, settings: Settings, browsers: Browsers, clock: Clock, events: EventLog
) -> web.WebSocketResponse:
    """Accept a page's connection."""
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_MESSAGE_BYTES)
    await socket.prepare(request)
    await PhoneSocket(socket, settings, browsers, clock, events).serve()
    return socket
