"""Departments, roles, reasons and the address book over HTTP."""

import msgspec
import pytest

from chalicelib.identity import accounts, routes, service
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.model import User


@pytest.fixture
def api(client, tables):  # noqa: ARG001
    return client(routes.router)


def department(api, who, name, parent_id=None):
    return api.post("/departments", {"name": name, "parent_id": parent_id}, who=who).body


def test_departments_form_a_tree_that_is_guarded(api, administrator):
    hq = department(api, administrator, "总部")
    sales = department(api, administrator, "销售部", hq["department_id"])
    path = f"/departments/{sales['department_id']}"
    assert sales["version"] == 1
    assert len(sales["department_id"]) == 26
    assert api.get(path, who=administrator).body == sales
    loop = api.put(f"/departments/{hq['department_id']}", hq | {"parent_id": sales["department_id"]}, who=administrator)
    assert loop.body["code"] == "department_cycle"
    own = api.put(path, sales | {"parent_id": sales["department_id"]}, who=administrator)
    assert own.body["code"] == "department_cycle"
    assert api.put(path, sales | {"parent_id": "none"}, who=administrator).body["code"] == "not_found"
    renamed = api.put(path, sales | {"name": "市场部"}, who=administrator)
    assert renamed.body["version"] == 2
    assert api.put(path, sales | {"name": "旧"}, who=administrator).body["code"] == "changed_meanwhile"
    assert api.delete(f"/departments/{hq['department_id']}", who=administrator).body["code"] == "in_use"
    assert [item["name"] for item in api.get("/departments", who=administrator).body["items"]] == ["总部", "市场部"]


def test_a_department_with_members_stays(api, administrator):
    made = department(api, administrator, "客服部")
    user = identity_tables.users.create(User(username="agent1", name="李静", department_id=made["department_id"]))
    answer = api.delete(f"/departments/{made['department_id']}", who=administrator)
    assert (answer.status, answer.body["params"]["by"]) == (409, "李静")
    identity_tables.users.delete("agent1", user.version)
    assert api.delete(f"/departments/{made['department_id']}?version=9", who=administrator).status == 409
    assert api.delete(f"/departments/{made['department_id']}?version=1", who=administrator).status == 204
    assert api.delete(f"/departments/{made['department_id']}", who=administrator).status == 404


def test_roles_builtin_and_own(api, administrator):
    role = {"role_id": "trainer", "name": {"zh-CN": "培训师", "en": "Trainer"}, "permissions": ["recordings.play"]}
    made = api.post("/roles", role | {"builtin": True, "scope": "department"}, who=administrator)
    assert (made.status, made.body["builtin"], made.body["version"]) == (201, False, 1)
    assert made.body["name"] == {"zh-CN": "培训师", "en": "Trainer"}
    listed = [item["role_id"] for item in api.get("/roles", who=administrator).body["items"]]
    assert listed == ["agent", "supervisor", "qa", "administrator", "finance", "integrator", "trainer"]
    assert api.post("/roles", role, who=administrator).body["code"] == "already_exists"
    assert api.post("/roles", role | {"role_id": "agent"}, who=administrator).body["code"] == "already_exists"
    unknown = api.post("/roles", role | {"role_id": "x", "permissions": ["fly"]}, who=administrator)
    assert (unknown.status, unknown.body["code"]) == (422, "invalid_input")
    changed = api.put("/roles/trainer", made.body | {"permissions": ["wall.read"]}, who=administrator)
    assert changed.body["version"] == 2
    assert api.put("/roles/trainer", made.body, who=administrator).body["code"] == "changed_meanwhile"
    identity_tables.users.create(User(username="t1", name="老师", roles=["trainer"]))
    assert api.delete("/roles/trainer", who=administrator).body["code"] == "in_use"
    identity_tables.users.delete("t1")
    assert api.delete("/roles/trainer?version=2", who=administrator).status == 204


def test_builtin_roles_do_not_change(api, administrator):
    agent = api.get("/roles/agent", who=administrator).body
    assert api.put("/roles/agent", agent | {"permissions": []}, who=administrator).body["code"] == "builtin_role"
    assert api.delete("/roles/administrator", who=administrator).body["code"] == "builtin_role"


def test_a_role_cannot_hold_more_than_its_maker(api, administrator, principal):
    clerk = principal("roles.read", "roles.write", scope="department", department_ids=("sales",), username="clerk")
    role = {"role_id": "mine", "name": {"zh-CN": "我的", "en": "Mine"}, "permissions": ["roles.read"]}
    assert api.post("/roles", role | {"permissions": ["users.write"]}, who=clerk).body["code"] == "grants_too_much"
    assert api.post("/roles", role | {"scope": "all"}, who=clerk).body["code"] == "grants_too_much"
    assert api.post("/roles", role, who=clerk).status == 201
    strong = role | {"role_id": "strong", "permissions": ["flows.publish"]}
    made = api.post("/roles", strong, who=administrator).body
    assert api.put("/roles/strong", made | {"permissions": []}, who=clerk).body["code"] == "grants_too_much"
    assert api.delete("/roles/strong", who=clerk).body["code"] == "grants_too_much"


def test_permissions_have_labels_in_both_languages(api, administrator):
    items = api.get("/permissions", who=administrator).body["items"]
    assert {"name": "flows.publish", "label": {"zh-CN": "发布流程", "en": "Publish flows"}} in items


def test_reasons_start_with_defaults_and_are_versioned(api, administrator, principal):
    anybody = principal("self.read")
    lists = api.get("/reasons", who=anybody).body
    assert lists["version"] == 0
    assert {"code": "meal", "label": {"zh-CN": "用餐", "en": "Meal"}} in lists["not_ready"]
    assert lists["sign_out"]
    assert lists["dispositions"]
    assert api.put("/reasons", lists, who=anybody).status == 403
    changed = lists | {"sign_out": [{"code": "home", "label": {"zh-CN": "回家", "en": "Home"}}]}
    assert api.put("/reasons", changed, who=administrator).body["version"] == 1
    assert api.put("/reasons", changed, who=administrator).body["code"] == "changed_meanwhile"
    assert api.put("/reasons", changed | {"version": 1}, who=administrator).body["version"] == 2
    assert api.get("/reasons", who=anybody).body["sign_out"][0]["code"] == "home"
    twice = changed | {"version": 2, "sign_out": changed["sign_out"] * 2}
    assert api.put("/reasons", twice, who=administrator).status == 422
    of_the_system = changed | {"version": 2, "not_ready": [{"code": "no_answer", "label": {"zh-CN": "中", "en": "E"}}]}
    assert api.put("/reasons", of_the_system, who=administrator).status == 422


@pytest.fixture
def book(api, administrator):
    hq = department(api, administrator, "总部")["department_id"]
    sales = department(api, administrator, "销售部", hq)["department_id"]
    for username, name, extension, place in (
        ("agent1", "张三", "1001", sales),
        ("agent2", "章珊", "1002", hq),
        ("agent3", "李四", "1010", ""),
        ("agent4", "Zoe Smith", "1004", sales),
    ):
        user = User(username=username, name=name, extension=extension, department_id=place)
        accounts.record_user(administrator, user)
    disabled = User(username="agent5", name="张五", disabled=True)
    accounts.record_user(administrator, disabled)
    return hq, sales


def test_the_address_book_is_searched_as_people_type(api, book, principal):
    who = principal("address_book.read", scope="own")
    hq, sales = book

    def find(query: str) -> list[str]:
        return [line["name"] for line in api.get(f"/address-book?{query}", who=who).body["items"]]

    assert find("q=zs") == ["张三", "章珊", "Zoe Smith"]
    assert find("q=zhangs") == ["张三", "章珊"]
    assert find("q=%E5%BC%A0") == ["张三"]
    assert find("q=1002") == ["章珊"]
    assert find("q=101") == ["李四"]
    assert find("q=smith") == ["Zoe Smith"]
    assert find(f"department_id={sales}") == ["张三", "Zoe Smith"]
    assert sorted(find(f"department_id={hq}")) == ["Zoe Smith", "张三", "章珊"]
    assert len(find("")) == 4
    line = api.get("/address-book?q=1001", who=who).body["items"][0]
    assert line == {
        "username": "agent1",
        "name": "张三",
        "pinyin": "zhangsan",
        "extension": "1001",
        "department_id": sales,
        "department_name": "销售部",
        "agent_state": None,
    }


def test_the_address_book_pages_and_shows_states_when_somebody_keeps_them(api, book, principal, monkeypatch):
    assert len(book) == 2
    monkeypatch.setattr(service._cached, "states", None)
    service.use_agent_states(lambda usernames: {name: "ready" for name in usernames if name == "agent1"})
    who = principal("address_book.read")
    first = api.get("/address-book?limit=3", who=who).body
    rest = api.get(f"/address-book?limit=3&cursor={first['cursor']}", who=who).body
    lines = first["items"] + rest["items"]
    assert {line["username"]: line["agent_state"] for line in lines} == {
        "agent1": "ready",
        "agent2": None,
        "agent3": None,
        "agent4": None,
    }
    assert rest["cursor"] is None


def test_names_beside_records(api, book):
    assert api
    assert len(book) == 2
    assert service.names_of(["agent1", "agent5", "gone"]) == {"agent1": "张三", "agent5": "张五"}


def test_me_is_fresh(api, administrator, principal):
    accounts.record_user(administrator, User(username="agent1", name="旧名", roles=["agent"]))
    stored = service.find_user("agent1")
    assert stored is not None
    identity_tables.users.update(msgspec.structs.replace(stored, name="新名"))
    assert api.get("/me", who=principal("self.read", username="agent1")).body["name"] == "新名"
