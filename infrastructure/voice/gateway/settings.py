"""What one gateway is: where it listens, who may send calls, where calls out go. Read from a JSON file."""

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from infrastructure.voice.gateway.numbering import Form, Plan

CONFIG_FILE = "ZHIYIN_GATEWAY_CONFIG"
AGENT_PORT_OFFSET = 400
"""A node's user agent sends from so far above the port on which the node is called."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,30}$")]
Host = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$")]
MaybeHost = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]{0,252})?$")]
Network = Annotated[str, msgspec.Meta(pattern=r"^\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?(:\d{1,5})?$")]
Edge = Annotated[str, msgspec.Meta(pattern=r"^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$")]
"""Address and UDP port of an edge on the private network: `10.0.0.6:5060`."""
Secret = Annotated[str, msgspec.Meta(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{0,128}$")]
"""Visible ASCII without quotation mark and backslash: it stands in strings of Kamailio's configuration."""
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Trunk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A SIP trunk. host empty: it only sends us calls. sources: addresses (/bits, :port) that send calls unasked.

    username, password, realm: what we prove at the trunk (realm empty: any). register: sign in there for its calls in.
    login, login_password: what the trunk proves at us when its address changes. caller_id: where callers stand, both
    ways. form, prefix: how the trunk wants numbers. Trunks are tried by descending priority.
    """

    name: Name
    host: MaybeHost = ""
    port: Port = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    sources: tuple[Network, ...] = ()
    username: Secret = ""
    password: Secret = ""
    realm: Secret = ""
    register: bool = False
    login: Secret = ""
    login_password: Secret = ""
    caller_id: Literal["from", "asserted"] = "from"
    form: Form = "plus"
    prefix: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{0,8}$")] = ""
    plan: Plan = Plan()
    srtp: bool = False
    probe: bool = True
    priority: int = 0


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A voice node: its number (part of every SID), its SIP port and its HTTP port."""

    number: Annotated[int, msgspec.Meta(ge=0, le=255)]
    host: Host = "127.0.0.1"
    sip_port: Port
    agent_port: Port
    http_port: Port

    @property
    def url(self) -> str:
        """Return the base of its REST."""
        return f"http://{self.host}:{self.http_port}"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; the file has these names. Defaults are a gateway on the loopback interface beside the laptop stack.

    home: keeps registrations, journals, recordings. domain: SIP domain and digest realm. address: where phones and
    trunks reach us; advertised: the public address behind 1:1 NAT; internal: where nodes and media relay meet.
    platform_url: base of the platform's webhooks as the platform writes it. flood_limit: requests of one address in
    two seconds. guess_limit: wrong passwords of one address in a minute. emergency: the
    number that callers reach while the platform does not answer. node_flags: more flags of every node.
    other_nodes, other_edges: those of the other hosts of this gateway, on the private network. An edge that does not
    know a phone asks the others in turn; each host must know all nodes of the hosts whose edges it knows.

    Our own numbers are not here: nodes ask the platform about whatever number a trunk's call is for.
    """

    home: Path = Path(".local/gateway")
    domain: Host = "voice.local"
    address: Host = "127.0.0.1"
    advertised: MaybeHost = ""
    internal: Host = "127.0.0.1"
    sip_port: Port = 5060
    sips_port: Port = 5061
    ws_port: Port = 5066
    wss_port: Port = 5067
    rpc_port: Port = 5068
    certificate: str = ""
    key: str = ""
    authorities: str = "/etc/ssl/certs/ca-certificates.crt"
    relay_port: Port = 2223
    relay_ports: tuple[Port, Port] = (30000, 34999)
    nodes: Annotated[int, msgspec.Meta(ge=0, le=64)] = 2
    first_node: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    node_sip_port: Port = 5080
    node_http_port: Port = 9080
    node_rtp_port: Port = 20000
    node_rtp_ports: Annotated[int, msgspec.Meta(ge=100)] = 2000
    emergency: Annotated[str, msgspec.Meta(pattern=r"^(\+?[0-9]{3,15})?$")] = ""
    node_flags: tuple[str, ...] = ()
    other_nodes: tuple[Node, ...] = ()
    other_edges: tuple[Edge, ...] = ()
    max_legs: Annotated[int, msgspec.Meta(ge=1)] = 50
    router_host: Host = "127.0.0.1"
    router_port: Port = 9070
    lookup_port: Port = 9071
    platform_url: str = "http://127.0.0.1:8080"
    account_sid: str = "AC" + "1" * 32
    auth_token: str = "zhiyin-local-gateway-token"
    api_key: str = "SK" + "1" * 32
    api_secret: str = "zhiyin-local-gateway-secret-of-32-bytes"
    trunks: tuple[Trunk, ...] = ()
    plan: Plan = Plan()
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 8
    flood_limit: Annotated[int, msgspec.Meta(ge=1)] = 200
    guess_limit: Annotated[int, msgspec.Meta(ge=1)] = 30
    longest_call_s: Annotated[int, msgspec.Meta(ge=60)] = 4 * 3600
    registration_s: Annotated[int, msgspec.Meta(ge=60)] = 300

    def __post_init__(self) -> None:
        names = [trunk.name for trunk in self.trunks]
        if len(names) != len(set(names)):
            raise ValueError("two trunks have the same name")
        numbers = [node.number for node in self.all_nodes]
        if len(numbers) != len(set(numbers)):
            raise ValueError("two nodes have the same number")
        if f"{self.internal}:{self.sip_port}" in self.other_edges:
            raise ValueError("other_edges names this edge itself")
        first, last = self.relay_ports
        if self.node_rtp_port <= last and first < self.node_rtp_port + self.nodes * self.node_rtp_ports:
            raise ValueError("the nodes' media ports reach into the relay's: fewer nodes or fewer node_rtp_ports")
        logins = [trunk.login for trunk in self.trunks if trunk.login]
        if len(logins) != len(set(logins)):
            raise ValueError("two trunks have the same login")

    @property
    def own_nodes(self) -> tuple[Node, ...]:
        """Return the nodes that this host runs."""
        return tuple(
            Node(
                number=self.first_node + index,
                host=self.internal,
                sip_port=self.node_sip_port + index,
                agent_port=self.node_sip_port + AGENT_PORT_OFFSET + index,
                http_port=self.node_http_port + index,
            )
            for index in range(self.nodes)
        )

    @property
    def all_nodes(self) -> tuple[Node, ...]:
        """Return the nodes that take calls of this edge, those of other hosts last."""
        return (*self.own_nodes, *self.other_nodes)

    @property
    def logs(self) -> Path:
        """Return the directory of one log file a program."""
        return self.home / "logs"

    @property
    def pids(self) -> Path:
        """Return the directory of one pid file a program."""
        return self.home / "pids"

    def state_of(self, node: Node) -> Path:
        """Return where a node keeps its journal and recordings."""
        return self.home / f"node{node.number}"

    @property
    def public_address(self) -> str:
        """Return the address that the outside sees."""
        return self.advertised or self.address

    def __repr__(self) -> str:
        # The generated text would carry the secrets into logs and tracebacks.
        return f"Settings({self.domain!r}, home={str(self.home)!r})"


def load(file: str | None = None) -> Settings:
    """Return the settings of a file (else of the one that the environment names, else the defaults).

    Errors: OSError, msgspec.ValidationError or ValueError with what is wrong.
    """
    path = file or os.environ.get(CONFIG_FILE)
    if not path:
        return Settings()
    return msgspec.json.decode(Path(path).read_bytes(), type=Settings, dec_hook=lambda kind, value: kind(value))
