"""Writes the edge's configuration: the settings' values, beside the fixed routes in `edge/`."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from infrastructure.voice.gateway import numbering
from infrastructure.voice.gateway.numbering import Plan, Rule
from infrastructure.voice.gateway.settings import Settings, Trunk

ROUTES = Path(__file__).parent / "edge"
ORDER = ("main", "guard", "registrar", "calls", "media", "web")
SCHEMAS = Path("/usr/share/kamailio/db_sqlite")
NODE_TRY_MS = 1500
TRUNK_TRY_MS = 4000


def render(settings: Settings) -> Path:
    """Write everything that Kamailio reads into `<home>/edge` and return the path of its configuration.

    The database is made once and then kept: it holds the registrations. Trunks at which we sign in are written anew.
    """
    folder = settings.home.resolve() / "edge"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(folder / "address.list", "\n".join(_addresses(settings)) + "\n")
    _write(folder / "dispatcher.list", "\n".join(_destinations(settings)) + "\n")
    _write(folder / "tls.cfg", _tls(settings))
    _database(folder / "location.sqlite", settings)
    path = folder / "kamailio.cfg"
    _write(path, configuration(settings, folder))
    return path


def certificate_of(settings: Settings) -> tuple[Path, Path]:
    """Return where certificate and key are; without own ones they are made at the first start (certificate.py)."""
    if settings.certificate:
        return Path(settings.certificate), Path(settings.key)
    folder = settings.home.resolve() / "edge"
    return folder / "certificate.pem", folder / "key.pem"


def configuration(settings: Settings, folder: Path) -> str:
    """Return kamailio.cfg: values, sockets, modules, routes."""
    lines = [
        "#!KAMAILIO",
        "# Written from the gateway's settings at every start: changes here are lost.",
        *(f'#!substdef "!{name}!{value}!g"' for name, value in _values(settings).items()),
        f"children={settings.workers}",
        f"tcp_children={settings.workers}",
        f"mhomed={int(settings.internal != settings.address)}",
        *_sockets(settings),
        f'include_file "{ROUTES / "modules.cfg"}"',
        f'modparam("tls", "config", "{folder / "tls.cfg"}")',
        f'modparam("usrloc", "db_url", "sqlite://{folder / "location.sqlite"}")',
        f'modparam("db_sqlite", "db_set_journal_mode", "{folder / "location.sqlite"}=WAL")',
        f'modparam("permissions", "address_file", "{folder / "address.list"}")',
        f'modparam("dispatcher", "list_file", "{folder / "dispatcher.list"}")',
        f'modparam("rtpengine", "rtpengine_sock", "udp:{settings.internal}:{settings.relay_port}")',
        f'modparam("pike", "reqs_density_per_unit", {settings.flood_limit})',
        f'modparam("dialog", "default_timeout", {settings.longest_call_s})',
        f'modparam("registrar", "max_expires", {settings.registration_s})',
        f'modparam("registrar", "default_expires", {settings.registration_s})',
    ]
    if any(trunk.register for trunk in settings.trunks):
        lines.append(f'modparam("uac", "reg_db_url", "sqlite://{folder / "location.sqlite"}")')
    lines += [f'include_file "{ROUTES / name}.cfg"' for name in ORDER]
    return "\n".join([*lines, *_tables(settings), *_number_routes(settings)]) + "\n"


def _values(settings: Settings) -> dict[str, str | int]:
    return {
        "ZY_DOMAIN": settings.domain,
        "ZY_PUBLIC": settings.public_address,
        "ZY_SIP_PORT": settings.sip_port,
        "ZY_WS_PORT": settings.ws_port,
        "ZY_WSS_PORT": settings.wss_port,
        "ZY_RPC_PORT": settings.rpc_port,
        "ZY_LOOKUP_PORT": settings.lookup_port,
        "ZY_GUESS_LIMIT": settings.guess_limit,
        "ZY_NODE_TRY_MS": NODE_TRY_MS,
        "ZY_TRUNK_TRY_MS": TRUNK_TRY_MS,
        "ZY_OTHER_EDGES": len(settings.other_edges),
    }


def _sockets(settings: Settings) -> Iterator[str]:
    outside = [
        ("udp", settings.sip_port),
        ("tcp", settings.sip_port),
        ("tls", settings.sips_port),
        ("tcp", settings.ws_port),
        ("tls", settings.wss_port),
    ]
    for protocol, port in outside:
        advertised = f" advertise {settings.advertised}:{port}" if settings.advertised else ""
        yield f"listen={protocol}:{settings.address}:{port}{advertised}"
    if settings.internal != settings.address:
        yield f"listen=udp:{settings.internal}:{settings.sip_port}"
    yield f"listen=tcp:{settings.internal}:{settings.rpc_port}"
    yield f'alias="{settings.domain}"'


def _addresses(settings: Settings) -> Iterator[str]:
    """Yield lines of group, address, mask, port, tag: group 1 nodes by number, 2 trunks by place, 3 other edges."""
    yield "# group address mask port tag"
    for node in settings.all_nodes:
        yield f"1 {node.host} 32 {node.sip_port} {node.number}"
        yield f"1 {node.host} 32 {node.agent_port} {node.number}"
    for place, trunk in enumerate(settings.trunks):
        for source in trunk.sources:
            network, _, port = source.partition(":")
            address, _, bits = network.partition("/")
            yield f"2 {address} {bits or 32} {port or 0} {place}"
    for place, other in enumerate(settings.other_edges):
        address, _, port = other.partition(":")
        yield f"3 {address} 32 {port} {place}"


def _destinations(settings: Settings) -> Iterator[str]:
    """Yield lines of set, address, flags, priority: set 1 the nodes, 2 the trunks that are probed, 3 other edges."""
    yield "# set address flags priority attributes"
    for node in settings.all_nodes:
        yield f"1 sip:{node.host}:{node.sip_port} 0 0 duid={node.number}"
    for trunk in settings.trunks:
        if trunk.host and trunk.probe:
            yield f"2 sip:{_address(trunk)} 0 {trunk.priority} duid={trunk.name}"
    for other in settings.other_edges:
        yield f"3 sip:{other} 0 0"


def _address(trunk: Trunk) -> str:
    return f"{trunk.host}:{trunk.port}" + (f";transport={trunk.transport}" if trunk.transport != "udp" else "")


def _tls(settings: Settings) -> str:
    certificate, key = certificate_of(settings)
    ours = (
        "[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\nrequire_certificate = no\n"
        f"private_key = {key}\ncertificate = {certificate}\n"
    )
    if not any(trunk.transport == "tls" for trunk in settings.trunks):
        return ours  # every worker reads the list of authorities at its start: half a second each
    return ours + (
        "[client:default]\nmethod = TLSv1.2+\nverify_certificate = yes\nrequire_certificate = yes\n"
        f"ca_list = {settings.authorities}\n"
    )


def _tables(settings: Settings) -> Iterator[str]:
    """Yield what the routes look up: nodes by address, trunks by place and by login."""
    yield "event_route[htable:mod-init] {"
    yield f'\t$sht(trunk=>count) = "{len(settings.trunks)}";'
    for node in settings.all_nodes:
        for port in (node.sip_port, node.agent_port):
            yield f'\t$sht(node=>{node.host}:{port}) = "{node.number}";'
    for place, trunk in enumerate(settings.trunks):
        for name, value in _trunk_table(trunk, settings).items():
            yield f'\t$sht(trunk=>{place}::{name}) = "{value}";'
        if trunk.login:
            secret = f"{trunk.login}:{settings.domain}:{trunk.login_password}"
            yield f'\t$sht(trunk=>login::{trunk.login}) = "{place}";'
            yield f'\t$sht(trunk=>ha1::{trunk.login}) = "{hashlib.md5(secret.encode()).hexdigest()}";'
    yield "}"


def _trunk_table(trunk: Trunk, settings: Settings) -> dict[str, str]:
    return {
        "address": _address(trunk) if trunk.host else "",
        "name": trunk.name,
        "host": f"{trunk.host}:{trunk.port}",
        "domain": trunk.host if trunk.username else settings.public_address,
        "asserted": str(int(trunk.caller_id == "asserted")),
        "user": trunk.username,
        "password": trunk.password,
        "realm": trunk.realm,
        "media": "trunk-srtp" if trunk.srtp else "trunk",
    }


def _number_routes(settings: Settings) -> Iterator[str]:
    yield from _rules("INWARD_phones", numbering.dialled(settings.plan))
    for place, trunk in enumerate(settings.trunks):
        yield from _rules(f"INWARD_{place}", numbering.inward(trunk.plan))
        yield from _rules(f"OUTWARD_{place}", _outward(trunk.plan, trunk))


def _outward(plan: Plan, trunk: Trunk) -> list[Rule]:
    return numbering.outward(plan, trunk.form, trunk.prefix)


def _rules(name: str, rules: list[Rule]) -> Iterator[str]:
    yield f"route[{name}] {{"
    for rule in rules:
        kept = f"$(var(number){{s.substr,{rule.strip},0}})"
        yield f'\tif ($var(number) =~ "{rule.pattern}") {{ $var(number) = "{rule.prefix}" + {kept}; return; }}'
    yield "}"


def _database(path: Path, settings: Settings) -> None:
    """Make the tables with the schemas that belong to the installed Kamailio, and list where we sign in."""
    with sqlite3.connect(path, timeout=10) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'version'").fetchone():
            for name in ("standard", "usrloc", "uac"):
                database.executescript((SCHEMAS / f"{name}-create.sql").read_text())
        database.execute("DELETE FROM uacreg")
        database.executemany(
            "INSERT INTO uacreg (l_uuid, l_username, l_domain, r_username, r_domain, realm, auth_username,"
            " auth_password, auth_proxy, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 300)",
            [_registration(trunk, settings) for trunk in settings.trunks if trunk.register],
        )
    path.chmod(0o600)


def _registration(trunk: Trunk, settings: Settings) -> tuple[str, ...]:
    """Return a row: who we are, who we are at the trunk, how we prove it and where."""
    there = (trunk.username, trunk.host, trunk.realm)
    return (
        trunk.name,
        trunk.username,
        settings.domain,
        *there,
        trunk.username,
        trunk.password,
        f"sip:{_address(trunk)}",
    )


def _write(path: Path, text: str) -> None:
    """Write a file that only its owner may read: it may hold a trunk's password."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
