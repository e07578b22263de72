"""A SIP party over UDP for tests: sends what a phone, trunk or node sends, and shows what it gets, word for word."""

import hashlib
import itertools
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

NUMBERS = itertools.count(1)
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 101\r\n" + (
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


@dataclass(frozen=True)
class Message:
    """A request or response. first: its first line. headers: by lower-case name, in order."""

    first: str
    headers: dict[str, list[str]]
    body: str

    @property
    def status(self) -> int:
        """Return a response's status, 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """Return the method: of the request, or the one that the response is about."""
        return self.first.split()[0] if not self.status else self["cseq"].split()[1]

    def __getitem__(self, name: str) -> str:
        return self.headers[name][0]

    def get(self, name: str) -> str | None:
        """Return a header or None."""
        return self.headers.get(name, [None])[0]


def parse(data: bytes) -> Message:
    """Read a message."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Message(first, headers, body)


@dataclass
class Peer:
    """One party on a port of its own. edge: where it sends to. answer: what it says to requests of others."""

    edge: tuple[str, int]
    port: int = 0
    domain: str = "voice.local"
    ip: str = "127.0.0.1"
    answer: Callable[["Peer", Message], None] | None = None
    asked: list[Message] = field(default_factory=list[Message])

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.ip, self.port))
        self.port = self.socket.getsockname()[1]
        self.socket.settimeout(8)
        if self.answer is not None:
            threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    # --- asking

    def send(self, text: str) -> None:
        """Send as it stands."""
        self.socket.sendto(text.encode(), self.edge)

    def request(
        self, method: str, uri: str, user: str = "someone", *, headers: str = "", body: str = "", **known: str
    ) -> Message:
        """Send a request and return the final response (provisional ones are passed over)."""
        number = next(NUMBERS)
        call_id = known.get("call_id", f"{number}-{self.port}@test")
        self.send(self.text(method, uri, user, number, call_id, headers, body, known.get("to", f"<{uri}>")))
        while True:
            found = self.receive()
            if found.status >= 200 and found["call-id"] == call_id and found["cseq"].startswith(f"{number} "):
                if method == "INVITE":
                    self._acknowledge(found, uri, number)
                return found

    def text(
        self, method: str, uri: str, user: str, number: int, call_id: str, headers: str, body: str, to: str
    ) -> str:
        """Return a request's text."""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} {uri} SIP/2.0\r\n{self._via(number)}"
            f"Max-Forwards: 70\r\nFrom: <sip:{user}@{self.domain}>;tag=t{number}\r\nTo: {to}\r\nCall-ID: {call_id}\r\n"
            f"CSeq: {number} {method}\r\nContact: <sip:{user}@{self.ip}:{self.port}>\r\n{headers}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def receive(self) -> Message:
        """Return the next message. Errors: TimeoutError."""
        return parse(self.socket.recv(65_535))

    def register(self, user: str, password: str, *, expires: int = 300) -> Message:
        """Register with digest and return the last response."""
        uri, extra = f"sip:{self.domain}", f"Expires: {expires}\r\n"
        challenge = self.request("REGISTER", uri, user, headers=extra, to=f"<sip:{user}@{self.domain}>")
        given = digest(challenge["www-authenticate"], user, password, "REGISTER", uri)
        return self.request(
            "REGISTER", uri, user, headers=f"{extra}Authorization: {given}\r\n", to=f"<sip:{user}@{self.domain}>"
        )

    def invite(self, to: str, user: str = "+8613800138000", headers: str = "") -> Message:
        """Call somebody and return the final response."""
        return self.request(
            "INVITE", f"sip:{to}@{self.edge[0]}:{self.edge[1]}", user, headers=headers, body=SDP.format(port=self.port)
        )

    def call(self, to: str, user: str, password: str, headers: str = "") -> Message:
        """Call somebody as a phone with a password does and return the final response."""
        challenge = self.invite(to, user, headers)["proxy-authenticate"]
        uri = f"sip:{to}@{self.edge[0]}:{self.edge[1]}"
        given = digest(challenge, user, password, "INVITE", uri)
        return self.invite(to, user, f"{headers}Proxy-Authorization: {given}\r\n")

    def _acknowledge(self, response: Message, uri: str, number: int) -> None:
        if response.status < 300:
            uri = re.search(r"<([^>]+)>", response["contact"])[1]  # type: ignore[index]
        route = "".join(f"Route: {one}\r\n" for one in reversed(response.headers.get("record-route", [])))
        new = "" if response.status >= 300 else "a"
        self.send(
            f"ACK {uri} SIP/2.0\r\n{self._via(f'{number}{new}')}{route}Max-Forwards: 70\r\nFrom: {response['from']}\r\n"
            f"To: {response['to']}\r\nCall-ID: {response['call-id']}\r\nCSeq: {number} ACK\r\nContent-Length: 0\r\n\r\n"
        )

    def _via(self, branch: object) -> str:
        return f"Via: SIP/2.0/UDP {self.ip}:{self.port};branch=z9hG4bK{branch}x{self.port};rport\r\n"

    # --- being asked

    def reply(self, request: Message, status: int, reason: str = "OK", *, body: str = "") -> None:
        """Answer a request."""
        kept = "".join(
            f"{name.title()}: {value}\r\n"
            for name in ("via", "record-route", "from", "call-id", "cseq")
            for value in request.headers.get(name, [])
        )
        tag = "" if ";tag=" in request["to"] else f";tag=n{self.port}"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = (
            f"SIP/2.0 {status} {reason}\r\n{kept}To: {request['to']}{tag}\r\n"
            f"Contact: <sip:peer@{self.ip}:{self.port}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self.socket.sendto(text.encode(), self.edge)

    def _serve(self) -> None:
        assert self.answer is not None
        self.socket.settimeout(None)
        while True:
            try:
                message = self.receive()
            except OSError:
                return
            self.asked.append(message)
            if message.status == 0:
                self.answer(self, message)


def takes_calls(peer: Peer, message: Message) -> None:
    """Answer as a voice node or a phone that takes every call."""
    if message.method == "INVITE":
        peer.reply(message, 200, body=SDP.format(port=peer.port))
    elif message.method != "ACK":
        peer.reply(message, 200)


def full(peer: Peer, message: Message) -> None:
    """Answer as a node that lives and takes no calls."""
    if message.method == "INVITE":
        peer.reply(message, 503, "Full")
    elif message.method != "ACK":
        peer.reply(message, 200)


def digest(challenge: str, user: str, password: str, method: str, uri: str) -> str:
    """Return an Authorization header's value (RFC 2617, MD5, with or without qop)."""
    said = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    ha1 = _md5(f"{user}:{said['realm']}:{password}")
    ha2 = _md5(f"{method}:{uri}")
    parts = [f'username="{user}"', f'realm="{said["realm"]}"', f'nonce="{said["nonce"]}"', f'uri="{uri}"']
    if "qop" in said:
        response = _md5(f"{ha1}:{said['nonce']}:00000001:c0ffee:auth:{ha2}")
        parts += ["qop=auth", "nc=00000001", 'cnonce="c0ffee"']
    else:
        response = _md5(f"{ha1}:{said['nonce']}:{ha2}")
    return "Digest " + ", ".join([*parts, f'response="{response}"', "algorithm=MD5"])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
