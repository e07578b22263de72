"""Ports for what a test starts, below those that the system gives to outgoing connections (from 32768)."""

import fcntl
import random
import socket
import tempfile
from pathlib import Path
from typing import IO, Any

from infrastructure.voice.gateway.settings import AGENT_PORT_OFFSET

NAMES = ("sip_port", "sips_port", "ws_port", "wss_port", "rpc_port", "relay_port", "lookup_port", "router_port")
BLOCK = 200
_BLOCKS = range(20_000, 32_600, BLOCK)
_given: set[int] = set()
_claims: list[IO[bytes]] = []
_blocks: dict[str, int] = {}


def free_port() -> int:
    """Return a port that is free for UDP and TCP."""
    return _found((0,))


def gateway_ports() -> dict[str, Any]:
    """Return settings of a gateway with two nodes: ports that are free, and media ports of its own."""
    first, last = media_ports("relay")
    return {
        **{name: free_port() for name in NAMES},
        "node_sip_port": _found((0, 1, AGENT_PORT_OFFSET, AGENT_PORT_OFFSET + 1)),
        "node_http_port": _found((0, 1)),
        "relay_ports": (first, last),
        "node_rtp_port": media_ports("nodes")[0],
        "node_rtp_ports": BLOCK // 2,
    }


def media_ports(purpose: str) -> tuple[int, int]:
    """Return the first and last of a block of ports that nobody else has; the same for a purpose in this process.

    Two media relays that share a range each believe a port to be theirs (they bind with SO_REUSEADDR), and one of them
    gets the sound of both.
    """
    if purpose not in _blocks:
        _blocks[purpose] = _claimed()
    return _blocks[purpose], _blocks[purpose] + BLOCK - 1


def _claimed() -> int:
    """Return the first port of a block that is locked until this process ends."""
    folder = Path(tempfile.gettempdir()) / "zhiyin-media-ports"
    folder.mkdir(exist_ok=True)
    for first in random.sample(_BLOCKS, len(_BLOCKS)):
        claim = (folder / str(first)).open("ab")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        _claims.append(claim)
        return first
    raise RuntimeError("no block of ports is left")


def _found(offsets: tuple[int, ...]) -> int:
    """Return a port from which all these are free."""
    while True:
        port = random.randrange(12_000, 20_000 - max(offsets))
        wanted = [port + offset for offset in offsets]
        if not _given.intersection(wanted) and all(_is_free(each) for each in wanted):
            _given.update(wanted)
            return port


def _is_free(port: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
