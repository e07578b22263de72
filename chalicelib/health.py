"""Whether the platform's parts answer: for load balancers, the status page and the web app. Public, tells no secret."""

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from chalicelib.acd.service import stage
from chalicelib.kernel import log
from chalicelib.kernel.aws import client
from chalicelib.kernel.config import config
from chalicelib.kernel.routing import PUBLIC, Router
from chalicelib.telephony.carriers import carriers
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.model import Carrier
from chalicelib.telephony.outcome import Unknown

State = Literal["ok", "fails"]

CACHE_S = 5.0

router = Router("platform")
_held: list[tuple[float, "Health"]] = []


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """status: degraded when a part fails. parts: its state by name; `simulator` only where the carrier is one."""

    status: Literal["ok", "degraded"]
    parts: dict[str, State]


@router.get("/health", permission=PUBLIC)
def read_health() -> Health:
    """Return the parts' states, at most a few seconds old (so that asking often costs nothing)."""
    if not _held or time.monotonic() - _held[0][0] > CACHE_S:
        _held[:] = [(time.monotonic(), _measure())]
    return _held[0][1]


def _measure() -> Health:
    parts: dict[str, State] = {name: _state(name, check) for name, check in _CHECKS.items()}
    if any(carrier.browser_phone.kind == "simulator" for carrier in _carriers()):
        parts["simulator"] = parts["carrier"]
    return Health(status="ok" if set(parts.values()) == {"ok"} else "degraded", parts=parts)


def _state(name: str, check: Callable[[], bool]) -> State:
    try:
        return "ok" if check() else "fails"
    except Exception:
        log.logger().exception("health check failed", extra={"part": name})
        return "fails"


def _tables() -> bool:
    stage().store.agent("health")
    return True


def _queues() -> bool:
    answer = client("sqs").get_queue_attributes(
        QueueUrl=config().dispatch_queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return "Attributes" in answer


def _carrier() -> bool:
    """Ask for a leg that does not exist: a carrier that refuses is there."""
    return not any(isinstance(CarrierClient(each, 2.0).fetch_call("CA" + "0" * 32), Unknown) for each in _carriers())


def _carriers() -> list[Carrier]:
    try:
        return carriers()
    except Exception:
        log.logger().exception("carriers not read")
        return []


_CHECKS: dict[str, Callable[[], bool]] = {"tables": _tables, "queues": _queues, "carrier": _carrier}
