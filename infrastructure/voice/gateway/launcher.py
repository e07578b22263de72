"""Runs the gateway of this host: relay, edge, router and voice nodes, started in order, and again when they die."""

import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infrastructure.local.lifetime import leave_on
from infrastructure.local.parts import Part, responds
from infrastructure.local.processes import Process, write_pid
from infrastructure.voice.gateway import edge
from infrastructure.voice.gateway.settings import FILE, Gateway, agent_port
from infrastructure.voice.node.closed import close_calls

LOOK_EVERY_S = 0.2
START_LIMIT_S = 60.0


class Launcher:
    """Everything of one gateway host."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.relay = Process(_relay(gateway), gateway)
        self.router = Process(_router(gateway), gateway)
        self.edge = Process(_edge(gateway), gateway)
        self.nodes = [Process(_node(gateway, number), gateway) for number in range(len(gateway.node_ports))]

    def run(self) -> None:
        """Start everything, say `ready`, and supervise until a signal comes."""
        for folder in (self.gateway.home, self.gateway.logs, self.gateway.pids):
            folder.mkdir(parents=True, exist_ok=True)
        lock = (self.gateway.home / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"a gateway is already running in {self.gateway.home}") from None
        write_pid(pid_file(self.gateway), os.getpid())
        try:
            self._start()
            while True:
                self._supervise()
                time.sleep(LOOK_EVERY_S)
        finally:
            for process in (self.edge, *self.nodes, self.router, self.relay):
                process.stop()
            print("stopped", flush=True)

    def _start(self) -> None:
        edge.write(self.gateway)
        for number in range(len(self.nodes)):
            self._close_calls(number)
        for process in (self.relay, self.router, *self.nodes, self.edge):
            process.start()
            _wait(process.part.answers, process.part.name)
        print(f"gateway ready: sip:{self.gateway.domain} at {self.gateway.ip}:{self.gateway.sip_port}", flush=True)

    def _supervise(self) -> None:
        for process in (self.relay, self.router, self.edge):
            process.look()
        for number, node in enumerate(self.nodes):
            if node.look():
                self._close_calls(number)

    def _close_calls(self, node: int) -> None:
        """Tell Zhiyin of the calls that went down with a node; it cannot do so itself any more."""
        state = self.gateway.node_state(node)
        state.mkdir(parents=True, exist_ok=True)
        closed = asyncio.run(close_calls(state, self.gateway.auth_token))
        if closed:
            print(f"node {node} left {closed} calls, ended towards {self.gateway.public_url}", flush=True)


def _relay(gateway: Gateway) -> Part:
    return Part(name="rtpengine", command=edge.rtpengine(gateway), answers=lambda: edge.relay_answers(gateway))


def _edge(gateway: Gateway) -> Part:
    return Part(name="kamailio", command=edge.kamailio(gateway), answers=lambda: edge.answers(gateway))


def _router(gateway: Gateway) -> Part:
    command = [sys.executable, "-m", "infrastructure.voice.gateway", "router", str(gateway.home / FILE)]
    return Part(name="router", command=command, answers=lambda: edge.listens(gateway.ip, gateway.router_port))


def _node(gateway: Gateway, number: int) -> Part:
    port = gateway.node_ports[number]
    voice = f"{gateway.public_url}/voice"
    command = [
        sys.executable, "-m", "infrastructure.voice", "node", "--node", str(number), "--sip", f"{gateway.ip}:{port}",
        "--agent-port", str(agent_port(port)),
        "--edge", f"{gateway.ip}:{gateway.sip_port}", "--realm", gateway.domain, "--host", gateway.ip,
        "--port", str(port + 4_000), "--state", str(gateway.node_state(number)), "--public-url", gateway.router_url,
        "--account", gateway.account_sid, "--shared", str(gateway.state / "shared"),
        "--voice-url", f"{voice}/inbound", "--status-url", f"{voice}/status",
        "--emergency", gateway.emergency,
    ]  # fmt: skip
    return Part(
        name=f"node{number}",
        command=command,
        answers=lambda: responds(f"{gateway.node_url(number)}/health"),
        environment={"ZHIYIN_SIM_AUTH_TOKEN": gateway.auth_token},
    )


def _wait(answers: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not answers():
        if time.monotonic() > deadline:
            raise SystemExit(f"{name} does not answer")
        time.sleep(0.05)


def pid_file(gateway: Gateway) -> Path:
    """Return the file with the pid of the gateway's launcher."""
    return gateway.pids / "launcher.pid"


def run(gateway: Gateway) -> None:
    """Run the gateway until SIGINT or SIGTERM."""
    leave_on(signal.SIGTERM, signal.SIGINT)
    Launcher(gateway).run()
