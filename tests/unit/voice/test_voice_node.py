"""What a node makes of an INVITE and of its flags; who owns a conference; the journal; figures. No SIP."""

import argparse
import base64
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infrastructure.voice.clock import SystemClock
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.terms import Terms
from infrastructure.voice.hooks.transport import ConnectionFailed, FunctionTransport, HookReply, HookRequest
from infrastructure.voice.legs.leg import Offer
from infrastructure.voice.legs.sip.addresses import invite, user_of
from infrastructure.voice.legs.sip.agent import Invitation, Quality
from infrastructure.voice.legs.sip.codes import refusal, status_of
from infrastructure.voice.legs.sip.tally import Tally
from infrastructure.voice.node import closed, guests, metrics, settings
from infrastructure.voice.node.incoming import Reception, uri_of
from infrastructure.voice.node.journal import LiveCall
from infrastructure.voice.node.rooms import SharedRooms
from infrastructure.voice.node.settings import NodeSettings
from infrastructure.voice.sids import Sids, node_of
from infrastructure.voice.sound.mixer import Mixer
from infrastructure.voice.twiml import reader
from infrastructure.voice.twiml.verbs import Dial

TRUNK = "+861055550100"


def loaded(*flags: str, state: str = "state") -> NodeSettings:
    parser = argparse.ArgumentParser()
    settings.add_flags(parser)
    given = ("--state", state, "--number", f"{TRUNK}=http://app/voice", "--phones-url", "http://app/phones", *flags)
    return settings.load(parser.parse_args(given), {})


class TestSettings:
    def test_ports_follow_from_the_node(self) -> None:
        found = loaded("--node", "3", "--sip", "10.0.0.5:5083")
        assert (found.sip, found.agent_port, found.rtp_ports) == (("10.0.0.5", 5083), 5483, (26_000, 27_999))
        assert found.trusted == {"10.0.0.5", "127.0.0.1"}

    def test_emergency_number_means_the_own_fallback(self) -> None:
        (number,) = loaded("--emergency", "+8613900000110", "--port", "9080").carrier.numbers
        assert number.voice_fallback_url == "http://127.0.0.1:9080/fallback"

    @pytest.mark.parametrize("flags", [("--node", "256"), ("--sip", "5080"), ("--rtp", "9-3"), ("--rtp", "x")])
    def test_what_cannot_be_is_refused(self, flags: tuple[str, ...]) -> None:
        with pytest.raises(ValueError):
            loaded(*flags)

    def test_state_is_needed(self) -> None:
        with pytest.raises(ValueError, match="--state"):
            loaded(state="")


class TestIncoming:
    def terms(self, headers: dict[str, str], uri: str = f"sip:{TRUNK}@node", **flags: str) -> tuple[Terms, Any]:
        own = loaded(*(word for name, value in flags.items() for word in (f"--{name.replace('_', '-')}", value)))
        exchange = Exchange(own.carrier, SystemClock(), FunctionTransport(lambda _: ""), None, Sids())  # type: ignore[arg-type]
        return Reception(own, exchange, None)._terms(Invitation("c", uri, headers))  # type: ignore[arg-type]

    async def test_request_uri_and_from_without_the_edges_headers(self) -> None:
        terms, number = self.terms({"from": '"Li" <sip:+8613800000001@carrier>;tag=1'})
        assert (terms.from_, terms.to, number.voice_url) == ("+8613800000001", TRUNK, "http://app/voice")

    async def test_the_edges_headers_count_more(self) -> None:
        headers = {"x-zhiyin-to": TRUNK, "x-zhiyin-from": "%2B8613911112222", "diversion": "<sip:+8610@x>;reason=busy"}
        terms, number = self.terms(headers, "sip:01055550100@node")
        assert (terms.from_, terms.to, terms.forwarded_from) == ("+8613911112222", TRUNK, "+8610")
        assert number is not None

    async def test_unknown_number(self) -> None:
        assert self.terms({}, "sip:+8699@node")[1] is None
        assert self.terms({}, "sip:+8699@node", voice_url="http://app/any")[1].voice_url == "http://app/any"

    async def test_withheld(self) -> None:
        assert self.terms({"from": "<sip:anonymous.invalid>"})[0].from_ == "anonymous"

    @pytest.mark.parametrize(("source", "from_"), [("phone", "sip:1001@voice.local"), ("browser", "client:1001")])
    async def test_own_phones(self, source: str, from_: str) -> None:
        headers = {"x-zhiyin-source": source, "x-zhiyin-user": "1001", "from": "<sip:evil@x>"}
        terms, number = self.terms(headers, "sip:1002@node")
        assert (terms.from_, terms.to, number.voice_url) == (from_, "sip:1002@voice.local", "http://app/phones")


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "user"),
        [("client:agent1", "agent1"), ("sip:1001@voice.local", "1001"), ("sip:a%40b@c;x=1", "a@b"), (TRUNK, TRUNK)],
    )
    def test_user(self, address: str, user: str) -> None:
        assert user_of(address) == user

    def test_invite_cannot_be_given_further_headers(self) -> None:
        offer = Offer(call_sid="CA1", from_="+86\r\nEvil: 1", to="client:a b@c", parameters={"a": "b c&d"})
        sent = invite(offer, "edge:5060")
        assert sent.uri == "sip:a%20b%40c@edge:5060"
        assert sent.headers["X-Zhiyin-Caller-Id"] == "+86 Evil: 1"
        assert sent.headers["X-Zhiyin-Parameters"] == "a=b+c%26d"

    def test_codes(self) -> None:
        assert [refusal(code) for code in (486, 600, 603, 480, 408, 404, 500, 0)] == [
            *("busy", "busy", "busy", "no-answer", "no-answer", "failed", "failed", "failed")
        ]
        assert [status_of(text) for text in ("486 Busy Here", "Connection reset by peer", "", "4860")] == [486, 0, 0, 0]

    def test_uri(self) -> None:
        assert [uri_of(h) for h in ('"x" <sip:a@b>;tag=1', "sip:a@b;tag=1", "")] == ["sip:a@b", "sip:a@b", ""]


class TestRooms:
    def rooms(self, node: int, shared: Path, pid: int | None = None) -> SharedRooms:
        found = SharedRooms(loaded("--node", str(node), "--sip", f"127.0.0.1:508{node}"), shared)
        if pid is not None:
            found._own.pid = pid
        return found

    def test_the_first_who_asks_owns_it_until_it_ends(self, tmp_path: Path) -> None:
        first, second = self.rooms(1, tmp_path), self.rooms(2, tmp_path, pid=1)
        assert first.owner("hall") is None
        assert first.owner("hall") is None
        assert second.owner("hall") == 1
        second.released("hall")
        assert second.owner("hall") == 1, "only the owner gives it back"
        first.released("hall")
        assert second.owner("hall") is None
        assert first.owner("hall") == 2

    def test_what_a_dead_node_owned_is_free(self, tmp_path: Path) -> None:
        dead, alive = self.rooms(1, tmp_path, pid=2**22 + 1), self.rooms(2, tmp_path)
        assert dead.owner("hall") is None
        assert alive.owner("hall") is None
        assert self.rooms(3, tmp_path, pid=1).owner("hall") == 2

    def test_ticket_comes_through_whole(self) -> None:
        (dial,) = reader.parse(
            '<Response><Dial><Conference coach="CA9" muted="true">房间</Conference></Dial></Response>'
        )
        assert isinstance(dial, Dial)
        assert dial.conference is not None
        ticket = guests.Ticket(
            sid="CA1",
            from_="+86",
            to=TRUNK,
            direction="inbound",
            address="+86",
            room=dial.conference,
            base="http://app",
        )
        header = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).decode()
        assert guests.read(header) == ticket
        for broken in ("", "%%%", "e30="):
            with pytest.raises(ValueError):
                guests.read(broken)

    def test_sid_tells_its_node(self) -> None:
        assert [node_of(Sids(node=n).new("CA")) for n in (0, 7, 255)] == [0, 7, 255]
        assert len(Sids(node=1).new("CF")) == 34


class TestClosed:
    def live(self, state: Path, **fields: Any) -> Path:
        call = LiveCall(
            **{
                "pid": 2**22 + 1, "account": "AC1", "sid": "CA1", "from_": "+86", "to": TRUNK, "direction": "inbound",
                "parent": None, "created_at": 1, "answered_at": 2, "sequence": 3, "url": "http://app/status",
                "method": "POST", **fields,
            }
        )  # fmt: skip
        path = state / "live" / f"{call.sid}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(call))
        return path

    @pytest.mark.parametrize(("answered_at", "status"), [(2, "completed"), (None, "failed")])
    async def test_calls_of_the_dead_are_ended_once(self, tmp_path: Path, answered_at: int | None, status: str) -> None:
        sent: list[HookRequest] = []
        transport = FunctionTransport(lambda request: sent.append(request) or HookReply(204))
        path = self.live(tmp_path, answered_at=answered_at)
        assert await closed.close_calls(tmp_path, "token", transport) == 1
        assert await closed.close_calls(tmp_path, "token", transport) == 0
        (request,) = sent
        assert (request.form["CallStatus"], request.form["SequenceNumber"]) == (status, "3")
        assert request.headers["X-Twilio-Signature"]
        assert not path.exists()

    async def test_the_living_are_left_alone(self, tmp_path: Path) -> None:
        path = self.live(tmp_path, pid=os.getppid())
        assert await closed.close_calls(tmp_path, "token", FunctionTransport(lambda _: HookReply(200))) == 0
        assert path.exists()

    async def test_what_cannot_be_delivered_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(closed, "PAUSE_S", 0)

        def refuse(_: HookRequest) -> HookReply:
            raise ConnectionFailed("down")

        path = self.live(tmp_path)
        assert await closed.close_calls(tmp_path, "token", FunctionTransport(refuse)) == 0
        assert path.exists()
        assert await closed.close_calls(tmp_path, "token", FunctionTransport(lambda _: HookReply(200))) == 1

    async def test_half_a_file_and_a_call_that_nobody_asked_about(self, tmp_path: Path) -> None:
        self.live(tmp_path, url=None)
        (tmp_path / "live" / "CA2.json").write_text(json.dumps({"pid": 1})[:-1])
        assert await closed.close_calls(tmp_path, "token", FunctionTransport(lambda _: HookReply(200))) == 0
        assert not list((tmp_path / "live").iterdir())

    async def test_no_journal_no_calls(self, tmp_path: Path) -> None:
        assert await closed.close_calls(tmp_path, "token", FunctionTransport(lambda _: HookReply(200))) == 0


class FakeLeg:
    """What a tally counts."""

    def __init__(self) -> None:
        self.quality_now = Quality(received=10, lost=1, jitter_ms=3.5)
        self.gaps = 2


class TestMetrics:
    def page(self, tally: Tally) -> dict[str, str]:
        text = metrics.render(Mixer(), tally, legs=1, pending=0, draining=True, max_legs=50)
        lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
        return {name.removeprefix("zhiyin_voice_"): value for name, value in lines}

    def test_counters_never_fall(self) -> None:
        tally, leg = Tally(), FakeLeg()
        tally.begin(leg)
        during = self.page(tally)
        leg.quality_now = Quality(received=2_000_001, lost=4)
        tally.end(leg)
        tally.end(leg)
        after = self.page(tally)
        assert (during["rtp_received_total"], during["rtp_jitter_ms"], during["draining"]) == ("10", "3.5", "1")
        assert (after["rtp_received_total"], after["rtp_lost_total"], after["gaps_total"]) == ("2000001", "4", "2")
        assert after["legs_total"] == "1"
