"""The SIP edge on this host: writes what Kamailio reads and says how it and the media relay are started."""

import shutil
import socket
import sqlite3
from ipaddress import ip_network
from pathlib import Path

from infrastructure.voice.gateway.settings import Gateway, agent_port

CONFIGURATION = Path(__file__).with_name("kamailio.cfg")
SCHEMAS = Path("/usr/share/kamailio/db_sqlite")
NODES, TRUNKS = 1, 2
TRUSTED, NODE_AGENTS = 1, 2


def write(gateway: Gateway) -> Path:
    """Write the edge's files and return the configuration's path. Registrations that are there stay."""
    for folder in (gateway.run, gateway.state):
        folder.mkdir(parents=True, exist_ok=True)
    (gateway.run / "here.cfg").write_text(here(gateway))
    (gateway.run / "dispatcher.list").write_text(dispatcher(gateway))
    (gateway.run / "address.list").write_text(addresses(gateway))
    _make_locations(gateway.state / "location.db")
    return Path(shutil.copy(CONFIGURATION, gateway.run / "kamailio.cfg"))


def here(gateway: Gateway) -> str:
    """Return the definitions that the configuration includes: one name each, replaced wherever it stands."""
    values = {
        "EDGE_IP": gateway.ip,
        "SIP_PORT": gateway.sip_port,
        "WSS_PORT": gateway.wss_port,
        "WS_PORT": gateway.ws_port,
        "ADVERTISED": f"advertise {gateway.advertised}:{gateway.sip_port}" if gateway.advertised else "",
        "DOMAIN_NAME": gateway.domain,
        "RUN_DIR": gateway.run,
        "STATE_DIR": gateway.state,
        "RTPENGINE_NG": f"127.0.0.1:{gateway.rtpengine_port}",
        "CREDENTIALS_URL": gateway.credentials_url,
        "COUNTRY_CODE": gateway.country_code,
        "FLOOD_LIMIT": gateway.flood_limit,
    }
    lines = [f'#!substdef "!{name}!{value}!g"' for name, value in values.items()]
    return "\n".join([*lines, *(["#!define WITH_TLS"] if gateway.tls else []), ""])


def dispatcher(gateway: Gateway) -> str:
    """Return the lists of voice nodes and of trunks that calls go out by, the first one first."""
    nodes = [f"{NODES} sip:{gateway.ip}:{port} 0 0" for port in gateway.node_ports]
    targets = [trunk.target for trunk in gateway.trunks if trunk.target]
    trunks = [f"{TRUNKS} sip:{target} 8 {len(targets) - number}" for number, target in enumerate(targets)]
    return "\n".join([*nodes, *trunks, ""])


def addresses(gateway: Gateway) -> str:
    """Return the addresses whose calls are taken without a password: trunks, and what our nodes call from."""
    networks = [ip_network(trunk.source) for trunk in gateway.trunks]
    trunks = [f"{TRUSTED} {one.network_address} {one.prefixlen} 0" for one in networks]
    nodes = [f"{NODE_AGENTS} {gateway.ip} 32 {agent_port(port)}" for port in gateway.node_ports]
    return "\n".join([*trunks, *nodes, ""])


def kamailio(gateway: Gateway) -> list[str]:
    """Return the command that runs the edge in the foreground."""
    memory = ["-m", "128", "-M", "16"]
    return ["kamailio", "-DD", "-E", "-f", str(gateway.run / "kamailio.cfg"), "-Y", str(gateway.run), *memory]


def rtpengine(gateway: Gateway) -> list[str]:
    """Return the command that runs the media relay in the foreground."""
    address = f"{gateway.ip}!{gateway.advertised}" if gateway.advertised else gateway.ip
    low, high = gateway.rtp
    return [
        "rtpengine", "--foreground", "--log-stderr", "--log-level=4", "--table=-1", "--no-fallback",
        f"--interface={address}", f"--listen-ng=127.0.0.1:{gateway.rtpengine_port}",
        f"--port-min={low}", f"--port-max={high}", "--timeout=60", "--silent-timeout=600",
        f"--pidfile={gateway.run / 'rtpengine.pid'}",
    ]  # fmt: skip


def relay_answers(gateway: Gateway) -> bool:
    """Return whether the media relay answers (Kamailio leaves one that does not alone for seconds: start it first)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        asks.settimeout(0.3)
        asks.connect(("127.0.0.1", gateway.rtpengine_port))
        try:
            asks.send(b"1 d7:command4:pinge")
            return asks.recv(1_500).startswith(b"1 ")
        except OSError:
            return False


def answers(gateway: Gateway) -> bool:
    """Return whether the edge answers an OPTIONS request."""
    ask = (
        f"OPTIONS sip:{gateway.domain} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKalive;rport\r\n"
        f"Max-Forwards: 5\r\nFrom: <sip:launcher@{gateway.domain}>;tag=1\r\nTo: <sip:{gateway.domain}>\r\n"
        "Call-ID: alive\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        asks.settimeout(0.3)
        asks.connect((gateway.ip, gateway.sip_port))
        try:
            asks.send(ask.encode())
            return asks.recv(1_500).startswith(b"SIP/2.0 200")
        except OSError:
            return False


def listens(ip: str, port: int) -> bool:
    """Return whether somebody takes connections there."""
    try:
        socket.create_connection((ip, port), 0.3).close()
    except OSError:
        return False
    return True


def _make_locations(path: Path) -> None:
    """Make the database of registrations unless it is there."""
    if path.exists():
        return
    making = path.with_suffix(".new")
    making.unlink(missing_ok=True)
    with sqlite3.connect(making) as database:
        for name in ("standard-create.sql", "usrloc-create.sql"):
            database.executescript((SCHEMAS / name).read_text())
    database.close()
    making.rename(path)
