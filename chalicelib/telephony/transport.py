"""How the provider's library reaches a carrier: its own HTTP client, turned to the carrier's base URL.

Imported only by the client, when a request is made: twilio.rest costs a third of a second.
"""

from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from chalicelib.telephony.model import TWILIO_API, Carrier


class CarrierHttp(TwilioHttpClient):
    """Requests to https://api.twilio.com go to the carrier instead. Nothing is repeated: creates are not idempotent."""

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s)
        self.base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send one request, rebased."""
        return super().request(method, self.rebased(url), *args, **kwargs)

    def rebased(self, url: str) -> str:
        """Return `url` with the carrier's base in the place of Twilio's."""
        return self.base_url + url.removeprefix(TWILIO_API) if url.startswith(TWILIO_API) else url


def rest_client(carrier: Carrier, timeout_s: float) -> Client:
    """Return the provider's client for a carrier: by API key where there is one, else by the account's token."""
    user, password = (
        (carrier.api_key, carrier.api_secret) if carrier.api_key else (carrier.account_sid, carrier.auth_token)
    )
    # An empty environment: TWILIO_EDGE or TWILIO_REGION of the process must not change the host.
    return Client(
        user,
        password,
        carrier.account_sid,
        http_client=CarrierHttp(carrier.base_url, timeout_s),
        environment={"-": ""},
    )
