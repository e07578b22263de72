"""The product's code in this process, turned to another AWS: environment, and clients made anew."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

FIXED = {
    "AWS_SESSION_TOKEN": "test",
    "ZHIYIN_APP": "zhiyin",
    "ZHIYIN_STAGE": "local",
    "POWERTOOLS_SERVICE_NAME": "zhiyin",
    "POWERTOOLS_LOG_LEVEL": "WARNING",
}


@contextmanager
def on_emulator(variables: Mapping[str, str]) -> Generator[None]:
    """Run the product's code against the AWS that `variables` name; afterwards everything is as before."""
    given = {**FIXED, **variables}
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    forget_clients()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        forget_clients()


def forget_clients() -> None:
    """Drop every client and connection that the process keeps, so that the next use reads the environment."""
    from pynamodb.models import Model

    from chalicelib.kernel import aws, records
    from chalicelib.kernel.config import config

    records._connections.clear()
    aws.client.cache_clear()
    aws.session.cache_clear()
    config.cache_clear()
    for model in _models(Model):
        model._connection = None


def _models(base: type[Any]) -> list[type[Any]]:
    return [found for each in base.__subclasses__() for found in (each, *_models(each))]
