"""Tokens: only what our issuer signed for our client, in time, with a published key, proves a user."""

import time

import jwt
import pytest

from chalicelib.identity import tokens
from chalicelib.identity.errors import IssuerUnavailable
from chalicelib.kernel.errors import Unauthenticated


def test_a_good_token_proves_its_username_in_lower_case(issuer):
    assert tokens.verify(issuer.token()) == "agent1"
    assert tokens.verify(issuer.token(username="Agent1 ")) == "agent1"
    assert issuer.fetches == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_000},
        {"exp": None},
        {"iat": None},
        {"iss": "https://else.example"},
        {"iss": None},
        {"client_id": "another-client"},
        {"client_id": None},
        {"token_use": "id"},
        {"token_use": "id", "aud": "web-client"},
        {"nbf": 99_999_999_999},
        {"username": None},
        {"username": 7},
        {"username": ""},
    ],
    ids=str,
)
def test_a_flawed_claim_proves_nothing(issuer, changes):
    with pytest.raises(Unauthenticated):
        tokens.verify(issuer.token(**changes))


def test_another_provider_names_the_client_as_audience(issuer):
    good = {"token_use": None, "client_id": None, "username": None, "preferred_username": "lijing"}
    assert tokens.verify(issuer.token(**good, aud="web-client")) == "lijing"
    assert tokens.verify(issuer.token(**good, aud=["other", "web-client"])) == "lijing"
    for audience in ("other", ["other"], [], None):
        with pytest.raises(Unauthenticated):
            tokens.verify(issuer.token(**good, aud=audience))


def test_a_client_id_without_token_use_is_not_an_audience(issuer):
    with pytest.raises(Unauthenticated):
        tokens.verify(issuer.token(token_use=None))


def test_other_algorithms_are_refused(issuer):
    claims = {"iss": "https://issuer.example/pool", "client_id": "web-client", "username": "agent1", "iat": 1}
    claims |= {"exp": int(time.time()) + 60, "token_use": "access"}
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})
    shared = jwt.encode(claims, "s" * 64, algorithm="HS256", headers={"kid": "one"})
    longer = issuer.token(algorithm="RS512")
    for token in (unsigned, shared, longer):
        with pytest.raises(Unauthenticated):
            tokens.verify(token)
    assert issuer.fetches == 0


def test_a_signature_of_another_key_is_refused(issuer):
    from cryptography.hazmat.primitives.asymmetric import rsa

    forged = issuer.token(key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with pytest.raises(Unauthenticated):
        tokens.verify(forged)
    head, _, signature = issuer.token().split(".")
    with pytest.raises(Unauthenticated):
        tokens.verify(f"{head}.{issuer.token(username='admin1').split('.')[1]}.{signature}")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "x" * 9_000])
def test_garbage_is_refused_without_asking_the_issuer(issuer, token):
    with pytest.raises(Unauthenticated):
        tokens.verify(token)
    assert issuer.fetches == 0


def test_a_rotated_key_is_fetched_once_and_unknown_kids_do_not_hammer_the_issuer(issuer, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(tokens.time, "monotonic", lambda: now[0])
    assert tokens.verify(issuer.token()) == "agent1"
    issuer.new_key("two")
    with pytest.raises(Unauthenticated):
        tokens.verify(issuer.token(kid="two"))
    assert issuer.fetches == 1
    now[0] += tokens.REFETCH_S
    assert tokens.verify(issuer.token(kid="two")) == "agent1"
    for _ in range(20):
        with pytest.raises(Unauthenticated):
            tokens.verify(issuer.token(kid="three", key=issuer.keys["one"]))
    assert issuer.fetches == 2


def test_keys_outlive_an_issuer_that_is_down(issuer, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(tokens.time, "monotonic", lambda: now[0])
    tokens.verify(issuer.token())
    issuer.down = True
    now[0] += tokens.KEYS_TTL_S + 1
    assert tokens.verify(issuer.token()) == "agent1"
    assert issuer.fetches == 2


def test_without_keys_nobody_gets_in(issuer):
    issuer.down = True
    with pytest.raises(IssuerUnavailable):
        tokens.verify(issuer.token())
