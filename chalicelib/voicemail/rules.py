"""Decisions on voicemail: pure functions. What has happened already changes nothing."""

from msgspec.structs import replace

from chalicelib.recordings.model import Recording
from chalicelib.voicemail.model import Voicemail


def left(recording: Recording) -> Voicemail | None:
    """Return the message in a recording; None when it was left in no box or nothing was said."""
    if recording.box is None or recording.duration_s == 0:
        return None
    return Voicemail(
        voicemail_id=recording.recording_id,
        call_id=recording.call_id,
        box=recording.box,
        number=recording.callee if recording.direction == "outbound" else recording.caller,
        left_at=recording.started_at,
        duration_s=recording.duration_s,
        customer_id=recording.customer_id,
    )


def heard(voicemail: Voicemail, by: str, now: int) -> Voicemail:
    """Return the message after somebody heard it; the first one is remembered."""
    if voicemail.heard_at is not None:
        return voicemail
    state = "heard" if voicemail.state == "new" else voicemail.state
    return replace(voicemail, state=state, heard_by=by, heard_at=now)


def called_back(voicemail: Voicemail, by: str, now: int) -> Voicemail:
    """Return the message after somebody called back."""
    return replace(voicemail, called_back_by=by, called_back_at=now)


def handled(voicemail: Voicemail, by: str, note: str, now: int) -> Voicemail:
    """Return the message closed; who closed it first stays."""
    if voicemail.state == "handled":
        return voicemail
    return replace(voicemail, state="handled", handled_by=by, handled_at=now, note=note)


def reopened(voicemail: Voicemail) -> Voicemail:
    """Return the message open again, as it was before it was handled; the note stays."""
    if voicemail.state != "handled":
        return voicemail
    state = "new" if voicemail.heard_at is None else "heard"
    return replace(voicemail, state=state, handled_by=None, handled_at=None)
