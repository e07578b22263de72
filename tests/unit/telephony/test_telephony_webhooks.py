"""Webhooks: nothing unsigned, wrongly signed, re-targeted or altered passes; failures answer valid documents."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from chalice.app import Chalice
from chalice.test import Client
from telephony_kit import SIMULATOR, TWILIO
from twilio.request_validator import RequestValidator

from chalicelib.kernel.config import Config
from chalicelib.telephony import signature
from chalicelib.telephony.documents import Document, hang_up
from chalicelib.telephony.model import Carrier, Say
from chalicelib.telephony.signature import verify, voice_url
from chalicelib.telephony.webhooks import FIELD_LIMIT, VoiceRequest, VoiceRouter

FORM = {"AccountSid": SIMULATOR.account_sid, "CallSid": "CA1", "From": "+8613800138000", "To": "+861055550100"}

Send = Callable[..., Any]


def sign(url: str, form: dict[str, str], carrier: Carrier = SIMULATOR) -> str:
    """Return the provider's signature, made by the provider's own library."""
    return RequestValidator(carrier.auth_token).compute_signature(url, form)


@pytest.fixture
def seen() -> list[VoiceRequest]:
    return []


@pytest.fixture
def router(seen: list[VoiceRequest]) -> VoiceRouter:
    router = VoiceRouter("test")

    @router.document("/inbound")
    def inbound(request: VoiceRequest) -> Document | None:
        seen.append(request)
        return hang_up([Say("再见", "zh-CN")]) if request.form.get("Say") else None

    @router.status("/status")
    def status(request: VoiceRequest) -> Document | None:
        seen.append(request)
        return None

    @router.document("/broken")
    def broken(request: VoiceRequest) -> Document | None:
        raise RuntimeError(f"broken by {request.form['To']}")

    @router.status("/broken-status")
    def broken_status(request: VoiceRequest) -> Document | None:
        raise RuntimeError(request.path)

    @router.text("/word")
    def word(request: VoiceRequest) -> str | None:
        if request.form.get("Ask") == "break":
            raise RuntimeError(request.path)
        return request.form.get("Ask")

    return router


@pytest.fixture
def send(router: VoiceRouter, request: pytest.FixtureRequest) -> Send:
    request.getfixturevalue("held_carriers")
    app = Chalice(app_name="test", configure_logs=False)
    router.mount(app)
    http = Client(app).http

    def post(url: str, form: dict[str, str], signed: str | None, **headers: str) -> Any:
        path = "/" + url.split("://", 1)[1].split("/", 1)[1]
        given = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8", **headers}
        if signed is not None:
            given["x-twilio-signature"] = signed
        return http.request("POST", path, headers=given, body=urlencode(form).encode())

    return post


def test_urls_are_canonical() -> None:
    url = voice_url("/inbound", step=2, call_id="01J", note="a b&c=d/é中")
    assert url == ("https://zhiyin.example/voice/inbound?call_id=01J&note=a%20b%26c%3Dd%2F%C3%A9%E4%B8%AD&step=2")
    assert voice_url("/inbound") == "https://zhiyin.example/voice/inbound"


def test_a_signed_webhook_is_read(send: Send, seen: list[VoiceRequest]) -> None:
    url = voice_url("/inbound", step=2, call_id="01J", note="a b&c=d/é中+")
    form = {**FORM, "Digits": "1", "SequenceNumber": "7", "CallStatus": "ringing", "Empty": ""}
    answer = send(url, form, sign(url, form))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert ElementTree.fromstring(answer.body).tag == "Response"
    (request,) = seen
    assert request.path == "/inbound"
    assert request.query == {"call_id": "01J", "note": "a b&c=d/é中+", "step": "2"}
    assert (request.call_id, request.call_sid, request.from_, request.to) == (
        "01J", "CA1", "+8613800138000", "+861055550100",
    )  # fmt: skip
    assert (request.digits, request.sequence, request.status, request.carrier.name) == ("1", 7, "ringing", "simulator")
    assert request.form["Empty"] == ""


def test_each_carrier_has_its_own_key(send: Send, seen: list[VoiceRequest]) -> None:
    url, form = voice_url("/inbound"), {**FORM, "AccountSid": TWILIO.account_sid}
    assert send(url, form, sign(url, form, SIMULATOR)).status_code == 403
    assert send(url, form, sign(url, form, TWILIO)).status_code == 200
    assert [request.carrier.name for request in seen] == ["twilio"]


GOOD = voice_url("/inbound", call_id="01J")

# What arrives: (URL, form, signature). Each differs from the proven webhook in one thing.
FORGED: dict[str, tuple[str, dict[str, str], str | None]] = {
    "unsigned": (GOOD, FORM, None),
    "empty signature": (GOOD, FORM, ""),
    "garbage": (GOOD, FORM, "x" * 28),
    "other host": (GOOD, FORM, sign(GOOD.replace("zhiyin.example", "other.example"), FORM)),
    "other path": (GOOD, FORM, sign(GOOD.replace("/inbound", "/status"), FORM)),
    "other query": (voice_url("/inbound", call_id="01K"), FORM, sign(GOOD, FORM)),
    "extra query parameter": (GOOD + "&step=1", FORM, sign(GOOD, FORM)),
    "extra field": (GOOD, {**FORM, "Digits": "1"}, sign(GOOD, FORM)),
    "changed field": (GOOD, {**FORM, "From": "+8613900139000"}, sign(GOOD, FORM)),
    "missing field": (GOOD, FORM, sign(GOOD, {**FORM, "Digits": "1"})),
    "other carrier's key": (GOOD, FORM, sign(GOOD, FORM, TWILIO)),
    "unknown account": (GOOD, {**FORM, "AccountSid": "AC9"}, sign(GOOD, {**FORM, "AccountSid": "AC9"})),
    "no account": (GOOD, {"From": "+1"}, sign(GOOD, {"From": "+1"})),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_webhook_that_is_not_proven_is_refused_unread(case: str, send: Send, seen: list[VoiceRequest]) -> None:
    answer = send(*FORGED[case])
    assert (answer.status_code, answer.body) == (403, b"")
    assert seen == []


def test_a_forged_host_header_does_not_help(send: Send, seen: list[VoiceRequest]) -> None:
    url = voice_url("/inbound").replace("zhiyin.example", "other.example")
    assert send(url, FORM, sign(url, FORM), host="other.example").status_code == 403
    assert seen == []


def test_a_refusal_counts_and_logs_no_personal_data(send: Send, capsys: pytest.CaptureFixture[str]) -> None:
    send(voice_url("/inbound"), FORM, "x" * 28)
    printed = capsys.readouterr()
    assert '"webhooks_refused":[1.0]' in printed.out.replace(" ", "")
    assert "13800138000" not in printed.out + printed.err


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"AccountSid=1&" + b"&".join(b"a=1" for _ in range(FIELD_LIMIT)),
                                  b"a=" + b"x" * 70_000])  # fmt: skip
@pytest.mark.usefixtures("held_carriers")
def test_an_unreadable_form_is_refused(router: VoiceRouter, body: bytes) -> None:
    app = Chalice(app_name="test", configure_logs=False)
    router.mount(app)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "x"}
    assert Client(app).http.request("POST", "/voice/inbound", headers=headers, body=body).status_code == 403


@pytest.mark.usefixtures("held_carriers")
def test_only_forms_are_taken(router: VoiceRouter, seen: list[VoiceRequest]) -> None:
    app = Chalice(app_name="test", configure_logs=False)
    router.mount(app)
    answer = Client(app).http.post("/voice/inbound", headers={"content-type": "application/json"}, body=b"{}")
    assert answer.status_code == 415
    assert seen == []


def test_repeated_fields_are_signed_as_the_provider_does() -> None:
    class Repeated(dict[str, Any]):
        def getlist(self, name: str) -> Any:
            return self[name]

    form = {"AccountSid": ["AC1"], "Event": ["a", "b"]}
    signed = RequestValidator(SIMULATOR.auth_token).compute_signature("https://zhiyin.example/voice/x", Repeated(form))
    assert verify(SIMULATOR, "https://zhiyin.example/voice/x", form, signed)
    assert not verify(SIMULATOR, "https://zhiyin.example/voice/x", {**form, "Event": ["a"]}, signed)


def test_the_port_is_part_of_the_url(send: Send, monkeypatch: pytest.MonkeyPatch, seen: list[VoiceRequest]) -> None:
    monkeypatch.setattr(signature, "config", lambda: Config(public_url="http://127.0.0.1:8080/"))
    url = voice_url("/inbound", call_id="01J")
    assert url == "http://127.0.0.1:8080/voice/inbound?call_id=01J"
    assert send(url, FORM, sign(url, FORM)).status_code == 200
    assert send(url, FORM, sign(url.replace("8080", "8081"), FORM)).status_code == 403
    assert len(seen) == 1


def test_a_status_call_back_is_answered_with_nothing(send: Send, seen: list[VoiceRequest]) -> None:
    url = voice_url("/status", leg="1")
    answer = send(url, FORM, sign(url, FORM))
    assert (answer.status_code, answer.body) == (204, b"")
    assert len(seen) == 1


def test_a_failing_document_apologises_in_both_languages(send: Send) -> None:
    url = voice_url("/broken", call_id="01J")
    answer = send(url, FORM, sign(url, FORM))
    assert answer.status_code == 200
    verbs = list(ElementTree.fromstring(answer.body))
    assert [verb.tag for verb in verbs] == ["Say", "Say", "Hangup"]
    assert [verb.get("language") for verb in verbs[:2]] == ["cmn-CN", "en-US"]


def test_a_failing_document_goes_to_the_fallback(send: Send, router: VoiceRouter) -> None:
    router.fallback = lambda request: hang_up([Say(f"sorry {request.call_id}", "en")])
    url = voice_url("/broken", call_id="01J")
    answer = send(url, FORM, sign(url, FORM))
    assert ElementTree.fromstring(answer.body)[0].text == "sorry 01J"


def test_a_failing_fallback_still_answers_a_document(send: Send, router: VoiceRouter) -> None:
    def fail(request: VoiceRequest) -> Document:
        raise RuntimeError(request.path)

    router.fallback = fail
    url = voice_url("/broken")
    answer = send(url, FORM, sign(url, FORM))
    assert answer.status_code == 200
    assert ElementTree.fromstring(answer.body)[-1].tag == "Hangup"


def test_a_failing_status_call_back_may_be_repeated(send: Send) -> None:
    url = voice_url("/broken-status")
    assert send(url, FORM, sign(url, FORM)).status_code == 500


@pytest.mark.parametrize(
    ("asked", "status", "said"), [({"Ask": "sky"}, 200, b"sky"), ({}, 404, b""), ({"Ask": "break"}, 500, b"")]
)
def test_a_question_is_answered_in_plain_text(send: Send, asked: dict[str, str], status: int, said: bytes) -> None:
    url, form = voice_url("/word"), {**FORM, **asked}
    answer = send(url, form, sign(url, form))
    assert (answer.status_code, answer.body) == (status, said)
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_path_with_places_is_refused_at_once(router: VoiceRouter) -> None:
    with pytest.raises(ValueError, match="constant"):
        router.document("/calls/{call_id}")
