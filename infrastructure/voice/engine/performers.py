"""Which function performs which verb."""

from collections.abc import Awaitable, Callable
from typing import Any

from infrastructure.voice.engine import verb_dial, verb_enqueue, verb_gather, verb_record, verb_sound
from infrastructure.voice.engine.outcome import END, NEXT, Context, Outcome
from infrastructure.voice.engine.source import Source
from infrastructure.voice.twiml.verbs import (
    Dial,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    StartRecording,
    StopRecording,
    Verb,
)


async def perform(context: Context, verb: Verb) -> Outcome:
    """Execute one verb to its end."""
    return await _PERFORMERS[type(verb)](context, verb)


async def _sound(context: Context, verb: Say | Play | Pause) -> Outcome:
    await verb_sound.make(context, verb)
    return NEXT


async def _redirect(context: Context, verb: Redirect) -> Outcome:
    return Source(context.url(verb.url), verb.method)


async def _hangup(context: Context, _: Hangup) -> Outcome:
    context.call.end("document")
    return END


async def _reject(context: Context, verb: Reject) -> Outcome:
    call = context.call
    if call.status == "ringing" and call.terms.direction == "inbound":
        call.end("reject", verb.reason)
    else:
        call.end("document")
    return END


async def _leave(context: Context, _: Leave) -> Outcome:
    if context.call.queue_name is None:
        return NEXT
    raise verb_enqueue.LeftQueue


_PERFORMERS: dict[type[Verb], Callable[[Context, Any], Awaitable[Outcome]]] = {
    Say: _sound,
    Play: _sound,
    Pause: _sound,
    Gather: verb_gather.perform,
    Redirect: _redirect,
    Enqueue: verb_enqueue.perform,
    Leave: _leave,
    Hangup: _hangup,
    Reject: _reject,
    Dial: verb_dial.perform,
    Record: verb_record.perform,
    StartRecording: verb_record.start,
    StopRecording: verb_record.stop,
}
