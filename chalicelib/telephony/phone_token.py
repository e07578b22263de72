"""The token with which a user's browser phone signs in to the carrier (an access token with a voice grant)."""

from chalicelib.kernel.clock import now_ms
from chalicelib.telephony.model import Carrier


def browser_token(carrier: Carrier, identity: str, ttl_s: int) -> tuple[str, int]:
    """Return (token, expires_at) for a browser phone that may take calls, and dial through our application.

    identity: as `model.client_identity` makes it. ttl_s: at most 24 hours by the provider's rule.
    """
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    token = AccessToken(carrier.account_sid, carrier.api_key, carrier.api_secret, identity=identity, ttl=ttl_s)
    token.add_grant(
        VoiceGrant(incoming_allow=True, outgoing_application_sid=carrier.twiml_app_sid or None)  # pyright: ignore[reportArgumentType]
    )
    return token.to_jwt(), now_ms() + ttl_s * 1000
