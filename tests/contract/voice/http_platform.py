"""A platform over real HTTP: answers webhooks from a dictionary and checks every signature with the provider's own
validator."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from twilio.request_validator import RequestValidator

Document = str | Callable[[dict[str, str]], str]


class HttpPlatform:
    """Documents by path; every request must be signed."""

    def __init__(self, token: str) -> None:
        self._validator = RequestValidator(token)
        self.documents: dict[str, Document] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.forged: list[str] = []
        self.arrived = asyncio.Condition()
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._validator.validate(str(request.url), form, signature):
            self.forged.append(request.path)
            return web.Response(status=403)
        async with self.arrived:
            self.requests.append((request.path, form))
            self.arrived.notify_all()
        document = self.documents.get(request.path, "")
        text = document(form) if callable(document) else document
        return web.Response(text=f"<Response>{text}</Response>", content_type="text/xml")

    def to(self, path: str) -> list[dict[str, str]]:
        return [form for asked, form in self.requests if asked == path]

    async def until(self, path: str, **fields: str) -> dict[str, str]:
        """Return the first request to a path with these fields, waiting up to 10 s for it."""

        def found() -> dict[str, str] | None:
            return next((f for f in self.to(path) if all(f.get(k) == v for k, v in fields.items())), None)

        async with asyncio.timeout(10), self.arrived:
            while (form := found()) is None:
                await self.arrived.wait()
            return form
