"""`python -m infrastructure.voice.gateway.cloud`: write a cloud host's settings, before every start of the gateway.

What all hosts share (secrets, trunks, certificate) is one SecureString in the parameter store; what a host is, its
template has written to host.json. So a change of the parameter holds from the next start on.
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import Any, Final

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.voice.gateway.settings import AGENT_PORT_OFFSET, Settings

FOLDER = Path("/etc/zhiyin-gateway")
HOME: Final = "/var/lib/zhiyin-gateway"
GROUP: Final = "zhiyin-gateway"
METADATA = "http://169.254.169.254/latest"
METADATA_LIMIT_S = 5
NODES_APART: Final = 64
"""First node numbers of neighbouring hosts differ by so much, so that a host may get more nodes later."""
MEDIA_PORTS: Final = 10_000
"""All nodes of a host share so many (docs/gateway.md, ports)."""
PEMS: Final = {"certificate_pem": "certificate.pem", "key_pem": "key.pem"}


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """host.json. parameter: name of the SecureString. hosts: private addresses of all hosts, in the same order on each.

    nodes: voice nodes on each host. region, suffix: of the cloud ("eu-west-1", "amazonaws.com").
    """

    parameter: str
    region: str
    suffix: str
    domain: str
    hosts: tuple[str, ...]
    nodes: int
    log_group: str


def compose(shared: dict[str, Any], host: Host, address: str, public: str) -> dict[str, Any]:
    """Return the settings of the host that has this private and public address.

    shared: the parameter. Errors: ValueError when the address is not in host.json, or the settings cannot be.
    """
    if address not in host.hosts:
        raise ValueError(f"{address} is not among the hosts {', '.join(host.hosts)}")
    defaults = Settings()
    others = [(place, other) for place, other in enumerate(host.hosts) if other != address]
    settings = {name: value for name, value in shared.items() if name not in PEMS} | {
        "home": HOME,
        "domain": host.domain,
        "address": address,
        "advertised": public,
        "internal": address,
        "router_host": address,
        "nodes": host.nodes,
        "node_rtp_ports": min(defaults.node_rtp_ports, MEDIA_PORTS // host.nodes),
        "first_node": host.hosts.index(address) * NODES_APART,
        "other_edges": [f"{other}:{defaults.sip_port}" for _, other in others],
        "other_nodes": [node for place, other in others for node in _nodes(place, other, host.nodes, defaults)],
    }
    if all(shared.get(name) for name in PEMS):
        settings["certificate"], settings["key"] = (str(FOLDER / name) for name in PEMS.values())
    for name in ("platform_url", "account_sid", "auth_token", "api_key", "api_secret"):
        if not settings.get(name):  # the defaults are a laptop's, and known to everyone
            raise ValueError(f"{name} is missing in {host.parameter}")
    msgspec.convert(settings, Settings, dec_hook=lambda kind, value: kind(value))
    return settings


def _nodes(place: int, host: str, count: int, ports: Settings) -> list[dict[str, Any]]:
    return [
        {
            "number": place * NODES_APART + index,
            "host": host,
            "sip_port": ports.node_sip_port + index,
            "agent_port": ports.node_sip_port + AGENT_PORT_OFFSET + index,
            "http_port": ports.node_http_port + index,
        }
        for index in range(count)
    ]


def write(folder: Path, shared: dict[str, Any], settings: dict[str, Any], group: str | None = GROUP) -> None:
    """Write the settings and, if the parameter has them, certificate and key. group: who may read them."""
    for name, file in PEMS.items():
        if shared.get(name):
            _write(folder / file, shared[name], group)
    _write(folder / "gateway.json", json.dumps(settings, indent=1), group)


def _write(path: Path, text: str, group: str | None) -> None:
    """Write at once: a start that is cut off leaves the former file."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    if group:
        shutil.chown(draft, "root", group)
        draft.chmod(0o640)
    draft.replace(path)


def credentials() -> dict[str, str]:
    """Return new secrets: they go into the hosts' parameter, and the same into the platform's carriers."""
    return {
        "account_sid": "AC" + secrets.token_hex(16),
        "auth_token": secrets.token_hex(32),
        "api_key": "SK" + secrets.token_hex(16),
        "api_secret": secrets.token_hex(32),
    }


def _shared(host: Host) -> dict[str, Any]:
    client = boto3.client(
        "ssm",
        region_name=host.region,
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 4}),
    )
    found = client.get_parameter(Name=host.parameter, WithDecryption=True)
    return json.loads(found["Parameter"]["Value"])


def _metadata() -> tuple[str, str]:
    """Return the private and the public address of this instance. Errors: OSError."""
    asked = urllib.request.Request(
        f"{METADATA}/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    )
    with urllib.request.urlopen(asked, timeout=METADATA_LIMIT_S) as answer:
        token = answer.read().decode()

    def read(name: str) -> str:
        question = urllib.request.Request(f"{METADATA}/meta-data/{name}", headers={"X-aws-ec2-metadata-token": token})
        with urllib.request.urlopen(question, timeout=METADATA_LIMIT_S) as answer:
            return answer.read().decode().strip()

    return read("local-ipv4"), read("public-ipv4")


def update(folder: Path = FOLDER, group: str | None = GROUP) -> None:
    """Write the settings of this host. While the cloud does not answer, or the parameter cannot be, the last ones hold.

    A host that starts again at night must not stay down for a typing error of the day. Errors, at the first start:
    ValueError for a parameter that cannot be, else the cloud's.
    """
    host = msgspec.json.decode((folder / "host.json").read_bytes(), type=Host)
    try:
        shared = _shared(host)
        write(folder, shared, compose(shared, host, *_metadata()), group)
    except (BotoCoreError, ClientError, OSError, ValueError) as error:
        if not (folder / "gateway.json").exists():
            raise
        print(f"NEW SETTINGS ARE NOT USED, those of the last start hold: {error}", file=sys.stderr, flush=True)


def main() -> None:
    """Command line: `update` (the usual), or `credentials` for new secrets."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.voice.gateway.cloud", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["update", "credentials"], default="update")
    if parser.parse_args().command == "credentials":
        print(json.dumps(credentials(), indent=1))
    else:
        update()


if __name__ == "__main__":
    main()
