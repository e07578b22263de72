"""`make openapi`: writes docs/openapi.json, the OpenAPI 3.1 description of the API, from the routes and their types.

Nothing is described twice: paths, permissions and status come from the routers' tables, schemas from the views'
annotations (msgspec), words from docstrings. The document is served by the API itself (see `chalicelib.reference`).
"""

import inspect
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.kernel.routing import API, PUBLIC, Reply, Route, Router

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENT = PROJECT / "docs" / "openapi.json"

OTHER_CONTENT = {
    "/api/calls/export": "text/csv",
    "/api/survey-results/export": "text/csv",
    "/api/docs": "text/html",
    "/api/openapi.json": "application/json",
}
"""What routes answer that build their own reply; one without content is 204."""

TAGS = {
    "platform": "Health and this description.",
    "identity": "Sign-in, users, departments, roles, reasons, address book.",
    "directory": "Trunk numbers, extensions, schedules, black and white lists, where a number is from.",
    "routing": "Number lists, places, a check of routing rules, the dry run of a call.",
    "groups": "Groups (queues) and their members.",
    "prompts": "Prompts: recordings and spoken texts, per language.",
    "flows": "Call flows: drafts, validation, published versions.",
    "agent": "The agent's own state and phone.",
    "calls": "Call control, call records and their events.",
    "callbacks": "Callbacks: who is still to be called back, booking, giving up.",
    "supervision": "What a supervisor does with agents and calls of his departments.",
    "recordings": "Recordings: search, play, download.",
    "voicemail": "Voicemail: messages that callers left for groups, agents and extensions.",
    "surveys": "Satisfaction surveys and what callers answered.",
    "customers": "Customers, their history, the screen pop.",
    "realtime": "Ticket for the WebSocket, live wall, presence.",
}

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"


class Problem(msgspec.Struct, kw_only=True):
    """Why a request was refused (RFC 9457). code: stable name of the error; detail: a sentence for the user in the
    language of Accept-Language; params: what the sentence names; correlation_id: tell it to the administrator.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    params: dict[str, Any] = {}
    correlation_id: str = ""


def document(routers: Iterable[Router]) -> Json:
    """Return the OpenAPI document of the routers."""
    routes = [route for router in routers for route in router.routes]
    types = [Problem, *(kind for route in routes for kind in _types(route))]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    views = Counter(route.view.__name__ for route in routes)
    paths: Json = {}
    for route in sorted(routes, key=lambda route: (route.path, route.method)):
        operation = _operation(route, by_type, components, unique=views[route.view.__name__] == 1)
        paths.setdefault(route.path.removeprefix(API), {})[route.method.lower()] = operation
    return _short_names(_described(paths, _used(components, paths), {route.tag for route in routes}))


def _used(components: Json, paths: Json) -> Json:
    """Return the components that something refers to (queries are spelled out as parameters)."""
    text = json.dumps([paths, components, _REF.format(name=Problem.__name__)])
    return {name: schema for name, schema in components.items() if f'{_REF.format(name=name)}"' in text}


def _described(paths: Json, components: Json, tags: set[str]) -> Json:
    unknown = tags - set(TAGS)
    if unknown:
        raise SystemExit(f"tags without a description in infrastructure/openapi.py: {sorted(unknown)}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zhiyin",
            "version": tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"],
            "description": inspect.cleandoc(
                """
                The API of the Zhiyin call centre. Times are milliseconds since the epoch (UTC) in fields ending in
                `_at`, `_until` or `_since`; durations are seconds in fields ending in `_s`; phone numbers are E.164.

                Lists answer `{items, cursor}`; pass `cursor` as `?cursor=` for the next page, it is null on the last.
                Records that are configured carry a `version`: send back the one that was read; if somebody else was
                faster the answer is 409 `changed_meanwhile`. Every operation names the permission that it needs in
                `x-permission`. Live changes come over the WebSocket `/ws` (see docs/architecture.md).
                """
            ),
        },
        "servers": [{"url": API}],
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items() if name in tags],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"Problem": {"description": "Refused.", "content": _content("application/problem+json")}},
            "schemas": dict(sorted(components.items())),
        },
    }


def _content(kind: str) -> Json:
    return {kind: {"schema": {"$ref": _REF.format(name="Problem")}}}


def _types(route: Route) -> list[Any]:
    """Return the types that a route reads and answers."""
    hints = route.hints
    found = [hints[name] for name in ("body", "query") if name in hints]
    answer = hints.get("return")
    return found if answer in (None, type(None), Reply) else [*found, answer]


def _operation(route: Route, by_type: Json, components: Json, *, unique: bool) -> Json:
    summary, _, more = inspect.cleandoc(route.view.__doc__ or "").partition("\n")
    if not summary:
        raise SystemExit(f"{route.method} {route.path}: the view has no docstring")
    operation: Json = {
        "operationId": route.view.__name__ if unique else f"{route.tag}_{route.view.__name__}",
        "tags": [route.tag],
        "summary": summary.rstrip("."),
        "x-permission": route.permission,
        "parameters": [*_path_parameters(route.path), *_query_parameters(route, by_type, components)],
        "responses": {**_answer(route, by_type), "default": {"$ref": "#/components/responses/Problem"}},
    }
    if more.strip():
        operation["description"] = more.strip()
    if "body" in route.hints:
        content = {"application/json": {"schema": by_type[repr(route.hints["body"])]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.permission == PUBLIC:
        operation["security"] = []
    return operation


def _path_parameters(path: str) -> list[Json]:
    names: list[str] = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(route: Route, by_type: Json, components: Json) -> list[Json]:
    if "query" not in route.hints:
        return []
    schema: Json = by_type[repr(route.hints["query"])]
    schema = components[schema["$ref"].rpartition("/")[2]]
    required: Sequence[str] = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _answer(route: Route, by_type: Json) -> Json:
    if route.hints.get("return") is not Reply:
        if route.status == 204:
            return {"204": {"description": "Done."}}
        schema = by_type.get(repr(route.hints.get("return")), {})
        return {str(route.status): {"description": "Done.", "content": {"application/json": {"schema": schema}}}}
    if route.status == 204:
        return {"204": {"description": "Done."}}
    kind = OTHER_CONTENT.get(route.path)
    if kind is None:
        raise SystemExit(f"{route.method} {route.path}: say in OTHER_CONTENT what it answers")
    schema = {} if kind == "application/json" else {"type": "string"}
    return {str(route.status): {"description": "Done.", "content": {kind: {"schema": schema}}}}


def _short_names(found: Json) -> Json:
    """Shorten the names of schemas that msgspec qualified by their module: `identity.Reason`."""
    text = json.dumps(found, ensure_ascii=False)
    return json.loads(re.sub(r"chalicelib\.(\w+)(?:\.\w+)*\.(\w+)(?=\")", r"\1.\2", text))


def text() -> str:
    """Return the document of the application as it is stored."""
    from chalicelib.mounting import routers

    return json.dumps(document(routers()), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the document; with `--check` only say whether it is up to date."""
    made = text()
    if "--check" in sys.argv[1:]:
        same = DOCUMENT.exists() and DOCUMENT.read_text() == made
        print("docs/openapi.json is up to date" if same else "docs/openapi.json is old: run `make openapi`")
        return 0 if same else 1
    DOCUMENT.write_text(made)
    print(f"{DOCUMENT.relative_to(PROJECT)}: {made.count('operationId')} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
