"""SIP passwords: shown once, kept as a digest, told to the registrar of their realm alone."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from chalice.app import Chalice
from chalice.test import Client
from twilio.request_validator import RequestValidator

from chalicelib.calls import routes_agent
from chalicelib.calls.webhooks import voice
from chalicelib.directory import routes, service, sip, tables
from chalicelib.directory.errors import NoRegistrar, NotSip
from chalicelib.directory.model import Extension
from chalicelib.identity import tables as identity_tables
from chalicelib.identity.model import User
from chalicelib.kernel.audit import AuditItem
from chalicelib.kernel.errors import ChangedMeanwhile, NotFound
from chalicelib.telephony import carriers
from chalicelib.telephony.model import BrowserPhone, Carrier, client_identity
from chalicelib.telephony.phone_token import BrowserToken, browser_token

pytestmark = pytest.mark.usefixtures("tables")

PLAIN = Carrier(name="twilio", account_sid="AC0", auth_token="t0")
EDGE = BrowserPhone(kind="sip", url="wss://voice.example:5067")
GATEWAY = Carrier(
    name="gateway",
    account_sid="AC1",
    auth_token="t1",
    api_secret="s1",
    sip_domain="voice.example",
    browser_phone=EDGE,
)
OTHER = Carrier(name="other", account_sid="AC2", auth_token="t2", sip_domain="elsewhere.example")
PATH = "/extensions/2001/sip-password"

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> list[Carrier]:
    """The carriers; the second one registers our telephones."""
    found = [PLAIN, GATEWAY, OTHER]
    monkeypatch.setattr(carriers, "_read", lambda: found)
    carriers.forget()
    return found


@pytest.fixture
def desk() -> str:
    """A desk telephone."""
    tables.extensions.create(Extension(extension="2001", kind="sip", address="sip:2001@voice.example"))
    return "2001"


@pytest.fixture
def api(client: Callable[..., Any]) -> Any:
    """The directory over HTTP."""
    return client(routes.router)


@pytest.fixture
def ask() -> Ask:
    """What a carrier's edge asks, signed with that carrier's key."""
    app = Chalice(app_name="test", configure_logs=False)
    voice.mount(app)
    http = Client(app).http

    def post(username: str, realm: str, carrier: Carrier = GATEWAY, key: str = "") -> Any:
        form = {"AccountSid": carrier.account_sid, "Username": username, "Realm": realm}
        signed = RequestValidator(key or carrier.auth_token).compute_signature(
            "https://zhiyin.example/voice/sip-credentials", form
        )
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed}
        return http.request("POST", "/voice/sip-credentials", headers=headers, body=urlencode(form).encode())

    return post


def ha1(password: str, realm: str = "voice.example", user: str = "2001") -> str:
    """Return what the phone computes."""
    return hashlib.md5(f"{user}:{realm}:{password}".encode()).hexdigest()


@pytest.fixture
def page() -> BrowserToken:
    """What the page of li.jing has."""
    identity_tables.users.create(User(username="li.jing", name="李静"))
    return browser_token(GATEWAY, client_identity("li.jing"), 3600)


def test_the_registrar_can_check_what_was_shown(desk: str) -> None:
    made = sip.make(desk, "admin1")
    assert sip.digest(desk, "voice.example", GATEWAY) == ha1(made.password)
    assert (made.username, made.domain, made.address) == (desk, "voice.example", "sip:2001@voice.example")
    assert made.provisioning == f"sip:2001:{made.password}@voice.example"
    assert len(made.password) == sip.LENGTH
    assert not set(made.password) & set("0O1lIio")


def test_a_new_password_replaces_the_old_one(desk: str) -> None:
    first, second = sip.make(desk, "admin1"), sip.make(desk, "admin1")
    assert first.password != second.password
    assert sip.digest(desk, "voice.example", GATEWAY) == ha1(second.password)


@pytest.mark.parametrize(
    ("username", "realm", "carrier"),
    [
        ("2001", "voice.example", OTHER),
        ("2001", "elsewhere.example", OTHER),
        ("2001", "", PLAIN),
        ("2002", "voice.example", GATEWAY),
        ("", "voice.example", GATEWAY),
        ("2001 ", "voice.example", GATEWAY),
        ("２００１", "voice.example", GATEWAY),
        ("2" * 60_000, "voice.example", GATEWAY),
    ],
    ids=["other carrier", "other realm", "no registrar", "unknown", "empty", "blank", "wide digits", "endless"],
)
def test_nobody_else_is_told(desk: str, ask: Ask, username: str, realm: str, carrier: Carrier) -> None:
    sip.make(desk, "admin1")
    answer = ask(username, realm, carrier)
    assert (answer.status_code, answer.body) == (404, b"")


def test_the_edge_is_told_in_plain_text_by_one_read(desk: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient

    password = sip.make(desk, "admin1").password
    ask(desk, "voice.example")  # PynamoDB's own description of the table is not what we count
    counted: Counter[str] = Counter()
    call = BaseClient._make_api_call

    def count(self: Any, operation: str, arguments: Any) -> Any:
        counted[operation] += 1
        return call(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    answer = ask(desk, "voice.example")
    assert (answer.status_code, answer.body.decode()) == (200, ha1(password))
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert counted == {"GetItem": 1}


def test_an_edge_that_is_not_proven_is_told_nothing(desk: str, ask: Ask) -> None:
    sip.make(desk, "admin1")
    answer = ask(desk, "voice.example", key=OTHER.auth_token)
    assert (answer.status_code, answer.body) == (403, b"")


def test_a_domain_that_moved_asks_for_new_passwords(desk: str, ask: Ask, held: list[Carrier]) -> None:
    sip.make(desk, "admin1")
    held[1] = Carrier(name="gateway", account_sid="AC1", auth_token="t1", sip_domain="new.example")
    carriers.forget()
    assert ask(desk, "voice.example").status_code == 404
    assert ask(desk, "new.example").status_code == 404
    password = sip.make(desk, "admin1").password
    assert ask(desk, "new.example").body.decode() == ha1(password, "new.example")


def test_what_cannot_be_read_is_no_missing_password(desk: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_id: str) -> None:
        raise RuntimeError("throttled")

    monkeypatch.setattr(sip.passwords, "find", fail)
    assert ask(desk, "voice.example").status_code == 500


def test_no_log_line_has_password_or_digest(
    desk: str,
    api: Any,
    ask: Ask,
    administrator: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = api.post(PATH, who=administrator).body
    kept = sip.passwords.find(desk)
    assert kept

    def fail(_id: str) -> None:
        raise RuntimeError(kept)

    monkeypatch.setattr(sip.passwords, "find", fail)
    assert ask(desk, "voice.example").status_code == 500
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "/api/extensions/{extension}/sip-password" in logged
    assert "SipPassword('2001')" in logged
    assert made["password"] not in logged
    assert kept.ha1 not in logged


def test_over_http_the_password_is_shown_once_and_the_digest_never(desk: str, api: Any, administrator: Any) -> None:
    made = api.post(PATH, who=administrator)
    assert (made.status, made.headers["Cache-Control"]) == (201, "no-store")
    assert set(made.body) == {"username", "password", "domain", "address", "provisioning"}
    stored = api.get(f"/extensions/{desk}", who=administrator).body
    assert stored["sip_password_at"] > 0
    listed = api.get("/extensions", who=administrator).body["items"]
    assert listed == [stored]
    shown = json.dumps([stored, listed])
    assert made.body["password"] not in shown
    assert ha1(made.body["password"]) not in shown


def test_over_http_it_needs_the_right_to_write(desk: str, api: Any, principal: Any) -> None:
    reader = principal("extensions.read")
    assert api.post(PATH, who=reader).status == 403
    assert api.delete(PATH, who=reader).status == 403
    assert sip.passwords.find(desk) is None


def test_each_change_is_in_the_audit_log(desk: str, api: Any, administrator: Any) -> None:
    api.post(PATH, who=administrator)
    assert api.delete(PATH, who=administrator).status == 204
    found = [(item.who, item.action) for item in AuditItem.query(f"extension#{desk}")]
    assert found == [("root", "extension.sip_password_made"), ("root", "extension.sip_password_removed")]


def test_writing_the_extension_neither_sets_nor_loses_its_password(desk: str, api: Any, administrator: Any) -> None:
    path = f"/extensions/{desk}"
    api.post(PATH, who=administrator)
    stored = api.get(path, who=administrator).body
    written = api.put(path, stored | {"name": "前台", "sip_password_at": None}, who=administrator).body
    assert (written["name"], written["sip_password_at"]) == ("前台", stored["sip_password_at"])
    other = {"extension": "2002", "kind": "sip", "address": "sip:2002@voice.example", "sip_password_at": 7}
    assert api.post("/extensions", other, who=administrator).body["sip_password_at"] is None


def test_what_is_no_sip_phone_any_more_has_no_password(desk: str, api: Any, ask: Ask, administrator: Any) -> None:
    path = f"/extensions/{desk}"
    api.post(PATH, who=administrator)
    stored = api.get(path, who=administrator).body
    changed = api.put(path, stored | {"kind": "outside", "address": "+8613900000000"}, who=administrator).body
    assert (changed["version"], changed["sip_password_at"]) == (stored["version"] + 1, None)
    assert api.get(path, who=administrator).body == changed
    assert ask(desk, "voice.example").status_code == 404


def test_a_password_that_was_taken_away_opens_nothing(desk: str) -> None:
    sip.make(desk, "admin1")
    sip.take_away(desk, "admin1")
    assert sip.digest(desk, "voice.example", GATEWAY) is None
    assert tables.extensions.read(desk).sip_password_at is None
    with pytest.raises(NotFound):
        sip.take_away(desk, "admin1")


def test_the_password_goes_with_the_extension(desk: str) -> None:
    sip.make(desk, "admin1")
    with pytest.raises(ChangedMeanwhile):
        service.delete_extension(desk, 1)
    service.delete_extension(desk, None)
    assert sip.digest(desk, "voice.example", GATEWAY) is None
    assert tables.extensions.find(desk) is None


def test_a_password_made_while_the_extension_goes_is_not_left_behind(
    desk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited = sip.audit

    def meanwhile(*act: str) -> None:
        audited(*act)
        service.delete_extension(desk, None)

    monkeypatch.setattr(sip, "audit", meanwhile)
    with pytest.raises(ChangedMeanwhile):
        sip.make(desk, "admin1")
    assert sip.passwords.find(desk) is None


def test_a_deletion_that_has_not_seen_the_password_is_refused(desk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables.extensions.read(desk)
    sip.make(desk, "admin1")
    monkeypatch.setattr(service, "_extension_at", lambda *_: before)
    with pytest.raises(ChangedMeanwhile):
        service.delete_extension(desk, None)
    assert sip.digest(desk, "voice.example", GATEWAY)


def test_only_sip_phones_have_passwords() -> None:
    tables.extensions.create(Extension(extension="2002", kind="outside", address="+8613900000000"))
    with pytest.raises(NotSip):
        sip.make("2002", "admin1")
    with pytest.raises(NotFound):
        sip.make("2003", "admin1")


def test_without_a_registrar_there_is_nothing_to_sign_in_at(
    desk: str, api: Any, administrator: Any, held: list[Carrier]
) -> None:
    held[:] = [PLAIN]
    with pytest.raises(NoRegistrar):
        sip.make(desk, "admin1")
    answer = api.post(PATH, who=administrator, headers={"accept-language": "zh-CN"})
    assert (answer.status, answer.body["code"]) == (409, "no_registrar")
    assert "SIP 域名" in answer.body["detail"]


def test_a_pages_login_is_good_until_its_second(page: BrowserToken, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.login == f"li_2ejing.{page.expires_at // 1000}"
    answer = ask(page.login, "voice.example")
    assert (answer.status_code, answer.body.decode()) == (200, ha1(page.token, user=page.login))
    monkeypatch.setattr("chalicelib.telephony.phone_token.now_ms", lambda: page.expires_at)
    assert ask(page.login, "voice.example").status_code == 404


def test_a_pages_password_is_that_of_its_carrier_and_login_alone(page: BrowserToken) -> None:
    identity = client_identity("li.jing")
    other = browser_token(msgspec.structs.replace(GATEWAY, api_secret="s2"), identity, 3600)
    later = browser_token(GATEWAY, identity, 3601)
    assert len({page.token, other.token, later.token}) == 3
    assert page.token not in repr(page)


def test_a_page_of_nobody_or_of_a_disabled_user_is_refused(page: BrowserToken, ask: Ask) -> None:
    stranger = browser_token(GATEWAY, client_identity("stranger"), 3600)
    assert ask(stranger.login, "voice.example").status_code == 404
    user = identity_tables.users.read("li.jing")
    identity_tables.users.update(msgspec.structs.replace(user, disabled=True))
    assert ask(page.login, "voice.example").status_code == 404


@pytest.mark.parametrize(
    "login",
    [
        "li_2ejing.",
        ".99999999999",
        "li_2ejing.x",
        "li_2ejing.9999999999999",
        "li_2ejing.９９９９９９９９９９９",
        "li.jing.99999999999",
        "l_69_2ejing.99999999999",
        "li_2ejing.99999999999.1",
    ],
)
def test_what_only_looks_like_a_pages_login_is_refused(page: BrowserToken, ask: Ask, login: str) -> None:
    assert page.login != login
    assert ask(login, "voice.example").status_code == 404


def test_a_page_is_told_to_no_other_carrier(page: BrowserToken, ask: Ask, held: list[Carrier]) -> None:
    assert ask(page.login, "voice.example", OTHER).status_code == 404
    held[1] = msgspec.structs.replace(GATEWAY, browser_phone=BrowserPhone())
    carriers.forget()
    assert ask(page.login, "voice.example").status_code == 404


def test_a_page_gets_a_token_of_each_carrier_with_browser_phones(
    client: Callable[..., Any], principal: Any, held: list[Carrier]
) -> None:
    api = client(routes_agent.router)
    held[0] = msgspec.structs.replace(PLAIN, api_key="SK0", api_secret="s" * 32)
    carriers.forget()
    assert api.post("/phone/token", who=principal("reports.read")).status == 403
    items = api.post("/phone/token", who=principal("agent.work")).body["items"]
    assert [(one["carrier"], one["kind"], one["domain"]) for one in items] == [
        ("twilio", "twilio", None),
        ("gateway", "sip", "voice.example"),
    ]
    edge = items[1]
    assert edge["url"] == "wss://voice.example:5067"
    assert edge["login"] == f"{edge['identity']}.{edge['expires_at'] // 1000}"
