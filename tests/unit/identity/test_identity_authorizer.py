"""The authorizer and the app's wiring of it: a token in, the principal or nothing out."""

import msgspec
import pytest
from chalice.app import AuthRequest

from chalicelib.identity import authorizer, service
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.model import Department, Label, Role, User
from chalicelib.kernel.principal import Principal

ARN = "arn:aws:execute-api:us-east-1:123456789012:api/live/GET/api/me"


def ask(token: str) -> dict:
    request = AuthRequest("TOKEN", token, ARN)
    return authorizer.authorize(request).to_dict(request)


def is_denied(answer: dict) -> bool:
    return answer["policyDocument"]["Statement"][0]["Resource"] == [] and answer["context"] == {}


@pytest.fixture
def agent1(tables) -> User:  # noqa: ARG001
    identity_tables.departments.create(Department(department_id="hq", name="hq"))
    identity_tables.departments.create(Department(department_id="sales", name="s", parent_id="hq"))
    return identity_tables.users.create(
        User(username="agent1", name="李静", roles=["supervisor", "gone"], department_id="hq")
    )


def test_a_good_token_brings_the_principal_with_scope(issuer, agent1):
    answer = ask(f"Bearer {issuer.token()}")
    assert answer["principalId"] == agent1.username
    assert answer["policyDocument"]["Statement"][0]["Resource"] == [
        "arn:aws:execute-api:us-east-1:123456789012:api/live/*/*"
    ]
    who = msgspec.json.decode(answer["context"]["principal"], type=Principal)
    assert (who.username, who.name, who.scope, who.roles) == ("agent1", "李静", "subtree", ("supervisor",))
    assert who.department_ids == ("hq", "sales")
    assert who.may("wall.read")
    assert not who.may("users.write")


def test_the_context_of_a_large_organisation_stays_small(issuer, agent1):
    assert agent1.department_id == "hq"
    for number in range(198):
        identity_tables.departments.put(
            Department(department_id=f"01JDAAAAAAAAAAAAAAAAAAA{number:03}", name="d", parent_id="hq")
        )
    context = ask(f"Bearer {issuer.token()}")["context"]
    assert len(context["principal"]) < 8_000


def test_what_is_not_proven_is_denied(issuer, agent1):
    good = issuer.token()
    for token in ("", "Bearer", "Bearer ", good, f"Basic {good}", f"Bearer {good}x", f"Bearer x{good}", "Bearer \x00"):
        assert is_denied(ask(token)), token
    assert is_denied(ask(f"Bearer {issuer.token(exp=1)}"))
    assert not is_denied(ask(f"bearer {good}"))
    assert agent1.username == "agent1"


def test_a_user_without_record_or_disabled_is_denied(issuer, agent1):
    assert is_denied(ask(f"Bearer {issuer.token(username='nobody')}"))
    identity_tables.users.update(msgspec.structs.replace(agent1, disabled=True))
    assert is_denied(ask(f"Bearer {issuer.token()}"))


def test_a_user_disabled_elsewhere_is_denied_half_a_minute_later(issuer, agent1, monkeypatch):
    now = [5_000.0]
    monkeypatch.setattr(service.time, "monotonic", lambda: now[0])
    token = f"Bearer {issuer.token()}"
    assert not is_denied(ask(token))
    identity_tables.users.update(msgspec.structs.replace(agent1, disabled=True))
    now[0] += service.CACHE_S + 1
    assert is_denied(ask(token))


def test_our_own_failure_denies(issuer, agent1, monkeypatch):
    def fail(_username):
        raise RuntimeError("table gone")

    monkeypatch.setattr(service, "find_user", fail)
    assert is_denied(ask(f"Bearer {issuer.token()}"))
    assert agent1.username == "agent1"


def test_an_issuer_that_is_down_denies(issuer, agent1):
    issuer.down = True
    assert is_denied(ask(f"Bearer {issuer.token()}"))
    assert agent1.username == "agent1"


def test_a_role_change_is_seen_and_a_stored_role_never_shadows_a_builtin_one(issuer, agent1):
    fake = Role(role_id="agent", name=Label(zh_cn="座席", en="Agent"), permissions=["users.write"], scope="all")
    identity_tables.roles.put(fake)
    identity_tables.users.update(msgspec.structs.replace(agent1, roles=["agent"]))
    who = service.principal("agent1")
    assert issuer.fetches == 0
    assert who is not None
    assert not who.may("users.write")
    assert who.scope == "own"


def test_the_app_guards_its_routes_with_it(issuer, agent1):
    from chalice.test import Client

    import app

    http = Client(app.app).http
    good = {"authorization": f"Bearer {issuer.token()}"}
    assert msgspec.json.decode(http.get("/api/me", headers=good).body)["username"] == agent1.username
    assert http.get("/api/me").status_code == 401
    assert http.get("/api/me", headers={"authorization": "Bearer forged"}).status_code == 403
    assert http.get("/api/users/agent1", headers=good).status_code == 200
    assert http.delete("/api/users/agent1", headers=good).status_code == 403
