"""Gather: collect keys, with barge-in."""

import asyncio

from infrastructure.voice.clock import within
from infrastructure.voice.engine import verb_sound
from infrastructure.voice.engine.outcome import NEXT, Context, Outcome
from infrastructure.voice.engine.source import Source
from infrastructure.voice.twiml.verbs import Gather

DIGITS_AT_MOST = 200


async def perform(context: Context, verb: Gather) -> Outcome:
    """Collect keys and go on at the action (by default this document), or with the next verb when nobody pressed
    any."""
    call = context.call
    while not call.digits.empty():
        call.digits.get_nowait()
    call.leg.listen("keys")
    try:
        digits, finished = await _collect(context, verb)
    finally:
        call.leg.listen(None)
    if not digits and not verb.action_on_empty:
        return NEXT
    fields = {"Digits": digits, "msg": "Gather End"}
    if finished:
        fields["FinishedOnKey"] = verb.finish_on_key
    return Source(context.url(verb.action or ""), verb.method, fields)


async def _collect(context: Context, verb: Gather) -> tuple[str, bool]:
    """Return the keys, and whether the finishing key ended them."""
    digits = ""
    limit = min(verb.num_digits or DIGITS_AT_MOST, DIGITS_AT_MOST)
    while len(digits) < limit:
        key = await _first_key(context, verb) if not digits else await _next_key(context, verb)
        if key is None:
            return digits, False
        if key in verb.finish_on_key:
            return digits, True
        digits += key
    return digits, False


async def _first_key(context: Context, verb: Gather) -> str | None:
    """Return the first key; it may come during the sounds and ends them."""
    key = asyncio.ensure_future(context.call.digits.get())
    sounds = asyncio.ensure_future(_sounds(context, verb))
    try:
        await asyncio.wait({key, sounds}, return_when=asyncio.FIRST_COMPLETED)
        if key.done():
            return key.result()
    finally:
        for task in (key, sounds):
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
    return await _next_key(context, verb)


async def _next_key(context: Context, verb: Gather) -> str | None:
    call = context.call
    try:
        return await within(call.exchange.clock, max(verb.timeout_s, 0.01), call.digits.get())
    except TimeoutError:
        return None


async def _sounds(context: Context, verb: Gather) -> None:
    for sound in verb.sounds:
        await verb_sound.make(context, sound)
