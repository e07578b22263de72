"""A far end reached by SIP: a phone, a browser or a trunk. What the engine asks of a leg becomes SIP and sound."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from infrastructure.voice.legs.hearing import Hearing, hearing
from infrastructure.voice.legs.leg import Bridge, Ending, LegEvents, Offer, Prompt, Seat, Take
from infrastructure.voice.legs.sip.addresses import invite
from infrastructure.voice.legs.sip.agent import Agent, Quality, SipCall, SipError
from infrastructure.voice.legs.sip.codes import refusal, refused_with
from infrastructure.voice.legs.sip.media import Sounds
from infrastructure.voice.sound import players
from infrastructure.voice.sound.ears import AnswererEar, SilenceEar
from infrastructure.voice.sound.files import SoundError
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.sound.port import Ear, Place, Port
from infrastructure.voice.sound.take import TakeWriter

UNDER_WAY_S = 0.1
"""Sound that was handed over is heard so much later: frames kept ready, and the phone's own store."""
LONGEST_DETECTION_S = 40


@dataclass(frozen=True)
class Studio:
    """What all legs of a process share."""

    agent: Agent
    mixer: Mixer
    sounds: Sounds
    takes: TakeWriter
    edge: str
    name: Callable[[], str]
    """Makes names for takes."""


class SipLeg:
    """One leg. `call` is there at once for an incoming call, after `ring` for an outgoing one; headers go along."""

    def __init__(
        self, studio: Studio, address: str, call: SipCall | None = None, *, headers: dict[str, str] | None = None
    ) -> None:
        self.address = address
        self._headers = headers or {}
        self.hearing = Hearing()
        self.quality_now = Quality()
        self._studio = studio
        self._events: LegEvents | None = None
        self._call = call
        self._port: Port | None = None
        self._established = asyncio.Event()
        self._over = False
        self._bridge: Bridge | None = None
        self._seat: Seat | None = None
        self._prompts: tuple[Prompt, ...] = ()
        self._music: str | None = None
        self._early_ears: tuple[Ear, ...] = ()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what the engine asks

    @property
    def events(self) -> LegEvents:
        """Return the call that listens."""
        assert self._events is not None, "attach comes first"
        return self._events

    @property
    def gaps(self) -> int:
        """Return the tears in what came from the far end."""
        return self._port.gaps if self._port is not None else 0

    def attach(self, events: LegEvents) -> None:
        """Say who listens."""
        self._events = events
        if self._call is not None:
            self._call.listen(self)

    def ring(self, offer: Offer) -> None:
        """Send the INVITE."""
        self._spawn(self._dial(offer))

    def answer(self) -> None:
        """Send 200."""
        assert self._call is not None, "only an incoming call is answered"
        self._spawn(self._answer(self._call))

    async def play(self, prompt: Prompt) -> None:
        """Play to the end; cancelling stops at once."""
        try:
            pcm = await self._studio.sounds.prompt(prompt)
        except SoundError as error:
            self.events.leg_note("error", {"message": str(error)})
            return
        await self._established.wait()
        await self._play(prompt, pcm)

    async def _play(self, prompt: Prompt, pcm: bytes) -> None:
        if self._port is None or not pcm:
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        def tell() -> None:
            loop.call_soon_threadsafe(ended.set)

        player = players.Prompt(pcm, tell)
        port = self._port
        port.prompts = (*port.prompts, player)
        self._prompts = (*self._prompts, prompt)
        self._update()
        try:
            await ended.wait()
            await asyncio.sleep(UNDER_WAY_S)
        finally:
            port.prompts = tuple(other for other in port.prompts if other is not player)
            self._prompts = tuple(other for other in self._prompts if other is not prompt)
            self._update()

    def music(self, name: str | None) -> None:
        """Begin or end endless sound."""
        self._music = name
        self._set_music()
        self._update()

    def join(self, bridge: Bridge, seat: Seat) -> None:
        """Take a place in a bridge."""
        self._bridge, self._seat = bridge, seat
        self._sit()

    def reseat(self) -> None:
        """Work out again what is heard; the mixer reads bridge and seat itself."""
        self._update()

    def leave(self) -> None:
        """Give the place up."""
        self._bridge = self._seat = None
        self._sit()

    async def send_digits(self, digits: str) -> None:
        """Send keys; `w` waits half a second, `W` a second."""
        self.events.leg_note("keys_sent", {"digits": digits})
        await self._established.wait()
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
        with self._listening(ear):
            await ear.fallen

    async def answerer(self, known: str | None, *, wait_for_end: bool) -> str:  # noqa: ARG002 - SIP does not say who
        """Return who answered, by energy and cadence."""
        ear = AnswererEar(wait_for_end=wait_for_end)
        with self._listening(ear):
            try:
                return await asyncio.wait_for(ear.known, LONGEST_DETECTION_S)
            except TimeoutError:
                return "unknown"

    def queued(self, waiting: bool) -> None:
        """Nothing to do: the queue's own sounds tell it."""

    def record(self, *, mono: bool) -> Take:
        """Begin a recording."""
        take = self._studio.takes.new(self._studio.name(), mono=mono)
        self._add_ear(take)
        return take

    def hang_up(self, ending: Ending) -> None:
        """End the call from this side."""
        if self._over:
            return
        self._close()
        if self._call is not None:
            asyncio.get_running_loop().create_task(self._call.end(refused_with(ending)))

    # -- what the user agent tells (CallListener)

    def ringing(self) -> None:
        """Pass on that the phone rings."""
        if not self._over:
            self.events.leg_ringing()

    def established(self) -> None:
        """Let sound run, then tell."""
        if self._over or self._call is None or self._port is not None:
            return
        self._port = Port(self._call.line, self._relay)
        for ear in self._early_ears:
            self._port.add_ear(ear)
        self._sit()
        self._set_music()
        self._studio.mixer.add(self._port)
        self._established.set()
        self._spawn(self._relay_keys())
        self.events.leg_answered(None)

    def digit(self, digit: str) -> None:
        """Pass a key on: to the call, and to those who hear this leg."""
        if self._over:
            return
        if self._port is not None:
            for other in self._studio.mixer.hearers(self._port):
                other.relay(digit)
        self.events.leg_digit(digit)

    def quality(self, quality: Quality) -> None:
        """Take note of how the media fares."""
        self.quality_now = quality

    def closed(self, status: int, reason: str) -> None:
        """Pass on that the far end refused or hung up."""
        if self._over:
            return
        answered = self._port is not None
        self._close()
        if answered or self._call is None or self._call.invitation.call_id:
            self.events.leg_hung_up("connection_lost" if "rtp" in reason.lower() else "hangup")
        else:
            self.events.leg_refused(refusal(status), status or 503)

    # -- inside

    async def _dial(self, offer: Offer) -> None:
        invitation = invite(offer, self._studio.edge)
        try:
            call = await self._studio.agent.dial(invitation.uri, invitation.headers | self._headers)
        except SipError as error:
            self.events.leg_note("error", {"message": str(error)})
            self.events.leg_refused("failed", 503)
            return
        self._call = call
        call.listen(self)
        if self._over:  # It was cancelled while the INVITE went out.
            await call.end(487)

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

    def _relay(self, digit: str) -> None:
        self._keys.put_nowait(digit)

    async def _relay_keys(self) -> None:
        """Send on the keys that others in the bridge press, one after the other."""
        while True:
            await self._send_digit(await self._keys.get())

    def _sit(self) -> None:
        if self._port is not None:
            taken = self._bridge is not None and self._seat is not None
            self._port.place = Place(self._bridge, self._seat) if taken else None  # type: ignore[arg-type]
        self._update()

    def _set_music(self) -> None:
        if self._port is not None:
            pcm = self._studio.sounds.endless(self._music) if self._music is not None else None
            self._port.music = players.Loop(pcm) if pcm is not None else None

    def _add_ear(self, ear: Ear) -> None:
        if self._port is not None:
            self._port.add_ear(ear)
        else:
            self._early_ears = (*self._early_ears, ear)

    @contextlib.contextmanager
    def _listening(self, ear: Ear) -> Any:
        self._add_ear(ear)
        try:
            yield
        finally:
            if self._port is not None:
                self._port.remove_ear(ear)

    def _update(self) -> None:
        now = hearing(self._prompts[-1] if self._prompts else None, self._music, self._bridge, self._seat)
        if now != self.hearing and self._events is not None:
            self.hearing = now
            self._events.leg_note("hears", now.view())

    def _close(self) -> None:
        self._over = True
        if self._port is not None:
            self._studio.mixer.remove(self._port)
        for task in list(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
