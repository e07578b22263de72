"""VOI-2: settings are checked before anything is started, and written where only their owner reads them."""

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.telephony.model import Carrier
from infrastructure.local import carrier
from infrastructure.local.settings import Settings as StackSettings
from infrastructure.voice.gateway import laptop, programs, rendering
from infrastructure.voice.gateway.settings import Node, Settings, load

TRUNK = {"name": "one", "host": "sip.example.com", "sources": ["203.0.113.0/24"], "username": "acc", "password": "p w"}


SCHEMAS = {
    "standard": "CREATE TABLE version (table_name TEXT);",
    "usrloc": "CREATE TABLE location (ruid TEXT, username TEXT);",
    "uac": "CREATE TABLE uacreg (l_uuid, l_username, l_domain, r_username, r_domain, realm, auth_username,"
    " auth_password, auth_proxy, expires);",
}


@pytest.fixture(autouse=True)
def _schemas(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kamailio's own are not on every machine that runs these tests."""
    folder = tmp_path_factory.mktemp("schemas")
    for name, text in SCHEMAS.items():
        (folder / f"{name}-create.sql").write_text(text)
    monkeypatch.setattr(rendering, "SCHEMAS", folder)


def _load(folder: Path, **given: Any) -> Settings:
    file = folder / "gateway.json"
    file.write_text(json.dumps({"home": str(folder), **given}))
    return load(str(file))


@pytest.mark.parametrize(
    "given",
    [
        {"domian": "voice.local"},
        {"domain": 'voice.local"; exit'},
        {"trunks": [{**TRUNK, "password": 'a"b'}]},
        {"trunks": [{**TRUNK, "password": "p w"}]},
        {"trunks": [{**TRUNK, "password": "x", "sources": ["sip.example.com"]}]},
        {"trunks": [{"name": "a"}, {"name": "a"}]},
        {"trunks": [{"name": "a", "login": "x"}, {"name": "b", "login": "x"}]},
        {"other_nodes": [{"number": 0, "sip_port": 1, "agent_port": 2, "http_port": 3}]},
        {"sip_port": 0},
        {"nodes": -1},
        {"nodes": 6},  # of 2000 media ports each: they reach into the relay's
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        _load(tmp_path, **given)


def test_a_trunks_password_is_in_files_of_the_owner_alone(tmp_path: Path) -> None:
    settings = _load(tmp_path, trunks=[{**TRUNK, "password": "secret", "register": True}])
    path = rendering.render(settings)
    assert '"secret"' in path.read_text()
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    with sqlite3.connect(path.parent / "location.sqlite") as database:
        assert database.execute("SELECT l_uuid, auth_password FROM uacreg").fetchall() == [("one", "secret")]
    database.close()
    assert "secret" not in repr(settings)


def test_rendering_again_keeps_registrations_and_forgets_former_trunks(tmp_path: Path) -> None:
    path = rendering.render(_load(tmp_path, trunks=[{**TRUNK, "password": "x", "register": True}]))
    with sqlite3.connect(path.parent / "location.sqlite") as database:
        database.execute("INSERT INTO location (ruid, username) VALUES ('a', '1001')")
    rendering.render(_load(tmp_path))
    assert database.execute("SELECT username FROM location").fetchall() == [("1001",)]
    assert database.execute("SELECT * FROM uacreg").fetchall() == []
    database.close()


def test_behind_address_translation_the_outside_is_told_the_public_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "executable", lambda name: name)
    settings = _load(tmp_path, address="10.0.0.5", advertised="203.0.113.9")
    text = rendering.configuration(settings, tmp_path)
    assert "listen=udp:10.0.0.5:5060 advertise 203.0.113.9:5060" in text
    assert "listen=udp:127.0.0.1:5060" in text
    assert "mhomed=1" in text
    assert "--interface=external/10.0.0.5!203.0.113.9" in programs.relay(settings).command


def test_no_secret_is_on_a_command_line(tmp_path: Path) -> None:
    settings = _load(tmp_path, auth_token="hushhush", api_secret="hushhush")
    (node, _) = settings.own_nodes
    for program in (programs.node(settings, node), programs.closing(settings, node)):
        assert "hushhush" not in " ".join(program.command)
        assert program.environment["ZHIYIN_SIM_AUTH_TOKEN"] == "hushhush"


def test_nodes_of_other_hosts_take_calls_too(tmp_path: Path) -> None:
    other = Node(number=7, host="10.0.0.6", sip_port=5080, agent_port=5480, http_port=9080)
    settings = Settings(home=tmp_path, nodes=1, other_nodes=(other,))
    assert [node.number for node in settings.all_nodes] == [0, 7]
    assert "--trusted=10.0.0.6" in programs.node(settings, settings.own_nodes[0]).command
    assert '$sht(node=>10.0.0.6:5080) = "7"' in rendering.configuration(settings, tmp_path)


def test_callers_get_an_emergency_number_or_a_document_while_the_platform_is_down(tmp_path: Path) -> None:
    own = Settings().own_nodes[0]
    without = programs.node(_load(tmp_path, platform_url="https://zhiyin.example"), own).command
    assert "--fallback-url=https://zhiyin.example/fallback/voice.xml" in without
    command = programs.node(_load(tmp_path, emergency="+861055550199"), own).command
    assert "--emergency=+861055550199" in command
    assert not [flag for flag in command if flag.startswith("--fallback-url")]


def test_the_laptops_gateway_is_listed_after_the_default_carrier(tmp_path: Path) -> None:
    stack = StackSettings(home=tmp_path, port=8080, emulator_port=1, simulator_port=2, runner_port=3, workers=1)
    settings = _load(tmp_path, **laptop.configuration(stack))
    assert [trunk.host for trunk in settings.trunks] == [laptop.TRUNK_IP]
    assert [each["name"] for each in carrier.parameter(stack)] == ["simulator"]
    (tmp_path / "gateway").mkdir()
    (tmp_path / carrier.OTHER_CARRIER).write_text(json.dumps(laptop.described(settings)))
    simulator, gateway = msgspec.convert(carrier.parameter(stack), list[Carrier])
    assert (simulator.name, gateway.name, gateway.sip_domain) == ("simulator", "gateway", settings.domain)
