"""The step that most journeys begin with."""

from tests.e2e.desk import Desk
from tests.e2e.outside import KNOWN, Outside


def serves(agent: Desk, outside: Outside, number: str = KNOWN) -> str:
    """A caller rings at the agent's desk, is answered, and both talk; returns the call's id."""
    call = outside.calls_in(number)
    agent.answer()
    outside.talks_with(call, agent.username)
    return call
