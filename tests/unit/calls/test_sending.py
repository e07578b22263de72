"""Short messages are given to a carrier once, whatever comes twice."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from chalicelib.acd.model.events import Event, event
from chalicelib.calls import sending
from chalicelib.calls.records import Filing
from chalicelib.messages import service, tables
from chalicelib.telephony.outcome import Done, Outcome, Refused, Unknown

CARRIER: dict[str, Outcome[str]] = {
    "taken": Done("SM1"),
    "refused": Refused(code=21606, status=400),
    "lost": Unknown("x"),
}


class Carrier:
    """Counts what it is asked for."""

    def __init__(self, outcome: Outcome[str]) -> None:
        self.outcome = outcome
        self.asked: list[tuple[str, str, str]] = []

    def send_message(self, to: str, from_: str, text: str) -> Outcome[str]:
        self.asked.append((to, from_, text))
        return self.outcome


@pytest.fixture(params=sorted(CARRIER))
def carrier(request: pytest.FixtureRequest, tables: None) -> Iterator[Carrier]:
    del tables
    made = Carrier(CARRIER[request.param])
    with patch.object(service, "_clients", [lambda _: made]):
        yield made


def asked() -> Event:
    data = {"message_id": "CA1-3", "carrier": "fake", "from": "+861055550100", "to": "+8613800138000", "text": "您好"}
    return event(1_800_000_000_000, "call.message", data=data)


def test_a_message_is_sent_once_however_often_it_is_filed(carrier: Carrier) -> None:
    filing = Filing(subject="call#CA1", events=(event(1, "call.flow"), asked()))
    for _ in range(3):
        sending.send_from(filing)
    assert carrier.asked == [("+8613800138000", "+861055550100", "您好")]
    stored = tables.find("CA1-3")
    assert stored is not None
    assert stored.call_id == "CA1"
    expected = {"Done": "sent", "Refused": "refused", "Unknown": "unknown"}
    assert stored.state == expected[type(carrier.outcome).__name__]


def test_a_process_that_died_while_it_asked_does_not_ask_again(carrier: Carrier) -> None:
    with patch.object(carrier, "send_message", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        sending.send_from(Filing(subject="call#CA1", events=(asked(),)))
    sending.send_from(Filing(subject="call#CA1", events=(asked(),)))
    assert carrier.asked == []
    stored = tables.find("CA1-3")
    assert stored is not None
    assert stored.state == "sending"
