"""Search, read, hear."""

from typing import Annotated, Final

import msgspec

from chalicelib.kernel.paging import PAGE_LIMIT, PAGE_SIZE, Page
from chalicelib.kernel.postings import Test, Wanted, Where
from chalicelib.kernel.principal import Principal
from chalicelib.kernel.routing import Router
from chalicelib.recordings import rules, service
from chalicelib.recordings.model import RecordingView
from chalicelib.recordings.storage import Presigned

router: Final = Router("recordings")

Instant = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Word = Annotated[str, msgspec.Meta(max_length=100)]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of recordings. from inclusive, to exclusive (ms); number: caller or callee, E.164 or extension."""

    from_at: Instant | None = msgspec.field(name="from", default=None)
    to_at: Instant | None = msgspec.field(name="to", default=None)
    agent_id: Word | None = None
    group_id: Word | None = None
    number: Word | None = None
    min_s: Seconds | None = None
    max_s: Seconds | None = None
    cursor: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = PAGE_SIZE


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """download: the browser saves the file instead of playing it."""

    download: bool = False


@router.get("/recordings", permission="recordings.read")
def search_recordings(who: Principal, query: Search) -> Page[RecordingView]:
    """List recordings, newest first."""
    tests: tuple[tuple[Test, int | None], ...] = (("at_least", query.min_s), ("at_most", query.max_s))
    wanted = Wanted(
        from_at=query.from_at,
        to_at=query.to_at,
        agent_id=query.agent_id,
        group_id=query.group_id,
        number=query.number,
        where=tuple(Where("duration_s", test, seconds) for test, seconds in tests if seconds is not None),
    )
    return service.search(wanted, who, query.cursor, query.limit)


@router.get("/recordings/{recording_id}", permission="recordings.read")
def read_recording(who: Principal, recording_id: str) -> RecordingView:
    """Read one recording."""
    return rules.view(service.read(recording_id, who))


@router.get("/recordings/{recording_id}/url", permission="recordings.read")
def recording_url(who: Principal, recording_id: str, query: Hearing) -> Presigned:
    """Return an address to play (recordings.play) or download (recordings.download) the audio at, for ten minutes."""
    return service.url(recording_id, who, query.download)
