"""Asks Kamailio over its JSON-RPC port, which answers this host alone."""

from typing import Any

import aiohttp

from infrastructure.voice.gateway.settings import Node, Settings

TIMEOUT = aiohttp.ClientTimeout(total=3)


class RpcError(Exception):
    """Kamailio did not answer, or refused."""


async def call(settings: Settings, method: str, *params: str | int) -> Any:
    """Return the result of one command. Errors: RpcError."""
    url = f"http://{settings.internal}:{settings.rpc_port}/RPC"
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.post(url, json=body) as answer:
            content = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise RpcError(f"{method}: {error}") from error
    if "error" in content:
        raise RpcError(f"{method}: {content['error']}")
    return content.get("result")


async def end_calls_of(settings: Settings, node: Node) -> int:
    """Say BYE to the other side of every call of a node that is gone; return how many there were. Errors: RpcError."""
    found = await call(settings, "dlg.profile_list", "node", str(node.number)) or []
    for dialog in found:
        await call(settings, "dlg.end_dlg", dialog["h_entry"], dialog["h_id"])
    return len(found)
