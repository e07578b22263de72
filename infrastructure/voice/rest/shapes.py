"""Resources as the provider shows them: RFC 2822 dates, durations as strings, relative URIs."""

from typing import TYPE_CHECKING, Any

from infrastructure.voice.engine.callbacks import API_VERSION, rfc2822
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.rest.errors import PREFIX

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call
    from infrastructure.voice.engine.conference import Conference, Participant
    from infrastructure.voice.engine.exchange import Exchange
    from infrastructure.voice.engine.recording import Recording
    from infrastructure.voice.engine.waiting import Waiting, WaitingQueue
    from infrastructure.voice.settings import Number

CALL_PARTS = ("events", "notifications", "payments", "recordings", "siprec", "streams", "transcriptions")


def _date(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc2822(at_ms)


def _base(exchange: "Exchange") -> str:
    return f"{PREFIX}/Accounts/{exchange.settings.account_sid}"


def call(call: "Call") -> dict[str, Any]:
    """Return a Call resource."""
    terms, uri = call.terms, f"{_base(call.exchange)}/Calls/{call.sid}"
    over = call.status in FINAL
    return {
        "sid": call.sid,
        "date_created": _date(call.created_at),
        "date_updated": _date(call.updated_at),
        "parent_call_sid": terms.parent_sid,
        "account_sid": call.exchange.settings.account_sid,
        "to": terms.to,
        "to_formatted": terms.to,
        "from": terms.from_,
        "from_formatted": terms.from_,
        "phone_number_sid": terms.number_sid,
        "status": "queued" if call.status == "initiated" else call.status,
        "start_time": _date(call.answered_at),
        "end_time": _date(call.ended_at),
        "duration": str(call.duration_s()) if over else None,
        "price": None,
        "price_unit": "USD",
        "direction": terms.direction,
        "answered_by": call.answered_by if call.reports_answerer else None,
        "annotation": None,
        "api_version": API_VERSION,
        "forwarded_from": terms.forwarded_from or None,
        "group_sid": None,
        "caller_name": terms.caller_name or None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {part: f"{uri}/{part.capitalize()}.json" for part in CALL_PARTS},
    }


def conference(conference: "Conference") -> dict[str, Any]:
    """Return a Conference resource."""
    uri = f"{_base(conference.exchange)}/Conferences/{conference.sid}"
    return {
        "account_sid": conference.exchange.settings.account_sid,
        "date_created": _date(conference.created_at),
        "date_updated": _date(conference.updated_at),
        "api_version": API_VERSION,
        "friendly_name": conference.name,
        "region": "us1",
        "sid": conference.sid,
        "status": conference.status,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json", "recordings": f"{uri}/Recordings.json"},
        "reason_conference_ended": conference.reason_ended,
        "call_sid_ending_conference": conference.ended_by.call.sid if conference.ended_by is not None else None,
    }


def participant(conference: "Conference", who: "Participant") -> dict[str, Any]:
    """Return a Participant resource."""
    return {
        "account_sid": conference.exchange.settings.account_sid,
        "call_sid": who.call.sid,
        "label": who.label,
        "call_sid_to_coach": who.seat.coaching,
        "coaching": who.seat.coaching is not None,
        "conference_sid": conference.sid,
        "date_created": _date(who.joined_at),
        "date_updated": _date(who.updated_at),
        "end_conference_on_exit": who.end_on_exit,
        "muted": who.seat.muted,
        "hold": who.seat.hold,
        "status": "connected",
        "start_conference_on_enter": who.start_on_enter,
        "queue_time": None,
        "uri": f"{_base(conference.exchange)}/Conferences/{conference.sid}/Participants/{who.call.sid}.json",
    }


def recording(recording: "Recording") -> dict[str, Any]:
    """Return a Recording resource."""
    facts = recording.facts
    uri = f"{_base(recording.exchange)}/Recordings/{facts.sid}"
    ended = facts.status in ("completed", "absent")
    return {
        "account_sid": recording.exchange.settings.account_sid,
        "api_version": API_VERSION,
        "call_sid": facts.call_sid,
        "conference_sid": None,
        "date_created": _date(facts.started_at),
        "date_updated": _date(facts.ended_at or facts.started_at),
        "start_time": _date(facts.started_at),
        "duration": str(recording.duration_s()) if ended else None,
        "sid": facts.sid,
        "price": None,
        "price_unit": "USD",
        "status": facts.status,
        "channels": facts.channels,
        "source": facts.source,
        "track": facts.track,
        "error_code": 16101 if facts.status == "absent" else None,
        "uri": f"{uri}.json",
        "encryption_details": None,
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
        "media_url": recording.url(),
    }


def queue(queue: "WaitingQueue") -> dict[str, Any]:
    """Return a Queue resource."""
    uri = f"{_base(queue.exchange)}/Queues/{queue.sid}"
    return {
        "date_updated": _date(queue.updated_at),
        "current_size": len(queue.members),
        "friendly_name": queue.name,
        "uri": f"{uri}.json",
        "account_sid": queue.exchange.settings.account_sid,
        "average_wait_time": queue.average_wait_s(),
        "sid": queue.sid,
        "date_created": _date(queue.created_at),
        "max_size": queue.max_size,
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def member(queue: "WaitingQueue", entry: "Waiting") -> dict[str, Any]:
    """Return a Queue Member resource."""
    return {
        "call_sid": entry.call.sid,
        "date_enqueued": _date(entry.enqueued_at),
        "position": queue.position(entry),
        "uri": f"{_base(queue.exchange)}/Queues/{queue.sid}/Members/{entry.call.sid}.json",
        "wait_time": queue.waited_s(entry),
        "queue_sid": queue.sid,
    }


def number(exchange: "Exchange", number: "Number") -> dict[str, Any]:
    """Return an IncomingPhoneNumber resource."""
    return {
        "sid": number.sid,
        "account_sid": exchange.settings.account_sid,
        "friendly_name": number.friendly_name or number.phone_number,
        "phone_number": number.phone_number,
        "api_version": API_VERSION,
        "voice_caller_id_lookup": False,
        "voice_url": number.voice_url or None,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url or None,
        "voice_fallback_method": number.voice_fallback_method,
        "status_callback": number.status_callback or None,
        "status_callback_method": number.status_callback_method,
        "voice_application_sid": None,
        "trunk_sid": None,
        "date_created": None,
        "date_updated": None,
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "origin": "twilio",
        "status": "in-use",
        "beta": False,
        "uri": f"{_base(exchange)}/IncomingPhoneNumbers/{number.sid}.json",
    }
