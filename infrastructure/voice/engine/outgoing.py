"""Outgoing calls: ringing, machine detection, and what then."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infrastructure.voice.clock import within
from infrastructure.voice.engine import program
from infrastructure.voice.engine.source import Source
from infrastructure.voice.legs.leg import Offer
from infrastructure.voice.twiml.verbs import RecordingOptions

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call

HUMAN_AFTER_S = 2
MACHINE_AFTER_S = 4
MESSAGE_END_AFTER_S = 8
"""How long after the answer machine detection knows a human, a machine, the end of a machine's announcement."""


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
    machine = call.answered_by == "machine_start"
    seconds = (MESSAGE_END_AFTER_S if detection.wait_for_end else MACHINE_AFTER_S) if machine else HUMAN_AFTER_S
    if machine and detection.wait_for_end:
        call.answered_by = "machine_end_beep"
    call.answered_by = call.answered_by or "unknown"
    if detection.callback is None:
        await call.exchange.clock.sleep(seconds)
        call.reports_answerer = True
        return
    url = detection.callback

    def report() -> None:
        call.reports_answerer = True
        fields = {
            "CallSid": call.sid,
            "AccountSid": call.exchange.settings.account_sid,
            "AnsweredBy": call.answered_by or "unknown",
            "MachineDetectionDuration": str(seconds * 1000),
        }
        if call.in_progress:
            call.exchange.webhooks.notify("status", f"{call.sid} amd", url, detection.method, fields)

    call.exchange.clock.call_later(seconds, report)
