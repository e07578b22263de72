"""The world outside the browser: callers and phones of the simulator, and the API as an observer asks it."""

import secrets
from collections.abc import Callable
from typing import Any

import httpx

from infrastructure.local import call
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

Json = dict[str, Any]
PATIENCE_S = 30.0
KNOWN = "+8613800138000"
KNOWN_NAME = "陈嘉怡"
KNOWN_TEXT = "138 0013 8000"
"""The known caller's number as people read it."""
DIRECT_NUMBER = "+861055550101"
"""Leads to group 8001 without the demo flow's welcome, which takes six seconds."""
AGENTS = (*(f"agent{number}" for number in range(1, 6)), "supervisor1")


def national(number: str) -> str:
    """A Chinese mobile number (E.164) as the screens write it."""
    return f"{number[3:6]} {number[6:10]} {number[10:]}"


class Outside:
    """Places calls, listens to what callers hear, and asks the API for the truth."""

    def __init__(self, settings: Settings) -> None:
        self.simulator = httpx.Client(base_url=f"{settings.simulator_url}/sim", timeout=30)
        self._settings = settings
        self._users: dict[str, call.User] = {}

    def close(self) -> None:
        """Give the connections back."""
        self.simulator.close()
        for user in self._users.values():
            user.close()

    def user(self, username: str) -> call.User:
        """The API as this user sees it."""
        if username not in self._users:
            self._users[username] = call.User(self._settings, username)
        return self._users[username]

    # --- callers ---

    def unknown_number(self) -> str:
        """A mobile number that no customer has, another one each time."""
        return f"+86139{secrets.randbelow(10**8):08}"

    def direct_line(self) -> None:
        """See to it that the direct number is there, at the platform and at the carrier."""
        address = f"{self._settings.public_url}/voice"
        webhooks = {"voice_url": f"{address}/inbound", "status_callback": f"{address}/status"}
        self.simulator.put("/numbers", json={"phone_number": DIRECT_NUMBER, **webhooks}).raise_for_status()
        made = {"number": DIRECT_NUMBER, "name": "直线", "carrier": "simulator", "group_id": "8001"}
        answer = self.user("admin1").http.post("/trunk-numbers", json=made)
        assert answer.status_code in (201, 409), answer.text

    def calls_in(self, number: str = KNOWN, key: str | None = None, to: str = DIRECT_NUMBER) -> str:
        """Somebody calls, to the demo flow with the key that he presses there; returns the call's id."""
        steps = [] if key is None else [{"wait_until": "listening"}, {"press": key}]
        answer = self.simulator.post("/calls", json={"from": number, "to": to, "steps": steps})
        return answer.raise_for_status().json()["call_sid"]

    def view(self, call_sid: str) -> Json:
        """What the carrier knows of a call, with its time line."""
        return self.simulator.get(f"/calls/{call_sid}").json()

    def heard_by(self, call_sid: str, *usernames: str) -> None:
        """Wait until the party hears the voices of exactly these users' phones."""
        wanted = sorted(f"client:{name}" for name in usernames)
        self.until(lambda: sorted(self._audible(call_sid)) == wanted, f"{call_sid} hears {wanted}")

    def _audible(self, call_sid: str) -> list[str]:
        return self.view(call_sid)["hearing"].get("audible") or []

    def hears(self, call_sid: str, *kinds: str) -> None:
        """Wait until the party hears one of these: prompt, music, conversation, hold …"""

        def is_so() -> bool:
            return self.view(call_sid)["hearing"]["kind"] in kinds

        try:
            eventually(is_so, f"{call_sid} hears {kinds}", PATIENCE_S)
        except TimeoutError as error:
            raise AssertionError(f"{error}; hears {self.view(call_sid)['hearing']}") from None

    def talks_with(self, call_sid: str, *usernames: str) -> None:
        """Wait until the party is in a conversation with exactly these agents."""
        wanted = sorted(f"client:{name}" for name in usernames)

        def is_so() -> bool:
            hearing = self.view(call_sid)["hearing"]
            return hearing["kind"] == "conversation" and sorted(hearing.get("with") or []) == wanted

        try:
            eventually(is_so, f"{call_sid} talks with {wanted}", PATIENCE_S)
        except TimeoutError as error:
            raise AssertionError(f"{error}; hears {self.view(call_sid)['hearing']}") from None

    def hangs_up(self, call_sid: str) -> None:
        """The party hangs up."""
        self.simulator.post(f"/calls/{call_sid}/hang-up").raise_for_status()

    def active(self) -> list[Json]:
        """Every leg that the carrier has now."""
        return self.simulator.get("/calls", params={"state": "active"}).json()["items"]

    def legs_to(self, address: str) -> list[str]:
        """The ids of the legs that a phone has now."""
        return [leg["call_sid"] for leg in self.active() if leg["to"] == address]

    # --- the truth by the API ---

    def agent(self, username: str) -> Json:
        """The agent as stored."""
        return self.user(username).get("/agent")["agent"]

    def state(self, username: str, wanted: str) -> None:
        """Wait for an agent's stored state."""
        self.until(lambda: self.agent(username)["state"] == wanted, f"{username} is {wanted}")

    def record(self, username: str, call_id: str) -> Json:
        """Wait for the record of a call that is over and return it."""

        def found() -> Json | None:
            return call.record_of(self.user(username), call_id)

        self.until(lambda: (found() or {}).get("ended_at") is not None, f"the record of {call_id} is filed")
        return found() or {}

    def until(self, happens: Callable[[], bool], what: str, within_s: float = PATIENCE_S) -> None:
        """Wait for a condition; a plain failure when it does not come."""
        try:
            eventually(happens, what, within_s)
        except TimeoutError as error:
            raise AssertionError(str(error)) from None

    # --- order ---

    def tidy(self) -> None:
        """End every call and sign every agent out, whatever a test left behind."""
        self.simulator.delete("/faults")
        for leg in self.active():
            self.simulator.post(f"/calls/{leg['call_sid']}/hang-up")
        for username in AGENTS:
            self._leave(username)

    def _leave(self, username: str) -> None:
        def is_out() -> bool:
            state = self.agent(username)["state"]
            if state == "wrap_up":
                self.user(username).http.post("/agent/wrap-up/finish")
            elif state != "signed_out":
                self.user(username).http.post("/agent/sign-out", json={})
            return state == "signed_out"

        eventually(is_out, f"{username} signs out", 60)
