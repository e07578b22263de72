"""Asks Zhiyin for the digest of a user's password, for the edge. Phones go on working while Zhiyin does not answer."""

import time
from collections import OrderedDict

import aiohttp
from twilio.request_validator import RequestValidator

from infrastructure.voice.gateway.settings import Gateway

FRESH_S = 60.0
KEPT = 20_000
ASK_S = 1.5
"""The edge itself waits two seconds, with one of its few processes."""


class Unavailable(Exception):
    """Zhiyin does not answer, and nothing is known from before."""


class Credentials:
    """Digests of passwords by user, as Zhiyin last said."""

    def __init__(self, gateway: Gateway, session: aiohttp.ClientSession) -> None:
        self._gateway = gateway
        self._session = session
        self._validator = RequestValidator(gateway.auth_token)
        self._known: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    async def of(self, user: str) -> str | None:
        """Return HA1 of a user's password, None when he has none. Errors: Unavailable."""
        at, known = self._known.get(user, (0.0, None))
        if at and time.monotonic() - at < FRESH_S:
            return known
        try:
            return self._keep(user, await self._ask(user))
        except (aiohttp.ClientError, TimeoutError) as error:
            if known is None:
                raise Unavailable from error
            return known

    async def _ask(self, user: str) -> str | None:
        url = f"{self._gateway.public_url}/voice/sip-credentials"
        form = {"AccountSid": self._gateway.account_sid, "Username": user, "Realm": self._gateway.domain}
        headers = {"X-Twilio-Signature": self._validator.compute_signature(url, form)}
        limit = aiohttp.ClientTimeout(total=ASK_S)
        async with self._session.post(url, data=form, headers=headers, timeout=limit) as reply:
            if reply.status == 404:
                return None
            reply.raise_for_status()
            return (await reply.text()).strip()

    def _keep(self, user: str, found: str | None) -> str | None:
        self._known[user] = (time.monotonic(), found)
        self._known.move_to_end(user)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found
