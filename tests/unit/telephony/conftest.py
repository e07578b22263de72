"""Fixtures of the voice contract: two carriers in the secure parameter, and an app with webhooks."""

from collections.abc import Iterator

import boto3
import msgspec
import pytest
from telephony_kit import SIMULATOR, TWILIO

from chalicelib.telephony import carriers


@pytest.fixture
def parameter(request: pytest.FixtureRequest) -> Iterator[None]:
    """The secure parameter with both carriers, and a process that has not read it yet."""
    request.getfixturevalue("aws")
    boto3.client("ssm").put_parameter(
        Name="/zhiyin/local/carriers",
        Type="SecureString",
        Value=msgspec.json.encode([SIMULATOR, TWILIO]).decode(),
        Overwrite=True,
    )
    from chalicelib.kernel.aws import client

    client.cache_clear()  # a client made outside this moto would reach for the network
    carriers.forget()
    yield
    carriers.forget()
    client.cache_clear()


@pytest.fixture
def held_carriers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both carriers, already read."""
    monkeypatch.setattr(carriers, "_read", lambda: [SIMULATOR, TWILIO])
    carriers.forget()
    yield
    carriers.forget()
