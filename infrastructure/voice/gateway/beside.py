"""The gateway beside the laptop stack: its account at Zhiyin, a number of its own, all on the loopback interface."""

import httpx

from infrastructure.local import __main__ as stack_commands
from infrastructure.local import carrier
from infrastructure.local.settings import DEMO_PASSWORD, Settings
from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway.settings import Gateway, Trunk, save

DEMO_NUMBER = "+861055550200"
TRUNK_IP = "127.0.0.2"
"""The telephone network's address on the laptop: phones, on 127.0.0.1, must not be taken for it."""
TRUNK_PORT = 5070


def prepare(stack: Settings, **ports: object) -> Gateway:
    """Make Zhiyin on the laptop know the gateway, and return its settings. Again is harmless."""
    gateway = Gateway(
        home=stack.home / "gateway",
        public_url=stack.public_url,
        account_sid=carrier.GATEWAY_ACCOUNT_SID,
        auth_token=carrier.GATEWAY_AUTH_TOKEN,
        trunks=(Trunk("laptop", f"{TRUNK_IP}/32", f"{TRUNK_IP}:{TRUNK_PORT}"),),
        **ports,  # type: ignore[arg-type]
    )
    save(gateway)
    carrier.put_parameter(stack)
    # The functions hold the carriers for minutes.
    stack_commands.restart(stack, "runner")
    eventually(lambda: httpx.get(f"{stack.public_url}/api/health").status_code == 200, "the API answers")
    _number(stack)
    return gateway


def _number(stack: Settings) -> None:
    """Give the gateway a number that leads into the demo flow."""
    with httpx.Client(base_url=f"{stack.public_url}/api", timeout=30) as api:
        session = api.post("/session", json={"username": "admin1", "password": DEMO_PASSWORD}).raise_for_status().json()
        api.headers["Authorization"] = f"Bearer {session['access_token']}"
        body = {"number": DEMO_NUMBER, "name": "Gateway", "carrier": "gateway", "flow_id": "demo"}
        made = api.post("/trunk-numbers", json=body)
        if made.status_code not in (201, 409):
            raise RuntimeError(f"the number was not made: {made.text}")
