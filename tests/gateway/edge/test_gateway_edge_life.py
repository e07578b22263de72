"""VOI-2: what dies is started again, and nobody waits for a dead node. Real edge and relay, stand-in nodes."""

import asyncio
import os
import re
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import __main__ as gateway_command
from infrastructure.voice.gateway import certificate, rendering
from infrastructure.voice.gateway.programs import GatewayProgram
from infrastructure.voice.gateway.settings import Node, Settings, load
from infrastructure.voice.gateway.supervisor import Supervisor, settings_file
from tests.gateway.edge.kit import SDP, Credentials, Edge, Phone, edge, trunk_of
from tests.gateway.ports import free_port, gateway_ports

CALLED = "sip:+861055550100@127.0.0.1"


@dataclass
class Gateway:
    """A supervised gateway; its supervisor runs on a thread with a loop of its own."""

    edge: Edge
    trunk: Phone
    deaths: Path

    @property
    def settings(self) -> Settings:
        return self.edge.settings

    def pid(self, name: str) -> int:
        return int((self.settings.pids / f"{name}.pid").read_text())

    def call(self) -> str:
        """Have a call with a node and return the node's port."""
        call_id = self.trunk.request("INVITE", CALLED, body=SDP.format(ip=self.trunk.ip, port=40400))
        answer = self.trunk.answer_to(call_id, 12)
        assert answer.status == 200, answer.first
        target = re.sub("[<>]", "", answer.get("contact"))
        self.trunk.acknowledge(answer, target)
        return target.rpartition(":")[2]

    def node_ready(self, number: int) -> bool:
        node = self.settings.own_nodes[number]
        return self.edge.node_states().get(f"{node.host}:{node.sip_port}", "").startswith("A")


def _node(settings: Settings, node: Node) -> GatewayProgram:
    settings.state_of(node).mkdir(exist_ok=True)
    numbers = [str(node.sip_port), str(node.http_port), str(node.number)]
    return GatewayProgram(
        name=f"node{node.number}",
        command=[sys.executable, "-m", "tests.gateway.edge.stand_in_node", *numbers],
        health=f"{node.url}/health",
        node=node,
    )


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    credentials = Credentials(free_port(), {"1001": "right"})
    with Phone(("", 0), user="13800138000", ip="127.0.0.2") as trunk:
        settings = Settings(home=tmp_path, nodes=2, trunks=(trunk_of(trunk),), **gateway_ports())
        for folder in (settings.logs, settings.pids):
            folder.mkdir()
        trunk.edge = (settings.address, settings.sip_port)
        deaths = tmp_path / "deaths"
        certificate.ensure(settings)

        def closing(_: Settings, dead: Node) -> GatewayProgram:
            return GatewayProgram(name="closing", command=["/bin/sh", "-c", f"echo {dead.number} >> {deaths}"])

        supervisor = Supervisor(settings, node=_node, closing=closing)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(supervisor.run()))
        thread.start()
        try:
            made = Gateway(Edge(settings), trunk, deaths)
            eventually(supervisor.ready.is_set, "the gateway is ready", 40)
            eventually(lambda: made.node_ready(0) and made.node_ready(1), "both nodes take calls")
            deaths.unlink(missing_ok=True)
            yield made
        finally:
            loop.call_soon_threadsafe(supervisor.stopping.set)
            thread.join(60)
            loop.close()
            credentials.shutdown()
            credentials.server_close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_calls_of_a_dead_or_hung_node_end_within_ten_seconds(gateway: Gateway, how: signal.Signals) -> None:
    port = int(gateway.call())
    number = port - gateway.settings.node_sip_port
    before, died_at = gateway.pid(f"node{number}"), time.monotonic()
    os.kill(before, how)
    gateway.trunk.wait(lambda message: message.method == "BYE", "BYE", 10)
    eventually(gateway.deaths.exists, "the platform is told", 10)
    assert time.monotonic() - died_at < 10
    assert gateway.deaths.read_text().split() == [str(number)]
    eventually(lambda: gateway.pid(f"node{number}") != before and gateway.node_ready(number), "the node is back")


def test_new_calls_go_on_while_a_node_is_dead(gateway: Gateway) -> None:
    os.kill(gateway.pid("node0"), signal.SIGKILL)
    assert all(gateway.call() for _ in range(3))


@pytest.mark.parametrize("name", ["kamailio", "rtpengine", "front"])
def test_a_killed_part_comes_back_and_takes_calls(gateway: Gateway, name: str) -> None:
    before = gateway.pid(name)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: gateway.pid(name) != before, f"{name} is started again")
    eventually(lambda: gateway.node_ready(0), "the edge sees a node")
    eventually(lambda: gateway.edge.rpc("rtpengine.ping", "all") is not None, "the edge answers")
    assert eventually(lambda: _tries(gateway), "a call is taken")


def _tries(gateway: Gateway) -> str:
    try:
        return gateway.call()
    except AssertionError:
        return ""


def test_rest_goes_to_the_node_that_a_sid_names(gateway: Gateway) -> None:
    base = f"http://127.0.0.1:{gateway.settings.router_port}/2010-04-01/Accounts/AC1"
    for number in (0, 1):
        with urllib.request.urlopen(f"{base}/Calls/CA{number:02x}{'0' * 30}.json", timeout=5) as answer:
            assert f'"node": {number}' in answer.read().decode()


def test_a_new_certificate_is_read_while_connections_go_on(tmp_path: Path) -> None:
    with edge(tmp_path) as running:
        old = _connected(running)
        first = old.getpeercert(binary_form=True)
        for path in rendering.certificate_of(running.settings):
            path.unlink()
        certificate.ensure(running.settings)
        with _connected(running) as before:
            assert before.getpeercert(binary_form=True) == first

        gateway_command.reload(running.settings)

        with _connected(running) as after:
            assert after.getpeercert(binary_form=True) != first
            assert _asks(after, "new").startswith("SIP/2.0 ")
        assert _asks(old, "old").startswith("SIP/2.0 ")
        old.close()


def test_a_certificate_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    with edge(tmp_path) as running:
        with _connected(running) as before:
            first = before.getpeercert(binary_form=True)
        file, _ = rendering.certificate_of(running.settings)
        file.write_text("broken")
        with pytest.raises(SystemExit):
            gateway_command.reload(running.settings)
        with _connected(running) as after:
            assert after.getpeercert(binary_form=True) == first


def _connected(running: Edge) -> ssl.SSLSocket:
    """A telephone's connection by TLS."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection((running.settings.address, running.settings.sips_port), 5)
    return trusting.wrap_socket(plain)


def _asks(connection: ssl.SSLSocket, name: str) -> str:
    """Send OPTIONS over a connection and return the answer."""
    here = f"{connection.getsockname()[0]}:{connection.getsockname()[1]}"
    lines = [
        "OPTIONS sip:127.0.0.1 SIP/2.0", f"Via: SIP/2.0/TLS {here};branch=z9hG4bK{name}", "Max-Forwards: 70",
        f"From: <sip:1001@127.0.0.1>;tag={name}", "To: <sip:127.0.0.1>", f"Call-ID: {name}@{here}", "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    ]  # fmt: skip
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection.recv(4096).decode()


def test_the_settings_survive_their_file(tmp_path: Path) -> None:
    with Phone(("", 0)) as phone:
        settings = Settings(home=tmp_path, trunks=(trunk_of(phone),))
    assert load(str(settings_file(settings))) == settings
