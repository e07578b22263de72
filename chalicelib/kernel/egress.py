"""Requests to addresses that users configure: to public hosts alone, with limits on time and size.

A name is resolved once and the connection goes to the very address that was checked, so that a name server cannot
answer the check with one address and the connection with another. No redirect is followed and no proxy is used.
"""

import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import msgspec

ANSWER_LIMIT = 64 * 1024
_NOT_FOR_US = tuple(
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # a cloud's own services, at a public address
        "64:ff9b::/96", "64:ff9b:1::/48",  # IPv4 by translation: leads wherever the translator can go
        "2002::/16", "2001::/32",  # IPv4 in tunnels
        "100.64.0.0/10", "192.0.0.0/24",
    )
)  # fmt: skip

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A request. timeout_s: for everything, from the name to the last byte. admit_loopback: a laptop's own services."""

    method: str
    url: str
    headers: dict[str, str] = {}
    body: bytes = b""
    timeout_s: float = 3.0
    admit_loopback: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What came back. body: at most ANSWER_LIMIT bytes."""

    status: int
    body: bytes = b""


class NoAnswer(Exception):
    """Nothing usable came back. timed_out: because time was up."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class Blocked(NoAnswer):
    """The address is none that we may speak to."""


def is_public(address: Address) -> bool:
    """Return whether an address is a host on the internet: not ours, not a neighbour's, not a cloud's own services."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return False  # nobody publishes such an address but to get past a check
    if any(address.version == network.version and address in network for network in _NOT_FOR_US):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def send(request: Outgoing) -> Answer:
    """Send a request and return what came back, whatever its status. Errors: Blocked, NoAnswer."""
    until = time.monotonic() + request.timeout_s
    parts = urlsplit(request.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(parts.hostname or "", port, request, until)
    connection = _connection(parts.scheme, parts.hostname or "", port, address, until)
    # The watchdog ends what no time-out of single reads does: a server that sends a byte now and then.
    watchdog = threading.Timer(max(0.0, until - time.monotonic()), connection.abort)
    watchdog.daemon = True
    watchdog.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(request.method, path, body=request.body or None, headers=request.headers)
        return _read(connection, until)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__, timed_out=time.monotonic() >= until) from error
    finally:
        watchdog.cancel()
        connection.close()
        connection.hang_up()


def _read(connection: HTTPConnection, until: float) -> Answer:
    with connection.getresponse() as answer:
        body = answer.read(ANSWER_LIMIT + 1)
    if len(body) > ANSWER_LIMIT:
        raise NoAnswer(f"more than {ANSWER_LIMIT} bytes")
    if answer.length or time.monotonic() >= until:
        raise IncompleteRead(body)  # the watchdog's end looks like the server's
    return Answer(answer.status, body)


def _checked(host: str, port: int, request: Outgoing, until: float) -> str:
    """Return an address of a host; every one that its name has must be public."""
    addresses = [ipaddress.ip_address(found) for found in _resolved(host, port, until)]
    for address in addresses:
        if not (is_public(address) or (request.admit_loopback and address.is_loopback)):
            raise Blocked(f"{host} is not a public host")
    if not addresses:
        raise NoAnswer("no address")
    return str(addresses[0])


def _resolved(host: str, port: int, until: float) -> list[str]:
    """Resolve a name in time: the system's resolver knows no limit, so it is left behind in a thread of its own."""
    found: list[str] = []

    def resolve() -> None:
        try:
            known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(str(one[4][0]).partition("%")[0] for one in known)

    asking = threading.Thread(target=resolve, daemon=True)
    asking.start()
    asking.join(max(0.0, until - time.monotonic()))
    if asking.is_alive():
        raise NoAnswer("name not resolved", timed_out=True)
    return sorted(found, key=lambda one: ":" in one)  # functions in the cloud usually have no IPv6


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(HTTPConnection):
    """A connection to an address that was checked; `host` is what the request and the certificate name."""

    def __init__(self, host: str, port: int, address: str, until: float) -> None:
        super().__init__(host, port)
        self.address, self.until = address, until
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, in what is left of the time."""
        self.wire = socket.socket(socket.AF_INET6 if ":" in self.address else socket.AF_INET, socket.SOCK_STREAM)
        self.wire.settimeout(max(0.01, self.until - time.monotonic()))
        self.wire.connect((self.address, self.port))
        self.sock: Any = self.wire

    def abort(self) -> None:
        """End the connection from another thread, whatever it waits for; `sock` may have passed to the answer."""
        if self.wire is not None:
            with suppress(OSError):
                self.wire.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Close what a failed connection left open."""
        if self.wire is not None:
            self.wire.close()


class _PinnedTls(_Pinned):
    """The same with TLS; the certificate must be valid for `host`."""

    default_port = HTTPSConnection.default_port

    def connect(self) -> None:
        """Connect, and check who answers."""
        super().connect()
        self.sock = self.wire = _tls().wrap_socket(self.sock, server_hostname=self.host)


def _connection(scheme: str, host: str, port: int, address: str, until: float) -> _Pinned:
    kind = _PinnedTls if scheme == "https" else _Pinned
    return kind(host, port, address, until)
