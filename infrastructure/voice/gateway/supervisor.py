"""Runs a whole gateway in the foreground: starts its programs, keeps them running, closes dead nodes' calls."""

import asyncio
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import aiohttp
import msgspec

from infrastructure.supervision import PROJECT
from infrastructure.supervision.background import alone
from infrastructure.supervision.kept import Kept
from infrastructure.voice.gateway import certificate, programs, rendering, rpc
from infrastructure.voice.gateway.programs import GatewayProgram
from infrastructure.voice.gateway.settings import Node, Settings

LOOK_EVERY_S = 0.1
HEALTH_EVERY_S = 1.5
HEALTH_LIMIT_S = 1.5
DRAINED = 3
"""Exit status of a gateway that was emptied: systemd leaves it stopped."""
SILENT_TIMES = 3
"""So often without an answer and a process counts as hung: it is killed within 10 s."""
START_LIMIT_S = 60.0
NodeProgram = Callable[[Settings, Node], GatewayProgram]


class Supervisor:
    """Everything of one running gateway. node, closing: how a node is run and a dead one's calls are ended."""

    def __init__(
        self, settings: Settings, node: NodeProgram = programs.node, closing: NodeProgram = programs.closing
    ) -> None:
        self.settings = settings
        self._closing = closing
        configuration = rendering.render(settings)
        started = [
            programs.relay(settings),
            programs.front(settings, settings_file(settings)),
            programs.edge(settings, configuration),
            *(node(settings, own) for own in settings.own_nodes),
        ]
        self._kept = [Kept(program, settings, programs.inherited()) for program in started]
        self._silent: dict[str, int] = {}
        self._burials: set[asyncio.Task[None]] = set()
        self._draining: asyncio.Task[None] | None = None
        self.stopping = asyncio.Event()
        self.ready = asyncio.Event()
        self.drained = False

    async def run(self) -> None:
        """Start everything, say `ready`, and supervise until `stopping` is set."""
        for own in self.settings.own_nodes:
            await self._close(own)  # what the gateway's own death left
        for kept in self._kept:
            kept.start()
        watching = asyncio.create_task(self._watch_health())
        try:
            while not self.stopping.is_set():
                self._look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            watching.cancel()
            if self._draining is not None:
                self._draining.cancel()
            await asyncio.to_thread(self._stop)
            await asyncio.gather(*self._burials, return_exceptions=True)

    def drain(self) -> None:
        """Take no new calls, and stop with the last; asked again, stop at once."""
        if self._draining is not None:
            self.stopping.set()
            return
        for kept in self._nodes:
            kept.retire()
        self._draining = asyncio.create_task(self._stop_when_empty())

    @property
    def _nodes(self) -> list[Kept[GatewayProgram]]:
        return [kept for kept in self._kept if kept.program.node is not None]

    async def _stop_when_empty(self) -> None:
        """Wait for the nodes, which end with their calls, and for calls of other hosts' nodes through this edge."""
        while any(kept.alive for kept in self._nodes) or await self._calls_at_the_edge():
            await asyncio.sleep(HEALTH_EVERY_S)
        self.drained = True
        self.stopping.set()

    async def _calls_at_the_edge(self) -> int:
        try:
            return (await rpc.call(self.settings, "dlg.stats_active"))["all"]
        except rpc.RpcError:
            return 0  # an edge that is gone has no calls

    def _look(self) -> None:
        for kept in self._kept:
            died = kept.look()
            if died:
                self._silent.pop(kept.program.name, None)  # the next one has its own time to start
            if died and kept.program.node is not None:
                burial = asyncio.create_task(self._bury(kept.program.node))
                self._burials.add(burial)
                burial.add_done_callback(self._burials.discard)

    async def _bury(self, node: Node) -> None:
        """End a dead node's calls: towards phones and trunks through the edge, towards the platform by call-backs."""
        try:
            ended = await rpc.end_calls_of(self.settings, node)
            print(f"node{node.number}: {ended} calls ended at the edge", flush=True)
        except rpc.RpcError as error:
            print(f"node{node.number}: {error}", flush=True)
        await self._close(node)

    async def _close(self, node: Node) -> None:
        program = self._closing(self.settings, node)
        if not self.settings.state_of(node).exists():
            return
        closing = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=PROJECT,
            env={**programs.inherited(), **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        told, _ = await closing.communicate()
        print(f"node{node.number}: closed: {told.decode(errors='replace').strip()[-500:]}", flush=True)

    async def _watch_health(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HEALTH_LIMIT_S)) as session:
            while True:
                answers = await asyncio.gather(*(self._answers(session, kept) for kept in self._kept))
                for kept, answered in zip(self._kept, answers, strict=True):
                    self._judge(kept, answered)
                if all(answers) and not self.ready.is_set():
                    self.ready.set()
                    print(f"ready: sip:{self.settings.domain} at {self.settings.address}", flush=True)
                await asyncio.sleep(HEALTH_EVERY_S if self.ready.is_set() else LOOK_EVERY_S)

    async def _answers(self, session: aiohttp.ClientSession, kept: Kept[GatewayProgram]) -> bool:
        """Tell whether a program answers; one without health address when it is alive. 503 is an answer too."""
        if not kept.alive:
            return False
        try:
            if kept.program.name == "kamailio":
                return await rpc.call(self.settings, "core.uptime") is not None
            if kept.program.health is not None:
                async with session.get(kept.program.health) as answer:
                    return answer.status < 600
        except (aiohttp.ClientError, TimeoutError, rpc.RpcError):
            return False
        return True

    def _judge(self, kept: Kept[GatewayProgram], answered: bool) -> None:
        name = kept.program.name
        if answered:
            self._silent[name] = 0
        elif name in self._silent or kept.age_s > START_LIMIT_S:
            self._silent[name] = self._silent.get(name, 0) + 1
        if self._silent.get(name, 0) >= SILENT_TIMES and kept.alive:
            print(f"{name} does not answer: killed", flush=True)
            del self._silent[name]
            kept.kill()

    def _stop(self) -> None:
        for kept in self._nodes:
            kept.ask_to_end()
        for kept in reversed(self._kept):
            kept.stop()


def settings_file(settings: Settings) -> Path:
    """Write the settings as they are now for the front process and return the file."""
    path = settings.home.resolve() / "settings.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(settings, enc_hook=str))
    return path


def run(settings: Settings) -> None:
    """Run the gateway until SIGINT or SIGTERM, or until it is empty after SIGUSR1.

    Errors: SystemExit when one already runs in this home, or with DRAINED.
    """
    with alone(settings):
        certificate.ensure(settings)
        drained = asyncio.run(_run(settings))
        print("stopped", flush=True)
    if drained:
        raise SystemExit(DRAINED)


async def _run(settings: Settings) -> bool:
    supervisor, loop = Supervisor(settings), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, supervisor.stopping.set)
    loop.add_signal_handler(signal.SIGUSR1, supervisor.drain)
    await supervisor.run()
    return supervisor.drained
