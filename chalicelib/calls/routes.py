"""Call control, call records and their events, over HTTP."""

from typing import Annotated

import msgspec

from chalicelib.acd.model.events import Event
from chalicelib.calls import control, exporting, outbound, recording_control, records
from chalicelib.calls.control import Target
from chalicelib.calls.survey_views import SurveyView, survey_views
from chalicelib.calls.views import CallView, public_call
from chalicelib.kernel.callrecord import CallRecord
from chalicelib.kernel.paging import PAGE_SIZE, Page
from chalicelib.kernel.postings import Wanted, Where
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Reply, Router

router = Router("calls")

CONTROL = "calls.control"


class NewCall(msgspec.Struct, frozen=True, kw_only=True):
    """to: a number, an extension or `agent:<username>`. trunk_number: the one to call out with."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    trunk_number: str | None = None


class Muted(msgspec.Struct, frozen=True):
    """Whether the agent is muted."""

    muted: bool


class Digits(msgspec.Struct, frozen=True):
    """Keys to send."""

    digits: Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern="^[0-9*#w]+$")]


class TargetBody(msgspec.Struct, frozen=True):
    """Where to."""

    target: Target


class DispositionBody(msgspec.Struct, frozen=True, kw_only=True):
    """code: one of the configured dispositions. note: what is to be remembered."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class RecordQuery(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Filters of call records; from/to: ms."""

    from_: int | None = None
    to: int | None = None
    agent_id: str | None = None
    group_id: str | None = None
    number: str | None = None
    direction: str | None = None
    answered: bool | None = None
    cursor: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = PAGE_SIZE

    def wanted(self) -> Wanted:
        """Return the search."""
        where = [Where("direction", "equal", self.direction)] if self.direction else []
        if self.answered is not None:
            where.append(Where("answered_at", "present" if self.answered else "absent"))
        return Wanted(
            from_at=self.from_, to_at=self.to, agent_id=self.agent_id, number=self.number, group_id=self.group_id,
            where=tuple(where),
        )  # fmt: skip


class Events(msgspec.Struct, frozen=True):
    """A call's events in order."""

    items: list[Event]


class CallSurveys(msgspec.Struct, frozen=True):
    """The surveys of a call in order."""

    items: list[SurveyView]


@router.post("/calls", permission=CONTROL, status=201)
def dial(who: Principal, body: NewCall) -> CallView:
    """Click to dial: the agent's phone rings first, then the other side's."""
    return public_call(outbound.dial(who, body.to, body.trunk_number))


@router.get("/calls", permission="call_records.read")
def list_calls(who: Principal, query: RecordQuery) -> Page[CallRecord]:
    """Search call records, newest first."""
    return records.search(query.wanted(), who, query.cursor, query.limit)


@router.get("/calls/export", permission="call_records.export")
def export_calls(who: Principal, query: RecordQuery, locale: str) -> Reply:
    """Export call records as CSV."""
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="calls.csv"'}
    return Reply(exporting.csv_of(query.wanted(), who, locale), headers=headers)


@router.get("/calls/{call_id}", permission="call_records.read")
def read_call(who: Principal, call_id: str) -> CallView:
    """Read a call."""
    return public_call(records.visible(call_id, who))


@router.get("/calls/{call_id}/events", permission="call_records.read")
def list_call_events(who: Principal, call_id: str) -> Events:
    """List a call's events."""
    return Events(records.events_of(call_id, who))


@router.get("/calls/{call_id}/surveys", permission="call_records.read")
def list_call_surveys(who: Principal, call_id: str) -> CallSurveys:
    """Read what the customer was asked in a call, and what he answered."""
    return CallSurveys(survey_views(records.visible(call_id, who)))


@router.post("/calls/{call_id}/answer", permission=CONTROL)
def answer(who: Principal, call_id: str) -> CallView:
    """Confirm that a call rings at the agent's desk or outside phone."""
    return public_call(control.answer(who, call_id))


@router.post("/calls/{call_id}/hangup", permission=CONTROL)
def hang_up(who: Principal, call_id: str) -> CallView:
    """Hang up: a consultation ends alone, else the agent's part of the call."""
    return public_call(control.hang_up(who, call_id))


@router.post("/calls/{call_id}/survey", permission=CONTROL)
def send_to_survey(who: Principal, call_id: str) -> CallView:
    """Leave the customer to the group's survey."""
    return public_call(control.survey(who, call_id))


@router.post("/calls/{call_id}/hold", permission=CONTROL)
def hold(who: Principal, call_id: str) -> CallView:
    """Put the customer on hold."""
    return public_call(control.hold(who, call_id))


@router.post("/calls/{call_id}/retrieve", permission=CONTROL)
def retrieve(who: Principal, call_id: str) -> CallView:
    """Take the customer back from hold."""
    return public_call(control.retrieve(who, call_id))


@router.post("/calls/{call_id}/mute", permission=CONTROL)
def mute(who: Principal, call_id: str, body: Muted) -> CallView:
    """Mute or unmute the agent."""
    return public_call(control.mute(who, call_id, body.muted))


@router.post("/calls/{call_id}/digits", permission=CONTROL)
def send_digits(who: Principal, call_id: str, body: Digits) -> CallView:
    """Send keys into the conversation."""
    return public_call(control.send_digits(who, call_id, body.digits))


@router.post("/calls/{call_id}/recording/pause", permission=CONTROL)
def pause_recording(who: Principal, call_id: str) -> CallView:
    """Record silence for a while (card data is read out); it goes on by itself after the group's limit."""
    return public_call(recording_control.pause(who, call_id))


@router.post("/calls/{call_id}/recording/resume", permission=CONTROL)
def resume_recording(who: Principal, call_id: str) -> CallView:
    """Record again after a pause."""
    return public_call(recording_control.resume(who, call_id))


@router.post("/calls/{call_id}/recording/start", permission=CONTROL)
def start_recording(who: Principal, call_id: str) -> CallView:
    """Record from now on, where the group lets agents decide."""
    return public_call(recording_control.start(who, call_id))


@router.post("/calls/{call_id}/recording/stop", permission=CONTROL)
def stop_recording(who: Principal, call_id: str) -> CallView:
    """Stop recording, where the group lets agents decide."""
    return public_call(recording_control.stop(who, call_id))


@router.post("/calls/{call_id}/transfer", permission=CONTROL)
def transfer(who: Principal, call_id: str, body: TargetBody) -> CallView:
    """Transfer blindly."""
    return public_call(control.transfer(who, call_id, body.target))


@router.post("/calls/{call_id}/consult", permission=CONTROL)
def consult(who: Principal, call_id: str, body: TargetBody) -> CallView:
    """Consult a colleague or an outside number; the customer is held."""
    return public_call(control.consult(who, call_id, body.target))


@router.post("/calls/{call_id}/consult/complete", permission=CONTROL)
def complete_consult(who: Principal, call_id: str) -> CallView:
    """Hand the customer over to the consulted party."""
    return public_call(control.complete_consult(who, call_id))


@router.post("/calls/{call_id}/consult/return", permission=CONTROL)
def return_from_consult(who: Principal, call_id: str) -> CallView:
    """End the consultation and return to the customer."""
    return public_call(control.return_from_consult(who, call_id))


@router.post("/calls/{call_id}/consult/merge", permission=CONTROL)
def merge_consult(who: Principal, call_id: str) -> CallView:
    """Bring customer, agent and consulted party together."""
    return public_call(control.merge_consult(who, call_id))


@router.post("/calls/{call_id}/conference", permission=CONTROL)
def add_party(who: Principal, call_id: str, body: TargetBody) -> CallView:
    """Ring a further party for a conference; the customer is held until all are merged."""
    return public_call(control.consult(who, call_id, body.target))


@router.post("/calls/{call_id}/legs/{leg_id}/remove", permission=CONTROL)
def remove_party(who: Principal, call_id: str, leg_id: str) -> CallView:
    """Take a party out of the conference."""
    return public_call(control.remove(who, call_id, leg_id))


@router.post("/calls/{call_id}/rejoin", permission=CONTROL)
def rejoin(who: Principal, call_id: str) -> CallView:
    """Come back to the caller after the browser died."""
    return public_call(control.rejoin(who, call_id))


@router.post("/calls/{call_id}/disposition", permission=CONTROL)
def dispose(who: Principal, call_id: str, body: DispositionBody) -> CallView:
    """Note the result of the call."""
    return public_call(control.dispose(who, call_id, body.code, body.note))
