"""Record (a message), Start Recording and Stop Recording (the whole call)."""

import asyncio

from infrastructure.voice.clock import within
from infrastructure.voice.engine.outcome import NEXT, Context, Outcome
from infrastructure.voice.engine.recording import Recording
from infrastructure.voice.engine.source import Source
from infrastructure.voice.legs.leg import Prompt
from infrastructure.voice.twiml.verbs import Record, StartRecording, StopRecording

BEEP = Prompt(kind="beep", text="beep", duration_s=0.5)


async def perform(context: Context, verb: Record) -> Outcome:
    """Take a message until a key, silence, the limit or the end of the call; go on at the action (by default this
    document)."""
    call = context.call
    while not call.digits.empty():
        call.digits.get_nowait()
    if verb.play_beep:
        await call.leg.play(BEEP)
    recording = call.exchange.record(call, "RecordVerb", context.recording(verb.recording))
    call.leg.listen("record")
    ended_by = "hangup"
    try:
        ended_by = await _until_end(context, verb)
    except asyncio.CancelledError:
        recording.stop()
        context.cut_short(verb.action or "", verb.method, _fields(recording, "hangup"))
        raise
    finally:
        call.leg.listen(None)
        recording.stop()
    return Source(context.url(verb.action or ""), verb.method, _fields(recording, ended_by))


async def _until_end(context: Context, verb: Record) -> str:
    """Return the key that ended it, "" for silence or the limit."""
    call = context.call

    async def key() -> str:
        while (pressed := await call.digits.get()) not in verb.finish_on_key:
            pass
        return pressed

    async def key_or_silence() -> str:
        works = {asyncio.ensure_future(key()), asyncio.ensure_future(call.leg.silence(verb.timeout_s))}
        try:
            done, _ = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            return next((str(task.result()) for task in done if task.result()), "")
        finally:
            for task in works:
                task.cancel()

    try:
        return await within(call.exchange.clock, verb.max_length_s, key_or_silence())
    except TimeoutError:
        return ""


def _fields(recording: Recording, digits: str) -> dict[str, str]:
    return {
        "RecordingUrl": recording.url(),
        "RecordingSid": recording.facts.sid,
        "RecordingDuration": str(recording.duration_s()),
        "Digits": digits,
    }


async def start(context: Context, verb: StartRecording) -> Outcome:
    """Record the call from here on; document and call go on at once."""
    options = context.recording(verb.recording)
    recording = context.call.exchange.record(context.call, "StartCallRecordingTwiML", options)
    recording.name = verb.name
    return NEXT


async def stop(context: Context, verb: StopRecording) -> Outcome:
    """End the recordings that Start began (all, or the named one)."""
    for recording in context.call.recordings:
        started = recording.facts.source == "StartCallRecordingTwiML"
        if started and recording.running and verb.name in ("", recording.name):
            recording.stop()
    return NEXT
