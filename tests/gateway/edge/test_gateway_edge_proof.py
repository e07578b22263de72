"""VOI-4: trunks that want a password of us, and border gateways that prove one to us."""

import re
from pathlib import Path

from infrastructure.local.waiting import eventually
from tests.gateway.edge.kit import Message, Phone, Responder
from tests.gateway.edge.test_gateway_edge_calls import CALLED, scene

CHALLENGE = 'Digest realm="carrier", nonce="abcd", algorithm=MD5, qop="auth"'


class Strict(Responder):
    """A trunk that believes nobody without a proof."""

    def answer(self, message: Message) -> None:
        proven = message.get("authorization") or message.get("proxy-authorization")
        if message.method == "REGISTER" and not proven:
            self.phone.reply(message, 401, f"WWW-Authenticate: {CHALLENGE}")
        elif message.method == "INVITE" and not proven:
            self.phone.reply(message, 407, f"Proxy-Authenticate: {CHALLENGE}")
        elif message.method != "ACK":
            self.phone.reply(message, 200)


def test_a_call_out_proves_our_password_to_the_trunk_that_asks(tmp_path: Path) -> None:
    with scene(tmp_path, username="account", password="secret", caller_id="asserted") as made:
        made.trunks[0].edge = made.edge.address
        strict = Strict(made.trunks[0])
        made.stack.callback(strict.stop)
        node = made.nodes[0]
        node.edge = made.edge.address
        header = "X-Zhiyin-Caller-Id: +861055550100"
        answer = node.answer_to(node.request("INVITE", "sip:+8613800138000@voice.local", header))
        assert answer.status == 200
        node.acknowledge(answer, re.sub("[<>]", "", answer.get("contact")))
        first, second = strict.invites()
        assert not first.get("proxy-authorization")
        assert 'username="account"' in second.get("proxy-authorization")
        assert "sip:account@" in second.get("from"), "who pays"
        assert "sip:01055550100@" in second.get("p-asserted-identity"), "who calls"
        assert made.edge.rpc("core.uptime")
        assert node.bye(answer).status == 200
        eventually(lambda: strict.requests("BYE"), "the trunk hears the end")


def test_we_register_at_a_trunk_that_wants_it(tmp_path: Path) -> None:
    with scene(tmp_path, username="account", password="secret", register=True) as made:
        made.trunks[0].edge = made.edge.address
        strict = Strict(made.trunks[0])
        made.stack.callback(strict.stop)
        registered = eventually(lambda: [r for r in strict.requests("REGISTER") if r.get("authorization")], "proof", 20)
        assert "sip:account@" in registered[0].get("to")
        contact = re.sub("[<>]", "", registered[0].get("contact"))
        assert contact == f"sip:one@{made.edge.address[0]}:{made.edge.address[1]}"
        node, trunk = made.node(0), made.trunks[0]
        strict.stop()
        trunk.answer_to(trunk.request("INVITE", contact, to="<sip:01055550100@127.0.0.2>"))
        assert node.invites()[0].get("x-zhiyin-to") == "+861055550100", "the number is in To"


def test_a_border_gateway_proves_its_login_and_is_a_trunk(tmp_path: Path) -> None:
    with scene(tmp_path, sources=(), login="fxo-1", login_password="secret") as made:
        node = made.node(0)
        with Phone(made.edge.address, user="01066660000", password="secret", ip="127.0.0.7") as border:
            assert border.proven("INVITE", CALLED, login="fxo-1").status == 200
        (invite,) = node.invites()
        got = [invite.get(f"x-zhiyin-{name}") for name in ("source", "from", "to")]
        assert got == ["trunk", "+861066660000", "+861055550100"]
        with Phone(made.edge.address, user="fxo-1", password="secret", ip="127.0.0.7") as border:
            assert border.register(login="fxo-1").status == 403, "a trunk is no phone"
            border.password = "wrong"
            assert border.proven("INVITE", CALLED, login="fxo-1").status == 407
