"""VOI-2: torture messages, a scanner and a flood leave calls unharmed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infrastructure.local.waiting import eventually
from tests.gateway.edge import torture
from tests.gateway.edge.kit import SDP, Message, Phone, Responder
from tests.gateway.edge.test_gateway_edge_calls import CALLED, Scene, scene

SCANNER = "127.0.0.9"


@dataclass
class Talk:
    """A call in progress between the trunk and node 0, and whether it is well."""

    scene: Scene
    node: Responder
    answer: Message

    def unharmed(self) -> None:
        """Show that the call still answers, ends when asked, and that the next one is taken."""
        trunk = self.scene.trunks[0]
        assert self.scene.edge.started["kamailio"].poll() is None
        assert trunk.bye(self.answer).status == 200
        assert trunk.answer_to(trunk.request("INVITE", CALLED)).status == 200
        assert "child process" not in self.scene.edge.log(), "no worker died"


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    with scene(tmp_path, flood_limit=60, nodes=1) as made:
        node, trunk = made.node(0), made.trunks[0]
        trunk.edge = made.edge.address
        eventually(lambda: made.up(made.nodes[0]), "the node is there")
        answer = trunk.answer_to(trunk.request("INVITE", CALLED, body=SDP.format(ip=trunk.ip, port=40500)))
        assert answer.status == 200
        trunk.acknowledge(answer, re.sub("[<>]", "", answer.get("contact")))
        eventually(lambda: node.requests("ACK"), "the call stands")
        yield Talk(made, node, answer)


def test_torture_messages_are_answered_or_dropped(talk: Talk) -> None:
    before = len(talk.node.invites())
    with Phone(talk.scene.edge.address, ip=SCANNER) as sender:
        for message in [*torture.valid().values(), *torture.invalid().values()]:
            sender.send(message)
            while answer := sender.next(0.05):
                assert answer.status >= 400 or answer.status == 200, answer.first
                assert answer.status != 500, answer.first
    assert len(talk.node.invites()) == before, "none reaches a node"
    assert talk.scene.edge.rpc("ul.dump")["Domains"][0]["Domain"]["AoRs"] == [], "none registers"
    talk.unharmed()


def test_torture_messages_from_the_trunk_harm_nothing(talk: Talk) -> None:
    """The trunk is let in without proof, so that more of the edge reads them."""
    trunk = talk.scene.trunks[0]
    for message in [*torture.valid().values(), *torture.invalid().values()]:
        trunk.send(message)
        while trunk.next(0.02):
            pass
    talk.unharmed()


@pytest.mark.parametrize(
    "tool", [("svmap",), ("svwar", "-e100-160", "-m", "REGISTER"), ("svwar", "-e100-160", "-m", "INVITE")]
)
def test_a_scanner_learns_nothing(talk: Talk, tool: tuple[str, ...]) -> None:
    name, *flags = tool
    host, port = talk.scene.edge.address
    target = [f"{host}", f"-p{port}"]
    program = Path(sys.executable).with_name(f"sipvicious_{name}")
    done = subprocess.run([program, *flags, *target, f"-b{SCANNER}"], capture_output=True, text=True, timeout=90)
    told = done.stdout + done.stderr
    assert not re.search(r"\|\s*1\d\d\s*\|", told), told
    assert "kamailio" not in told.lower(), told
    talk.unharmed()


def test_a_flood_is_shut_out_and_the_call_goes_on(talk: Talk) -> None:
    with Phone(talk.scene.edge.address, ip=SCANNER) as flooder:
        for _ in range(2000):
            flooder.request("REGISTER", "sip:voice.local", to="<sip:1001@voice.local>")
        eventually(lambda: talk.scene.edge.rpc("htable.get", "banned", SCANNER), "the flooder is shut out")
        while flooder.next(0.2):
            pass
        flooder.request("OPTIONS", "sip:voice.local")
        assert flooder.next(1) is None, "he hears nothing any more"
    talk.unharmed()


def test_guessing_passwords_is_shut_out(talk: Talk) -> None:
    with Phone(talk.scene.edge.address, ip=SCANNER) as guesser:
        statuses = []
        for guess in range(12):
            guesser.password = f"guess{guess}"
            statuses.append(guesser.register().status)
        assert set(statuses) == {401}
        guesser.password = "right"
        assert guesser.register().status == 401, "after ten wrong ones not even the right one helps, for a minute"
    talk.unharmed()
