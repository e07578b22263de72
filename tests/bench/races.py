"""Two thousand short lives of calls under everything that may go wrong; then an audit by the records alone."""

import random
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from infrastructure.local.settings import Settings
from tests.bench import audit
from tests.bench.chaos import ChaosBus, Faults, Scheduler
from tests.bench.emulator import emulator
from tests.bench.meter import metering
from tests.bench.scripted import ScriptedCarrier

CALLS, AGENTS, DISPATCHERS = 2_000, 200, 32
GROUPS = 8
GROUPS_PER_AGENT = 3
SEED = 20261122
SHARE = 0.01
"""Of requests to DynamoDB that fail in each of four ways."""
ARRIVAL_S = 0.03
LIMIT_S = 3_600.0


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Live the calls and say the figures."""
    calls, agents = max(20, round(CALLS * size)), max(8, round(AGENTS * size))
    with emulator() as settings:
        world = World(settings, calls, agents)
        began = time.monotonic()
        with world.running():
            world.live()
            world.streams.close()
        _report(world, say, time.monotonic() - began)


class World:
    """The product on the emulator, between a chaotic bus and a scripted carrier."""

    def __init__(self, settings: Settings, calls: int, agents: int) -> None:
        from chalicelib.acd.dynamo import DynamoStore
        from chalicelib.acd.model.group import Group
        from chalicelib.acd.service import perform
        from chalicelib.acd.stage import Stage
        from chalicelib.kernel.clock import now_ms
        from chalicelib.realtime import router

        self.settings, self.random = settings, random.Random(SEED)
        self.groups = {
            f"g{number}": Group(group_id=f"g{number}", name="race", ring_s=3, wrap_up_s=0, record=False)
            for number in range(GROUPS)
        }
        self.call_ids = [f"CA{number:05d}" for number in range(calls)]
        self.agent_ids = [f"agent{number:03d}" for number in range(agents)]
        self.scheduler = Scheduler(DISPATCHERS)
        self.faults = Faults(SEED, SHARE)
        self.bus = ChaosBus(self.scheduler, SEED, self.handle)
        self.stage = Stage(
            store=DynamoStore(), bus=self.bus, clock=now_ms, group=self.groups.get, perform=perform
        )  # fmt: skip
        self.carrier = ScriptedCarrier(self.scheduler, SEED + 1)
        self.lost_wakeups = 0
        self._route_agents = router.on_agent_change
        self.streams = audit.Streams(settings, {"calls": router.on_call_change, "agents": self._agents_changed})

    # --- what the product is connected with

    @contextmanager
    def running(self) -> Generator[None]:
        """Install the stage, the carrier, the faults and the threads."""
        from chalicelib.acd import service
        from chalicelib.calls import effects

        service.install(self.stage)
        service.carry_out_with(effects.perform)
        effects.connect_carriers(lambda _: self.carrier)  # type: ignore[arg-type,return-value]
        with ExitStack() as stack:
            stack.enter_context(patch("chalicelib.calls.dial.delay_for", lambda _: 0))
            stack.enter_context(patch("chalicelib.calls.dial.carrier", lambda name: SimpleNamespace(name=name)))
            stack.enter_context(metering(self._instead))
            stack.enter_context(self.faults.injected())
            stack.enter_context(self.scheduler.running())
            yield

    def _instead(self, client: Any, operation: str, params: dict[str, Any]) -> Any:
        """Take what the streams' routers send, instead of SQS: wake-ups go on, all else is nobody's business here."""
        del operation
        if client.meta.service_model.service_name != "sqs":
            return None
        import msgspec

        for entry in params["Entries"]:
            body = msgspec.json.decode(entry["MessageBody"])
            delay_s = entry.get("DelaySeconds", 0)
            if "target" in body:
                self.bus.send("dispatch", (body["target"],), delay_s)
            elif "offer_id" in body:
                self.bus.send("dial", (body["call_id"], body["offer_id"]), delay_s)
        return {"Successful": [], "Failed": []}

    def _agents_changed(self, event: dict[str, Any]) -> None:
        """Route the changes; agents who did not answer press ready again a moment later."""
        self._route_agents(event)
        for record in event["Records"]:
            data = record["dynamodb"]["NewImage"]["data"]["M"]
            if data["state"]["S"] == "not_ready":
                agent_id = data["agent_id"]["S"]
                self.scheduler.at(
                    self.random.uniform(0.2, 1), "ready again", lambda agent_id=agent_id: self.ready(agent_id)
                )

    def handle(self, name: str, what: tuple[Any, ...]) -> None:
        """Do what a wake-up asks for, by the product's own handlers."""
        from chalicelib.acd.dispatch import Dispatcher
        from chalicelib.calls import dial, timers

        if name == "dispatch":
            Dispatcher(self.stage).dispatch(*what)
        elif name == "dial":
            dial.dial(*what)
        else:
            timers.fire(*what)

    # --- lives

    def live(self) -> None:
        """Sign everybody in, let the calls come, and wait until all is over."""
        for agent_id in self.agent_ids:
            self.scheduler.at(0, "sign in", lambda agent_id=agent_id: self._sign_in(agent_id))
        for number, call_id in enumerate(self.call_ids):
            for _ in range(2 if self.random.random() < 0.2 else 1):
                at = number * ARRIVAL_S + self.random.uniform(0, 0.2)
                self.scheduler.at(at, "arrive", lambda call_id=call_id: self._arrive(call_id))
        began = time.monotonic()
        while not self._over() and time.monotonic() - began < LIMIT_S:
            self._look_for_lost_wakeups()
            time.sleep(0.2)

    def _over(self) -> bool:
        """Return whether every call has ended and nothing is under way but far timers."""
        if not self.scheduler.quiet(1.0):
            return False
        ended = {id for id, images in list(self.streams.images["calls"].items()) if images[-1]["data"]["ended_at"]}
        return len(ended) == len(self.call_ids)

    def _look_for_lost_wakeups(self) -> None:
        """At rest (nothing due for a second) a waiting call and a ready agent of its group were forgotten."""
        from chalicelib.acd.dispatch import Dispatcher

        if not self.scheduler.quiet(1.0):
            return
        time.sleep(0.5)  # what the streams have not told yet
        if not self.scheduler.quiet(0.5):
            return
        dispatcher = Dispatcher(self.stage)
        now = self.stage.clock() + 60_000
        self.lost_wakeups += sum(dispatcher.lost_wakeups(group, now) for group in self.groups.values())

    def _sign_in(self, agent_id: str) -> None:
        from chalicelib.acd.model.agent import Phone, SignedIn
        from chalicelib.acd.rules import agents

        chosen = random.Random(agent_id).sample(sorted(self.groups), GROUPS_PER_AGENT)
        places = tuple(SignedIn(group_id=id, priority=1 + place % 2) for place, id in enumerate(chosen))
        phone = Phone(kind="sip", address=f"sip:{agent_id}@bench")
        self.stage.act_on_agent(agent_id, lambda agent, now: agents.sign_in(agent, places, phone, now), create=True)
        self.ready(agent_id)

    def ready(self, agent_id: str) -> None:
        """The agent presses ready."""
        from chalicelib.acd.model.agent import AgentState
        from chalicelib.acd.rules import agents

        def press(agent: Any, now: int) -> Any:
            return agents.ready(agent, now) if agent.state is AgentState.NOT_READY else agent

        self.stage.act_on_agent(agent_id, press)

    def _arrive(self, call_id: str) -> None:
        from chalicelib.acd.model.call import Call, Leg, LegState
        from chalicelib.acd.rules import queueing

        now = self.stage.clock()
        group = self.groups[sorted(self.groups)[int(call_id[2:]) % GROUPS]]
        leg = Leg(leg_id="customer", role="customer", sid=call_id, state=LegState.JOINED, started_at=now)
        call = Call(
            call_id=call_id, carrier="scripted", customer_number="+8613800138000", legs=(leg,), place="queue",
            started_at=now, touched_at=now, recording=False,
        )  # fmt: skip
        self.stage.open(call, lambda scene: queueing.enqueue(scene, group, priority=int(call_id[2:]) % 3))


def _report(world: World, say: Callable[[str, object], None], took_s: float) -> None:
    images = world.streams.images
    calls, agents = audit.scan(world.settings, "calls"), audit.scan(world.settings, "agents")
    left_waiting = audit.scan(world.settings, "waiting")
    doubles = audit.double_assignments(images)
    stuck_calls = [call["call_id"] for call in calls if call["data"]["state"] != "ended"]
    stuck_agents = [agent["agent_id"] for agent in agents if agent["data"]["state"] not in ("ready", "not_ready")]
    twice = [id for id, times in world.carrier.dialled.items() if times > 1]
    say("double_assignments", len(doubles))
    say("stuck_agents", len(stuck_agents) + len(world.agent_ids) - len(agents))
    say("stuck_calls", len(stuck_calls) + len(world.call_ids) - len(calls))
    say("lost_wakeups", world.lost_wakeups)
    say("double_dials", len(twice))
    say("calls_not_ended_once", len(audit.ended_more_than_once(images["calls"])))
    say("waiting_entries_left", len(left_waiting))
    say("races_versions_unseen", audit.gaps(images))
    say("races_offers", len(world.carrier.dialled))
    say("races_faults_injected", sum(world.faults.done.values()))
    say("races_messages_failed_and_repeated", sum(world.scheduler.failures.values()))
    say("races_seconds", round(took_s))
    for line in [*doubles, *stuck_calls, *stuck_agents, *twice, *world.scheduler.given_up][:20]:
        print(line, file=sys.stderr)
    print(dict(world.faults.done), dict(world.scheduler.failures.most_common(8)), file=sys.stderr)
