"""What a call consists of for those who take part in it, whatever carries their voices."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from infrastructure.local.call import User
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

PATIENCE_S = 30.0
WINDOW_S = 0.4
"""What is heard for so long is heard."""
CUSTOMER = "+8613800138000"
OUTSIDE = "+8613900139001"
POLICE = "+86110"
GROUP = "8009"
"""A group that rings five seconds; each world has a number that leads to it."""
OTHER_GROUP = "8001"
DESKS = {"agent1": "2001", "agent2": "2002"}
"""Extensions of the agents' desk phones."""
T = TypeVar("T")


class Party(Protocol):
    """Somebody on the telephone: a caller, an agent at his desk phone, somebody outside."""

    @property
    def hertz(self) -> float:
        """Return the tone that is this party's voice."""
        ...

    async def is_spoken_to(self) -> None:
        """Wait until a prompt is heard."""
        ...

    async def hears(self, *others: "Party") -> None:
        """Wait until exactly these voices are heard."""
        ...

    async def hears_music(self) -> None:
        """Wait until there is a sound and nobody's voice."""
        ...

    async def press(self, key: str) -> None:
        """Press a key."""
        ...

    async def hang_up(self) -> None:
        """End the call."""
        ...

    async def is_cut_off(self) -> None:
        """Wait until the call was ended by the other side."""
        ...


class World(Protocol):
    """One carrier with its telephones."""

    name: str
    number: str
    """Leads into the demo flow."""
    direct: str
    """Leads to the group."""
    domain: str
    """Of the desk phones that are dialled by this carrier alone."""

    async def caller(self, number: str) -> Party:
        """The customer calls a number and is answered."""
        ...

    async def at_desk(self, username: str) -> Party:
        """Wait until an agent's desk phone rings and is answered."""
        ...

    async def picks_up(self, username: str) -> Party:
        """Wait until the phone rings that an agent keeps off hook, and is picked up."""
        ...

    async def desk_dials(self, username: str, number: str) -> Party:
        """An agent lifts his handset and dials; what he is."""
        ...

    async def outside(self, number: str) -> Party:
        """Wait until a number outside rings and is answered."""
        ...

    async def desk_is_silent(self, username: str) -> None:
        """From now on nobody is at an agent's desk: it rings and rings."""
        ...

    async def tidy(self) -> None:
        """End every call, and have everybody at his desk."""
        ...


async def later(work: Callable[[], T]) -> T:
    """Run blocking work beside the event loop, which carries the sound."""
    return await asyncio.to_thread(work)


async def until(happens: Callable[[], Any], what: str, within_s: float = PATIENCE_S) -> None:
    """Wait for a condition that is asked beside the event loop."""
    await later(lambda: eventually(lambda: bool(happens()), what, within_s))


class Staff:
    """The agents as the API knows them."""

    def __init__(self, settings: Settings) -> None:
        self.users = {name: User(settings, name) for name in (*DESKS, "admin1")}

    def close(self) -> None:
        """Give the connections back."""
        for user in self.users.values():
            user.close()

    async def works(self, username: str, *groups: str) -> None:
        """An agent signs in with his desk phone and is ready."""
        user = self.users[username]
        phone = {"kind": "sip", "address": f"sip:{DESKS[username]}@voice.local"}
        await later(lambda: user.post("/agent/sign-in", groups=list(groups) or [OTHER_GROUP, GROUP], phone=phone))
        await later(lambda: user.post("/agent/ready"))

    async def keeps_off_hook(self, username: str, domain: str) -> None:
        """An agent signs in with a desk phone that stays off hook; he is ready once it is picked up."""
        user = self.users[username]
        phone = {"kind": "sip", "address": f"sip:{DESKS[username]}@{domain}", "nailed_up": True}
        await later(lambda: user.post("/agent/sign-in", groups=[GROUP], phone=phone))
        await later(lambda: user.post("/agent/ready"))

    async def offered_to(self, username: str) -> str:
        """Return the call that is offered to an agent."""
        await self.is_in(username, "reserved")
        return (await later(lambda: self.users[username].get("/agent")))["call"]["call_id"]

    async def finishes(self, username: str) -> None:
        """An agent ends his wrap-up, and is ready."""
        await self.is_in(username, "wrap_up")
        await later(lambda: self.users[username].post("/agent/wrap-up/finish"))
        await self.is_in(username, "ready")

    async def call_of(self, username: str) -> dict[str, Any]:
        """Return the call that an agent has, as soon as he talks."""
        user = self.users[username]

        def talks() -> bool:
            call = user.get("/agent")["call"]
            return bool(call) and call["state"] == "talking"

        await until(talks, f"{username} talks")
        return (await later(lambda: user.get("/agent")))["call"]

    async def act(self, username: str, call_id: str, what: str, **body: Any) -> None:
        """An agent gives a command about a call."""
        await later(lambda: self.users[username].post(f"/calls/{call_id}/{what}", **body))

    async def is_in(self, username: str, state: str) -> None:
        """Wait for an agent's state."""
        await until(lambda: self.users[username].get("/agent")["agent"]["state"] == state, f"{username} is {state}")

    async def record(self, call_id: str) -> dict[str, Any]:
        """Return the record of a call that is over."""
        admin = self.users["admin1"]

        def found() -> dict[str, Any]:
            return next((one for one in admin.get("/calls")["items"] if one["call_id"] == call_id), {})

        await until(lambda: found().get("ended_at"), f"the record of {call_id}")
        return await later(found)

    async def recording(self, call_id: str) -> dict[str, Any]:
        """Return a call's recording once it is stored, with the address of its sound as `url`."""
        admin = self.users["admin1"]

        def stored() -> dict[str, Any]:
            items = admin.get(f"/recordings?call_id={call_id}")["items"]
            return next((one for one in items if one["call_id"] == call_id and one["state"] == "stored"), {})

        await until(stored, f"the recording of {call_id} is stored")
        found = await later(stored)
        return found | await later(lambda: admin.get(f"/recordings/{found['recording_id']}/url"))

    async def go_home(self) -> None:
        """Everybody finishes wrap-up and signs out."""
        for username in DESKS:
            await until(lambda user=self.users[username]: _signs_out(user), f"{username} signs out", 60)


def _signs_out(user: User) -> bool:
    state = user.get("/agent")["agent"]["state"]
    if state == "wrap_up":
        user.http.post("/agent/wrap-up/finish")
    elif state != "signed_out":
        user.http.post("/agent/sign-out", json={})
    return state == "signed_out"
