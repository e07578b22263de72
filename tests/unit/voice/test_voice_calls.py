"""The life of single calls on the virtual clock: incoming, outgoing, documents, keys, errors."""

from infrastructure.voice.engine.source import Source
from infrastructure.voice.hooks.transport import ConnectionFailed, HookReply, HookRequest
from infrastructure.voice.hooks.webhooks import DOCUMENT_TIMEOUT_S
from infrastructure.voice.legs.scripts import Press, Step
from tests.unit.voice.world import CALLER, TRUNK, World


async def test_incoming_call_is_answered_by_the_first_sound_and_ends_with_the_document(world: World) -> None:
    world.document("/voice", "<Say>hello there</Say>")
    call = world.call()
    await world.run(0)
    first = world.platform.to("/voice")[0]
    assert first["CallStatus"] == "ringing"
    assert (first["From"], first["To"], first["Direction"]) == (CALLER, TRUNK, "inbound")
    assert first["CallSid"] == call.sid
    assert first["CallSid"].startswith("CA")
    assert len(first["CallSid"]) == 34
    assert call.status == "in-progress"
    await world.run(30)
    assert call.status == "completed"
    assert world.heard(call) == ["prompt:hello there", "nothing"]
    (status,) = world.platform.to("/status")
    assert status["CallStatus"] == "completed"
    assert status["CallbackSource"] == "call-progress-events"
    assert status["CallDuration"] == "1"


async def test_reject_does_not_answer(world: World) -> None:
    world.document("/voice", '<Reject reason="busy"/>')
    call = world.call()
    await world.run(1)
    assert (call.status, call.answered_at) == ("busy", None)


async def test_gather_with_barge_in_asks_the_action(world: World) -> None:
    world.document("/voice", '<Gather numDigits="1" action="/keys"><Say>press one for sales or two</Say></Gather>')
    world.document("/keys", "<Pause length='5'/>")
    call = world.call(Step(wait_until="listening"), Step(wait_s=0.5), Step(press="1"))
    await world.run(1)
    assert [form["Digits"] for form in world.platform.to("/keys")] == ["1"]
    assert call.status == "in-progress"


async def test_gather_ends_with_key_timeout_or_nothing(world: World) -> None:
    world.document("/voice", '<Gather action="/keys" timeout="3"/><Redirect>/nothing</Redirect>')
    world.document("/keys", "<Hangup/>")
    world.document("/nothing", "<Hangup/>")
    finished = world.call(Step(wait_until="listening"), Step(press="12#"))
    unfinished = world.call(Step(wait_until="listening"), Step(press="34"))
    silent = world.call()
    await world.run(20)
    assert [(f["CallSid"], f["Digits"]) for f in world.platform.to("/keys")] == [
        (finished.sid, "12"),
        (unfinished.sid, "34"),
    ]
    assert [f["CallSid"] for f in world.platform.to("/nothing")] == [silent.sid]


async def test_gather_reports_an_empty_result_on_request(world: World) -> None:
    world.document("/voice", '<Gather action="/keys" timeout="3" actionOnEmptyResult="true"/>')
    world.document("/keys", "<Hangup/>")
    world.call()
    await world.run(10)
    assert [form["Digits"] for form in world.platform.to("/keys")] == [""]


async def test_two_hundred_keys_are_enough(world: World) -> None:
    world.document("/voice", '<Gather action="/keys" timeout="3"/>')
    world.document("/keys", "<Hangup/>")
    world.call(Step(wait_until="listening"), Step(press="7" * 300))
    await world.run(200)
    assert [len(form["Digits"]) for form in world.platform.to("/keys")] == [200]


async def test_status_callbacks_of_an_outgoing_call_in_order(world: World) -> None:
    world.phone("client:agent1", answer_after_s=2)
    call = world.dial("client:agent1", "<Pause length='10'/>")
    await world.run(60)
    forms = world.platform.to("/out")
    assert [(f["CallStatus"], f["SequenceNumber"]) for f in forms] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert forms[-1]["CallDuration"] == "10"
    assert forms[-1]["Duration"] == "1"
    assert call.status == "completed"


async def test_outgoing_call_outcomes(world: World) -> None:
    outcomes = {
        "busy": "busy",
        "reject": "busy",
        "no_answer": "no-answer",
        "failed": "failed",
        "unreachable": "no-answer",
    }
    calls = {}
    for result in outcomes:
        world.phone(f"+1555000{len(calls):04}", result=result)
        calls[result] = world.dial(f"+1555000{len(calls):04}", "<Hangup/>", timeout_s=20)
    await world.run(30)
    assert {result: call.status for result, call in calls.items()} == outcomes


async def test_client_without_a_browser_is_no_answer_and_unknown_sip_fails(world: World) -> None:
    client, sip = world.dial("client:nobody", "<Hangup/>"), world.dial("sip:x@example.org", "<Hangup/>")
    await world.run(2)
    assert (client.status, sip.status) == ("no-answer", "failed")


async def test_keys_of_a_phone_accept_a_call(world: World) -> None:
    world.phone("+8613900000002", answer_after_s=1, presses=[Press(after_s=2, digits="1")])
    world.document("/accepted", "<Pause length='5'/>")
    gather = '<Gather numDigits="1" action="http://app.test/accepted"><Say>press one</Say></Gather>'
    call = world.dial("+8613900000002", gather)
    await world.run(5)
    assert world.platform.to("/accepted")[0]["Digits"] == "1"
    assert call.status == "in-progress"


async def test_redirect_by_rest_cuts_the_document_short(world: World) -> None:
    world.document("/voice", "<Pause length='600'/>")
    world.document("/other", "<Say>now this</Say><Pause length='600'/>")
    call = world.call()
    await world.run(10)
    call.redirect(Source("http://app.test/other"))
    await world.run(1)
    assert world.heard(call) == ["prompt:now this", "nothing"]
    assert call.status == "in-progress"


async def test_caller_who_hangs_up_while_ringing_is_canceled(world: World) -> None:
    world.document("/voice", "<Pause length='30'/><Say>late</Say>")
    call = world.call(Step(wait_s=5), Step(hang_up=True))
    await world.run(10)
    assert (call.status, call.ended_by) == ("canceled", "caller")


async def test_broken_document_goes_to_the_fallback_once(world: World) -> None:
    number = world.exchange.numbers[TRUNK]
    number.voice_fallback_url = "http://app.test/fallback"
    world.document("/voice", HookReply(200, b"<Response><Sey>typo</Sey></Response>"))
    world.document("/fallback", "<Say>sorry</Say>")
    call = world.call()
    await world.run(20)
    (fallback,) = world.platform.to("/fallback")
    assert (fallback["ErrorCode"], fallback["ErrorUrl"]) == ("12200", "http://app.test/voice")
    assert world.heard(call)[0] == "prompt:sorry"
    assert call.status == "completed"


async def test_failing_webhook_without_fallback_says_sorry_and_hangs_up(world: World) -> None:
    world.document("/voice", HookReply(500))
    call = world.call()
    await world.run(20)
    assert world.heard(call)[0].startswith("prompt:We are sorry")
    assert call.status == "completed"


async def test_webhook_that_does_not_answer_is_given_up_after_15_seconds(world: World) -> None:
    async def never(_: HookRequest) -> str:
        await world.clock.sleep(3600)
        return "<Response/>"

    world.document("/voice", never)
    call = world.call()
    await world.run(DOCUMENT_TIMEOUT_S - 1)
    assert call.status == "ringing"
    await world.run(10)
    assert call.status == "completed"
    assert [e.data["code"] for e in world.exchange.events.after(0, 500) if e.kind == "error"] == [11200]


async def test_connection_failure_is_tried_once_more(world: World) -> None:
    attempts: list[str] = []

    def flaky(request: HookRequest) -> str:
        attempts.append(request.url)
        if len(attempts) == 1:
            raise ConnectionFailed("refused")
        return "<Response><Say>x</Say><Pause length='60'/></Response>"

    world.document("/voice", flaky)
    call = world.call()
    await world.run(30)
    assert len(attempts) == 2
    assert call.status == "in-progress"


async def test_documents_that_redirect_in_a_circle_are_stopped(world: World) -> None:
    world.document("/voice", "<Redirect>/voice</Redirect>")
    call = world.call()
    await world.run(10)
    assert call.status == "completed"
    assert len(world.platform.to("/voice")) < 200


async def test_impatient_caller_leaves(world: World) -> None:
    world.document("/voice", "<Say>wait</Say><Enqueue>q</Enqueue>")
    call = world.call(patience_s=30)
    await world.run(29)
    assert call.status == "in-progress"
    await world.run(2)
    assert (call.status, call.ended_by) == ("completed", "caller")


async def test_time_limit_ends_an_outgoing_call(world: World) -> None:
    call = world.dial("+15550001111", "<Pause length='9999'/>", time_limit_s=60)
    await world.run(70)
    assert (call.status, call.ended_by) == ("completed", "time limit")
