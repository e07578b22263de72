"""VOI-2, PBX-2: phones register at the real Kamailio; their passwords are the platform's."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.voice.gateway.settings import Settings, Trunk
from infrastructure.voice.gateway.supervisor import settings_file
from tests.gateway.edge.kit import Credentials, Edge, Phone, edge
from tests.gateway.ports import free_port

PASSWORDS = {"1001": "right", "agent1.9999999999": "one-time"}


@pytest.fixture
def credentials() -> Iterator[Credentials]:
    server = Credentials(free_port(), dict(PASSWORDS))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def running(tmp_path: Path, credentials: Credentials) -> Iterator[Edge]:
    with edge(tmp_path, lookup_port=credentials.server_address[1]) as started:
        yield started


def test_a_phone_registers_with_its_password(running: Edge, credentials: Credentials) -> None:
    with Phone(running.address, password="right") as phone:
        answer = phone.register()
        assert answer.status == 200
        assert f"sip:1001@127.0.0.1:{phone.port}" in answer.get("contact")
        assert phone.register().status == 200
    assert credentials.asked == ["1001"], "the second time the cache knows"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(running: Edge, credentials: Credentials) -> None:
    with (
        Phone(running.address, password="wrong") as phone,
        Phone(running.address, user="4711", password="x") as stranger,
    ):
        refused, unknown = phone.register(), stranger.register()
        assert stranger.register().status == 401
    assert (refused.status, unknown.status) == (401, 401)
    assert refused.get("www-authenticate").split("nonce")[0] == unknown.get("www-authenticate").split("nonce")[0]
    assert credentials.asked.count("4711") == 1, "unknown names are remembered too"


def test_a_new_password_works_at_once(running: Edge, credentials: Credentials) -> None:
    with Phone(running.address, password="right") as phone:
        assert phone.register().status == 200
        running.rpc("htable.delete", "fresh", "1001")  # as ten seconds do
        credentials.passwords["1001"] = "changed"
        phone.password = "changed"
        assert phone.register().status == 200


def test_nobody_registers_in_anothers_name(running: Edge) -> None:
    with Phone(running.address, user="1002", password="right") as phone:
        assert phone.register(login="1001").status == 403


def test_a_page_registers_with_a_one_time_password(running: Edge) -> None:
    with Phone(running.address, user="agent1", password="one-time") as phone:
        assert phone.register(login="agent1.9999999999").status == 200


def test_while_the_platform_cannot_be_asked_phones_are_told_to_come_back(
    running: Edge, credentials: Credentials
) -> None:
    credentials.status = 500
    with Phone(running.address, password="right") as phone:
        answer = phone.register()
    assert (answer.status, answer.get("retry-after")) == (503, "10")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_forgets_no_phone(running: Edge, how: signal.Signals) -> None:
    with Phone(running.address, password="right") as phone:
        assert phone.register().status == 200
        running.stop(how)
        running.start()
        found = running.rpc("ul.lookup", "location", "1001")
        assert found
        assert f"sip:1001@127.0.0.1:{phone.port}" in str(found)


def test_kamailio_accepts_what_is_rendered(tmp_path: Path) -> None:
    trunk = Trunk(
        name="a", host="sip.example.com", transport="tls", username="u", password="p", register=True, srtp=True
    )
    settings = Settings(
        home=tmp_path, address="127.0.0.1", internal="127.0.0.2", advertised="203.0.113.9", trunks=(trunk,)
    )
    command = [sys.executable, "-m", "infrastructure.voice.gateway", "check", "--config", settings_file(settings)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout
    assert "config file ok" in checked.stdout


def test_settings_name_no_secret_in_logs(tmp_path: Path) -> None:
    assert "token" not in repr(Settings(home=tmp_path))
