"""Fixtures of flows."""

from collections.abc import Iterator

import pytest

from chalicelib.ivr import service


@pytest.fixture
def stored(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty tables, and a process that holds no document of an earlier test."""
    request.getfixturevalue("tables")
    service.version.cache_clear()
    service.connect(service.Surroundings())
    yield
    service.version.cache_clear()
    service.connect(service.Surroundings())
