"""What a carrier's REST answers become: small frozen structs in our words and units."""

from datetime import datetime
from typing import Any

import msgspec


class CarrierCall(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as the carrier sees it.

    status: queued, initiated, ringing, in-progress, completed, busy, no-answer, canceled, failed.
    """

    sid: str
    status: str
    to: str = ""
    from_: str = ""
    direction: str = ""
    answered_by: str = ""
    duration_s: int | None = None

    @property
    def over(self) -> bool:
        """Return whether the leg has ended."""
        return self.status in ("completed", "busy", "no-answer", "canceled", "failed")


class CarrierConference(msgspec.Struct, frozen=True, kw_only=True):
    """A conference. status: init, in-progress, completed."""

    sid: str
    name: str
    status: str


class CarrierRecording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording. status: in-progress, paused, processing, completed, absent. created_at: ms since the epoch."""

    sid: str
    call_sid: str
    conference_sid: str
    status: str
    channels: int | None
    duration_s: int | None
    created_at: int | None


class CarrierNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that the account owns, and where it sends its calls."""

    sid: str
    number: str
    name: str
    voice_url: str
    fallback_url: str
    status_callback: str


class NumberUrls(msgspec.Struct, frozen=True, kw_only=True):
    """Where a number sends its calls. fallback_url: a static document outside the API, for when we are down."""

    voice_url: str
    fallback_url: str
    status_callback: str


def call_of(found: Any) -> CarrierCall:
    """Return a leg from the library's object."""
    return CarrierCall(
        sid=found.sid,
        status=str(found.status),
        to=found.to or "",
        from_=found._from or "",
        direction=found.direction or "",
        answered_by=found.answered_by or "",
        duration_s=_whole(found.duration),
    )


def conference_of(found: Any) -> CarrierConference:
    """Return a conference from the library's object."""
    return CarrierConference(sid=found.sid, name=found.friendly_name or "", status=str(found.status))


def recording_of(found: Any) -> CarrierRecording:
    """Return a recording from the library's object."""
    return CarrierRecording(
        sid=found.sid,
        call_sid=found.call_sid or "",
        conference_sid=found.conference_sid or "",
        status=str(found.status),
        channels=found.channels,
        duration_s=_whole(found.duration),
        created_at=_ms(found.date_created),
    )


def number_of(found: Any) -> CarrierNumber:
    """Return a number from the library's object."""
    return CarrierNumber(
        sid=found.sid,
        number=found.phone_number or "",
        name=found.friendly_name or "",
        voice_url=found.voice_url or "",
        fallback_url=found.voice_fallback_url or "",
        status_callback=found.status_callback or "",
    )


def _whole(text: Any) -> int | None:
    return int(text) if text not in (None, "") and int(text) >= 0 else None


def _ms(at: datetime | None) -> int | None:
    # The library hands unreadable dates through as text.
    return int(at.timestamp() * 1000) if isinstance(at, datetime) else None
