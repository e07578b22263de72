"""Customers: stored with their numbers in one step, found in scope, text kept as it is; the screen pop."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.crm import routes, rules, service
from chalicelib.crm import tables as stored
from chalicelib.crm.model import CallContext, Customer, NewCustomer
from chalicelib.identity import service as identity
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.model import Department
from chalicelib.ivr.path import PathStep
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.errors import ChangedMeanwhile
from chalicelib.kernel.postings import Facts
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.records import Lost

NOW = 1_795_334_400_000
BOTH = ("customers.read", "customers.write")
PHONE, OTHER = "+8613800138000", "+8613900139000"
HOSTILE = "<script>alert(1)</script>'; DROP TABLE customers;-- {{7*7}} ${x} \u202e\u0000 🙂 =cmd|' /C calc'!A0"


@pytest.fixture
def api(client: Callable[..., Any], tables: None) -> Any:  # noqa: ARG001
    for id in ("d1", "d2"):
        identity_tables.departments.put(Department(department_id=id, name=id))
    identity.forget()
    service.provide_calls(lambda _call_id: None)
    return client(routes.router)


@pytest.fixture
def boss(principal: Callable[..., Principal]) -> Principal:
    return principal(*BOTH, username="boss", department_id="d1")


@pytest.fixture
def agent(principal: Callable[..., Principal]) -> Principal:
    return principal(*BOTH, username="agent1", scope="own", department_id="d1")


def add(api: Any, who: Principal, **more: Any) -> dict[str, Any]:
    answer = api.post("/customers", {"name": "王芳", "phones": ["138 0013 8000"], **more}, who=who)
    assert answer.status == 201, answer.body
    return answer.body


def listed(api: Any, who: Principal, query: str = "") -> list[str]:
    """Return the ids on all pages."""
    found: list[str] = []
    cursor = ""
    for _ in range(100):
        page = api.get(f"/customers?q={quote(query)}&limit=2{cursor}", who=who).body
        assert len(page["items"]) <= 2
        found += [item["customer_id"] for item in page["items"]]
        if not page.get("cursor"):
            return found
        cursor = f"&cursor={page['cursor']}"
    raise AssertionError("paging does not end")


def test_a_customer_belongs_to_who_made_it_and_has_e164_numbers(api: Any, agent: Principal) -> None:
    made = add(api, agent, phones=["138 0013 8000", "+86 138-0013-8000", "010-5555 0100"], company="知音", notes="VIP")
    assert made["phones"] == [PHONE, "+861055550100"]
    assert (made["owner"], made["department_id"], made["version"]) == ("agent1", "d1", 1)
    assert made["created_at"] == made["updated_at"] > NOW - 10**12
    assert api.get(f"/customers/{made['customer_id']}", who=agent).body == made


@pytest.mark.parametrize(
    "change",
    [{"phones": ["12"]}, {"phones": ["hello"]}, {"name": ""}, {"phones": [PHONE] * 11}, {"name": "x" * 201},
     {"name": 5}],
)  # fmt: skip
def test_what_is_no_customer_is_refused(api: Any, agent: Principal, change: dict[str, Any]) -> None:
    answer = api.post("/customers", {"name": "王芳", "phones": [], **change}, who=agent)
    assert answer.status == 422
    assert listed(api, agent) == []


def test_a_change_moves_the_numbers(api: Any, boss: Principal) -> None:
    made = add(api, boss)
    answer = api.put(f"/customers/{made['customer_id']}", {**made, "phones": [OTHER], "created_at": 1}, who=boss)
    assert (answer.status, answer.body["version"], answer.body["created_at"]) == (200, 2, made["created_at"])
    assert service.find_by_number(PHONE) == []
    assert [found.customer_id for found in service.find_by_number(OTHER)] == [made["customer_id"]]


def test_of_two_changes_of_one_version_the_later_is_refused(api: Any, boss: Principal) -> None:
    made = add(api, boss)
    path = f"/customers/{made['customer_id']}"
    assert api.put(path, {**made, "name": "first"}, who=boss).status == 200
    late = api.put(path, {**made, "name": "second", "phones": [OTHER]}, who=boss)
    assert (late.status, late.body["code"]) == (409, "changed_meanwhile")
    assert api.delete(f"{path}?version=1", who=boss).status == 409
    assert api.get(path, who=boss).body["name"] == "first"
    assert service.find_by_number(OTHER) == []


def test_a_race_between_reading_and_writing_is_refused(
    api: Any, boss: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(api, boss)
    read = service.read

    def overtaken(customer_id: str, who: Principal) -> Customer:
        found = read(customer_id, who)
        monkeypatch.setattr(service, "read", read)
        service.update(customer_id, found, who)
        return found

    path = f"/customers/{made['customer_id']}"
    monkeypatch.setattr(service, "read", overtaken)
    assert api.put(path, made, who=boss).status == 409
    monkeypatch.setattr(service, "read", overtaken)
    assert api.delete(path, who=boss).status == 409
    assert api.get(path, who=boss).body["version"] == 3
    with pytest.raises(Lost):
        stored.write(Customer(customer_id=made["customer_id"], name="x", version=1), None)


def test_deleting_takes_the_numbers_along(api: Any, boss: Principal) -> None:
    made = add(api, boss)
    assert api.delete(f"/customers/{made['customer_id']}?version=1", who=boss).status == 204
    assert service.find_by_number(PHONE) == []
    assert list(stored.PhoneItem.query(PHONE)) == []
    assert api.get(f"/customers/{made['customer_id']}", who=boss).status == 404
    assert api.delete(f"/customers/{made['customer_id']}", who=boss).status == 404


def test_hostile_text_is_kept_and_found_as_it_is(api: Any, boss: Principal) -> None:
    made = add(api, boss, name=HOSTILE, company=HOSTILE, notes=HOSTILE)
    found = api.get(f"/customers/{made['customer_id']}", who=boss).body
    assert (found["name"], found["company"], found["notes"]) == (HOSTILE, HOSTILE, HOSTILE)
    for part in ("<SCRIPT>", "drop table", "🙂", "{{7*7}}"):
        assert listed(api, boss, part) == [made["customer_id"]]
    assert listed(api, boss, "%") == []
    assert listed(api, boss, "' OR '1'='1") == []


def test_search_by_number_and_by_words(api: Any, boss: Principal) -> None:
    first = add(api, boss, name="Ａｌｉｃｅ 王芳", company="Acme")["customer_id"]
    second = add(api, boss, name="李雷", phones=[OTHER, PHONE], company="ACME 北京", department_id="d2")["customer_id"]
    assert set(listed(api, boss, "13800138000")) == {first, second}
    assert listed(api, boss, "+86 139 0013 9000") == [second]
    assert listed(api, boss, "alice") == [first]
    assert listed(api, boss, "王") == [first]
    assert set(listed(api, boss, "acme")) == {first, second}
    assert listed(api, boss, "13700137000") == []
    assert set(listed(api, boss)) == {first, second}


def test_scopes(api: Any, boss: Principal, agent: Principal, principal: Callable[..., Principal]) -> None:
    mine = add(api, agent)["customer_id"]
    colleague = add(api, boss, owner="agent2", department_id="d1")["customer_id"]
    elsewhere = add(api, boss, owner="agent1", department_id="d2")["customer_id"]
    loose = add(api, boss, owner="agent3", department_id="")["customer_id"]
    supervisor = principal(*BOTH, username="s", scope="subtree", department_ids=("d1",), department_id="d1")
    nobody = principal(*BOTH, username="n", scope="department")
    for query in ("", "王芳", PHONE):
        assert set(listed(api, agent, query)) == {mine, elsewhere}
        assert set(listed(api, supervisor, query)) == {mine, colleague}
        assert set(listed(api, boss, query)) == {mine, colleague, elsewhere, loose}
        assert listed(api, nobody, query) == []
    for act in (api.get, api.delete):
        assert act(f"/customers/{colleague}", who=agent).status == 404
        assert act(f"/customers/{elsewhere}", who=supervisor).status == 404
    stolen = api.get(f"/customers/{colleague}", who=boss).body
    assert api.put(f"/customers/{colleague}", {**stolen, "owner": "agent1"}, who=agent).status == 404


def test_nobody_places_customers_outside_his_scope(
    api: Any, agent: Principal, principal: Callable[..., Principal]
) -> None:
    made = add(api, agent)
    path = f"/customers/{made['customer_id']}"
    assert api.put(path, {**made, "owner": "agent2"}, who=agent).status == 403
    assert api.put(path, {**made, "department_id": "d2"}, who=agent).status == 403
    assert api.post("/customers", {"name": "x", "department_id": "d2"}, who=agent).status == 403
    supervisor = principal(*BOTH, username="s", scope="department", department_ids=("d1",), department_id="d1")
    assert api.post("/customers", {"name": "x", "department_id": "d2"}, who=supervisor).status == 403
    assert api.put(path, {**made, "owner": "agent2"}, who=supervisor).status == 200


def test_rights(api: Any, agent: Principal, principal: Callable[..., Principal]) -> None:
    made = add(api, agent)
    reader, stranger = principal("customers.read"), principal("recordings.read")
    path = f"/customers/{made['customer_id']}"
    for method, at, body in (("POST", "/customers", made), ("PUT", path, made), ("DELETE", path, None)):
        assert api.request(method, at, body, who=reader).status == 403
    for at in ("/customers", path, f"{path}/history", "/screen-pop?number=1"):
        assert api.get(at, who=stranger).status == 403
        assert api.get(at).status in (401, 403)


names = st.text(alphabet="aB王é ", min_size=1, max_size=4)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(names, st.sampled_from(["d1", "d2", ""]), st.sampled_from(["a", "b"])), max_size=9),
    asked=st.lists(st.tuples(st.text(alphabet="aB王é", max_size=2), st.integers(1, 3)), min_size=1, max_size=4),
    size=st.integers(1, 4),
)
def test_a_search_by_words_finds_what_brute_force_finds(
    people: list[tuple[str, str, str]],
    asked: list[tuple[str, int]],
    size: int,
    boss: Principal,
    api: Any,
) -> None:
    for item in [
        item for department in ("d1", "d2", "-") for item in stored.CustomerItem.by_department.query(department)
    ]:
        stored.CustomerItem(item.customer_id).delete()
    made = [service.create(NewCustomer(name=n, department_id=d, owner=o), boss) for n, d, o in people]
    seers = [
        boss,
        Principal(username="a", scope="own"),
        Principal(username="x", scope="subtree", department_ids=("d1", "d2")),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "READ_SIZE", size)
        patch.setattr(service, "QUERIES", 2)
        for words, limit in asked:
            for who in seers:
                found: list[str] = []
                cursor: str | None = None
                for _ in range(200):
                    page = service.search(words, who, cursor, limit)
                    found += [customer.customer_id for customer in page.items]
                    cursor = page.cursor
                    if cursor is None:
                        break
                wanted = {c.customer_id for c in made if rules.visible(c, who)
                          and rules.searched(words) in rules.search_text(c)}  # fmt: skip
                assert len(found) == len(set(found))
                assert set(found) == wanted
    assert api is not None


@pytest.mark.parametrize("cursor", ["IQ", "eyJkZXBhcnRtZW50Ijo3fQ", "W10x", "%00"])
def test_a_cursor_that_we_did_not_make_is_refused(api: Any, boss: Principal, cursor: str) -> None:
    assert api.get(f"/customers?cursor={cursor}", who=boss).status == 422


def call(n: int, number: str) -> None:
    record = CallRecord(call_id=f"C{n:02}", direction="inbound", customer_number=number, started_at=NOW + n)
    stored.call_records.write(Facts(id=record.call_id, started_at=NOW + n, numbers=(number,)), record, revision=1)


def test_history_of_all_numbers(api: Any, agent: Principal) -> None:
    made = add(api, agent, phones=[PHONE, OTHER])
    for n in range(5):
        call(n, (PHONE, OTHER, "+8613700137000")[n % 3])
    path = f"/customers/{made['customer_id']}/history"
    page = api.get(f"{path}?limit=3", who=agent).body
    rest = api.get(f"{path}?limit=3&cursor={page['cursor']}", who=agent).body
    assert [item["call_id"] for item in page["items"] + rest["items"]] == ["C04", "C03", "C01", "C00"]
    assert api.get("/customers/none/history", who=agent).status == 404


def test_the_screen_pop_of_a_call(api: Any, boss: Principal, agent: Principal) -> None:
    made = add(api, boss, owner="agent2")
    for n in range(12):
        call(n, PHONE)
    step = PathStep(node_id="m", label="Menu", digits="1")
    context = CallContext(number=PHONE, agent_ids=("agent1",), group_id="8001", trunk_number="+861055550100",
                          ivr_path=(step,), variables={"vip": "yes"})  # fmt: skip
    service.provide_calls({"CALL": context}.get)
    pop = api.get(f"/screen-pop?number={quote(PHONE)}&call_id=CALL", who=agent).body
    assert (pop["customer"], pop["candidates"]) == (made, [made])
    assert [item["call_id"] for item in pop["history"]] == [f"C{n:02}" for n in range(11, 1, -1)]
    assert pop["call"] == {"group_id": "8001", "trunk_number": "+861055550100", "variables": {"vip": "yes"},
                           "ivr_path": [
                               {"node_id": "m", "label": "Menu", "digits": "1", "flow_id": "", "version": 0},
                           ]}  # fmt: skip
    assert pop["attribution"]["number"] == PHONE
    assert pop["attribution"]["country"] == "China"


def test_without_his_call_an_agent_sees_his_own_alone(api: Any, boss: Principal, agent: Principal) -> None:
    add(api, boss, owner="agent2")
    call(1, PHONE)
    service.provide_calls({"CALL": CallContext(number=PHONE, agent_ids=("agent2",)),
                           "OWN": CallContext(number=OTHER, agent_ids=("agent1",))}.get)  # fmt: skip
    for call_id in ("", "CALL", "OWN", "none"):
        pop = api.get(f"/screen-pop?number={quote(PHONE)}&call_id={call_id}", who=agent).body
        assert (pop["customer"], pop["candidates"], pop["history"]) == (None, [], [])
    assert api.get(f"/screen-pop?number={quote(PHONE)}", who=boss).body["customer"] is not None


def test_an_unknown_and_a_shared_number(api: Any, boss: Principal) -> None:
    unknown = api.get("/screen-pop?number=anonymous", who=boss).body
    assert (unknown["customer"], unknown["candidates"], unknown["attribution"]["number"]) == (None, [], "anonymous")
    add(api, boss, name="one")
    add(api, boss, name="two")
    shared = api.get("/screen-pop?number=13800138000", who=boss).body
    assert shared["customer"] is None
    assert {found["name"] for found in shared["candidates"]} == {"one", "two"}


def test_a_number_row_without_its_customer_is_passed_over(api: Any, boss: Principal) -> None:
    stored.PhoneItem(PHONE, "gone").save()
    assert service.find_by_number(PHONE) == []
    made = add(api, boss)
    assert [found.customer_id for found in service.find_by_number(PHONE)] == [made["customer_id"]]
    with pytest.raises(ChangedMeanwhile):
        service.delete(made["customer_id"], boss, version=9)
