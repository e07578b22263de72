"""Delays on the laptop stack: from a possible match to the carrier's order to dial, and of timers."""

import math
from collections.abc import Callable
from typing import Any

import httpx

from infrastructure.local import deploy
from infrastructure.local.call import User
from infrastructure.local.carrier import DEMO_NUMBER
from infrastructure.local.private import private_stack
from infrastructure.local.settings import APP, STAGE, Settings
from infrastructure.local.waiting import eventually
from tests.bench.audit import plain

CALLS, UNANSWERED = 30, 4
AGENTS = ("agent1", "agent2", "agent3")
GROUP = "8001"
RING_S, WRAP_UP_S = 5, 2
STEPS = [
    {"wait_until": "listening"}, {"press": "1"}, {"wait_until": "connected", "timeout_s": 60}, {"wait_s": 1},
    {"hang_up": True},
]  # fmt: skip
Json = dict[str, Any]


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Place the calls on a stack of its own and say the figures."""
    with private_stack() as settings:
        floor = Floor(settings)
        floor.serve()  # every function has run once: a cold start is a figure of its own
        floor.call_ids.clear()
        for _ in range(math.ceil(max(3, CALLS * size) / len(AGENTS))):
            floor.serve()
        for _ in range(max(1, round(UNANSWERED * size))):
            floor.let_ring()
        eventually(floor.filed, "all events are filed", 60)
        dispatch, wrap_up, ring = floor.dispatch_ms(), floor.wrap_up_late_ms(), floor.ring_late_ms()
    say("dispatch_ms_p95", _p95(dispatch))
    say("dispatch_ms_median", _part(dispatch, 0.5))
    say("dispatch_offers", len(dispatch))
    say("timer_late_ms_p95", _p95([*wrap_up, *ring]))
    say("timer_late_ms_p95_wrap_up", _p95(wrap_up))
    say("timer_late_ms_p95_ring", _p95(ring))
    say("timers", len(wrap_up) + len(ring))


def _part(values: list[int], share: float) -> int:
    """Return the smallest value that at least this share of all does not exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


def _p95(values: list[int]) -> int:
    return _part(values, 0.95)


class Floor:
    """Three agents with scripted phones and the callers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.dynamodb = deploy.client(settings, "dynamodb")
        self.simulator = httpx.Client(base_url=f"{settings.simulator_url}/sim", timeout=30)
        self.call_ids: list[str] = []
        admin = User(settings, "admin1")
        group = {**admin.get(f"/groups/{GROUP}"), "ring_s": RING_S, "wrap_up_s": WRAP_UP_S}
        admin.http.put(f"/groups/{GROUP}", json=group).raise_for_status()
        self.agents = [User(settings, username) for username in AGENTS]
        self.phones("answer")
        for agent in self.agents:
            agent.work()

    def phones(self, result: str) -> None:
        """Say what every phone does when it rings."""
        for username in AGENTS:
            phone = {"pattern": f"client:{username}", "result": result, "answer_after_s": 0.3}
            self.simulator.put("/phones", json=phone).raise_for_status()

    def call(self) -> str:
        """Place a call for the group."""
        order = {"from": "+8613800138000", "to": DEMO_NUMBER, "steps": STEPS, "patience_s": 90}
        self.call_ids.append(self.simulator.post("/calls", json=order).json()["call_sid"])
        return self.call_ids[-1]

    def state(self, call_id: str) -> str:
        """Return the carrier's word on a leg."""
        return self.simulator.get(f"/calls/{call_id}").json()["status"]

    def serve(self) -> None:
        """A call for each agent at once; the next ones come while some wrap up, so both sides wait for the other."""
        for agent in self.agents:
            agent.post("/agent/heartbeat", phone_ready=True)
        calls = [self.call() for _ in AGENTS]
        eventually(lambda: all(self.state(call) == "completed" for call in calls), "the calls are over", 90)

    def let_ring(self) -> None:
        """A call that one agent does not answer; then another one is taken and all are ready again."""
        for agent in self.agents:
            agent.work()
        self.phones("no_answer")
        call = self.call()
        eventually(lambda: "no_answer" in [one["to"] for one in self.events(f"call#{call}")], "it has rung", 60)
        self.phones("answer")
        for agent in self.agents:
            agent.work()
        eventually(lambda: self.state(call) == "completed", "the call is over", 90)

    # --- what is known afterwards

    def events(self, subject: str) -> list[Json]:
        """Return the filed events of a call or an agent, in order of time."""
        answer = self.dynamodb.query(
            TableName=f"{APP}-{STAGE}-events", KeyConditionExpression="subject = :s",
            ExpressionAttributeValues={":s": {"S": subject}}, ConsistentRead=True,
        )  # fmt: skip
        return sorted((plain(item)["data"] for item in answer["Items"]), key=lambda one: int(one["at"]))

    def filed(self) -> bool:
        """Return whether every call's end and every agent's last state are filed."""
        over = all("ended" in [one["to"] for one in self.events(f"call#{id}")] for id in self.call_ids)
        return over and all(self.events(f"agent#{name}")[-1]["to"] in ("ready", "not_ready") for name in AGENTS)

    def dispatch_ms(self) -> list[int]:
        """Return for each leg that was dialled how long ago its call and its agent could have met."""
        orders = self.simulator.get("/calls", params={"state": "ended", "limit": 500}).json()["items"]
        found: list[int] = []
        for name in AGENTS:
            dialled = sorted(one["created_at"] for one in orders if one["to"] == f"client:{name}")
            ready = [int(one["at"]) for one in self.events(f"agent#{name}") if one["to"] == "ready"]
            for made_at, queued_at in sorted(self._offers_to(name)):
                asked_at = next((at for at in dialled if at >= made_at), None)
                free_at = max((at for at in ready if at <= made_at), default=0)
                if asked_at is not None:
                    found.append(asked_at - max(queued_at, free_at))
        return found

    def _offers_to(self, name: str) -> list[tuple[int, int]]:
        """Return (made_at, queued_at) of the offers to an agent."""
        found: list[tuple[int, int]] = []
        for call_id in self.call_ids:
            queued_at = 0
            for one in self.events(f"call#{call_id}"):
                if one["type"] == "call.state" and one["to"] == "queued":
                    queued_at = int(one["at"])
                if one["type"] == "offer.state" and one["to"] == "made" and one["data"]["agent_id"] == name:
                    found.append((int(one["at"]), queued_at))
        return found

    def wrap_up_late_ms(self) -> list[int]:
        """Return how late each wrap-up that ran its time was ended."""
        found: list[int] = []
        for name in AGENTS:
            begun = 0
            for one in self.events(f"agent#{name}"):
                if one["to"] == "wrap_up":
                    begun = int(one["at"])
                elif one["from"] == "wrap_up" and one["cause"] == "wrap_up_over":
                    found.append(int(one["at"]) - begun - WRAP_UP_S * 1000)
        return found

    def ring_late_ms(self) -> list[int]:
        """Return how late each unanswered offer was ended."""
        found: list[int] = []
        for call_id in self.call_ids:
            made: dict[str, int] = {}
            for one in self.events(f"call#{call_id}"):
                if one["type"] == "offer.state" and one["to"] == "made":
                    made[one["data"]["offer_id"]] = int(one["at"])
                elif one["type"] == "offer.state" and one["to"] == "no_answer":
                    found.append(int(one["at"]) - made[one["data"]["offer_id"]] - RING_S * 1000)
        return found
