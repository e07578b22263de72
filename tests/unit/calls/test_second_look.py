"""What a second look at call control found: repeated and late messages, steps that failed half way."""

from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from chalicelib.acd.model.call import CallState
from chalicelib.calls import control, inbound
from chalicelib.calls.control import Target
from chalicelib.telephony.webhooks import VoiceRequest
from tests.unit.calls.carrier import ACCOUNT
from tests.unit.calls.centre import Centre, running
from tests.unit.calls.test_way_through import rung, served


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
