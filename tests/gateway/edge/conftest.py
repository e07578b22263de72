"""A real edge (Kamailio and rtpengine) on free ports of loopback, with a stand-in for whoever knows the passwords."""

import hashlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import edge
from infrastructure.voice.gateway.settings import Gateway, Trunk
from tests.gateway.conftest import free_port
from tests.gateway.edge.party import Peer

PASSWORDS = {"1001": "secret-of-1001", "1002": "secret-of-1002"}
Join = Callable[..., Peer]


class Edge:
    """A running edge that can be killed and started again."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.address = (gateway.ip, gateway.sip_port)
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start and wait until it answers."""
        edge.write(self.gateway)
        self._run("rtpengine", edge.rtpengine(self.gateway))
        eventually(lambda: edge.relay_answers(self.gateway), "the media relay answers")
        self._run("kamailio", edge.kamailio(self.gateway))
        eventually(lambda: edge.answers(self.gateway), "the edge answers")

    def _run(self, name: str, command: list[str]) -> None:
        with (self.gateway.run / f"{name}.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))

    def stop(self, *, hard: bool = False) -> None:
        """End it; hard: as a crash would."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL if hard else signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        self.processes.clear()

    def log(self) -> str:
        """Return what Kamailio said."""
        return (self.gateway.run / "kamailio.log").read_text(errors="replace")


@pytest.fixture
def passwords() -> Iterator[ThreadingHTTPServer]:
    """Whoever knows the passwords. Notes who was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            user = self.path.rpartition("/")[2]
            asked.append(user)
            known = PASSWORDS.get(user)
            self.send_response(200 if known else 404)
            self.end_headers()
            if known:
                self.wfile.write(hashlib.md5(f"{user}:voice.local:{known}".encode()).hexdigest().encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = asked  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def running(tmp_path: Path, passwords: ThreadingHTTPServer) -> Iterator[Edge]:
    """An edge with two nodes and a trunk whose ports are free for the test to take."""
    sip, ws, wss, ng, node, other, trunk, second = (free_port() for _ in range(8))
    gateway = Gateway(
        home=tmp_path,
        sip_port=sip,
        ws_port=ws,
        wss_port=wss,
        rtpengine_port=ng,
        router_port=passwords.server_port,
        node_ports=(node, other),
        trunks=(
            Trunk("first", "127.0.0.2/32", f"127.0.0.1:{trunk}"),
            Trunk("second", "127.0.0.3/32", f"127.0.0.1:{second}"),
        ),
        flood_limit=1_000,
    )
    found = Edge(gateway)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def join(running: Edge) -> Iterator[Join]:
    """Make parties that leave with the test: join(port=…, answer=…)."""
    parties: list[Peer] = []

    def make(**given: object) -> Peer:
        parties.append(Peer(running.address, **given))  # type: ignore[arg-type]
        return parties[-1]

    yield make
    for one in parties:
        one.close()
