"""HA1 of phones for Kamailio: asked of the platform with a signed webhook, remembered, and kept for bad hours.

Kamailio asks on the loopback interface and must have its answer at once, because a worker waits. So few questions are
out at a time, everything is remembered for a moment, and while the platform does not answer what it once said holds.
"""

import time
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from twilio.request_validator import RequestValidator

from infrastructure.voice.gateway.settings import Settings

PATH: Final = "/voice/sip-credentials"
FRESH_S: Final = 10.0
UNKNOWN_S: Final = 30.0
STALE_S: Final = 24 * 3600.0
AT_A_TIME: Final = 4
KEPT: Final = 20_000
TIMEOUT: Final = aiohttp.ClientTimeout(total=1.8)


def is_over(user: str) -> bool:
    """Tell whether a login is a page's, `identity.second`, and its second is past: whatever is remembered of it."""
    _, dot, second = user.rpartition(".")
    return bool(dot) and second.isdecimal() and int(second) <= time.time()


class Unavailable(Exception):
    """The platform cannot be asked, and nothing is known."""


@dataclass
class Remembered:
    """ha1: None for a user that the platform does not know. at: monotonic seconds."""

    ha1: str | None
    at: float


@dataclass
class Lookup:
    """Answers who has which HA1."""

    settings: Settings
    session: aiohttp.ClientSession
    known: dict[str, Remembered] = field(default_factory=dict[str, Remembered])
    asking: int = 0

    async def ha1(self, user: str) -> str | None:
        """Return a user's HA1 (MD5 of user:realm:password, hexadecimal), None if there is none. Errors: Unavailable."""
        if is_over(user):
            return None
        found = self.known.get(user)
        if found is None or time.monotonic() - found.at >= (FRESH_S if found.ha1 else UNKNOWN_S):
            found = await self._asked(user, found)
        return found.ha1

    async def _asked(self, user: str, before: Remembered | None) -> Remembered:
        try:
            answer = Remembered(await self._ask(user), time.monotonic())
        except Unavailable:
            if before is None or before.ha1 is None or time.monotonic() - before.at > STALE_S:
                raise
            return before
        if len(self.known) >= KEPT:  # names that a scanner made up; phones are asked for again
            self.known.clear()
        self.known[user] = answer
        return answer

    async def _ask(self, user: str) -> str | None:
        if self.asking >= AT_A_TIME:
            raise Unavailable("too many questions at once")
        url = self.settings.platform_url.rstrip("/") + PATH
        form = {"AccountSid": self.settings.account_sid, "Realm": self.settings.domain, "Username": user}
        signature = RequestValidator(self.settings.auth_token).compute_signature(url, form)
        self.asking += 1
        try:
            sent = self.session.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=TIMEOUT)
            async with sent as answer:
                if answer.status == 404:
                    return None
                if answer.status != 200:
                    raise Unavailable(f"the platform answers {answer.status}")
                return (await answer.text()).strip()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(str(error)) from error
        finally:
            self.asking -= 1
