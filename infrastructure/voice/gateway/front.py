"""The gateway's HTTP: REST for the platform on one port, lookups for Kamailio on another that is this host's alone."""

import asyncio
import signal
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from infrastructure.voice.gateway.lookup import Lookup, Unavailable
from infrastructure.voice.gateway.router import PREFIX, SESSION, TIMEOUT, Router
from infrastructure.voice.gateway.settings import Settings

MAX_BODY_BYTES = 1_000_000


def rest(settings: Settings) -> web.Application:
    """Return the application that the platform talks to."""
    router = Router(settings)

    async def life(application: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(timeout=TIMEOUT, auto_decompress=True) as session:
            application[SESSION] = session
            watching = asyncio.create_task(router.watch(session))
            yield
            watching.cancel()

    async def health(_: web.Request) -> web.Response:
        """Answer a load balancer, which knows no password: 503 while no node takes calls."""
        return web.json_response({"status": "ok"}) if router.load else web.json_response({"status": "full"}, status=503)

    application = web.Application(client_max_size=MAX_BODY_BYTES)
    application.cleanup_ctx.append(life)
    application.add_routes([web.get("/health", health)])
    application.add_routes([web.route("*", PREFIX + "/{rest:.*}", router.handle)])
    return application


def lookups(settings: Settings) -> web.Application:
    """Return the application that Kamailio asks."""
    application = web.Application()

    async def life(application: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            application[LOOKUP] = Lookup(settings, session)
            yield

    application.cleanup_ctx.append(life)
    application.add_routes([web.get("/credentials/{user}", _credentials), web.get("/health", _health)])
    return application


LOOKUP: web.AppKey[Lookup] = web.AppKey("lookup", Lookup)


async def _credentials(request: web.Request) -> web.Response:
    try:
        ha1 = await request.app[LOOKUP].ha1(request.match_info["user"])
    except Unavailable as error:
        return web.Response(status=503, text=str(error))
    return web.Response(status=404) if ha1 is None else web.Response(text=ha1)


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def serve(settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    sites = [
        (rest(settings), settings.router_host, settings.router_port),
        (lookups(settings), "127.0.0.1", settings.lookup_port),
    ]
    runners = [web.AppRunner(application, access_log=None, shutdown_timeout=1) for application, _, _ in sites]
    for runner, (_, host, port) in zip(runners, sites, strict=True):
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
    await stop.wait()
    for runner in runners:
        await runner.cleanup()
