"""Requests to configured addresses: which are public, and what a hostile server can do."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import egress
from chalicelib.kernel.egress import ANSWER_LIMIT, Blocked, NoAnswer, Outgoing, is_public, send

REFUSED = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16", "224.0.0.1", "255.255.255.255", "198.18.0.1",
    "::1", "::", "fe80::1", "fd00:ec2::254", "fc00::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_on_the_internet_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "223.5.5.5", "2606:4700::1111", "172.32.0.1", "100.128.0.1"])
def test_what_is_on_the_internet_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses())
def test_whatever_is_public_is_global_and_never_mapped(
    address: "ipaddress.IPv4Address | ipaddress.IPv6Address",
) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_private
        assert getattr(address, "ipv4_mapped", None) is None


class Handler(BaseHTTPRequestHandler):
    """A business system with bad habits, by path."""

    seen: ClassVar[list[tuple[str, str, str]]] = []

    def do_GET(self) -> None:
        Handler.seen.append((self.command, self.path, self.headers["Host"]))
        match self.path.partition("?")[0]:
            case "/redirect":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/secret")
                self.end_headers()
            case "/huge":
                self._answer(b"x" * (ANSWER_LIMIT + 1))
            case "/full":
                self._answer(b"x" * ANSWER_LIMIT)
            case "/drip":
                self._drip()
            case "/garbage":
                self.wfile.write(b"\x00\x01 nonsense\r\n\r\n")
            case _:
                self._answer(b'{"name": "Li"}')

    do_POST = do_GET

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        try:
            for _ in range(1000):
                self.wfile.write(b"x")
                self.wfile.flush()
                Handler.stop.wait(0.02)
        except OSError:
            return

    stop: ClassVar[threading.Event] = threading.Event()

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    Handler.stop.set()
    served.shutdown()
    served.server_close()


def ask(url: str, **more: Any) -> egress.Answer:
    return send(Outgoing(method="GET", url=url, **{"admit_loopback": True, "timeout_s": 2.0, **more}))


def test_an_answer_comes_back(server: str) -> None:
    assert ask(f"{server}/orders?id=7") == egress.Answer(200, b'{"name": "Li"}')
    assert Handler.seen[-1][:2] == ("GET", "/orders?id=7")


def test_this_machine_is_refused_unless_it_is_a_laptop(server: str) -> None:
    before = len(Handler.seen)
    for url in (server, server.replace("127.0.0.1", "localhost"), server.replace("127.0.0.1", "2130706433")):
        with pytest.raises(Blocked):
            ask(url, admit_loopback=False)
    assert len(Handler.seen) == before


def test_a_laptop_admits_nothing_but_itself() -> None:
    with pytest.raises(Blocked):
        ask("http://169.254.169.254/latest/meta-data")
    with pytest.raises(Blocked):
        ask("http://[::ffff:169.254.169.254]/")


def test_a_redirect_is_an_answer_and_is_not_followed(server: str) -> None:
    assert ask(f"{server}/redirect").status == 302
    assert Handler.seen[-1][1] == "/redirect"


def test_an_answer_has_a_limit(server: str) -> None:
    assert len(ask(f"{server}/full").body) == ANSWER_LIMIT
    with pytest.raises(NoAnswer, match="more than"):
        ask(f"{server}/huge")


def test_a_server_that_drips_does_not_hold_the_caller(server: str) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer) as error:
        ask(f"{server}/drip", timeout_s=0.3)
    assert error.value.timed_out
    assert time.monotonic() - began < 1.5


def test_nonsense_is_no_answer(server: str) -> None:
    with pytest.raises(NoAnswer):
        ask(f"{server}/garbage")


def test_a_closed_port_is_no_answer_and_no_time_out() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with pytest.raises(NoAnswer) as error:
        ask(f"http://127.0.0.1:{port}/")
    assert not error.value.timed_out


def resolving(*answers: list[str]) -> Any:
    """A name server that says something else each time."""
    left = list(answers)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        del host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in left.pop(0)]

    return patch("chalicelib.kernel.egress.socket.getaddrinfo", resolve)


def test_a_name_is_resolved_once_and_that_address_is_used(server: str) -> None:
    port = server.rpartition(":")[2]
    with resolving(["127.0.0.1"]):  # a second question would find the list empty
        ask(f"http://orders.example:{port}/")
    assert Handler.seen[-1][2] == f"orders.example:{port}"


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with resolving(["8.8.8.8", "10.0.0.1"]), pytest.raises(Blocked):
        ask("https://orders.example/")


def test_a_name_server_that_is_silent_costs_no_more_than_the_time() -> None:
    never = threading.Event()
    with (
        patch("chalicelib.kernel.egress.socket.getaddrinfo", lambda *_, **__: never.wait(5) and []),
        pytest.raises(NoAnswer) as error,
    ):
        ask("https://orders.example/", timeout_s=0.1)
    never.set()
    assert error.value.timed_out
