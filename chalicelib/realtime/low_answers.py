"""Telling the walls of a low answer in a survey. What it was is asked of the API, which knows who may read results."""

import msgspec

from chalicelib.kernel.clock import now_ms
from chalicelib.realtime.model import Change, LowAnswer
from chalicelib.realtime.outbox import Outbox
from chalicelib.survey.model import SurveyResult


def tell(result: SurveyResult, departments: tuple[str, ...]) -> None:
    """Tell the walls of these departments. Errors: RuntimeError when the queue did not take it."""
    notice = LowAnswer(
        result_id=result.result_id, call_id=result.call_id, group_id=result.group_id, agent_id=result.agent_id,
        at=result.at,
    )  # fmt: skip
    change = Change(
        entity="low_answer",
        id=result.result_id,
        version=1,
        at=now_ms(),
        data=msgspec.Raw(msgspec.json.encode(notice)),
        places=departments,
    )
    outbox = Outbox()
    outbox.realtime(result.result_id, change)
    if outbox.send():
        raise RuntimeError("low answer not told")
