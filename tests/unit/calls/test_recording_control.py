"""AGT-7: the agent's hand on the recording. What the screen says is what the carrier does; no pause lasts for ever."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd.errors import CarrierSilent, NothingToDo, NotYourCall, RecordingNotAllowed
from chalicelib.acd.model.recorded import RecordingControl
from chalicelib.calls import control, recording_control
from chalicelib.calls.control import Target
from chalicelib.calls.views import public_call
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import rung, served

PAUSE_S = 60


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def begun(centre: Centre, policy: RecordingControl = "manual", *, record: bool = True) -> str:
    """Bring a caller to agent1 in a group with this policy; return the call."""
    group = replace(GROUPS["8001"], recording_control=policy, recording_pause_s=PAUSE_S, record=record)
    with patch.dict(GROUPS, {"8001": group}):
        call_id, _ = served(centre)
    return call_id


def at_carrier(centre: Centre, call_id: str) -> list[str]:
    return centre.carrier.legs[call_id].recordings


def shown(centre: Centre, call_id: str) -> str:
    view = public_call(centre.call(call_id)).recording
    assert view is not None
    return view.state


def test_a_pause_and_its_end(centre: Centre) -> None:
    call_id, me = begun(centre, "pause"), centre.who("agent1")
    recording_control.pause(me, call_id)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["paused"], "paused")
    change = centre.call(call_id).changes[-1]
    assert (change.type, change.who, change.to) == ("call.recording", "agent1", "paused")
    assert change.data["offset_ms"] == 0
    with pytest.raises(NothingToDo):
        recording_control.pause(me, call_id)
    centre.advance(7_000)
    recording_control.resume(me, call_id)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["in-progress"], "on")
    assert centre.call(call_id).changes[-1].data["offset_ms"] == 7_000


def test_a_pause_ends_by_itself(centre: Centre) -> None:
    call_id = begun(centre)
    recording_control.pause(centre.who("agent1"), call_id)
    centre.advance(PAUSE_S * 1000 - 1)
    assert shown(centre, call_id) == "paused"
    centre.advance(1)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["in-progress"], "on")


def test_a_carrier_that_does_not_resume_is_asked_again(centre: Centre) -> None:
    call_id = begun(centre)
    recording_control.pause(centre.who("agent1"), call_id)
    centre.carrier.rest_fault = "lost"
    centre.advance(PAUSE_S * 1000)
    assert shown(centre, call_id) == "paused"
    centre.advance(5_000)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["in-progress"], "on")


@pytest.mark.parametrize("fault", ["late", "refused"])
def test_a_pause_that_is_not_certain_is_none(centre: Centre, fault: str) -> None:
    call_id = begun(centre)
    with patch.object(centre.carrier, "recordings_of", _then_fails(centre, fault)), pytest.raises(CarrierSilent):
        recording_control.pause(centre.who("agent1"), call_id)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["in-progress"], "on")
    recording_control.pause(centre.who("agent1"), call_id)
    assert at_carrier(centre, call_id) == ["paused"]


def _then_fails(centre: Centre, fault: str) -> object:
    """Return what lists the recordings and makes the first request after it fail."""
    listed, faults = centre.carrier.recordings_of, [fault]

    def recordings_of(call_sid: str) -> object:
        found = listed(call_sid)
        centre.carrier.rest_fault = faults.pop() if faults else ""
        return found

    return recordings_of


def test_all_recordings_of_the_leg_are_paused(centre: Centre) -> None:
    call_id = begun(centre)
    at_carrier(centre, call_id).append("in-progress")
    recording_control.pause(centre.who("agent1"), call_id)
    assert at_carrier(centre, call_id) == ["paused", "paused"]


def test_the_next_agent_is_recorded(centre: Centre) -> None:
    call_id = begun(centre)
    centre.sign_in("agent2")
    recording_control.pause(centre.who("agent1"), call_id)
    control.transfer(centre.who("agent1"), call_id, Target(kind="agent", id="agent2"))
    centre.advance(1)
    centre.settle()
    assert at_carrier(centre, call_id) == ["in-progress"]
    centre.carrier.answers(rung(centre, call_id))
    centre.settle()
    with pytest.raises(NotYourCall):
        recording_control.pause(centre.who("agent1"), call_id)


def test_the_groups_policy_holds(centre: Centre) -> None:
    call_id, me = begun(centre, "none"), centre.who("agent1")
    for act in (recording_control.pause, recording_control.stop, recording_control.start):
        with pytest.raises(RecordingNotAllowed):
            act(me, call_id)
    centre.carrier.ends(call_id)
    centre.settle()
    centre.advance(11_000)
    other = begun(centre, "pause")
    with pytest.raises(RecordingNotAllowed):
        recording_control.stop(me, other)


def test_stop_and_start(centre: Centre) -> None:
    call_id, me = begun(centre), centre.who("agent1")
    recording_control.pause(me, call_id)
    recording_control.stop(me, call_id)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["stopped"], "off")
    assert centre.call(call_id).recording is False
    with pytest.raises(NothingToDo):
        recording_control.stop(me, call_id)
    recording_control.start(me, call_id)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == (["stopped", "in-progress"], "on")


def test_a_call_that_is_not_recorded_is_from_when_its_agent_says_so(centre: Centre) -> None:
    call_id = begun(centre, record=False)
    assert (at_carrier(centre, call_id), shown(centre, call_id)) == ([], "off")
    recording_control.start(centre.who("agent1"), call_id)
    assert at_carrier(centre, call_id) == ["in-progress"]
    assert call_id in centre.recording_rows
