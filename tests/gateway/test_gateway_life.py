"""A node's end: drained, killed, without its platform."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.voice.settings import Settings
from tests.gateway.conftest import NodeProcess, opened, until
from tests.gateway.rtp import strength

START = '<Start><Recording channels="dual" recordingStatusCallback="/recorded"/></Start>'


@pytest.fixture
def other(tmp_path: Path) -> Iterator[NodeProcess]:
    """A node that a test may end; number 5, with an emergency number."""
    node = NodeProcess(tmp_path, node=5, flags=("--emergency", "+8613900000110"))
    node.start()
    yield node
    node.stop()


async def test_drain_refuses_new_calls_and_ends_with_the_last(other: NodeProcess) -> None:
    async with opened(other) as town:
        town.platform.documents["/voice"] = '<Pause length="1"/><Say>Hello</Say><Pause length="30"/>'
        talk = await town.call()
        await asyncio.wait_for(talk.answered.wait(), 5)
        other.tell(signal.SIGTERM)
        async with asyncio.timeout(5):
            while (await town.trunk.ask_options(other.address)).status != 503:
                await asyncio.sleep(0.05)
        refused = await town.call()
        await asyncio.wait_for(refused.refused.wait(), 5)
        assert refused.status == 503
        with pytest.raises(Exception, match="no new calls"):
            await town.dial("+8613911112222", "<Hangup/>")
        assert not talk.over.is_set()
        assert other.process is not None
        assert other.process.poll() is None
        talk.hang_up()
        await town.platform.until("/status", CallStatus="completed")
        assert await asyncio.to_thread(other.process.wait, 10) == 0


async def test_killed_node_leaves_a_journal_that_ends_its_calls(other: NodeProcess) -> None:
    async with opened(other) as town:
        town.platform.documents["/voice"] = START + "<Dial><Conference>room</Conference></Dial>"
        talk = await town.call()
        made = await town.dial("client:agent1", "<Dial><Conference>room</Conference></Dial>")
        agent = await town.picked_up()
        await agent.stream.hears(1000)
        await asyncio.sleep(1.2)
        other.tell(signal.SIGKILL)
        assert other.process is not None
        other.process.wait()
        assert await closed(other) == "2"
        ended = await town.platform.until("/status", CallStatus="completed")
        assert ended["CallSid"].startswith("CA05")
        await town.platform.until("/out", CallSid=made.sid, CallStatus="completed")
        assert await closed(other) == "0"
        other.start()
        recorded = await town.platform.until("/recorded", RecordingStatus="completed")
        assert int(recorded["RecordingDuration"]) >= 1
        assert not talk.over.is_set(), "the caller's phone knows nothing yet; the edge's keep-alive tells it"


async def test_journal_of_a_living_node_is_left_alone(other: NodeProcess) -> None:
    async with opened(other) as town:
        town.platform.documents["/voice"] = '<Say>Hello</Say><Pause length="30"/>'
        talk = await town.call()
        await asyncio.wait_for(talk.answered.wait(), 5)
        assert await closed(other) == "0"
        assert list((other.state / "live").glob("*.json"))
        talk.hang_up()
        await until(lambda: not list((other.state / "live").glob("*.json")))


async def test_platform_that_is_down_means_the_emergency_number(other: NodeProcess) -> None:
    async with opened(other) as town:
        town.edge.tones["+8613900000110"] = 1300
        town.platform.documents["/voice"] = "<Broken"
        talk = await town.call()
        await asyncio.wait_for(talk.answered.wait(), 5)
        began = time.monotonic()
        called = await asyncio.wait_for(town.edge.called.get(), 20)
        assert called.invite is not None
        assert called.invite.first.startswith("INVITE sip:+8613900000110@")
        await talk.stream.hears(1300)
        assert strength(talk.stream.samples(began, began + 0.5), 1300) < 100


async def closed(node: NodeProcess) -> str:
    """Run what the launcher runs when a node is dead; return what it prints."""
    command = ("-m", "infrastructure.voice.node.closed", "--state", str(node.state), "--token", Settings().auth_token)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode().strip()
