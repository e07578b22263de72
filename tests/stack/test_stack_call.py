"""The scripted call on the running stack: as it should be, and with a carrier that repeats, reorders and delays."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infrastructure.local import call
from infrastructure.local.settings import Settings


@pytest.fixture
def simulator(stack: Settings) -> Iterator[httpx.Client]:
    """The simulator's administration; what a test changed is undone."""
    with httpx.Client(base_url=f"{stack.simulator_url}/sim", timeout=20) as client:
        yield client
        client.delete("/faults")
        client.delete("/phones", params={"pattern": "client:agent1"})
        client.delete("/phones", params={"pattern": "client:agent2"})


FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "every webhook comes twice": [{"kind": "duplicate", "on": "any", "times": 0}],
    "status call-backs out of order": [{"kind": "reorder", "on": "status", "times": 0}],
    "status call-backs late": [{"kind": "delay", "on": "status", "times": 0, "delay_s": 0.7}],
    "the carrier answers a create too late": [
        {"kind": "rest_timeout", "url_contains": "/Calls.json", "method": "POST", "times": 1, "delay_s": 5}
    ],
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_a_call_is_served_whatever_the_carrier_does(
    stack: Settings, simulator: httpx.Client, faults: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    for fault in faults:
        simulator.post("/faults", json=fault).raise_for_status()

    status = call.run(stack)

    assert status == 0, capsys.readouterr().out
