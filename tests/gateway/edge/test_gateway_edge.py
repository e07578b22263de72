"""The edge: who may register, whose calls are taken, and where they go."""

from http.server import ThreadingHTTPServer

import pytest

from infrastructure.local.waiting import eventually
from tests.gateway.edge.conftest import PASSWORDS, Edge, Join
from tests.gateway.edge.party import Message, Peer, full, takes_calls


def invites(peer: Peer) -> list[Message]:
    """Return the calls that reached a party."""
    return [one for one in peer.asked if one.status == 0 and one.method == "INVITE"]


def test_a_phone_registers_with_its_password(join: Join) -> None:
    phone = join()
    assert phone.register("1001", PASSWORDS["1001"]).status == 200
    assert phone.register("1001", "guessed").status == 401
    assert phone.register("nobody", "guessed").status == 401


def test_names_that_nobody_has_are_asked_for_once(join: Join, passwords: ThreadingHTTPServer) -> None:
    phone = join()
    for _ in range(3):
        phone.register("nobody", "guessed")
    assert passwords.asked == ["nobody"]  # type: ignore[attr-defined]


def test_who_guesses_passwords_is_not_heard_any_more(running: Edge, join: Join) -> None:
    phone = join()
    for _ in range(11):
        assert phone.register("1001", "guessed").status == 401
    phone.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        phone.register("1001", PASSWORDS["1001"])
    assert "is not heard" in running.log()


def test_a_crash_forgets_no_phone(running: Edge, join: Join) -> None:
    node = join(port=running.gateway.node_ports[0], answer=takes_calls)
    phone = join(answer=None)
    assert phone.register("1001", PASSWORDS["1001"]).status == 200
    running.stop(hard=True)
    running.start()
    node.send(
        node.text(
            "INVITE",
            f"sip:1001@{running.gateway.domain}",
            "node",
            7,
            "after-crash",
            "",
            "",
            f"<sip:1001@{running.gateway.domain}>",
        )
    )
    while (found := phone.receive()).method != "INVITE" or found.status:
        pass
    assert found["call-id"] == "after-crash"


def test_a_stranger_is_asked_for_a_password(running: Edge, join: Join) -> None:
    node = join(port=running.gateway.node_ports[0], answer=takes_calls)
    assert join().invite("+861055550100").status == 407
    assert invites(node) == []


def test_a_registered_phone_calls_through_a_node_that_is_told_who_he_is(running: Edge, join: Join) -> None:
    node = join(port=running.gateway.node_ports[0], answer=takes_calls)
    eventually(lambda: any(one.method == "OPTIONS" for one in node.asked), "the node is probed")
    forged = "X-Zhiyin-User: 1002\r\nX-Zhiyin-Source: trunk\r\n"
    assert join().call("13900000000", "1001", PASSWORDS["1001"], forged).status == 200
    (call,) = invites(node)
    assert call.headers["x-zhiyin-user"] == ["1001"]
    assert call.headers["x-zhiyin-source"] == ["phone"]
    assert "proxy-authorization" not in call.headers


@pytest.mark.parametrize(
    ("dialled", "told"),
    [
        ("+861055550100", "+861055550100"),
        ("008613900000000", "+8613900000000"),
        ("01055550100", "+861055550100"),
        ("861055550100", "+861055550100"),
        ("13900000000", "+8613900000000"),
        ("95588", "95588"),
    ],
)
def test_a_trunk_needs_no_password_and_its_numbers_get_one_form(
    running: Edge, join: Join, dialled: str, told: str
) -> None:
    node = join(port=running.gateway.node_ports[0], answer=takes_calls)
    eventually(lambda: any(one.method == "OPTIONS" for one in node.asked), "the node is probed")
    trunk = join(ip="127.0.0.2")
    assert trunk.invite(dialled, "13800138000", "X-Zhiyin-Source: phone\r\n").status == 200
    (call,) = invites(node)
    assert call.headers["x-zhiyin-to"] == [told]
    assert call.headers["x-zhiyin-from"] == ["+8613800138000"]
    assert call.headers["x-zhiyin-source"] == ["trunk"]


def test_a_full_node_passes_the_call_to_the_next(running: Edge, join: Join) -> None:
    refusing = join(port=running.gateway.node_ports[0], answer=full)
    taking = join(port=running.gateway.node_ports[1], answer=takes_calls)
    eventually(lambda: all(one.asked for one in (refusing, taking)), "both nodes are probed")
    for _ in range(2):
        assert join().call("13900000000", "1001", PASSWORDS["1001"]).status == 200
    assert len(invites(taking)) == 2
    assert len(invites(refusing)) == 1


def test_a_node_rings_out_by_the_first_trunk_and_by_the_next_when_that_fails(running: Edge, join: Join) -> None:
    node = join(port=running.gateway.node_ports[0])
    ports = [int((trunk.target or "").rpartition(":")[2]) for trunk in running.gateway.trunks]
    first, second = join(port=ports[0], answer=full), join(port=ports[1], answer=takes_calls)
    eventually(lambda: all(one.asked for one in (first, second)), "both trunks are probed")
    answered = node.invite(
        "+8613900000000", "node", headers="X-Zhiyin-Caller-Id: +861055550100\r\nX-Zhiyin-Call-Sid: CA1\r\n"
    )
    assert answered.status == 200
    (refused,), (taken,) = invites(first), invites(second)
    for call in (refused, taken):
        assert "+861055550100@" in call["from"]
        assert not [name for name in call.headers if name.startswith("x-zhiyin-")]


def test_a_node_rings_nobody_who_is_not_there(running: Edge, join: Join) -> None:
    node = join(port=running.gateway.node_ports[0])
    assert node.invite("1002", "node").status == 480
