"""Dial Conference when another node owns the conference: the call's sound goes there and back over a leg of its own.

The owner sees the call as a participant under its own SID and does all that is done to participants; here the call
hears music until it has arrived, and goes on at Dial's action when the owner lets it go.
"""

import asyncio

from infrastructure.voice.clock import within
from infrastructure.voice.engine import soundtrack
from infrastructure.voice.engine.away import Crossing
from infrastructure.voice.engine.outcome import Context, Outcome
from infrastructure.voice.engine.room import Room, seat_of
from infrastructure.voice.legs.leg import Leg, Offer, Seat
from infrastructure.voice.twiml.verbs import ConferenceRoom, Dial

CROSSING_S = 5
"""An owner that does not answer in this time is dead."""


async def perform(context: Context, verb: Dial, noun: ConferenceRoom, node: int) -> Outcome:
    """Take part over there; go on at the action, or with the next verb."""
    call = context.call
    crossing = Crossing()
    ferry = call.exchange.rooms.ferry(call, noun, node)
    ferry.attach(crossing)
    try:
        await _cross(context, ferry, crossing)
        if crossing.arrived and not crossing.over:
            await _take_part(context, verb, noun, ferry, crossing, node)
    except asyncio.CancelledError:
        context.cut_short(verb.action, verb.method, _fields(crossing))
        raise
    finally:
        ferry.hang_up("completed")
    return context.action(verb.action, verb.method, _fields(crossing))


def _fields(crossing: Crossing) -> dict[str, str]:
    status = "answered" if crossing.arrived else "failed"
    return {"DialCallStatus": status, "DialBridged": "true" if crossing.arrived else "false"}


async def _cross(context: Context, ferry: Leg, crossing: Crossing) -> None:
    call = context.call
    ferry.ring(Offer(call_sid=call.sid, from_=call.terms.from_, to=ferry.address))
    call.leg.music(soundtrack.DEFAULT_MUSIC)
    try:
        arrived = crossing.pulse.until(lambda: crossing.arrived or crossing.over)
        await within(call.exchange.clock, CROSSING_S, arrived)
    except TimeoutError:
        call.note("error", message="the conference's node does not answer")
    finally:
        call.leg.music(None)


async def _take_part(
    context: Context, verb: Dial, noun: ConferenceRoom, ferry: Leg, crossing: Crossing, node: int
) -> None:
    call = context.call
    room = Room(f"away {noun.name}", started=True)
    seat = Seat(f"ferry {call.sid}", ferry.address)
    call.conference_name = noun.name
    call.note("joined", conference=noun.name, away=True)
    room.seats[seat.call_sid] = seat
    ferry.join(room, seat)
    room.enter(call, seat_of(call))
    left = False

    def leave() -> None:
        nonlocal left
        left = True
        crossing.pulse.fire()

    if verb.hangup_on_star:
        call.on_digit = lambda digit: digit == "*" and not leave()
    cancel_limit = call.exchange.clock.call_later(verb.time_limit_s, leave)
    # A dead owner says no BYE: without this the call would hear nothing until the RTP time-out.
    death = asyncio.ensure_future(call.exchange.rooms.died(node))
    death.add_done_callback(lambda done: None if done.cancelled() else leave())
    try:
        await crossing.pulse.until(lambda: crossing.over or left)
    finally:
        cancel_limit()
        death.cancel()
        call.on_digit = None
        ferry.leave()
        room.exit(call)
        call.conference_name = None
        call.note("left", conference=noun.name, away=True)
