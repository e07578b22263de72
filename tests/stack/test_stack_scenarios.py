"""`make call SCENARIO=…`: every scenario on the running stack, as a user runs it."""

import pytest

from infrastructure.local import scenarios
from infrastructure.local.settings import Settings


@pytest.mark.parametrize("name", sorted(scenarios.SCENARIOS))
def test_a_scenario(stack: Settings, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = scenarios.run(stack, name)
    assert status == 0, capsys.readouterr().out
