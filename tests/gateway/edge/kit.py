"""The real edge on the loopback interface, its neighbours, and phones made of UDP sockets."""

import http.server
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import certificate, programs, rendering
from infrastructure.voice.gateway.settings import Node, Settings, Trunk
from tests.gateway.digest import digest, digest_of
from tests.gateway.ports import gateway_ports

T = TypeVar("T")
REALM = "voice.local"
SDP = (
    "v=0\r\no=- 1 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


@dataclass
class Message:
    """A SIP message; headers by lower-case name, repeated ones in order."""

    first: str
    headers: list[tuple[str, str]]
    body: str
    source: tuple[str, int]

    @classmethod
    def read(cls, datagram: bytes, source: tuple[str, int]) -> "Message":
        head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        return cls(first, headers, body, source)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return "" if self.status else self.first.split()[0]

    @property
    def uri(self) -> str:
        return self.first.split()[1]


@dataclass
class Phone:
    """A SIP end on a UDP port, driven step by step."""

    edge: tuple[str, int]
    user: str = "1001"
    password: str = ""
    ip: str = "127.0.0.1"
    port: int = 0
    sequence: int = 0
    seen: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.ip, self.port))
        self.port = self.socket.getsockname()[1]

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    @property
    def contact(self) -> str:
        return f"<sip:{self.user}@{self.ip}:{self.port}>"

    def send(self, text: str | bytes) -> None:
        self.socket.sendto(text if isinstance(text, bytes) else text.encode(), self.edge)

    def next(self, limit_s: float = 5) -> Message | None:
        """Return the next message, None when there is none in time."""
        self.socket.settimeout(max(limit_s, 0.001))
        try:
            message = Message.read(*self.socket.recvfrom(65536))
        except TimeoutError:
            return None
        self.seen.append(message)
        return message

    def wait(self, fits: Callable[[Message], bool], what: str, limit_s: float = 8) -> Message:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            message = self.next(deadline - time.monotonic())
            if message and fits(message):
                return message
        raise AssertionError(f"{self.user} did not get {what} but {[each.first for each in self.seen]}")

    def answer_to(self, call_id: str, limit_s: float = 8) -> Message:
        """Return the final answer to a request of ours."""
        return self.wait(lambda m: m.status >= 200 and m.get("call-id") == call_id, f"an answer in {call_id}", limit_s)

    def request(
        self,
        method: str,
        uri: str,
        *headers: str,
        to: str | None = None,
        body: str = "",
        call_id: str = "",
        tag: str = "",
    ) -> str:
        """Send a request and return its Call-ID."""
        self.sequence += 1
        call_id = call_id or f"{secrets.token_hex(8)}@{self.ip}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.ip}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self.user}@{REALM}>;tag={tag or secrets.token_hex(4)}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {call_id}",
            f"CSeq: {self.sequence} {method}",
            f"Contact: {self.contact}",
            *headers,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.send("\r\n".join(lines) + "\r\n\r\n" + body)
        return call_id

    def proven(
        self, method: str, uri: str, *headers: str, login: str = "", to: str | None = None, body: str = ""
    ) -> Message:
        """Send a request, answer its challenge, and return the final answer."""
        call_id = self.request(method, uri, *headers, to=to, body=body)
        first = self.answer_to(call_id)
        if first.status not in (401, 407):
            return first
        if method == "INVITE":
            self.acknowledge(first, uri)
        name = "Authorization" if first.status == 401 else "Proxy-Authorization"
        challenge = first.get("www-authenticate") or first.get("proxy-authenticate")
        proof = f"{name}: {digest(challenge, login or self.user, self.password, method, uri)}"
        return self.answer_to(self.request(method, uri, *headers, proof, to=to, body=body, call_id=call_id))

    def register(self, login: str = "", expires: int = 120) -> Message:
        own = f"<sip:{self.user}@{REALM}>"
        return self.proven("REGISTER", f"sip:{REALM}", f"Expires: {expires}", login=login, to=own)

    def acknowledge(self, answer: Message, uri: str) -> None:
        """ACK an answer: of a refusal in its transaction, of 200 along the route."""
        route = [f"Route: {value}" for value in reversed(answer.all("record-route"))] if answer.status < 300 else []
        via = (
            answer.get("via")
            if answer.status >= 300
            else f"SIP/2.0/UDP {self.ip}:{self.port};branch=z9hG4bK{secrets.token_hex(8)}"
        )
        lines = [
            f"ACK {uri} SIP/2.0",
            f"Via: {via}",
            "Max-Forwards: 70",
            *route,
            f"From: {answer.get('from')}",
            f"To: {answer.get('to')}",
            f"Call-ID: {answer.get('call-id')}",
            f"CSeq: {answer.get('cseq').split()[0]} ACK",
            "Content-Length: 0",
        ]
        self.send("\r\n".join(lines) + "\r\n\r\n")

    def reply(self, request: Message, status: int, *headers: str, tag: str = "called", body: str = "") -> None:
        """Answer a request that came in."""
        kept = [
            f"{name}: {value}"
            for name, value in request.headers
            if name in ("via", "from", "call-id", "cseq", "record-route")
        ]
        to = request.get("to") if ";tag=" in request.get("to") else f"{request.get('to')};tag={tag}"
        lines = [f"SIP/2.0 {status} Answer", *kept, f"To: {to}", f"Contact: {self.contact}", *headers]
        lines += [*(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}"]
        self.socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), request.source)

    def bye(self, answer: Message) -> Message:
        """End, as the caller, a call by its 200 answer; return what comes back."""
        uri = re.sub(r"^<?([^>]*)>?.*", r"\1", answer.get("contact"))
        route = [f"Route: {value}" for value in reversed(answer.all("record-route"))]
        tag = answer.get("from").partition(";tag=")[2]
        self.sequence += 10
        return self.answer_to(
            self.request("BYE", uri, *route, to=answer.get("to"), call_id=answer.get("call-id"), tag=tag)
        )


class Responder(threading.Thread):
    """A voice node in the edge's eyes: answers OPTIONS and INVITE as it is told, on a thread of its own."""

    def __init__(self, phone: Phone, invite: int = 200, options: int = 200, ring: bool = True) -> None:
        super().__init__(daemon=True)
        self.phone, self.invite, self.options, self.ring = phone, invite, options, ring
        self.refusal = "X-Refused: yes"
        """A header of its refusals."""
        self.got: list[Message] = []
        self._stop_asked = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            message = self.phone.next(0.1)
            if message is None or message.status:
                continue
            self.got.append(message)
            self.answer(message)

    def answer(self, message: Message) -> None:
        """Say to a request what this one says."""
        if message.method == "OPTIONS":
            self._answer(message, self.options)
        elif message.method == "INVITE" and self.invite:
            self._invite(message)
        elif message.method != "ACK" and self.invite:
            self.phone.reply(message, 200)

    def _answer(self, message: Message, status: int) -> None:
        if status:
            self.phone.reply(message, status)

    def _invite(self, message: Message) -> None:
        if self.ring:
            self.phone.reply(message, 100)
        body = SDP.format(ip=self.phone.ip, port=40000) if self.invite == 200 and message.body else ""
        self.phone.reply(
            message, self.invite, "X-Zhiyin-Secret: inside" if self.invite == 200 else self.refusal, body=body
        )

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()

    def invites(self) -> list[Message]:
        """Return the INVITEs, without repetitions, in order."""
        by_branch = {message.get("via"): message for message in self.got if message.method == "INVITE"}
        return list(by_branch.values())

    def requests(self, method: str) -> list[Message]:
        return [message for message in self.got if message.method == method]


class Credentials(http.server.ThreadingHTTPServer):
    """Stands in for the lookup service: passwords by user, and who was asked for. status: an error for all."""

    def __init__(self, port: int, passwords: dict[str, str]) -> None:
        self.passwords, self.asked, self.status = passwords, list[str](), 0
        super().__init__(("127.0.0.1", port), _CredentialsHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _CredentialsHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Credentials)
        user = self.path.rpartition("/")[2]
        server.asked.append(user)
        password = server.passwords.get(user)
        status = server.status or (200 if password else 404)
        text = digest_of(user, REALM, password or "") if status == 200 else ""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Edge:
    """Kamailio and rtpengine with the product's own configuration and command lines."""

    settings: Settings
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> tuple[str, int]:
        return self.settings.address, self.settings.sip_port

    def start(self) -> None:
        certificate.ensure(self.settings)
        configuration = rendering.render(self.settings)
        self._start(programs.relay(self.settings))
        self._start(programs.edge(self.settings, configuration))
        eventually(lambda: self.rpc("core.uptime"), "Kamailio answers")

    def _start(self, program: programs.GatewayProgram) -> None:
        with (self.settings.home / f"{program.name}.log").open("ab") as log:
            process = subprocess.Popen(program.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.started[program.name] = process

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End all, as asked; after SIGKILL Kamailio's workers go too."""
        for process in self.started.values():
            children = _children(process.pid) if how == signal.SIGKILL else []
            for pid in [process.pid, *children]:
                os.kill(pid, how)
            process.wait(20)
        self.started.clear()

    def rpc(self, method: str, *params: Any) -> Any:
        """Return a JSON-RPC result, None when nobody answers or it is an error."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": list(params), "id": 1}).encode()
        url = f"http://{self.settings.internal}:{self.settings.rpc_port}/RPC"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body), timeout=5) as answer:
                return json.load(answer).get("result")
        except OSError:
            return None

    def node_states(self) -> dict[str, str]:
        """Return the flags of every node and trunk by address (AP: active and probed)."""
        sets = (self.rpc("dispatcher.list") or {}).get("RECORDS", [])
        return {
            target["DEST"]["URI"].removeprefix("sip:"): target["DEST"]["FLAGS"]
            for each in sets
            for target in each["SET"]["TARGETS"]
        }

    def log(self) -> str:
        return (self.settings.home / "kamailio.log").read_text()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def edge(home: Path, **given: Any) -> Iterator[Edge]:
    """A running edge on free ports. given: settings."""
    settings = Settings(**{"home": home, **gateway_ports(), "nodes": 0, **given})
    running = Edge(settings)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def node_of(number: int, phone: Phone) -> Node:
    """Return the settings of a node that `phone` plays."""
    return Node(number=number, host=phone.ip, sip_port=phone.port, agent_port=phone.port, http_port=1)


def trunk_of(phone: Phone, **given: Any) -> Trunk:
    """Return the settings of a trunk that `phone` plays: it may send, and gets calls."""
    known = {"name": "one", "host": phone.ip, "port": phone.port, "sources": (f"{phone.ip}:{phone.port}",)}
    return Trunk(**{**known, **given})
