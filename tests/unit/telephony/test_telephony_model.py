"""Addresses, prompts and the carriers of the secure parameter."""

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.errors import NotFound
from chalicelib.telephony import carriers
from chalicelib.telephony.model import (
    BrowserPhone,
    Carrier,
    Say,
    address_kind,
    client_address,
    client_identity,
    username_of,
)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("client:agent1", "client"),
        ("sip:8001@pbx.example", "sip"),
        ("sips:8001@pbx.example", "sip"),
        ("+8613800138000", "number"),
        ("client:", None),
        ("sip:8001", None),
        ("13800138000", None),
        ("+0123456789", None),
        ("+1234567890123456", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_kinds_of_addresses(address: str, kind: str | None) -> None:
    assert address_kind(address) == kind


def test_a_plain_username_is_its_own_identity() -> None:
    assert client_address("agent1") == "client:agent1"


def test_a_user_is_never_taken_for_an_extension() -> None:
    assert client_identity("2001") == "_32001"
    assert client_identity("2001a") == "2001a"
    assert username_of(client_address("2001")) == "2001"


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_username_comes_back_from_its_address(username: str) -> None:
    assert username_of(client_address(username)) == username
    assert all(letter.isascii() and (letter.isalnum() or letter == "_") for letter in client_identity(username))


def test_other_addresses_have_no_user() -> None:
    assert username_of("+8613800138000") is None
    assert username_of("sip:agent1@pbx.example") is None


def test_words_fall_back_to_the_other_language() -> None:
    assert Say({"zh-CN": "您好", "en": "Hello"}, "en").spoken() == ("Hello", "en")
    assert Say({"zh-CN": "您好", "en": ""}, "en").spoken() == ("您好", "zh-CN")
    assert Say({}, "en").spoken() == ("", "en")
    assert Say("Hi", "en").spoken() == ("Hi", "en")


def test_a_carrier_does_not_show_its_secrets() -> None:
    carrier = Carrier(name="x", account_sid="AC1", auth_token="hush", api_secret="hush")
    assert "hush" not in f"{carrier} {carrier!r} {[carrier]}"


@pytest.mark.usefixtures("parameter")
class TestCarriers:
    def test_the_first_is_the_default(self) -> None:
        assert [one.name for one in carriers.carriers()] == ["simulator", "twilio"]
        assert carriers.default_carrier().name == "simulator"

    def test_they_are_found_by_name_and_by_account(self) -> None:
        assert carriers.carrier("twilio").base_url == "https://api.twilio.com"
        found = carriers.carrier_of_account("AC" + "2" * 32)
        assert found is not None
        assert found.name == "twilio"
        assert carriers.carrier_of_account("AC" + "9" * 32) is None
        with pytest.raises(NotFound):
            carriers.carrier("nobody")

    def test_a_change_is_seen_after_five_minutes_and_not_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = [1_000_000]
        monkeypatch.setattr(carriers, "now_ms", lambda: clock[0])
        assert len(carriers.carriers()) == 2
        _put('[{"name":"only","account_sid":"AC3","auth_token":"t"}]')
        clock[0] += carriers.REFRESH_MS - 1
        assert len(carriers.carriers()) == 2
        clock[0] += 1
        assert [one.name for one in carriers.carriers()] == ["only"]

    def test_a_failed_refresh_keeps_the_held_ones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = [1_000_000]
        monkeypatch.setattr(carriers, "now_ms", lambda: clock[0])
        carriers.carriers()
        _put("not json")
        clock[0] += carriers.REFRESH_MS
        assert len(carriers.carriers()) == 2

    def test_without_any_carrier_there_is_no_default(self) -> None:
        _put("[]")
        with pytest.raises(NotFound):
            carriers.default_carrier()


def _put(value: str) -> None:
    boto3.client("ssm").put_parameter(Name="/zhiyin/local/carriers", Type="SecureString", Value=value, Overwrite=True)


SIP = BrowserPhone(kind="sip", url="wss://voice.example:5067")


@pytest.mark.parametrize(
    ("has", "fields"),
    [
        (True, {"api_key": "SK1", "api_secret": "s"}),
        (False, {}),
        (True, {"api_secret": "s", "sip_domain": "voice.example", "browser_phone": SIP}),
        (False, {"sip_domain": "voice.example", "browser_phone": SIP}),
        (False, {"api_secret": "s", "browser_phone": SIP}),
        (False, {"api_secret": "s", "sip_domain": "voice.example", "browser_phone": BrowserPhone(kind="sip")}),
    ],
)
def test_a_carrier_has_browser_phones_when_a_page_could_register(has: bool, fields: dict[str, object]) -> None:
    carrier = Carrier(name="c", account_sid="AC1", auth_token="t", **fields)  # type: ignore[arg-type]
    assert carrier.has_browser_phone is has
