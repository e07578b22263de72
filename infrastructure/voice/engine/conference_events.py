"""Call-backs about conferences."""

from typing import TYPE_CHECKING

from infrastructure.voice.engine.callbacks import flag, rfc2822

if TYPE_CHECKING:
    from infrastructure.voice.engine.conference import Conference, Participant

_ASKED_AS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


def participant(conference: "Conference", event: str, who: "Participant", extra: dict[str, str] | None = None) -> None:
    """Report something about a participant."""
    fields = {
        "CallSid": who.call.sid,
        "Muted": flag(who.seat.muted),
        "Hold": flag(who.seat.hold),
        "Coaching": flag(who.seat.coaching is not None),
        "EndConferenceOnExit": flag(who.end_on_exit),
        "StartConferenceOnEnter": flag(who.start_on_enter),
    }
    if who.label:
        fields["ParticipantLabel"] = who.label
    if who.seat.coaching is not None:
        fields["CallSidToCoach"] = who.seat.coaching
    _send(conference, event, fields | (extra or {}))


def conference(conference: "Conference", event: str, extra: dict[str, str] | None = None) -> None:
    """Report something about the conference as a whole."""
    fields = dict(extra or {})
    if event == "conference-end":
        fields["ReasonConferenceEnded"] = conference.reason_ended or ""
        fields["Reason"] = (conference.reason_ended or "").replace("-", " ")
        if conference.ended_by is not None:
            fields["CallSidEndingConference"] = conference.ended_by.call.sid
            if conference.ended_by.label:
                fields["ParticipantLabelEndingConference"] = conference.ended_by.label
    _send(conference, event, fields)


def _send(conference: "Conference", event: str, fields: dict[str, str]) -> None:
    exchange = conference.exchange
    conference.sequence += 1
    conference.updated_at = exchange.clock.now_ms()
    exchange.events.add("conference", fields.get("CallSid"), sid=conference.sid, name=conference.name, event=event)
    subscription = conference.subscription
    if subscription is None or _ASKED_AS[event] not in subscription.events:
        return
    standard = {
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
        "AccountSid": exchange.settings.account_sid,
        "SequenceNumber": str(conference.sequence),
        "Timestamp": rfc2822(exchange.clock.now_ms()),
        "StatusCallbackEvent": event,
    }
    exchange.webhooks.notify("conference", conference.sid, subscription.url, subscription.method, standard | fields)
