"""List, hear, call back, handle."""

from typing import Annotated, Final

import msgspec

from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.recordings.storage import Presigned
from chalicelib.voicemail import service
from chalicelib.voicemail.model import Asked, VoicemailView

router: Final = Router("voicemail")

READ: Final = "voicemail.read"
HANDLE: Final = "voicemail.handle"

Word = Annotated[str, msgspec.Meta(max_length=100)]


class VoicemailSearch(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of messages. state: open (new or heard) or handled; box: one of the user's; number: E.164."""

    state: Asked = "open"
    box: Word | None = None
    number: Word | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class Unheard(msgspec.Struct, frozen=True):
    """count: messages that nobody has heard, of one box at most a hundred."""

    count: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a message."""

    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


@router.get("/voicemails", permission=READ)
def list_voicemails(who: Principal, query: VoicemailSearch) -> Page[VoicemailView]:
    """List the messages in the user's boxes, newest first."""
    return service.search(who, query.state, query.box, query.number, query.cursor, query.limit)


@router.get("/voicemails/unheard", permission=READ)
def count_unheard(who: Principal) -> Unheard:
    """Count the messages in the user's boxes that nobody has heard."""
    return Unheard(service.unheard(who))


@router.post("/voicemails/{voicemail_id}/listen", permission=READ)
def listen_to_voicemail(who: Principal, voicemail_id: str) -> Presigned:
    """Return an address to play a message at, for ten minutes; it counts as heard from then on."""
    return service.listen(voicemail_id, who)


@router.post("/voicemails/{voicemail_id}/called-back", permission=HANDLE)
def voicemail_called_back(who: Principal, voicemail_id: str) -> VoicemailView:
    """Note that the user called back."""
    return service.called_back(voicemail_id, who)


@router.post("/voicemails/{voicemail_id}/handle", permission=HANDLE)
def handle_voicemail(who: Principal, voicemail_id: str, body: Outcome) -> VoicemailView:
    """Close a message."""
    return service.handle(voicemail_id, who, body.note)


@router.post("/voicemails/{voicemail_id}/reopen", permission=HANDLE)
def reopen_voicemail(who: Principal, voicemail_id: str) -> VoicemailView:
    """Open a handled message again."""
    return service.reopen(voicemail_id, who)
