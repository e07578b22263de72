"""The laptop stack's carriers: the simulator, and the gateway when it was made beside it (`make gateway`).

The credentials are demo values. They open nothing but a simulator that listens on the loopback interface.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from infrastructure.local import deploy
from infrastructure.local.settings import APP, STAGE, Settings

OTHER_CARRIER = "gateway/carrier.json"
"""Below the stack's home: what the platform must know of a gateway beside the stack."""

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "zhiyin-local-token"
API_KEY = "SK" + "0" * 32
API_SECRET = "zhiyin-local-secret-of-32-bytes-or-more"
APPLICATION_SID = "AP" + "0" * 32
DEMO_NUMBER = "+861055550100"
CALLS_PER_SECOND = 20
PHONES_REALM = "voice.local"
"""Domain of the demo company's telephones; on the simulator they answer by themselves."""


def write_configuration(settings: Settings) -> Path:
    """Write the simulator's configuration file (`serve --config`) and return its path."""
    content: dict[str, Any] = {
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "host": "127.0.0.1",
        "port": settings.simulator_port,
        "state_dir": str(settings.home / "simulator"),
        "public_url": settings.simulator_url,
        "phones_url": f"{settings.public_url}/voice/phones",
        "phones_status_url": f"{settings.public_url}/voice/status",
        "phones_fallback_url": f"{settings.public_url}/fallback/voice.xml",
        "realm": PHONES_REALM,
        "phones": [{"pattern": f"sip:*@{PHONES_REALM}", "result": "answer", "answer_after_s": 2}],
        "numbers": [
            {
                "phone_number": DEMO_NUMBER,
                "friendly_name": "Demo",
                "voice_url": f"{settings.public_url}/voice/inbound",
                "voice_method": "POST",
                "voice_fallback_url": f"{settings.public_url}/fallback/voice.xml",
                "voice_fallback_method": "GET",
                "status_callback": f"{settings.public_url}/voice/status",
            }
        ],
    }
    path = settings.home / "simulator.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1))
    return path


def parameter(settings: Settings) -> list[dict[str, Any]]:
    """Return the value of the carriers parameter: what the platform must know to use them, the default first."""
    gateway = settings.home / OTHER_CARRIER
    return [_simulator(settings), *([json.loads(gateway.read_text())] if gateway.exists() else [])]


def listed_at(settings: Settings) -> int:
    """Return when another carrier was listed beside the simulator (ns, to compare), 0 when none is."""
    gateway = settings.home / OTHER_CARRIER
    return gateway.stat().st_mtime_ns if gateway.exists() else 0


def phone_origins(settings: Settings) -> str:
    """Return the SIP edges that pages connect to, as their content security policy names them."""
    phones = (each.get("browser_phone", {}) for each in parameter(settings))
    urls = (urlsplit(phone["url"]) for phone in phones if phone.get("kind") == "sip")
    return " ".join(f"{url.scheme}://{url.netloc}" for url in urls)


def put_parameter(settings: Settings) -> None:
    """Write the carriers parameter of a deployed stack."""
    deploy.client(settings, "ssm").put_parameter(
        Name=f"/{APP}/{STAGE}/carriers",
        Value=json.dumps(parameter(settings)),
        Type="SecureString",
        Overwrite=True,
    )


def _simulator(settings: Settings) -> dict[str, Any]:
    return {
        "name": "simulator",
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "api_key": API_KEY,
        "api_secret": API_SECRET,
        "twiml_app_sid": APPLICATION_SID,
        "base_url": settings.simulator_url,
        "calls_per_second": CALLS_PER_SECOND,
        "browser_phone": {"kind": "simulator", "url": f"ws://127.0.0.1:{settings.port}/sim/phone"},
    }
