"""Conferences: who is in, who may speak to whom, when it begins and ends, and the call-backs about that."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infrastructure.voice.engine import conference_events
from infrastructure.voice.engine.room import Room, seat_of
from infrastructure.voice.engine.subscription import Subscription
from infrastructure.voice.legs.leg import Seat
from infrastructure.voice.twiml.verbs import ConferenceRoom

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call
    from infrastructure.voice.engine.exchange import Exchange


@dataclass
class Participant:
    """One call in a conference."""

    call: "Call"
    seat: Seat
    start_on_enter: bool
    end_on_exit: bool
    label: str | None
    joined_at: int
    updated_at: int
    gone: "asyncio.Future[str]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """Resolves with the reason when somebody else takes it out."""
    hold_task: "asyncio.Task[None] | None" = None
    kicked: bool = False


class Conference:
    """One conference: from the first join to the last leave. Its name can be used again, its SID cannot."""

    def __init__(self, exchange: "Exchange", sid: str, name: str) -> None:
        self.exchange = exchange
        self.sid = sid
        self.name = name
        self.status = "init"
        self.room = Room(name, started=False)
        self.participants: dict[str, Participant] = {}
        self.subscription: Subscription | None = None
        self.sequence = 0
        self.created_at = exchange.clock.now_ms()
        self.updated_at = self.created_at
        self.reason_ended: str | None = None
        self.ended_by: Participant | None = None
        self.started = asyncio.Event()

    def join(self, call: "Call", wish: ConferenceRoom, subscription: Subscription | None) -> Participant:
        """Let a call in. The first participant's status call-back counts for the whole conference."""
        now = self.exchange.clock.now_ms()
        seat = seat_of(call, muted=wish.muted, coaching=wish.coach)
        participant = Participant(call, seat, wish.start_on_enter, wish.end_on_exit, wish.label, now, now)
        if not self.participants and self.subscription is None:
            self.subscription = subscription
        self.participants[call.sid] = participant
        call.conference_name = self.name
        call.note("joined", conference=self.name, conference_sid=self.sid, muted=seat.muted, coaching=seat.coaching)
        self.room.enter(call, seat)
        conference_events.participant(self, "participant-join", participant)
        self._start_if_due()
        return participant

    def _start_if_due(self) -> None:
        enough = len(self.participants) >= 2 and any(p.start_on_enter for p in self.participants.values())
        if self.status == "init" and enough:
            self.status = "in-progress"
            self.room.started = True
            self.room.changed()
            self.started.set()
            conference_events.conference(self, "conference-start")

    def leave(self, participant: Participant, reason: str) -> None:
        """Let a call out; ends the conference when it was the last, or the one that ends it. Harmless twice."""
        if self.participants.pop(participant.call.sid, None) is None:
            return
        if participant.hold_task is not None:
            participant.hold_task.cancel()
        self.room.exit(participant.call)
        participant.call.conference_name = None
        participant.call.note("left", conference=self.name, reason=reason)
        extra = {
            "ReasonParticipantLeft": reason,
            "ParticipantCallStatus": "in-progress" if participant.call.in_progress else "completed",
        }
        conference_events.participant(self, "participant-leave", participant, extra)
        self._end_if_due(participant)

    def _end_if_due(self, left: Participant) -> None:
        verb = "kicked" if left.kicked else "left"
        if self.status == "completed":
            self._report_end_when_empty()
        elif left.end_on_exit and self.participants:
            self._end(f"participant-with-end-conference-on-exit-{verb}", left, "moderator_ended_conference")
        elif not self.participants:
            self._end(f"last-participant-{verb}", left, "")

    def kick(self, participant: Participant) -> None:
        """Take a participant out; its call goes on with the verb after Dial, or at Dial's action."""
        participant.kicked = True
        self._take_out(participant, "participant_updated_via_api")

    def end(self) -> None:
        """End it by REST."""
        if self.status != "completed":
            self._end("conference-ended-via-api", None, "conference_ended_via_api")

    def _end(self, reason: str, by: Participant | None, reason_left: str) -> None:
        self.status = "completed"
        self.reason_ended, self.ended_by = reason, by
        self.updated_at = self.exchange.clock.now_ms()
        for participant in list(self.participants.values()):
            self._take_out(participant, reason_left)
        self._report_end_when_empty()

    def _report_end_when_empty(self) -> None:
        if not self.participants:
            self.exchange.rooms.released(self.name)
            conference_events.conference(self, "conference-end")

    @staticmethod
    def _take_out(participant: Participant, reason: str) -> None:
        if not participant.gone.done():
            participant.gone.set_result(reason)

    def find(self, key: str) -> Participant | None:
        """Return the participant with that call SID or label."""
        if key in self.participants:
            return self.participants[key]
        return next((p for p in self.participants.values() if p.label == key), None)
