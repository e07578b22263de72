"""VOI-2: a cloud host's settings come from one parameter and from what it is; hosts agree about each other."""

import json
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from infrastructure.voice.gateway import cloud
from infrastructure.voice.gateway.cloud import Host, compose, credentials, update
from infrastructure.voice.gateway.settings import Settings

HOST = Host(
    parameter="/zhiyin/test/gateway",
    region="eu-west-1",
    suffix="amazonaws.com",
    domain="voice.example.com",
    hosts=("10.0.1.5", "10.0.2.5", "10.0.3.5"),
    nodes=8,
    log_group="/zhiyin/test/gateway",
)
SHARED: dict[str, Any] = {
    **credentials(),
    "platform_url": "https://calls.example.com",
    "trunks": [{"name": "one", "host": "sip.example.com", "sources": ["203.0.113.0/24"]}],
}
PEMS = {"certificate_pem": "a certificate", "key_pem": "a key"}


def _settings(address: str, **more: Any) -> Settings:
    composed = compose(SHARED | more, HOST, address, "198.51.100.7")
    return msgspec.convert(composed, Settings, dec_hook=lambda kind, value: kind(value))


def test_hosts_agree_about_all_nodes_and_edges() -> None:
    hosts = {address: _settings(address) for address in HOST.hosts}
    everything = {node for settings in hosts.values() for node in settings.own_nodes}
    assert len({node.number for node in everything}) == len(everything) == 24
    for address, settings in hosts.items():
        assert set(settings.all_nodes) == everything
        assert set(settings.other_edges) == {f"{other}:5060" for other in HOST.hosts if other != address}
        assert (settings.internal, settings.router_host, settings.advertised) == (address, address, "198.51.100.7")


def test_the_largest_host_keeps_its_media_ports_to_itself() -> None:
    largest = msgspec.structs.replace(HOST, nodes=64)
    composed = compose(SHARED, largest, "10.0.3.5", "198.51.100.7")
    assert composed["first_node"] + 63 <= 255
    assert composed["node_rtp_ports"] * 64 <= cloud.MEDIA_PORTS


@pytest.mark.parametrize("missing", ["platform_url", "account_sid", "auth_token", "api_key", "api_secret"])
def test_a_laptop_s_secrets_are_never_used_instead(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        _settings("10.0.1.5", **{missing: ""})


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="not among the hosts"):
        _settings("10.0.9.9")
    with pytest.raises(msgspec.ValidationError):
        _settings("10.0.1.5", trunsk=[])


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A host's folder, its parameter in moto, and its metadata service, which wants a token."""
    answers = {"/meta-data/local-ipv4": "10.0.1.5", "/meta-data/public-ipv4": "198.51.100.7\n"}

    class Metadata(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self._answer("token")

        def do_GET(self) -> None:
            if self.headers.get("X-aws-ec2-metadata-token") == "token":
                self._answer(answers[self.path])
            else:
                self.send_error(401)

        def _answer(self, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(cloud, "METADATA", f"http://127.0.0.1:{server.server_port}")
    (tmp_path / "host.json").write_bytes(msgspec.json.encode(HOST))
    with mock_aws():
        yield tmp_path
    server.shutdown()
    server.server_close()


def _put(shared: dict[str, Any]) -> None:
    boto3.client("ssm", region_name=HOST.region).put_parameter(
        Name=HOST.parameter, Value=json.dumps(shared), Type="SecureString", Overwrite=True
    )


def test_settings_and_certificate_are_written_for_their_reader_alone(folder: Path) -> None:
    _put(SHARED | PEMS)
    update(folder, group=None)
    written = json.loads((folder / "gateway.json").read_text())
    assert written["advertised"] == "198.51.100.7"
    assert written["certificate"].endswith("certificate.pem")
    assert "a key" not in (folder / "gateway.json").read_text()
    assert (folder / "key.pem").read_text() == "a key"
    for name in ("gateway.json", "certificate.pem", "key.pem"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_parameter_that_cannot_be_leaves_the_last_settings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _put(SHARED)
    update(folder, group=None)
    before = (folder / "gateway.json").read_text()
    _put(SHARED | {"trunks": [{"name": "one", "password": 'a "b'}]})
    update(folder, group=None)
    assert (folder / "gateway.json").read_text() == before
    assert "NEW SETTINGS ARE NOT USED" in capsys.readouterr().err


def test_a_first_start_without_settings_fails(folder: Path) -> None:
    with pytest.raises(Exception, match="ParameterNotFound"):
        update(folder, group=None)
