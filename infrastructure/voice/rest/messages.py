"""Short messages: taken and kept to be looked at, delivered to nobody. A gateway has no such routes."""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from infrastructure.voice.engine.callbacks import API_VERSION, rfc2822
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.rest.errors import PREFIX, RestError, not_found
from infrastructure.voice.rest.form import Form
from infrastructure.voice.rest.paging import page

KEPT = 1_000
BODY_LIMIT = 1_600
_NUMBER = re.compile(r"\+[1-9]\d{4,14}")


@dataclass(frozen=True)
class Message:
    """A message that was taken. at: ms since the epoch."""

    sid: str
    to: str
    from_: str
    body: str
    at: int


@dataclass(frozen=True)
class Messages:
    """The routes under /Messages."""

    exchange: Exchange
    taken: deque[Message] = field(default_factory=lambda: deque[Message](maxlen=KEPT))

    def routes(self) -> list[web.RouteDef]:
        """Return the provider's routes."""
        base = PREFIX + "/Accounts/{account}/Messages"
        return [
            web.post(base + ".json", self.create),
            web.get(base + ".json", self.list),
            web.get(base + "/{message}.json", self.fetch),
        ]

    async def create(self, request: web.Request) -> web.Response:
        """Take a message."""
        form = await Form.of(request)
        to, from_, body = form.text("To"), form.text("From"), form.text("Body")
        if _NUMBER.fullmatch(to) is None:
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if from_ not in self.exchange.numbers:
            raise RestError(400, 21606, f"The 'From' phone number {from_} is not a valid, message-capable number")
        if not body:
            raise RestError(400, 21602, "Message body is required")
        if len(body) > BODY_LIMIT:
            raise RestError(400, 21617, f"The concatenated message body exceeds the {BODY_LIMIT} character limit")
        message = Message(self.exchange.sids.new("SM"), to, from_, body, self.exchange.clock.now_ms())
        self.taken.appendleft(message)
        return web.json_response(self._shape(message), status=201)

    async def list(self, request: web.Request) -> web.Response:
        """List messages, newest first, by To and From."""
        wanted = request.query
        found = [
            one
            for one in self.taken
            if wanted.get("To", one.to) == one.to and wanted.get("From", one.from_) == one.from_
        ]
        return page(request, "messages", found, self._shape)

    async def fetch(self, request: web.Request) -> web.Response:
        """Return one message."""
        sid = request.match_info["message"]
        found = next((one for one in self.taken if one.sid == sid), None)
        if found is None:
            raise not_found(request.path)
        return web.json_response(self._shape(found))

    def _shape(self, message: Message) -> dict[str, Any]:
        account = self.exchange.settings.account_sid
        uri = f"{PREFIX}/Accounts/{account}/Messages/{message.sid}.json"
        return {
            "sid": message.sid,
            "account_sid": account,
            "messaging_service_sid": None,
            "to": message.to,
            "from": message.from_,
            "body": message.body,
            "status": "delivered",
            "direction": "outbound-api",
            "num_segments": "1",
            "num_media": "0",
            "date_created": rfc2822(message.at),
            "date_updated": rfc2822(message.at),
            "date_sent": rfc2822(message.at),
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "api_version": API_VERSION,
            "uri": uri,
            "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
        }
