"""An INVITE becomes a call of the engine."""

import logging
from urllib.parse import unquote

from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.legs.sip.addresses import user_of
from infrastructure.voice.legs.sip.agent import Invitation, SipCall
from infrastructure.voice.legs.sip.leg import SipLeg, Studio
from infrastructure.voice.node import guests
from infrastructure.voice.node.settings import NodeSettings
from infrastructure.voice.settings import Number

UNKNOWN_NUMBER = 404
BAD_REQUEST = 400
FORBIDDEN = 403
OWN_PHONES = ("phone", "browser")


class Reception:
    """Places incoming calls."""

    def __init__(self, settings: NodeSettings, exchange: Exchange, studio: Studio) -> None:
        self._settings = settings
        self._exchange = exchange
        self._studio = studio
        self._log = logging.getLogger(__name__)

    async def receive(self, call: SipCall) -> None:
        """Begin the call that an INVITE asks for, or refuse it."""
        headers = call.invitation.headers
        if not call.invitation.request_uri:  # It came past the door: nobody has vouched for what it says.
            await call.end(FORBIDDEN)
            return
        if headers.get(guests.TICKET.lower()):
            await self._receive_guest(call, headers[guests.TICKET.lower()])
            return
        terms, number = self._terms(call.invitation)
        if number is None:
            self._log.info("no number %s: refused", terms.to)
            await call.end(UNKNOWN_NUMBER)
            return
        self._exchange.place(SipLeg(self._studio, terms.from_, call), terms, number)

    async def _receive_guest(self, call: SipCall, ticket: str) -> None:
        """Let the call of another node into a conference of this one."""
        try:
            found = guests.read(ticket)
        except ValueError as error:
            self._log.warning("a conference ticket that cannot be read: %s", error)
            await call.end(BAD_REQUEST)
            return
        guests.admit(self._exchange, SipLeg(self._studio, found.address, call), found)

    def _terms(self, invitation: Invitation) -> tuple[Terms, Number | None]:
        """Return who calls whom, and what to ask; None when nobody knows the number."""
        headers = invitation.headers
        dialled = unquote(headers.get("x-zhiyin-to", "")) or user_of(invitation.request_uri)
        caller = unquote(headers.get("x-zhiyin-from", "")) or user_of(uri_of(headers.get("from", ""))) or "anonymous"
        source = headers.get("x-zhiyin-source", "trunk").lower()
        if source in OWN_PHONES:
            return self._of_own_phone(source, headers.get("x-zhiyin-user") or caller, dialled)
        number = self._exchange.numbers.get(dialled) or self._settings.number(dialled)
        diverted = user_of(uri_of(headers.get("diversion", "")))
        return Terms(direction="inbound", from_=caller, to=dialled, forwarded_from=diverted), number

    def _of_own_phone(self, source: str, user: str, dialled: str) -> tuple[Terms, Number | None]:
        """Return the terms of a desk phone's or browser's own call, as the provider has them of a SIP domain."""
        own = self._settings
        from_ = f"client:{user}" if source == "browser" else f"sip:{user}@{own.realm}"
        terms = Terms(direction="inbound", from_=from_, to=f"sip:{dialled}@{own.realm}")
        if not own.phones_url:
            return terms, None
        number = Number(
            phone_number=dialled,
            voice_url=own.phones_url,
            voice_fallback_url=own.defaults.voice_fallback_url,
            status_callback=own.defaults.status_callback,
        )
        return terms, number


def uri_of(header: str) -> str:
    """Return the URI of a header like `"Li" <sip:1001@voice.local>;tag=1`."""
    _, bracket, rest = header.partition("<")
    return rest.partition(">")[0] if bracket else header.partition(";")[0]
