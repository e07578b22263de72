"""What a second look at call control found: repeated and late messages, steps that failed half way."""

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest

import app
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.acd.model.group import Group
from chalicelib.calls import control, inbound, outbound, triggers, waiting, webhooks
from chalicelib.calls.control import Target
from chalicelib.directory.model import Route
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.carrier import ACCOUNT
from tests.unit.calls.centre import GROUPS, Centre, running
from tests.unit.calls.test_way_through import rung, served, state


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as made:
        yield made


def request(path: str, call_id: str) -> VoiceRequest:
    return VoiceRequest(path=path, carrier=ACCOUNT, query={"call_id": call_id}, form={"CallSid": call_id})


def test_who_fell_back_to_a_group_is_not_torn_out_of_his_talk(centre: Centre) -> None:
    """The flow to which an agent sent him could not be read: the number's group took him, and he talks there."""
    call_id, _ = served(centre)
    control.transfer(centre.who("agent1"), call_id, Target(kind="flow", id="demo"))
    centre.carrier.post.clear()  # the handler of /enter-flow fails; the carrier hears what the router falls back to
    trunk = SimpleNamespace(group_id="8001")
    with patch("chalicelib.directory.service.trunk_number", lambda _: trunk):
        document = inbound.fall_back(request("/enter-flow", call_id))
    centre.carrier._run(centre.carrier.legs[call_id], document)  # pyright: ignore[reportPrivateUsage]
    centre.advance(20_000)
    centre.sign_in("agent2")
    centre.settle()
    if centre.call(call_id).live_offers:
        centre.carrier.answers(rung(centre, call_id))
        centre.settle()
    assert centre.call(call_id).state is CallState.TALKING

    centre.advance(60_000)
    centre.settle()

    assert centre.carrier.legs[call_id].conference == call_id


def test_a_key_that_is_told_twice_leaves_one_queue(centre: Centre) -> None:
    """The key of the second group is the same one: the repeated request must not be taken for a second press."""
    onward = {"announce_position": False, "leave_key": "9", "leave_route": Route(kind="group", id="B")}
    groups = [Group(group_id="8001", name="a", **onward), Group(group_id="B", name="b", leave_key="9",
              leave_route=Route(kind="hang_up"))]  # fmt: skip
    with patch.dict(GROUPS, {group.group_id: group for group in groups}):
        call_id = centre.carrier.call_in("+8613800138000")
        centre.carrier.presses(call_id, "1")
        centre.settle()
        asked = VoiceRequest(
            path="/leave-key", carrier=ACCOUNT, query=leave_query(call_id), form={"CallSid": call_id, "Digits": "9"}
        )
        first, again = webhooks.leave_key(asked), webhooks.leave_key(asked)

        call = centre.call(call_id)
        assert (call.state, call.group_id) == (CallState.QUEUED, "B")
        assert first == again


def leave_query(call_id: str) -> dict[str, str]:
    """Return what the address of the waiting caller's keys carries."""
    document = ET.fromstring(waiting.wait_document(call_id, 0, first=True))
    (gather,) = document.iter("Gather")
    return dict(parse_qsl(urlsplit(gather.get("action", "")).query))


def test_a_record_that_cannot_be_settled_does_not_stop_the_sweeper(centre: Centre) -> None:
    bad, good = served(centre)[0], centre.carrier.call_in("+8613800138001")
    centre.carrier.legs[good].status = "completed"  # its end was never told
    centre.now += 3_600_000
    fetch = centre.carrier.fetch_call

    def breaks(sid: str) -> object:
        if sid == bad:
            raise RuntimeError("a record that nobody can read")
        return fetch(sid)

    with (
        patch.object(centre.carrier, "fetch_call", breaks),
        patch("chalicelib.acd.tables.groups.all", list[Group]),
    ):
        triggers.sweep()

    assert centre.call(good).over


def test_recordings_that_cannot_be_swept_do_not_stop_the_sweeper_of_calls() -> None:
    event = dict.fromkeys(
        ("version", "account", "region", "detail", "detail-type", "source", "time", "id", "resources")
    )
    swept: list[str] = []
    with (
        patch("chalicelib.recordings.triggers.sweep", side_effect=RuntimeError("no bucket")),
        patch("chalicelib.calls.triggers.sweep", lambda: swept.append("calls")),
        pytest.raises(RuntimeError),
    ):
        app.sweep(event, None)
    assert swept == ["calls"]


def test_who_dials_in_vain_during_wrap_up_takes_calls_again(centre: Centre) -> None:
    call_id, _ = served(centre)
    centre.carrier.ends(call_id)
    centre.settle()
    assert state(centre, "agent1") is AgentState.WRAP_UP

    dialled = outbound.dial(centre.who("agent1"), "+8613900000009", None)
    centre.settle()
    centre.carrier.answers(rung(centre, dialled.call_id))
    centre.settle()
    (customer,) = [sid for sid, leg in centre.carrier.legs.items() if leg.to == "+8613900000009"]
    centre.carrier.refuses(customer, "busy")
    centre.settle()

    assert state(centre, "agent1") is AgentState.READY
