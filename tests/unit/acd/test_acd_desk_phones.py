"""Which phone an agent means at sign-in."""

from unittest.mock import patch

import pytest

from chalicelib.acd.desk_phones import reachable
from chalicelib.acd.errors import NoDeskPhone
from chalicelib.acd.model.agent import Phone, PhoneKind
from chalicelib.directory.model import Extension
from chalicelib.kernel.errors import DomainError, InvalidInput
from chalicelib.telephony.attribution import InvalidNumber

PHONES = {
    number: Extension(extension=number, kind=kind, username=username, address=f"sip:{number}@pbx.example")
    for number, kind, username in (
        ("1001", "sip", "agent1"),
        ("1002", "sip", "agent2"),
        ("1003", "browser", "agent1"),
        ("1006", "sip", None),
    )
}


def _of_user(username: str) -> list[Extension]:
    return [extension for extension in reversed(PHONES.values()) if extension.username == username]


def means(kind: PhoneKind, address: str = "", username: str = "agent1") -> str:
    with (
        patch("chalicelib.directory.service.find_extension", PHONES.get),
        patch("chalicelib.directory.service.extensions_of", _of_user),
    ):
        return reachable(username, Phone(kind=kind, address=address)).address


@pytest.mark.parametrize(
    ("kind", "address", "dialled"),
    [
        ("browser", "", "client:agent1"),
        ("browser", "sip:else@where", "client:agent1"),
        ("sip", "", "sip:1001@pbx.example"),
        ("sip", " 1001 ", "sip:1001@pbx.example"),
        ("sip", "1006", "sip:1006@pbx.example"),
        ("sip", "sip:77@other.example", "sip:77@other.example"),
        ("outside", "139 0013 9000", "+8613900139000"),
    ],
)
def test_the_phone_that_is_meant(kind: PhoneKind, address: str, dialled: str) -> None:
    assert means(kind, address) == dialled


@pytest.mark.parametrize(
    ("kind", "address", "username", "error"),
    [
        ("sip", "1002", "agent1", NoDeskPhone),
        ("sip", "1003", "agent1", NoDeskPhone),
        ("sip", "1999", "agent1", NoDeskPhone),
        ("sip", "", "agent3", NoDeskPhone),
        ("sip", "http://x", "agent1", InvalidInput),
        ("outside", "12", "agent1", InvalidNumber),
    ],
)
def test_what_is_no_phone_of_his(kind: PhoneKind, address: str, username: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        means(kind, address, username)
