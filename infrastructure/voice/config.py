"""Settings from flags, environment, a file and defaults, in this order of precedence."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from infrastructure.voice.settings import Settings

ENVIRONMENT = {
    "host": "ZHIYIN_SIM_HOST",
    "port": "ZHIYIN_SIM_PORT",
    "account_sid": "ZHIYIN_SIM_ACCOUNT_SID",
    "auth_token": "ZHIYIN_SIM_AUTH_TOKEN",
    "api_key": "ZHIYIN_SIM_API_KEY",
    "api_secret": "ZHIYIN_SIM_API_SECRET",
    "state_dir": "ZHIYIN_SIM_STATE_DIR",
    "public_url": "ZHIYIN_SIM_PUBLIC_URL",
    "grace_s": "ZHIYIN_SIM_GRACE_S",
    "phones_url": "ZHIYIN_SIM_PHONES_URL",
    "phones_status_url": "ZHIYIN_SIM_PHONES_STATUS_URL",
    "phones_fallback_url": "ZHIYIN_SIM_PHONES_FALLBACK_URL",
    "realm": "ZHIYIN_SIM_REALM",
}
CONFIG_FILE = "ZHIYIN_SIM_CONFIG"
NUMBERS = "ZHIYIN_SIM_NUMBERS"


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of `serve` that a voice node has too."""
    parser.add_argument("--config", metavar="FILE", help="JSON file with the same names in snake_case")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--account", dest="account_sid", metavar="AC…")
    parser.add_argument("--token", dest="auth_token")
    parser.add_argument("--api-key", dest="api_key", metavar="SK…")
    parser.add_argument("--api-secret", dest="api_secret")
    parser.add_argument("--state", dest="state_dir", metavar="DIR", help="numbers and recordings survive there")
    parser.add_argument("--public-url", dest="public_url", help="base of recording URLs")
    parser.add_argument("--grace-s", dest="grace_s", type=float, help="a browser call outlives its page so long")
    parser.add_argument("--number", action="append", default=[], metavar="+86…=VOICE_URL")


def add_phone_flags(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of `serve` alone; a voice node has its own words for calls that our phones make."""
    parser.add_argument("--phones-url", dest="phones_url", help="voice URL of calls that our own phones make")
    parser.add_argument("--phones-status-url", dest="phones_status_url", help="status call-back of those calls")
    parser.add_argument("--phones-fallback-url", dest="phones_fallback_url", help="fall-back document of those calls")
    parser.add_argument("--realm", help="domain of our own phones, for example voice.local")


def load(flags: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings. Raises msgspec.ValidationError or ValueError with what is wrong."""
    values: dict[str, Any] = {}
    file = flags.config or environment.get(CONFIG_FILE)
    if file:
        values = msgspec.json.decode(Path(file).read_bytes(), type=dict[str, Any])
    values |= {name: environment[variable] for name, variable in ENVIRONMENT.items() if environment.get(variable)}
    given = vars(flags)
    values |= {name: given[name] for name in ENVIRONMENT if given.get(name) is not None}
    listed = [*environment.get(NUMBERS, "").split(","), *flags.number]
    values["numbers"] = _with_numbers(values.get("numbers", []), [entry for entry in listed if entry])
    settings = msgspec.convert(values, Settings, strict=False)
    if not settings.public_url:
        settings.public_url = f"http://{settings.host}:{settings.port}"
    settings.public_url = settings.public_url.rstrip("/")
    return settings


def _with_numbers(known: list[dict[str, Any]], listed: list[str]) -> list[dict[str, Any]]:
    by_number = {entry["phone_number"]: dict(entry) for entry in known}
    for entry in listed:
        number, separator, url = entry.partition("=")
        if not separator:
            raise ValueError(f"--number takes NUMBER=VOICE_URL, not {entry!r}")
        by_number.setdefault(number, {"phone_number": number})["voice_url"] = url
    return list(by_number.values())
