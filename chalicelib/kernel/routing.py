"""Typed routes: a view is a plain function with annotated parameters; this module does the decoding around it.

    router = Router("customers")

    @router.get("/customers/{customer_id}", permission="customers.read")
    def read_customer(who: Principal, customer_id: str) -> Customer: ...

A view's parameters are filled by name: path parameters, `who` (the principal), `body` and `query` (msgspec structs),
`locale`. What it returns is encoded as JSON. Every route names its permission; `PUBLIC` is said aloud. The table of
routes is the source of the OpenAPI document.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import msgspec
from chalice.app import Response

from chalicelib.kernel import log
from chalicelib.kernel.errors import DomainError, InvalidInput, Unauthenticated
from chalicelib.kernel.ids import new_id
from chalicelib.kernel.principal import Principal

PUBLIC = "public"
API = "/api"
BODY_LIMIT = 1_000_000

View = Callable[..., Any]
Headers = dict[str, str | list[str]]


@dataclass(frozen=True)
class Reply:
    """An answer with a status, headers or a body that is not JSON of a struct."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Route:
    """One route of the API. path is the full path; tag groups routes in the API reference."""

    method: str
    path: str
    permission: str
    tag: str
    view: View
    status: int

    @property
    def hints(self) -> dict[str, Any]:
        """Return the view's annotations, resolved."""
        return get_type_hints(self.view)


class Router:
    """The routes of one capability. Paths are given below /api."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.routes: list[Route] = []

    def route(self, method: str, path: str, *, permission: str, status: int = 200) -> Callable[[View], View]:
        """Register a view for `method` and `path`."""

        def register(view: View) -> View:
            self.routes.append(Route(method, API + path, permission, self.tag, view, status))
            return view

        return register

    def get(self, path: str, *, permission: str) -> Callable[[View], View]:
        """Register a view that reads."""
        return self.route("GET", path, permission=permission)

    def post(self, path: str, *, permission: str, status: int = 200) -> Callable[[View], View]:
        """Register a view that creates or acts."""
        return self.route("POST", path, permission=permission, status=status)

    def put(self, path: str, *, permission: str) -> Callable[[View], View]:
        """Register a view that replaces."""
        return self.route("PUT", path, permission=permission)

    def delete(self, path: str, *, permission: str) -> Callable[[View], View]:
        """Register a view that deletes (204)."""
        return self.route("DELETE", path, permission=permission, status=204)

    def mount(self, app: Any, authorizer: Any) -> None:
        """Register the routes with the Chalice app; routes that are not public get the authorizer."""
        for route in self.routes:
            protected = {} if route.permission == PUBLIC else {"authorizer": authorizer}
            app.route(
                route.path,
                methods=[route.method],
                name=route.view.__name__,
                content_types=["application/json"],
                **protected,
            )(_handler(app, route))


def _handler(app: Any, route: Route) -> Callable[..., Response]:
    def handle(**path: str) -> Response:
        request = app.current_request
        correlation_id = request.headers.get("x-correlation-id") or new_id()
        locale = locale_of(request.headers.get("accept-language"))
        try:
            who = _principal(request, route)
            result = route.view(**_arguments(request, route, path, who, locale))
            log.log("request", route=f"{route.method} {route.path}", user=who.username, correlation_id=correlation_id)
            return _response(result, route.status, correlation_id)
        except DomainError as error:
            log.log("refused", route=f"{route.method} {route.path}", code=error.code, correlation_id=correlation_id)
            return problem(error, locale, correlation_id)
        except Exception:
            log.logger().exception("failed", extra={"route": route.path, "correlation_id": correlation_id})
            return problem(Failure(correlation_id=correlation_id), locale, correlation_id)

    return handle


class Failure(DomainError):
    """Our own mistake. params: correlation_id."""

    status = 500
    code = "internal_error"
    text = {
        "zh-CN": "系统出现错误,请稍后重试;如仍失败,请把编号 {correlation_id} 告诉管理员。",
        "en": "Something went wrong on our side. Try again; if it persists tell your administrator {correlation_id}.",
    }


def locale_of(header: str | None) -> str:
    """Return the locale that an Accept-Language header asks for: `en` if it leads, else `zh-CN`."""
    return "en" if (header or "").strip().lower().startswith("en") else "zh-CN"


def _principal(request: Any, route: Route) -> Principal:
    if route.permission == PUBLIC:
        return Principal(username="")
    carried = (request.context.get("authorizer") or {}).get("principal")
    if not carried:
        raise Unauthenticated
    who = msgspec.json.decode(carried, type=Principal)
    who.require(route.permission)
    return who


def _arguments(request: Any, route: Route, path: dict[str, str], who: Principal, locale: str) -> dict[str, Any]:
    hints = route.hints
    arguments: dict[str, Any] = {}
    for name in inspect.signature(route.view).parameters:
        if name == "who":
            arguments[name] = who
        elif name == "locale":
            arguments[name] = locale
        elif name == "headers":
            arguments[name] = request.headers
        elif name == "body":
            arguments[name] = decode_body(request.raw_body, hints[name])
        elif name == "query":
            arguments[name] = _query(request.query_params, hints[name])
        else:
            arguments[name] = _path_value(path[name])
    return arguments


def _path_value(value: str) -> str:
    from urllib.parse import unquote

    return unquote(value)


def decode_body(raw: bytes, kind: Any) -> Any:
    """Return a JSON body as `kind`. Errors: InvalidInput that says where and why."""
    if len(raw) > BODY_LIMIT:
        raise InvalidInput(reason=f"body > {BODY_LIMIT} bytes")
    try:
        return msgspec.json.decode(raw or b"{}", type=kind)
    except msgspec.DecodeError as error:  # ValidationError is one
        raise InvalidInput(reason=str(error)) from error


def _query(given: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(dict(given or {}), kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(reason=str(error)) from error


def _response(result: Any, status: int, correlation_id: str) -> Response:
    headers: Headers = {
        "Content-Type": "application/json",
        "X-Correlation-Id": correlation_id,
        "Cache-Control": "no-store",
    }
    if isinstance(result, Reply):
        body = result.body if isinstance(result.body, str) else msgspec.json.encode(result.body).decode()
        return Response(body, headers={**headers, **result.headers}, status_code=result.status)
    if status == 204:
        return Response("", headers=headers, status_code=204)
    return Response(msgspec.json.encode(result).decode(), headers=headers, status_code=status)


def problem(error: DomainError, locale: str, correlation_id: str) -> Response:
    """Return the RFC 9457 answer for a domain error."""
    body = {
        "type": f"urn:zhiyin:error:{error.code}",
        "title": error.code,
        "status": error.status,
        "code": error.code,
        "detail": error.detail(locale),
        "params": error.params,
        "correlation_id": correlation_id,
    }
    headers: Headers = {"Content-Type": "application/problem+json", "X-Correlation-Id": correlation_id}
    return Response(msgspec.json.encode(body).decode(), headers=headers, status_code=error.status)
