"""Who sent a webhook: the provider's signature over our own URL and the form.

The URL that is verified is never taken from the request's Host header, so that a webhook signed for another
deployment is refused. API Gateway hands us decoded query parameters without their order; therefore we emit only URLs
in one canonical form (sorted, percent-encoded) and verify against that form.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.kernel.config import config
from chalicelib.telephony.model import Carrier

VOICE = "/voice"


def voice_url(path: str, /, **params: str | int) -> str:
    """Return the absolute URL of a webhook below /voice: `voice_url("/inbound", call_id=…)`.

    params: query parameters; they come out sorted by name and percent-encoded, which is the form that is verified.
    """
    return canonical_url(VOICE + path, ((name, str(value)) for name, value in params.items()))


def canonical_url(path: str, params: Iterable[tuple[str, str]]) -> str:
    """Return our public URL with `path` and the parameters in their canonical form."""
    query = urlencode(sorted(params), quote_via=quote)
    return config().public_url.rstrip("/") + path + (f"?{query}" if query else "")


def verify(carrier: Carrier, url: str, params: Mapping[str, str] | Mapping[str, list[str]], signature: str) -> bool:
    """Return whether `signature` (X-Twilio-Signature) is the carrier's for this URL and form."""
    from twilio.request_validator import RequestValidator

    return bool(signature) and RequestValidator(carrier.auth_token).validate(url, _Form(params), signature)


class _Form(dict[str, Any]):
    """A form whose fields may repeat, as the validator expects it (it asks for `getlist`)."""

    def getlist(self, name: str) -> list[str]:
        value = self[name]
        return [value] if isinstance(value, str) else value
