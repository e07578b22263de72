"""Addresses of the voice contract (`client:`, `sip:`, E.164) and SIP URIs."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlencode

from infrastructure.voice.legs.leg import Offer
from infrastructure.voice.legs.sip.agent import CALL_SID, CALLER_ID, PARAMETERS

_USER = re.compile(r"sips?:(?:([^@;?>]*)@)?", re.IGNORECASE)
_SAFE_IN_USER = "-_.!~*'()&=+$,;?/"
"""Characters that a SIP URI's user may hold unescaped (RFC 3261 25.1)."""


@dataclass(frozen=True)
class Invite:
    """Where an INVITE goes and what it says."""

    uri: str
    headers: dict[str, str]


def user_of(address: str) -> str:
    """Return the user that an address stands for: client:agent1 → agent1, sip:1001@voice.local → 1001, +86… → +86…"""
    if address.startswith("client:"):
        return address.removeprefix("client:")
    if (found := _USER.match(address)) is not None:
        return unquote(found.group(1) or "")
    return address


def invite(offer: Offer, edge: str) -> Invite:
    """Return the INVITE of an offer. edge: host:port of the edge, which knows where each user is."""
    headers = {CALLER_ID: _one_line(offer.from_), CALL_SID: offer.call_sid}
    if offer.parameters:
        headers[PARAMETERS] = urlencode(offer.parameters)
    return Invite(f"sip:{quote(user_of(offer.to), safe=_SAFE_IN_USER)}@{edge}", headers)


def _one_line(value: str) -> str:
    """Return a value that cannot begin another header."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", value)
