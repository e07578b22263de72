"""A voice node as a process of its own, a platform, and phones by real SIP and RTP on the loopback interface."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from twilio.rest import Client

from infrastructure.local.waiting import eventually
from infrastructure.voice.settings import Settings
from tests.contract.voice.conftest import LocalHttpClient
from tests.contract.voice.http_platform import HttpPlatform
from tests.gateway.peer import Peer, Talk
from tests.gateway.ports import free_port, media_ports

TRUNK = "+861055550100"
T = TypeVar("T")


@dataclass
class NodeProcess:
    """One node; the platform and the edge are expected on ports chosen beforehand."""

    state: Path
    node: int = 0
    sip: int = field(default_factory=free_port)
    agent: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    edge: int = field(default_factory=free_port)
    hooks: int = field(default_factory=free_port)
    flags: tuple[str, ...] = ()
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.sip

    def start(self) -> None:
        hooks = f"http://127.0.0.1:{self.hooks}"
        first, last = media_ports(f"node{self.node}")
        log = (self.state / "log").open("ab")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "infrastructure.voice", "node", "--node", str(self.node)),
                *("--sip", f"127.0.0.1:{self.sip}", "--agent-port", str(self.agent), "--port", str(self.http)),
                *("--edge", f"127.0.0.1:{self.edge}", "--rtp", f"{first}-{last}", "--state", str(self.state)),
                *("--number", f"{TRUNK}={hooks}/voice", "--status-url", f"{hooks}/status"),
                *("--phones-url", f"{hooks}/phones", *self.flags),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        log.close()
        assert self.process.stdout is not None
        with self.process.stdout as said:
            line = said.readline().decode()
        assert line.startswith("ready"), (self.state / "log").read_text()[-3000:]

    def tell(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.tell(signal.SIGTERM)
            # Only a second signal, after the first was heard, ends calls that go on.
            eventually(self._leaves, "the node drains")
            self.tell(signal.SIGTERM)
            self.process.wait(10)

    def _leaves(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return True
        try:
            urllib.request.urlopen(f"{self.base}/health", timeout=1).close()
        except urllib.error.HTTPError as error:
            error.close()
            return error.code == 503
        except OSError:
            return self.process.poll() is not None
        return False

    def metric(self, name: str) -> float:
        with urllib.request.urlopen(f"{self.base}/metrics") as page:
            lines = page.read().decode().splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(f"zhiyin_voice_{name} "))


@dataclass
class Town:
    """A node, its platform, its edge (a peer that stands for every phone) and a trunk that calls."""

    node: NodeProcess
    platform: HttpPlatform
    edge: Peer
    trunk: Peer
    client: Client

    async def rest(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a call of the blocking client library beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(None, partial(work, *args, **kwargs))

    async def call(self, **fields: Any) -> Talk:
        """Let the trunk call our number."""
        return await self.trunk.call(TRUNK, self.node.address, **fields)

    async def dial(self, to: str, twiml: str, **fields: Any) -> Any:
        """Make a call by REST; call-backs go to /out."""
        events = ["initiated", "ringing", "answered", "completed"]
        return await self.rest(
            self.client.calls.create,
            to=to,
            from_=TRUNK,
            twiml=f"<Response>{twiml}</Response>",
            status_callback=f"{self.platform.url}/out",
            status_callback_event=events,
            **fields,
        )

    async def picked_up(self) -> Talk:
        """Return the next call that a phone answered."""
        talk = await asyncio.wait_for(self.edge.called.get(), 10)
        await asyncio.wait_for(talk.answered.wait(), 10)
        return talk


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    running = NodeProcess(tmp_path_factory.mktemp("node"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def town(node: NodeProcess) -> AsyncIterator[Town]:
    async with opened(node) as found:
        yield found


@asynccontextmanager
async def opened(node: NodeProcess) -> AsyncIterator[Town]:
    """A town around a node."""
    settings = Settings()
    platform = HttpPlatform(settings.auth_token)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", platform.handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", node.hooks, reuse_address=True).start()
    platform.url = f"http://127.0.0.1:{node.hooks}"
    edge, trunk = await Peer.open(600, node.edge), await Peer.open(1000)
    client = Client(settings.account_sid, settings.auth_token, http_client=LocalHttpClient(node.base))
    try:
        yield Town(node, platform, edge, trunk, client)
    finally:
        await trunk.close()
        await edge.close()
        await runner.cleanup()
        client.http_client.session.close()


async def until(holds: Callable[[], bool], within_s: float = 5) -> None:
    """Return when something holds; fail when it does not in time."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        await asyncio.sleep(0.05)
