"""Recordings' decisions: the state machine, ids, names, segments, scope."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recordings_kit import CALL, LEG, NOW, leg_facts, wav

from chalicelib.kernel.principal import Principal
from chalicelib.recordings import audio, rules
from chalicelib.recordings.model import (
    REPEATED,
    TRANSITIONS,
    AgentTime,
    CopyFailed,
    Recording,
    Refused,
    Segment,
)

RECORDING = rules.expected(CALL, LEG, leg_facts())
EVENTS = ["completed", "absent", "leased", "released", "stored", "gave_up", "deleted"]


def test_every_state_has_a_way_out_or_is_an_end() -> None:
    reachable, new = {"expected"}, ["expected"]
    while new:
        for state in TRANSITIONS[new.pop()].values():  # type: ignore[index]
            if state not in reachable:
                reachable.add(state)
                new.append(state)
    assert reachable == set(TRANSITIONS)
    assert all(not set(TRANSITIONS[state]) & REPEATED.get(state, frozenset()) for state in TRANSITIONS)


@given(st.lists(st.sampled_from(EVENTS), max_size=12))
def test_any_order_of_events_is_lawful_or_refused_and_never_unstores(events: list[str]) -> None:
    recording = RECORDING
    for event in events:
        before = recording
        try:
            recording = rules.after(recording, event)  # type: ignore[arg-type]
        except Refused:
            assert event not in TRANSITIONS[before.state]
        if before.state == "stored":
            assert recording.state in ("stored", "deleted")
        if before.state == "deleted":
            assert recording == before


def test_ids_look_like_ulids_and_are_always_the_same() -> None:
    id = rules.recording_id(CALL, LEG, "call")
    assert id == rules.recording_id(CALL, LEG, "call")
    assert re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", id)
    others = {rules.recording_id(CALL, LEG, "voicemail"), rules.recording_id(CALL, "other", "call"),
              rules.recording_id("call", LEG, "call"), rules.recording_id(CALL, LEG, "call", "RE2")}  # fmt: skip
    assert len(others | {id}) == 5


HOSTILE = '../../etc/passwd"\r\nX-Evil: 1\u202e<script>'


@given(st.text(max_size=60), st.text(max_size=60))
def test_file_names_are_plain_whatever_was_dialled(caller: str, callee: str) -> None:
    for name in (rules.file_name(Recording(recording_id="R" * 26, call_id="c", caller=caller, callee=callee)),
                 rules.file_name(Recording(recording_id="R" * 26, call_id="c", caller=HOSTILE))):  # fmt: skip
        assert name.isascii()
        assert not set(name) & set('/\\"\r\n;<> ')
        assert name.endswith(".wav")
        assert not name.startswith(".")


def test_segments_are_offsets_into_the_recording() -> None:
    agents = (
        AgentTime(agent_id="a1", joined_at=NOW - 5_000, left_at=NOW + 10_000),  # in the call before it was recorded
        AgentTime(agent_id="a2", joined_at=NOW + 10_000),
        AgentTime(agent_id="a3", joined_at=NOW - 9_000, left_at=NOW - 1_000),
    )
    assert rules.segments(NOW, agents, NOW + 30_000) == (
        Segment(agent_id="a1", from_ms=0, to_ms=10_000),
        Segment(agent_id="a2", from_ms=10_000, to_ms=30_000),
    )
    assert rules.segments(NOW, agents[1:2], None) == ()


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (Principal(username="agent1"), True),
        (Principal(username="agent2"), False),
        (Principal(username="s", scope="department", department_ids=("d1",)), True),
        (Principal(username="s", scope="subtree", department_ids=("d2", "d3")), False),
        (Principal(username="s", scope="department"), False),
        (Principal(username="s", scope="all"), True),
    ],
)
def test_scope(who: Principal, sees: bool) -> None:
    assert rules.visible(RECORDING, who) is sees


def test_pauses_grow_to_an_hour() -> None:
    assert [rules.pause(n) for n in (1, 2, 3, 99)] == [30_000, 60_000, 120_000, 3_600_000]


@given(st.integers(1, 5000), st.integers(0, 3))
def test_channels_are_exchanged_however_the_stream_is_cut(size: int, odd: int) -> None:
    source, wanted = wav(left=258, right=772), wav(left=772, right=258)
    source, wanted = source + b"z" * odd, wanted + b"z" * odd
    chunks = [source[at : at + size] for at in range(0, len(source), size)]
    assert b"".join(audio.checked(chunks, 1)) == wanted
    assert b"".join(audio.checked(chunks, 0)) == source


def test_a_chunk_before_the_audio_is_passed_over_and_mono_stays() -> None:
    plain = wav()
    listed = b"LIST\x05\x00\x00\x00abcde\x00"
    odd = plain[:36] + listed + plain[36:]
    body = b"RIFF" + (len(odd) - 8).to_bytes(4, "little") + odd[8:]
    assert b"".join(audio.checked([body], 1))[36 : 36 + len(listed)] == listed
    mono = plain[:22] + b"\x01\x00" + plain[24:32] + b"\x02\x00" + plain[34:]
    assert b"".join(audio.checked([mono], 1)) == mono


def test_a_streamed_length_is_not_a_truncation() -> None:
    endless = b"RIFF\xff\xff\xff\xff" + wav()[8:-50]
    assert b"".join(audio.checked([endless], 0)) == endless
    with pytest.raises(CopyFailed, match="truncated"):
        list(audio.checked([wav()[:-1]], 0))
