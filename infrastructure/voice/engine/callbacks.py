"""The fields of webhooks and call-backs (https://www.twilio.com/docs/voice/twiml#request-parameters and the pages
beside it)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from infrastructure.voice.engine.subscription import FINAL

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call

API_VERSION = "2010-04-01"


def rfc2822(at_ms: int) -> str:
    """Return an instant as the contract writes it: Sun, 22 Nov 2026 10:00:00 +0000."""
    return format_datetime(datetime.fromtimestamp(at_ms // 1000, UTC))


def flag(value: bool) -> str:
    """Return true or false."""
    return "true" if value else "false"


def standard(call: "Call") -> dict[str, str]:
    """Return the fields that every request about a call carries."""
    terms = call.terms
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.exchange.settings.account_sid,
        "From": terms.from_,
        "To": terms.to,
        "Caller": terms.from_,
        "Called": terms.to,
        "CallStatus": "ringing" if call.status in ("queued", "initiated") else call.status,
        "ApiVersion": API_VERSION,
        "Direction": terms.direction,
    }
    optional = {
        "ForwardedFrom": terms.forwarded_from,
        "CallerName": terms.caller_name,
        "ParentCallSid": terms.parent_sid,
        "AnsweredBy": call.answered_by if call.reports_answerer else None,
    }
    return fields | {name: value for name, value in optional.items() if value}


def call_status(call: "Call", extra: dict[str, str]) -> None:
    """Report the status that the call came into, to whoever asked for it."""
    number = call.sequence
    call.sequence += 1
    subscription = call.terms.subscription
    if subscription is None or not subscription.wants(call.status):
        return
    fields = standard(call) | {
        "CallStatus": call.status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(number),
        "Timestamp": rfc2822(call.updated_at),
    }
    if call.status in FINAL:
        seconds = call.duration_s()
        fields |= {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
        if call.sip_code is not None or call.answered_at is not None:
            fields["SipResponseCode"] = str(call.sip_code or 200)
    call.exchange.webhooks.notify("status", call.sid, subscription.url, subscription.method, fields | extra)
    call.note("callback", status=call.status, sequence=number)
