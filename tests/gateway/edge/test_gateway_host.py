"""VOI-2: the whole gateway with real voice nodes: a call in, a call out by REST, and a node that dies in between."""

import asyncio
import base64
import http.server
import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway import certificate
from infrastructure.voice.gateway.settings import Settings, Trunk
from infrastructure.voice.gateway.supervisor import Supervisor
from tests.gateway.edge.kit import SDP, Edge, Phone, Responder, trunk_of
from tests.gateway.ports import free_port, gateway_ports

NUMBER = "+861055550100"
SIPP_CALLER = Path(__file__).with_name("sipp_caller.xml")
TESTER = "127.0.0.3"
"""The address of a trunk from which anything may come."""
DOCUMENT = b'<Response><Say>hello</Say><Pause length="60"/></Response>'


@dataclass
class Platform:
    """Answers every webhook with a pause, and remembers what was told."""

    port: int = field(default_factory=lambda: free_port())
    told: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        told = self.told

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told.append({"path": self.path, **dict(urllib.parse.parse_qsl(form))})
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(DOCUMENT)))
                self.end_headers()
                self.wfile.write(DOCUMENT)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, sid: str, status: str) -> dict[str, str] | None:
        return next((each for each in self.told if each["CallSid"] == sid and each["CallStatus"] == status), None)


@dataclass
class Whole:
    settings: Settings
    trunk: Phone
    platform: Platform
    ended: threading.Thread
    """The supervisor's."""
    drain: Callable[[], object]

    def takes_calls(self) -> bool:
        """Tell whether every node's health is good."""
        try:
            for node in self.settings.own_nodes:
                urllib.request.urlopen(f"{node.url}/health", timeout=5).close()
            return self.rest("/Calls.json")["calls"] == []
        except OSError:
            return False

    def rest(self, path: str, form: dict[str, str] | None = None) -> Any:
        base = f"http://127.0.0.1:{self.settings.router_port}/2010-04-01/Accounts/{self.settings.account_sid}"
        secret = base64.b64encode(f"{self.settings.account_sid}:{self.settings.auth_token}".encode()).decode()
        body = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(base + path, body, {"Authorization": f"Basic {secret}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    platform = Platform()
    with Phone(("", 0), user="13800138000", ip="127.0.0.2") as trunk:
        trunks = (trunk_of(trunk), Trunk(name="tester", sources=(TESTER,)))
        settings = Settings(home=tmp_path, trunks=trunks, platform_url=platform.url, **gateway_ports())
        for folder in (settings.logs, settings.pids):
            folder.mkdir()
        certificate.ensure(settings)
        trunk.edge = (settings.address, settings.sip_port)
        supervisor, loop = Supervisor(settings), asyncio.new_event_loop()
        thread = threading.Thread(target=lambda: loop.run_until_complete(supervisor.run()))
        thread.start()
        try:
            eventually(supervisor.ready.is_set, "the gateway is ready", 60)
            edge = Edge(settings)
            eventually(
                lambda: [s[0] for s in edge.node_states().values()].count("A") == 3, "nodes and trunk are there", 30
            )
            made = Whole(settings, trunk, platform, thread, lambda: loop.call_soon_threadsafe(supervisor.drain))
            eventually(made.takes_calls, "both nodes take calls by REST")
            yield made
        finally:
            loop.call_soon_threadsafe(supervisor.stopping.set)
            thread.join(60)
            loop.close()
            platform.server.shutdown()
            platform.server.server_close()


def test_a_strange_sip_stack_calls_and_hangs_up(whole: Whole, tmp_path: Path) -> None:
    """SIPp, which shares no line with us, has six calls at once: INVITE, ACK, a pause, BYE, each with its answer."""
    calls = 6
    command = [
        "sipp",
        f"127.0.0.1:{whole.settings.sip_port}",
        "-sf",
        str(SIPP_CALLER),
        "-s",
        "01055550100",
        "-i",
        TESTER,
    ]
    limits = ["-m", str(calls), "-l", str(calls), "-r", str(calls), "-d", "1500", "-timeout", "30", "-nostdin"]
    done = subprocess.run(
        [*command, *limits, "-p", str(free_port()), "-trace_err"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    arrived = [one for one in whole.platform.told if one["path"] == "/voice/inbound"]
    assert len({one["CallSid"] for one in arrived}) == calls
    for one in arrived:
        eventually(lambda sid=one["CallSid"]: whole.platform.of(sid, "completed"), "the platform is told of its end")


def test_a_call_in_ends_towards_the_platform_when_its_node_dies(whole: Whole) -> None:
    trunk = whole.trunk
    answer = trunk.answer_to(
        trunk.request("INVITE", "sip:01055550100@127.0.0.1", body=SDP.format(ip=trunk.ip, port=40600)), 15
    )
    assert answer.status == 200
    target = re.sub("[<>]", "", answer.get("contact"))
    trunk.acknowledge(answer, target)
    arrived = eventually(lambda: whole.platform.told[:1], "the platform is asked")[0]
    assert (arrived["From"], arrived["To"], arrived["path"]) == ("+8613800138000", NUMBER, "/voice/inbound")
    number = int(arrived["CallSid"][2:4], 16)
    eventually(lambda: whole.rest(f"/Calls/{arrived['CallSid']}.json")["status"] == "in-progress", "it is in progress")
    died_at = time.monotonic()
    os.kill(int((whole.settings.pids / f"node{number}.pid").read_text()), signal.SIGKILL)
    trunk.wait(lambda message: message.method == "BYE", "BYE", 10)
    eventually(lambda: whole.platform.of(arrived["CallSid"], "completed"), "the platform is told", 10)
    assert time.monotonic() - died_at < 10


def test_a_host_is_emptied_and_stops_with_its_last_call(whole: Whole) -> None:
    trunk, settings = whole.trunk, whole.settings
    offer = SDP.format(ip=trunk.ip, port=40600)
    answer = trunk.answer_to(trunk.request("INVITE", "sip:01055550100@127.0.0.1", body=offer), 15)
    assert answer.status == 200
    trunk.acknowledge(answer, re.sub("[<>]", "", answer.get("contact")))

    whole.drain()

    eventually(lambda: _health(settings) == 503, "the load balancer is told")
    refused = trunk.answer_to(trunk.request("INVITE", "sip:01055550100@127.0.0.1", body=offer), 15)
    assert refused.status >= 500
    assert whole.ended.is_alive()
    assert trunk.bye(answer).status == 200
    whole.ended.join(30)
    assert not whole.ended.is_alive()
    assert not any(_runs(settings, name) for name in ("kamailio", "rtpengine", "front", "node0", "node1"))


def _health(settings: Settings) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.router_port}/health", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _runs(settings: Settings, name: str) -> bool:
    return (settings.pids / f"{name}.pid").exists()


def test_a_call_out_by_rest_goes_through_the_trunk(whole: Whole) -> None:
    callee = Responder(whole.trunk)
    try:
        form = {"To": "+8613900139000", "From": NUMBER, "Url": f"{whole.platform.url}/document"}
        sid = whole.rest("/Calls.json", form)["sid"]
        (invite,) = eventually(callee.invites, "the trunk is asked")
        assert invite.uri.startswith("sip:+8613900139000@")
        eventually(lambda: whole.rest(f"/Calls/{sid}.json")["status"] == "in-progress", "it is answered")
        assert whole.rest(f"/Calls/{sid}.json", {"Status": "completed"})["sid"] == sid
        eventually(lambda: callee.requests("BYE"), "the trunk hears the end")
    finally:
        callee.stop()
