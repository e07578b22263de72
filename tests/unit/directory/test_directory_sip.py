"""SIP passwords: shown once, kept as a digest, told to the registrar of their realm alone."""

import hashlib

import pytest

from chalicelib.directory import service, sip, tables
from chalicelib.directory.errors import NoRegistrar, NotSip
from chalicelib.directory.model import Extension
from chalicelib.kernel.errors import NotFound
from chalicelib.telephony.model import Carrier

pytestmark = pytest.mark.usefixtures("tables")

GATEWAY = Carrier(name="gateway", account_sid="AC1", auth_token="t", sip_domain="voice.example")
OTHER = Carrier(name="other", account_sid="AC2", auth_token="t", sip_domain="elsewhere.example")


@pytest.fixture(autouse=True)
def registrar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two carriers, of which the second one registers our telephones."""
    plain = Carrier(name="twilio", account_sid="AC0", auth_token="t")
    monkeypatch.setattr(sip, "carriers", lambda: [plain, GATEWAY])


@pytest.fixture
def desk() -> str:
    """A desk telephone."""
    tables.extensions.create(Extension(extension="2001", kind="sip", address="sip:2001@voice.example"))
    return "2001"


def test_the_registrar_can_check_what_was_shown(desk: str) -> None:
    made = sip.make(desk, "admin1")
    expected = hashlib.md5(f"2001:voice.example:{made.password}".encode()).hexdigest()
    assert sip.digest(desk, "voice.example", GATEWAY) == expected
    assert made.address == "sip:2001@voice.example"
    assert made.password in made.provisioning
    assert len(made.password) == sip.LENGTH


def test_a_new_password_replaces_the_old_one(desk: str) -> None:
    first, second = sip.make(desk, "admin1"), sip.make(desk, "admin1")
    assert first.password != second.password
    expected = hashlib.md5(f"2001:voice.example:{second.password}".encode()).hexdigest()
    assert sip.digest(desk, "voice.example", GATEWAY) == expected


@pytest.mark.parametrize(
    ("username", "realm", "carrier"),
    [
        ("2001", "voice.example", OTHER),
        ("2001", "elsewhere.example", OTHER),
        ("2001", "", Carrier(name="twilio", account_sid="AC0", auth_token="t")),
        ("2002", "voice.example", GATEWAY),
        ("", "voice.example", GATEWAY),
    ],
)
def test_nobody_else_is_told(desk: str, username: str, realm: str, carrier: Carrier) -> None:
    sip.make(desk, "admin1")
    assert sip.digest(username, realm, carrier) is None


def test_a_password_that_was_taken_away_opens_nothing(desk: str) -> None:
    sip.make(desk, "admin1")
    sip.take_away(desk, "admin1")
    assert sip.digest(desk, "voice.example", GATEWAY) is None
    with pytest.raises(NotFound):
        sip.take_away(desk, "admin1")


def test_the_password_goes_with_the_extension(desk: str) -> None:
    sip.make(desk, "admin1")
    service.delete_extension(desk, None)
    assert sip.digest(desk, "voice.example", GATEWAY) is None


def test_the_digest_is_in_no_list(desk: str) -> None:
    sip.make(desk, "admin1")
    assert [found.extension for found in tables.extensions.page().items] == [desk]


def test_only_sip_phones_have_passwords() -> None:
    tables.extensions.create(Extension(extension="2002", kind="outside", address="+8613900000000"))
    with pytest.raises(NotSip):
        sip.make("2002", "admin1")
    with pytest.raises(NotFound):
        sip.make("2003", "admin1")


def test_without_a_registrar_there_is_nothing_to_sign_in_at(desk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip, "carriers", lambda: [Carrier(name="twilio", account_sid="AC0", auth_token="t")])
    with pytest.raises(NoRegistrar):
        sip.make(desk, "admin1")
