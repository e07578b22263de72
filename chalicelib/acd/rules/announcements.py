"""What a waiting caller is to hear besides what his group says: once each, in the order in which it was asked for."""

from msgspec.structs import replace

from chalicelib.acd.errors import AnnouncementsPending
from chalicelib.acd.model.call import Announcement, Call
from chalicelib.acd.rules.scene import Scene

LIMIT = 5


def pending(call: Call) -> Announcement | None:
    """Return what a waiting caller is to hear next, None when nothing is left."""
    return next(iter(call.queueing.announcements), None) if call.queueing else None


def add(scene: Scene, new: Announcement) -> None:
    """Have a waiting caller hear something; what he is to hear anyway is not said twice. Errors:
    AnnouncementsPending."""
    queueing = scene.call.queueing
    if queueing is None or any(one.prompt == new.prompt for one in queueing.announcements):
        return
    if len(queueing.announcements) >= LIMIT:
        raise AnnouncementsPending(limit=LIMIT)
    scene.change(queueing=replace(queueing, announcements=(*queueing.announcements, new)))
    scene.record("call.announcement", who=new.by, data={"announcement_id": new.announcement_id})


def heard(scene: Scene, announcement_id: str) -> None:
    """Note that a caller heard an announcement; a report that comes again changes nothing."""
    queueing = scene.call.queueing
    rest = tuple(one for one in queueing.announcements if one.announcement_id != announcement_id) if queueing else ()
    if queueing is None or len(rest) == len(queueing.announcements):
        return
    scene.change(queueing=replace(queueing, announcements=rest))
    scene.record("call.announced", data={"announcement_id": announcement_id})
