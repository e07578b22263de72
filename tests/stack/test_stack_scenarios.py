"""`make call SCENARIO=…`: scenarios on the running stack, as a user runs them."""

import pytest

from infrastructure.local import scenarios
from infrastructure.local.settings import Settings

IN_THE_BROWSER = {"skills", "area", "voicemail"}
"""What tests in the browser try too: not twice, since the whole run has its limit."""


@pytest.mark.parametrize("name", sorted(scenarios.SCENARIOS.keys() - IN_THE_BROWSER))
def test_a_scenario(stack: Settings, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = scenarios.run(stack, name)
    assert status == 0, capsys.readouterr().out
