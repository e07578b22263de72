"""Enqueue: wait in a queue, hearing the wait document, until taken, redirected, left or hung up."""

import asyncio

from infrastructure.voice.engine import program, soundtrack
from infrastructure.voice.engine.outcome import Context, Outcome
from infrastructure.voice.engine.room import seat_of
from infrastructure.voice.engine.source import Redirected, Source
from infrastructure.voice.engine.waiting import Taker, Waiting, WaitingQueue
from infrastructure.voice.twiml import reader
from infrastructure.voice.twiml.verbs import Enqueue


class LeftQueue(Exception):
    """The wait document said Leave."""


async def perform(context: Context, verb: Enqueue) -> Outcome:
    """Wait; go on at the action, or with the next verb when there is none."""
    call = context.call
    queue = call.exchange.queue(verb.queue)
    if queue.full:
        return context.action(verb.action, verb.method, {"QueueResult": "queue-full"})
    entry = queue.add(call)
    result = "hangup"
    try:
        result = await _wait(context, verb, queue, entry)
    except asyncio.CancelledError:
        if isinstance(call.interrupt, Redirected):
            result = "redirected-from-bridged" if entry.taken.done() else "redirected"
        context.cut_short(verb.action, verb.method, _fields(queue, entry, result))
        raise
    finally:
        queue.remove(entry, result)
        call.leg.music(None)
    return context.action(verb.action, verb.method, _fields(queue, entry, result))


def _fields(queue: WaitingQueue, entry: Waiting, result: str) -> dict[str, str]:
    return {"QueueResult": result, "QueueSid": queue.sid, "QueueTime": str(queue.waited_s(entry))}


async def _wait(context: Context, verb: Enqueue, queue: WaitingQueue, entry: Waiting) -> str:
    url = None if verb.wait_url is None else context.url(verb.wait_url) if verb.wait_url else ""
    sounds = asyncio.ensure_future(
        soundtrack.loop(context.call, url, verb.wait_method, lambda: queue.wait_fields(entry), reader.WAIT_VERBS)
    )
    try:
        await asyncio.wait({sounds, entry.taken}, return_when=asyncio.FIRST_COMPLETED)
        if not entry.taken.done():
            sounds.result()
    except LeftQueue:
        return "leave"
    finally:
        if not sounds.done():
            sounds.cancel()
            await asyncio.wait({sounds})
    return await _talk(context, entry.taken.result(), queue, entry)


async def _talk(context: Context, taker: Taker, queue: WaitingQueue, entry: Waiting) -> str:
    """Hear the taker's announcement, then talk until either side leaves."""
    call = context.call
    call.leg.music(None)
    if taker.url is not None:
        fields = {**queue.wait_fields(entry), "DequeingCallSid": taker.call.sid}
        await program.documents(call, Source(taker.url, taker.method, fields), reader.HOLD_VERBS)
    queue.remove(entry, "bridged")
    taker.bridge.enter(call, seat_of(call))
    taker.bridged.set()
    try:
        await taker.over.wait()
    finally:
        taker.bridge.exit(call)
        taker.over.set()
    return "bridged"
