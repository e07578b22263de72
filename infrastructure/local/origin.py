"""Write nginx's configuration for the present deploy, so that one origin serves everything."""

import getpass
import json
from pathlib import Path
from string import Template
from typing import Any

from infrastructure.local import carrier
from infrastructure.local.settings import Settings
from infrastructure.packaging.api import content_security_policy, headers_file
from infrastructure.supervision import PROJECT

SOURCE = Path(__file__).with_name("nginx.conf.template")
HEADERS = """proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Proto http;
"""
UPGRADE = """proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $connection_upgrade;
"""
"""In files of their own: a location that sets one header inherits none, so the WebSocket's locations need both."""


def configuration_file(settings: Settings) -> Path:
    """Return where nginx's configuration is written."""
    return settings.home / "nginx" / "nginx.conf"


def write(settings: Settings, deployed: dict[str, Any]) -> bool:
    """Write the configuration and tell whether it differs from what was there."""
    headers = json.loads(headers_file().read_text())
    text = Template(SOURCE.read_text()).substitute(
        user=getpass.getuser(),
        home=settings.home,
        logs=settings.logs,
        port=settings.port,
        emulator_port=settings.emulator_port,
        simulator_port=settings.simulator_port,
        rest_api=deployed["rest_api"],
        websocket_api=deployed["websocket_api"],
        prompts_bucket=deployed["outputs"]["PromptsBucketName"],
        web=PROJECT / "frontend" / "dist",
        cloud=PROJECT / "infrastructure" / "cloud",
        content_security_policy=content_security_policy(
            settings.emulator_url, f"ws://127.0.0.1:{settings.port}", carrier.phone_origins(settings)
        ),
        permissions_policy=headers["permissions_policy"],
        referrer_policy=headers["referrer_policy"],
    )
    path = configuration_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("headers.conf").write_text(HEADERS)
    path.with_name("upgrade.conf").write_text(HEADERS + UPGRADE)
    differs = not path.exists() or path.read_text() != text
    path.write_text(text)
    return differs
