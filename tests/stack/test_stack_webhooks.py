"""Webhooks are hostile until proven: what is not signed by our carrier for exactly our URL is refused, unread."""

import httpx
import pytest
from twilio.request_validator import RequestValidator

from infrastructure.local.carrier import ACCOUNT_SID, AUTH_TOKEN, DEMO_NUMBER

FORM = {
    "CallSid": "CA" + "f" * 32,
    "AccountSid": ACCOUNT_SID,
    "From": "+8613800000001",
    "To": DEMO_NUMBER,
    "CallStatus": "ringing",
}


def signed(url: str, form: dict[str, str], token: str = AUTH_TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


def test_a_signed_webhook_is_answered_and_a_repeated_one_alike(http: httpx.Client, base_url: str) -> None:
    url = f"{base_url}/voice/inbound"
    first = http.post("/voice/inbound", data=FORM, headers=signed(url, FORM))
    again = http.post("/voice/inbound", data=FORM, headers=signed(url, FORM))

    assert first.status_code == 200
    assert first.headers["content-type"].startswith("text/xml")
    assert "<Gather" in first.text
    assert again.text == first.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"},
        signed("http://127.0.0.1:1/voice/inbound", FORM),
        signed("https://elsewhere.example/voice/inbound", FORM),
    ],
    ids=["unsigned", "empty", "wrong", "other port", "other host"],
)
def test_a_webhook_without_our_signature_is_refused(http: httpx.Client, headers: dict[str, str]) -> None:
    answer = http.post("/voice/inbound", data=FORM, headers=headers)

    assert answer.status_code == 403
    assert answer.text == ""


def test_a_signature_of_another_path_form_or_key_is_refused(http: httpx.Client, base_url: str) -> None:
    url = f"{base_url}/voice/inbound"
    retargeted = http.post("/voice/status", data=FORM, headers=signed(url, FORM))
    changed = http.post("/voice/inbound", data={**FORM, "From": "+8613900000009"}, headers=signed(url, FORM))
    other_key = http.post("/voice/inbound", data=FORM, headers=signed(url, FORM, "another-token"))

    assert {retargeted.status_code, changed.status_code, other_key.status_code} == {403}


def test_keys_beyond_all_reason_are_a_wrong_entry_no_error(http: httpx.Client, base_url: str) -> None:
    sid = "CA" + "e" * 32
    form = {**FORM, "CallSid": sid}
    http.post("/voice/inbound", data=form, headers=signed(f"{base_url}/voice/inbound", form))
    path = f"/voice/flow?call_id={sid}&step=1"
    keys = {**form, "Digits": "1" * 200, "CallStatus": "in-progress"}

    answer = http.post(path, data=keys, headers=signed(base_url + path, keys))

    assert answer.status_code == 200
    assert "<Gather" in answer.text
