"""Dial Conference: take part until leaving, being taken out, or the conference's end."""

import asyncio
from dataclasses import replace

from infrastructure.voice.engine import soundtrack, verb_conference_away
from infrastructure.voice.engine.conference import Conference, Participant
from infrastructure.voice.engine.outcome import Context, Outcome
from infrastructure.voice.engine.source import Redirected
from infrastructure.voice.engine.subscription import Subscription
from infrastructure.voice.twiml import reader
from infrastructure.voice.twiml.attributes import TwimlError
from infrastructure.voice.twiml.verbs import ConferenceRoom, Dial


async def perform(context: Context, verb: Dial, noun: ConferenceRoom) -> Outcome:
    """Take part, on the node that owns the conference; go on at the action, or with the next verb."""
    node = context.call.exchange.rooms.owner(noun.name)
    if node is None:
        return await here(context, verb, noun)
    return await verb_conference_away.perform(context, verb, _absolute(context, noun), node)


def _absolute(context: Context, noun: ConferenceRoom) -> ConferenceRoom:
    """Return the room with URLs that mean the same anywhere."""
    wait_url = context.url(noun.wait_url) if noun.wait_url else noun.wait_url
    callback = context.url(noun.status_callback) if noun.status_callback else noun.status_callback
    return replace(noun, wait_url=wait_url, status_callback=callback)


async def here(context: Context, verb: Dial, noun: ConferenceRoom) -> Outcome:
    """Take part in a conference of this node."""
    call = context.call
    conference = call.exchange.conference(noun.name)
    if len(conference.participants) >= noun.max_participants:
        return context.action(verb.action, verb.method, {"DialCallStatus": "failed", "DialBridged": "false"})
    if noun.coach is not None and noun.coach not in conference.participants:
        raise TwimlError(13240, f"{noun.coach} is not in conference {noun.name}")
    participant = conference.join(call, noun, _subscription(context, noun))
    reason = "participant_hung_up"
    try:
        reason = await _take_part(context, verb, noun, conference, participant)
    except asyncio.CancelledError:
        if isinstance(call.interrupt, Redirected) or getattr(call.interrupt, "by", "") == "api":
            reason = "participant_updated_via_api"
        conference.leave(participant, reason)
        context.cut_short(verb.action, verb.method, _fields(conference))
        raise
    finally:
        conference.leave(participant, reason)
    return context.action(verb.action, verb.method, _fields(conference))


def _subscription(context: Context, noun: ConferenceRoom) -> Subscription | None:
    if noun.status_callback is None:
        return None
    return Subscription(context.url(noun.status_callback), noun.status_method, noun.status_events)


def _fields(conference: Conference) -> dict[str, str]:
    """The provider sends neither DialCallSid nor DialCallDuration after a conference."""
    return {"DialCallStatus": "answered", "DialBridged": "true" if conference.started.is_set() else "false"}


async def _take_part(
    context: Context, verb: Dial, noun: ConferenceRoom, conference: Conference, participant: Participant
) -> str:
    """Return the reason of leaving."""
    call = context.call
    if verb.hangup_on_star:
        call.on_digit = lambda digit: _on_star(participant, digit)
    cancel_limit = call.exchange.clock.call_later(verb.time_limit_s, lambda: _leave(participant, "participant_hung_up"))
    waiting = asyncio.ensure_future(_wait_for_start(context, noun, conference))
    try:
        await asyncio.wait({participant.gone})
        return participant.gone.result()
    finally:
        cancel_limit()
        call.on_digit = None
        if not waiting.done():
            waiting.cancel()
            await asyncio.wait({waiting})


async def _wait_for_start(context: Context, noun: ConferenceRoom, conference: Conference) -> None:
    """Play the wait document until the conference begins."""
    if conference.started.is_set():
        return
    url = None if noun.wait_url is None else context.url(noun.wait_url) if noun.wait_url else ""
    sounds = asyncio.ensure_future(
        soundtrack.loop(
            context.call, url, noun.wait_method, lambda: {"ConferenceSid": conference.sid}, reader.HOLD_VERBS
        )
    )
    begun = asyncio.ensure_future(conference.started.wait())
    try:
        await asyncio.wait({sounds, begun}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sounds, begun):
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        context.call.leg.music(None)


def _leave(participant: Participant, reason: str) -> None:
    if not participant.gone.done():
        participant.gone.set_result(reason)


def _on_star(participant: Participant, digit: str) -> bool:
    if digit == "*":
        _leave(participant, "participant_hung_up")
    return digit == "*"
