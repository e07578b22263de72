"""A subscriber that drops what is not newer, and reads the snapshot, ends with the truth."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.realtime.frames import pack
from chalicelib.realtime.model import FRAME_BYTES, MESSAGE_BYTES, EntityMessage

Held = dict[str, dict[str, Any]]


def _message(id: str, version: int, deleted: bool) -> EntityMessage:
    data = None if deleted else {"id": id, "version": version}
    return EntityMessage(entity="agent", id=id, version=version, deleted=deleted, data=data, at=0)


def _merge(held: Held, frames: list[bytes]) -> Held:
    merged = dict(held)
    for frame in frames:
        found = msgspec.json.decode(frame)
        for message in found if isinstance(found, list) else [found]:
            if message["version"] > merged.get(message["id"], {"version": 0})["version"]:
                merged[message["id"]] = message
    return merged


history = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=25)


@given(history, st.randoms(use_true_random=False), st.integers(0, 25))
def test_lost_repeated_and_reordered_messages(
    happened: list[tuple[str, bool]], random: Any, snapshot_after: int
) -> None:
    versions: dict[str, int] = {}
    messages: list[EntityMessage] = []
    for id, deleted in happened:
        versions[id] = versions.get(id, 0) + 1
        messages.append(_message(id, versions[id], deleted))
    truth = {message.id: message for message in messages}
    heard = [message for message in messages if random.random() < 0.6] * 2  # some are lost, the rest come twice
    random.shuffle(heard)
    held = _merge({}, pack(heard[:snapshot_after]))
    held = _merge(held, pack(truth.values()))
    held = _merge(held, pack(heard[snapshot_after:]))
    assert {id: found["version"] for id, found in held.items()} == {id: m.version for id, m in truth.items()}
    assert all(found["deleted"] == truth[id].deleted for id, found in held.items())


@given(st.lists(st.integers(0, 40_000), max_size=30))
def test_frames_keep_order_and_size(sizes: list[int]) -> None:
    messages = [{"n": number, "text": "x" * size} for number, size in enumerate(sizes)]
    frames = pack(messages)
    decoded = [found if isinstance(found, list) else [found] for found in map(msgspec.json.decode, frames)]
    assert [message for frame in decoded for message in frame] == messages
    assert all(len(frame) <= FRAME_BYTES or len(found) == 1 for frame, found in zip(frames, decoded, strict=True))


def test_what_the_gateway_would_refuse_is_left_out() -> None:
    assert pack([{"text": "x" * MESSAGE_BYTES}, {"text": "y"}]) == [b'{"text":"y"}']
