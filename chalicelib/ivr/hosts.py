"""The hosts that flows may ask: the organisation's list, and what it says of an http node."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from chalicelib.ivr.asking import IDEMPOTENT, HttpNode
from chalicelib.ivr.http import RESERVED_HEADERS, compiled
from chalicelib.kernel.records import Record

SETTING: Final = "flow_hosts"
_URL: Final = re.compile(
    r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL
)

HostName = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", max_length=253)]


class FlowHost(msgspec.Struct, frozen=True, kw_only=True):
    """A host that http nodes may ask, by its name. port: None for the usual one. plain: http is allowed too, for a host
    that offers nothing better."""

    host: HostName
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    plain: bool = False
    note: Annotated[str, Meta(max_length=200)] = ""


class FlowHosts(Record, frozen=True, kw_only=True):
    """The list of hosts. Nothing else is asked."""

    setting_id: str = SETTING
    hosts: Annotated[list[FlowHost], Meta(max_length=100)] = []


class Target(msgspec.Struct, frozen=True):
    """Where a request goes."""

    scheme: str
    host: str
    port: int


def target_of(url: str) -> Target | None:
    """Return where a URL (with or without places for variables) leads, None when its beginning is not sound."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, host, port = found.group(1).lower(), found.group(2).lower(), found.group(3)
    return Target(scheme, host, int(port) if port else (443 if scheme == "https" else 80))


def refusal(target: Target | None, allowed: FlowHosts) -> str | None:
    """Return why a request is not sent: `bad_url`, `unknown_host`, `insecure_url`; None when it is."""
    if target is None:
        return "bad_url"
    fitting = [one for one in allowed.hosts if one.host == target.host and _has_port(one, target)]
    if not fitting:
        return "unknown_host"
    return None if target.scheme == "https" or any(one.plain for one in fitting) else "insecure_url"


def problems_of_http(node: HttpNode, allowed: FlowHosts | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what is wrong with an http node, as codes with what they name. allowed: None when not known here."""
    target = target_of(node.url)
    refused = refusal(target, allowed) if allowed is not None else None if target else "bad_url"
    if refused:
        yield refused, {"target": target.host} if target else {}
    if "{{secret." in node.url:
        yield "secret_in_url", {}
    for name in sorted(name for name in node.headers if name.lower() in RESERVED_HEADERS):
        yield "reserved_header", {"target": name}
    if node.body.strip() and not _is_json(node.body):
        yield "bad_json", {}
    for path in sorted({path for path in node.results.values() if not _is_path(path)}):
        yield "bad_path", {"target": path}
    if node.retries and node.method not in IDEMPOTENT and not node.repeatable:
        yield "retries_unsafe", {"target": node.method}


def _has_port(one: FlowHost, target: Target) -> bool:
    return target.port == one.port or (one.port is None and target.port in (443, 80))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_path(path: str) -> bool:
    try:
        compiled(path)
    except ValueError:
        return False
    return True
