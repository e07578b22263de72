"""The custom authorizer: a bearer token in, the principal out. Whatever is not proven is denied.

Which route needs which permission is said at the route; this only says who asks.
"""

import msgspec
from chalice.app import AuthRequest, AuthResponse

from chalicelib.identity import service, tokens
from chalicelib.kernel import log
from chalicelib.kernel.errors import DomainError
from chalicelib.kernel.principal import Principal

_SCHEME = "bearer "


def authorize(request: AuthRequest) -> AuthResponse:
    """Return the answer for API Gateway: all routes with the principal in the context, or no route at all."""
    try:
        who = principal_of_token(request.token or "")
    except DomainError as error:
        log.log("denied", code=error.code)
        who = None
    except Exception:
        log.logger().exception("authorizer failed")
        who = None
    if who is None:
        return AuthResponse(routes=[], principal_id="nobody")
    log.log("authorized", user=who.username)
    context = {"principal": msgspec.json.encode(who).decode()}
    return AuthResponse(routes=["*"], principal_id=who.username, context=context)


def principal_of_token(header: str) -> Principal | None:
    """Return who sends `Bearer <access token>`; None for a user who is gone or disabled. Errors: Unauthenticated."""
    token = header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else ""
    return service.principal(tokens.verify(token))
