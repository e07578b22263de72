"""From an http node to a request, and from its answer to variables. Pure; secrets are given, and go nowhere else."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from chalicelib.ivr.asking import IDEMPOTENT, SECRET_NAME, HttpNode
from chalicelib.ivr.rendering import VALUE_LIMIT

RETRIED = frozenset({429, 502, 503, 504})
_PLACE = re.compile(r"\{\{secret\.(" + SECRET_NAME + r")\}\}|\{([a-z][a-z0-9_]{0,39})\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
RESERVED_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect"})


class HttpCall(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is ready to be sent. tries: how often at the most."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    timeout_s: int
    tries: int


def secrets_of(node: HttpNode) -> set[str]:
    """Return the names of the secrets that a node uses."""
    texts = (*node.headers.values(), node.body)
    return {place.group(1) for text in texts for place in _PLACE.finditer(text) if place.group(1)}


def is_retried(node: HttpNode) -> bool:
    """Return whether a request may be sent again without doing its work twice, or somebody said that it may."""
    return node.method in IDEMPOTENT or node.repeatable


def call_of(node: HttpNode, values: Mapping[str, str], secrets: Mapping[str, str], key: str) -> HttpCall | None:
    """Return the request, None when a value cannot stand in its address.

    Places are filled in one pass, so that a value which looks like a place stays what it is. key: the same for each try
    of this request, so that the other side can tell a repetition.
    """
    url = _url(node.url, values)
    if url is None:
        return None
    headers = {name: _CONTROL.sub("", _filled(text, values, secrets)) for name, text in node.headers.items()}
    body = _body(node.body, values, secrets)
    return HttpCall(
        method=node.method,
        url=url,
        headers={**({"Content-Type": "application/json"} if body else {}), "Idempotency-Key": key, **_ascii(headers)},
        body=body,
        timeout_s=node.timeout_s,
        tries=1 + node.retries if is_retried(node) else 1,
    )


def results_of(node: HttpNode, status: int, body: bytes) -> dict[str, str]:
    """Return the variables that an answer sets; what is not there, or is no JSON, sets them to ""."""
    try:
        answer: Any = json.loads(body) if body else None
    except (ValueError, RecursionError):
        answer = None
    found = {variable: _text(_search(path, answer)) for variable, path in node.results.items()}
    return {**found, "http_status": str(status)}


@lru_cache(maxsize=256)
def compiled(path: str) -> Any:
    """Return a compiled JMESPath expression. Errors: ValueError."""
    import jmespath  # with botocore in every function; only flows with http nodes need it

    return jmespath.compile(path)


def _search(path: str, answer: Any) -> Any:
    try:
        return compiled(path).search(answer)
    except (ValueError, TypeError, ArithmeticError, RecursionError):
        return None  # a function of JMESPath that does not fit what came back


def _text(found: Any) -> str:
    if found is None:
        return ""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return text[:VALUE_LIMIT]


def _url(template: str, values: Mapping[str, str]) -> str | None:
    bad = False

    def put(place: "re.Match[str]") -> str:
        nonlocal bad
        value = values.get(place.group(2) or "", "")
        bad = bad or value in (".", "..")  # as a step of the path they would lead to another resource
        return quote(value, safe="")

    filled = quote(_PLACE.sub(put, template.partition("#")[0]), safe="%/:?=&;,+!$'()*@~-._[]")
    return None if bad else filled


def _filled(template: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    return _PLACE.sub(
        lambda place: secrets.get(place.group(1), "") if place.group(1) else values.get(place.group(2), ""), template
    )


def _body(template: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> bytes:
    """Return the body: values are put into the texts of the parsed JSON, so none of them can change its structure."""
    try:
        content = json.loads(template) if template.strip() else None
    except (ValueError, RecursionError):
        return b""  # refused at publication
    return b"" if content is None else json.dumps(_leaves(content, values, secrets), ensure_ascii=False).encode()


def _leaves(part: Any, values: Mapping[str, str], secrets: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _leaves(inner, values, secrets) for name, inner in part.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(part, list):
        return [_leaves(inner, values, secrets) for inner in part]  # pyright: ignore[reportUnknownVariableType]
    return _filled(part, values, secrets) if isinstance(part, str) else part


def _ascii(headers: dict[str, str]) -> dict[str, str]:
    """Return headers as they may be sent: what is not ASCII is percent-encoded."""
    return {name: text if text.isascii() else quote(text, safe=" ,;=:/") for name, text in headers.items()}
