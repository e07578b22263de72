"""What happens between a dispatcher's reads and its transaction; and wake-ups that got lost."""

from unittest.mock import patch

import pytest
from msgspec.structs import replace

from chalicelib.acd import service
from chalicelib.acd.dispatch import Dispatcher
from chalicelib.acd.errors import Refused
from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.acd.ports import Commit
from chalicelib.acd.rules import agents, offers, parting
from chalicelib.acd.rules.scene import Scene
from tests.unit.acd.kit import NOON, Floor, Interrupted, floor
from tests.unit.calls.centre import GROUPS, Centre, running

# --- races


def test_agent_lost_between_read_and_commit_is_replaced_by_the_next() -> None:
    there = floor()
    there.agent("a1", idle_since=NOON - 2)
    there.agent("a2", idle_since=NOON - 1)
    there.call("c1")
    there.stage.store = Interrupted(there.store, "commit", lambda: _leaves(there, "a1"))
    assert there.dispatcher.dispatch("group:g1") == 1
    assert there.with_whom("c1") == "a2"
    assert there.agent_now("a1").call_id is None


def _leaves(there: Floor, agent_id: str) -> None:
    there.store.commit(Commit(agents=[replace(there.agent_now(agent_id), state=AgentState.NOT_READY)]))


def test_caller_lost_between_read_and_commit_leaves_the_agent_ready() -> None:
    there = floor()
    there.agent("a1")
    call = there.call("c1")

    def hangs_up() -> None:
        store, there.stage.store = there.stage.store, there.store
        there.stage.act("c1", lambda scene: parting.finish(scene, cause="abandoned"))
        there.stage.store = store

    there.stage.store = Interrupted(there.store, "commit", hangs_up)
    assert there.dispatcher.dispatch("group:g1") == 0
    assert there.agent_now("a1").state is AgentState.READY
    assert there.call_now("c1").over
    assert there.store.waiting(call.queueing.list, 9) == []  # type: ignore[union-attr]


def test_call_that_comes_back_while_its_old_entry_is_looked_at_keeps_its_place() -> None:
    """A dispatcher holds the entry; the call is assigned, refused and queued again before it acts on what it read."""
    there = floor()
    there.agent("a1", idle_since=NOON - 2)
    there.agent("a2", idle_since=NOON - 1)
    call = there.call("c1")
    late = there.store.waiting(call.queueing.list, 1)[0]  # type: ignore[union-attr]
    there.dispatcher.dispatch("group:g1")
    there.stage.store = Interrupted(there.store, "commit", lambda: _refused(there))
    assert not there.dispatcher.assign(late, there.agent_now("a2"), there.groups["g1"])
    there.stage.store = there.store
    assert there.call_now("c1").state is CallState.QUEUED
    assert [entry.call_id for entry in there.store.waiting(late.list, 9)] == ["c1"]
    assert there.dispatcher.dispatch("group:g1") == 1


def _refused(there: Floor) -> None:
    store, there.stage.store = there.stage.store, there.store
    there.fails("c1")
    there.stage.store = store


def test_returned_call_keeps_its_place() -> None:
    there = floor()
    there.agent("a1", idle_since=NOON - 9)
    there.call("first", enqueued_at=NOON)
    there.dispatcher.dispatch("group:g1")
    there.call("second", enqueued_at=NOON + 1)
    there.fails("first")
    there.agent("a2")
    there.dispatcher.dispatch("group:g1")
    assert there.with_whom("first") == "a2"
    assert there.agent_now("a1").state is AgentState.NOT_READY


# --- lost wake-ups


def test_pair_that_could_have_met_is_found_and_counted() -> None:
    there = floor()
    there.call("c1")
    there.agent("a1")
    assert there.dispatcher.lost_wakeups(there.groups["g1"], NOON + 1_999) == 0
    assert there.dispatcher.lost_wakeups(there.groups["g1"], NOON + 2_000) == 1
    assert there.with_whom("c1") == "a1"


def test_agent_who_has_just_become_ready_is_no_lost_wake_up() -> None:
    there = floor()
    there.call("c1", enqueued_at=NOON - 90_000)
    there.agent("a1")
    assert there.dispatcher.lost_wakeups(there.groups["g1"], NOON + 500) == 0


def test_call_that_has_just_come_back_is_no_lost_wake_up() -> None:
    there = floor()
    there.agent("a1", idle_since=NOON - 90_000)
    there.call("c1", enqueued_at=NOON - 90_000)
    there.dispatcher.dispatch("group:g1")
    there.agent("a2")
    there.now = NOON + 30_000
    there.fails("c1")
    assert there.dispatcher.lost_wakeups(there.groups["g1"], there.now + 100) == 0
    assert there.dispatcher.lost_wakeups(there.groups["g1"], there.now + 2_000) == 1


# --- a call and its agents are read one after the other


def test_answer_that_is_told_twice_at_once_is_taken_twice() -> None:
    """The second one reads the call before, and the agent after, the first one was stored."""
    there = floor()
    there.agent("a1")
    there.call("c1")
    there.dispatcher.dispatch("group:g1")
    offer_id = there.call_now("c1").live_offers[0].offer_id
    accepted: list[bool] = []

    def answer() -> None:
        def decide(scene: Scene) -> None:
            offer = scene.call.offer(offer_id)
            assert offer is not None
            accepted.append(offers.accept(scene, offer, "CL1"))

        there.stage.act("c1", decide)

    def first() -> None:
        store, there.stage.store = there.stage.store, there.store
        answer()
        there.stage.store = store

    there.stage.store = Interrupted(there.store, "agents", first)
    answer()
    assert accepted == [True, True]
    assert there.agent_now("a1").state is AgentState.ON_CALL


def test_lawful_refusal_is_told() -> None:
    there = floor()
    there.call("c1")
    with pytest.raises(Refused):
        there.stage.act("c1", lambda scene: scene.to(CallState.AFTER_CALL))


def test_lease_of_a_leg_that_ended_untold_returns_the_call_once() -> None:
    """The carrier knows that nobody answered; its call-back was lost, so the offer's lease finds it out."""
    with running(Centre(["agent1"])) as centre:
        sid = centre.carrier.call_in("+8613800138000")
        centre.sign_in("agent1")
        centre.carrier.presses(sid, "1")
        centre.settle()
        (leg,) = [leg for leg in centre.carrier.legs.values() if leg.sid != sid]
        leg.status = "no-answer"
        centre.advance(31_000)
        call = centre.call(sid)
        assert call.state is CallState.QUEUED
        assert call.queueing is not None
        assert [entry.call_id for entry in centre.store.waiting(call.queueing.list, 9)] == [sid]
        assert [change.to for change in call.changes if change.type == "offer.state"] == ["no_answer"]


def test_an_agent_entered_in_the_list_of_a_former_method_is_brought_in() -> None:
    """Another process held the group in its cache while its method was changed."""
    with running(Centre(["agent1", "agent2"])) as centre:
        centre.sign_in("agent1")
        centre.sign_in("agent2")
        centre.stage.act_on_agent("agent2", lambda agent, now: agents.not_ready(agent, "break", now))
        idle = centre.store.agents(["agent1"])["agent1"].idle_since
        centre.advance(5_000)
        by_level = replace(
            GROUPS["8001"], method="level_longest_idle", former_methods=("longest_idle",), method_at=centre.now
        )
        with patch.dict(GROUPS, {"8001": by_level}):
            sid = centre.carrier.call_in("+8613800138000")
            centre.carrier.presses(sid, "1")
            centre.bus.dispatches.clear()
            assert Dispatcher(centre.stage).dispatch_group("8001") == 0

            assert service.relist_strays(replace(by_level, method_at=centre.now - 700_000)) == 0  # long ago
            assert service.relist_strays(by_level) == 1
            assert service.relist_strays(by_level) == 0

            assert centre.store.ready("ready#8001#longest_idle", 9) == []
            assert centre.store.agents(["agent1"])["agent1"].idle_since == idle
            assert Dispatcher(centre.stage).dispatch_group("8001") == 1
            assert [offer.agent_id for offer in centre.call(sid).live_offers] == ["agent1"]
