"""What a supervisor plays to a waiting caller (QUE-6): his next wait document says it, then asks for the one after it.

Nothing is sent to the carrier: a redirect would cut what he hears in the middle of a word, and one that comes late
would pull him out of the conversation that he was just given. The address of the following document names what he has
heard, so a repeated request gets the same words and a repeated report changes nothing.
"""

from contextlib import suppress

from chalicelib.acd.groups import cached_group
from chalicelib.acd.model.call import Call
from chalicelib.acd.rules import announcements
from chalicelib.acd.service import stage
from chalicelib.calls import library
from chalicelib.calls.waiting import listens
from chalicelib.kernel.errors import NotFound
from chalicelib.prompts import service as prompts
from chalicelib.telephony import documents
from chalicelib.telephony.documents import Document
from chalicelib.telephony.model import Play, Say
from chalicelib.telephony.signature import voice_url


def chosen(call: Call, prompt_id: str | None, text: str) -> Say | Play:
    """Return what the caller is to hear, in his language. Errors: NotFound."""
    if prompt_id is None:
        return Say(text, call.language)
    found = library.rendered(prompts.read(prompt_id), call)
    if found is None:
        raise NotFound(kind="prompt", id=prompt_id)
    return found


def document(call: Call) -> Document | None:
    """Return the document of what a parked caller is to hear next, None when nothing was asked for."""
    new = announcements.pending(call)
    if new is None or call.over:
        return None
    group = cached_group(call.group_id) if call.group_id else None
    known = {"call_id": call.call_id, "heard": new.announcement_id}
    keys = group is not None and not group.queue_flow_id and listens(call, group)
    action = voice_url("/leave-key", group_id=group.group_id, **known) if group and keys else None
    return documents.wait((new.prompt,), None, action=action, next_url=voice_url("/wait", **known))


def heard(call_id: str, announcement_id: str) -> None:
    """The caller heard an announcement, or pressed a key meanwhile."""
    if announcement_id:
        with suppress(NotFound):
            stage().act(call_id, lambda scene: announcements.heard(scene, announcement_id))
