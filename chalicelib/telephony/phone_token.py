"""With what a user's browser phone signs in to a carrier: an access token, or a login and password for SIP digest."""

import hashlib
import hmac
from typing import Final

import msgspec

from chalicelib.kernel.clock import now_ms
from chalicelib.telephony.model import Carrier

_PASSWORD_DIGITS: Final = 40
_SECOND_DIGITS: Final = 12


class BrowserToken(msgspec.Struct, frozen=True, kw_only=True):
    """login: the user name of SIP digest, none elsewhere. token: signed access token, or that login's password.

    expires_at: ms.
    """

    login: str | None
    token: str
    expires_at: int

    def __repr__(self) -> str:
        # The generated text would carry the password into logs and tracebacks.
        return f"BrowserToken(login={self.login!r}, expires_at={self.expires_at})"


def browser_token(carrier: Carrier, identity: str, ttl_s: int) -> BrowserToken:
    """Return what a browser phone takes calls with, and dials through our application with where there is one.

    identity: as `model.client_identity` makes it. ttl_s: at most 24 hours by the provider's rule.
    """
    expires_at = now_ms() + ttl_s * 1000
    if carrier.browser_phone.kind == "sip":
        return _sip_token(carrier, identity, expires_at // 1000)
    from twilio.jwt.access_token import AccessToken
    from twilio.jwt.access_token.grants import VoiceGrant

    token = AccessToken(carrier.account_sid, carrier.api_key, carrier.api_secret, identity=identity, ttl=ttl_s)
    token.add_grant(
        VoiceGrant(incoming_allow=True, outgoing_application_sid=carrier.twiml_app_sid or None)  # pyright: ignore[reportArgumentType]
    )
    return BrowserToken(login=None, token=token.to_jwt(), expires_at=expires_at)


def browser_login(carrier: Carrier, login: str) -> tuple[str, str] | None:
    """Return (identity, HA1) of a login that `browser_token` makes, None when it is none or its second is over.

    Nothing is stored: the password follows from the login and the carrier's secret, so whoever made up the login does
    not know it.
    """
    identity, dot, second = login.partition(".")
    if not identity or not dot or not _is_second(second) or not carrier.has_browser_phone:
        return None
    if carrier.browser_phone.kind != "sip" or int(second) * 1000 <= now_ms():
        return None
    return identity, digest_ha1(login, carrier.sip_domain, _password(carrier, login))


def digest_ha1(user: str, realm: str, password: str) -> str:
    """Return what a registrar keeps instead of a password: MD5 of user:realm:password, hexadecimal (RFC 3261 22.4)."""
    # MD5 is what the digest authentication of telephones has; our passwords are random and 117 bits long at least.
    return hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).hexdigest()


def _sip_token(carrier: Carrier, identity: str, second: int) -> BrowserToken:
    login = f"{identity}.{second}"
    return BrowserToken(login=login, token=_password(carrier, login), expires_at=second * 1000)


def _is_second(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _SECOND_DIGITS


def _password(carrier: Carrier, login: str) -> str:
    key, what = carrier.api_secret.encode(), f"sip-browser:{login}".encode()
    return hmac.new(key, what, hashlib.sha256).hexdigest()[:_PASSWORD_DIGITS]
