"""`python -m infrastructure.voice.gateway.laptop`: a gateway beside the laptop stack, and its carrier and number there.

Writes `<stack's home>/gateway/gateway.json` unless it is there. The credentials are demo values: they open nothing but
servers on the loopback interface.
"""

import json
from pathlib import Path
from typing import Any

import httpx

from infrastructure.local import __main__ as stack_commands
from infrastructure.local import carrier
from infrastructure.local import settings as stack_settings
from infrastructure.local.settings import DEMO_PASSWORD
from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway.settings import Settings, load

FILE = "gateway.json"
DEMO_NUMBER = "+861055550200"
TRUNK_IP = "127.0.0.2"
"""The telephone network's address on the laptop: phones, on 127.0.0.1, must not be taken for it."""
TRUNK_PORT = 5070


def trunk() -> dict[str, Any]:
    """Return the telephone network of the laptop: whatever SIP test tool has its address."""
    return {"name": "laptop", "host": TRUNK_IP, "port": TRUNK_PORT, "sources": [TRUNK_IP], "probe": False}


def configuration(stack: stack_settings.Settings) -> dict[str, Any]:
    """Return the settings: our webhooks, and a trunk on the loopback interface for a SIP test tool."""
    return {
        "home": str(stack.home / "gateway"),
        "platform_url": stack.public_url,
        "trunks": [trunk()],
    }


def prepare(stack: stack_settings.Settings, **others: Any) -> Path:
    """Write the settings, make Zhiyin on the laptop know the gateway, and return the file. Again is harmless.

    others: settings that differ (the ports of tests). Errors: botocore's or httpx's when the stack does not run.
    """
    file = stack.home / "gateway" / FILE
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps(configuration(stack) | others, indent=1))
    _list_carrier(stack, json.dumps(described(load(str(file)))))
    _number(stack)
    return file


def _list_carrier(stack: stack_settings.Settings, described: str) -> None:
    listed = stack.home / carrier.OTHER_CARRIER
    if listed.exists() and listed.read_text() == described:
        return
    listed.touch(mode=0o600)
    listed.write_text(described)
    carrier.put_parameter(stack)
    stack_commands.restart(stack, "runner")  # the functions hold the carriers for minutes
    eventually(lambda: httpx.get(f"{stack.public_url}/api/health").status_code == 200, "the API answers")


def described(given: Settings) -> dict[str, Any]:
    """Return what the platform must know of the gateway as a carrier."""
    return {
        "name": "gateway",
        "account_sid": given.account_sid,
        "auth_token": given.auth_token,
        "api_key": given.api_key,
        "api_secret": given.api_secret,
        "base_url": f"http://{given.router_host}:{given.router_port}",
        "calls_per_second": carrier.CALLS_PER_SECOND,
        "sip_domain": given.domain,
        "browser_phone": {"kind": "sip", "url": f"ws://{given.address}:{given.ws_port}"},
    }


def _number(stack: stack_settings.Settings) -> None:
    """Give the gateway a number that leads into the demo flow."""
    with httpx.Client(base_url=f"{stack.public_url}/api", timeout=30) as api:
        session = api.post("/session", json={"username": "admin1", "password": DEMO_PASSWORD}).raise_for_status().json()
        api.headers["Authorization"] = f"Bearer {session['access_token']}"
        body = {"number": DEMO_NUMBER, "name": "Gateway", "carrier": "gateway", "flow_id": "demo"}
        made = api.post("/trunk-numbers", json=body)
        if made.status_code not in (201, 409):
            raise RuntimeError(f"the number was not made: {made.text}")


if __name__ == "__main__":
    print(prepare(stack_settings.load()))
