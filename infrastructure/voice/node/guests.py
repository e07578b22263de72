"""Calls of other nodes in conferences of this one: what is told of them in the INVITE, and how they are let in."""

import base64
import binascii

import msgspec

from infrastructure.voice.engine import verb_conference
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.outcome import Context
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.legs.leg import Leg
from infrastructure.voice.twiml.verbs import ConferenceRoom, Dial, RecordingOptions

TICKET = "X-Zhiyin-Room"
"""Header of an INVITE from node to node."""


class Ticket(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A guest: the call as its own node knows it, the room, and what the document said of the seat. URLs absolute."""

    sid: str
    from_: str
    to: str
    direction: str
    address: str
    room: ConferenceRoom
    base: str
    parent: str | None = None


def write(call: Call, room: ConferenceRoom) -> str:
    """Return the header's value for a call that goes to another node's conference."""
    terms = call.terms
    ticket = Ticket(
        sid=call.sid,
        from_=terms.from_,
        to=terms.to,
        direction=terms.direction,
        address=call.leg.address,
        room=room,
        base="",
        parent=terms.parent_sid,
    )
    return base64.urlsafe_b64encode(msgspec.json.encode(ticket)).decode()


def read(header: str) -> Ticket:
    """Return what another node wrote. Raises ValueError."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(header.encode()), type=Ticket)
    except (binascii.Error, msgspec.MsgspecError) as error:
        raise ValueError(str(error)) from error


def admit(exchange: Exchange, leg: Leg, ticket: Ticket) -> Call:
    """Let a guest in. It has its own node's SID, but is no call of this node: REST finds it only as a participant."""
    terms = Terms(direction="inbound", from_=ticket.from_, to=ticket.to, parent_sid=ticket.parent)
    exchange.rooms.owner(ticket.room.name)  # The conference may have ended while the guest was on the way: claim it.
    guest = Call(exchange, ticket.sid, terms, leg)
    guest.start(_visit(guest, ticket))
    return guest


async def _visit(guest: Call, ticket: Ticket) -> None:
    guest.accept()
    guest.terms.direction = ticket.direction
    await guest.unless_interrupted(verb_conference.here(Context(guest, ticket.base), _dial(ticket.room), ticket.room))


def _dial(room: ConferenceRoom) -> Dial:
    """Return the Dial around the room: limits and action are kept by the guest's own node."""
    return Dial(
        targets=(), conference=room, queue=None, action=None, method="POST", timeout_s=30, time_limit_s=86_400,
        caller_id=None, hangup_on_star=False, record="do-not-record", recording=RecordingOptions(),
    )  # fmt: skip
