"""The API's own description: the OpenAPI document, and a page to read it without any script."""

from html import escape
from pathlib import Path
from typing import Any, cast

import msgspec

from chalicelib.kernel.routing import PUBLIC, Reply, Router

router = Router("platform")

DOCUMENT = Path(__file__).with_name("openapi.json")
"""A link to docs/openapi.json, which `make openapi` writes; the package holds the file itself."""

Json = dict[str, Any]

_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans SC",sans-serif;max-width:64rem;margin:0 auto;padding:1rem 2rem;color:#1f2328;
background:#fff}nav a{margin-right:1rem}code{font:13px/1.5 ui-monospace,monospace}details{border:1px solid #d0d7de;
border-radius:6px;margin:.4rem 0;padding:.3rem .8rem}summary{cursor:pointer}summary b{display:inline-block;
min-width:4.2rem}table{border-collapse:collapse;margin:.4rem 0}td,th{border:1px solid #d0d7de;padding:.15rem .6rem;
text-align:left;vertical-align:top}.p{color:#59636e;margin-left:.8rem}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}a{color:#4493f8}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@router.get("/openapi.json", permission=PUBLIC)
def read_openapi() -> Reply:
    """Read the OpenAPI 3.1 document of this API."""
    return Reply(DOCUMENT.read_text())


@router.get("/docs", permission=PUBLIC)
def read_reference() -> Reply:
    """Read the description of this API as a page."""
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY}
    return Reply(page(msgspec.json.decode(DOCUMENT.read_bytes())), headers=headers)


def page(document: Json) -> str:
    """Return the document as HTML: operations by tag, then schemas."""
    tags = [tag["name"] for tag in document["tags"]]
    links = "".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in [*tags, "schemas"])
    sections = "".join(_section(tag, document["paths"]) for tag in document["tags"])
    schemas = "".join(_schema(name, schema) for name, schema in document["components"]["schemas"].items())
    title = f"{escape(document['info']['title'])} API {escape(document['info']['version'])}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><h1>{title}</h1>'
        f'<p>{escape(document["info"]["description"])}</p><nav>{links}<a href="openapi.json">openapi.json</a></nav>'
        f'{sections}<h2 id="schemas">schemas</h2>{schemas}</body></html>'
    )


def _section(tag: Json, paths: Json) -> str:
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if tag["name"] in operation["tags"]
    )
    name = escape(tag["name"])
    return f'<h2 id="{name}">{name}</h2><p>{escape(tag["description"])}</p>{operations}'


def _operation(method: str, path: str, operation: Json) -> str:
    rows = [(part["name"], part["in"], part["schema"]) for part in operation["parameters"]]
    rows += [("body", kind, part["schema"]) for kind, part in _content(operation.get("requestBody", {}))]
    for status, answer in operation["responses"].items():
        rows += [(status, kind, part["schema"]) for kind, part in _content(answer)]
    table = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(at)}</td><td>{_type(of)}</td></tr>" for name, at, of in rows
    )
    more = escape(operation.get("description", ""))
    return (
        f"<details><summary><b>{method.upper()}</b><code>{escape(path)}</code> {escape(operation['summary'])}"
        f'<span class="p">{escape(operation["x-permission"])}</span></summary><p>{more}</p>'
        f"<table>{table}</table></details>"
    )


def _content(part: Json) -> list[tuple[str, Json]]:
    return list(part.get("content", {}).items())


def _schema(name: str, schema: Json) -> str:
    fields: Json = schema.get("properties", {})
    table = "".join(f"<tr><td>{escape(field)}</td><td>{_type(of)}</td></tr>" for field, of in fields.items())
    described = escape(schema.get("description", ""))
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><p>{described}</p>'
        f"<table>{table}</table></details>"
    )


def _type(schema: Json) -> str:
    """Return a type in a few words, with links to other schemas."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    items: Any = schema.get("items")
    if isinstance(items, dict):
        return f"list of {_type(cast(Json, items))}"
    return escape(str(schema.get("type", "any")))
