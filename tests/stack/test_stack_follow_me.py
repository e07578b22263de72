"""An extension is followed on the running stack, with timers and redirects of its own (PBX-5)."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from infrastructure.local.call import User, record_of
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

NUMBER, EXTENSION = "+861055550177", "1777"
FIRST, SECOND = "+8613900177001", "+8613900177002"


@pytest.fixture
def admin(stack: Settings) -> Iterator[User]:
    """The administrator, with a virtual extension and a number that leads to it."""
    with closing(User(stack, "admin1")) as user:
        extension = {
            "extension": EXTENSION, "kind": "virtual", "unanswered": {"kind": "voicemail"}, "follow_me_in_order": False,
            "follow_me": [
                {"kind": "outside", "number": FIRST, "ring_s": 8},
                {"kind": "outside", "number": SECOND, "delay_s": 2, "ring_s": 8},
            ],
        }  # fmt: skip
        user.post("/extensions", **extension)
        user.post("/trunk-numbers", number=NUMBER, carrier="simulator", extension=EXTENSION)
        yield user
        user.http.delete(f"/trunk-numbers/{NUMBER}").raise_for_status()
        user.http.delete(f"/extensions/{EXTENSION}").raise_for_status()


@pytest.fixture
def simulator(stack: Settings, admin: User) -> Iterator[httpx.Client]:
    """The simulator, which has the number too and repeats every webhook."""
    del admin
    voice = f"{stack.public_url}/voice"
    number = {"phone_number": NUMBER, "voice_url": f"{voice}/inbound", "status_callback": f"{voice}/status"}
    with httpx.Client(base_url=f"{stack.simulator_url}/sim", timeout=20) as client:
        client.put("/numbers", json=number).raise_for_status()
        client.post("/faults", json={"kind": "duplicate", "on": "any", "times": 0}).raise_for_status()
        yield client
        client.delete("/faults")
        for phone in (FIRST, SECOND):
            client.delete("/phones", params={"pattern": phone})


def phone(simulator: httpx.Client, pattern: str, **fields: Any) -> None:
    """Say what a phone does."""
    simulator.put("/phones", json={"pattern": pattern, **fields}).raise_for_status()


def legs_to(simulator: httpx.Client, number: str) -> list[dict[str, Any]]:
    """Return the legs to a number, newest first."""
    return [leg for leg in simulator.get("/calls").json()["items"] if leg["to"] == number]


def call(simulator: httpx.Client, *steps: dict[str, Any]) -> str:
    """Somebody calls the extension's number; returns the call."""
    placed = simulator.post("/calls", json={"from": "+8613800138000", "to": NUMBER, "steps": [*steps]})
    return placed.raise_for_status().json()["call_sid"]


def test_the_second_phone_answers_and_the_first_stops(simulator: httpx.Client, admin: User) -> None:
    phone(simulator, FIRST, result="no_answer")
    phone(simulator, SECOND, result="answer", answer_after_s=1, presses=[{"after_s": 1, "digits": "1"}])

    call_id = call(simulator, {"wait_until": "connected"}, {"wait_s": 1}, {"hang_up": True})

    eventually(lambda: record_of(admin, call_id), "the call is over and filed")
    record = record_of(admin, call_id)
    assert record is not None
    assert record["answered_at"]
    (first,), (second,) = legs_to(simulator, FIRST), legs_to(simulator, SECOND)
    assert (first["answered_at"], first["ended_by"]) == (None, "api")
    (caller,) = [leg for leg in legs_to(simulator, NUMBER) if leg["call_sid"] == call_id]
    assert caller["created_at"] + 2_000 <= second["created_at"] < first["ended_at"], "two seconds later, while it rings"
    assert second["answered_at"]


def test_nobody_answers_and_the_caller_leaves_a_message(simulator: httpx.Client, admin: User) -> None:
    phone(simulator, FIRST, result="busy", answer_after_s=0)
    phone(simulator, SECOND, result="unreachable")

    call_id = call(simulator, {"wait_until": "recording"}, {"wait_s": 2}, {"press": "#"})

    eventually(lambda: record_of(admin, call_id), "the call is over and filed")

    def message() -> dict[str, Any] | None:
        items = admin.get("/recordings")["items"]
        return next((one for one in items if one["call_id"] == call_id), None)

    eventually(message, "the message has a recording")
    assert (message() or {})["kind"] == "voicemail"
