"""The gateway's programs: how each is started, and how one tells that it answers."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from infrastructure.supervision.program import Program
from infrastructure.voice.gateway.settings import Node, Settings

SYSTEM_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
SHARED_MB, PRIVATE_MB = "128", "16"


@dataclass(frozen=True, kw_only=True)
class GatewayProgram(Program):
    """A program of the gateway. health: a URL that answers while it works, None when being alive is all one can see."""

    health: str | None = None
    node: Node | None = None


def relay(settings: Settings) -> GatewayProgram:
    """Return rtpengine. `internal` is the nodes' side, `external` phones' and trunks'; without kernel forwarding."""
    outside = settings.address + (f"!{settings.advertised}" if settings.advertised else "")
    first, last = settings.relay_ports
    return GatewayProgram(
        name="rtpengine",
        command=[
            executable("rtpengine"),
            "--config-file=none",
            "--foreground",
            "--log-stderr",
            "--log-level=4",
            "--table=-1",
            f"--interface=internal/{settings.internal}",
            f"--interface=external/{outside}",
            f"--listen-ng={settings.internal}:{settings.relay_port}",
            f"--port-min={first}",
            f"--port-max={last}",
            "--timeout=60",
            "--silent-timeout=3600",
            "--final-timeout=0",
            "--delete-delay=0",
            "--tos=184",
        ],
    )


def edge(settings: Settings, configuration: Path) -> GatewayProgram:
    """Return Kamailio with a rendered configuration (see rendering.py)."""
    return GatewayProgram(
        name="kamailio",
        command=[
            executable("kamailio"),
            "-DD",
            "-E",
            "-f",
            str(configuration),
            "-m",
            SHARED_MB,
            "-M",
            PRIVATE_MB,
            "-Y",
            str(settings.home.resolve() / "edge"),
        ],
    )


def node(settings: Settings, own: Node) -> GatewayProgram:
    """Return a voice node. Its secrets travel in the environment: command lines can be read by everyone."""
    first = settings.node_rtp_port + (own.number - settings.first_node) * settings.node_rtp_ports
    values = {
        "--node": own.number,
        "--sip": f"{own.host}:{own.sip_port}",
        "--agent-port": own.agent_port,
        "--host": own.host,
        "--port": own.http_port,
        "--public-url": f"http://{settings.router_host}:{settings.router_port}",
        "--rtp": f"{first}-{first + settings.node_rtp_ports - 1}",
        "--edge": f"{settings.internal}:{settings.sip_port}",
        "--realm": settings.domain,
        "--max-legs": settings.max_legs,
        "--state": settings.state_of(own),
        "--shared": settings.home / "shared",
    }
    flags = [str(part) for pair in values.items() for part in pair]
    base = settings.platform_url.rstrip("/")
    if others := sorted({other.host for other in settings.other_nodes}):
        flags.append(f"--trusted={','.join(others)}")
    flags += [
        f"--voice-url={base}/voice/inbound",
        f"--phones-url={base}/voice/phones",
        f"--status-url={base}/voice/status",
        f"--emergency={settings.emergency}" if settings.emergency else f"--fallback-url={base}/fallback/voice.xml",
    ]
    return GatewayProgram(
        name=f"node{own.number}",
        command=[sys.executable, "-m", "infrastructure.voice", "node", *flags, *settings.node_flags],
        environment=_secrets(settings),
        health=f"{own.url}/health",
        node=own,
    )


def front(settings: Settings, file: Path) -> GatewayProgram:
    """Return the process that routes REST to nodes and looks up passwords (front.py). file: its settings."""
    return GatewayProgram(
        name="front",
        command=[sys.executable, "-m", "infrastructure.voice.gateway", "front", "--config", str(file)],
        health=f"http://127.0.0.1:{settings.lookup_port}/health",
    )


def closing(settings: Settings, dead: Node) -> GatewayProgram:
    """Return the command that ends a dead node's calls towards the platform."""
    state = str(settings.state_of(dead))
    return GatewayProgram(
        name=f"closing{dead.number}",
        command=[sys.executable, "-m", "infrastructure.voice.node.closed", "--state", state],
        environment=_secrets(settings),
    )


def inherited() -> dict[str, str]:
    """Return this process's environment without another gateway's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}


def _secrets(settings: Settings) -> dict[str, str]:
    return {
        "ZHIYIN_SIM_ACCOUNT_SID": settings.account_sid,
        "ZHIYIN_SIM_AUTH_TOKEN": settings.auth_token,
        "ZHIYIN_SIM_API_KEY": settings.api_key,
        "ZHIYIN_SIM_API_SECRET": settings.api_secret,
    }


def executable(name: str) -> str:
    """Return the path of a system program. Errors: FileNotFoundError."""
    found = shutil.which(name) or shutil.which(name, path=SYSTEM_PATH)
    if not found:
        raise FileNotFoundError(f"{name} is not installed; see infrastructure/voice/gateway/install-system.sh")
    return found
