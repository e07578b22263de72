"""The user agent on baresip-python (libre and baresip in the process; its own thread carries SIP and RTP).

What it needs to behave, found by trial: no video codecs (else it re-INVITEs after each answer), `catchall` (else only
one user can be called), an RTP time-out (else a lost BYE leaves a leg for ever), one runtime per process and no second
start, frames written at a steady pace on top of a small store.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from baresip import Account, Config, Runtime, UserAgent
from baresip.call import Call
from baresip.errors import AudioNotActive, AudioRestarted, BaresipError
from baresip.events import Event, StackEvent
from baresip.stats import CallStats

from infrastructure.voice.legs.sip.agent import CallListener, Invitation, Quality, SipError
from infrastructure.voice.legs.sip.codes import status_of
from infrastructure.voice.legs.sip.door import Address, Door
from infrastructure.voice.sound.pcm import FRAME_BYTES, SILENCE

T = TypeVar("T")

_STORE_FRAMES = 3
"""Frames kept ready towards the wire: the mixer may be so late before a gap is heard."""
_LOOK_EVERY_FRAMES = 50
"""How often the store is looked at and filled up again after a gap."""
_READ_BYTES = 10 * FRAME_BYTES
RTP_TIMEOUT_S = 30
_PROGRESS = (Event.CALL_RINGING, Event.CALL_PROGRESS, Event.CALL_ESTABLISHED, Event.CALL_CLOSED)
_UNKNOWN_KEPT = 200


@dataclass(frozen=True, kw_only=True)
class AgentSettings:
    """Where it listens. sip: public address, the door's; the user agent itself takes the port `agent_port`."""

    sip: Address
    agent_port: int
    rtp_ports: tuple[int, int]
    trusted: frozenset[str]
    """Hosts whose messages are read: the edge's and other nodes'."""
    trace: bool = False


class BaresipLine:
    """The media of one call, for the mixer's thread."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._stored = False
        self._until_look = _LOOK_EVERY_FRAMES

    def read(self) -> bytes:
        """Return what came; nothing while media is not up."""
        try:
            return self._call.audio.read(_READ_BYTES)
        except (AudioNotActive, AudioRestarted):
            self._stored = False
            return b""

    def write(self, frame: bytes) -> None:
        """Send one frame; begin with a store of silence, and make it up again when it has shrunk."""
        try:
            if not self._stored:
                self._call.audio.write(SILENCE * _STORE_FRAMES)
                self._stored = True
            self._call.audio.write(frame)
            self._until_look -= 1
            if self._until_look == 0:
                self._until_look = _LOOK_EVERY_FRAMES
                self._stored = self._call.audio.info().tx_buffered >= FRAME_BYTES
        except (AudioNotActive, AudioRestarted):
            self._stored = False


class BaresipCall:
    """One call."""

    def __init__(self, call: Call, invitation: Invitation, door: Door, missed: "Sequence[StackEvent]" = ()) -> None:
        self._missed = missed
        """What happened before anybody could listen: a phone may ring before the library has told the call's handle."""
        self.invitation = invitation
        self.line = BaresipLine(call)
        self._call = call
        self._door = door
        self._listener: CallListener | None = None
        self._over = False

    def listen(self, listener: CallListener) -> None:
        """Say who listens."""
        self._listener = listener
        self._call.on(self._heard)
        self._call.on_rtcp(self._report)
        for event in self._missed:
            self._heard(event)

    async def answer(self) -> None:
        """Answer with 200."""
        await _tried(self._call.answer())

    async def end(self, status: int) -> None:
        """Hang up, cancel or refuse."""
        self._door.refuse_with(self.invitation.call_id, status)
        try:
            await self._call.hangup()
        except BaresipError as error:
            logging.getLogger(__name__).debug("nothing to hang up: %s", error)

    async def send_digit(self, digit: str) -> None:
        """Send one key."""
        await _tried(self._call.send_dtmf(digit))

    def _report(self, stats: CallStats) -> None:
        if self._listener is not None:
            lost = max(0, stats.rx_lost, stats.jbuf_lost or 0)  # Without the peer's RTCP only the buffer knows.
            self._listener.quality(Quality(stats.rx_packets, stats.tx_packets, lost, stats.rx_jitter_ms))

    def _heard(self, event: StackEvent) -> None:
        listener = self._listener
        if listener is None or self._over:
            return
        if event.event in (Event.CALL_RINGING, Event.CALL_PROGRESS):
            listener.ringing()
        elif event.event is Event.CALL_ESTABLISHED:
            listener.established()
        elif event.event is Event.CALL_DTMF_START and event.text:
            listener.digit(event.text)  # When it goes down: a prompt stops at once, not when the finger is lifted.
        elif event.event is Event.CALL_CLOSED:
            self._over = True
            if self._call.final_stats is not None:
                self._report(self._call.final_stats)
            listener.closed(status_of(event.text or ""), event.text or "")


class BaresipAgent:
    """The user agent of this process. on_call gets every incoming call on the event loop."""

    def __init__(self, settings: AgentSettings, runtime: Runtime, on_call: Callable[[BaresipCall], None]) -> None:
        self._settings = settings
        self._runtime = runtime
        self._on_call = on_call
        self._ua: UserAgent | None = None
        self._door: Door | None = None
        self._events: OrderedDict[int, list[StackEvent]] = OrderedDict()
        """Events of calls whose handle nobody knows yet."""

    @classmethod
    async def start(
        cls,
        settings: AgentSettings,
        on_call: Callable[[BaresipCall], None],
        may_enter: Callable[[], bool],
        on_death: Callable[[], None],
    ) -> "BaresipAgent":
        """Listen on both ports. on_death: called when SIP has died; only a new process helps. Raises SipError or
        OSError when a port is taken."""
        runtime = Runtime()
        runtime.on_dead = on_death
        agent = cls(settings, runtime, on_call)
        host = settings.sip[0]
        await _tried(runtime.start(_config(settings)))
        runtime.subscribe(agent._keep)
        account = Account(
            user="node",
            domain=f"{host}:{settings.agent_port}",
            password="",
            reg_interval=0,
            audio_codecs=("pcma", "pcmu"),
            dtmf_mode="auto",
            extra_params=("catchall=yes", "video_codecs=none"),
        )
        agent._ua = ua = await _tried(UserAgent.create(runtime, account, transfer_policy="reject"))
        ua.on_incoming(agent._incoming)
        agent._door = await Door.open(settings.sip, (host, settings.agent_port), settings.trusted, may_enter)
        return agent

    async def dial(self, uri: str, headers: dict[str, str]) -> BaresipCall:
        """Send an INVITE."""
        assert self._ua is not None, "start comes first"
        assert self._door is not None, "start comes first"
        try:
            call = await _tried(self._ua.dial(uri, headers=headers))
        except ValueError as error:
            raise SipError(str(error)) from error
        return BaresipCall(call, Invitation("", uri), self._door, self._events.pop(call.handle, ()))

    def _keep(self, event: StackEvent) -> None:
        if event.event in _PROGRESS and event.call:
            self._events.setdefault(event.call, []).append(event)
            while len(self._events) > _UNKNOWN_KEPT:
                self._events.popitem(last=False)

    async def close(self) -> None:
        """Free the ports. The process cannot start another agent afterwards."""
        if self._door is not None:
            self._door.close()
        await _tried(self._runtime.close())

    def _incoming(self, call: Call) -> None:
        assert self._door is not None, "calls come only after the start"
        self._on_call(BaresipCall(call, self._door.invitation(call.call_id or ""), self._door))


def _config(settings: AgentSettings) -> Config:
    first, last = settings.rtp_ports
    extra = (
        f"sip_listen {settings.sip[0]}:{settings.agent_port}",
        f"rtp_ports {first}-{last}",
        "audio_jitter_buffer_type adaptive",
        "audio_jitter_buffer_ms 40-160",
    )
    return Config(
        net_interface=settings.sip[0],
        max_concurrent_calls=None,  # The door counts.
        rtp_timeout=RTP_TIMEOUT_S,
        sip_trace=settings.trace,
        native_log_level="info" if settings.trace else "warning",
        extra_config_text="\n".join(extra),
    )


async def _tried(work: Awaitable[T]) -> T:
    """Return what the library returns; its errors become SipError."""
    try:
        return await work
    except BaresipError as error:
        raise SipError(str(error)) from error
