"""The dispatcher on the store in memory: who gets which call, and what races leave behind."""

from chalicelib.acd.dispatch import CANDIDATE_LIMIT
from chalicelib.acd.model.agent import AgentState, SignedIn
from chalicelib.acd.model.call import CallState
from chalicelib.acd.ports import Commit
from chalicelib.acd.rules import offers, parting
from chalicelib.acd.rules.lists import ready_list, waiting_list
from chalicelib.acd.rules.scene import Scene
from tests.unit.acd.kit import NOON, Floor, entries_of, floor, group, ready_agent, waiting_call

# --- an agent's dispatch that meets a call which came after him


def test_a_call_that_came_after_an_agent_was_ready_goes_to_whom_the_method_says() -> None:
    """His wake-up is on the way, hers long past: the call came in between, and its own wake-up comes last."""
    there = floor()
    there.agent("longest", idle_since=NOON - 60_000, state_since=NOON - 60_000)
    there.agent("just_ready", idle_since=NOON, state_since=NOON)
    there.call("c1", enqueued_at=NOON + 10)
    there.now = NOON + 30
    assert there.dispatcher.dispatch("agent:just_ready") == 1
    assert there.with_whom("c1") == "longest"
    assert there.agent_now("just_ready").state is AgentState.READY


def test_he_goes_on_to_the_next_call_that_came_before_him() -> None:
    there = floor("g1", "g2")
    places = (SignedIn(group_id="g1", priority=1), SignedIn(group_id="g2", priority=2))
    there.agent("longest", "g1", idle_since=NOON - 60_000, state_since=NOON - 60_000)
    there.agent("just_ready", groups=places, idle_since=NOON, state_since=NOON)
    there.call("new", "g1", enqueued_at=NOON + 10)
    there.call("old", "g2", enqueued_at=NOON - 10)
    assert there.dispatcher.dispatch("agent:just_ready") == 2
    assert (there.with_whom("new"), there.with_whom("old")) == ("longest", "just_ready")


# --- a group's dispatch


def test_longest_idle_agent_gets_the_longest_waiting_call() -> None:
    there = floor()
    for name, idle in (("a1", 30), ("a2", 10), ("a3", 20)):
        there.agent(name, idle_since=NOON + idle)
    for name, at in (("c1", 3), ("c2", 1), ("c3", 2)):
        there.call(name, enqueued_at=NOON + at)
    assert there.dispatcher.dispatch("group:g1") == 3
    assert [there.with_whom(call) for call in ("c2", "c3", "c1")] == ["a2", "a3", "a1"]


def test_priority_goes_before_waiting_time() -> None:
    there = floor()
    there.agent("a1")
    there.call("early", enqueued_at=NOON)
    there.call("important", enqueued_at=NOON + 60_000, priority=5)
    there.dispatcher.dispatch("group:g1")
    assert there.with_whom("important") == "a1"
    assert there.call_now("early").state is CallState.QUEUED


def test_level_goes_before_idle_time() -> None:
    there = Floor(group("g1", method="level_longest_idle"))
    for name, level, idle in (("beginner", 2, 0), ("expert", 9, 50), ("expert2", 9, 40)):
        there.agent(name, idle_since=NOON + idle, groups=(SignedIn(group_id="g1", level=level),))
    for name in ("c1", "c2", "c3"):
        there.call(name, enqueued_at=NOON + int(name[1]))
    there.dispatcher.dispatch("group:g1")
    assert [there.with_whom(name) for name in ("c1", "c2", "c3")] == ["expert2", "expert", "beginner"]


def test_assignment_is_complete() -> None:
    there = floor()
    there.agent("a1")
    there.call("c1")
    there.now += 4_000
    there.dispatcher.dispatch("group:g1")
    call, agent = there.call_now("c1"), there.agent_now("a1")
    (offer,) = call.live_offers
    assert (call.state, call.queued_ms, call.queued_at) == (CallState.CONNECTING, 4_000, None)
    assert (agent.state, agent.call_id, agent.offer_id) == (AgentState.RESERVED, "c1", offer.offer_id)
    assert there.store.waiting(waiting_list(there.groups["g1"]), 9) == []
    assert there.bus.dials == [("c1", offer.offer_id)]
    assert {kind for kind, *_ in there.bus.timers} == {"call", "agent"}
    assert [change.to for change in agent.changes] == ["reserved"]


def test_twice_is_once() -> None:
    there = floor()
    for name in ("a1", "a2"):
        there.agent(name)
    there.call("c1")
    assert [there.dispatcher.dispatch(target) for target in ("group:g1", "group:g1", "agent:a1", "agent:a2")] == [
        1, 0, 0, 0,
    ]  # fmt: skip
    assert len(there.call_now("c1").offers) == 1
    assert len(there.bus.dials) == 1


def test_nobody_there_is_nothing_done() -> None:
    there = floor()
    assert there.dispatcher.dispatch("group:g1") == 0
    there.call("c1")
    assert there.dispatcher.dispatch("group:g1") == 0
    assert there.dispatcher.dispatch("group:unknown") == 0
    assert there.dispatcher.dispatch("agent:unknown") == 0
    assert there.bus.dispatches == []


def test_long_queue_is_done_in_parts() -> None:
    there = floor()
    for number in range(60):
        there.agent(f"a{number:02d}", idle_since=NOON + number)
        there.call(f"c{number:02d}", enqueued_at=NOON + number)
    assigned = there.dispatcher.dispatch("group:g1")
    assert 0 < assigned < 60
    while there.bus.dispatches:
        assigned += there.dispatcher.dispatch(there.bus.dispatches.pop()[0])
    assert assigned == 60
    assert all(there.with_whom(f"c{number:02d}") == f"a{number:02d}" for number in range(60))


# --- stale entries


def test_stale_entries_at_the_head_are_passed_and_dropped() -> None:
    there = floor()
    for number in range(30):
        there.stale(f"gone{number:02d}", "g1", idle_since=number)
    there.agent("a1")
    there.call("c1")
    assert there.dispatcher.dispatch("group:g1") == 1
    assert there.with_whom("c1") == "a1"
    left = there.store.ready(ready_list("g1", "longest_idle"), 99)
    assert {entry.agent_id for entry in left} <= {"a1"}


def test_entry_of_an_old_epoch_is_stale() -> None:
    there = floor()
    old = ready_agent("a1", idle_since=NOON - 99, ready_epoch=1)
    there.agent("a1", idle_since=NOON, ready_epoch=2)
    there.store.commit(Commit(ready=entries_of(old)))
    there.agent("a2", idle_since=NOON - 50)
    there.call("c1")
    there.dispatcher.dispatch("group:g1")
    assert there.with_whom("c1") == "a2"


def test_more_stale_entries_than_are_looked_at_are_worked_off() -> None:
    there = floor()
    for number in range(CANDIDATE_LIMIT + 60):
        there.stale(f"gone{number:03d}", "g1", idle_since=number)
    there.agent("a1")
    there.call("c1")
    assigned = [there.dispatcher.dispatch("group:g1") for _ in range(2)]
    assert sum(assigned) == 1


def test_waiting_entry_of_an_ended_call_is_dropped() -> None:
    there = floor()
    ended, entry = waiting_call("gone", there.groups["g1"], enqueued_at=NOON - 9)
    there.store.commit(Commit(added=[entry]))
    there.agent("a1")
    there.call("c1")
    assert there.dispatcher.dispatch("group:g1") == 1
    assert there.with_whom("c1") == "a1"
    assert there.store.waiting(ended.queueing.list, 9) == []  # type: ignore[union-attr]


# --- an agent's dispatch


def test_order_across_groups_is_his_priority_then_waiting_time() -> None:
    there = floor("g1", "g2", "g3")
    places = (
        SignedIn(group_id="g1", priority=2), SignedIn(group_id="g2", priority=1), SignedIn(group_id="g3", priority=1),
    )  # fmt: skip
    there.agent("a1", groups=places)
    there.call("longest", "g1", enqueued_at=NOON - 9_000)
    there.call("later", "g2", enqueued_at=NOON - 1_000)
    there.call("earlier", "g3", enqueued_at=NOON - 2_000)
    assert there.dispatcher.dispatch("agent:a1") == 1
    assert there.with_whom("earlier") == "a1"


def test_lower_priority_is_taken_when_nothing_better_waits() -> None:
    there = floor("g1", "g2")
    there.agent("a1", groups=(SignedIn(group_id="g1", priority=2), SignedIn(group_id="g2", priority=1)))
    there.call("c1", "g1")
    assert there.dispatcher.dispatch("agent:a1") == 1


def test_agent_in_forty_groups_serves_them_all_in_order() -> None:
    ids = [f"g{number:02d}" for number in range(40)]
    there = floor(*ids)
    there.agent("a1")
    for place, id in enumerate(reversed(ids)):
        there.call(f"c{id}", id, enqueued_at=NOON + place)
    served: list[str] = []
    while there.dispatcher.dispatch("agent:a1"):
        call_id = there.agent_now("a1").call_id
        assert call_id is not None
        served.append(call_id)
        there.stage.act(call_id, lambda scene: _answered_and_over(scene))
    assert served == [f"c{id}" for id in reversed(ids)]


def _answered_and_over(scene: Scene) -> None:
    offers.accept(scene, scene.call.live_offers[0], "CA")
    parting.finish(scene, cause="customer_hang_up")


def test_agent_who_is_not_ready_gets_nothing() -> None:
    there = floor()
    there.agent("a1")
    there.not_ready("a1")
    there.call("c1")
    assert there.dispatcher.dispatch("agent:a1") == 0
    assert there.dispatcher.dispatch("group:g1") == 0
