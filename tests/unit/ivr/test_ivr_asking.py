"""Nodes that reach beyond the flow: requests as they are built, sub-flows, and what validation says of them."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ivr.asking import HttpNode
from chalicelib.ivr.hosts import FlowHost, FlowHosts, refusal, target_of
from chalicelib.ivr.http import call_of, results_of, secrets_of
from chalicelib.ivr.interpreter import begin, resume
from chalicelib.ivr.model import Document
from chalicelib.ivr.nesting import DEPTH_LIMIT
from chalicelib.ivr.steps import (
    Answered,
    Ask,
    Digits,
    Failed,
    FlowContext,
    FlowState,
    Gather,
    HangUp,
    Input,
    Speak,
    Step,
    ToAgent,
    ToQueue,
)
from chalicelib.ivr.validation import References, SubFlow, validate
from chalicelib.telephony.model import Say

FACTS = FlowContext(now=1_795_399_200_000, caller="+8613800138000", dialled="+861055550100")
WORDS = [{"texts": {"zh-CN": "中", "en": "E"}}]
HOSTS = FlowHosts(hosts=[FlowHost(host="crm.example"), FlowHost(host="old.example", port=8080, plain=True)])


def flow(nodes: dict[str, Any], **more: Any) -> Document:
    return msgspec.convert({"name": "test", "start": next(iter(nodes)), "nodes": nodes, **more}, Document)


def http(**fields: Any) -> HttpNode:
    return msgspec.convert({"kind": "http", "url": "https://crm.example/o", **fields}, HttpNode)


class Shelf:
    """Flows by id; the number of a version is its place."""

    def __init__(self, **flows: list[Document]) -> None:
        self.flows = flows

    def published(self, flow_id: str) -> tuple[int, Document] | None:
        versions = self.flows.get(flow_id, [])
        return (len(versions), versions[-1]) if versions else None

    def version(self, flow_id: str, version: int) -> Document | None:
        versions = self.flows.get(flow_id, [])
        return versions[version - 1] if 0 < version <= len(versions) else None

    def facts(self, document: Document, known: FlowContext) -> FlowContext:
        del document
        return known

    def walk(self, flow_id: str, *inputs: Input, facts: FlowContext = FACTS) -> Step:
        version, document = self.published(flow_id) or (0, flow({"end": {"kind": "hang_up"}}))
        step = begin(document, facts, flow_id=flow_id, version=version, library=self)
        for given_input in inputs:
            step = self.go_on(step, given_input)
        return step

    def go_on(self, step: Step, given_input: Input) -> Step:
        state = msgspec.json.decode(msgspec.json.encode(step.state), type=FlowState)
        document = self.version(state.flow_id, state.version)
        assert document is not None
        return resume(document, state, given_input, library=self)


class TestRequest:
    def test_values_are_escaped_for_their_place(self) -> None:
        node = http(
            url="https://crm.example/orders/{id}?q={q}&tag=你",
            headers={"X-Name": "{name}", "X-Key": "k {{secret.key}}"},
            body='{"phone": "{caller}", "deep": [{"n": 1, "t": "«{q}»"}]}',
            method="POST",
        )
        values = {"id": "7/../8?x=1#y", "q": '"&} 你\n', "name": "Li\r\nEvil: 1", "caller": "+86138"}
        call = call_of(node, values, {"key": "s3"}, "c-1")
        assert call is not None
        assert call.url == "https://crm.example/orders/7%2F..%2F8%3Fx%3D1%23y?q=%22%26%7D%20%E4%BD%A0%0A&tag=%E4%BD%A0"
        assert call.headers["X-Name"] == "LiEvil: 1"
        assert call.headers["X-Key"] == "k s3"
        assert call.headers["Idempotency-Key"] == "c-1"
        assert json.loads(call.body) == {"phone": "+86138", "deep": [{"n": 1, "t": '«"&} 你\n»'}]}

    @pytest.mark.parametrize("value", [".", ".."])
    def test_a_value_is_no_step_of_the_path(self, value: str) -> None:
        assert call_of(http(url="https://crm.example/o/{id}"), {"id": value}, {}, "k") is None

    def test_a_value_that_looks_like_a_secret_stays_what_it_is(self) -> None:
        node = http(headers={"X": "{q}"}, body='{"a": "{q}"}', method="POST")
        call = call_of(node, {"q": "{{secret.key}}{caller}"}, {"key": "s3"}, "k")
        assert call is not None
        assert call.headers["X"] == "{{secret.key}}{caller}"
        assert b"s3" not in call.body
        assert secrets_of(node) == set()

    @given(st.dictionaries(st.sampled_from(["id", "q"]), st.text(max_size=30)))
    def test_no_value_moves_the_request_elsewhere(self, values: dict[str, str]) -> None:
        call = call_of(http(url="https://crm.example/o/{id}/x?q={q}"), values, {}, "k")
        if call is None:
            assert values.get("id") in (".", "..") or values.get("q") in (".", "..")
            return
        assert target_of(call.url) == target_of("https://crm.example/")
        path, _, query = call.url.removeprefix("https://crm.example").partition("?")
        assert path.count("/") == 3
        assert query.count("=") == 1
        assert "#" not in call.url
        assert call.url.isascii()
        assert call.url.isprintable()
        assert " " not in call.url

    @given(st.text(max_size=40), st.text(max_size=40))
    def test_no_value_changes_the_structure_of_the_body(self, one: str, other: str) -> None:
        node = http(method="POST", body='{"a": "{one}", "b": ["{other}", 1]}', headers={"H": "{one}"})
        call = call_of(node, {"one": one, "other": other}, {}, "k")
        assert call is not None
        assert json.loads(call.body) == {"a": one, "b": [other, 1]}
        assert call.headers["H"].isascii()
        assert not any(letter in call.headers["H"] for letter in "\r\n\0")

    @pytest.mark.parametrize(
        ("fields", "tries"),
        [
            ({"method": "GET", "retries": 2}, 3),
            ({"method": "POST", "retries": 2}, 1),
            ({"method": "POST", "retries": 1, "repeatable": True}, 2),
        ],
    )
    def test_only_what_may_be_repeated_is(self, fields: dict[str, Any], tries: int) -> None:
        call = call_of(http(**fields), {}, {}, "k")
        assert call is not None
        assert call.tries == tries

    def test_an_answer_becomes_variables(self) -> None:
        node = http(results={"name": "customer.name", "vip": "vip", "n": "orders[0].n", "gone": "x.y", "all": "orders"})
        body = json.dumps({"customer": {"name": "李"}, "vip": True, "orders": [{"n": 7}]}).encode()
        assert results_of(node, 200, body) == {
            "name": "李", "vip": "true", "n": "7", "gone": "", "all": '[{"n": 7}]', "http_status": "200",
        }  # fmt: skip

    @given(st.binary(max_size=100), st.sampled_from(["a.b", "length(@)", "sum(a)", "sort_by(@, &x)", "[?a > `1`]"]))
    def test_no_answer_raises(self, body: bytes, path: str) -> None:
        found = results_of(http(results={"v": path}), 200, body)
        assert set(found) == {"v", "http_status"}
        assert len(found["v"]) <= 500


class TestHosts:
    @pytest.mark.parametrize(
        ("url", "refused"),
        [
            ("https://crm.example/x", None),
            ("https://CRM.example:443/x?y", None),
            ("http://crm.example/x", "insecure_url"),
            ("https://crm.example:8443/", "unknown_host"),
            ("http://old.example:8080/", None),
            ("https://old.example/", "unknown_host"),
            ("https://evil.example/", "unknown_host"),
            ("https://crm.example.evil.example/", "unknown_host"),
            ("https://crm.example@evil.example/", "bad_url"),
            ("https://evil.example\\@crm.example/", "bad_url"),
            ("https://{host}/", "bad_url"),
            ("https://crm.example{x}/", "bad_url"),
            ("ftp://crm.example/", "bad_url"),
            ("https://[::1]/", "unknown_host"),
            ("//crm.example/", "bad_url"),
        ],
    )
    def test_only_listed_hosts_are_asked(self, url: str, refused: str | None) -> None:
        assert refusal(target_of(url), HOSTS) == refused


def problems(nodes: dict[str, Any], **known: Any) -> set[str]:
    return {problem.code for problem in validate(flow(nodes), References(**known))}


END = {"kind": "hang_up"}
HTTP_EDGES = {"ok": "end", "failed": "end"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "https://evil.example/"}, "unknown_host"),
        ({"url": "http://crm.example/"}, "insecure_url"),
        ({"url": "https://{h}/"}, "bad_url"),
        ({"url": "https://crm.example/{{secret.a}}"}, "secret_in_url"),
        ({"headers": {"Host": "x"}}, "reserved_header"),
        ({"body": '{"a": {x}}'}, "bad_json"),
        ({"results": {"a": "x["}}, "bad_path"),
        ({"results": {"caller": "x"}}, "read_only"),
        ({"method": "POST", "retries": 1}, "retries_unsafe"),
        ({"edges": {"ok": "end"}}, "dead_end"),
        ({"edges": {**HTTP_EDGES, "700": "end"}}, "unknown_outcome"),
    ],
)
def test_validation_finds_what_is_wrong_with_a_request(fields: dict[str, Any], code: str) -> None:
    sound = {"kind": "http", "url": "https://crm.example/", "edges": {**HTTP_EDGES, "404": "end", "timeout": "end"}}
    assert problems({"ask": sound, "end": END}, hosts=HOSTS) == set()
    assert problems({"ask": {**sound, **fields}, "end": END}, hosts=HOSTS) == {code}


class TestAsking:
    ASK = flow({
        "ask": {
            "kind": "http", "url": "https://crm.example/", "prompts": WORDS,
            "edges": {"ok": "queue", "404": "new", "failed": "end"},
        },
        "queue": {"kind": "queue", "group_id": "{g}"}, "new": {"kind": "agent", "agent_id": "{who}"}, "end": END,
    })  # fmt: skip

    def test_it_speaks_and_waits_for_the_answer(self) -> None:
        step = begin(self.ASK, FACTS)
        assert step.actions == (Speak((Say("中", "zh-CN"),)), Ask())
        assert (step.state.awaiting, step.state.node) == ("answer", "ask")

    @pytest.mark.parametrize(
        ("answer", "action"),
        [
            (Answered("200"), ToQueue("{g}")),
            (Answered("204"), ToQueue("{g}")),
            (Answered("404", {"who": "agent7"}), ToAgent("agent7")),
            (Answered("500"), HangUp()),
            (Answered("timeout"), HangUp()),
            (Digits("1"), HangUp()),
        ],
    )
    def test_the_answer_decides(self, answer: Input, action: object) -> None:
        step = begin(self.ASK, FACTS)
        assert resume(self.ASK, step.state, answer).actions[-1] == action

    def test_values_of_an_answer_are_no_templates(self) -> None:
        step = resume(self.ASK, begin(self.ASK, FACTS).state, Answered("200", {"a": "{caller}", "caller": "x"}))
        assert step.state.variables["a"] == "{caller}"
        assert "caller" not in step.state.variables


COLLECT = {
    "kind": "collect", "prompts": WORDS, "variable": "pin", "skip_if_set": True,
    "edges": {"next": "end", "exhausted": "end"},
}  # fmt: skip


def test_what_is_known_is_not_asked_again() -> None:
    asks = flow({"ask": COLLECT, "end": END})
    assert isinstance(begin(asks, FACTS).actions[-1], Gather)
    known = msgspec.structs.replace(FACTS, variables={"pin": "1234"})
    step = begin(asks, known)
    assert step.actions == (HangUp(),)
    assert step.state.variables["pin"] == "1234"


def test_a_call_may_begin_in_the_middle_and_at_the_start_when_the_node_is_gone() -> None:
    two = flow({"first": {"kind": "queue", "group_id": "1"}, "second": {"kind": "queue", "group_id": "2"}})
    assert begin(two, FACTS, node="second").actions[-1] == ToQueue("2")
    assert begin(two, FACTS, node="gone").actions[-1] == ToQueue("1")


@pytest.mark.parametrize("reason", ["busy", "no_answer", "unreachable", "invalid_number", "out_of_service"])
def test_a_caller_hears_why_nobody_answers(reason: str) -> None:
    def said(node: dict[str, Any]) -> list[str]:
        document = flow({"dial": {"kind": "outside", "number": "+8613800138000", **node}, "end": END})
        step = resume(document, begin(document, FACTS).state, Failed(reason))
        (action,) = step.actions
        assert isinstance(action, HangUp)
        return [str(word.text) for word in action.message if isinstance(word, Say)]

    told = said({})
    assert len(told) == 1
    assert said({"edges": {"failed": "end"}}) == []
    assert said({"edges": {"failed": "end"}, "say_state": True}) == told
    assert ("空号" in told[0]) == (reason == "invalid_number")


def calls(flow_id: str, **more: Any) -> dict[str, Any]:
    return {"kind": "sub_flow", "edges": {"next": "done", "failed": "failed"}, "flow_id": flow_id, **more}


def main(**more: Any) -> Document:
    return flow(
        {
            "sub": calls(**{"flow_id": "verify", **more}),
            "done": {"kind": "queue", "group_id": "done"},
            "failed": {"kind": "queue", "group_id": "failed"},
            "wrong": {"kind": "queue", "group_id": "wrong"},
        },
        variables={"order": "77", "pin": "mine"},
    )


VERIFY = flow(
    {
        "ask": {**COLLECT, "skip_if_set": False, "edges": {"next": "test", "exhausted": "back"}},
        "test": {
            "kind": "condition", "edges": {"good": "back", "else": "bad"},
            "branches": [{"name": "good", "tests": [{"test": "variable", "variable": "pin", "value": "1234"}]}],
        },
        "back": {"kind": "return"},
        "bad": {"kind": "return", "outcome": "wrong"},
    },
    variables={"tries": "1"},
)  # fmt: skip


class TestSubFlow:
    def test_it_goes_in_and_comes_back_with_its_own_variables(self) -> None:
        shelf = Shelf(main=[main(inputs={"about": "order {order}"}, outputs={"result": "pin"})], verify=[VERIFY])
        inside = shelf.walk("main")
        assert (inside.state.flow_id, inside.state.node) == ("verify", "ask")
        assert inside.state.variables == {"tries": "1", "about": "order 77"}
        back = shelf.go_on(inside, Digits("1234"))
        assert back.actions[-1] == ToQueue("done")
        assert back.state.variables == {"order": "77", "pin": "mine", "result": "1234"}
        assert (back.state.flow_id, back.state.frames) == ("main", ())
        path = [(visit.flow_id, visit.version, visit.node, visit.outcome) for visit in (*inside.visits, *back.visits)]
        assert path == [
            ("main", 1, "sub", ""), ("verify", 1, "ask", ""), ("verify", 1, "ask", "next"),
            ("verify", 1, "test", "good"), ("verify", 1, "back", "next"), ("main", 1, "sub", "next"),
            ("main", 1, "done", ""),
        ]  # fmt: skip

    def test_the_way_back_has_a_name(self) -> None:
        edges = {"next": "done", "failed": "failed", "wrong": "wrong"}
        shelf = Shelf(main=[main(edges=edges)], verify=[VERIFY])
        assert shelf.walk("main", Digits("1")).actions[-1] == ToQueue("wrong")
        assert Shelf(main=[main()], verify=[VERIFY]).walk("main", Digits("1")).actions[-1] == ToQueue("done")

    def test_a_version_stays_what_it_was_when_the_call_entered(self) -> None:
        shelf = Shelf(main=[main()], verify=[VERIFY])
        inside = shelf.walk("main")
        shelf.flows["verify"].append(flow({"end": END}))
        shelf.flows["main"].append(flow({"end": END}))
        back = shelf.go_on(inside, Digits("1234"))
        assert (back.actions[-1], back.state.version) == (ToQueue("done"), 1)

    def test_a_flow_that_is_not_there_fails(self) -> None:
        assert Shelf(main=[main()]).walk("main").actions[-1] == ToQueue("failed")

    def test_flows_that_call_each_other_end_at_the_limit(self) -> None:
        step = Shelf(main=[main(flow_id="main")]).walk("main")
        assert step.actions[-1] == ToQueue("failed")
        assert len(step.state.frames) == DEPTH_LIMIT - 1

    def test_a_return_that_nobody_waits_for_hangs_up(self) -> None:
        assert begin(flow({"back": {"kind": "return"}}), FACTS).actions == (HangUp(),)

    def test_the_fallback_of_the_caller_takes_over(self) -> None:
        broken = flow({"say": {"kind": "play", "prompts": WORDS, "edges": {"next": "gone"}}})
        outer = msgspec.structs.replace(main(), fallback_group_id="rescue")
        assert Shelf(main=[outer], verify=[broken]).walk("main").actions[-1] == ToQueue("rescue")

    def test_validation_knows_the_flows_below(self) -> None:
        document = {"sub": calls("verify"), "done": END, "failed": END}
        verify = SubFlow(returns=frozenset({"next", "wrong"}), calls=frozenset({"main"}))
        assert problems(document, flows={}) == {"unknown_flow"}
        assert problems(document, flows={"verify": verify}) == set()
        around = {"verify": verify, "main": SubFlow(calls=frozenset({"verify"}))}
        found = validate(flow(document), References(flows=around))
        assert [(one.code, one.is_warning) for one in found] == [("flow_circle", True)]
        document["sub"]["edges"]["right"] = "done"
        assert problems(document, flows={"verify": verify}) == {"unknown_outcome"}


names = st.sampled_from(["a", "b", "c"])


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    """Return three flows that call each other as they like."""

    def node(kind: str, targets: list[str]) -> dict[str, Any]:
        edges = {way: draw(st.sampled_from(targets)) for way in ("next", "failed", "ok", "found", "not_found")}
        more: dict[str, Any] = {
            "sub_flow": {"flow_id": draw(names), "inputs": {"x": "{y}"}, "outputs": {"y": "x"}},
            "set": {"values": {"x": "{x}1"}},
            "http": {"url": "https://crm.example/"},
        }.get(kind, {})
        return {"kind": kind, **({} if kind in ("return", "hang_up") else {"edges": edges}), **more}

    def one() -> Document:
        kinds = draw(st.lists(st.sampled_from(["sub_flow", "return", "set", "lookup", "http", "hang_up"]), min_size=1))
        targets = [f"n{number}" for number in range(len(kinds))]
        return flow({name: node(kind, targets) for name, kind in zip(targets, kinds, strict=True)})

    return Shelf(a=[one()], b=[one()], c=[one()])


@given(shelves(), st.lists(st.sampled_from(["200", "found", "many", "timeout", "odd"]), max_size=8))
def test_no_tangle_of_flows_raises_or_runs_for_ever(shelf: Shelf, answers: list[str]) -> None:
    step = shelf.walk("a")
    for answer in answers:
        assert len(step.state.frames) < DEPTH_LIMIT
        assert step.actions
        if step.state.awaiting != "answer":
            return
        step = shelf.go_on(step, Answered(answer, {"x": answer}))
