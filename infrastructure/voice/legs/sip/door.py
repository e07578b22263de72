"""The door before the user agent: a stateless proxy (RFC 3261 16.11) on the node's public UDP port.

It answers the edge's OPTIONS with what the node really is up to (200, or 503 when it drains or is full), refuses new
calls with 503, and gives refusals the code that was meant: the user agent behind it knows only 200 and 486. Only the
first transaction of an incoming call passes here; everything later goes to the user agent's own port.
"""

import asyncio
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from infrastructure.voice.legs.sip.agent import Invitation

Address = tuple[str, int]

T = TypeVar("T")
_MAGIC = "z9hG4bK"
_KEPT = 500
"""Calls whose invitation or verdict is remembered; more cannot begin at once."""
_RETRY_AFTER_S = 10
_REASONS = {
    200: "OK",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
}
_VIA = re.compile(r"^(?:via|v)\s*:\s*", re.IGNORECASE)
_BRANCH = re.compile(r"branch\s*=\s*([^;,\s]+)", re.IGNORECASE)
_RPORT = re.compile(r"\s*;\s*rport(\s*=[^;,]*)?(?=\s*[;,]|\s*$)", re.IGNORECASE)
_RECEIVED = re.compile(r"\s*;\s*received\s*=[^;,]*", re.IGNORECASE)
_SENT_BY = re.compile(r"SIP\s*/\s*2\.0\s*/\s*\w+\s+([^;,\s]+)", re.IGNORECASE)


@dataclass
class Message:
    """A SIP message, taken apart only as far as a proxy needs."""

    lines: list[str]
    body: bytes

    @classmethod
    def read(cls, datagram: bytes) -> "Message | None":
        """Return a message, None for anything that is none (keep-alives, scanners' noise)."""
        head, separator, body = datagram.partition(b"\r\n\r\n")
        if not separator:
            return None
        lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        if "SIP/2.0" not in lines[0] or not any(_VIA.match(line) for line in lines):
            return None
        return cls(lines, body)

    def bytes(self) -> bytes:
        """Return it as it goes out."""
        return "\r\n".join(self.lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + self.body

    def header(self, name: str, short: str = "\0") -> str:
        """Return a header's value, "" when it is absent."""
        for line in self.lines[1:]:
            key, _, value = line.partition(":")
            if key.strip().lower() in (name, short):
                return value.strip()
        return ""

    def invitation(self, call_id: str) -> Invitation:
        """Return what an INVITE says."""
        pairs = [line.partition(":") for line in self.lines[1:]]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        words = self.lines[0].split(" ")
        return Invitation(call_id, words[1] if len(words) > 1 else "", headers)

    @property
    def method(self) -> str:
        """Return a request's method."""
        return self.lines[0].split(" ", 1)[0].upper()

    @property
    def begins(self) -> bool:
        """Tell whether it is outside of any dialog."""
        return ";tag=" not in self.header("to", "t").lower().replace(" ", "")

    def via(self) -> int:
        """Return where the top Via is."""
        return next(number for number, line in enumerate(self.lines) if number and _VIA.match(line))


class Door(asyncio.DatagramProtocol):
    """One UDP port. may_enter: asked for every new call."""

    def __init__(self, own: Address, agent: Address, trusted: frozenset[str], may_enter: Callable[[], bool]) -> None:
        self._trusted = trusted
        self._own = own
        self._agent = agent
        self._may_enter = may_enter
        self._transport: asyncio.DatagramTransport | None = None
        self._verdicts: OrderedDict[str, int] = OrderedDict()
        self._invitations: OrderedDict[str, Invitation] = OrderedDict()

    @classmethod
    async def open(cls, own: Address, agent: Address, trusted: frozenset[str], may_enter: Callable[[], bool]) -> "Door":
        """Listen. Raises OSError when the port is taken."""
        door = cls(own, agent, trusted, may_enter)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: door, local_addr=own)
        return door

    def refuse_with(self, call_id: str, status: int) -> None:
        """Let the refusal of a call that the agent is about to send carry this code."""
        _remember(self._verdicts, call_id, status)

    def invitation(self, call_id: str) -> Invitation:
        """Return what the INVITE of a call said in full; the user agent tells neither Request-URI nor long headers."""
        return self._invitations.pop(call_id, None) or Invitation(call_id, "")

    def close(self) -> None:
        """Listen no more."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass a message on, or answer it."""
        message = Message.read(data) if addr[0] in self._trusted else None
        if message is None:
            return
        if message.lines[0].startswith("SIP/2.0"):
            if addr == self._agent:
                self._pass_back(message)
            return
        self._mark_source(message, addr)
        if message.method == "OPTIONS" and message.begins:
            self._reply(message, 200 if self._may_enter() else 503)
        elif message.method == "INVITE" and message.begins and not self._may_enter():
            self._reply(message, 503)
        else:
            if message.method == "INVITE":
                call_id = message.header("call-id", "i")
                _remember(self._invitations, call_id, message.invitation(call_id))
            self._pass_in(message)

    def _mark_source(self, message: Message, addr: Address) -> None:
        """Write into the top Via where it came from (RFC 3261 18.2.1, RFC 3581)."""
        at = message.via()
        top, comma, below = message.lines[at].partition(",")
        top = _RECEIVED.sub("", _RPORT.sub(f";rport={addr[1]}", top, count=1))
        message.lines[at] = f"{top};received={addr[0]}{comma}{below}"

    def _pass_in(self, message: Message) -> None:
        at = message.via()
        # INVITE, its CANCEL and its ACK share the branch below, so they share ours: the agent finds them together.
        below = _BRANCH.search(message.lines[at])
        same = below.group(1) if below is not None else message.header("call-id", "i")
        branch = hashlib.sha1(same.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        host, port = self._own
        message.lines.insert(at, f"Via: SIP/2.0/UDP {host}:{port};branch={_MAGIC}{branch}")
        self._send(message, self._agent)

    def _pass_back(self, message: Message) -> None:
        """Take our Via off and send the response to the one below, with the code that was meant."""
        own = message.via()
        del message.lines[own]
        if not any(_VIA.match(line) for line in message.lines):
            return
        call_id = message.header("call-id", "i")
        status = self._verdicts.get(call_id)
        if status is not None and message.lines[0].startswith("SIP/2.0 486"):
            message.lines[0] = _status_line(status)
        target = _reply_address(message.lines[message.via()])
        if target is not None:
            self._send(message, target)

    def _reply(self, request: Message, status: int) -> None:
        kept = ("via", "v", "from", "f", "call-id", "i", "cseq")
        lines = [_status_line(status)]
        lines += [line for line in request.lines[1:] if line.partition(":")[0].strip().lower() in kept]
        tag = hashlib.sha1(request.header("call-id", "i").encode("utf-8", "surrogateescape")).hexdigest()[:12]
        lines.append(f"To: {request.header('to', 't')};tag={tag}")
        if status == 503:
            lines.append(f"Retry-After: {_RETRY_AFTER_S}")
        else:
            lines += ["Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE", "Accept: application/sdp"]
        lines.append("Content-Length: 0")
        answer = Message(lines, b"")
        target = _reply_address(answer.lines[answer.via()])
        if target is not None:
            self._send(answer, target)

    def _send(self, message: Message, target: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.bytes(), target)


def _remember(kept: "OrderedDict[str, T]", key: str, value: T) -> None:
    kept[key] = value
    while len(kept) > _KEPT:
        kept.popitem(last=False)


def _status_line(status: int) -> str:
    return f"SIP/2.0 {status} {_REASONS.get(status, 'Refused')}"


def _sent_by(via: str) -> str:
    found = _SENT_BY.search(via)
    return found.group(1) if found is not None else ""


def _reply_address(via: str) -> Address | None:
    """Return where a response goes: received and rport if marked, else the address in Via."""
    top = via.partition(",")[0]
    host, _, port = _sent_by(top).partition(":")
    marks = {part.partition("=")[0].strip(): part.partition("=")[2].strip() for part in top.split(";")[1:]}
    port = marks.get("rport") or port or "5060"
    host = marks.get("received") or host
    return (host, int(port)) if host and port.isdecimal() and 0 < int(port) < 65_536 else None
