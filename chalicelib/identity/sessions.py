"""Sign-in, refresh, first password, sign-out."""

import base64

import msgspec

from chalicelib.identity import cognito, lockout, service
from chalicelib.identity.cognito import Tokens
from chalicelib.identity.errors import NewPasswordRequired, SignInFailed, UserDisabled
from chalicelib.identity.model import Session
from chalicelib.kernel import log
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import DomainError


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A session and the refresh token for the cookie (None: the cookie stays as it is)."""

    session: Session
    refresh_token: str | None


def sign_in(username: str, password: str) -> Signed:
    """Sign in. Errors: SignInFailed, TooManyAttempts, NewPasswordRequired, UserDisabled."""
    name = normal(username)
    lockout.count_attempt(name)
    try:
        tokens = cognito.sign_in(name, password)
    except NewPasswordRequired:
        lockout.forget_attempts(name)
        raise
    lockout.forget_attempts(name)
    return _signed(name, tokens)


def choose_password(username: str, old_password: str, new_password: str) -> Signed:
    """Replace the password, first or regular, and sign in. Errors: as sign_in, and WeakPassword."""
    name = normal(username)
    lockout.count_attempt(name)
    tokens = cognito.choose_password(name, old_password, new_password)
    lockout.forget_attempts(name)
    return _signed(name, tokens)


def refresh(refresh_token: str) -> Signed:
    """Return a session with a new access token. Errors: SignInFailed, UserDisabled."""
    tokens = cognito.refresh(refresh_token)
    return _signed(_subject(tokens.access_token), tokens)


def sign_out(refresh_token: str) -> None:
    """End the session. The cookie goes in any case, so a failing issuer is only logged."""
    try:
        cognito.revoke(refresh_token)
    except DomainError as error:
        log.warn("session not revoked", code=error.code)


def normal(username: str) -> str:
    """Return a username as it is stored: lower case, no blanks around."""
    return username.strip().lower()


def _signed(username: str, tokens: Tokens) -> Signed:
    user = service.find_user(username)
    if user is None:
        raise SignInFailed
    if user.disabled:
        raise UserDisabled
    session = Session(
        access_token=tokens.access_token,
        expires_at=now_ms() + tokens.lifetime_s * 1000,
        user=service.me(user),
    )
    return Signed(session=session, refresh_token=tokens.refresh_token)


def _subject(access_token: str) -> str:
    """Return the username in a token that came straight from the issuer a moment ago (so its signature proves nothing
    more than the connection did; requests are verified by the authorizer).
    """
    payload = access_token.split(".")[1]
    claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=dict[str, object])
    return normal(str(claims.get("username", "")))
