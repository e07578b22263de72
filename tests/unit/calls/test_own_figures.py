"""AGT-8: an agent's own day, folded from the events of his states."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState, Phone, SignedIn
from chalicelib.acd.model.events import Event
from chalicelib.acd.rules import agents
from chalicelib.calls.own_figures import fold
from tests.unit.acd.kit import NOON

PHONE, PLACES = Phone(kind="sip", address="sip:1@x"), (SignedIn(group_id="g1"),)
STEPS = st.lists(
    st.tuples(st.sampled_from(["ready", "break", "lunch", "call", "wrap_up", "anew"]), st.integers(0, 900)), max_size=30
)


def step(agent: Agent, what: str, now: int, number: int) -> Agent:
    """Do what an agent may do in his state; nothing if he may not."""
    free = agent.state in (AgentState.READY, AgentState.NOT_READY)
    if what == "ready" and free:
        return agents.ready(agent, now)
    if what in ("break", "lunch") and free:
        return agents.not_ready(agent, what, now)
    if what == "call" and free:
        return agents.on_call(agents.reserve(agent, f"c{number}", "o", now, cause="queue"), now)
    if what == "wrap_up" and agent.state is AgentState.ON_CALL:
        return agents.wrap_up(agent, 30, 60, now, cause="hang_up")
    if what == "ready" and agent.state is AgentState.WRAP_UP:
        return agents.after_work(agent, now, cause="done")
    return agents.enter_lists_anew(agent, now)


@given(STEPS, st.integers(0, 900))
def test_every_second_is_counted_once_in_the_state_that_he_was_in(steps: list[tuple[str, int]], rest: int) -> None:
    agent = agents.sign_in(Agent(agent_id="ann"), PLACES, PHONE, NOON)
    events, now = list[Event](agent.changes), NOON
    spent, reasons, calls = Counter[str](), Counter[str](), 0
    for number, (what, given_s) in enumerate([*steps, ("anew", rest)]):
        # Of two reasons given in one millisecond nothing tells the later: people need longer.
        seconds = max(given_s, 1) if what in ("break", "lunch") else given_s
        spent[agent.state.value] += seconds
        if agent.state is AgentState.NOT_READY:
            reasons[agent.reason] += seconds
        now += seconds * 1000
        was = agent.state
        agent = step(replace(agent, changes=()), what, now, number)
        calls += agent.state is AgentState.ON_CALL and was is not AgentState.ON_CALL
        events += agent.changes

    found = fold(reversed(events), agent, NOON, now)

    assert (found.calls, found.talk_s, found.wrap_up_s) == (calls, spent["on_call"], spent["wrap_up"])
    assert (found.ready_s, found.not_ready_s) == (spent["ready"], spent["not_ready"])
    assert {code: s for code, s in found.not_ready_reasons.items() if s} == {c: s for c, s in reasons.items() if s}


def test_a_day_without_a_change_is_spent_in_the_present_state() -> None:
    agent = Agent(agent_id="ann", state=AgentState.NOT_READY, reason="lunch")
    found = fold([], agent, NOON, NOON + 60_000)
    assert (found.not_ready_s, found.not_ready_reasons, found.calls) == (60, {"lunch": 60}, 0)


def test_who_came_in_a_state_from_yesterday_began_the_day_in_it() -> None:
    on_call = Event(event_id="1", at=NOON + 5_000, type="agent.state", from_="on_call", to="wrap_up")
    found = fold([on_call], Agent(agent_id="ann", state=AgentState.WRAP_UP), NOON, NOON + 7_000)
    assert (found.talk_s, found.wrap_up_s, found.calls) == (5, 2, 0)


def test_a_call_that_he_came_back_to_is_one() -> None:
    data = {"call_id": "c1"}
    events = [
        Event(event_id=str(number), at=NOON + number, type="agent.state", from_=one, to=other, data=data)
        for number, (one, other) in enumerate(
            [("reserved", "on_call"), ("on_call", "reserved"), ("reserved", "on_call")]
        )
    ]
    assert fold(events, Agent(agent_id="ann", state=AgentState.ON_CALL), NOON, NOON + 9).calls == 1
