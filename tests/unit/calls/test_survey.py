"""After the conversation the customer answers by key, while his agent is already free of the call."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd.errors import NoSurvey, NothingToDo
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import Call, CallState, deadline
from chalicelib.acd.rules import surveying
from chalicelib.calls import control, outbound, records, supervision, surveys
from chalicelib.calls.control import Target
from chalicelib.ivr.base import FlowPrompt
from chalicelib.ivr.model import Document, HangUpNode, SurveyNode
from chalicelib.kernel.principal import Principal
from chalicelib.survey.model import SurveyResult
from tests.unit.calls.carrier import HANDLERS
from tests.unit.calls.centre import GROUPS, SURVEYS, Centre, running

CALLER = "+8613800138000"
ASKING = replace(GROUPS["8001"], survey_id="s1", survey_asked="every")


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running(Centre(["agent1", "agent2"])) as found:
        yield found


def asked(**change: Any) -> Any:
    """Have the group ask its customers so."""
    return patch.dict(GROUPS, {"8001": replace(ASKING, **change)})


def talking(centre: Centre, kind: str = "browser") -> str:
    """Have agent 1 talk with a caller; returns the call."""
    centre.sign_in("agent1", kind)
    sid = centre.carrier.call_in(CALLER)
    centre.carrier.presses(sid, "1")
    answer(centre)
    assert centre.call(sid).state is CallState.TALKING
    return sid


def answer(centre: Centre) -> None:
    """Every phone that rings is picked up."""
    for _ in range(3):
        centre.settle()
        for sid, leg in list(centre.carrier.legs.items()):
            if leg.status in ("queued", "ringing"):
                centre.carrier.answers(sid)
    centre.settle()


def agent_leg(centre: Centre, call_id: str) -> str:
    leg = centre.call(call_id).agent_legs[0]
    assert leg.sid
    return leg.sid


def state_of(centre: Centre, agent_id: str) -> AgentState:
    found = centre.store.agent(agent_id)
    assert found is not None
    return found.state


def keys(call: Call) -> list[str]:
    return [one.key for one in call.surveys[-1].answers]


def filed(call_id: str) -> list[SurveyResult]:
    """What is filed of an ended call, told of twice."""
    found: list[SurveyResult] = []
    with patch("chalicelib.survey.service.file", lambda result, *_: found.append(result)):
        surveys.file_after(call_id)
        surveys.file_after(call_id)
    assert found[: len(found) // 2] == found[len(found) // 2 :]
    return found[: len(found) // 2]


def test_the_agent_wraps_up_at_once_and_the_customer_answers(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        centre.advance(60_000)
        control.hang_up(centre.who("agent1"), sid)
        assert state_of(centre, "agent1") is AgentState.WRAP_UP
        centre.settle()
        call = centre.call(sid)
        assert (call.state, call.place, call.surveys[0].version) == (CallState.AFTER_CALL, "flow", 4)
        assert not centre.carrier.legs[sid].recording, "answers are not recorded"
        centre.advance(3_000)
        centre.carrier.presses(sid, "1")
        centre.carrier.presses(sid, "2")
        assert centre.carrier.legs[sid].said == "谢谢"
        centre.settle()
    call = centre.call(sid)
    assert (call.state, call.cause, centre.ended[sid]) == (CallState.ENDED, "agent_hang_up", 1)
    assert records.record_of(call).talk_s == 60
    (result,) = filed(sid)
    assert (result.survey_id, result.version, result.agent_id, result.group_id) == ("s1", 4, "agent1", "8001")
    assert (result.complete, result.average, result.low, [one.key for one in result.answers]) == (
        True, 1.0, True, ["1", "2"],
    )  # fmt: skip


def test_who_puts_down_a_desk_phone_leaves_the_customer_to_the_survey(centre: Centre) -> None:
    with asked():
        sid = talking(centre, "sip")
        centre.carrier.ends(agent_leg(centre, sid))
        centre.settle()
        assert centre.call(sid).state is CallState.AFTER_CALL
        centre.carrier.presses(sid, "3")
        assert keys(centre.call(sid)) == ["3"]


def test_a_phone_that_stays_off_hook_goes_back_to_silence(centre: Centre) -> None:
    with asked():
        centre.sign_in("agent1", "nailed_up")
        for _ in range(2):
            centre.advance(1)
            answer(centre)
        sid = centre.carrier.call_in(CALLER)
        centre.carrier.presses(sid, "1")
        answer(centre)
        control.answer(centre.who("agent1"), sid)
        answer(centre)
        leg = centre.carrier.legs[agent_leg(centre, sid)]
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        assert (leg.status, leg.conference) == ("in-progress", "")
        centre.carrier.presses(sid, "3")
        assert keys(centre.call(sid)) == ["3"]


def test_a_dead_browser_is_no_hang_up(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        centre.carrier.ends(agent_leg(centre, sid))
        centre.settle()
        call = centre.call(sid)
        assert (call.surveys, call.agent_lost_at) == ((), centre.now)


def test_who_hangs_up_in_the_middle_has_said_what_he_said(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        centre.carrier.presses(sid, "2")
        centre.carrier.ends(sid)
        centre.settle()
        (result,) = filed(sid)
    assert (result.complete, result.average, result.low) == (False, 2.0, False)
    assert centre.call(sid).cause == "agent_hang_up"


def test_who_hangs_up_before_the_agent_is_asked_nothing(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        centre.carrier.ends(sid)
        centre.settle()
    assert (centre.call(sid).state, filed(sid)) == (CallState.ENDED, [])


def test_a_question_is_put_again_once(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        centre.carrier.presses(sid, "9")
        assert centre.call(sid).surveys[0].tries == 1
        assert "按键无效" in centre.call(sid).document
        centre.carrier.presses(sid, "9")
        assert centre.call(sid).surveys[0].question == 1, "he is there: the next question"
        centre.carrier.presses(sid, "")
        centre.carrier.presses(sid, "")
        centre.settle()
    assert centre.call(sid).over, "he has gone"
    assert [one.answers for one in filed(sid)] == [()]


def test_a_repeated_or_late_request_gets_the_stored_document(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        leg = centre.carrier.legs[sid]
        ended = leg.dial_action
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        first = leg.gather
        asked_first = centre.call(sid).document

        def again(url: str, **form: str) -> str:
            path = url.partition("?")[0].rpartition("/voice")[2]
            return HANDLERS[path](centre.carrier._request(leg, url, form)) or ""

        assert again(ended) == again("https://x/voice/enter-survey?call_id=" + sid) == asked_first
        centre.carrier.presses(sid, "2")
        second = centre.call(sid).document
        assert second != asked_first
        assert again(first, Digits="2") == again(first, Digits="3") == again(ended) == second
        assert again("https://x/voice/survey?call_id=nobody&step=1") == again("https://x/voice/enter-survey?call_id=no")
    assert keys(centre.call(sid)) == ["2"]


@pytest.mark.parametrize(
    ("change", "direction", "hears"),
    [
        ({"survey_asked": "never"}, "in", False),
        ({"survey_asked": "agent"}, "in", False),
        ({"survey_asked": "share", "survey_share": 100}, "in", True),
        ({"survey_id": None}, "in", False),
        ({}, "out", False),
        ({"survey_outbound": True}, "out", True),
    ],
)
def test_whom_the_group_asks(centre: Centre, change: dict[str, Any], direction: str, hears: bool) -> None:
    with asked(**change):
        if direction == "in":
            sid = talking(centre)
        else:
            centre.sign_in("agent1")
            sid = outbound.dial(centre.who("agent1"), CALLER, None).call_id
            answer(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        assert (centre.call(sid).state is CallState.AFTER_CALL) is hears


def test_a_share_is_drawn_once_and_about_right() -> None:
    half = replace(ASKING, survey_asked="share", survey_share=50)
    drawn = [surveying._asks(half, Call(call_id=f"CA{number}"), sent=False) for number in range(1_000)]
    assert 400 < sum(drawn) < 600
    assert drawn == [surveying._asks(half, Call(call_id=f"CA{number}"), sent=False) for number in range(1_000)]


def test_the_agent_sends_the_customer_to_it(centre: Centre) -> None:
    with asked(survey_asked="agent"):
        sid = talking(centre)
        control.hold(centre.who("agent1"), sid)
        control.survey(centre.who("agent1"), sid)
        assert state_of(centre, "agent1") is AgentState.WRAP_UP
        centre.settle()
        assert centre.call(sid).survey is not None


def test_the_agent_keeps_the_customer_when_there_is_no_survey(centre: Centre) -> None:
    sid = talking(centre)
    with pytest.raises(NoSurvey):
        control.survey(centre.who("agent1"), sid)
    assert centre.call(sid).state is CallState.TALKING
    with asked():
        control.consult(centre.who("agent1"), sid, Target(kind="outside", id="+8613900000009"))
        with pytest.raises(NothingToDo):
            control.survey(centre.who("agent1"), sid)


def test_a_supervisor_who_ends_a_call_ends_it(centre: Centre) -> None:
    with asked(), patch("chalicelib.calls.supervision.audit"):
        sid = talking(centre)
        supervision.disconnect(Principal(username="boss", scope="all"), sid)
        centre.settle()
    assert (centre.call(sid).over, centre.call(sid).surveys) == (True, ())


def test_a_customer_who_stayed_in_the_conference_is_fetched(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        agent = centre.carrier.legs[agent_leg(centre, sid)]
        agent.ends_conference = False  # the carrier was never told
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        assert centre.call(sid).place == "conference"
        centre.advance(6_000)
        centre.settle()
        assert centre.carrier.legs[sid].gather
        assert centre.call(sid).surveys[0].version == 4


def test_a_customer_who_never_comes_does_not_keep_the_line(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.carrier.post.clear()
        for _ in range(8):
            centre.carrier.rest_fault = "lost"
            centre.advance(5_000)
        assert centre.call(sid).over
        centre.carrier.rest_fault = ""
        centre.advance(60_000)
        assert centre.carrier.legs[sid].status == "completed"


def test_a_question_that_is_never_answered_ends_the_call(centre: Centre) -> None:
    with asked():
        sid = talking(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
        assert deadline(centre.call(sid)) is not None
        centre.advance(301_000)
        centre.settle()
    assert (centre.call(sid).over, filed(sid)[0].complete) == (True, False)


def test_a_survey_that_is_gone_lets_the_customer_go(centre: Centre) -> None:
    with asked(survey_id="gone"):
        sid = talking(centre)
        control.hang_up(centre.who("agent1"), sid)
        centre.settle()
    assert centre.call(sid).over
    assert filed(sid) == []


def test_a_flow_asks_its_caller_and_goes_on(centre: Centre) -> None:
    bye = HangUpNode(prompts=[FlowPrompt(texts={"zh-CN": "祝您愉快。"})])
    nodes = {"ask": SurveyNode(survey_id="s1", edges={"done": "bye"}), "bye": bye}
    flow = Document(name="asks", start="ask", nodes=nodes)
    with (
        patch("chalicelib.ivr.service.published", lambda _: (1, flow)),
        patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=flow)),
    ):
        sid = centre.carrier.call_in(CALLER)
        assert centre.call(sid).surveys[0].version == SURVEYS["s1"].version
        for key in ("2", "1"):
            centre.carrier.presses(sid, key)
    centre.settle()
    assert centre.carrier.legs[sid].said == "祝您愉快。"
    assert centre.call(sid).over
    (result,) = filed(sid)
    assert (result.agent_id, result.complete, result.average) == ("", True, 2.0)
    assert SURVEYS["s1"].questions[0].question_id == result.answers[0].question_id


def test_a_flow_whose_survey_is_gone_goes_on(centre: Centre) -> None:
    bye = HangUpNode(prompts=[FlowPrompt(texts={"zh-CN": "祝您愉快。"})])
    nodes = {"ask": SurveyNode(survey_id="gone", edges={"done": "bye"}), "bye": bye}
    flow = Document(name="asks", start="ask", nodes=nodes)
    with (
        patch("chalicelib.ivr.service.published", lambda _: (1, flow)),
        patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=flow)),
    ):
        sid = centre.carrier.call_in(CALLER)
    centre.settle()
    assert centre.carrier.legs[sid].said == "祝您愉快。"
    assert filed(sid) == []
