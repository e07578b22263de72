"""One private stack for all stack tests: real emulator, real proxy, real functions, on ports of its own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from infrastructure.local import deploy
from infrastructure.local.seed import ACCOUNTS
from infrastructure.local.settings import DEMO_PASSWORD, Settings
from infrastructure.local.waiting import eventually
from tests.shared_stack import shared_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Settings]:
    """A running stack with demo data, shared with the browser tests of the same run."""
    with shared_stack() as settings:
        yield settings


@pytest.fixture(scope="session")
def deployed(stack: Settings) -> dict[str, Any]:
    """What the deploy made: API ids, outputs, functions with their environment."""
    return deploy.read(stack)


@pytest.fixture(scope="session")
def environment(deployed: dict[str, Any]) -> dict[str, str]:
    """The environment that every function has."""
    return deployed["functions"]["zhiyin-local-api"]["environment"]


@pytest.fixture(scope="session")
def base_url(stack: Settings) -> str:
    """The one origin."""
    return stack.public_url


@pytest.fixture
def http(base_url: str) -> Iterator[httpx.Client]:
    """A client of the one origin that waits out a part's restart."""
    eventually(lambda: httpx.get(f"{base_url}/api/health").status_code == 200, "the API answers")
    with httpx.Client(base_url=base_url, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def aws(stack: Settings) -> Callable[[str], Any]:
    """boto3 clients of the stack's services by name."""
    return lambda service: deploy.client(stack, service)


@pytest.fixture(scope="session")
def tokens(aws: Callable[[str], Any], environment: dict[str, str]) -> dict[str, str]:
    """An access token for every demo account."""
    cognito = aws("cognito-idp")
    return {account.username: _access_token(cognito, environment, account.username) for account in ACCOUNTS}


def _access_token(cognito: Any, environment: dict[str, str], username: str) -> str:
    answer = cognito.initiate_auth(
        ClientId=environment["ZHIYIN_OIDC_CLIENT_ID"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": DEMO_PASSWORD},
    )
    return answer["AuthenticationResult"]["AccessToken"]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The template as it goes to AWS."""
    return json.loads(json.dumps(deploy.render()))
