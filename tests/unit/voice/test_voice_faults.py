"""Webhooks: signatures, retries, and misbehaviour on demand."""

from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator

from infrastructure.voice.hooks.faults import Fault
from infrastructure.voice.hooks.transport import ConnectionFailed, HookReply, HookRequest
from tests.unit.voice.world import TRUNK, World


async def test_every_request_is_signed_for_the_provider_s_own_validator(world: World) -> None:
    number = world.exchange.numbers[TRUNK]
    number.voice_url, number.voice_method = "http://app.test/voice?step=3&name=%E4%B8%AD", "GET"
    world.document("/voice", "<Redirect>http://app.test:8080/next?a=b%20c</Redirect>")
    world.document("/next", "<Say>中文</Say>")
    world.call(caller_name="王 & <b>")
    await world.run(20)
    validator = RequestValidator(world.exchange.settings.auth_token)
    assert world.platform.paths() == ["/voice", "/next", "/status"]
    for request in world.platform.requests:
        signature = request.headers["X-Twilio-Signature"]
        assert validator.validate(request.url, request.form, signature)
        assert not RequestValidator("another").validate(request.url, request.form, signature)
    assert "CallSid=CA" in world.platform.requests[0].url
    assert world.platform.requests[0].form == {}


async def test_callback_that_nobody_takes_is_sent_again(world: World) -> None:
    attempts: list[int] = []

    def down_twice(_: HookRequest) -> HookReply:
        attempts.append(world.clock.now_ms())
        if len(attempts) < 3:
            raise ConnectionFailed("refused")
        return HookReply(200)

    world.document("/voice", "<Reject/>")
    world.document("/status", down_twice)
    world.call()
    await world.run(60)
    assert [at - attempts[0] for at in attempts] == [0, 1000, 3000]


async def test_callback_is_given_up_in_the_end_and_reported(world: World) -> None:
    world.document("/voice", "<Reject/>")
    world.document("/status", HookReply(503))
    world.call()
    await world.run(60)
    assert len(world.platform.to("/status")) == 4
    assert [e.data["code"] for e in world.exchange.events.after(0, 500) if e.kind == "error"] == [15003]


async def test_duplicated_document_and_status(world: World) -> None:
    world.exchange.faults.add(Fault(kind="duplicate", on="document"))
    world.exchange.faults.add(Fault(kind="duplicate", on="status"))
    world.document("/voice", "<Say>once</Say>")
    call = world.call()
    await world.run(20)
    first, second = world.platform.to("/voice")
    assert first == second
    assert len(world.platform.to("/status")) == 2
    assert world.heard(call) == ["prompt:once", "nothing"]


async def test_reordered_statuses(world: World) -> None:
    world.exchange.faults.add(Fault(kind="reorder", on="status"))
    world.phone("client:agent1", answer_after_s=1)
    world.dial("client:agent1", "<Pause length='5'/>")
    await world.run(60)
    statuses = [form["CallStatus"] for form in world.platform.to("/out")]
    assert statuses == ["ringing", "initiated", "in-progress", "completed"]


async def test_last_callback_cannot_be_held_back_for_ever(world: World) -> None:
    world.exchange.faults.add(Fault(kind="reorder", on="status"))
    world.document("/voice", "<Reject/>")
    world.call()
    await world.run(4)
    assert world.platform.to("/status") == []
    await world.run(2)
    assert len(world.platform.to("/status")) == 1


async def test_dropped_and_delayed_statuses(world: World) -> None:
    world.exchange.faults.add(Fault(kind="drop", on="status", times=1))
    world.exchange.faults.add(Fault(kind="delay", on="status", delay_s=30))
    world.phone("client:agent1", answer_after_s=1)
    world.dial("client:agent1", "<Pause length='5'/>")
    await world.run(20)
    assert [form["CallStatus"] for form in world.platform.to("/out")] == ["in-progress", "completed"]
    await world.run(20)
    assert world.platform.to("/out")[-1]["CallStatus"] == "ringing"


async def test_delayed_document(world: World) -> None:
    world.exchange.faults.add(Fault(kind="delay", on="document", delay_s=9, url_contains="/voice"))
    world.document("/voice", "<Say>late</Say>")
    call = world.call()
    await world.run(8)
    assert call.status == "ringing"
    await world.run(2)
    assert world.heard(call)[0] == "prompt:late"


@pytest.mark.parametrize("url", ["ftp://app.test/x", "nonsense"])
async def test_invalid_url_is_an_error_not_a_crash(world: World, url: str) -> None:
    world.exchange.numbers[TRUNK].voice_url = url
    call = world.call()
    await world.run(20)
    assert call.status == "completed"
    assert [e.data["code"] for e in world.exchange.events.after(0, 500) if e.kind == "error"] == [11100]
    assert all(urlsplit(r.url).scheme == "http" for r in world.platform.requests)
