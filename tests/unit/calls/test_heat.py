"""IVR-5: what a call leaves in the figures of its flow: where the caller hung up, and where that was nobody's loss."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from chalicelib.calls import records, triggers
from chalicelib.calls.records import Filing
from chalicelib.ivr import heat_service
from chalicelib.ivr.heat import Tally, Walk, day_of, place_of
from chalicelib.ivr.heat_tables import read
from tests.unit.calls.centre import Centre, running


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1"])) as made:
        yield made


def figures(centre: Centre, call_id: str) -> dict[str, Tally]:
    return {place_of(key).node: tally for key, tally in centre.call(call_id).walked.nodes.items()}


def hang_ups(centre: Centre, call_id: str) -> list[str]:
    return [node for node, tally in figures(centre, call_id).items() if tally.hang_ups]


def test_a_caller_who_hangs_up_in_a_menu_is_lost_there(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "5")
    centre.carrier.ends(call_id)
    centre.settle()
    assert hang_ups(centre, call_id) == ["menu"]
    assert figures(centre, call_id)["menu"] == Tally(visits=1, invalid=1, hang_ups=1, keys={"5": 1})


def test_a_caller_who_gives_up_waiting_is_lost_at_the_queue(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    centre.carrier.ends(call_id)
    centre.settle()
    assert hang_ups(centre, call_id) == ["sales"]


def test_who_was_served_is_not_lost(centre: Centre) -> None:
    centre.sign_in("agent1")
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "1")
    centre.settle()
    call = centre.call(call_id)
    leg = call.offer_leg(call.live_offers[0].offer_id)
    assert leg is not None
    assert leg.sid is not None
    centre.carrier.rings(leg.sid)
    centre.carrier.answers(leg.sid)
    centre.settle()
    centre.carrier.ends(call_id)
    centre.settle()
    assert hang_ups(centre, call_id) == []
    assert figures(centre, call_id)["sales"].visits == 1


def test_who_leaves_a_message_is_not_lost(centre: Centre) -> None:
    call_id = centre.carrier.call_in("+8613800138000")
    centre.carrier.presses(call_id, "9")
    centre.carrier.ends(call_id)
    centre.settle()
    assert hang_ups(centre, call_id) == []
    assert figures(centre, call_id)["message"].visits == 1


def batch(*call_ids: str) -> dict[str, Any]:
    """Return what the queue delivers when calls are over."""
    ends = [(f"m-{id}", records.encode(Filing(subject=f"call#{id}", ended_call=id))) for id in call_ids]
    return {"Records": [{"messageId": message_id, "body": body} for message_id, body in ends]}


@pytest.fixture
def over(centre: Centre, monkeypatch: pytest.MonkeyPatch, tables: None) -> list[str]:  # noqa: ARG001
    """Two calls that hung up in the menu, with the rest of filing left out."""
    for name in ("chalicelib.calls.triggers.surveys.file_after", "chalicelib.calls.triggers.callbacks.try_again_after"):
        monkeypatch.setattr(name, lambda _call_id: None)
    monkeypatch.setattr(heat_service, "now_ms", lambda: centre.now)
    calls = [centre.carrier.call_in(f"+861380013800{number}") for number in range(2)]
    for call_id in calls:
        centre.carrier.ends(call_id)
    centre.settle()
    return calls


def counted(centre: Centre, call_id: str) -> int:
    """Return how many hang-ups in the menu are stored."""
    place = next(place_of(key) for key in centre.call(call_id).walked.nodes)
    day = day_of(centre.call(call_id).started_at)
    return sum(tally.hang_ups for node, tally in read(place.flow_id, place.version, day, day) if node == "menu")


def test_calls_of_a_batch_are_counted_once_however_often_it_comes(centre: Centre, over: list[str]) -> None:
    for _ in range(2):
        assert triggers.on_filing(batch(*over, over[0])) == {"batchItemFailures": []}
    assert counted(centre, over[0]) == 2


def test_a_call_that_cannot_be_counted_comes_again_alone(
    centre: Centre, over: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = heat_service.count

    def count(walks: Iterable[Walk]) -> None:
        if over[1] in [walk.call_id for walk in walks]:
            raise RuntimeError
        real(walks)

    monkeypatch.setattr(heat_service, "count", count)
    assert triggers.on_filing(batch(*over)) == {"batchItemFailures": [{"itemIdentifier": f"m-{over[1]}"}]}
    assert counted(centre, over[0]) == 1
