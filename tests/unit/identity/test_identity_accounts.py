"""User administration over HTTP: both sides kept together, scope, grants, versions, the last administrator."""

from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.identity import accounts, cognito, routes, service
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.errors import IssuerUnavailable
from chalicelib.identity.model import Department, User
from chalicelib.kernel.errors import Busy, ChangedMeanwhile

NEW = {"username": "newcomer", "name": "欧阳静", "roles": ["agent"], "initial_password": "First-pass-1"}


@pytest.fixture
def api(client, pool):
    assert pool.pool_id
    for department_id, parent in (("hq", None), ("sales", "hq"), ("service", "hq")):
        identity_tables.departments.create(
            Department(department_id=department_id, name=department_id, parent_id=parent)
        )
    return client(routes.router)


def account_of(pool, username) -> dict[str, Any] | None:
    try:
        return pool.admin_get_user(UserPoolId=pool.pool_id, Username=username)
    except ClientError:
        return None


def test_a_user_is_made_on_both_sides_with_pinyin(api, pool, root):
    answer = api.post("/users", NEW | {"department_id": "sales", "pinyin": "nonsense", "version": 9}, who=root)
    assert answer.status == 201
    assert "initial_password" not in answer.body
    assert (answer.body["pinyin"], answer.body["initials"], answer.body["version"]) == ("ouyangjing", "oyj", 1)
    assert api.get("/users/newcomer", who=root).body == answer.body
    assert account_of(pool, "newcomer")["UserStatus"] == "FORCE_CHANGE_PASSWORD"


def test_a_taken_name_is_refused_and_its_password_left_alone(api, pool, root, hire):
    hire("newcomer")
    answer = api.post("/users", NEW, who=root)
    assert (answer.status, answer.body["code"]) == (409, "already_exists")
    assert account_of(pool, "newcomer")["UserStatus"] == "CONFIRMED"


def test_a_weak_first_password_leaves_nothing_behind(api, pool, root, monkeypatch):
    class Strict:
        """Cognito's policy for first passwords, which moto does not apply."""

        def admin_create_user(self, **_arguments: Any) -> None:
            raise ClientError({"Error": {"Code": "InvalidPasswordException"}}, "AdminCreateUser")

    monkeypatch.setattr(cognito, "client", lambda _service: Strict())
    answer = api.post("/users", NEW | {"initial_password": "short"}, who=root)
    assert (answer.status, answer.body["code"]) == (422, "weak_password")
    assert api.get("/users/newcomer", who=root).status == 404
    assert account_of(pool, "newcomer") is None


def test_a_failing_table_takes_the_account_back(api, pool, root, monkeypatch):
    def fail(_record):
        raise Busy

    monkeypatch.setattr(accounts.tables.users, "create", fail)
    assert api.post("/users", NEW, who=root).status == 503
    assert account_of(pool, "newcomer") is None


def test_an_account_left_half_way_is_taken_over(api, pool, root):
    pool.admin_create_user(UserPoolId=pool.pool_id, Username="newcomer", TemporaryPassword="Forgotten-pass-9")
    assert api.post("/users", NEW, who=root).status == 201
    answer = api.post("/session", {"username": "newcomer", "password": "First-pass-1"})
    assert answer.body["code"] == "new_password_required"


def test_whoever_loses_the_race_for_a_name_does_not_delete_the_winners_account(api, pool, root, monkeypatch):
    monkeypatch.setattr(accounts.tables.users, "find", lambda _username: None)
    assert api.post("/users", NEW, who=root).status == 201
    monkeypatch.setattr(cognito, "create", lambda _username, _password: True)
    assert api.post("/users", NEW, who=root).body["code"] == "already_exists"
    assert account_of(pool, "newcomer") is not None


@pytest.mark.parametrize(
    "changes",
    [{"username": "Has Blank"}, {"username": "../x"}, {"name": ""}, {"locale": "fr"}, {"extension": "abc"}],
    ids=str,
)
def test_input_is_checked(client, root, changes):
    assert client(routes.router).post("/users", NEW | changes, who=root).status == 422


@pytest.mark.parametrize("changes", [{"roles": ["no-such-role"]}, {"department_id": "no-such"}], ids=str)
def test_references_must_exist(api, root, changes):
    assert api.post("/users", NEW | changes, who=root).body["code"] == "not_found"


def test_a_stale_version_is_refused(api, root, hire):
    hire("agent1", roles=["agent"])
    body = api.get("/users/agent1", who=root).body
    assert api.put("/users/agent1", body | {"name": "一"}, who=root).body["version"] == 2
    answer = api.put("/users/agent1", body | {"name": "二"}, who=root)
    assert (answer.status, answer.body["code"]) == (409, "changed_meanwhile")
    assert api.delete("/users/agent1?version=1", who=root).body["code"] == "changed_meanwhile"
    assert api.get("/users/agent1", who=root).body["name"] == "一"
    assert api.delete("/users/agent1?version=2", who=root).status == 204
    assert api.get("/users/agent1", who=root).status == 404


def test_a_record_cannot_be_put_where_none_is(api, root):
    body = {"username": "ghost", "name": "x", "version": 0}
    assert api.put("/users/ghost", body, who=root).body["code"] == "not_found"


def test_disabling_reaches_the_pool_and_back(api, pool, root, hire):
    hire("agent1")
    body = api.get("/users/agent1", who=root).body
    off = api.put("/users/agent1", body | {"disabled": True}, who=root)
    assert off.body["disabled"] is True
    assert account_of(pool, "agent1")["Enabled"] is False
    assert service.principal("agent1") is None
    assert api.put("/users/agent1", off.body | {"disabled": False}, who=root).status == 200
    assert account_of(pool, "agent1")["Enabled"] is True


def test_disabling_is_undone_when_the_record_was_changed_meanwhile(api, pool, root, hire):
    hire("agent1")
    body = api.get("/users/agent1", who=root).body
    api.put("/users/agent1", body | {"phone": "123"}, who=root)
    assert api.put("/users/agent1", body | {"disabled": True}, who=root).status == 409
    assert account_of(pool, "agent1")["Enabled"] is True


def test_a_pool_that_is_down_changes_nothing(api, root, hire, monkeypatch):
    def down(_username):
        raise IssuerUnavailable

    hire("agent1")
    monkeypatch.setattr(cognito, "disable", down)
    body = api.get("/users/agent1", who=root).body
    assert api.put("/users/agent1", body | {"disabled": True}, who=root).status == 503
    assert api.get("/users/agent1", who=root).body == body


def test_deleting_removes_both_sides(api, pool, root, hire):
    hire("agent1")
    assert api.delete("/users/agent1", who=root).status == 204
    assert account_of(pool, "agent1") is None


def test_whoever_is_referred_to_stays(api, root, hire, monkeypatch):
    hire("agent1")
    monkeypatch.setattr(accounts, "_references", [lambda username: "8001" if username == "agent1" else None])
    answer = api.delete("/users/agent1", who=root)
    assert (answer.status, answer.body["code"], answer.body["params"]["by"]) == (409, "in_use", "8001")


def test_a_reset_password_is_good_once(api, root, hire):
    hire("agent1")
    assert api.post("/users/agent1/password", {"password": "Reset-pass-77"}, who=root).status == 204
    answer = api.post("/session", {"username": "agent1", "password": "Reset-pass-77"})
    assert answer.body["code"] == "new_password_required"
    assert api.post("/users/agent1/password", {"password": "weak"}, who=root).body["code"] == "weak_password"


def test_the_last_administrator_cannot_go(api, root, hire):
    hire("admin1", roles=["administrator"])
    body = api.get("/users/admin1", who=root).body
    for change in ({"disabled": True}, {"roles": ["agent"]}):
        answer = api.put("/users/admin1", body | change, who=root)
        assert (answer.status, answer.body["code"]) == (409, "last_administrator")
    assert api.delete("/users/admin1", who=root).body["code"] == "last_administrator"
    hire("admin2", roles=["administrator"])
    assert api.delete("/users/admin1", who=root).status == 204
    assert api.delete("/users/admin2", who=root).body["code"] == "last_administrator"


def test_two_administrators_cannot_remove_each_other_at_once(root, hire, monkeypatch):
    """Both have read the list of two; the second write meets a newer list, reads again and is refused."""
    hire("admin1", roles=["administrator"])
    hire("admin2", roles=["administrator"])
    stale = identity_tables.administrators.find("administrators")
    accounts.delete_user(root, "admin1", None)
    reads = iter([stale])
    find = identity_tables.administrators.find
    monkeypatch.setattr(identity_tables.administrators, "find", lambda id: next(reads, None) or find(id))
    with pytest.raises(accounts.rules.LastAdministrator):
        accounts.delete_user(root, "admin2", None)
    assert service.find_user("admin2") is not None


def test_a_failed_guarded_change_is_a_conflict(root, hire):
    hire("admin1", roles=["administrator"])
    stale = hire("admin2", roles=["administrator"])
    accounts.update_user(root, "admin2", msgspec.structs.replace(stale, phone="1"))
    with pytest.raises(ChangedMeanwhile):
        accounts.update_user(root, "admin2", msgspec.structs.replace(stale, phone="2"))


def test_a_department_administrator_stays_in_his_department(api, principal, hire):
    hire("agent1", department_id="sales")
    hire("agent2", department_id="service")
    powers = ["self.read", *service.roles_of(["agent"])[0].permissions, "users.read", "users.write"]
    who = principal(*powers, username="boss", scope="department", department_ids=("sales",))
    listed = api.get("/users", who=who).body["items"]
    assert [user["username"] for user in listed] == ["agent1"]
    assert api.get("/users/agent2", who=who).status == 404
    assert api.delete("/users/agent2", who=who).status == 404
    assert api.post("/users/agent2/password", {"password": "Taken-over-1"}, who=who).status == 404
    assert api.post("/users", NEW | {"department_id": "service"}, who=who).body["code"] == "not_found"
    assert api.post("/users", NEW | {"department_id": "sales"}, who=who).status == 201
    moved = api.get("/users/agent1", who=who).body | {"department_id": "service"}
    assert api.put("/users/agent1", moved, who=who).status == 404


def test_nobody_makes_or_takes_over_somebody_mightier(api, principal, hire):
    hire("admin1", roles=["administrator"])
    hire("admin2", roles=["administrator"])
    hire("agent1")
    who = principal("self.read", "users.read", "users.write", username="clerk")
    assert api.post("/users", NEW | {"roles": ["administrator"]}, who=who).body["code"] == "grants_too_much"
    own = api.get("/users/agent1", who=who).body
    assert api.put("/users/agent1", own | {"roles": ["administrator"]}, who=who).body["code"] == "grants_too_much"
    assert api.post("/users/admin1/password", {"password": "Taken-over-1"}, who=who).status == 403
    admin = api.get("/users/admin1", who=who).body
    assert api.put("/users/admin1", admin | {"roles": []}, who=who).status == 403
    assert api.delete("/users/admin1", who=who).status == 403


def test_pages_hold_only_what_is_visible_and_lead_on(api, principal, root):
    for number in range(7):
        user = User(username=f"u{number}", name="x", department_id="sales" if number % 2 else "service")
        identity_tables.users.create(user)
    first = api.get("/users?limit=3", who=root).body
    rest = api.get(f"/users?limit=200&cursor={first['cursor']}", who=root).body
    assert [user["username"] for user in first["items"] + rest["items"]] == [f"u{number}" for number in range(7)]
    assert rest["cursor"] is None
    who = principal("users.read", username="s", scope="subtree", department_ids=("sales",))
    page = api.get("/users?limit=2", who=who).body
    more = api.get(f"/users?limit=2&cursor={page['cursor']}", who=who).body
    assert [user["username"] for user in page["items"] + more["items"]] == ["u1", "u3", "u5"]
    assert api.get("/users?limit=0", who=root).status == 422
    assert api.get("/users?cursor=%21%21", who=root).status == 422


def test_preferences_survive_administration(api, root, principal, hire):
    hire("agent1", roles=["agent"])
    me = principal("self.read", username="agent1")
    stale = api.get("/users/agent1", who=root).body
    assert api.put("/me/preferences", {"locale": "en", "theme": "dark"}, who=me).body["locale"] == "en"
    assert api.put("/me/preferences", {"theme": "light"}, who=me).body["locale"] == "en"
    assert api.put("/users/agent1", stale, who=root).status == 409
    fresh = api.get("/users/agent1", who=root).body
    assert api.put("/users/agent1", fresh | {"theme": "dark"}, who=root).status == 200
    assert api.get("/me", who=me).body["theme"] == "light"
    assert api.put("/me/preferences", {"locale": "fr"}, who=me).status == 422


def test_preferences_are_kept_when_somebody_writes_at_the_same_moment(root, hire, monkeypatch):
    stale = hire("agent1")
    accounts.update_user(root, "agent1", msgspec.structs.replace(stale, phone="1"))
    reads = iter([stale])
    read = identity_tables.users.read
    monkeypatch.setattr(identity_tables.users, "read", lambda id: next(reads, None) or read(id))
    saved = accounts.write_preferences("agent1", "en", None)
    assert (saved.locale, saved.phone, saved.version) == ("en", "1", 3)


def test_hostile_names_are_data(api, root):
    name = "<script>alert(1)</script>'; DROP TABLE users; -- {0} ${x}"
    assert api.post("/users", NEW | {"name": name}, who=root).status == 201
    assert api.get("/users/newcomer", who=root).body["name"] == name
