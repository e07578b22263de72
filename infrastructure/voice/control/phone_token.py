"""Access tokens of browser phones (https://www.twilio.com/docs/iam/access-tokens): JWT, HS256, signed with the API
key's secret."""

from dataclasses import dataclass
from typing import Any

import jwt

from infrastructure.voice.settings import Settings


@dataclass(frozen=True)
class Identity:
    """Whose phone it is, and until when (ms since the epoch)."""

    name: str
    expires_at: int


class TokenRefused(Exception):
    """A token that opens nothing. code: as the provider's SDK numbers it (20101 invalid, 20104 expired)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def verify(token: str, settings: Settings) -> Identity:
    """Return the identity in a token. Raises TokenRefused."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            settings.api_secret,
            algorithms=["HS256"],
            issuer=settings.api_key,
            options={"require": ["exp", "iss", "sub"]},
            leeway=5,
        )
    except jwt.ExpiredSignatureError:
        raise TokenRefused(20104, "access token expired") from None
    except jwt.InvalidTokenError as error:
        raise TokenRefused(20101, f"invalid access token: {error}") from None
    grants = claims.get("grants")
    identity = grants.get("identity") if isinstance(grants, dict) else None
    if claims["sub"] != settings.account_sid or not isinstance(identity, str) or not identity:
        raise TokenRefused(20101, "invalid access token: wrong account or no identity")
    voice = grants.get("voice") if isinstance(grants, dict) else None
    incoming = voice.get("incoming") if isinstance(voice, dict) else None
    if not isinstance(incoming, dict) or incoming.get("allow") is not True:
        raise TokenRefused(20101, "invalid access token: no grant for incoming calls")
    return Identity(identity, int(claims["exp"]) * 1000)
