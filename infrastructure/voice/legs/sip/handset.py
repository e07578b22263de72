"""The sound side of a SIP leg: what is played, where it sits, who listens. Works before the call is answered, too:
what is set up then takes effect with the first frame."""

import asyncio
import contextlib
from collections.abc import Callable, Generator

from infrastructure.voice.legs.hearing import Hearing, hearing
from infrastructure.voice.legs.leg import Bridge, Prompt, Seat
from infrastructure.voice.legs.sip.media import Sounds
from infrastructure.voice.sound import players
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.sound.port import Ear, Line, Place, Port

UNDER_WAY_S = 0.1
"""Sound that was handed over is heard so much later: frames kept ready, and the phone's own store."""


class Handset:
    """One leg's ear and mouth. changed: called when something else is heard."""

    def __init__(self, mixer: Mixer, sounds: Sounds, changed: Callable[[Hearing], None]) -> None:
        self.hearing = Hearing()
        self.connected = asyncio.Event()
        self._mixer = mixer
        self._sounds = sounds
        self._changed = changed
        self._port: Port | None = None
        self._prompts: tuple[Prompt, ...] = ()
        self._music: str | None = None
        self._place: Place | None = None
        self._early_ears: tuple[Ear, ...] = ()

    @property
    def gaps(self) -> int:
        """Return the tears in what came from the far end."""
        return self._port.gaps if self._port is not None else 0

    def connect(self, line: Line, relay: Callable[[str], None]) -> None:
        """Let sound run."""
        port = Port(line, relay)
        port.ears, port.place = self._early_ears, self._place
        self._port = port
        self._set_music()
        self._mixer.add(port)
        self.connected.set()
        self.update()

    def disconnect(self) -> None:
        """Let no more sound run; harmless twice."""
        if self._port is not None:
            self._mixer.remove(self._port)

    async def play(self, prompt: Prompt) -> None:
        """Play to the end once there is someone to hear it; cancelling stops at once. Raises SoundError."""
        pcm = await self._sounds.prompt(prompt)
        await self.connected.wait()
        if self._port is None or not pcm:
            return
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def tell() -> None:
            loop.call_soon_threadsafe(ended.set)

        port, player = self._port, players.Prompt(pcm, tell)
        port.prompts = (*port.prompts, player)
        self._prompts = (*self._prompts, prompt)
        self.update()
        try:
            await ended.wait()
            await asyncio.sleep(UNDER_WAY_S)
        finally:
            port.prompts = tuple(other for other in port.prompts if other is not player)
            self._prompts = tuple(other for other in self._prompts if other is not prompt)
            self.update()

    def music(self, name: str | None) -> None:
        """Begin or end endless sound."""
        self._music = name
        self._set_music()
        self.update()

    def sit(self, bridge: Bridge, seat: Seat) -> None:
        """Take a place in a bridge."""
        self._take(Place(bridge, seat))

    def stand(self) -> None:
        """Give the place up."""
        self._take(None)

    def tell_hearers(self, digit: str) -> None:
        """Send a key on to those in the bridge who hear this leg."""
        if self._port is not None:
            for other in self._mixer.hearers(self._port):
                other.relay(digit)

    def add_ear(self, ear: Ear) -> None:
        """Let something listen from now on."""
        if self._port is not None:
            self._port.add_ear(ear)
        else:
            self._early_ears = (*self._early_ears, ear)

    @contextlib.contextmanager
    def listening(self, ear: Ear) -> Generator[None]:
        """Let something listen for a while."""
        self.add_ear(ear)
        try:
            yield
        finally:
            self._early_ears = tuple(other for other in self._early_ears if other is not ear)
            if self._port is not None:
                self._port.remove_ear(ear)

    def update(self) -> None:
        """Work out again what is heard; the mixer itself reads bridge and seat with each frame."""
        place = self._place
        prompt = self._prompts[-1] if self._prompts else None
        bridge, seat = (place.bridge, place.seat) if place is not None else (None, None)
        now = hearing(prompt, self._music, bridge, seat)
        if now != self.hearing:
            self.hearing = now
            self._changed(now)

    def _take(self, place: Place | None) -> None:
        self._place = place
        if self._port is not None:
            self._port.place = place
        self.update()

    def _set_music(self) -> None:
        if self._port is not None:
            pcm = self._sounds.endless(self._music) if self._music is not None else None
            self._port.music = players.Loop(pcm) if pcm is not None else None
