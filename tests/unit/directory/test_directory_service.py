"""The directory over HTTP and its one call for the voice webhook, on moto's tables."""

from collections import Counter
from urllib.parse import quote

import msgspec
import pytest

from chalicelib.directory import importing, routes, service, uses
from chalicelib.directory import tables as directory_tables
from chalicelib.directory.model import Interval, Route, Schedule, ScreeningEntry, TrunkNumber, Weekly
from chalicelib.identity import accounts
from chalicelib.identity import service as identity
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.model import User
from chalicelib.kernel.paging import encode_cursor
from chalicelib.telephony.answers import CarrierNumber, NumberUrls
from chalicelib.telephony.outcome import Done, Refused, Unknown

NUMBER = "+861055550100"
CALLER = "+8613800138000"
NOW = 1_800_000_000_000
PATH = f"/trunk-numbers/{quote(NUMBER)}"


@pytest.fixture
def api(client, tables):  # noqa: ARG001
    return client(routes.router)


@pytest.fixture
def number(tables):  # noqa: ARG001
    day = [Interval(from_="00:00", to="24:00")]
    weekly = Weekly(mon=day, tue=day, wed=day, thu=day, fri=day, sat=day, sun=day)
    directory_tables.schedules.create(Schedule(schedule_id="all-day", name="全天", weekly=weekly))
    return directory_tables.trunk_numbers.create(
        TrunkNumber(number=NUMBER, carrier="simulator", flow_id="demo", schedule_id="all-day")
    )


@pytest.fixture
def requests(monkeypatch):
    """Count what is asked of DynamoDB, by operation."""
    from botocore.client import BaseClient

    counted: Counter[str] = Counter()
    call = BaseClient._make_api_call

    def count(self, operation, arguments):
        counted[operation] += 1
        return call(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    service.route_inbound("+1", CALLER, NOW)  # PynamoDB's own description of the tables is not what we count
    service.forget()
    counted.clear()
    return counted


def test_a_call_costs_three_key_reads_then_one(number, requests):
    assert service.route_inbound(NUMBER, CALLER, NOW).route == Route(kind="flow", id=number.flow_id)
    assert requests == {"GetItem": 2, "BatchGetItem": 1}
    requests.clear()
    service.route_inbound(NUMBER, "+8613900139000", NOW)
    assert requests == {"BatchGetItem": 1}
    requests.clear()
    assert service.route_inbound("+15550001111", CALLER, NOW).kind == "unknown"
    assert requests == {"GetItem": 1}


def test_what_is_remembered_is_at_most_five_seconds_old(number, monkeypatch):
    now = [9_000.0]
    monkeypatch.setattr(service.time, "monotonic", lambda: now[0])
    assert service.route_inbound(NUMBER, CALLER, NOW).route.kind == "flow"
    directory_tables.trunk_numbers.update(msgspec.structs.replace(number, flow_id=None, group_id="8001"))
    assert service.route_inbound(NUMBER, CALLER, NOW).route.kind == "flow"
    now[0] += service.CACHE_S
    assert service.route_inbound(NUMBER, CALLER, NOW).route.kind == "group"


def test_lists_decide_with_prefixes_and_expiry(number):
    assert number.inbound
    for kind, pattern, expires_at in (("black", "+86138*", None), ("white", CALLER, NOW + 1_000)):
        service.create_screening(ScreeningEntry(kind=kind, pattern=pattern, expires_at=expires_at))
    assert service.route_inbound(NUMBER, "+8613800000000", NOW).kind == "reject"
    assert service.route_inbound(NUMBER, CALLER, NOW).kind == "route"
    assert service.route_inbound(NUMBER, CALLER, NOW + 1_000).kind == "reject"
    assert service.route_inbound(NUMBER, "+15550001111", NOW).kind == "route"


def test_lists_that_cannot_be_read_let_the_call_through(number, monkeypatch):
    def fail(_patterns):
        raise RuntimeError("throttled")

    monkeypatch.setattr(directory_tables.screening, "matching", fail)
    found = service.route_inbound(NUMBER, CALLER, NOW)
    assert (found.route.id, found.reasons[0].code) == (number.flow_id, "screening_unavailable")


def test_trunk_numbers_over_http(api, number, administrator):
    stored = api.get(PATH, who=administrator).body
    assert (stored["number"], stored["version"]) == (number.number, 1)
    changed = api.put(PATH, stored | {"flow_id": None, "group_id": "8001"}, who=administrator)
    assert changed.body["version"] == 2
    assert service.route_inbound(NUMBER, CALLER, NOW).route == Route(kind="group", id="8001")
    stale = api.put(PATH, stored, who=administrator)
    assert (stale.status, stale.body["code"]) == (409, "changed_meanwhile")
    assert api.post("/trunk-numbers", stored, who=administrator).body["code"] == "already_exists"
    missing = stored | {"number": "+861055550101", "schedule_id": "gone"}
    assert api.post("/trunk-numbers", missing, who=administrator).body["code"] == "not_found"
    for bad in ({"number": "1055550100"}, {"closed_route": {"kind": "teleport"}}, {"concurrency_limit": 0}):
        assert api.post("/trunk-numbers", stored | bad, who=administrator).status == 422
    other = stored | {"number": "+861055550101", "caller_id_pool": [NUMBER]}
    assert api.post("/trunk-numbers", other, who=administrator).status == 201
    assert len(api.get("/trunk-numbers", who=administrator).body["items"]) == 2
    for forged in ({"collection": {"S": "x"}}, 7, [], ""):
        assert api.get(f"/trunk-numbers?cursor={encode_cursor(forged)}", who=administrator).status == 422
    assert api.delete(PATH, who=administrator).body["code"] == "in_use"
    assert api.delete(f"/trunk-numbers/{quote('+861055550101')}", who=administrator).status == 204
    assert api.delete(f"{PATH}?version=2", who=administrator).status == 204
    assert service.route_inbound(NUMBER, CALLER, NOW).kind == "unknown"


def test_what_leads_to_a_flow_or_group_is_known_before_it_is_deleted(number):
    voicemail = Route(kind="voicemail", id="8002")
    service.update_trunk_number(NUMBER, msgspec.structs.replace(number, closed_route=voicemail, group_id="8001"))
    assert uses.users_of("flow", "demo") == [NUMBER]
    assert uses.users_of("group", "8001") == [NUMBER]
    assert uses.users_of("group", "8002") == [NUMBER]
    assert uses.users_of("flow", "8001") == []


def test_schedules_over_http(api, number, administrator, monkeypatch):
    assert number.schedule_id == "all-day"
    body = {
        "name": "工作日",
        "time_zone": "Asia/Shanghai",
        "weekly": {"mon": [{"from": "09:00", "to": "18:00"}]},
        "dates": [{"date": "2026-10-05", "name": "国庆节", "intervals": [], "route": {"kind": "hang_up"}}],
    }
    made = api.post("/schedules", body, who=administrator)
    assert made.status == 201
    path = f"/schedules/{made.body['schedule_id']}"
    assert api.get(path, who=administrator).body["weekly"]["mon"] == [{"from": "09:00", "to": "18:00"}]
    assert api.get(f"{path}/open?at=1791164400000", who=administrator).body == {
        "open": False,
        "reason": "holiday",
        "day": "国庆节",
    }
    assert api.get(f"{path}/open?at=1791770400000", who=administrator).body["reason"] == "weekly_hours"
    assert api.get(f"{path}/open?at=99999999999999999", who=administrator).status == 422
    assert api.get("/schedules/none/open", who=administrator).status == 404
    assert api.put(path, made.body | {"time_zone": "Mars/Base"}, who=administrator).status == 422
    assert (
        api.put(path, made.body | {"weekly": {"mon": [{"from": "24:00", "to": "25:00"}]}}, who=administrator).status
        == 422
    )
    assert api.put(path, made.body | {"name": "新"}, who=administrator).body["version"] == 2
    assert api.put(path, made.body, who=administrator).body["code"] == "changed_meanwhile"
    used = api.delete("/schedules/all-day", who=administrator)
    assert (used.body["code"], used.body["params"]["by"]) == ("in_use", NUMBER)
    monkeypatch.setitem(uses._asked, "groups", lambda kind, _id: ["8001"] if kind == "schedule" else [])
    assert api.delete(path, who=administrator).body["params"]["by"] == "8001"
    monkeypatch.delitem(uses._asked, "groups")
    assert api.delete(path, who=administrator).status == 204


def test_an_extension_is_noted_at_its_user_and_holds_him(api, administrator):
    for username in ("agent1", "agent2"):
        identity_tables.users.create(User(username=username, name=username))

    def noted(username: str) -> str:
        user = identity.find_user(username)
        assert user is not None
        return user.extension

    body = {"extension": "1001", "kind": "browser", "username": "agent1"}
    made = api.post("/extensions", body, who=administrator)
    assert (made.status, noted("agent1")) == (201, "1001")
    assert [found.extension for found in service.extensions_of("agent1")] == ["1001"]
    second = api.post("/extensions", body | {"extension": "1002"}, who=administrator)
    assert (second.body["code"], second.body["params"]["by"]) == ("in_use", "1001")
    assert api.post("/extensions", body | {"extension": "1003", "username": "no"}, who=administrator).status == 404
    with pytest.raises(accounts.InUse):
        accounts.delete_user(administrator, "agent1", None)
    moved = api.put("/extensions/1001", made.body | {"username": "agent2"}, who=administrator)
    assert (moved.status, noted("agent1"), noted("agent2")) == (200, "", "1001")
    assert api.put("/extensions/1001", made.body, who=administrator).body["code"] == "changed_meanwhile"
    assert api.delete("/extensions/1001?version=2", who=administrator).status == 204
    assert noted("agent2") == ""
    assert api.get("/extensions/1001", who=administrator).status == 404


def test_extensions_of_phones_without_a_user(api, administrator):
    sip = {"extension": "2001", "kind": "sip", "address": "sip:2001@pbx.example", "name": "前台"}
    assert api.post("/extensions", sip, who=administrator).body["username"] is None
    assert api.get("/extensions", who=administrator).body["items"][0]["name"] == "前台"
    assert api.post("/extensions", sip | {"extension": "2002", "address": ""}, who=administrator).status == 422
    assert api.post("/extensions", sip | {"extension": "x"}, who=administrator).status == 422


def test_screening_over_http(api, administrator):
    made = api.post("/screening", {"kind": "black", "pattern": "+86138*", "reason": "骚扰"}, who=administrator)
    assert (made.status, made.body["entry_id"], made.body["version"]) == (201, "black:+86138*", 1)
    path = f"/screening/{quote('black:+86138*', safe='')}"
    assert api.get(path, who=administrator).body == made.body
    assert api.post("/screening", made.body, who=administrator).body["code"] == "already_exists"
    changed = api.put(path, made.body | {"reason": "已核实", "expires_at": NOW}, who=administrator)
    assert (changed.body["version"], changed.body["reason"]) == (2, "已核实")
    assert api.put(path, made.body, who=administrator).body["code"] == "changed_meanwhile"
    assert api.put(path, made.body | {"kind": "white"}, who=administrator).status == 422
    for bad in ("*", "+*", "138*", "+861*38", "+86", "anonymous*", "+8613800138000999*"):
        assert api.post("/screening", {"kind": "black", "pattern": bad}, who=administrator).status == 422
    for kind, pattern in (("white", "+1*"), ("black", "anonymous"), ("black", "+44*")):
        assert api.post("/screening", {"kind": kind, "pattern": pattern}, who=administrator).status == 201
    seen: list[str] = []
    cursor = ""
    for _ in range(9):
        page = api.get(f"/screening?limit=2{cursor}", who=administrator).body
        seen += [entry["entry_id"] for entry in page["items"]]
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor']}"
    assert seen == ["black:+44*", "black:+86138*", "black:anonymous", "white:+1*"]
    white = api.get("/screening?kind=white", who=administrator).body["items"]
    assert [entry["pattern"] for entry in white] == ["+1*"]
    for forged in (["neither", ""], ["black"], {"kind": {"S": "black"}}, "x", 7):
        assert api.get(f"/screening?cursor={encode_cursor(forged)}", who=administrator).status == 422
    assert api.delete(f"{path}?version=1", who=administrator).status == 409
    assert api.delete(path, who=administrator).status == 204
    assert api.get(path, who=administrator).status == 404
    for nonsense in ("nonsense", "black%3A", "%3A", "grey%3A%2B1"):
        assert api.get(f"/screening/{nonsense}", who=administrator).status == 404


def test_the_stored_expiry_is_in_seconds_for_the_table_to_clear(tables):
    assert tables is None
    service.create_screening(ScreeningEntry(kind="black", pattern=CALLER, expires_at=NOW + 999))
    item = directory_tables.ScreeningItem.get("black", CALLER)
    assert item.expires_at == NOW // 1000


def test_attribution_speaks_the_readers_language(api, principal):
    who = principal("self.read")
    path = f"/attribution?number={quote('+861055550100')}"
    chinese = api.get(path, who=who, headers={"accept-language": "zh-CN"}).body
    assert (chinese["number"], chinese["region"]) == (NUMBER, "北京市")
    assert api.get(path, who=who).body["region"] == "Beijing"
    assert api.get("/attribution?number=anonymous", who=who).body["region"] == ""


class Carrier:
    """A carrier with two numbers; answers what a test sets."""

    def __init__(self, listed=None, configured=None) -> None:
        found = [
            CarrierNumber(
                sid=f"PN{n}", number=f"+86105555010{n}", name="x", voice_url="", fallback_url="", status_callback=""
            )
            for n in (0, 1)
        ]
        self.listed, self.configured = listed or Done(found), configured
        self.told: list[tuple[str, NumberUrls]] = []

    def list_numbers(self):
        return self.listed

    def configure_number(self, sid, urls):
        self.told.append((sid, urls))
        return self.configured or Done(None)


@pytest.fixture
def carrier(monkeypatch):
    def use(made: Carrier) -> Carrier:
        monkeypatch.setattr(importing.carriers, "carrier", lambda name: name)
        monkeypatch.setattr(importing, "CarrierClient", lambda _carrier: made)
        return made

    return use


def test_numbers_are_imported_and_pointed_at_us(api, number, administrator, carrier):
    made = carrier(Carrier())
    answer = api.post("/trunk-numbers/import", {"carrier": "simulator"}, who=administrator)
    assert answer.body == {"added": ["+861055550101"], "kept": [number.number]}
    urls = NumberUrls(
        voice_url="https://zhiyin.example/voice/inbound",
        fallback_url="https://zhiyin.example/fallback/voice.xml",
        status_callback="https://zhiyin.example/voice/status",
    )
    assert made.told == [("PN0", urls), ("PN1", urls)]
    assert api.get(PATH, who=administrator).body["flow_id"] == "demo"
    again = api.post("/trunk-numbers/import", {"carrier": "simulator"}, who=administrator)
    assert again.body == {"added": [], "kept": [NUMBER, "+861055550101"]}


@pytest.mark.parametrize(
    ("made", "status", "code"),
    [
        (Carrier(listed=Refused(code=20003, status=401)), 409, "carrier_refused"),
        (Carrier(listed=Unknown("ConnectTimeout")), 503, "carrier_unavailable"),
        (Carrier(configured=Unknown("ReadTimeout")), 503, "carrier_unavailable"),
    ],
    ids=["refused", "unknown", "half-way"],
)
def test_a_carrier_that_fails_is_said_plainly(api, administrator, carrier, made, status, code):
    carrier(made)
    answer = api.post("/trunk-numbers/import", {"carrier": "simulator"}, who=administrator)
    assert (answer.status, answer.body["code"]) == (status, code)
    carrier(Carrier())
    assert api.post("/trunk-numbers/import", {"carrier": "simulator"}, who=administrator).status == 200


def test_a_calendar_over_http_has_two_years_and_says_which_are_announced(api, administrator):
    years = api.get("/holiday-calendar?calendar=CN&year=2026", who=administrator).body["years"]
    assert [one["year"] for one in years] == [2026, 2027]
    assert years[0]["announced"]
    assert {"date": "2026-10-10", "kind": "make_up", "name": "国庆节调休"} in years[0]["days"]
    later = api.get("/holiday-calendar?calendar=CN&year=2090", who=administrator).body["years"]
    assert [one["announced"] for one in later] == [False, False]
    assert api.get("/holiday-calendar?calendar=XX", who=administrator).body["code"] == "invalid_input"


def test_a_schedule_over_http_keeps_its_calendar_and_ranges_and_may_leave_them_out(api, administrator):
    plain = api.post("/schedules", {"name": "as before"}, who=administrator).body
    assert (plain["calendar"], plain["ranges"], plain["make_up_weekday"]) == (None, [], "mon")
    span = {"first": "2026-10-01", "last": "2026-10-03", "name": "stocktaking", "intervals": [], "route": None}
    wanted = plain | {"calendar": "CN", "ranges": [span], "make_up_weekday": "fri"}
    path = f"/schedules/{plain['schedule_id']}"
    assert api.put(path, wanted, who=administrator).status == 200
    stored = api.get(path, who=administrator).body
    assert (stored["calendar"], stored["ranges"], stored["make_up_weekday"]) == ("CN", [span], "fri")
