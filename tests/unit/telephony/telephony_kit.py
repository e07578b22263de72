"""Carriers for tests of the voice contract."""

from chalicelib.telephony.model import BrowserPhone, Carrier

SIMULATOR = Carrier(
    name="simulator",
    account_sid="AC" + "1" * 32,
    auth_token="token-one",
    api_key="SK" + "1" * 32,
    api_secret="secret-one-secret-one-secret-one",
    twiml_app_sid="AP" + "1" * 32,
    base_url="http://127.0.0.1:8090",
    calls_per_second=20,
    browser_phone=BrowserPhone(kind="simulator", url="ws://127.0.0.1:8080/sim/phone"),
)
TWILIO = Carrier(name="twilio", account_sid="AC" + "2" * 32, auth_token="token-two")
