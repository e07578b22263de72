"""Sends short messages through their carrier."""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.kernel import log
from chalicelib.messages import tables
from chalicelib.messages.model import TextMessage
from chalicelib.telephony.carriers import carrier
from chalicelib.telephony.client import CarrierClient
from chalicelib.telephony.outcome import Done, Outcome, Refused

_clients: list[Callable[[str], CarrierClient]] = [lambda name: CarrierClient(carrier(name))]


def send(message: TextMessage) -> TextMessage:
    """Send a message, unless that was begun before; return it as it is stored."""
    claimed = tables.save(message)
    if claimed is None:
        return tables.find(message.message_id) or message
    client = _clients[0](message.carrier)
    outcome = client.send_message(to=message.to, from_=message.from_, text=message.text)
    settled = _settled(claimed, outcome)
    log.log("message", state=settled.state, carrier_code=settled.carrier_code, correlation_id=message.call_id)
    return tables.save(settled) or settled


def _settled(message: TextMessage, outcome: Outcome[str]) -> TextMessage:
    if isinstance(outcome, Done):
        return replace(message, state="sent", carrier_sid=outcome.value)
    if isinstance(outcome, Refused):
        return replace(message, state="refused", carrier_code=outcome.code)
    return replace(message, state="unknown")
