"""Messages in frames: one message is sent as it is, several as a JSON array that fits one frame. Pure."""

from collections.abc import Iterable

import msgspec

from chalicelib.kernel import log
from chalicelib.realtime.model import FRAME_BYTES, MESSAGE_BYTES


def pack(messages: Iterable[object]) -> list[bytes]:
    """Return the frames that carry the messages in order.

    One that is larger than a frame travels alone; one that the gateway would refuse is left out (its version shows
    the gap at the next heartbeat).
    """
    frames: list[list[bytes]] = []
    size = 0
    for text in map(msgspec.json.encode, messages):
        if len(text) > MESSAGE_BYTES:
            log.warn("message too large", bytes=len(text))
            continue
        if not frames or size + len(text) + 1 > FRAME_BYTES:
            frames.append([])
            size = 2
        frames[-1].append(text)
        size += len(text) + 1
    return [texts[0] if len(texts) == 1 else b"[" + b",".join(texts) + b"]" for texts in frames]
