"""Access tokens verified as generic OIDC: RS256 with a key of the issuer's published set, issuer, client, expiry.

The cryptography is imported here and used by the authorizer alone, so that no other function pays for it.
"""

import time
import urllib.request
from typing import Any, Final

import msgspec

from chalicelib.identity.errors import IssuerUnavailable
from chalicelib.kernel import log
from chalicelib.kernel.config import config
from chalicelib.kernel.errors import Unauthenticated

TOKEN_LIMIT: Final = 8_192
KEYS_LIMIT: Final = 200_000
LEEWAY_S: Final = 10
KEYS_TTL_S: Final = 600.0
REFETCH_S: Final = 30.0
FETCH_TIMEOUT_S: Final = 3.0


class _Keys(msgspec.Struct):
    """The issuer's keys by kid. fetched, tried: time.monotonic(), None before the first time."""

    by_kid: dict[str, Any] = {}
    fetched: float | None = None
    tried: float | None = None


_keys = _Keys()


def verify(token: str) -> str:
    """Return the username that a token proves. Errors: Unauthenticated for any flaw, IssuerUnavailable without keys."""
    import jwt

    if not token or len(token) > TOKEN_LIMIT:
        raise Unauthenticated
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256":
            raise Unauthenticated
        claims = jwt.decode(
            token,
            _key(str(header.get("kid", ""))),
            algorithms=["RS256"],
            issuer=config().oidc_issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss"], "verify_aud": False},
        )
    except jwt.PyJWTError as error:
        raise Unauthenticated from error
    _check_client(claims)
    return _username(claims)


def _check_client(claims: dict[str, Any]) -> None:
    """Accept access tokens made for our client. Cognito names it in `client_id`; others in `aud` or `azp`."""
    client = config().oidc_client_id
    if not client or not config().oidc_issuer:
        raise Unauthenticated
    use = claims.get("token_use")
    if use is not None and use != "access":
        raise Unauthenticated
    audience = claims.get("aud", [])
    named = [claims.get("client_id")] if use else [*([audience] if isinstance(audience, str) else audience)]
    if client not in named:
        raise Unauthenticated


def _username(claims: dict[str, Any]) -> str:
    name = claims.get("username") or claims.get("preferred_username")
    if not isinstance(name, str) or not name:
        raise Unauthenticated
    return name.strip().lower()


def _key(kid: str) -> Any:
    """Return the key of a kid, fetching the set when it is old, or once per REFETCH_S for a kid not in it."""
    now = time.monotonic()
    stale = _keys.fetched is None or now - _keys.fetched > KEYS_TTL_S
    if (stale or kid not in _keys.by_kid) and (_keys.tried is None or now - _keys.tried >= REFETCH_S):
        _keys.tried = now
        _refetch(now)
    if _keys.fetched is None:
        raise IssuerUnavailable
    if kid not in _keys.by_kid:
        raise Unauthenticated
    return _keys.by_kid[kid]


def _refetch(now: float) -> None:
    """Replace the keys; keep the old ones when the issuer does not answer, since they are still his."""
    try:
        with urllib.request.urlopen(config().oidc_jwks_url, timeout=FETCH_TIMEOUT_S) as answer:
            document = msgspec.json.decode(answer.read(KEYS_LIMIT), type=dict[str, Any])
    except (OSError, ValueError) as error:
        log.warn("issuer's keys not fetched", error=type(error).__name__)
        return
    _keys.by_kid = _usable(document.get("keys", []))
    _keys.fetched = now


def _usable(keys: list[dict[str, Any]]) -> dict[str, Any]:
    import jwt

    signing = [key for key in keys if key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("kid")]
    return {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in signing}


def forget_keys() -> None:
    """Drop the fetched keys."""
    _keys.by_kid, _keys.fetched, _keys.tried = {}, None, None
