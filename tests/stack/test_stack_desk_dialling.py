"""Telephones dial by themselves on the running stack, with a carrier that repeats what it asks (PBX-8)."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from infrastructure.local.call import DESK_GROUP, DESK_PHONE, DIALLED, Report, User, record_of, state_of
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

HALL = "sip:1006@voice.local"


@pytest.fixture
def simulator(stack: Settings) -> Iterator[httpx.Client]:
    """The simulator's administration, repeating every webhook."""
    with httpx.Client(base_url=f"{stack.simulator_url}/sim", timeout=20) as client:
        client.post("/faults", json={"kind": "duplicate", "on": "any", "times": 0}).raise_for_status()
        yield client
        client.delete("/faults")


@pytest.fixture
def dialler(stack: Settings) -> Iterator[User]:
    """Agent 5, ready at the service group with his desk phone."""
    with closing(User(stack, "agent5")) as user:
        user.work(DESK_GROUP, {"kind": "sip", "address": DESK_PHONE})
        yield user
        user.post("/agent/sign-out")


def dial(simulator: httpx.Client, phone: str, number: str, *steps: dict[str, Any]) -> str:
    """Let a phone dial; returns the call."""
    placed = simulator.post("/calls", json={"from": phone, "to": number, "steps": [*steps]})
    return placed.raise_for_status().json()["call_sid"]


def heard(simulator: httpx.Client, call_id: str) -> list[str]:
    """Return the words that the phone heard."""
    timeline = simulator.get(f"/calls/{call_id}").json()["timeline"]
    return [line["detail"]["text"] for line in timeline if line["detail"].get("kind") == "prompt"]


def over(simulator: httpx.Client, call_id: str) -> bool:
    """Return whether the phone's leg has ended."""
    return simulator.get(f"/calls/{call_id}").json()["status"] == "completed"


def test_the_desk_phone_of_the_hall_may_call_colleagues_but_not_out(
    simulator: httpx.Client, dialler: User, stack: Settings
) -> None:
    refused = dial(simulator, HALL, DIALLED)
    eventually(lambda: over(simulator, refused), "the phone is told why it may not")
    assert heard(simulator, refused) == ["此分机没有外呼权限。"]

    call_id = dial(simulator, HALL, "1005", {"wait_until": "connected"}, {"wait_s": 1}, {"hang_up": True})
    eventually(lambda: state_of(dialler, call_id) == "talking", "the hall talks with agent 5")
    eventually(lambda: dialler.get("/agent")["agent"]["state"] == "wrap_up", "agent 5 wraps up")
    eventually(lambda: record_of(dialler, call_id), "the record is filed")
    with closing(User(stack, "admin1")) as admin:
        record = record_of(admin, refused)
    assert record is not None
    assert (record["cause"], record["answered_at"]) == ("not_allowed", None)


def test_a_group_serves_the_phone_of_another(simulator: httpx.Client, dialler: User) -> None:
    call_id = dial(simulator, HALL, DESK_GROUP, {"wait_until": "connected"}, {"wait_s": 1}, {"hang_up": True})
    record = Report().wait("the record is filed", lambda: record_of(dialler, call_id))
    told = (record["direction"], record["customer_number"], record["group_id"], record["agent_ids"])
    assert told == ("inbound", "1006", DESK_GROUP, ["agent5"])
    assert record["answered_at"]


def test_who_talks_on_his_phone_dials_no_second_call(simulator: httpx.Client, dialler: User) -> None:
    first = dial(simulator, DESK_PHONE, DIALLED, {"wait_until": "connected"}, {"wait_s": 60})
    eventually(lambda: state_of(dialler, first) == "talking", "agent 5 talks with whom he dialled")
    second = dial(simulator, DESK_PHONE, "13900139001")
    eventually(lambda: over(simulator, second), "the second call is refused")
    assert heard(simulator, second) == ["您当前有来电或正在通话,请先处理后再拨。"]
    assert state_of(dialler, first) == "talking"
    dialler.post(f"/calls/{first}/hangup")
    eventually(lambda: over(simulator, first), "the desk phone is released")
