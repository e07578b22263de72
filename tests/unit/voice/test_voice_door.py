"""The door before the user agent: what it answers, passes on, rewrites, and leaves alone. No socket."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from infrastructure.voice.legs.sip.door import Door, Message

OWN, AGENT, EDGE = ("127.0.0.1", 5080), ("127.0.0.1", 5480), ("10.0.0.9", 5060)


class Wire:
    """Stands for the socket."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, Any]] = []

    def sendto(self, data: bytes, to: Any) -> None:
        self.sent.append((data, to))

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        self.sent.clear()


def opened(*, takes: bool = True) -> tuple[Door, Wire]:
    door, wire = Door(OWN, AGENT, frozenset({"127.0.0.1", "10.0.0.9"}), lambda: takes), Wire()
    door.connection_made(wire)  # type: ignore[arg-type]
    return door, wire


def message(first: str, *more: str, to: str = "<sip:+86@x>", via: str = "10.0.0.9;branch=z9hG4bKb1;rport") -> bytes:
    cseq = first.split(" ")[0] if not first.startswith("SIP") else "INVITE"
    lines = [first, f"Via: SIP/2.0/UDP {via}", "From: <sip:a@b>;tag=1", f"To: {to}", "Call-ID: c1", f"CSeq: 1 {cseq}"]
    return "\r\n".join([*lines, *more, "Content-Length: 0", "", ""]).encode()


INVITE = "INVITE sip:+8610@127.0.0.1:5080 SIP/2.0"


def test_options_tell_whether_calls_are_taken() -> None:
    for takes, status in ((True, b"200"), (False, b"503")):
        door, wire = opened(takes=takes)
        door.datagram_received(message("OPTIONS sip:127.0.0.1 SIP/2.0"), EDGE)
        ((answer, to),) = wire.sent
        assert answer.startswith(b"SIP/2.0 " + status)
        assert to == EDGE
        assert b";rport=5060" in answer
        assert b";tag=" in answer.split(b"To:")[1]


def test_new_call_is_refused_when_none_are_taken() -> None:
    door, wire = opened(takes=False)
    door.datagram_received(message(INVITE), EDGE)
    assert wire.sent[0][0].startswith(b"SIP/2.0 503")
    assert b"Retry-After" in wire.sent[0][0]
    door.datagram_received(message(INVITE, to="<sip:+86@x>;tag=7"), EDGE)
    assert wire.sent[1][1] == AGENT, "a re-INVITE of a call that goes on passes"


def test_invite_goes_in_and_its_answer_comes_back() -> None:
    door, wire = opened()
    door.datagram_received(message(INVITE, "X-Zhiyin-To: +8610"), EDGE)
    data, to = wire.sent.pop()
    assert to == AGENT
    passed = Message.read(data)
    assert passed is not None
    own, below = [line for line in passed.lines if line.startswith("Via")]
    assert own.startswith("Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK")
    vias = f"{own}\r\n{below}"
    answer = message("SIP/2.0 180 Ringing").replace(b"Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKb1;rport", vias.encode())
    door.datagram_received(answer, AGENT)
    data, to = wire.sent.pop()
    assert to == EDGE
    assert data.count(b"Via:") == 1
    invitation = door.invitation("c1")
    assert (invitation.request_uri, invitation.headers["x-zhiyin-to"]) == ("sip:+8610@127.0.0.1:5080", "+8610")


def test_cancel_and_ack_find_the_invite() -> None:
    door, wire = opened()
    for method in ("INVITE", "CANCEL", "ACK"):
        door.datagram_received(message(f"{method} sip:+8610@127.0.0.1:5080 SIP/2.0"), EDGE)
    assert len({data.split(b"\r\n")[1] for data, _ in wire.sent}) == 1


def test_refusal_carries_the_code_that_was_meant() -> None:
    door, wire = opened()
    door.refuse_with("c1", 603)
    refused = message("SIP/2.0 486 Busy Here", via="127.0.0.1:5080;branch=z9hG4bKx")
    refused = refused.replace(b"From:", b"Via: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKb1\r\nFrom:")
    door.datagram_received(refused, AGENT)
    ((data, to),) = wire.sent
    assert data.startswith(b"SIP/2.0 603 Decline")
    assert to == ("10.0.0.9", 5070)


def test_source_is_marked_behind_nat() -> None:
    door, wire = opened()
    door.datagram_received(message(INVITE, via="192.168.1.5:5070;branch=z9hG4bKb1;rport"), EDGE)
    assert b"192.168.1.5:5070;branch=z9hG4bKb1;rport=5060;received=10.0.0.9" in wire.sent[0][0]


def test_marks_that_lie_are_taken_off() -> None:
    door, wire = opened()
    lies = "192.168.1.5:5070;received=1.2.3.4;branch=z9hG4bKb1;rport=99999"
    door.datagram_received(message("OPTIONS sip:x SIP/2.0", via=lies), EDGE)
    assert wire.sent[0][1] == EDGE
    door.datagram_received(message("OPTIONS sip:x SIP/2.0", via="10.0.0.9:99999;branch=z9hG4bKb1"), EDGE)
    assert len(wire.sent) == 1


def test_strangers_are_not_heard() -> None:
    door, wire = opened()
    door.datagram_received(message(INVITE), ("203.0.113.7", 5060))
    door.datagram_received(message("SIP/2.0 200 OK", via="127.0.0.1:5080;branch=z9hG4bKx"), EDGE)
    assert wire.sent == []


@given(st.binary(max_size=300))
def test_noise_is_survived(data: bytes) -> None:
    door, _ = opened()
    door.datagram_received(data, EDGE)


@given(st.data())
def test_mutilated_messages_are_survived(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([message(INVITE), message("SIP/2.0 486 x"), message("OPTIONS sip:x SIP/2.0")]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    door, _ = opened()
    for source in (EDGE, AGENT):
        door.datagram_received(whole[:start] + data.draw(st.binary(max_size=5)) + whole[end:], source)
