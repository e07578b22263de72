"""Which phone an agent means when he signs in: his browser, a desk phone by its extension, or an outside number."""

from msgspec.structs import replace

from chalicelib.acd.errors import NoDeskPhone
from chalicelib.acd.model.agent import Phone
from chalicelib.acd.rules.agents import phone_of
from chalicelib.directory import service as directory
from chalicelib.kernel.errors import InvalidInput
from chalicelib.telephony.attribution import InvalidNumber, is_emergency, normalise
from chalicelib.telephony.model import address_kind


def reachable(username: str, phone: Phone) -> Phone:
    """Return the phone with the address at which it is dialled. Errors: NoDeskPhone, InvalidInput, InvalidNumber.

    A SIP phone's address: a SIP URI, or an extension that is the agent's own or nobody's; "" for his own.
    """
    if phone.kind == "browser":
        if phone.nailed_up:
            raise InvalidInput(reason="phone.nailed_up: sip, outside")
        return phone_of(username, phone)
    if phone.kind == "outside":
        return replace(phone, address=_outside(phone.address))
    if ":" not in phone.address:
        return replace(phone, address=_of_extension(username, phone.address.strip()))
    if address_kind(phone.address) != "sip":
        raise InvalidInput(reason="phone.address: sip:…@…")
    return phone


def _outside(typed: str) -> str:
    number = normalise(typed)
    if is_emergency(number):
        raise InvalidNumber(number=typed)
    return number


def _of_extension(username: str, number: str) -> str:
    found = [directory.find_extension(number)] if number else directory.extensions_of(username)
    for extension in found:
        if extension is not None and extension.kind == "sip" and extension.username in (username, None):
            return extension.address
    raise NoDeskPhone(extension=number)
