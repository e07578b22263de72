"""What differs between gateways: addresses, ports, trunks, the account at Zhiyin. Read from `gateway.json`."""

from pathlib import Path

import msgspec

FILE = "gateway.json"


class Trunk(msgspec.Struct, frozen=True):
    """A line to the telephone network. source: where its calls come from (CIDR); target: where ours go, host:port."""

    name: str
    source: str
    target: str | None = None


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """One gateway host; the defaults are the laptop's.

    ip: where it listens; advertised: its address as the world sees it. node_ports: SIP ports of the voice nodes, REST
    ports are 4000 higher. country_code: of numbers that come without one. flood_limit: requests in two seconds that a
    stranger may send. public_url: Zhiyin's address; account_sid and auth_token: of this carrier there. emergency: the
    number that callers reach while Zhiyin does not answer.
    """

    home: Path
    ip: str = "127.0.0.1"
    advertised: str = ""
    domain: str = "voice.local"
    sip_port: int = 5060
    ws_port: int = 5066
    wss_port: int = 5067
    rtpengine_port: int = 2223
    rtp: tuple[int, int] = (30_000, 34_999)
    router_port: int = 9070
    node_ports: tuple[int, ...] = (5080, 5081)
    trunks: tuple[Trunk, ...] = ()
    country_code: str = "86"
    flood_limit: int = 60
    tls: bool = False
    public_url: str = "http://127.0.0.1:8080"
    account_sid: str = "AC" + "1" * 32
    auth_token: str = ""
    emergency: str = ""

    @property
    def run(self) -> Path:
        """Return the folder of what is made anew at each start: configuration and sockets."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """Return the folder of one log file a process."""
        return self.home / "logs"

    @property
    def pids(self) -> Path:
        """Return the folder of one pid file a process."""
        return self.home / "pids"

    @property
    def state(self) -> Path:
        """Return the folder of what must survive: registrations, recordings not yet fetched, the nodes' journals."""
        return self.home / "state"

    @property
    def router_url(self) -> str:
        """Return the base address of the provider's REST: what Zhiyin has as this carrier's base URL."""
        return f"http://{self.ip}:{self.router_port}"

    @property
    def credentials_url(self) -> str:
        """Return where the edge asks for the digest of a password; the user's name follows it."""
        return f"{self.router_url}/credentials"

    def node_state(self, node: int) -> Path:
        """Return what a voice node keeps."""
        return self.state / f"node{node}"

    def node_url(self, node: int) -> str:
        """Return the base address of a voice node's REST."""
        return f"http://{self.ip}:{self.node_ports[node] + 4_000}"


def agent_port(node_port: int) -> int:
    """Return the port that a voice node's own calls come from."""
    return node_port + 400


def load(path: Path) -> Gateway:
    """Read the settings. Errors: ValueError with what is wrong."""
    return msgspec.json.decode(path.read_bytes(), type=Gateway, dec_hook=lambda kind, value: kind(value))


def save(gateway: Gateway) -> Path:
    """Write the settings where the gateway's processes read them and return that place."""
    gateway.home.mkdir(parents=True, exist_ok=True)
    path = gateway.home / FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(gateway, enc_hook=str), indent=1))
    path.chmod(0o600)
    return path
