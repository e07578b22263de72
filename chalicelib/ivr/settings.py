"""What administrators set for flows beside the flows themselves: hosts that may be asked, and secrets by name."""

import time
from typing import Final

import msgspec

from chalicelib.ivr.hosts import SETTING, FlowHosts
from chalicelib.kernel import aws
from chalicelib.kernel.audit import audit
from chalicelib.kernel.config import config
from chalicelib.kernel.records import Collection

SECRET_CACHE_S: Final = 300.0

hosts: Final = Collection("settings", FlowHosts, "setting_id", "setting")
_held: dict[str, tuple[float, FlowHosts]] = {}
CACHE_S: Final = 5.0
_secrets: dict[str, tuple[float, str]] = {}


def read() -> FlowHosts:
    """Return the list; empty before anybody has written it."""
    return hosts.find(SETTING) or FlowHosts()


def remembered() -> FlowHosts:
    """Return the list, at most 5 s old."""
    at, held = _held.get(SETTING, (0.0, FlowHosts()))
    if not at or time.monotonic() - at >= CACHE_S:
        held = read()
        _held[SETTING] = (time.monotonic(), held)
    return held


def write(wanted: FlowHosts, who: str) -> FlowHosts:
    """Replace the list at the version that was read. Errors: ChangedMeanwhile."""
    stored = msgspec.structs.replace(wanted, setting_id=SETTING)
    saved = hosts.update(stored)
    _held.clear()
    audit(f"setting#{SETTING}", who, "update")
    return saved


def secret(name: str) -> str:
    """Return a secret, at most 5 minutes old. It is never logged, nor stored in a call. Errors: KeyError."""
    at, held = _secrets.get(name, (0.0, ""))
    if at and time.monotonic() - at < SECRET_CACHE_S:
        return held
    ssm = aws.client("ssm", quick=True)
    try:
        answer = ssm.get_parameter(Name=f"{config().flow_secrets_path}/{name}", WithDecryption=True)
    except ssm.exceptions.ParameterNotFound as error:
        raise KeyError(name) from error
    _secrets[name] = (time.monotonic(), answer["Parameter"]["Value"])
    return answer["Parameter"]["Value"]


def forget() -> None:
    """Drop what this process remembers."""
    _held.clear()
    _secrets.clear()
