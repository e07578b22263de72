"""Browser phones over real WebSockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from infrastructure.voice.clock import within
from infrastructure.voice.engine.call import Call
from tests.contract.voice.conftest import Wire


def token(wire: Wire, identity: str, *, secret: str | None = None, ttl: int = 600, incoming: bool = True) -> str:
    """Return a token as the platform makes it, with the provider's own library."""
    settings = wire.carrier.exchange.settings
    grant = VoiceGrant(incoming_allow=incoming)
    made = AccessToken(
        settings.account_sid,
        settings.api_key,
        secret or settings.api_secret,
        identity=identity,
        ttl=ttl,
        grants=[grant],
    )
    text = made.to_jwt()
    return text.decode() if isinstance(text, bytes) else text


class Page:
    """One open page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_json({"type": kind, **fields})

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind, passing others by."""
        async with asyncio.timeout(10):
            while True:
                message = await self.socket.receive_json()
                if message["type"] == kind:
                    return message


Opener = Callable[..., Any]


@pytest.fixture
async def open_page(wire: Wire) -> AsyncIterator[Opener]:
    async with aiohttp.ClientSession() as session:

        async def opener(identity: str, **first: Any) -> Page:
            page = Page(await session.ws_connect(f"{wire.base}/sim/phone"))
            await page.send("register", token=token(wire, identity), **first)
            await page.next("registered")
            return page

        yield opener


async def ring(wire: Wire, twiml: str = "<Pause length='60'/>", to: str = "client:agent1", **fields: Any) -> Call:
    """Let the platform call agent1."""
    created = await wire.rest(
        wire.client.calls.create,
        to=to,
        from_="+8613800000001",
        twiml=f"<Response>{twiml}</Response>",
        status_callback=f"{wire.platform.url}/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **fields,
    )
    return wire.carrier.exchange.calls[created.sid]


async def test_ring_accept_talk_and_hang_up_by_the_platform(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire, to="client:agent1?callId=01ABC&kind=queue")
    incoming = await page.next("incoming")
    assert (incoming["callSid"], incoming["from"], incoming["to"]) == (call.sid, "+8613800000001", "client:agent1")
    assert incoming["parameters"] == {"callId": "01ABC", "kind": "queue"}
    await page.send("accept", callSid=call.sid)
    await page.next("accepted")
    await wire.platform.until("/leg", CallStatus="in-progress", CallSid=call.sid)
    await wire.rest(wire.client.calls(call.sid).update, status="completed")
    assert (await page.next("disconnected"))["reason"] == "remote"


async def test_hang_up_and_keys_from_the_page(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire, f'<Gather numDigits="2" action="{wire.platform.url}/keys"/>')
    wire.platform.documents["/keys"] = "<Pause length='60'/>"
    await page.send("accept", callSid=(await page.next("incoming"))["callSid"])
    await page.next("accepted")
    await within(call.exchange.clock, 5, _listening(call))
    await page.send("digits", callSid=call.sid, digits="42")
    assert (await wire.platform.until("/keys"))["Digits"] == "42"
    await page.send("mute", callSid=call.sid, muted=True)
    assert (await page.next("muted"))["muted"] is True
    await page.send("disconnect", callSid=call.sid)
    assert (await page.next("disconnected"))["reason"] == "local"
    await wire.platform.until("/leg", CallStatus="completed", CallSid=call.sid)


async def _listening(call: Call) -> None:
    while getattr(call.leg, "listening", None) != "keys":
        await call.exchange.events.wait(call.exchange.events.last, 1, 0.02)


async def test_rejected_call_is_busy(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire)
    await page.next("incoming")
    await page.send("reject", callSid=call.sid)
    await wire.platform.until("/leg", CallStatus="busy", CallSid=call.sid)


async def test_all_pages_of_an_identity_ring_and_the_first_wins(wire: Wire, open_page: Opener) -> None:
    first, second = await open_page("agent1"), await open_page("agent1")
    call = await ring(wire)
    await first.next("incoming")
    await second.next("incoming")
    await second.send("accept", callSid=call.sid)
    await second.next("accepted")
    assert (await first.next("canceled"))["reason"] == "elsewhere"
    await first.send("accept", callSid=call.sid)
    assert (await first.next("canceled"))["reason"] == "elsewhere"
    await first.send("disconnect", callSid=call.sid)
    await second.send("ping")
    await second.next("pong")
    assert call.status == "in-progress"


async def test_ringing_stops_when_nobody_answers_or_the_platform_gives_up(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire, timeout=1)
    await page.next("incoming")
    assert (await page.next("canceled"))["reason"] == "timeout"
    await wire.platform.until("/leg", CallStatus="no-answer", CallSid=call.sid)
    second = await ring(wire)
    await page.next("incoming")
    await wire.rest(wire.client.calls(second.sid).update, status="canceled")
    assert (await page.next("canceled"))["reason"] == "caller"
    await wire.platform.until("/leg", CallStatus="canceled", CallSid=second.sid)


async def test_reloaded_page_gets_its_call_back(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire)
    await page.next("incoming")
    await page.send("accept", callSid=call.sid)
    await page.next("accepted")
    await page.socket.close()
    back = await open_page("agent1", resume=call.sid)
    assert (await back.next("accepted"))["resumed"] is True
    assert call.status == "in-progress"
    await back.send("disconnect", callSid=call.sid)
    await back.next("disconnected")


async def test_lost_page_ends_the_call_after_the_grace(wire: Wire, open_page: Opener) -> None:
    wire.carrier.browsers._grace_s = 0.2
    page = await open_page("agent1")
    call = await ring(wire)
    await page.next("incoming")
    await page.send("accept", callSid=call.sid)
    await page.next("accepted")
    await page.socket.close()
    await wire.platform.until("/leg", CallStatus="completed", CallSid=call.sid)
    late = await open_page("agent1", resume=call.sid)
    assert (await late.next("disconnected"))["reason"] == "connection_lost"


async def test_identity_of_another_page_cannot_resume_a_call(wire: Wire, open_page: Opener) -> None:
    page = await open_page("agent1")
    call = await ring(wire)
    await page.next("incoming")
    await page.send("accept", callSid=call.sid)
    await page.next("accepted")
    await page.socket.close()
    thief = await open_page("agent2", resume=call.sid)
    assert (await thief.next("disconnected"))["reason"] == "connection_lost"
    assert call.status == "in-progress"


async def test_tokens_that_open_nothing(wire: Wire) -> None:
    settings = wire.carrier.exchange.settings
    foreign = jwt.encode(
        {"iss": settings.api_key, "sub": "AC" + "1" * 32, "exp": 4_000_000_000, "grants": {"identity": "agent1"}},
        settings.api_secret,
        algorithm="HS256",
    )
    refused = {
        "": 20101,
        "no.token.atall": 20101,
        token(wire, "agent1", secret="another-secret-of-32-bytes-or-more!!"): 20101,
        token(wire, "agent1", incoming=False): 20101,
        token(wire, "agent1", ttl=-60): 20104,
        foreign: 20101,
    }
    async with aiohttp.ClientSession() as session:
        for text, code in refused.items():
            page = Page(await session.ws_connect(f"{wire.base}/sim/phone"))
            await page.send("register", token=text)
            assert (await page.next("error"))["code"] == code
            closed = await page.socket.receive()
            assert closed.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert wire.carrier.browsers.identities() == []


async def test_page_that_talks_nonsense_stays_connected(open_page: Opener) -> None:
    page = await open_page("agent1")
    await page.socket.send_str("not json")
    assert (await page.next("error"))["code"] == 31100
    await page.socket.send_str("[1]")
    assert (await page.next("error"))["code"] == 31100
    await page.send("accept", callSid="CA0")
    assert (await page.next("error"))["code"] == 31005
    await page.send("ping")
    await page.next("pong")
