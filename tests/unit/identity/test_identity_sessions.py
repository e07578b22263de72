"""Sign-in, first password, refresh, sign-out and lock-out over HTTP, against moto's user pool."""

from http.cookies import SimpleCookie

import msgspec
import pytest

from chalicelib.identity import lockout, routes, sessions
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.errors import IssuerUnavailable
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.config import config

GOOD = "Zhiyin-demo-1"
OTHER = "Another-pass-2"


@pytest.fixture
def api(client, pool):
    assert pool.pool_id
    return client(routes.router)


def sign_in(api, username="agent1", password=GOOD):
    return api.post("/session", {"username": username, "password": password})


def cookie_of(answer) -> dict[str, str]:
    """Return the cookie that a browser would send back."""
    found = SimpleCookie(answer.headers["Set-Cookie"])[routes.COOKIE]
    return {"cookie": f"{routes.COOKIE}={found.value}"}


def test_sign_in_answers_token_user_and_cookie(api, hire):
    hire("agent1", name="李静", roles=["agent"], extension="1001")
    before = now_ms()
    answer = sign_in(api, " Agent1 ")
    assert answer.status == 200
    assert answer.body["access_token"].count(".") == 2
    assert before + 3_500_000 < answer.body["expires_at"] < before + 3_700_000
    user = answer.body["user"]
    assert (user["username"], user["name"], user["roles"], user["scope"]) == ("agent1", "李静", ["agent"], "own")
    assert (user["extension"], user["locale"]) == ("1001", "zh-CN")
    assert "agent.work" in user["permissions"]
    assert "users.write" not in user["permissions"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(api, hire):
    hire("agent1")
    cookie = SimpleCookie(sign_in(api).headers["Set-Cookie"])[routes.COOKIE]
    assert cookie["httponly"] is True
    assert cookie["secure"] is True
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Strict", "/api/session", "43200")
    assert len(cookie.OutputString()) < 4_096


def test_on_plain_http_the_cookie_is_not_secure_or_the_laptop_would_lose_it(api, hire, monkeypatch):
    hire("agent1")
    laptop = msgspec.structs.replace(config(), public_url="http://127.0.0.1:8080")
    monkeypatch.setattr(routes, "config", lambda: laptop)
    assert "Secure" not in sign_in(api).headers["Set-Cookie"]


def test_wrong_password_and_unknown_user_are_answered_alike(api, hire):
    hire("agent1")
    wrong, unknown = sign_in(api, password="Wrong-password-1"), sign_in(api, "nobody")
    assert wrong.status == unknown.status == 401
    assert wrong.body["code"] == "sign_in_failed"
    for answer in (wrong, unknown):
        answer.body.pop("correlation_id")
    assert wrong.body == unknown.body
    assert "Set-Cookie" not in wrong.headers


def test_somebody_whom_only_the_pool_knows_cannot_sign_in(api, pool):
    pool.admin_create_user(UserPoolId=pool.pool_id, Username="ghost")
    pool.admin_set_user_password(UserPoolId=pool.pool_id, Username="ghost", Password=GOOD, Permanent=True)
    assert sign_in(api, "ghost").body["code"] == "sign_in_failed"


def test_a_user_disabled_in_the_record_is_told_so_only_with_the_right_password(api, hire):
    user = hire("agent1")
    identity_tables.users.update(msgspec.structs.replace(user, disabled=True))
    assert sign_in(api).body["code"] == "user_disabled"
    assert sign_in(api).status == 403
    assert sign_in(api, password="Wrong-password-1").body["code"] == "sign_in_failed"


def test_a_first_password_must_be_replaced(api, root):
    body = {"username": "newcomer", "name": "新人", "roles": ["agent"], "initial_password": "First-pass-1"}
    assert api.post("/users", body, who=root).status == 201
    first = sign_in(api, "newcomer", "First-pass-1")
    assert (first.status, first.body["code"]) == (409, "new_password_required")
    change = {"username": "newcomer", "old_password": "First-pass-1", "new_password": OTHER}
    answer = api.post("/session/password", change)
    assert (answer.status, answer.body["user"]["username"]) == (200, "newcomer")
    assert sign_in(api, "newcomer", OTHER).status == 200
    assert sign_in(api, "newcomer", "First-pass-1").status == 401


def test_a_regular_password_is_changed_with_the_old_one(api, hire):
    hire("agent1")
    change = {"username": "agent1", "old_password": GOOD, "new_password": OTHER}
    assert api.post("/session/password", {**change, "old_password": "Wrong-password-1"}).status == 401
    assert api.post("/session/password", change).status == 200
    assert sign_in(api, password=OTHER).status == 200


def test_refresh_gives_a_new_token_for_the_same_session(api, hire):
    hire("agent1")
    cookie = cookie_of(sign_in(api))
    again = api.post("/session/refresh", headers=cookie)
    assert (again.status, again.body["user"]["username"]) == (200, "agent1")
    assert "Set-Cookie" not in again.headers


def test_sign_out_revokes_the_session_and_clears_the_cookie(api, hire, monkeypatch):
    hire("agent1")
    cookie = cookie_of(sign_in(api))
    revoked: list[str] = []
    monkeypatch.setattr(sessions.cognito, "revoke", revoked.append)  # moto has no RevokeToken
    out = api.delete("/session", headers=cookie)
    assert (out.status, out.body) == (204, None)
    cleared = SimpleCookie(out.headers["Set-Cookie"])[routes.COOKIE]
    assert (cleared.value, cleared["max-age"], cleared["path"]) == ("", "0", "/api/session")
    assert [f"{routes.COOKIE}={token}" for token in revoked] == [cookie["cookie"]]


def test_sign_out_clears_the_cookie_when_the_issuer_is_down(api, hire, monkeypatch):
    def down(_token: str) -> None:
        raise IssuerUnavailable

    hire("agent1")
    monkeypatch.setattr(sessions.cognito, "revoke", down)
    out = api.delete("/session", headers=cookie_of(sign_in(api)))
    assert out.status == 204
    assert "Max-Age=0" in out.headers["Set-Cookie"]


def test_a_disabled_user_cannot_refresh(api, hire):
    user = hire("agent1")
    cookie = cookie_of(sign_in(api))
    identity_tables.users.update(msgspec.structs.replace(user, disabled=True))
    assert api.post("/session/refresh", headers=cookie).body["code"] == "user_disabled"


def test_refresh_without_a_good_cookie_fails(api):
    for cookie in ("", "zhiyin_session=", "zhiyin_session=forged", "other=1", '"; [', "a=b; a"):
        answer = api.post("/session/refresh", headers={"cookie": cookie})
        assert (answer.status, answer.body["code"]) == (401, "sign_in_failed"), cookie


@pytest.mark.parametrize("username", ["agent1", "does-not-exist"])
def test_guessing_is_locked_out_whether_or_not_the_user_exists(api, hire, monkeypatch, username):
    hire("agent1")
    hire("agent2")
    for _ in range(lockout.ATTEMPTS):
        assert sign_in(api, username, "Wrong-password-1").status == 401
    locked = sign_in(api, username, GOOD)
    assert (locked.status, locked.body["code"]) == (429, "too_many_attempts")
    assert locked.body["params"] == {"minutes": 15}
    assert sign_in(api, "agent2").status == 200
    later = now_ms() + (lockout.WINDOW_S + 1) * 1000
    monkeypatch.setattr(lockout, "now_ms", lambda: later)
    assert sign_in(api, username, GOOD).status == (200 if username == "agent1" else 401)


def test_a_success_clears_the_count(api, hire):
    hire("agent1")
    for _ in range(3):
        for _ in range(lockout.ATTEMPTS - 1):
            assert sign_in(api, password="Wrong-password-1").status == 401
        assert sign_in(api).status == 200


def test_a_weak_new_password_is_explained(api, hire):
    hire("agent1")
    answer = api.post("/session/password", {"username": "agent1", "old_password": GOOD, "new_password": "short"})
    assert (answer.status, answer.body["code"]) == (422, "weak_password")


def test_bodies_are_checked(client):
    api = client(routes.router)
    for body in ({}, {"username": "a"}, {"username": "a" * 200, "password": "x"}, {"username": 1, "password": "x"}):
        assert api.post("/session", body).status == 422, body
