"""`make bench-gateway`: calls through the real gateway, all at once and for minutes, and what they cost.

Each call is what the product makes of one: a trunk call that joins a conference and is recorded, and a second leg that
the platform calls by REST into the same conference. Everything on this host, the telephones included.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from chalicelib.telephony import documents
from chalicelib.telephony.model import RecordingRequest
from infrastructure.voice.gateway import laptop, settings
from infrastructure.voice.gateway.settings import Settings
from tests.bench.rtp_load import RtpLoad, quantile
from tests.gateway.peer import Peer, Talk
from tests.gateway.ports import free_port, gateway_ports

NUMBER = "+861055550100"
A_SECOND = 5.0
"""Calls that begin in a second."""
SETTLING_S = 5.0
SILENT_S = 1.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Platform:
    """Answers webhooks as the product would, and calls the second legs."""

    gateway: Settings
    port: int = field(default_factory=free_port)
    legs: dict[str, str] = field(default_factory=dict[str, str])
    """SIDs of second legs by first ones."""

    @property
    def url(self) -> str:
        """Return the base of the webhooks."""
        return f"http://127.0.0.1:{self.port}"

    async def inbound(self, request: web.Request) -> web.Response:
        """Let the caller into a conference of his own, recorded, and ring somebody for him."""
        sid = str((await request.post())["CallSid"])
        asyncio.get_running_loop().call_soon(asyncio.ensure_future, self._ring(sid))
        record = RecordingRequest(name="talk", callback=f"{self.url}/told")
        return _document(documents.join_conference(sid, end_on_exit=True, status_callback=self._told, record=record))

    async def answered(self, request: web.Request) -> web.Response:
        """Let the second leg into the conference."""
        sid = request.query["call_id"]
        return _document(documents.join_conference(sid, end_on_exit=True, status_callback=self._told))

    async def told(self, _: web.Request) -> web.Response:
        """Take a call-back."""
        return web.Response(status=204)

    @property
    def _login(self) -> dict[str, str]:
        return {"Authorization": aiohttp.encode_basic_auth(self.gateway.account_sid, self.gateway.auth_token)}

    @property
    def _told(self) -> str:
        return f"{self.url}/told"

    async def _ring(self, sid: str) -> None:
        own = self.gateway
        base = f"http://{own.router_host}:{own.router_port}/2010-04-01/Accounts/{own.account_sid}"
        form = {"To": f"+86139{len(self.legs):08d}", "From": NUMBER, "Url": f"{self.url}/answered?call_id={sid}"}
        self.legs[sid] = ""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{base}/Calls.json", data=form, headers=self._login) as answer,
        ):
            answer.raise_for_status()
            self.legs[sid] = (await answer.json())["sid"]

    async def serve(self) -> web.AppRunner:
        """Begin to listen."""
        application = web.Application()
        application.add_routes(
            [
                web.post("/voice/inbound", self.inbound),
                web.post("/answered", self.answered),
                web.post("/{other:.*}", self.told),
            ]
        )
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner


def _document(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/xml")


def cpu_seconds(gateway: Settings) -> Counter[str]:
    """Return the processor time that each of the gateway's programs, with its children, has used."""
    leaders = {int(path.read_text()): path.stem.rstrip("0123456789") for path in gateway.pids.glob("*.pid")}
    found: Counter[str] = Counter()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        name = leaders.get(int(fields[2]))
        if name is not None:
            found[name] += (int(fields[11]) + int(fields[12])) / TICKS
    return found


async def call(trunk: Peer, gateway: Settings, setups: list[float]) -> Talk:
    """Call the number and note how long the answer took."""
    begun = time.monotonic()
    talk = await trunk.call(NUMBER, (gateway.address, gateway.sip_port), from_="+8613800138000")
    await asyncio.wait_for(talk.answered.wait(), 30)
    setups.append((time.monotonic() - begun) * 1000)
    return talk


async def hold(
    gateway: Settings, platform: Platform, calls: int, seconds: float, say: Callable[[str, object], None]
) -> None:
    """Set the calls up, hold them, and print the figures."""
    load = RtpLoad()
    load.start()
    line = gateway.trunks[0]
    trunk = await Peer.open(1000, line.port, ip=line.host)
    trunk.open_stream = load.open
    runner = await platform.serve()
    setups: list[float] = []
    placed: list[asyncio.Task[Talk]] = []
    for _ in range(calls):
        placed.append(asyncio.create_task(call(trunk, gateway, setups)))
        await asyncio.sleep(1 / A_SECOND)
    await asyncio.gather(*placed)
    await asyncio.sleep(SETTLING_S)
    for talk in trunk.talks.values():
        talk.stream.gaps.clear()
    before, begun = cpu_seconds(gateway), time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - begun
    used = cpu_seconds(gateway) - before
    legs = [talk for talk in trunk.talks.values() if _lives(talk)]
    gaps = sum((talk.stream.gaps for talk in legs), Counter[int]())
    say("calls_wanted", calls)
    say("calls_held", len(legs) // 2)
    say("held_s", round(passed))
    say("rtp_gap_ms_p99", quantile(gaps, 0.99))
    say("rtp_gap_ms_p999", quantile(gaps, 0.999))
    say("rtp_gap_ms_max", max(gaps, default=0))
    say("rtp_packets_percent", round(100 * gaps.total() / max(1, len(legs) * passed * 50), 2))
    say("load_late_ms_p99", quantile(load.late, 0.99))
    say("setup_ms_p95", round(sorted(setups)[int(0.95 * (len(setups) - 1))]))
    say("cpu_percent_per_leg", round(100 * used.total() / passed / max(1, len(legs)), 3))
    for name, value in sorted(used.items()):
        say(f"cpu_percent_{name}", round(100 * value / passed, 1))
    await trunk.close()
    await runner.cleanup()
    load.stop()


def _lives(talk: Talk) -> bool:
    return talk.answered.is_set() and not talk.over.is_set() and time.monotonic() - talk.stream.last < SILENT_S


def main() -> int:
    """Run it and return the exit status: 0 when no call was lost."""
    parser = argparse.ArgumentParser(prog="tests.bench.voice_gateway", description=__doc__)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--nodes", type=int, default=3)
    given = parser.parse_args()
    figures: dict[str, Any] = {}

    def say(name: str, value: object) -> None:
        figures[name] = value
        print(f"{name}: {value}", flush=True)

    home = Path(tempfile.mkdtemp(prefix="zhiyin-bench-gateway-"))
    try:
        with_gateway(home, given.nodes, lambda gateway, platform: asyncio.run(
            hold(gateway, platform, given.calls, given.minutes * 60, say)
        ))  # fmt: skip
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0 if figures.get("calls_held") == given.calls else 1


def with_gateway(home: Path, nodes: int, work: Callable[[Settings, Platform], None]) -> None:
    """Run a gateway in `home`, and something with it."""
    ports = {**gateway_ports(), "relay_ports": (30_000, 32_000), "node_rtp_port": 20_000, "node_rtp_ports": 400}
    del ports["node_sip_port"], ports["node_http_port"]
    trunk = laptop.trunk() | {"port": free_port()}
    made = msgspec.convert(
        {
            **ports,
            "home": str(home),
            "nodes": nodes,
            "node_sip_port": 18_000,
            "node_http_port": 19_000,
            "trunks": [trunk],
        },
        Settings,
        dec_hook=lambda kind, value: kind(value),
    )
    platform = Platform(made)
    made = msgspec.structs.replace(made, platform_url=platform.url)
    platform.gateway = made
    file = home / "gateway.json"
    file.write_bytes(msgspec.json.encode(made, enc_hook=str))
    environment = {**os.environ, settings.CONFIG_FILE: str(file)}
    command = [sys.executable, "-m", "infrastructure.voice.gateway"]
    subprocess.run([*command, "up"], env=environment, check=True)
    try:
        work(made, platform)
    finally:
        subprocess.run([*command, "down"], env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
