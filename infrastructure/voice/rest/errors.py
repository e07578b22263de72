"""Errors in the provider's shape, and who may ask."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from infrastructure.voice.clock import Clock
from infrastructure.voice.hooks.faults import FaultPlan
from infrastructure.voice.settings import Settings

PREFIX = "/2010-04-01"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class RestError(Exception):
    """A refusal. code: the provider's error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_found(path: str) -> RestError:
    """Return the provider's 404."""
    return RestError(404, 20404, f"The requested resource {path} was not found")


def response(error: RestError) -> web.Response:
    """Return the error as the provider writes it."""
    body = {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return web.json_response(body, status=error.status, headers=headers)


def middleware(settings: Settings, faults: FaultPlan, clock: Clock) -> Callable[..., Awaitable[web.StreamResponse]]:
    """Return the guard of everything under /2010-04-01: credentials, injected faults, errors."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            return await handler(request)
        try:
            _authenticate(request, settings)
            fault = faults.take(("rest_error", "rest_timeout"), "any", request.path, request.method)
            if fault is not None and fault.kind == "rest_error":
                raise RestError(fault.status, 20429 if fault.status == 429 else 20500, "injected fault")
            answer = await _handled(request, handler)
            if fault is not None:
                await clock.sleep(fault.delay_s)
            return answer
        except RestError as error:
            return response(error)

    return guard


async def _handled(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPNotFound:
        raise not_found(request.path) from None
    except web.HTTPMethodNotAllowed:
        raise RestError(405, 20004, "Method not allowed") from None


def _authenticate(request: web.Request, settings: Settings) -> None:
    """Accept AccountSid:AuthToken or ApiKey:Secret, and only for the account in the path."""
    name, _, password = _basic(request.headers.get("Authorization", "")).partition(":")
    known = {settings.account_sid: settings.auth_token, settings.api_key: settings.api_secret}
    if not hmac.compare_digest(known.get(name, "\0").encode(), password.encode()):
        raise RestError(401, 20003, "Authenticate")
    parts = request.path.split("/")
    if len(parts) > 3 and parts[2] == "Accounts" and parts[3].removesuffix(".json") != settings.account_sid:
        raise RestError(401, 20003, "Authenticate")


def _basic(authorization: str) -> str:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
