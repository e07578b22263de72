"""The world on the simulator: what is heard is what its bookkeeping says."""

import time
from typing import Any

import httpx

from infrastructure.local.carrier import DEMO_NUMBER
from infrastructure.local.settings import Settings
from infrastructure.voice.legs.wav import tone_of
from tests.gateway.acceptance.world import CUSTOMER, DESKS, WINDOW_S, later, until


class SimulatedParty:
    """A leg of the simulator."""

    def __init__(self, simulator: httpx.Client, sid: str, address: str) -> None:
        self._simulator, self._sid, self.address = simulator, sid, address

    @property
    def hertz(self) -> float:
        return float(tone_of(self.address))

    async def is_spoken_to(self) -> None:
        await self._hears(lambda hearing: hearing["kind"] == "prompt", "a prompt")

    async def hears(self, *others: Any) -> None:
        wanted = sorted(one.address for one in others)
        await self._hears(lambda hearing: sorted(hearing.get("audible", [])) == wanted, f"{wanted}")

    async def hears_music(self) -> None:
        await self._hears(lambda hearing: hearing["kind"] in ("music", "hold") and bool(hearing.get("text")), "music")

    async def press(self, key: str) -> None:
        await later(lambda: self._simulator.post(f"/calls/{self._sid}/press", json={"digits": key}).raise_for_status())

    async def hang_up(self) -> None:
        await later(lambda: self._simulator.post(f"/calls/{self._sid}/hang-up").raise_for_status())

    async def is_cut_off(self) -> None:
        await until(lambda: self._view()["ended_at"] is not None, f"{self.address} is cut off")

    async def _hears(self, fits: Any, what: str) -> None:
        """Wait until something is heard for as long as the ears of the other world need."""
        since = time.monotonic()

        def lasts() -> bool:
            nonlocal since
            if not fits(self._view()["hearing"]):
                since = time.monotonic()
            return time.monotonic() - since >= WINDOW_S

        try:
            await until(lasts, what)
        except TimeoutError:
            raise AssertionError(f"{self.address} hears {self._view()['hearing']}, not {what}") from None

    def _view(self) -> dict[str, Any]:
        return self._simulator.get(f"/calls/{self._sid}").json()


class Simulated:
    """The simulator of the stack."""

    name = "simulator"
    number = DEMO_NUMBER
    direct = "+861055550109"
    domain = "simulated.local"

    def __init__(self, settings: Settings) -> None:
        self._simulator = httpx.Client(base_url=f"{settings.simulator_url}/sim", timeout=30)
        hooks = f"{settings.public_url}/voice"
        line = {"phone_number": self.direct, "voice_url": f"{hooks}/inbound", "status_callback": f"{hooks}/status"}
        self._simulator.put("/numbers", json=line).raise_for_status()
        self._met: set[str] = set()

    def close(self) -> None:
        """Give the connections back."""
        self._simulator.close()

    async def caller(self, number: str) -> SimulatedParty:
        body = {"from": CUSTOMER, "to": number, "steps": []}
        placed = await later(lambda: self._simulator.post("/calls", json=body).raise_for_status().json())
        return SimulatedParty(self._simulator, placed["call_sid"], CUSTOMER)

    async def at_desk(self, username: str) -> SimulatedParty:
        return await self._met_at(_address(username))

    async def picks_up(self, username: str) -> SimulatedParty:
        return await self._met_at(f"sip:{DESKS[username]}@{self.domain}")

    async def desk_dials(self, username: str, number: str) -> SimulatedParty:
        body = {"from": _address(username), "to": number, "steps": []}
        placed = await later(lambda: self._simulator.post("/calls", json=body).raise_for_status().json())
        return SimulatedParty(self._simulator, placed["call_sid"], _address(username))

    async def outside(self, number: str) -> SimulatedParty:
        return await self._met_at(number)

    async def desk_is_silent(self, username: str) -> None:
        await later(lambda: self._script(_address(username), "no_answer"))

    async def tidy(self) -> None:
        for leg in await later(self._active):
            self._simulator.post(f"/calls/{leg['call_sid']}/hang-up")
        for username in DESKS:
            self._script(_address(username), "answer")
            self._script(f"sip:{DESKS[username]}@{self.domain}", "answer")
        self._script("+*", "answer")

    async def _met_at(self, address: str) -> SimulatedParty:
        found: list[str] = []

        def answered() -> bool:
            found[:] = [
                leg["call_sid"]
                for leg in self._active()
                if leg["to"] == address and leg["direction"] != "inbound"
                if leg["answered_at"] and leg["call_sid"] not in self._met
            ]
            return bool(found)

        await until(answered, f"{address} is rung and answers")
        self._met.add(found[0])
        return SimulatedParty(self._simulator, found[0], address)

    def _active(self) -> list[dict[str, Any]]:
        return self._simulator.get("/calls", params={"state": "active"}).json()["items"]

    def _script(self, pattern: str, result: str) -> None:
        phone = {"pattern": pattern, "result": result, "answer_after_s": 0.2}
        self._simulator.put("/phones", json=phone).raise_for_status()


def _address(username: str) -> str:
    return f"sip:{DESKS[username]}@voice.local"
