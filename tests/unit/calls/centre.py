"""The product's own services on the memory store, with a carrier and a clock that the test moves."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from unittest.mock import patch

import msgspec

from chalicelib.acd import service
from chalicelib.acd.dispatch import Dispatcher
from chalicelib.acd.memory import MemoryStore
from chalicelib.acd.model.agent import Phone, SignedIn
from chalicelib.acd.model.call import Call
from chalicelib.acd.model.group import Group, GroupStatus
from chalicelib.acd.ports import Commit, Kind
from chalicelib.acd.rules import agents
from chalicelib.acd.stage import Stage
from chalicelib.calls import dial, effects, timers
from chalicelib.directory.model import Decision, Extension, FollowMe, Route
from chalicelib.identity.model import User
from chalicelib.ivr.demo import demo_flow
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.principal import Principal
from chalicelib.survey.model import Survey
from tests.unit.calls.carrier import FakeCarrier

QUESTION = {"prompt": {"texts": {"zh-CN": "满意请按 1。", "en": "Press 1 if you are content."}}}
MARKS = [{"key": str(mark), "score": mark} for mark in (1, 2, 3)]
SURVEYS = {
    "s1": msgspec.convert(
        {
            "survey_id": "s1", "name": "care", "version": 4, "thanks": {"texts": {"zh-CN": "谢谢", "en": "Thank you"}},
            "questions": [
                {"question_id": "service", "name": "service", "choices": MARKS, "low": 1, **QUESTION},
                {"question_id": "solved", "name": "solved", "choices": [{"key": "1"}, {"key": "2"}], **QUESTION},
            ],
        },
        Survey,
    )
}  # fmt: skip

GROUPS = {
    "8001": Group(group_id="8001", name="sales", ring_s=20, wrap_up_s=10, max_wait_s=120, recording_control="manual"),
    "8002": Group(
        group_id="8002",
        name="service",
        ring_s=15,
        wrap_up_s=0,
        max_wait_s=60,
        timeout_route=Route(kind="voicemail", id="8002"),
    ),
}

EXTENSIONS = {
    number: Extension(extension=number, kind=kind, username=username, address=f"sip:{number}@voice.local")
    for number, kind, username in (
        ("1001", "sip", "agent1"), ("1002", "browser", "agent2"), ("1003", "sip", "agent3"),
        ("1006", "sip", None), ("1007", "sip", "clerk"), ("1008", "sip", "gone"),
    )
}  # fmt: skip
EXTENSIONS |= {
    one.extension: one
    for one in (
        Extension(
            extension="1010", kind="browser", username="agent2", unanswered=Route(kind="voicemail"),
            follow_me=[
                FollowMe(kind="own", ring_s=10), FollowMe(kind="outside", number="+8613900000011", ring_s=15),
                FollowMe(kind="outside", number="+8613900000012", delay_s=5, ring_s=15),
            ],
        ),
        Extension(
            extension="1011", kind="virtual", follow_me_in_order=False, unanswered=Route(kind="group", id="8002"),
            follow_me=[
                FollowMe(kind="outside", number="+8613900000011"), FollowMe(kind="outside", number="+8613900000012"),
                FollowMe(kind="outside", number="+8613900000013", delay_s=8),
            ],
        ),
        Extension(extension="1012", kind="virtual", unanswered=Route(kind="extension", id="1011")),
    )
}  # fmt: skip
"""1006 stands in the hall and is nobody's; `clerk` is no agent, `gone` has left."""
NAMES = ["agent1", "agent2", "agent3", "clerk", "gone"]
USERS = {name: User(username=name, name=name, disabled=name == "gone", department_id="d1") for name in NAMES}
PRINCIPALS = {
    name: Principal(username=name, permissions=frozenset() if name == "agent2" else frozenset({"calls.control"}))
    for name in NAMES
}
TRUNK = SimpleNamespace(carrier="fake", number="+861055550100", record=True)


@dataclass
class QueuedBus:
    """Wake-ups wait here until the test delivers them, in any order and as often as it likes."""

    dispatches: list[str] = field(default_factory=list[str])
    dials: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    timers: list[tuple[int, Kind, str, int]] = field(default_factory=list[tuple[int, Kind, str, int]])

    def dispatch(self, target: str, cause: str) -> None:
        del cause
        self.dispatches.append(target)

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        del delay_s
        self.dials.append((call_id, offer_id))

    def timer(self, kind: Kind, id: str, timer_at: int, now: int, due: int) -> None:
        del now
        heapq.heappush(self.timers, (due, kind, id, timer_at))


class Centre:
    """A small call centre: two groups, agents with browser and desk phones, one carrier."""

    def __init__(self, agent_ids: list[str]) -> None:
        self.now = 1_800_000_000_000
        self.store = MemoryStore()
        self.bus = QueuedBus()
        self.carrier = FakeCarrier()
        self.recording_rows: set[str] = set()
        self.ended: dict[str, int] = {}
        self.store.on_commit = self._watch
        self.stage = Stage(
            store=self.store, bus=self.bus, clock=lambda: self.now, group=GROUPS.get, perform=service.perform,
            pause=lambda _: None,
        )  # fmt: skip
        self.agent_ids = agent_ids
        self.calls: list[str] = []
        self.audited: list[tuple[str, ...]] = []

    def _watch(self, commit: Commit) -> None:
        for call in commit.calls:
            ends = [change for change in call.changes if change.type == "call.state" and change.to == "ended"]
            self.ended[call.call_id] = self.ended.get(call.call_id, 0) + len(ends)

    def sign_in(self, agent_id: str, kind: str = "browser") -> None:
        """Sign an agent in to both groups and make him ready. kind: browser, sip, or nailed_up (still on hook)."""
        places = (SignedIn(group_id="8001", level=5), SignedIn(group_id="8002", level=3, priority=2))
        phone = (
            Phone(kind="browser", address=f"client:{agent_id}")
            if kind == "browser"
            else Phone(kind="sip", address="sip:1@x", nailed_up=kind == "nailed_up")
        )
        self.stage.act_on_agent(agent_id, lambda agent, now: agents.sign_in(agent, places, phone, now), create=True)
        self.stage.act_on_agent(agent_id, lambda agent, now: agents.ready(agent, now))

    def who(self, agent_id: str) -> Principal:
        """Return the principal of an agent."""
        return Principal(username=agent_id, name=agent_id)

    def call(self, call_id: str) -> Call:
        """Return a call as stored."""
        found = self.store.call(call_id)
        assert found is not None
        return found

    def settle(self, limit: int = 5_000) -> None:
        """Deliver everything that waits, in order, without moving the clock."""
        for _ in range(limit):
            if not self.deliver(0):
                return
        raise AssertionError("the centre does not come to rest")

    def deliver(self, pick: int, *, keep: bool = False) -> bool:
        """Deliver one waiting message, the `pick`-th; with `keep` it will come once more."""
        waiting: list[Callable[[], object]] = []
        for target in self.bus.dispatches:
            waiting.append(lambda target=target: Dispatcher(self.stage).dispatch(target))
        for ids in self.bus.dials:
            waiting.append(lambda ids=ids: dial.dial(*ids))
        waiting += self.carrier.post
        if not waiting:
            return False
        pick %= len(waiting)
        message = waiting[pick]
        if not keep:
            self._take(pick)
        message()
        return True

    def _take(self, pick: int) -> None:
        for queue in (self.bus.dispatches, self.bus.dials, self.carrier.post):
            if pick < len(queue):
                del queue[pick]
                return
            pick -= len(queue)

    def advance(self, ms: int) -> None:
        """Move the clock; timers that fall due fire, each once."""
        until = self.now + ms
        while self.bus.timers and self.bus.timers[0][0] <= until:
            due, kind, id, timer_at = heapq.heappop(self.bus.timers)
            self.now = max(self.now, due)
            timers.fire(kind, id, timer_at)
        self.now = until


def _extensions_of(username: str) -> list[Extension]:
    return [one for one in EXTENSIONS.values() if one.username == username]


def _survey(survey_id: str, number: int | None = None) -> Survey:
    found = SURVEYS.get(survey_id)
    if found is None or number not in (None, found.version):
        raise NotFound(kind="survey", id=survey_id)
    return found


@contextmanager
def _directory() -> Iterator[None]:
    """Use these numbers, extensions, people and surveys."""
    with (
        patch("chalicelib.directory.service.outbound_trunk", lambda *_: TRUNK),
        patch("chalicelib.directory.service.find_extension", EXTENSIONS.get),
        patch("chalicelib.directory.service.extensions_of", _extensions_of),
        patch("chalicelib.calls.phones.group_of_extension", GROUPS.get),
        patch("chalicelib.acd.service.cached_group", GROUPS.get),
        patch("chalicelib.survey.service.read", _survey),
        patch("chalicelib.survey.service.version", _survey),
        patch("chalicelib.identity.service.find_user", USERS.get),
        patch("chalicelib.identity.service.principal_of", lambda user: PRINCIPALS[user.username]),
    ):
        yield


@contextmanager
def _ringing() -> Iterator[None]:
    """Ring phones at once, whatever the carrier's rate."""
    with ExitStack() as stack:
        for module in ("dial", "nailed_up", "watching"):
            stack.enter_context(patch(f"chalicelib.calls.{module}.delay_for", lambda _: 0))
            stack.enter_context(patch(f"chalicelib.calls.{module}.carrier", lambda name: SimpleNamespace(name=name)))
        yield


@contextmanager
def _supervision(centre: Centre) -> Iterator[None]:
    """Keep what supervisors did."""
    with (
        patch("chalicelib.calls.sessions.audit", lambda *act: centre.audited.append(act)),
    ):
        yield


@contextmanager
def running(centre: Centre) -> Iterator[Centre]:
    """Run the product on the centre's stage and carrier instead of the cloud's."""
    decision = Decision(kind="route", route=Route(kind="flow", id="demo"), reasons=[])
    flow = demo_flow()

    def expect(call_id: str, leg_id: str, facts: object) -> SimpleNamespace:
        del facts
        centre.recording_rows.add(call_id)
        return SimpleNamespace(recording_id=f"{call_id}-{leg_id}")

    def waiting(store: object, group: Group, now: int) -> GroupStatus:
        del store, now
        return GroupStatus(group_id=group.group_id)

    with (
        patch("chalicelib.directory.service.route_inbound", lambda *_: decision),
        patch("chalicelib.calls.destinations.cached_group", GROUPS.get),
        patch("chalicelib.calls.webhooks.cached_group", GROUPS.get),
        patch("chalicelib.calls.voicemail.cached_group", GROUPS.get),
        patch("chalicelib.calls.waiting.cached_group", GROUPS.get),
        patch("chalicelib.calls.control.cached_group", GROUPS.get),
        patch("chalicelib.calls.admission.status", waiting),
        patch("chalicelib.ivr.service.published", lambda _: (1, flow)),
        patch("chalicelib.ivr.service.version", lambda *_: SimpleNamespace(document=flow)),
        patch("chalicelib.crm.service.find_by_number", lambda _: []),
        patch("chalicelib.recordings.service.expect", expect),
        patch("chalicelib.calls.outbound.default_carrier", lambda: SimpleNamespace(name="fake")),
        _directory(),
        _ringing(),
        _supervision(centre),
        patch("chalicelib.calls.nailed_up.carriers", lambda: [SimpleNamespace(name="fake", sip_domain="")]),
        patch.object(service, "_stages", [centre.stage]),
        patch.object(effects, "_clients", [lambda _: centre.carrier]),
    ):
        service.carry_out_with(effects.perform)
        yield centre
