"""What one voice node is: flags of `python -m infrastructure.voice node`."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infrastructure.voice import config
from infrastructure.voice.legs.sip.door import Address
from infrastructure.voice.settings import Number, Settings

AGENT_PORT_OFFSET = 400
"""The user agent listens so far above the node's public SIP port unless told otherwise."""
RTP_PORTS_EACH = 2000


@dataclass(frozen=True, kw_only=True)
class NodeSettings:
    """carrier: account, numbers and HTTP as the simulator has them; the rest is the node's own."""

    carrier: Settings
    node: int
    sip: Address
    agent_port: int
    rtp_ports: tuple[int, int]
    edge: str
    trusted: frozenset[str]
    realm: str
    state: Path
    shared: Path | None
    """Directory that all nodes of the gateway share; None: this node is alone."""
    max_legs: int
    phones_url: str
    """What to ask when one of our own phones dials (a SIP domain's or a TwiML App's voice URL)."""
    defaults: Number
    """URLs of trunk numbers that are not listed, without a number. No voice_url: unknown numbers get 404."""
    emergency: str
    speech: str
    prompts: str
    music: str
    trace: bool

    def number(self, dialled: str) -> Number | None:
        """Return what holds for a number that nobody listed."""
        if not self.defaults.voice_url:
            return None
        return Number(
            phone_number=dialled,
            voice_url=self.defaults.voice_url,
            voice_fallback_url=self.defaults.voice_fallback_url,
            status_callback=self.defaults.status_callback,
        )


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of `node`; those of `serve` come first."""
    config.add_flags(parser)
    parser.add_argument("--node", type=int, default=0, help="number of this node, 0 to 255; part of every SID")
    parser.add_argument("--sip", default="127.0.0.1:5080", help="public SIP address (UDP)")
    parser.add_argument("--agent-port", type=int, help="port of the user agent behind it; SIP port + 400")
    parser.add_argument("--rtp", help="RTP ports, e.g. 20000-21999; 20000 + 2000 a node")
    parser.add_argument("--edge", default="127.0.0.1:5060", help="SIP address of the edge; all calls go out there")
    parser.add_argument("--trusted", default="", help="further hosts that may send SIP (other edges, other nodes)")
    parser.add_argument("--realm", default="voice.local", help="domain of our phones")
    parser.add_argument("--shared", metavar="DIR", help="directory that all nodes share: who owns which conference")
    parser.add_argument("--max-legs", type=int, default=50, help="more are refused with 503")
    parser.add_argument("--phones-url", default="", help="voice URL of calls that our own phones make")
    parser.add_argument("--voice-url", default="", help="voice URL of trunk numbers that are not listed")
    parser.add_argument("--status-url", default="", help="their status call-back")
    parser.add_argument("--fallback-url", default="", help="their fallback; with --emergency the node's own")
    parser.add_argument("--emergency", default="", help="number that a caller reaches when the platform is down")
    parser.add_argument("--speech", default="espeak", help="espeak, none, or polly:VOICE[:ENGINE]")
    parser.add_argument("--prompts", default="", metavar="DIR", help="recorded prompts (prompts.json and WAV files)")
    parser.add_argument("--music", default="", metavar="FILE", help="sound file for waiting and holding")
    parser.add_argument("--trace", action="store_true", help="log every SIP message")


def load(flags: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> NodeSettings:
    """Return the settings. Raises ValueError with what is wrong."""
    if not 0 <= flags.node <= 255:
        raise ValueError("--node is a number from 0 to 255")
    carrier = config.load(flags, environment)
    if not carrier.state_dir:
        raise ValueError("--state is needed: recordings and the journal of live calls lie there")
    sip = address(flags.sip)
    own_fallback = f"http://{carrier.host}:{carrier.port}/fallback" if flags.emergency else ""
    defaults = Number(
        phone_number="",
        voice_url=flags.voice_url,
        voice_fallback_url=flags.fallback_url or own_fallback,
        status_callback=flags.status_url,
    )
    for number in carrier.numbers:
        number.voice_fallback_url = number.voice_fallback_url or defaults.voice_fallback_url
        number.status_callback = number.status_callback or defaults.status_callback
    return NodeSettings(
        carrier=carrier,
        node=flags.node,
        sip=sip,
        agent_port=flags.agent_port or sip[1] + AGENT_PORT_OFFSET,
        rtp_ports=_ports(flags.rtp, flags.node),
        edge=flags.edge,
        trusted=frozenset({sip[0], address(flags.edge)[0], *flags.trusted.split(",")} - {""}),
        realm=flags.realm,
        state=Path(carrier.state_dir),
        shared=Path(flags.shared) if flags.shared else None,
        max_legs=flags.max_legs,
        phones_url=flags.phones_url,
        defaults=defaults,
        emergency=flags.emergency,
        speech=flags.speech,
        prompts=flags.prompts,
        music=flags.music,
        trace=flags.trace,
    )


def address(text: str) -> Address:
    """Return host and port of host:port. Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"{text!r} is not HOST:PORT")
    return host, int(port)


def _ports(text: str | None, node: int) -> tuple[int, int]:
    if not text:
        first = 20_000 + RTP_PORTS_EACH * node
        return first, first + RTP_PORTS_EACH - 1
    first, _, last = text.partition("-")
    if not first.isdigit() or not last.isdigit() or int(first) >= int(last):
        raise ValueError(f"--rtp takes FIRST-LAST, not {text!r}")
    return int(first), int(last)
