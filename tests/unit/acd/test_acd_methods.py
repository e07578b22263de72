"""ACD-2: each distribution method against a plain statement of what it promises, over whole shifts of calls.

The statements know nothing of lists and keys: they keep their own books of who was idle since when, answered how often
and talked how long, and look at every ready agent for each call.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.acd.model.agent import AgentState, Phone, SignedIn, Tally
from chalicelib.acd.model.call import CallState, OfferState
from chalicelib.acd.model.group import Method
from chalicelib.acd.rules import agents, lists, offers, parting, tallies
from chalicelib.acd.rules.scene import Scene
from tests.unit.acd.kit import NOON, Floor, group

NAMES = ["ann", "ben", "cai", "dan", "eve"]


@dataclass
class Books:
    """What an onlooker notes of one agent."""

    place: SignedIn
    idle_since: int = NOON
    calls: int = 0
    talk_ms: int = 0
    turn_at: int = 0


@dataclass
class Shift:
    """A group at work: calls come one at a time or several at once, are answered, and end."""

    method: Method
    places: dict[str, SignedIn]
    floor: Floor = field(init=False)
    books: dict[str, Books] = field(init=False)
    talking: dict[str, str] = field(default_factory=dict[str, str])
    count: int = 0

    def __post_init__(self) -> None:
        self.floor = Floor(group(method=self.method, wrap_up_s=0))
        self.books = {}
        for number, (name, place) in enumerate(self.places.items()):
            idle_since = NOON - 1_000 * (number + 1)
            self.books[name] = Books(place, idle_since)
            self.floor.agent(name, groups=(place,), idle_since=idle_since)

    @property
    def ready(self) -> list[str]:
        return [name for name in self.places if name not in self.talking]

    def call_comes(self) -> str:
        """Let a call come, be offered and answered; return who answered."""
        self.floor.now += 1_000
        call_id = f"c{self.count:04d}"
        self.count += 1
        self.floor.call(call_id, enqueued_at=self.floor.now)
        assert self.floor.dispatcher.dispatch_group("g1") == 1
        name = self.floor.with_whom(call_id)
        self.answers(call_id, name)
        return name

    def answers(self, call_id: str, name: str) -> None:
        offer = next(one for one in self.floor.call_now(call_id).live_offers if one.agent_id == name)
        self.floor.stage.act(call_id, lambda scene: offers.accept(scene, offer, f"leg-{call_id}-{name}"))
        self.talking[name] = call_id
        mine = self.books[name]
        mine.calls, mine.turn_at = mine.calls + 1, self.floor.now

    def call_ends(self, name: str, after_ms: int) -> None:
        self.floor.now += after_ms
        call_id = self.talking.pop(name)
        answered = next(one.accepted_at for one in self.floor.call_now(call_id).offers if one.accepted_at)
        self.floor.stage.act(call_id, lambda scene: parting.finish(scene, cause="agent_hang_up"))
        assert self.floor.agent_now(name).state is AgentState.READY
        mine = self.books[name]
        mine.idle_since, mine.talk_ms = self.floor.now, mine.talk_ms + self.floor.now - answered


PROMISES: dict[Method, Callable[[Books], object]] = {
    "longest_idle": lambda one: one.idle_since,
    "level_longest_idle": lambda one: (-one.place.level, one.idle_since),
    "round_robin": lambda one: (one.turn_at, one.idle_since),
    "fewest_calls": lambda one: (one.calls, one.idle_since),
    "least_talk": lambda one: (one.talk_ms, one.idle_since),
    "linear": lambda one: (one.place.position, one.idle_since),
}
PLACES = st.builds(
    lambda level, position, weight: SignedIn(group_id="g1", level=level, position=position, weight=weight),
    st.integers(1, 9), st.integers(1, 999), st.integers(1, 100),
)  # fmt: skip
FLOORS = st.lists(PLACES, min_size=2, max_size=5).map(lambda found: dict(zip(NAMES, found, strict=False)))
HAPPENINGS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 60_000)), min_size=12, max_size=40)
"""0 and 1: a call comes; 2 … 4: one of those under way ends, after so many ms."""


@pytest.mark.parametrize("method", PROMISES)
@settings(max_examples=100, deadline=None)
@given(FLOORS, HAPPENINGS)
def test_the_next_call_goes_to_whom_the_method_promises(
    method: Method, places: dict[str, SignedIn], happenings: list[tuple[int, int]]
) -> None:
    shift = Shift(method, places)
    promise = PROMISES[method]
    for what, ms in happenings:
        if what < 2 and shift.ready:
            best = min(promise(shift.books[name]) for name in shift.ready)  # type: ignore[type-var]
            likely = {name for name in shift.ready if promise(shift.books[name]) == best}
            assert shift.call_comes() in likely
        elif shift.talking:
            shift.call_ends(list(shift.talking)[what % len(shift.talking)], ms)


@settings(max_examples=20, deadline=None)
@given(FLOORS)
def test_weights_are_the_shares_of_the_calls(places: dict[str, SignedIn]) -> None:
    shift = Shift("weighted", places)
    calls = 60
    for _ in range(calls):
        shift.call_ends(shift.call_comes(), 1_000)
    total = sum(place.weight for place in places.values())
    for name, place in places.items():
        due = calls * place.weight / total
        assert abs(shift.books[name].calls - due) < len(places)


def test_random_is_even_and_knows_no_habit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", random.Random(7).random)
    shift = Shift("random", {name: SignedIn(group_id="g1") for name in NAMES})
    chosen: list[str] = []
    for _ in range(600):
        chosen.append(shift.call_comes())
        shift.call_ends(chosen[-1], 1_000)
    counts = Counter(chosen)
    assert all(80 <= counts[name] <= 160 for name in NAMES)
    assert len({tuple(chosen[at : at + 5]) for at in range(0, 600, 5)}) > 60


def test_random_does_not_pass_over_who_stands_close_behind_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are drawn when agents become ready: who has a narrow gap before him would hardly ever be met first."""
    monkeypatch.setattr("random.random", random.Random(7).random)
    monkeypatch.setattr("random.shuffle", random.Random(7).shuffle)
    keys = {"ann": "1", "bob": "10", "cid": "9"}
    monkeypatch.setattr(
        lists, "_scattered", lambda text: next((key for name, key in keys.items() if name in text), text)
    )
    there = Floor(group("g1", method="random"))
    for name in keys:
        there.agent(name)
    first = Counter(next(there.dispatcher.candidates(there.groups["g1"])).agent_id for _ in range(600))
    assert all(150 <= first[name] <= 250 for name in keys)


def test_random_finds_the_only_one_wherever_he_stands() -> None:
    for _ in range(30):
        shift = Shift("random", {"ann": SignedIn(group_id="g1")})
        assert shift.call_comes() == "ann"


# --- ring all


def ringing(shift: Shift) -> tuple[str, list[str]]:
    shift.floor.call("c1", enqueued_at=shift.floor.now)
    assert shift.floor.dispatcher.dispatch_group("g1") == 1
    return "c1", [offer.agent_id for offer in shift.floor.call_now("c1").live_offers]


def all_ring(count: int = 3) -> Shift:
    return Shift("ring_all", {name: SignedIn(group_id="g1") for name in NAMES[:count]})


def test_all_ring_one_answers_and_nobody_else_is_marked() -> None:
    shift = all_ring()
    before = {name: shift.floor.agent_now(name) for name in shift.places}
    call_id, rung = ringing(shift)
    assert sorted(rung) == sorted(shift.places)

    shift.floor.now += 4_000
    shift.answers(call_id, rung[1])

    states = Counter(offer.state for offer in shift.floor.call_now(call_id).offers)
    assert states == {OfferState.ACCEPTED: 1, OfferState.WITHDRAWN: 2}
    for name in (rung[0], rung[2]):
        now = shift.floor.agent_now(name)
        assert (now.state, now.idle_since, now.tallies) == (AgentState.READY, before[name].idle_since, ())
    assert shift.floor.agent_now(rung[1]).state is AgentState.ON_CALL


def test_the_second_answer_comes_too_late() -> None:
    shift = all_ring()
    call_id, rung = ringing(shift)
    first, second = shift.floor.call_now(call_id).live_offers[:2]
    taken: list[bool] = []

    def answers(scene: Scene, offer_id: str) -> None:
        offer = scene.call.offer(offer_id)
        taken.append(offer is not None and offers.accept(scene, offer, f"leg-{offer_id}"))

    for offer_id in (first.offer_id, second.offer_id, first.offer_id):
        shift.floor.stage.act(call_id, partial(answers, offer_id=offer_id))
    assert len(rung) == 3
    assert taken == [True, False, True]
    assert [leg.agent_id for leg in shift.floor.call_now(call_id).agent_legs] == [first.agent_id]


def test_nobody_answers_and_the_call_keeps_its_place_and_everybody_his() -> None:
    shift = all_ring()
    call_id, rung = ringing(shift)
    place = shift.floor.call_now(call_id).queueing
    for name in rung:
        shift.floor.fails_for(call_id, name, "no_answer")
    call = shift.floor.call_now(call_id)
    assert (call.state, call.queueing) == (CallState.QUEUED, place)
    assert {shift.floor.agent_now(name).state for name in rung} == {AgentState.READY}
    assert shift.floor.dispatcher.dispatch_group("g1") == 1


def test_who_declines_is_not_ready_and_the_others_ring_on() -> None:
    shift = all_ring()
    call_id, rung = ringing(shift)
    shift.floor.fails_for(call_id, rung[0], "declined")
    assert shift.floor.agent_now(rung[0]).state is AgentState.NOT_READY
    assert len(shift.floor.call_now(call_id).live_offers) == 2


def test_a_large_group_rings_no_more_than_the_limit() -> None:
    names = [f"a{number:02d}" for number in range(25)]
    shift = Shift("ring_all", {name: SignedIn(group_id="g1") for name in names})
    _, rung = ringing(shift)
    assert len(rung) == len(set(rung)) == 20


def test_who_becomes_ready_rings_with_the_others() -> None:
    shift = all_ring(2)
    shift.floor.call("c1", enqueued_at=shift.floor.now)
    assert shift.floor.dispatcher.dispatch_agent("ann") == 1
    assert len(shift.floor.call_now("c1").live_offers) == 2


# --- shifts


def test_a_shift_begins_anew_after_hours_and_goes_on_after_a_break() -> None:
    tally = Tally(group_id="g1", calls=7, talk_ms=9, turn_at=3)
    away = replace(Floor(group()).agent("ann"), state=AgentState.SIGNED_OUT, tallies=(tally,), state_since=NOON)
    place, phone = (SignedIn(group_id="g1"),), Phone(kind="sip", address="sip:ann@x")
    after_break = agents.sign_in(away, place, phone, NOON + tallies.SHIFT_GAP_MS - 1)
    next_day = agents.sign_in(away, place, phone, NOON + tallies.SHIFT_GAP_MS)
    assert (after_break.tallies, next_day.tallies) == ((tally,), ())


def test_who_comes_later_begins_where_the_next_one_is() -> None:
    late = replace(Floor(group()).agent("ann"), state=AgentState.SIGNED_OUT, state_since=0)
    others = Tally(group_id="g1", calls=30)
    signed_in = agents.sign_in(late, (SignedIn(group_id="g1"),), late.phone, NOON, (others,))
    assert tallies.of(signed_in, "g1").calls == 30
    assert tallies.begin(signed_in, (Tally(group_id="g1"),), NOON).tallies == (others,)
