"""A simulator and a platform, both listening on free ports of the loopback interface."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from infrastructure.voice.server import Carrier
from infrastructure.voice.settings import Number, Settings
from tests.contract.voice.http_platform import HttpPlatform

TRUNK = "+861055550100"
T = TypeVar("T")


class LocalHttpClient(TwilioHttpClient):
    """The provider's own HTTP client, sent to another host: what configuration of a base URL means."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = urlsplit(base)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        here = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(here), *args, **kwargs)


@dataclass
class Wire:
    """Everything over real sockets."""

    carrier: Carrier
    platform: HttpPlatform
    client: Client
    base: str

    async def rest(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a call of the blocking client library beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(None, partial(work, *args, **kwargs))


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    settings = Settings(numbers=[Number(phone_number=TRUNK, friendly_name="Demo")])
    platform = HttpPlatform(settings.auth_token)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", platform.handle)
    hooks = TestServer(application)
    await hooks.start_server()
    platform.url = str(hooks.make_url("/")).rstrip("/")
    number = settings.numbers[0]
    number.voice_url, number.status_callback = f"{platform.url}/voice", f"{platform.url}/status"
    carrier = Carrier.build(settings)
    server = TestServer(carrier.application())
    await server.start_server()
    base = str(server.make_url("/")).rstrip("/")
    settings.public_url = base
    client = Client(settings.account_sid, settings.auth_token, http_client=LocalHttpClient(base))
    yield Wire(carrier, platform, client, base)
    await carrier.exchange.close()
    await server.close()
    await hooks.close()
    client.http_client.session.close()
    assert platform.forged == []


Rest = Callable[..., Awaitable[Any]]
