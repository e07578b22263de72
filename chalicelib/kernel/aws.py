"""Clients of the platform's services, made once a process and only when used (botocore alone: boto3 imports slowly)."""

from functools import cache
from typing import Any

from botocore.config import Config as BotoConfig
from botocore.session import Session, get_session


@cache
def session() -> Session:
    """Return the process's botocore session."""
    return get_session()


@cache
def client(service: str, *, quick: bool = False) -> Any:
    """Return the client of a service (`sqs`, `ssm`, `s3`, `cognito-idp`, …) with short time-outs and few retries.

    A caller is on the line while we wait: better a quick typed failure and a retry by the queue than a long silence.
    quick: one try of a second each way, where nothing depends on the answer but a caller's time.
    """
    region = session().get_config_variable("region") or "us-east-1"
    if quick:
        once = BotoConfig(connect_timeout=1, read_timeout=1, retries={"max_attempts": 1, "mode": "standard"})
        return session().create_client(service, region_name=region, config=once)
    limits = BotoConfig(connect_timeout=2, read_timeout=5, retries={"max_attempts": 3, "mode": "standard"})
    return session().create_client(service, region_name=region, config=limits)


@cache
def signing_s3(endpoint: str) -> Any:
    """Return the client that signs for browsers: they may reach the buckets under another address than we do."""
    style = {"addressing_style": "path" if endpoint else "auto"}
    region = session().get_config_variable("region") or "us-east-1"
    return session().create_client(
        "s3",
        region_name=region,
        endpoint_url=endpoint or None,
        config=BotoConfig(signature_version="s3v4", s3=style),
    )
