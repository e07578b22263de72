"""The template, rendered once from app.py as it is."""

from typing import Any

import pytest

from infrastructure.local import deploy


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The template as it goes to AWS."""
    return deploy.render()
