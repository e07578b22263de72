"""Random callers, agents and platform: whatever happens in whatever order, every call ends once and leaves nothing."""

import asyncio
import random
from collections import Counter

import pytest

from infrastructure.voice.engine import moderation
from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.conference import Conference
from infrastructure.voice.engine.source import Source
from infrastructure.voice.engine.subscription import FINAL
from infrastructure.voice.hooks.faults import Fault
from infrastructure.voice.hooks.transport import HookReply
from infrastructure.voice.legs.scripted import ScriptedLeg
from infrastructure.voice.legs.scripts import Step
from tests.unit.voice.world import World

EVENTS = 'statusCallback="/conf" statusCallbackEvent="start end join leave"'
ROOM = f'<Dial action="/after"><Conference {EVENTS}>{{}}</Conference></Dial>'
RECORD = '<Start><Recording channels="dual"/></Start>'
DOCUMENTS = {
    "/queue": '<Enqueue waitUrl="/wait" action="/after">q</Enqueue>',
    "/wait": '<Gather numDigits="1" timeout="3" action="/key"><Say>wait</Say></Gather>',
    "/key": "<Leave/>",
    "/room1": ROOM.format("r1"),
    "/room2": ROOM.format("r2"),
    "/number": '<Dial timeout="9" action="/after" record="record-from-answer"><Number>+8613900000002</Number></Dial>',
    "/both": "<Dial><Client>a</Client><Number url='/screen'>+8613900000002</Number></Dial>",
    "/screen": "<Say>press one</Say>",
    "/record": '<Record maxLength="20" action="/after"/>',
    "/take": "<Dial timeout='8'><Queue>q</Queue></Dial>",
    "/menu": RECORD + '<Gather numDigits="1" action="/queue"><Say>menu</Say></Gather>',
    "/broken": "<Nonsense/>",
    "/after": "<Say>thank you</Say>",
    "/bye": "<Hangup/>",
}
RESULTS = ("answer", "answer", "busy", "no_answer", "reject", "machine", "failed", "unreachable")


class Chaos:
    """Does one random thing after another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.world = World()
        self.calls: list[Call] = []
        for path, content in DOCUMENTS.items():
            self.world.document(path, content)
        self.world.document("/voice", lambda _: self._any_document())
        self.world.document("/out", HookReply(200))

    def _any_document(self) -> str:
        return f"<Response>{DOCUMENTS[self.random.choice(list(DOCUMENTS))]}</Response>"

    def step(self) -> None:
        actions = (
            self.arrive,
            self.arrive,
            self.dial,
            self.redirect,
            self.end,
            self.hang_up,
            self.press,
            self.hold,
            self.kick,
        )
        self.random.choice(actions)()

    def arrive(self) -> None:
        steps = [Step(wait_s=self.random.uniform(0, 40)), Step(press=self.random.choice("19#*")), Step(wait_s=30)]
        self.calls.append(self.world.call(*steps, Step(hang_up=True)))

    def dial(self) -> None:
        self.world.phone("client:a", result=self.random.choice(RESULTS), answer_after_s=self.random.choice((0, 2, 9)))
        self.world.phone("+8613900000002", result=self.random.choice(RESULTS), talk_s=self.random.choice((None, 5)))
        url = f"http://app.test{self.random.choice(list(DOCUMENTS))}"
        self.calls.append(self.world.dial("client:a", url=url, timeout_s=10, time_limit_s=90))

    def _any(self) -> Call | None:
        active = self.world.exchange.active_calls()
        return self.random.choice(active) if active else None

    def redirect(self) -> None:
        call = self._any()
        if call is not None and call.in_progress:
            call.redirect(Source(f"http://app.test{self.random.choice(list(DOCUMENTS))}"))

    def end(self) -> None:
        call = self._any()
        if call is not None:
            call.end("api")

    def hang_up(self) -> None:
        call = self._any()
        if call is not None and isinstance(call.leg, ScriptedLeg):
            call.leg.end()

    def press(self) -> None:
        call = self._any()
        if call is not None and isinstance(call.leg, ScriptedLeg):
            call.leg.press(self.random.choice("0123456789*#"))

    def _conference(self) -> Conference | None:
        running = [c for c in self.world.exchange.conferences.values() if c.participants]
        return self.random.choice(running) if running else None

    def hold(self) -> None:
        conference = self._conference()
        if conference is not None:
            who = self.random.choice(list(conference.participants.values()))
            moderation.hold(conference, who, self.random.random() < 0.6, "http://app.test/after", "POST")

    def kick(self) -> None:
        conference = self._conference()
        if conference is not None and self.random.random() < 0.3:
            conference.end()
        elif conference is not None:
            conference.kick(self.random.choice(list(conference.participants.values())))


@pytest.mark.parametrize("seed", range(16))
async def test_every_call_ends_once_and_leaves_nothing(seed: int) -> None:
    chaos = Chaos(seed)
    world = chaos.world
    world.exchange.faults.add(Fault(kind="delay", on="document", delay_s=3, times=5, url_contains="/after"))
    for _ in range(60):
        chaos.step()
        await world.run(chaos.random.choice((0, 0, 0.01, 0.5, 4)))
    await world.run(300)
    while stuck := world.exchange.active_calls():
        stuck[0].end("api")
        await world.run(30)
    assert all(call.status in FINAL and call.over.is_set() for call in world.exchange.calls.values())
    finals = Counter(f["CallSid"] for f in world.platform.to("/out") if f["CallStatus"] in FINAL)
    assert finals == {call.sid: 1 for call in chaos.calls if call.terms.direction == "outbound-api"}
    inbound = Counter(f["CallSid"] for f in world.platform.to("/status"))
    assert inbound == {call.sid: 1 for call in chaos.calls if call.terms.direction == "inbound"}
    assert not any(queue.members for queue in world.exchange.queues.values())
    assert all(c.status == "completed" or c.sequence == 0 for c in world.exchange.conferences.values())
    assert all(r.facts.status in ("completed", "absent") for r in world.exchange.recordings.values())
    assert [e.data for e in world.exchange.events.after(0, 5000) if e.kind == "error" and e.data["code"] == 0] == []
    assert world.exchange.webhooks.pending() == 0
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
