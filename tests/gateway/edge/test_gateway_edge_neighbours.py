"""VOI-2: an edge and the edges of other hosts, played step by step: who is asked, and who asks nobody."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from infrastructure.voice.gateway.settings import Settings
from tests.gateway.edge.kit import Message, Phone, Responder, edge, node_of

CALLED = "sip:1001@voice.local"


@dataclass
class Neighbours:
    node: Phone
    others: list[Phone]

    def ask(self, sender: Phone) -> Message:
        """Return the final answer to a call of a phone that is registered nowhere here."""
        answer = sender.answer_to(sender.request("INVITE", CALLED))
        sender.acknowledge(answer, CALLED)
        return answer


@pytest.fixture
def neighbours(tmp_path: Path) -> Iterator[Neighbours]:
    with ExitStack() as stack:
        node, *others = [stack.enter_context(Phone(("", 0))) for _ in range(3)]
        edges = tuple(f"{other.ip}:{other.port}" for other in others)
        running = stack.enter_context(edge(tmp_path, other_nodes=(node_of(0, node),), other_edges=edges))
        for each in (node, *others):
            each.edge = running.address
        yield Neighbours(node, others)


def test_edges_are_asked_until_one_knows_the_phone(neighbours: Neighbours) -> None:
    answering = [Responder(other, invite=480) for other in neighbours.others]
    try:
        for each in answering:
            each.refusal = "X-Zhiyin-Unknown: yes"
        assert neighbours.ask(neighbours.node).status == 480
        assert [len(each.invites()) for each in answering] == [1, 1], "each once"
        (asked,) = answering[0].invites()
        assert not asked.get("record-route"), "who passes a call on does not stay in it"
        for each in answering:
            each.refusal = "X-Refused: yes"
        assert neighbours.ask(neighbours.node).status == 480
        assert sum(len(each.invites()) for each in answering) == 3, "a phone's own word ends the search"
    finally:
        for each in answering:
            each.stop()


def test_a_silent_edge_is_followed_by_the_next(neighbours: Neighbours) -> None:
    answering = [Responder(other, invite=0, options=200) for other in neighbours.others]
    try:
        answer = neighbours.ask(neighbours.node)
        assert answer.status == 480
        assert all(each.invites() for each in answering)
    finally:
        for each in answering:
            each.stop()


def test_an_edge_that_was_asked_asks_nobody(neighbours: Neighbours) -> None:
    asking, other = neighbours.others
    answer = neighbours.ask(asking)
    assert (answer.status, answer.get("x-zhiyin-unknown")) == (480, "yes")
    with Phone(asking.edge) as stranger:
        assert neighbours.ask(stranger).status == 407, "another port of the same address is no edge"
    while message := other.next(0.2):
        assert message.method == "OPTIONS"


def test_an_edge_gives_no_way_to_trunks(neighbours: Neighbours) -> None:
    asking = neighbours.others[0]
    answer = asking.answer_to(asking.request("INVITE", "sip:+8613900139000@voice.local"))
    assert answer.status == 480


def test_an_edge_is_not_its_own_neighbour() -> None:
    with pytest.raises(ValueError, match="this edge itself"):
        Settings(internal="10.0.0.5", other_edges=("10.0.0.5:5060",))
