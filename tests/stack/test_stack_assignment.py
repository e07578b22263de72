"""Many dispatchers at once on the real emulator: no call is with two agents, no agent with two calls, none is left."""

import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from chalicelib.acd.model.agent import AgentState
from chalicelib.acd.model.call import CallState
from chalicelib.kernel.errors import Busy
from infrastructure.local.settings import Settings
from tests.bench.environment import on_emulator
from tests.unit.acd.kit import NOON, Floor, group

CALLS, AGENTS, DISPATCHERS = 24, 16, 12


@pytest.fixture
def floor(stack: Settings) -> Iterator[Floor]:
    """A floor of its own on the emulator, with calls and agents that nobody has brought together."""
    from chalicelib.acd.dynamo import DynamoStore

    name = uuid.uuid4().hex
    with on_emulator(stack.aws_environment()):
        there = Floor(group(name), store=DynamoStore())
        for number in range(AGENTS):
            there.agent(f"{name}-a{number:02d}", idle_since=NOON + number)
        for number in range(CALLS):
            there.call(f"{name}-c{number:02d}", name, enqueued_at=NOON + number)
        yield there


def test_each_agent_gets_one_call_and_the_first_calls_are_served(floor: Floor) -> None:
    (name,) = floor.groups
    agents = [f"{name}-a{number:02d}" for number in range(AGENTS)]
    targets = [f"group:{name}", *(f"agent:{agent}" for agent in agents)] * 2

    def dispatch(target: str) -> None:
        with suppress(Busy):
            floor.dispatcher.dispatch(target)

    with ThreadPoolExecutor(DISPATCHERS) as pool:
        list(pool.map(dispatch, targets))
    while floor.bus.dispatches:  # what ran out of tries has woken its dispatcher again
        floor.dispatcher.dispatch(floor.bus.dispatches.pop()[0])
    calls = [floor.call_now(f"{name}-c{number:02d}") for number in range(CALLS)]
    served = [call for call in calls if call.state is CallState.CONNECTING]
    assert [call.call_id for call in served] == [call.call_id for call in calls[:AGENTS]]
    with_whom = Counter(offer.agent_id for call in served for offer in call.live_offers)
    assert with_whom == Counter(agents)
    for call in served:
        (offer,) = call.live_offers
        agent = floor.agent_now(offer.agent_id)
        assert (agent.state, agent.call_id, agent.offer_id) == (AgentState.RESERVED, call.call_id, offer.offer_id)
    waiting = floor.store.waiting(calls[0].queueing.list, 99)  # type: ignore[union-attr]
    assert [entry.call_id for entry in waiting] == [call.call_id for call in calls[AGENTS:]]
