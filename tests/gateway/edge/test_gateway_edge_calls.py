"""VOI-2, VOI-4: calls through the real Kamailio and rtpengine, nodes and trunks played by UDP sockets."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from infrastructure.local.waiting import eventually
from infrastructure.voice.gateway.numbering import Plan
from tests.gateway.edge.kit import (
    SDP,
    Credentials,
    Edge,
    Phone,
    Responder,
    edge,
    node_of,
    trunk_of,
)
from tests.gateway.ports import free_port

PASSWORDS = {"1001": "right"}
CALLED = "sip:01055550100@127.0.0.1"
BEIJING = Plan(area="10")


@dataclass
class Scene:
    """An edge with nodes and two trunks; each is there when it is started."""

    edge: Edge
    nodes: list[Phone]
    trunks: list[Phone]
    stack: ExitStack
    credentials: Credentials

    def node(self, number: int, invite: int = 200, options: int = 200, ring: bool = True) -> Responder:
        return self._play(self.nodes[number], invite, options, ring)

    def trunk(self, number: int, invite: int = 200, options: int = 200, ring: bool = True) -> Responder:
        return self._play(self.trunks[number], invite, options, ring)

    def _play(self, phone: Phone, invite: int, options: int, ring: bool) -> Responder:
        phone.edge = self.edge.address
        responder = Responder(phone, invite, options, ring)
        self.stack.callback(responder.stop)
        return responder

    def phone(self, **given: str) -> Phone:
        return self.stack.enter_context(Phone(self.edge.address, **given))

    def down(self, phone: Phone) -> bool:
        return self.edge.node_states().get(f"{phone.ip}:{phone.port}", "").startswith("I")

    def up(self, phone: Phone) -> bool:
        return self.edge.node_states().get(f"{phone.ip}:{phone.port}") == "AP"


@contextmanager
def scene(home: Path, flood_limit: int = 200, nodes: int = 2, **trunk: object) -> Iterator[Scene]:
    with ExitStack() as stack:
        known_nodes = [stack.enter_context(Phone(("", 0), user=f"node{number}")) for number in range(nodes)]
        trunks = [stack.enter_context(Phone(("", 0), user=f"trunk{number}", ip="127.0.0.2")) for number in range(2)]
        server = Credentials(free_port(), dict(PASSWORDS))
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        known = {"plan": BEIJING, "form": "national", **trunk}
        running = stack.enter_context(
            edge(
                home,
                lookup_port=server.server_address[1],
                flood_limit=flood_limit,
                other_nodes=tuple(node_of(number, phone) for number, phone in enumerate(known_nodes)),
                trunks=(
                    trunk_of(trunks[0], **known),
                    trunk_of(trunks[1], name="two", form="plus", plan=BEIJING),
                ),
            )
        )
        yield Scene(running, known_nodes, trunks, stack, server)


@pytest.fixture
def usual(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def test_a_call_from_the_trunk_reaches_a_node_in_e164(usual: Scene) -> None:
    node = usual.node(0)
    trunk = usual.trunks[0]
    trunk.edge = usual.edge.address
    call_id = trunk.request(
        "INVITE", CALLED, "X-Zhiyin-User: 1001", "X-Evil: 1", body=SDP.format(ip=trunk.ip, port=40100)
    )
    answer = trunk.answer_to(call_id)
    assert answer.status == 200
    assert answer.get("x-zhiyin-secret") == "inside", "what a node says may go out"
    trunk.acknowledge(answer, re.sub("[<>]", "", answer.get("contact")))
    (invite,) = node.invites()
    assert (invite.get("x-zhiyin-to"), invite.get("x-zhiyin-source")) == ("+861055550100", "trunk")
    assert (invite.get("x-evil"), invite.get("x-zhiyin-user")) == ("", ""), "X- headers from outside are gone"
    relay = range(*usual.edge.settings.relay_ports)
    assert all(int(re.search(r"m=audio (\d+)", each.body)[1]) in relay for each in (invite, answer)), (
        "through the relay"
    )
    eventually(lambda: node.requests("ACK"), "the ACK at the node")
    assert trunk.bye(answer).status == 200
    assert node.requests("BYE")


def test_the_caller_is_brought_into_e164(usual: Scene) -> None:
    node = usual.node(0)
    trunk = usual.trunks[0]
    trunk.edge, trunk.user = usual.edge.address, "013800138000"
    trunk.answer_to(trunk.request("INVITE", CALLED))
    assert node.invites()[0].get("x-zhiyin-from") == "+8613800138000"


def test_a_stranger_is_refused(usual: Scene) -> None:
    node = usual.node(0)
    stranger = usual.phone(user="1001", ip="127.0.0.3")
    assert stranger.answer_to(stranger.request("INVITE", CALLED)).status == 407
    stranger.password = "guess"
    assert stranger.proven("INVITE", CALLED).status == 407
    assert stranger.answer_to(stranger.request("BYE", CALLED, to=f"<{CALLED}>;tag=x")).status == 404
    assert node.invites() == []


def test_a_stranger_cannot_send_through_us_within_a_call_that_is_not(usual: Scene) -> None:
    victim = usual.phone(user="victim", ip="127.0.0.4")
    stranger = usual.phone(user="x", ip="127.0.0.3")
    route = f"Route: <sip:{usual.edge.address[0]}:{usual.edge.address[1]};lr>"
    aimed = f"sip:victim@{victim.ip}:{victim.port}"
    assert stranger.answer_to(stranger.request("INFO", aimed, route, to=f"<{aimed}>;tag=x")).status == 403
    assert victim.next(0.3) is None


@pytest.mark.parametrize(("invite", "ring"), [(503, False), (503, True), (0, False)])
def test_the_next_node_takes_over(usual: Scene, invite: int, ring: bool) -> None:
    """One says 503, at once or after 100, or says nothing at all."""
    usual.node(0, invite, options=200, ring=ring)
    other = usual.node(1)
    trunk = usual.trunks[0]
    trunk.edge = usual.edge.address
    answers = [trunk.answer_to(trunk.request("INVITE", CALLED)).status for _ in range(2)]
    assert answers == [200, 200]
    assert len(other.invites()) == 2


def test_a_dead_or_full_node_gets_no_calls(usual: Scene) -> None:
    dead = usual.node(0)
    eventually(lambda: usual.up(usual.nodes[0]), "node 0 is seen")
    dead.options = 503
    other = usual.node(1)
    eventually(lambda: usual.down(usual.nodes[0]) and usual.up(usual.nodes[1]), "node 0 is taken out, node 1 is in")
    trunk = usual.trunks[0]
    trunk.edge = usual.edge.address
    assert [trunk.answer_to(trunk.request("INVITE", CALLED)).status for _ in range(3)] == [200] * 3
    assert (dead.invites(), len(other.invites())) == ([], 3)
    dead.options = 200
    eventually(lambda: usual.up(usual.nodes[0]), "node 0 is back")


def test_without_any_node_a_trunk_hears_503_and_may_go_elsewhere(usual: Scene) -> None:
    usual.node(0, options=503)
    usual.node(1, options=503)
    eventually(lambda: all(usual.down(node) for node in usual.nodes), "both are out")
    trunk = usual.trunks[0]
    trunk.edge = usual.edge.address
    assert trunk.answer_to(trunk.request("INVITE", CALLED)).status == 503


def test_a_phone_dials_and_its_node_knows_who(usual: Scene) -> None:
    node = usual.node(0)
    phone = usual.phone(user="1001", password="right")
    answer = phone.proven("INVITE", "sip:55550199@voice.local", body=SDP.format(ip=phone.ip, port=40200))
    assert answer.status == 200
    (invite,) = node.invites()
    assert [invite.get(f"x-zhiyin-{name}") for name in ("source", "user", "from", "to")] == [
        "phone",
        "1001",
        "1001",
        "55550199",
    ]
    assert not invite.get("proxy-authorization"), "a proof is for the edge alone"


def test_a_node_rings_a_registered_phone(usual: Scene) -> None:
    phone = usual.phone(user="1001", password="right")
    assert phone.register().status == 200
    ringing = Responder(phone)
    usual.stack.callback(ringing.stop)
    node = usual.nodes[0]
    node.edge = usual.edge.address
    headers = ("X-Zhiyin-Caller-Id: +8613800138000", "X-Zhiyin-Call-Sid: CA00")
    answer = node.answer_to(
        node.request("INVITE", "sip:1001@voice.local", *headers, body=SDP.format(ip="127.0.0.1", port=40300))
    )
    assert answer.status == 200
    assert answer.get("x-zhiyin-secret") == "", "a phone cannot speak as the edge"
    (invite,) = ringing.invites()
    assert "sip:+8613800138000@voice.local" in invite.get("from").replace("%2b", "+").replace("%2B", "+")
    assert (invite.get("x-zhiyin-call-sid"), invite.get("x-zhiyin-caller-id")) == ("CA00", "")
    assert "node0" in answer.get("from"), "the node sees what it sent"


def test_a_phone_that_is_not_registered_is_unavailable(usual: Scene) -> None:
    node = usual.nodes[0]
    node.edge = usual.edge.address
    assert node.answer_to(node.request("INVITE", "sip:1009@voice.local")).status == 480


def test_a_call_out_is_written_as_the_trunk_wants_it(usual: Scene) -> None:
    trunk, node = usual.trunk(0), usual.nodes[0]
    node.edge = usual.edge.address
    headers = ("X-Zhiyin-Caller-Id: +861055550100", "X-Zhiyin-Call-Sid: CA00")
    assert node.answer_to(node.request("INVITE", "sip:+8613800138000@voice.local", *headers)).status == 200
    (invite,) = trunk.invites()
    assert invite.uri.startswith("sip:13800138000@127.0.0.2")
    assert "sip:01055550100@" in invite.get("from")
    assert "sip:13800138000@" in invite.get("to")
    assert not [name for name, _ in invite.headers if name.startswith("x-")], "what is ours stays here"


@pytest.mark.parametrize(("invite", "ring"), [(503, True), (0, False)])
def test_the_next_trunk_takes_over(usual: Scene, invite: int, ring: bool) -> None:
    usual.trunk(0, invite, ring=ring)
    other, node = usual.trunk(1), usual.nodes[0]
    node.edge = usual.edge.address
    header = "X-Zhiyin-Caller-Id: +861055550100"
    call_id = node.request("INVITE", "sip:+8613800138000@voice.local", header)
    assert node.answer_to(call_id, 12).status == 200
    (second,) = other.invites()
    assert second.uri.startswith("sip:+8613800138000@")
    assert re.search(r"sip:(\+|%2[Bb])861055550100@", second.get("from")), "each trunk has its own form"


def test_a_busy_callee_is_not_tried_over_another_trunk(usual: Scene) -> None:
    usual.trunk(0, 486)
    other, node = usual.trunk(1), usual.nodes[0]
    node.edge = usual.edge.address
    assert node.answer_to(node.request("INVITE", "sip:+8613800138000@voice.local")).status == 486
    assert other.invites() == []


def test_the_edge_ends_the_calls_of_a_dead_node(usual: Scene) -> None:
    usual.node(0)
    trunk = usual.trunks[0]
    trunk.edge = usual.edge.address
    answer = trunk.answer_to(trunk.request("INVITE", CALLED))
    trunk.acknowledge(answer, re.sub("[<>]", "", answer.get("contact")))
    (call,) = eventually(lambda: usual.edge.rpc("dlg.profile_list", "node", "0"), "the call is known by its node")
    usual.edge.rpc("dlg.end_dlg", call["h_entry"], call["h_id"])
    assert trunk.wait(lambda m: m.method == "BYE", "BYE")
