"""Take over the numbers that we own at a carrier, and make them send their calls to us."""

import msgspec

from chalicelib.directory import service, tables
from chalicelib.directory.errors import CarrierRefused, CarrierUnavailable
from chalicelib.directory.model import TrunkNumber
from chalicelib.kernel.config import config
from chalicelib.kernel.errors import AlreadyExists
from chalicelib.telephony import carriers
from chalicelib.telephony.answers import CarrierNumber, NumberUrls
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Outcome, Refused, Unknown


class Imported(msgspec.Struct, frozen=True):
    """Numbers that are new here, and those that were here already (their records stay as they are)."""

    added: list[str]
    kept: list[str]


def import_numbers(carrier_name: str) -> Imported:
    """Record every number of a carrier and set its addresses; safe to repeat after a failure half-way.

    Errors: NotFound (carrier), CarrierRefused, CarrierUnavailable.
    """
    client = CarrierClient(carriers.carrier(carrier_name))
    added: list[str] = []
    kept: list[str] = []
    for found in _value(client.list_numbers(), carrier_name):
        (added if _record(found, carrier_name) else kept).append(found.number)
        _value(client.configure_number(found.sid, webhook_urls()), carrier_name)
    service.forget()
    return Imported(added=added, kept=kept)


def webhook_urls() -> NumberUrls:
    """Return the addresses that a trunk number calls."""
    origin = config().public_url
    return NumberUrls(
        voice_url=f"{origin}/voice/inbound",
        fallback_url=f"{origin}/fallback/voice.xml",
        status_callback=f"{origin}/voice/status",
    )


def _record(found: CarrierNumber, carrier_name: str) -> bool:
    trunk = TrunkNumber(number=found.number, name=found.name[:100], carrier=carrier_name)
    try:
        tables.trunk_numbers.create(trunk)
    except AlreadyExists:
        return False
    return True


def _value(outcome: Outcome[service.T], carrier_name: str) -> service.T:
    if isinstance(outcome, Refused):
        raise CarrierRefused(carrier=carrier_name, code=outcome.code)
    if isinstance(outcome, Unknown):
        raise CarrierUnavailable(carrier=carrier_name)
    return outcome.value
