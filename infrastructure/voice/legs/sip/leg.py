"""A far end reached by SIP: a phone, a browser or a trunk. What the engine asks of a leg becomes SIP and sound."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from infrastructure.voice.legs.hearing import Hearing
from infrastructure.voice.legs.leg import Bridge, Ending, LegEvents, Offer, Prompt, Seat, Take
from infrastructure.voice.legs.sip.addresses import invite
from infrastructure.voice.legs.sip.agent import Agent, Quality, SipCall, SipError
from infrastructure.voice.legs.sip.codes import refusal, refused_with
from infrastructure.voice.legs.sip.handset import Handset
from infrastructure.voice.legs.sip.media import Sounds
from infrastructure.voice.legs.sip.tally import Tally
from infrastructure.voice.sound.ears import AnswererEar, SilenceEar
from infrastructure.voice.sound.files import SoundError
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.sound.take import TakeWriter

LONGEST_DETECTION_S = 40
CANCELLED = 487
UNAVAILABLE = 503
_DIALLING = "dialling"


@dataclass(frozen=True)
class Studio:
    """What all legs of a process share. edge: host:port that calls go out to; name: makes names for takes."""

    agent: Agent
    mixer: Mixer
    sounds: Sounds
    takes: TakeWriter
    tally: Tally
    edge: str
    name: Callable[[], str]


class SipLeg:
    """One leg. `call` is there at once for an incoming call, after `ring` for an outgoing one; headers go along."""

    def __init__(
        self, studio: Studio, address: str, call: SipCall | None = None, *, headers: dict[str, str] | None = None
    ) -> None:
        self.address = address
        self.quality_now = Quality()
        self._studio = studio
        self._headers = headers or {}
        self._incoming = call is not None
        self._call = call
        self._events: LegEvents | None = None
        self._handset = Handset(studio.mixer, studio.sounds, self._hears)
        self._over = False
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def events(self) -> LegEvents:
        """Return the call that listens."""
        assert self._events is not None, "attach comes first"
        return self._events

    @property
    def hearing(self) -> Hearing:
        """Return what is heard now, as views show it."""
        return self._handset.hearing

    @property
    def gaps(self) -> int:
        """Return the tears in what came from the far end."""
        return self._handset.gaps

    # -- what the engine asks (Leg)

    def attach(self, events: LegEvents) -> None:
        """Say who listens."""
        self._events = events
        if self._call is not None:
            self._call.listen(self)

    def ring(self, offer: Offer) -> None:
        """Send the INVITE."""
        self._spawn(self._dial(offer), _DIALLING)

    def answer(self) -> None:
        """Send 200."""
        assert self._call is not None, "only an incoming call is answered"
        self._spawn(self._answer(self._call))

    async def play(self, prompt: Prompt) -> None:
        """Play to the end; cancelling stops at once. A sound that cannot be had is left out."""
        try:
            await self._handset.play(prompt)
        except SoundError as error:
            self.events.leg_note("error", {"message": str(error)})

    def music(self, name: str | None) -> None:
        """Begin or end endless sound."""
        self._handset.music(name)

    def join(self, bridge: Bridge, seat: Seat) -> None:
        """Take a place in a bridge."""
        self._handset.sit(bridge, seat)

    def reseat(self) -> None:
        """Look at bridge and seat again."""
        self._handset.update()

    def leave(self) -> None:
        """Give the place up."""
        self._handset.stand()

    async def send_digits(self, digits: str) -> None:
        """Send keys; `w` waits half a second, `W` a second."""
        self.events.leg_note("keys_sent", {"digits": digits})
        await self._handset.connected.wait()
        for digit in digits:
            if digit in "wW":
                await asyncio.sleep(0.5 if digit == "w" else 1.0)
            else:
                await self._send_digit(digit)

    def listen(self, what: Literal["keys", "record"] | None) -> None:
        """Nothing to prepare: keys and speech always come through."""

    async def silence(self, seconds: float) -> None:
        """Return when the far end said nothing for so long."""
        ear = SilenceEar(seconds)
        with self._handset.listening(ear):
            await ear.fallen

    async def answerer(self, known: str | None, *, wait_for_end: bool) -> str:  # noqa: ARG002 - SIP does not say who
        """Return who answered, by energy and cadence."""
        ear = AnswererEar(wait_for_end=wait_for_end)
        with self._handset.listening(ear):
            try:
                return await asyncio.wait_for(ear.known, LONGEST_DETECTION_S)
            except TimeoutError:
                return "unknown"

    def queued(self, waiting: bool) -> None:
        """Nothing to do: the queue's own sounds tell it."""

    def record(self, *, mono: bool) -> Take:
        """Begin a recording."""
        take = self._studio.takes.new(self._studio.name(), mono=mono)
        self._handset.add_ear(take)
        return take

    def hang_up(self, ending: Ending) -> None:
        """End the call from this side."""
        if self._over:
            return
        self._close()
        if self._call is not None:
            self._spawn(self._call.end(refused_with(ending)))

    # -- what the user agent tells (CallListener)

    def ringing(self) -> None:
        """Pass on that the phone rings."""
        if not self._over:
            self.events.leg_ringing()

    def established(self) -> None:
        """Let sound run, then tell."""
        if self._over or self._call is None or self._handset.connected.is_set():
            return
        self._studio.tally.begin(self)
        self._handset.connect(self._call.line, self._keys.put_nowait)
        self._spawn(self._relay_keys())
        self.events.leg_answered(None)

    def digit(self, digit: str) -> None:
        """Pass a key on: to those who hear this leg, and to the call."""
        if not self._over:
            self._handset.tell_hearers(digit)
            self.events.leg_digit(digit)

    def quality(self, quality: Quality) -> None:
        """Take note of how the media fares."""
        self.quality_now = quality

    def closed(self, status: int, reason: str) -> None:
        """Pass on that the far end refused or hung up."""
        self._studio.tally.end(self)
        if self._over:
            return
        self._close()
        if self._incoming or self._handset.connected.is_set():
            self.events.leg_hung_up("connection_lost" if "rtp" in reason.lower() else "hangup")
        else:
            self.events.leg_refused(refusal(status), status or UNAVAILABLE)

    # -- inside

    async def _dial(self, offer: Offer) -> None:
        invitation = invite(offer, self._studio.edge)
        try:
            call = await self._studio.agent.dial(invitation.uri, invitation.headers | self._headers)
        except SipError as error:
            self.events.leg_note("error", {"message": str(error)})
            self.closed(0, str(error))
            return
        self._call = call
        if self._over:  # It was given up while the INVITE went out.
            await call.end(CANCELLED)
        else:
            call.listen(self)

    async def _answer(self, call: SipCall) -> None:
        try:
            await call.answer()
        except SipError as error:
            self.closed(0, str(error))

    async def _send_digit(self, digit: str) -> None:
        if self._call is None or self._over:
            return
        try:
            await self._call.send_digit(digit)
        except SipError as error:
            logging.getLogger(__name__).info("a key was not sent: %s", error)

    async def _relay_keys(self) -> None:
        """Send on the keys that others in the bridge press, one after the other."""
        while True:
            await self._send_digit(await self._keys.get())

    def _hears(self, now: Hearing) -> None:
        if self._events is not None and not self._over:
            self._events.leg_note("hears", now.view())

    def _close(self) -> None:
        self._over = True
        self._handset.disconnect()
        for task in list(self._tasks):
            # The INVITE under way is no use cancelling: it is out, and _dial ends it.
            if task is not asyncio.current_task() and task.get_name() != _DIALLING:
                task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str | None = None) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
