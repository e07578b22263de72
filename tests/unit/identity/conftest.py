"""An issuer of one's own for token tests, and a user pool in moto for sign-in."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.identity import tokens
from chalicelib.kernel.config import config

ISSUER = "https://issuer.example/pool"
CLIENT = "web-client"


@dataclass
class Issuer:
    """Signs tokens and publishes keys. fetches counts how often the keys were read; down makes it unreachable."""

    keys: dict[str, Any] = field(default_factory=dict)
    fetches: int = 0
    down: bool = False

    def new_key(self, kid: str) -> None:
        """Begin to sign with another key too."""
        self.keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, kid: str = "one", key: Any = None, algorithm: str = "RS256", **changes: Any) -> str:
        """Return an access token as Cognito makes them; a claim changed to None is left out."""
        now = int(time.time())
        claims = {
            "sub": "0000",
            "iss": ISSUER,
            "client_id": CLIENT,
            "token_use": "access",
            "username": "agent1",
            "iat": now,
            "exp": now + 3600,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, key or self.keys[kid], algorithm=algorithm, headers={"kid": kid})

    def published(self, *_args: Any, **_more: Any) -> io.BytesIO:
        """Return the key set, as urlopen does."""
        self.fetches += 1
        if self.down:
            raise OSError("unreachable")
        found = [
            {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}
            for kid, key in self.keys.items()
        ]
        return io.BytesIO(msgspec.json.encode({"keys": found}))


@pytest.fixture(scope="session")
def signing() -> Issuer:
    """One issuer for the session: making keys is slow."""
    made = Issuer()
    made.new_key("one")
    return made


@pytest.fixture
def issuer(signing: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    """The issuer, not asked yet."""
    fresh = Issuer(keys=dict(signing.keys))
    monkeypatch.setattr(tokens.urllib.request, "urlopen", fresh.published)
    tokens.forget_keys()
    return fresh


@cache
def user_pools() -> Any:
    """Return the client, made once (making one takes 0.1 s; moto answers whichever mock is on)."""
    return boto3.client("cognito-idp")


@pytest.fixture(scope="session")
def pool_key() -> Any:
    """moto's signing key, which is always the same: reading it anew for every pool takes 0.2 s."""
    from moto.cognitoidp import models

    return models.jwk.RSAKey.import_key(models.load_resource("cognitoidp/resources/jwks-private.json"))


@pytest.fixture
def pool(tables: None, pool_key: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001
    """A user pool in moto, set as the deployment's; returns the Cognito client."""
    monkeypatch.setattr("moto.cognitoidp.models.jwk.RSAKey.import_key", lambda _file: pool_key)
    client = user_pools()
    policy = {
        "MinimumLength": 12,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
    }
    made = client.create_user_pool(
        PoolName="users",
        Policies={"PasswordPolicy": policy},
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )
    pool_id = made["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
    )
    changed = msgspec.structs.replace(config(), user_pool_id=pool_id, oidc_client_id=app["UserPoolClient"]["ClientId"])
    monkeypatch.setattr("chalicelib.identity.cognito.config", lambda: changed)
    client.pool_id = pool_id
    return client


@pytest.fixture
def root(administrator):
    """The administrator who acts in these tests."""
    return administrator


@pytest.fixture
def hire(pool: Any, root) -> Callable[..., Any]:
    """Make a user with a password that stays: `hire("agent1", roles=["agent"])`."""
    from chalicelib.identity import accounts
    from chalicelib.identity.model import User

    def make(username: str, **fields: Any) -> User:
        pool.admin_create_user(UserPoolId=pool.pool_id, Username=username, MessageAction="SUPPRESS")
        pool.admin_set_user_password(
            UserPoolId=pool.pool_id, Username=username, Password="Zhiyin-demo-1", Permanent=True
        )
        given = {"name": username, **fields}
        return accounts.record_user(root, User(username=username, **given))

    return make
