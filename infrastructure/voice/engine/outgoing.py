"""Outgoing calls: ringing, machine detection, and what then."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infrastructure.voice.clock import within
from infrastructure.voice.engine import program
from infrastructure.voice.engine.source import Source
from infrastructure.voice.legs.leg import Offer
from infrastructure.voice.twiml.verbs import RecordingOptions

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call


@dataclass(frozen=True, kw_only=True)
class MachineDetection:
    """Whether to find out who answered. wait_for_end: report a machine when its announcement is over
    (DetectMessageEnd)."""

    wait_for_end: bool = False
    callback: str | None = None
    """Set: the document does not wait, the answer comes by call-back (AsyncAmd)."""
    method: str = "POST"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What REST asked of an outgoing call."""

    source: Source
    machine_detection: MachineDetection | None = None
    recording: RecordingOptions | None = None
    time_limit_s: float = 14_400
    send_digits: str = ""


async def ring(call: "Call") -> bool:
    """Alert the phone; True when it answered, else the call has been ended with the reason."""
    terms = call.terms
    offer = Offer(
        call_sid=call.sid, from_=terms.from_, to=terms.to, parameters=terms.parameters, timeout_s=terms.timeout_s
    )

    async def prepare() -> None:
        call.became("initiated")
        call.leg.ring(offer)

    try:
        refusal = await within(call.exchange.clock, terms.timeout_s, call.ring(prepare))
    except TimeoutError:
        call.end("no-answer", "timeout")
        return False
    if refusal is not None:
        call.end(refusal)
        return False
    return True


async def live(call: "Call", wishes: Wishes) -> None:
    """Be an outgoing call from the first ring to its end."""
    answered = await call.unless_interrupted(ring(call))
    assert answered, "a refused call was ended, which interrupts"
    clock = call.exchange.clock
    cancel_limit = clock.call_later(wishes.time_limit_s, lambda: call.end("time limit"))
    try:
        if wishes.recording is not None:
            call.exchange.record(call, "OutboundAPI", wishes.recording)
        if wishes.machine_detection is not None:
            await call.unless_interrupted(_who_answered(call, wishes.machine_detection))
        if wishes.send_digits:
            await call.unless_interrupted(call.leg.send_digits(wishes.send_digits))
        await program.run(call, wishes.source)
    finally:
        cancel_limit()


async def _who_answered(call: "Call", detection: MachineDetection) -> None:
    """Find out who answered; at once for the document, or later by call-back."""
    if detection.callback is None:
        call.answered_by = await call.leg.answerer(call.answered_by, wait_for_end=detection.wait_for_end)
        call.reports_answerer = True
        return
    report = _report_answerer(call, detection, detection.callback)
    call.keep(asyncio.get_running_loop().create_task(report))


async def _report_answerer(call: "Call", detection: MachineDetection, url: str) -> None:
    """Call back with who answered, while the document already runs."""
    began = call.exchange.clock.now_ms()
    call.answered_by = await call.leg.answerer(call.answered_by, wait_for_end=detection.wait_for_end)
    call.reports_answerer = True
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.exchange.settings.account_sid,
        "AnsweredBy": call.answered_by,
        "MachineDetectionDuration": str(call.exchange.clock.now_ms() - began),
    }
    if call.in_progress:
        call.exchange.webhooks.notify("status", f"{call.sid} amd", url, detection.method, fields)
