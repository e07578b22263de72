"""The carriers that this deployment may use, from one secure parameter, read again every five minutes."""

import msgspec

from chalicelib.kernel import log
from chalicelib.kernel.aws import client
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.config import config
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony.model import Carrier

REFRESH_MS = 5 * 60 * 1000

_held: list[Carrier] = []
_read_at = 0


def carriers() -> list[Carrier]:
    """Return the carriers, the default one first.

    A refresh that fails keeps the ones already held: the parameter store's bad minute must not end calls.
    """
    global _held, _read_at
    if _held and now_ms() - _read_at < REFRESH_MS:
        return _held
    try:
        _held = _read()
    except Exception:
        if not _held:
            raise
        log.logger().exception("carriers not refreshed")
    _read_at = now_ms()
    return _held


def forget() -> None:
    """Drop what is held, so that the next use reads the parameter (after a change, and between tests)."""
    global _held, _read_at
    _held, _read_at = [], 0


def default_carrier() -> Carrier:
    """Return the carrier for calls that name none. Errors: NotFound when none is configured."""
    found = carriers()
    if not found:
        raise NotFound(kind="carrier", id="default")
    return found[0]


def carrier(name: str) -> Carrier:
    """Return the carrier called `name`. Errors: NotFound."""
    for found in carriers():
        if found.name == name:
            return found
    raise NotFound(kind="carrier", id=name)


def carrier_of_account(account_sid: str) -> Carrier | None:
    """Return the carrier with this account, or None (an unverified webhook may claim any account)."""
    return next((found for found in carriers() if found.account_sid == account_sid), None)


def _read() -> list[Carrier]:
    answer = client("ssm").get_parameter(Name=config().carriers_parameter_name, WithDecryption=True)
    return msgspec.json.decode(answer["Parameter"]["Value"], type=list[Carrier])
