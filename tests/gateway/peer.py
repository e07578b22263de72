"""A SIP phone and trunk for tests, written by hand on one UDP socket: independent of what it tests."""

import asyncio
import contextlib
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.gateway.digest import digest
from tests.gateway.packet import Packet
from tests.gateway.rtp import Stream

DIALOG_S = 10


@dataclass
class Talk:
    """One dialog of the peer."""

    peer: "Peer"
    call_id: str
    local: str
    remote: str
    target: str
    stream: Stream
    invite: Packet | None = None
    """The INVITE as it came, for a call to the peer."""
    source: tuple[str, int] = ("", 0)
    cseq: int = 1
    status: int = 0
    """The final answer to the peer's own INVITE."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ringing: asyncio.Event = field(default_factory=asyncio.Event)
    invite_via: str = ""
    login: tuple[str, str] | None = None
    """User and password with which the own INVITE answers a challenge, once."""
    route: list[str] = field(default_factory=list[str])
    """Proxies that stay on the way of the dialog, the nearest one first."""

    def address(self) -> tuple[str, int]:
        nearest = self.route[0] if self.route else self.target
        found = re.match(r"<?sips?:(?:[^@>]*@)?([^:;>]+)(?::(\d+))?", nearest)
        assert found is not None
        return found.group(1), int(found.group(2) or 5060)

    def request(self, method: str, body: str = "", kind: str = "application/sdp", extra: str = "") -> None:
        """Send a request within the dialog."""
        if method != "ACK":
            self.cseq += 1
        uri = self.target.strip("<>")
        self.peer.send(
            f"{method} {uri} SIP/2.0\r\nVia: {self.peer.via()}\r\nMax-Forwards: 70\r\nFrom: {self.local}\r\n"
            f"To: {self.remote}\r\nCall-ID: {self.call_id}\r\nCSeq: {self.cseq} {method}\r\n{self.peer.contact()}"
            + "".join(f"Route: {one}\r\n" for one in self.route)
            + extra
            + (f"Content-Type: {kind}\r\n" if body else "")
            + f"Content-Length: {len(body)}\r\n\r\n{body}",
            self.address(),
        )

    def hold(self, direction: str) -> None:
        """Send a re-INVITE as a desk phone's hold key does: sendonly, and sendrecv to come back."""
        self.request("INVITE", self.peer.sdp(self.stream.port, direction))

    def info(self, digit: str) -> None:
        """Send a key by SIP INFO."""
        self.request("INFO", f"Signal={digit}\r\nDuration=160\r\n", "application/dtmf-relay")

    def hang_up(self) -> None:
        self.request("BYE")
        self.over.set()

    def cancel(self) -> None:
        """Give up the own INVITE that has not been answered."""
        uri = self.target.strip("<>")
        self.peer.send(
            f"CANCEL {uri} SIP/2.0\r\nVia: {self.invite_via}\r\nMax-Forwards: 70\r\nFrom: {self.local}\r\n"
            f"To: {self.remote.partition(';tag')[0]}\r\nCall-ID: {self.call_id}\r\nCSeq: 1 CANCEL\r\n"
            "Content-Length: 0\r\n\r\n",
            self.address(),
        )


class Peer(asyncio.DatagramProtocol):
    """One UDP port that calls and is called. result: how it takes calls: a SIP status, 0 rings for ever."""

    def __init__(self, hertz: float, *, result: int = 200, after_s: float = 0.2, ip: str = "127.0.0.1") -> None:
        self.hertz = hertz
        self.ip = ip
        self.tones: dict[str, float] = {}
        """Tones of users that are called; others have the peer's own."""
        self.results: dict[str, int] = {}
        """How users take calls; others as the peer."""
        self.media_ip = "127.0.0.1" if ip.startswith("127.") else ip
        """Where its streams are: on the loopback interface one address serves all peers."""
        self.open_stream: Callable[[float], Awaitable[Any]] = partial(Stream.open, ip=self.media_ip)
        self.result = result
        self.after_s = after_s
        self.talks: dict[str, Talk] = {}
        self.called: asyncio.Queue[Talk] = asyncio.Queue()
        self.options: asyncio.Queue[Packet] = asyncio.Queue()
        self.registers: asyncio.Queue[Packet] = asyncio.Queue()
        self.notified: asyncio.Queue[str] = asyncio.Queue()
        """Bodies of NOTIFY requests."""
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(
        cls, hertz: float, port: int = 0, *, result: int = 200, after_s: float = 0.2, ip: str = "127.0.0.1"
    ) -> "Peer":
        peer = cls(hertz, result=result, after_s=after_s, ip=ip)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, local_addr=(ip, port))
        return peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    @property
    def port(self) -> int:
        assert self._transport is not None
        return self._transport.get_extra_info("sockname")[1]

    def via(self) -> str:
        return f"SIP/2.0/UDP {self.ip}:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}"

    def contact(self) -> str:
        return f"Contact: <sip:peer@{self.ip}:{self.port}>\r\n"

    def send(self, text: str, to: tuple[str, int]) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.sendto(text.encode(), to)

    async def close(self) -> None:
        for talk in self.talks.values():
            if talk.answered.is_set() and not talk.over.is_set():
                talk.hang_up()
            await talk.stream.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.sleep(0.1)
        assert self._transport is not None
        self._transport.close()

    async def call(
        self,
        to: str,
        at: tuple[str, int],
        *,
        from_: str = "+8613800000001",
        headers: str = "",
        login: tuple[str, str] | None = None,
    ) -> Talk:
        """Send an INVITE and return at once."""
        stream = await self.open_stream(self.hertz)
        call_id, via = uuid.uuid4().hex, self.via()
        local = f"<sip:{from_}@127.0.0.1:{self.port}>;tag={uuid.uuid4().hex[:8]}"
        target = f"sip:{to}@{at[0]}:{at[1]}"
        talk = Talk(self, call_id, local, f"<{target}>", target, stream, invite_via=via, login=login)
        self.talks[call_id] = talk
        self._invite(talk, at, headers)
        return talk

    def _invite(self, talk: Talk, at: tuple[str, int], headers: str) -> None:
        body = self.sdp(talk.stream.port)
        self.send(
            f"INVITE {talk.target} SIP/2.0\r\nVia: {talk.invite_via}\r\nMax-Forwards: 70\r\nFrom: {talk.local}\r\n"
            f"To: <{talk.target}>\r\nCall-ID: {talk.call_id}\r\nCSeq: {talk.cseq} INVITE\r\n{self.contact()}{headers}"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}",
            at,
        )

    async def ask_options(self, at: tuple[str, int]) -> Packet:
        """Send OPTIONS as a health probe does; return the answer."""
        self.send(
            f"OPTIONS sip:{at[0]}:{at[1]} SIP/2.0\r\nVia: {self.via()}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:probe@127.0.0.1>;tag=1\r\nTo: <sip:{at[0]}:{at[1]}>\r\nCall-ID: {uuid.uuid4().hex}\r\n"
            "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
            at,
        )
        return await asyncio.wait_for(self.options.get(), DIALOG_S)

    async def register(self, user: str, password: str, domain: str, at: tuple[str, int], expires: int = 300) -> int:
        """Register with digest (expires 0: no longer); return the final status."""
        uri, call_id = f"sip:{domain}", uuid.uuid4().hex
        given = ""
        for number in (1, 2):
            self.send(
                f"REGISTER {uri} SIP/2.0\r\nVia: {self.via()}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:{user}@{domain}>;tag=r\r\nTo: <sip:{user}@{domain}>\r\nCall-ID: {call_id}\r\n"
                f"CSeq: {number} REGISTER\r\n{self.contact()}Expires: {expires}\r\n{given}Content-Length: 0\r\n\r\n",
                at,
            )
            answer = await asyncio.wait_for(self.registers.get(), DIALOG_S)
            if answer.status != 401:
                return answer.status
            given = f"Authorization: {digest(answer.get('www-authenticate'), user, password, 'REGISTER', uri)}\r\n"
        return 401

    def sdp(self, port: int, direction: str = "sendrecv") -> str:
        return (
            f"v=0\r\no=peer 1 1 IN IP4 {self.media_ip}\r\ns=-\r\nc=IN IP4 {self.media_ip}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            f"a=fmtp:101 0-15\r\na=ptime:20\r\na={direction}\r\n"
        )

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not data.strip():
            return
        packet = Packet.read(data)
        if packet.status:
            self._response(packet)
        else:
            self._request(packet, addr)

    def _response(self, packet: Packet) -> None:
        if packet.method == "OPTIONS":
            self.options.put_nowait(packet)
        if packet.method == "REGISTER" and packet.status >= 200:
            self.registers.put_nowait(packet)
        talk = self.talks.get(packet.get("call-id"))
        if talk is None or packet.method != "INVITE":
            return
        if packet.status in (180, 183):
            talk.ringing.set()
        if packet.status < 200:
            return
        talk.status = packet.status
        talk.remote = packet.get("to")
        if packet.status == 200:
            contact = re.search(r"<([^>]+)>", packet.get("contact"))
            talk.target = contact.group(1) if contact is not None else talk.target
            if not talk.route:  # a later INVITE does not change it (RFC 3261 12.2)
                talk.route = list(reversed(packet.all("record-route")))
            talk.request("ACK")
            talk.stream.start(packet.media())
            talk.answered.set()
        else:
            self.send(
                f"ACK {talk.target} SIP/2.0\r\nVia: {talk.invite_via}\r\nFrom: {talk.local}\r\nTo: {talk.remote}\r\n"
                f"Call-ID: {talk.call_id}\r\nCSeq: {talk.cseq} ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
                talk.address(),
            )
            if packet.status == 407 and talk.login is not None:
                self._prove(talk, packet.get("proxy-authenticate"), talk.login)
            else:
                talk.refused.set()

    def _prove(self, talk: Talk, challenge: str, login: tuple[str, str]) -> None:
        proof = digest(challenge, *login, "INVITE", talk.target)
        talk.login, talk.cseq, talk.invite_via = None, talk.cseq + 1, self.via()
        self._invite(talk, talk.address(), f"Proxy-Authorization: {proof}\r\n")

    def _request(self, packet: Packet, addr: tuple[str, int]) -> None:
        method, talk = packet.first.split()[0], self.talks.get(packet.get("call-id"))
        if method == "INVITE" and talk is None:
            task = asyncio.get_running_loop().create_task(self._be_called(packet, addr))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif method in ("BYE", "CANCEL"):
            self.reply(packet, 200, addr)
            if talk is not None:
                if method == "CANCEL" and talk.invite is not None:
                    self.reply(talk.invite, 487, addr, talk)
                talk.over.set()
        elif method == "NOTIFY":
            self.notified.put_nowait(packet.body)
            self.reply(packet, 200, addr)
        elif method != "ACK":
            self.reply(packet, 200, addr)

    async def _be_called(self, packet: Packet, addr: tuple[str, int]) -> None:
        found = re.match(r"INVITE sips?:([^@]*)@", packet.first)
        user = found.group(1) if found is not None else ""
        result = self.results.get(user, self.result)
        stream = await self.open_stream(self.tones.get(user, self.hertz))
        local = f"{packet.get('to')};tag={uuid.uuid4().hex[:8]}"
        contact = re.search(r"<([^>]+)>", packet.get("contact"))
        assert contact is not None
        talk = Talk(self, packet.get("call-id"), local, packet.get("from"), contact.group(1), stream, packet, addr)
        talk.route = packet.all("record-route")
        self.talks[talk.call_id] = talk
        self.called.put_nowait(talk)
        if result in (0, 200):
            self.reply(packet, 180, addr, talk)
        if result == 0:
            return
        await asyncio.sleep(self.after_s)
        if talk.over.is_set():
            return
        self.reply(packet, result, addr, talk)
        if result == 200:
            talk.stream.start(packet.media())
            talk.answered.set()

    def reply(self, packet: Packet, status: int, addr: tuple[str, int], talk: Talk | None = None) -> None:
        body = self.sdp(talk.stream.port) if talk is not None and status == 200 and talk.invite is packet else ""
        vias = "".join(f"Via: {via}\r\n" for via in packet.all("via"))
        vias += "".join(f"Record-Route: {one}\r\n" for one in packet.all("record-route"))
        to = talk.local if talk is not None else packet.get("to")
        self.send(
            f"SIP/2.0 {status} Test\r\n{vias}From: {packet.get('from')}\r\nTo: {to}\r\n"
            f"Call-ID: {packet.get('call-id')}\r\nCSeq: {packet.get('cseq')}\r\n{self.contact()}"
            + ("Content-Type: application/sdp\r\n" if body else "")
            + f"Content-Length: {len(body)}\r\n\r\n{body}",
            addr,
        )


class ConnectedPeer(Peer):
    """A phone on one TCP connection to its edge, the only way to it: nothing listens at its contact."""

    _reading: asyncio.Task[None]
    _writer: asyncio.StreamWriter

    @classmethod
    async def connect(cls, hertz: float, edge: tuple[str, int], *, ip: str) -> "ConnectedPeer":
        peer = cls(hertz, ip=ip)
        reader, peer._writer = await asyncio.open_connection(*edge, local_addr=(ip, 0))
        peer._reading = asyncio.create_task(peer._read(reader))
        return peer

    @property
    def port(self) -> int:
        return self._writer.get_extra_info("sockname")[1]

    def via(self) -> str:
        return super().via().replace("/UDP", "/TCP")

    def contact(self) -> str:
        return super().contact().replace(">", ";transport=tcp>")

    def send(self, text: str, to: tuple[str, int]) -> None:  # noqa: ARG002
        if not self._writer.is_closing():
            self._writer.write(text.encode())

    async def close(self) -> None:
        for talk in self.talks.values():
            if talk.answered.is_set() and not talk.over.is_set():
                talk.hang_up()
            await talk.stream.close()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        await self._reading

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Cut the stream into messages by their Content-Length, until the connection's end."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lstrip()
                length = re.search(rb"^content-length:\s*(\d+)", head, re.MULTILINE | re.IGNORECASE)
                body = await reader.readexactly(int(length[1]) if length else 0)
                self.datagram_received(head + body, self._writer.get_extra_info("peername"))
