"""IVR-5: what a call leaves in the figures of its flow: where the caller hung up, and where that was nobody's loss."""

from collections.abc import Iterator

import pytest

from chalicelib.ivr.heat import Tally, place_of
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
