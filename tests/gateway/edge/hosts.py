"""Hosts of their own on one machine: network namespaces on a bridge, a whole gateway in each."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infrastructure.local.waiting import eventually
from infrastructure.supervision import PROJECT
from infrastructure.voice.gateway import settings as gateway_settings
from infrastructure.voice.gateway.settings import AGENT_PORT_OFFSET, Settings

TRUNK_PORT = 5070
NETWORKS = 200


class Impossible(Exception):
    """This machine or this user cannot make network namespaces."""


def ip(*words: str) -> str:
    """Run iproute2. Errors: Impossible with what it said."""
    if shutil.which("ip") is None:
        raise Impossible("iproute2 is not installed")
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Impossible(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


@dataclass
class Network:
    """A bridge with an address of ours; hosts are 2, 3, ... Its number is nobody else's on this machine.

    A second bridge is the private network between the hosts, on which we have no address.
    """

    number: int

    @property
    def bridge(self) -> str:
        return f"zy{self.number}"

    def address(self, place: int) -> str:
        return f"198.18.{self.number}.{place}"

    @property
    def private(self) -> str:
        return f"{self.bridge}p"

    def internal(self, place: int) -> str:
        return f"198.19.{self.number}.{place}"

    def host(self, place: int) -> str:
        return f"{self.bridge}h{place}"

    def add_host(self, place: int) -> None:
        name = self.host(place)
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")
        self._plug(name, self.bridge, self.address(place), place)
        self._plug(name, self.private, self.internal(place), place)

    def _plug(self, name: str, bridge: str, address: str, place: int) -> None:
        inner, outer = f"{bridge}i{place}", f"{bridge}o{place}"
        ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        ip("link", "set", outer, "master", bridge, "up")
        ip("-n", name, "address", "add", f"{address}/24", "dev", inner)
        ip("-n", name, "link", "set", inner, "up")

    def remove_host(self, place: int) -> None:
        """Remove what there is of a host, its link by name: the kernel takes its time to empty a namespace."""
        links = [("link", "delete", f"{bridge}o{place}") for bridge in (self.bridge, self.private)]
        for words in (*links, ("netns", "delete", self.host(place))):
            with suppress(Impossible):
                ip(*words)


@contextmanager
def network(hosts: Sequence[int]) -> Iterator[Network]:
    """A bridge, our address on it, and empty hosts. Errors: Impossible."""
    made = _bridge()
    with ExitStack() as undo:
        undo.callback(ip, "link", "delete", made.bridge)
        ip("address", "add", f"{made.address(1)}/24", "dev", made.bridge)
        ip("link", "set", made.bridge, "up")
        ip("link", "add", made.private, "type", "bridge")
        undo.callback(ip, "link", "delete", made.private)
        ip("link", "set", made.private, "up")
        for place in hosts:
            undo.callback(made.remove_host, place)
            made.add_host(place)
        yield made


def _bridge() -> Network:
    """Make a bridge: the kernel gives a name only once, so two runs never share a network."""
    for number in range(NETWORKS):
        made = Network(number)
        try:
            ip("link", "add", made.bridge, "type", "bridge")
        except Impossible as error:
            if "File exists" not in str(error):
                raise
            continue
        return made
    raise Impossible("no network is left")


@dataclass
class Host:
    """One whole gateway in a namespace."""

    name: str
    settings: Settings
    process: "subprocess.Popen[bytes]"

    @property
    def edge(self) -> tuple[str, int]:
        return self.settings.address, self.settings.sip_port

    @property
    def node(self) -> int:
        """Return the number of its only node."""
        return self.settings.first_node

    def told(self) -> str:
        return (self.settings.home / "supervisor.log").read_text()

    def ask(self, method: str, *params: Any) -> Any:
        """Return what its Kamailio answers."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": list(params), "id": 1})
        url = f"http://{self.settings.internal}:{self.settings.rpc_port}/RPC"
        code = f"import urllib.request as u; print(u.urlopen({url!r}, {body.encode()!r}, timeout=5).read().decode())"
        return json.loads(self.run(code))["result"]

    def run(self, code: str) -> str:
        """Run Python on the host and return what it printed."""
        return subprocess.run(
            _on(self.name, "-c", code), cwd=PROJECT, capture_output=True, text=True, check=True, timeout=30
        ).stdout

    def knows_all(self) -> bool:
        """Tell whether its edge has an answer from every node and every other edge."""
        sets = self.ask("dispatcher.list")["RECORDS"]
        flags = [target["DEST"]["FLAGS"] for each in sets for target in each["SET"]["TARGETS"]]
        return set(flags) == {"AP"}

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def die(self) -> None:
        """End everything on it without a word, as a lost power supply does: first its network, then its processes."""
        for line in json.loads(ip("-n", self.name, "-j", "link")):
            ip("-n", self.name, "link", "set", line["ifname"], "down")
        while pids := ip("netns", "pids", self.name).split():
            for pid in pids:
                os.kill(int(pid), signal.SIGKILL)
            self.process.wait(10)


def start(made: Network, home: Path, place: int, places: Sequence[int], platform_url: str) -> Host:
    """Start a gateway with one node on a host that knows the others; it is ready later."""
    home.mkdir()
    address = made.address(place)
    others = [other for other in places if other != place]
    given = {
        "home": str(home),
        "address": address,
        "internal": made.internal(place),
        "nodes": 1,
        "first_node": place,
        "router_host": address,
        "other_nodes": [_node(made, other) for other in others],
        "other_edges": [f"{made.internal(other)}:5060" for other in others],
        "platform_url": platform_url,
        "trunks": [{"name": "net", "host": made.address(1), "port": TRUNK_PORT, "probe": False,
                    "sources": [f"{made.address(1)}:{TRUNK_PORT}"]}],
        "workers": 2,
    }  # fmt: skip
    file = home / "gateway.json"
    file.write_text(json.dumps(given))
    with (home / "supervisor.log").open("wb") as log:
        process = subprocess.Popen(
            _on(made.host(place), "-m", "infrastructure.voice.gateway", "run", "--config", str(file)),
            cwd=PROJECT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return Host(made.host(place), gateway_settings.load(str(file)), process)


def _on(name: str, *words: str) -> list[str]:
    return ["ip", "netns", "exec", name, sys.executable, *words]


def _node(made: Network, place: int) -> dict[str, Any]:
    sip = Settings().node_sip_port
    return {
        "number": place,
        "host": made.internal(place),
        "sip_port": sip,
        "agent_port": sip + AGENT_PORT_OFFSET,
        "http_port": Settings().node_http_port,
    }


@contextmanager
def running(home: Path, places: Sequence[int], platform_port: int) -> Iterator[tuple[Network, list[Host]]]:
    """Whole gateways that know each other. Errors: Impossible."""
    with network(places) as made, ExitStack() as undo:
        hosts: list[Host] = []
        for place in places:
            hosts.append(start(made, home / f"host{place}", place, places, f"http://{made.address(1)}:{platform_port}"))
            undo.callback(hosts[-1].stop)
        for host in hosts:
            eventually(lambda host=host: "ready:" in host.told() or host.process.poll(), f"{host.name} is ready", 60)
            assert host.process.poll() is None, host.told()
        for host in hosts:
            eventually(host.knows_all, f"{host.name} reaches the others", 20)
        yield made, hosts
