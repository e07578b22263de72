"""The world on the gateway: SIP telephones whose voices are tones, and ears that measure them."""

import asyncio
import contextlib
import time
from typing import Any

import numpy as np

from infrastructure.voice.gateway import laptop
from infrastructure.voice.gateway.settings import Settings as Gateway
from tests.gateway.acceptance.world import CUSTOMER, DESKS, OUTSIDE, PATIENCE_S, POLICE, WINDOW_S
from tests.gateway.peer import Peer, Talk
from tests.gateway.rtp import strength

VOICES = {CUSTOMER: 1000.0, "2001": 600.0, "2002": 1450.0, OUTSIDE: 2100.0, POLICE: 2600.0}
"""Hertz; none is another's harmonic."""
HEARD, UNHEARD, LOUD = 1500.0, 150.0, 800.0
"""Peaks in linear samples: a voice that is there, one that is not, any sound at all."""


class RealParty:
    """A SIP call with sound."""

    def __init__(self, talk: Talk, hertz: float) -> None:
        self._talk, self.hertz = talk, hertz

    async def is_spoken_to(self) -> None:
        await self._until(lambda: self._loudest() > LOUD, "a sound")

    async def hears(self, *others: Any) -> None:
        wanted = {one.hertz for one in others}
        await self._until(lambda: self._voices() == wanted, f"exactly {sorted(wanted)}")

    async def hears_music(self) -> None:
        await self._until(lambda: self._loudest() > 100 and self._voices() == set(), "music alone")

    async def press(self, key: str) -> None:
        self._talk.stream.press(key)

    async def hang_up(self) -> None:
        self._talk.hang_up()

    async def is_cut_off(self) -> None:
        await asyncio.wait_for(self._talk.over.wait(), PATIENCE_S)

    def _voices(self) -> set[float] | None:
        """Return whose tones are heard now; None while that cannot be said (a tone begins or ends, nothing comes)."""
        sound = self._sound()
        if len(sound) < WINDOW_S * 4000:
            return None
        levels = {hertz: strength(sound, hertz) for hertz in VOICES.values()}
        if any(UNHEARD <= level <= HEARD for level in levels.values()):
            return None
        return {hertz for hertz, level in levels.items() if level > HEARD}

    def _loudest(self) -> float:
        return float(np.abs(self._sound()).max(initial=0))

    def _sound(self) -> Any:
        return self._talk.stream.samples(time.monotonic() - WINDOW_S)

    async def _until(self, holds: Any, what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                levels = {hertz: round(strength(self._sound(), hertz)) for hertz in VOICES.values()}
                raise AssertionError(f"{self.hertz} Hz hears {levels} of {self._loudest():.0f}, not {what}")
            await asyncio.sleep(0.05)


class Real:
    """The gateway beside the stack, its trunk and its desk phones."""

    name = "gateway"
    number = laptop.DEMO_NUMBER
    direct = "+861055550209"
    domain = "voice.local"

    def __init__(self, gateway: Gateway, trunk: Peer, passwords: dict[str, str]) -> None:
        self._edge, self._domain = (gateway.address, gateway.sip_port), gateway.domain
        self._trunk, self._passwords = trunk, passwords
        self._desks: dict[str, Peer] = {}

    @classmethod
    async def open(cls, gateway: Gateway, passwords: dict[str, str]) -> "Real":
        """Connect the trunk, and register the desk phones. passwords: by extension."""
        line = gateway.trunks[0]
        trunk = await Peer.open(VOICES[CUSTOMER], line.port, ip=line.host)
        trunk.tones.update({OUTSIDE: VOICES[OUTSIDE], "110": VOICES[POLICE]})
        made = cls(gateway, trunk, passwords)
        for username, extension in DESKS.items():
            phone = made._desks[username] = await Peer.open(VOICES[extension])
            assert await phone.register(extension, passwords[extension], gateway.domain, made._edge) == 200
        return made

    async def close(self) -> None:
        """Put every receiver down, and switch the phones off."""
        for username, extension in DESKS.items():
            phone = self._desks[username]
            await phone.register(extension, self._passwords[extension], self._domain, self._edge, expires=0)
        for peer in (self._trunk, *self._desks.values()):
            await peer.close()

    async def caller(self, number: str) -> RealParty:
        talk = await self._trunk.call(number, self._edge, from_=CUSTOMER)
        await asyncio.wait_for(talk.answered.wait(), PATIENCE_S)
        return RealParty(talk, VOICES[CUSTOMER])

    async def at_desk(self, username: str) -> RealParty:
        return await self._met_at(self._desks[username], VOICES[DESKS[username]])

    async def picks_up(self, username: str) -> RealParty:
        return await self.at_desk(username)

    async def desk_dials(self, username: str, number: str) -> RealParty:
        extension = DESKS[username]
        login = (extension, self._passwords[extension])
        talk = await self._desks[username].call(number, self._edge, from_=extension, login=login)
        await asyncio.wait_for(talk.answered.wait(), PATIENCE_S)
        return RealParty(talk, VOICES[extension])

    async def outside(self, number: str) -> RealParty:
        return await self._met_at(self._trunk, VOICES[number])

    async def desk_is_silent(self, username: str) -> None:
        self._desks[username].result = 0

    async def tidy(self) -> None:
        for peer in (self._trunk, *self._desks.values()):
            peer.result = 200
            for talk in peer.talks.values():
                if talk.answered.is_set() and not talk.over.is_set():
                    talk.hang_up()
            with contextlib.suppress(asyncio.QueueEmpty):
                while True:
                    peer.called.get_nowait()

    async def _met_at(self, peer: Peer, hertz: float) -> RealParty:
        talk = await asyncio.wait_for(peer.called.get(), PATIENCE_S)
        await asyncio.wait_for(talk.answered.wait(), PATIENCE_S)
        return RealParty(talk, hertz)
