"""Calls as the admin API shows them."""

from typing import TYPE_CHECKING, Any

from infrastructure.voice.legs.hearing import Hearing

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call


def call_view(call: "Call") -> dict[str, Any]:
    """Return the JSON of a call, without its time line."""
    hearing = getattr(call.leg, "hearing", Hearing())
    return {
        "call_sid": call.sid,
        "parent_call_sid": call.terms.parent_sid,
        "direction": call.terms.direction,
        "from": call.terms.from_,
        "to": call.terms.to,
        "status": call.status,
        "created_at": call.created_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "duration_s": call.duration_s() if call.ended_at is not None else None,
        "hearing": hearing.view(),
        "queue": call.queue_name,
        "conference": call.conference_name,
        "muted": call.seat.muted if call.seat is not None else False,
        "hold": call.seat.hold if call.seat is not None else False,
        "answered_by": call.answered_by,
        "ended_by": call.ended_by,
    }
