"""The agent's state machine: every move of the table and no other; what each use case does in each state."""

import itertools

import pytest
from msgspec.structs import replace

from chalicelib.acd.errors import NotSignedIn, Refused
from chalicelib.acd.model.agent import (
    LONG_LEASE_MS,
    PHONE_LEASE_MS,
    RESERVED_LIMIT_MS,
    TRANSITIONS,
    WORKING,
    Agent,
    AgentState,
    NextState,
    Phone,
    SignedIn,
    deadline,
)
from chalicelib.acd.rules import agents
from chalicelib.identity.reasons import SYSTEM
from tests.unit.acd.kit import NOON, ready_agent

READY, NOT_READY, OUT = AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT
RESERVED, ON_CALL, WRAP_UP = AgentState.RESERVED, AgentState.ON_CALL, AgentState.WRAP_UP
BROWSER = Phone(kind="browser", address="client:a1")

LAWFUL = {
    OUT: {NOT_READY, READY},
    READY: {NOT_READY, RESERVED, OUT},
    NOT_READY: {READY, NOT_READY, RESERVED, OUT},
    RESERVED: {ON_CALL, READY, NOT_READY, OUT, WRAP_UP},
    ON_CALL: {WRAP_UP, READY, NOT_READY, OUT, RESERVED},
    WRAP_UP: {READY, NOT_READY, OUT, RESERVED, WRAP_UP},
}


def agent(state: AgentState, **fields: object) -> Agent:
    """Return an agent in a state."""
    return replace(ready_agent("a1"), state=state, **fields)


def test_table_is_the_design() -> None:
    assert {state: set(following) for state, following in TRANSITIONS.items()} == LAWFUL


@pytest.mark.parametrize(("was", "to"), list(itertools.product(AgentState, AgentState)))
def test_only_listed_moves_are_made(was: AgentState, to: AgentState) -> None:
    if to not in LAWFUL[was]:
        with pytest.raises(Refused) as refused:
            agents.move(agent(was), to, NOON)
        assert refused.value.params == {"kind": "agent", "from_": was.value, "to": to.value}
        return
    moved = agents.move(agent(was), to, NOON + 5, reason="why", who="boss", cause="test")
    (change,) = moved.changes
    assert (moved.state, moved.state_since, moved.reason) == (to, NOON + 5, "why")
    assert (change.from_, change.to, change.who, change.cause, change.at) == (
        was.value, to.value, "boss", "test", NOON + 5,
    )  # fmt: skip


@pytest.mark.parametrize("state", sorted(WORKING))
def test_what_is_asked_for_during_a_call_comes_afterwards(state: AgentState) -> None:
    busy = agent(state, call_id="c", offer_id="o")
    assert agents.not_ready(busy, "lunch", NOON).next_state == NextState(state=NOT_READY, reason="lunch")
    assert agents.sign_out(busy, "home", NOON).next_state == NextState(state=OUT, reason="home")
    assert agents.ready(busy, NOON).next_state == NextState(state=READY)
    after = agents.after_work(agents.not_ready(busy, "lunch", NOON), NOON + 1, cause="done")
    assert (after.state, after.reason, after.next_state, after.call_id) == (NOT_READY, "lunch", None, None)


def test_nobody_is_ready_without_signing_in() -> None:
    with pytest.raises(NotSignedIn):
        agents.ready(Agent(agent_id="a1"), NOON)
    with pytest.raises(NotSignedIn):
        agents.ready(agent(NOT_READY, groups=()), NOON)
    with pytest.raises(NotSignedIn):
        agents.not_ready(Agent(agent_id="a1"), "x", NOON)


def test_becoming_ready_counts_the_epoch_and_starts_idle_time() -> None:
    free = agents.ready(agent(NOT_READY, ready_epoch=3, phone=BROWSER), NOON + 9)
    assert (free.ready_epoch, free.idle_since, free.phone_lease_until) == (4, NOON + 9, NOON + 9 + PHONE_LEASE_MS)
    assert agents.ready(free, NOON + 99) == free


def test_a_heartbeat_renews_the_lease_of_a_ready_agent_each_time() -> None:
    free = ready_agent("a1", phone=BROWSER, phone_lease_until=NOON + 1)
    assert agents.renewed_lease(free, True, NOON) == NOON + PHONE_LEASE_MS
    assert agents.renewed_lease(free, False, NOON) is None
    assert agents.renewed_lease(agent(OUT, phone=BROWSER), True, NOON) is None
    assert agents.renewed_lease(ready_agent("a1", phone=Phone(kind="sip")), True, NOON) is None


@pytest.mark.parametrize("state", sorted({*AgentState} - {OUT, READY}))
def test_a_heartbeat_seldom_renews_the_lease_of_others(state: AgentState) -> None:
    def renewed(left: int) -> int | None:
        return agents.renewed_lease(agent(state, phone=BROWSER, phone_lease_until=NOON + left), True, NOON)

    assert renewed(PHONE_LEASE_MS) == NOON + LONG_LEASE_MS
    assert renewed(PHONE_LEASE_MS + 1) is None


def test_a_long_lease_is_cut_when_its_agent_becomes_ready() -> None:
    talked = agent(ON_CALL, phone=BROWSER, phone_lease_until=NOON + LONG_LEASE_MS)
    assert agents.after_work(talked, NOON, cause="done").phone_lease_until == NOON + PHONE_LEASE_MS
    short = agent(ON_CALL, phone=BROWSER, phone_lease_until=NOON + 5)
    assert agents.after_work(short, NOON, cause="done").phone_lease_until == NOON + 5


def test_released_agent_keeps_his_idle_time() -> None:
    held = agents.reserve(ready_agent("a1", idle_since=NOON - 500), "c", "o", NOON, cause="queue")
    back = agents.release(held, NOON + 20, cause="withdrawn")
    assert (back.state, back.idle_since, back.ready_epoch, back.call_id) == (READY, NOON - 500, 2, None)


def test_agent_reserved_while_not_ready_goes_back_to_it() -> None:
    held = agents.reserve(agent(NOT_READY, reason="lunch"), "c", "o", NOON, cause="transfer")
    back = agents.release(held, NOON, cause="withdrawn")
    assert (back.state, back.reason) == (NOT_READY, "lunch")


@pytest.mark.parametrize("outcome", ["no_answer", "declined", "busy"])
def test_who_does_not_answer_is_not_ready(outcome: str) -> None:
    held = agents.reserve(ready_agent("a1"), "c", "o", NOON, cause="queue")
    after = agents.failed_to_answer(held, outcome, NOON)
    assert (after.state, after.reason) == (NOT_READY, outcome)


def test_one_unreachable_is_forgiven_two_in_a_row_are_not() -> None:
    once = agents.failed_to_answer(
        agents.reserve(ready_agent("a1"), "c", "o", NOON, cause="queue"), "unreachable", NOON
    )
    assert (once.state, once.unreachable) == (READY, 1)
    twice = agents.failed_to_answer(agents.reserve(once, "c", "o2", NOON, cause="queue"), "unreachable", NOON)
    assert (twice.state, twice.reason) == (NOT_READY, "unreachable")
    answered = agents.on_call(agents.reserve(once, "c", "o2", NOON, cause="queue"), NOON)
    assert answered.unreachable == 0


def test_sign_out_asked_for_while_ringing_is_kept() -> None:
    held = agents.reserve(ready_agent("a1"), "c", "o", NOON, cause="queue")
    assert agents.failed_to_answer(agents.sign_out(held, "home", NOON), "no_answer", NOON).state is OUT


def test_wrap_up_is_limited() -> None:
    done = agents.wrap_up(agent(ON_CALL), 10, 60, NOON, cause="left")
    assert (done.state, done.wrap_up_until, done.wrap_up_limit_until) == (WRAP_UP, NOON + 10_000, NOON + 60_000)
    more = agents.extend_wrap_up(done, 1_000, NOON + 5_000)
    assert more.wrap_up_until == NOON + 60_000
    with pytest.raises(Refused):
        agents.extend_wrap_up(agent(READY), 10, NOON)
    assert agents.wrap_up(agent(ON_CALL), 0, 60, NOON, cause="left").state is READY


def test_dead_browser_is_not_made_ready_after_a_call() -> None:
    lapsed = agent(ON_CALL, phone=BROWSER, phone_lease_until=NOON - 1)
    after = agents.after_work(lapsed, NOON, cause="left")
    assert (after.state, after.reason) == (NOT_READY, "unreachable")


def test_leaving_one_of_several_groups_keeps_him_ready() -> None:
    left = agents.leave_group(ready_agent("a1", "g1", "g2", idle_since=NOON - 9), "g1", NOON)
    assert (left.state, left.idle_since, left.ready_epoch) == (READY, NOON - 9, 2)
    assert left.groups == (SignedIn(group_id="g2"),)
    assert agents.leave_group(left, "g2", NOON).state is NOT_READY


@pytest.mark.parametrize("state", AgentState)
def test_every_passing_state_has_a_due_time(state: AgentState) -> None:
    there = agent(
        state, phone=BROWSER, phone_lease_until=NOON + 1, wrap_up_until=NOON + 2, state_since=NOON, checked_at=0
    )
    lasting = {OUT, NOT_READY}
    assert (deadline(there) is None) == (state in lasting)


def test_reserved_is_looked_at_again() -> None:
    held = agents.reserve(ready_agent("a1"), "c", "o", NOON, cause="queue")
    assert deadline(held) == NOON + RESERVED_LIMIT_MS
    assert deadline(replace(held, checked_at=NOON + 7)) == NOON + 7 + RESERVED_LIMIT_MS


@pytest.mark.parametrize("outcome", ["no_answer", "declined", "busy", "unreachable"])
def test_what_the_rules_write_by_themselves_is_known_as_a_reason_of_the_system(outcome: str) -> None:
    ringing = agent(RESERVED, unreachable=1)
    leaving = agent(READY, groups=(SignedIn(group_id="8001"),))
    written = {
        agents.sign_in(agent(OUT), (), BROWSER, NOON).reason,
        agents.failed_to_answer(ringing, outcome, NOON).reason,
        agents.phone_lost(agent(READY), NOON).reason,
        agents.leave_group(leaving, "8001", NOON).reason,
    }
    assert outcome in written
    assert written <= SYSTEM
