"""A carrier on the virtual clock for every test of the voice engine."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.voice.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    for call in world.exchange.active_calls():
        call.end("shutdown")
    await world.clock.advance(60)
    assert not world.exchange.active_calls()
