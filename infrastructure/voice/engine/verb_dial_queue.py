"""Dial Queue: take the first caller of a queue, waiting for one if need be."""

import asyncio

from infrastructure.voice.clock import within
from infrastructure.voice.engine.outcome import Context, Outcome
from infrastructure.voice.engine.room import Room, seat_of
from infrastructure.voice.engine.waiting import Taker, Waiting, WaitingQueue
from infrastructure.voice.twiml.verbs import Dial, DialQueue


async def perform(context: Context, verb: Dial, noun: DialQueue) -> Outcome:
    """Talk to the first caller until either side leaves; go on at the action, or with the next verb."""
    call = context.call
    queue = call.exchange.queues.get(noun.name)
    if queue is None:
        fields = {"DialCallStatus": "failed", "DequeueResult": "queue-not-found"}
        return context.action(verb.action, verb.method, fields)
    taker = Taker(
        call=call,
        bridge=Room(f"queue {noun.name}", started=True),
        url=None if noun.url is None else context.url(noun.url),
        method=noun.method,
        over=asyncio.Event(),
        bridged=asyncio.Event(),
    )
    entry = await _take(context, verb, queue, taker)
    if entry is None:
        fields = {"DialCallStatus": "no-answer", "DequeueResult": "queue-empty"}
        return context.action(verb.action, verb.method, fields)
    waited, began = queue.waited_s(entry), call.exchange.clock.now_ms()

    def fields_now() -> dict[str, str]:
        return {
            "DialCallStatus": "completed",
            "DialCallSid": entry.call.sid,
            "DialCallDuration": str((call.exchange.clock.now_ms() - began) // 1000),
            "DequeueResult": "bridged" if taker.bridged.is_set() else "hangup",
            "DequeuedCallSid": entry.call.sid,
            "DequeuedCallQueueTime": str(waited),
        }

    try:
        await _talk(context, verb, taker, entry)
    except asyncio.CancelledError:
        context.cut_short(verb.action, verb.method, fields_now())
        raise
    return context.action(verb.action, verb.method, fields_now())


async def _take(context: Context, verb: Dial, queue: WaitingQueue, taker: Taker) -> Waiting | None:
    """Return the place that was taken, None when nobody came in time."""
    leg = context.call.leg
    leg.music("ringing")
    found: list[Waiting] = []

    def try_once() -> bool:
        entry = queue.take_first(taker)
        if entry is not None:
            found.append(entry)
        return entry is not None

    try:
        await within(context.call.exchange.clock, verb.timeout_s, queue.pulse.until(try_once))
    except TimeoutError:
        return None
    finally:
        leg.music(None)
    return found[0]


async def _talk(context: Context, verb: Dial, taker: Taker, entry: Waiting) -> None:
    call = context.call
    watch = asyncio.ensure_future(_over_with(entry, taker))
    taker.bridge.enter(call, seat_of(call))
    if verb.hangup_on_star:
        call.on_digit = lambda digit: _on_star(taker, digit)
    try:
        await taker.over.wait()
    finally:
        taker.over.set()
        taker.bridge.exit(call)
        call.on_digit = None
        watch.cancel()


async def _over_with(entry: Waiting, taker: Taker) -> None:
    await entry.call.over.wait()
    taker.over.set()


def _on_star(taker: Taker, digit: str) -> bool:
    if digit == "*":
        taker.over.set()
    return digit == "*"
