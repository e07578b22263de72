"""Requests to the platform: signed, timed, retried as a provider does. Documents are awaited; call-backs run behind
the calls."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from infrastructure.voice.clock import Clock, within
from infrastructure.voice.events import EventLog
from infrastructure.voice.hooks.faults import Channel, FaultPlan
from infrastructure.voice.hooks.transport import ConnectionFailed, HookReply, HookRequest, Transport

DOCUMENT_TIMEOUT_S = 15
"""Twilio gives up on a webhook after 15 s."""
RETRY_AFTER_S = (1, 2, 4)
"""A call-back that nobody took, or that was answered 5xx, is sent again after these pauses."""
HOLD_BACK_AT_MOST_S = 5
"""A call-back that is to be overtaken goes out after this time even when nothing follows."""


class WebhookFailed(Exception):
    """No usable answer. code: 11200 HTTP retrieval failure, 11205 connection failure, 11235/11237 as the provider
    numbers them."""

    def __init__(self, code: int, url: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.url = url
        self.message = message


class Webhooks:
    """Everything that goes out to the platform."""

    def __init__(self, clock: Clock, transport: Transport, token: str, faults: FaultPlan, events: EventLog) -> None:
        self._clock = clock
        self._transport = transport
        self._validator = RequestValidator(token)
        self._faults = faults
        self._events = events
        self._tasks: set[asyncio.Task[None]] = set()
        self._previous: dict[str, asyncio.Task[None]] = {}
        self._overtakers: dict[str, asyncio.Event] = {}

    async def document(self, call_sid: str, url: str, method: str, params: dict[str, str]) -> HookReply:
        """Ask for a document and return the 2xx reply. Raises WebhookFailed; one retry when nobody answers."""
        if (fault := self._faults.take(("delay",), "document", url)) is not None:
            await self._clock.sleep(fault.delay_s)
        if self._faults.take(("duplicate",), "document", url) is not None:
            self._spawn(self._quietly(call_sid, "document", url, method, params))
        try:
            reply = await self._once(call_sid, "webhook", url, method, params)
        except ConnectionFailed:
            try:
                reply = await self._once(call_sid, "webhook", url, method, params)
            except ConnectionFailed as error:
                raise WebhookFailed(11205, url, f"connection failed: {error}") from error
        if not 200 <= reply.status < 300:
            raise WebhookFailed(11200, url, f"HTTP {reply.status}")
        return reply

    def document_unheeded(self, call_sid: str, url: str, method: str, params: dict[str, str]) -> None:
        """Ask for a document whose answer nobody waits for (the action of a verb that was cut short)."""

        async def ask() -> None:
            try:
                await self.document(call_sid, url, method, params)
            except WebhookFailed as failure:
                self._events.add("error", call_sid, code=failure.code, url=url, message=failure.message)

        self._spawn(ask())

    def notify(self, channel: Channel, key: str, url: str, method: str, params: dict[str, str]) -> None:
        """Send a call-back. Those of one key (a call, a conference) leave in order; retries do not hold up the next."""
        if self._faults.take(("drop",), channel, url) is not None:
            self._events.add("fault", params.get("CallSid"), kind="drop", url=url, params=params)
            return
        if (fault := self._faults.take(("delay",), channel, url)) is not None:
            self._spawn(self._late(fault.delay_s, channel, url, method, params))
            return
        if self._faults.take(("reorder",), channel, url) is not None:
            self._spawn(self._overtaken(key, channel, url, method, params))
            return
        task = self._spawn(self._in_turn(self._previous.get(key), channel, key, url, method, params))
        self._previous[key] = task
        task.add_done_callback(lambda done: self._previous.pop(key) if self._previous.get(key) is done else None)

    async def media(self, url: str) -> HookReply:
        """Fetch a sound file. Raises WebhookFailed."""
        try:
            reply = await self._once(None, "media", url, "GET", {})
        except ConnectionFailed as error:
            raise WebhookFailed(11205, url, str(error)) from error
        if not 200 <= reply.status < 300:
            raise WebhookFailed(11200, url, f"HTTP {reply.status}")
        return reply

    async def close(self) -> None:
        """Give what is under way a last second, then drop it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)
        for task in list(self._tasks):
            task.cancel()
        await self._transport.close()

    async def settled(self, key: str) -> None:
        """Return when the call-backs of a key have left; those that must be repeated are not waited for."""
        while (task := self._previous.get(key)) is not None:
            await asyncio.wait({task})

    def pending(self) -> int:
        """Return how many call-backs are under way."""
        return len(self._tasks)

    async def _in_turn(
        self,
        before: asyncio.Task[None] | None,
        channel: Channel,
        key: str,
        url: str,
        method: str,
        params: dict[str, str],
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        if not await self._quietly(params.get("CallSid"), channel, url, method, params):
            self._spawn(self._again(url, method, params, channel))
        if self._faults.take(("duplicate",), channel, url) is not None:
            await self._quietly(params.get("CallSid"), channel, url, method, params)
        overtaker = self._overtakers.pop(f"{channel}:{key}", None)
        if overtaker is not None:
            overtaker.set()

    async def _overtaken(self, key: str, channel: Channel, url: str, method: str, params: dict[str, str]) -> None:
        gone = self._overtakers.setdefault(f"{channel}:{key}", asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await within(self._clock, HOLD_BACK_AT_MOST_S, gone.wait())
        await self._quietly(params.get("CallSid"), channel, url, method, params)

    async def _late(self, delay_s: float, channel: Channel, url: str, method: str, params: dict[str, str]) -> None:
        await self._clock.sleep(delay_s)
        await self._quietly(params.get("CallSid"), channel, url, method, params)

    async def _again(self, url: str, method: str, params: dict[str, str], channel: Channel) -> None:
        for pause in RETRY_AFTER_S:
            await self._clock.sleep(pause)
            if await self._quietly(params.get("CallSid"), channel, url, method, params):
                return
        self._events.add("error", params.get("CallSid"), code=15003, url=url, message="call-back given up")

    async def _quietly(self, call_sid: str | None, channel: str, url: str, method: str, params: dict[str, str]) -> bool:
        try:
            reply = await self._once(call_sid, "callback" if channel != "document" else "webhook", url, method, params)
        except (ConnectionFailed, WebhookFailed):
            return False
        return reply.status < 500

    async def _once(self, call_sid: str | None, kind: str, url: str, method: str, params: dict[str, str]) -> HookReply:
        request = signed(self._validator, url, method, params)
        began = self._clock.now_ms()
        status, error = 0, ""
        try:
            if urlsplit(url).scheme not in ("http", "https"):
                raise WebhookFailed(11100, url, "invalid URL")
            reply = await within(self._clock, DOCUMENT_TIMEOUT_S, self._transport.send(request))
            status = reply.status
            return reply
        except TimeoutError:
            error = "timeout"
            raise WebhookFailed(11200, url, "no answer within 15 s") from None
        except ConnectionFailed as failure:
            error = str(failure)
            raise
        finally:
            taken = self._clock.now_ms() - began
            self._events.add(kind, call_sid, url=url, status=status, ms=taken, error=error, params=params)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def signed(validator: RequestValidator, url: str, method: str, params: dict[str, str]) -> HookRequest:
    """Return the request as it goes out: fields in the form (POST) or the query (GET), signed with the URL."""
    form = params if method == "POST" else {}
    if method != "POST" and params:
        url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"
    headers = {
        "X-Twilio-Signature": validator.compute_signature(url, form),
        "User-Agent": "TwilioProxy/1.1 (compatible; zhiyin-voice)",
        "Accept": "*/*",
    }
    return HookRequest(method, url, headers, form)
