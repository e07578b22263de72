"""The user pool: the only place that talks to Cognito. Every refusal leaves here as a domain error.

Sign-in needs no rights of ours (the app client allows USER_PASSWORD_AUTH); administration uses the pool's Admin calls.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.identity.errors import IssuerUnavailable, NewPasswordRequired, SignInFailed, WeakPassword
from chalicelib.kernel import log
from chalicelib.kernel.aws import client
from chalicelib.kernel.config import config
from chalicelib.kernel.errors import DomainError

_REFUSALS: Final[dict[str, type[DomainError]]] = {
    "NotAuthorizedException": SignInFailed,
    "UserNotFoundException": SignInFailed,
    "UserNotConfirmedException": SignInFailed,
    "PasswordResetRequiredException": SignInFailed,
    "InvalidParameterException": SignInFailed,
    "InvalidPasswordException": WeakPassword,
    "PasswordHistoryPolicyViolationException": WeakPassword,
}


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in gives. refresh_token: None after a refresh, when the old one goes on. lifetime_s: seconds."""

    access_token: str
    lifetime_s: int
    refresh_token: str | None = None


class ExistsAlready(Exception):
    """The pool has a user of this name."""


class NoAccount(Exception):
    """The pool has no user of this name."""


def _call(operation: str, **arguments: Any) -> dict[str, Any]:
    try:
        call: Callable[..., dict[str, Any]] = getattr(client("cognito-idp"), operation)
        return call(**arguments)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "UsernameExistsException":
            raise ExistsAlready from error
        if code in _REFUSALS:
            raise _REFUSALS[code] from error
        log.warn("user pool refused", operation=operation, code=code)
        raise IssuerUnavailable from error
    except BotoCoreError as error:
        log.warn("user pool unreachable", operation=operation, error=type(error).__name__)
        raise IssuerUnavailable from error


def _tokens(answer: dict[str, Any]) -> Tokens:
    result = answer["AuthenticationResult"]
    return Tokens(
        access_token=result["AccessToken"],
        lifetime_s=int(result.get("ExpiresIn", 3600)),
        refresh_token=result.get("RefreshToken"),
    )


def _initiate(flow: str, **parameters: str) -> dict[str, Any]:
    return _call("initiate_auth", AuthFlow=flow, ClientId=config().oidc_client_id, AuthParameters=parameters)


def sign_in(username: str, password: str) -> Tokens:
    """Return tokens for a username and password. Errors: SignInFailed, NewPasswordRequired, IssuerUnavailable."""
    answer = _initiate("USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=password)
    if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        raise NewPasswordRequired
    if "AuthenticationResult" not in answer:
        raise SignInFailed
    return _tokens(answer)


def refresh(refresh_token: str) -> Tokens:
    """Return a new access token. Errors: SignInFailed when the session has ended or was revoked."""
    return _tokens(_initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=refresh_token))


def choose_password(username: str, old_password: str, new_password: str) -> Tokens:
    """Replace a password whose owner proves the old one, first or regular, and sign in. Errors: WeakPassword too."""
    answer = _initiate("USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=old_password)
    if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
        responses = {"USERNAME": username, "NEW_PASSWORD": new_password}
        return _tokens(
            _call(
                "respond_to_auth_challenge",
                ClientId=config().oidc_client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=answer["Session"],
                ChallengeResponses=responses,
            )
        )
    access_token = _tokens(answer).access_token
    _call("change_password", AccessToken=access_token, PreviousPassword=old_password, ProposedPassword=new_password)
    return sign_in(username, new_password)


def revoke(refresh_token: str) -> None:
    """End the session behind a refresh token."""
    _call("revoke_token", Token=refresh_token, ClientId=config().oidc_client_id)


def create(username: str, password: str) -> bool:
    """Make the user with a first password; return False when he was there already and only got the password.

    A user of the pool without a record of ours is what a create that died half-way left: it is taken over.
    """
    try:
        _pool_call("admin_create_user", username, TemporaryPassword=password, MessageAction="SUPPRESS")
    except ExistsAlready:
        reset_password(username, password)
        return False
    return True


def delete(username: str) -> None:
    """Delete the user; nothing happens when there is none."""
    with suppress(NoAccount):
        _pool_call("admin_delete_user", username)


def reset_password(username: str, password: str) -> None:
    """Set a password that is good for one sign-in, and end the user's sessions.

    Errors: WeakPassword, NoAccount.
    """
    _pool_call("admin_set_user_password", username, Password=password, Permanent=False)
    _pool_call("admin_user_global_sign_out", username)


def enable(username: str) -> None:
    """Let the user sign in again. Users of another issuer have no account here: the users table alone decides."""
    with suppress(NoAccount):
        _pool_call("admin_enable_user", username)


def disable(username: str) -> None:
    """Keep the user from signing in and end his sessions. Nothing happens without an account, as in `enable`."""
    with suppress(NoAccount):
        _pool_call("admin_disable_user", username)
        _pool_call("admin_user_global_sign_out", username)


def _pool_call(operation: str, username: str, **arguments: Any) -> None:
    try:
        _call(operation, UserPoolId=config().user_pool_id, Username=username, **arguments)
    except SignInFailed as error:  # about the account that is administered, not about who administers it
        raise NoAccount from error
