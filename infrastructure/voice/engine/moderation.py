"""What REST does to people in a conference: mute, hold, coach, announce."""

import asyncio

from infrastructure.voice.engine import conference_events, program, soundtrack
from infrastructure.voice.engine.conference import Conference, Participant
from infrastructure.voice.engine.source import Source
from infrastructure.voice.twiml import reader


def mute(conference: Conference, who: Participant, muted: bool) -> None:
    """Let nobody hear the participant, or everybody again."""
    if who.seat.muted == muted:
        return
    who.seat.muted = muted
    who.call.note("muted" if muted else "unmuted")
    _changed(conference, who, "participant-mute" if muted else "participant-unmute")


def hold(conference: Conference, who: Participant, held: bool, url: str, method: str) -> None:
    """Take the participant out of the conversation, with music, or back in. A new URL takes effect while held."""
    if who.hold_task is not None:
        who.hold_task.cancel()
        who.hold_task = None
    before, who.seat.hold = who.seat.hold, held
    if held:
        sounds = soundtrack.loop(who.call, url or None, method, lambda: _fields(conference), reader.HOLD_VERBS)
        who.hold_task = asyncio.get_running_loop().create_task(sounds)
    else:
        who.call.leg.music(None)
    if before != held:
        who.call.note("held" if held else "retrieved")
        _changed(conference, who, "participant-hold" if held else "participant-unhold")


def coach(conference: Conference, who: Participant, target: str | None) -> None:
    """Let only one party hear the participant (its call SID), or everybody again."""
    if who.seat.coaching != target:
        who.seat.coaching = target
        who.call.note("coaching", call_sid=target)
        _changed(conference, who, "participant-modify")


def end_on_exit(conference: Conference, who: Participant, ends: bool) -> None:
    """Say whether the conference ends when the participant leaves."""
    if who.end_on_exit != ends:
        who.end_on_exit = ends
        _changed(conference, who, "participant-modify")


def announce(conference: Conference, who: Participant | None, url: str, method: str) -> None:
    """Play a document to one participant or to all, over the conversation."""
    heard_by = [who] if who is not None else list(conference.participants.values())
    tasks = [asyncio.get_running_loop().create_task(_play(conference, p, url, method)) for p in heard_by]
    for task, participant in zip(tasks, heard_by, strict=True):
        participant.call.keep(task)
    if tasks:
        heard_by[0].call.keep(asyncio.get_running_loop().create_task(_report(conference, who, url, tasks)))


async def _play(conference: Conference, who: Participant, url: str, method: str) -> None:
    await program.documents(who.call, Source(url, method, _fields(conference)), reader.HOLD_VERBS)


async def _report(conference: Conference, who: Participant | None, url: str, tasks: "list[asyncio.Task[None]]") -> None:
    await asyncio.wait(tasks)
    if who is None:
        conference_events.conference(conference, "announcement-end", {"AnnounceUrl": url})
    else:
        conference_events.participant(conference, "announcement-end", who, {"AnnounceUrl": url})


def _fields(conference: Conference) -> dict[str, str]:
    return {"ConferenceSid": conference.sid, "FriendlyName": conference.name}


def _changed(conference: Conference, who: Participant, event: str) -> None:
    who.updated_at = conference.exchange.clock.now_ms()
    conference.room.changed()
    conference_events.participant(conference, event, who)
    conference.exchange.call_changed(who.call)
