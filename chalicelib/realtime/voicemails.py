"""Telling the screens of a message that came in or changed."""

import msgspec

from chalicelib.kernel.clock import now_ms
from chalicelib.realtime.model import Change
from chalicelib.realtime.outbox import Outbox
from chalicelib.voicemail.model import Voicemail


def tell(voicemail: Voicemail) -> None:
    """Tell those who may hear its box. Errors: RuntimeError when the queue did not take it."""
    change = Change(
        entity="voicemail",
        id=voicemail.voicemail_id,
        version=voicemail.version,
        at=now_ms(),
        data=msgspec.Raw(msgspec.json.encode(voicemail)),
        boxes=(voicemail.box,),
    )
    outbox = Outbox()
    outbox.realtime(voicemail.voicemail_id, change)
    if outbox.send():
        raise RuntimeError("voicemail not told")
