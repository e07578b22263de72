"""A call's recordings: the row before the audio, and the facts at the end."""

from chalicelib.acd.model.call import Call
from chalicelib.acd.rules.scene import Scene
from chalicelib.acd.service import stage
from chalicelib.kernel.errors import NotFound
from chalicelib.recordings import service as recordings
from chalicelib.recordings.model import AgentTime, CallFacts, Completion, LegFacts
from chalicelib.telephony.model import RecordingRequest
from chalicelib.telephony.signature import voice_url
from chalicelib.telephony.webhooks import VoiceRequest


def request(call: Call) -> RecordingRequest:
    """Store the recording's row and return what the document asks the carrier for. Again: the same."""
    found = recordings.expect(call.call_id, "customer", _leg_facts(call, "call"))
    _remember(call.call_id, found.recording_id)
    callback = voice_url("/recording", call_id=call.call_id, recording_id=found.recording_id)
    return RecordingRequest(name=_name(call.visits), callback=callback)


def _name(visit: int) -> str:
    return f"visit-{visit}"


def names(call: Call) -> tuple[str, ...]:
    """Return the names of what is recorded of the call: each visit to a conversation begins one."""
    return tuple(_name(visit) for visit in range(1, call.visits + 1)) if call.recording_ids else ()


def _leg_facts(call: Call, kind: str) -> LegFacts:
    customer = call.customer
    outbound = call.direction == "outbound"
    return LegFacts(
        carrier=call.carrier,
        started_at=stage().clock(),
        call_sid=customer.sid if customer else None,
        kind="voicemail" if kind == "voicemail" else "call",
        direction=call.direction,
        caller=call.trunk_number if outbound else call.customer_number,
        callee=call.customer_number if outbound else call.trunk_number,
        agent_ids=call.agent_ids,
        group_id=call.group_id,
        customer_id=call.customer_id,
        departments=departments(call),
        box=str(call.variables["voicemail_box"]) if kind == "voicemail" and "voicemail_box" in call.variables else None,
    )


def departments(call: Call) -> tuple[str, ...]:
    """Return the departments whose supervisors may see the call: those of its agents, of its group, its own."""
    agents = stage().store.agents(list(call.agent_ids)).values()
    group = stage().group(call.group_id) if call.group_id else None
    found = [
        *call.departments,
        *(agent.department_id for agent in agents),
        (group.department_id if group else "") or "",
    ]
    return tuple(dict.fromkeys(id for id in found if id))


def _remember(call_id: str, recording_id: str) -> None:
    def decide(scene: Scene) -> None:
        if recording_id not in scene.call.recording_ids:
            scene.change(recording_ids=(*scene.call.recording_ids, recording_id))

    try:
        stage().act(call_id, decide)
    except NotFound:
        return


def reported(webhook: VoiceRequest) -> None:
    """The carrier says what became of a recording. A voicemail gets its row here at the latest."""
    recording_id = webhook.query.get("recording_id")
    if recording_id is None and webhook.query.get("kind") == "voicemail":
        call = stage().store.call(webhook.call_id)
        if call is not None:
            recording_id = recordings.expect(call.call_id, "voicemail", _leg_facts(call, "voicemail")).recording_id
            _remember(call.call_id, recording_id)
    recordings.completed(
        Completion(
            carrier=webhook.carrier.name,
            provider_sid=webhook.recording_sid,
            status=webhook.form.get("RecordingStatus", "completed"),
            recording_id=recording_id,
            call_sid=webhook.call_sid or None,
            duration_s=_number(webhook.form.get("RecordingDuration")),
            channels=_number(webhook.form.get("RecordingChannels")),
            error_code=webhook.form.get("ErrorCode"),
        )
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def describe(call: Call) -> None:
    """Give the recordings of an ended call their facts and the agents' segments."""
    outbound = call.direction == "outbound"
    times = tuple(
        AgentTime(agent_id=leg.agent_id, joined_at=leg.joined_at, left_at=leg.left_at)
        for leg in call.legs
        if leg.role == "agent" and leg.agent_id and leg.joined_at
    )
    recordings.describe(
        call.call_id,
        CallFacts(
            direction=call.direction,
            caller=call.trunk_number if outbound else call.customer_number,
            callee=call.customer_number if outbound else call.trunk_number,
            group_id=call.group_id,
            customer_id=call.customer_id,
            departments=departments(call),
            agents=times,
            ended_at=call.ended_at,
            recording_ids=call.recording_ids,
        ),
    )
