"""`make call SCENARIO=…`: one thing that a queue does, tried on the running stack; each checks its own outcome.

Every scenario changes the demo group for its own time, calls its direct number, and leaves everything as it was.
"""

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from chalicelib.acd.groups import CACHE_S
from chalicelib.directory.service import CACHE_S as NUMBER_CACHE_S
from infrastructure.local.call import GROUP, Json, Missing, Report, User, record_of, state_of
from infrastructure.local.carrier import DEMO_NUMBER
from infrastructure.local.scenario_prompts import prompts
from infrastructure.local.settings import Settings

DIRECT_NUMBER = "+861055550101"
"""Leads to the group without the demo flow's welcome."""
OTHER_GROUP = "8002"
CALLER = "+8613800138000"
FROM_SHENZHEN = "+8675586270000"
TO_EXTENSION = "+861390013900"
SKILL = "scenario"
CALLBACK_KEY = "8"
ACCOUNT = "12345"
BOSS_PHONE = "client:supervisor1"
CONFLICT = 409


@dataclass
class World:
    """The stack as a scenario sees it: the report, callers and phones, the API as an administrator and as agents."""

    report: Report
    settings: Settings
    simulator: httpx.Client
    admin: User
    stack: ExitStack
    agents: dict[str, User] = field(default_factory=dict[str, User])

    def agent(self, username: str) -> User:
        """Return a user whose browser phone answers by itself."""
        if username not in self.agents:
            self.phone(f"client:{username}", result="answer", answer_after_s=1)
            user = self.stack.enter_context(closing(User(self.settings, username)))
            self.agents[username] = user
            self.stack.callback(self._leave, user)
        return self.agents[username]

    def phone(self, pattern: str, **does: Any) -> None:
        """Say what a phone does when it is called, for the time of the scenario."""
        self.simulator.put("/phones", json={"pattern": pattern, **does}).raise_for_status()
        self.stack.callback(self.simulator.delete, "/phones", params={"pattern": pattern})

    def call(self, number: str = CALLER, *steps: Json, to: str = DIRECT_NUMBER) -> str:
        """Somebody calls; returns the call's id."""
        placed = self.simulator.post("/calls", json={"from": number, "to": to, "steps": list(steps)})
        call_id = placed.raise_for_status().json()["call_sid"]
        self.stack.callback(self.hang_up, call_id)
        return call_id

    def hang_up(self, call_id: str) -> None:
        """The caller hangs up, if he has not."""
        self.simulator.post(f"/calls/{call_id}/hang-up")

    def view(self, call_id: str) -> Json:
        """The call as the API shows it now; nothing while it is not there."""
        answer = self.admin.http.get(f"/calls/{call_id}")
        return answer.json() if answer.is_success else {}

    def hears(self, call_id: str) -> str:
        """What kind of thing the caller hears now."""
        return self.simulator.get(f"/calls/{call_id}").json()["hearing"]["kind"]

    def served_by(self, call_id: str, username: str) -> None:
        """Check that a call comes to an agent."""
        user = self.agent(username)
        self.report.wait(f"{username} talks with the caller", lambda: state_of(user, call_id) == "talking")

    def ends(self, call_id: str, username: str) -> Json:
        """The caller hangs up; the agent finishes his wrap-up. Return the call's record."""
        user = self.agent(username)
        self.hang_up(call_id)
        self.report.wait(f"{username} wraps up", lambda: user.get("/agent")["agent"]["state"] == "wrap_up")
        user.post("/agent/wrap-up/finish")
        return self.report.wait("the call record is there", lambda: record_of(user, call_id))

    def direct_number(self) -> None:
        """See to it that the direct number is there, at the platform and at the carrier."""
        address = f"{self.settings.public_url}/voice"
        webhooks = {"voice_url": f"{address}/inbound", "status_callback": f"{address}/status"}
        self.simulator.put("/numbers", json={"phone_number": DIRECT_NUMBER, **webhooks}).raise_for_status()
        made = {"number": DIRECT_NUMBER, "name": "直线", "carrier": "simulator", "group_id": GROUP}
        answer = self.admin.http.post("/trunk-numbers", json=made)
        if answer.status_code != CONFLICT:
            answer.raise_for_status()

    @contextmanager
    def group(self, **change: Any) -> Generator[None]:
        """Have the group so for the time of the scenario."""
        before = self.admin.get(f"/groups/{GROUP}")
        self._write(before | change)
        written = time.monotonic()
        held = "the change holds in every process"  # each remembers a group for so long
        self.report.wait(held, lambda: time.monotonic() - written > CACHE_S)
        try:
            yield
        finally:
            self._write({**before, "version": self.admin.get(f"/groups/{GROUP}")["version"]})

    def _write(self, group: Json) -> None:
        self.admin.http.put(f"/groups/{GROUP}", json=group).raise_for_status()

    @contextmanager
    def rules(self, rules: list[Json]) -> Generator[None]:
        """Have the direct number decide by these rules."""
        path = f"/trunk-numbers/{quote(DIRECT_NUMBER)}"
        before = self.admin.get(path)
        self.admin.http.put(path, json=before | {"rules": rules}).raise_for_status()
        written = time.monotonic()
        held = "the rules hold in every process"  # each remembers a number for so long
        self.report.wait(held, lambda: time.monotonic() - written > NUMBER_CACHE_S)
        try:
            yield
        finally:
            now = {**before, "version": self.admin.get(path)["version"]}
            self.admin.http.put(path, json=now).raise_for_status()

    @contextmanager
    def listed(self, *numbers: str) -> Generator[None]:
        """Have a number list `scenario`."""
        self.admin.post("/number-lists", list_id=SKILL, name="演示号码表")
        try:
            self.admin.post(f"/number-lists/{SKILL}/numbers", text="\n".join(numbers))
            yield
        finally:
            self.admin.http.delete(f"/number-lists/{SKILL}").raise_for_status()

    @contextmanager
    def extension(self, extension: str, **change: Any) -> Generator[None]:
        """Have an extension so for the time of the scenario."""
        path = f"/extensions/{extension}"
        before = self.admin.get(path)
        self.admin.http.put(path, json=before | change).raise_for_status()
        try:
            yield
        finally:
            now = {**before, "version": self.admin.get(path)["version"]}
            self.admin.http.put(path, json=now).raise_for_status()

    @contextmanager
    def skill(self, **levels: int) -> Generator[None]:
        """Have a skill that these agents have."""
        self.admin.post("/skills", skill_id=SKILL, name="演示技能", levels=levels)
        try:
            yield
        finally:
            self.admin.http.delete(f"/skills/{SKILL}").raise_for_status()

    @contextmanager
    def survey(self) -> Generator[str]:
        """Have a survey of one question; yields its id."""
        prompt = {"texts": {"zh-CN": "满意请按 1,不满意请按 2。", "en": "Content, press 1; not content, 2."}}
        choices = [{"key": "1", "label": "满意", "score": 2}, {"key": "2", "label": "不满意", "score": 1}]
        question = {"question_id": "q1", "name": "满意度", "prompt": prompt, "choices": choices, "low": 1}
        made = self.admin.post("/surveys", name="演示调查", questions=[question])
        path = f"/surveys/{made['survey_id']}"
        try:
            yield made["survey_id"]
        finally:
            self.admin.http.delete(path, params={"version": made["version"]}).raise_for_status()

    @contextmanager
    def flow(self, document: Json) -> Generator[str]:
        """Have a published flow; yields its id."""
        made = self.admin.post("/flows", name=document["name"], draft=document)
        self.admin.post(f"/flows/{made['flow_id']}/publish")
        try:
            yield made["flow_id"]
        finally:
            path = f"/flows/{made['flow_id']}"
            self.admin.http.delete(path, params={"version": self.admin.get(path)["version"]}).raise_for_status()

    def _leave(self, user: User) -> None:
        if user.get("/agent")["agent"]["state"] == "wrap_up":
            user.post("/agent/wrap-up/finish")
        user.post("/agent/sign-out")


def timeout(world: World) -> None:
    """Nobody is there; after the longest wait the caller goes to another group, where somebody is."""
    world.agent("agent5").work(OTHER_GROUP)
    with world.group(max_wait_s=3, timeout_route={"kind": "group", "id": OTHER_GROUP}):
        call_id = world.call()
        world.served_by(call_id, "agent5")
        world.report.check("he had waited in the first group", _happened(world, call_id, "call.timed_out") == 1)
        record = world.ends(call_id, "agent5")
    world.report.check("the record names the second group", record["group_id"] == OTHER_GROUP, record["group_id"])


def overflow(world: World) -> None:
    """The queue is full: the caller goes to another group at once."""
    world.agent("agent5").work(OTHER_GROUP)
    with world.group(max_waiting=0, overflow_route={"kind": "group", "id": OTHER_GROUP}):
        call_id = world.call()
        world.served_by(call_id, "agent5")
        routed = [event for event in _events(world, call_id) if event["type"] == "call.routed"]
        world.report.check("because the queue was full", [one["cause"] for one in routed] == ["overflow"])
        world.ends(call_id, "agent5")


def memory(world: World) -> None:
    """Who calls again comes to the agent who served him last, though another is idle longer."""
    with world.group(memory="last_agent", memory_s=20):
        world.agent("agent1").work()
        first = world.call()
        world.served_by(first, "agent1")
        world.agent("agent2").work()
        world.ends(first, "agent1")
        again = world.call()
        world.served_by(again, "agent1")
        record = world.ends(again, "agent1")
    world.report.check("agent2 was never rung", record["agent_ids"] == ["agent1"], record["agent_ids"])


def skills(world: World) -> None:
    """A call that requires a skill goes to who has it; with nobody there, after a while to anybody."""
    when = [{"field": "dialled", "op": "equals", "value": DIRECT_NUMBER}]
    rule = {"skill": SKILL, "when": when, "steps": [{"level": 5, "for_s": 4}]}
    with world.skill(agent2=6), world.group(skill_rules=[rule]):
        for name in ("agent1", "agent2"):
            world.agent(name).work()
        able = world.call()
        world.served_by(able, "agent2")
        other = world.call("+8613800138001")
        world.served_by(other, "agent1")
        relaxed = _happened(world, other, "call.relaxed")
        world.report.check("after the requirement was relaxed", relaxed == 1, relaxed)
        for call_id, name in ((other, "agent1"), (able, "agent2")):
            world.ends(call_id, name)


def area(world: World) -> None:
    """Callers from one area go to the agents for it, others to whoever is idle longest."""
    when = [{"field": "area", "op": "contains", "value": "深圳"}]
    with world.skill(agent2=1), world.group(skill_rules=[{"skill": SKILL, "when": when, "steps": [{"level": 1}]}]):
        for name in ("agent1", "agent2"):
            world.agent(name).work()
        local = world.call(FROM_SHENZHEN)
        world.served_by(local, "agent2")
        other = world.call()
        world.served_by(other, "agent1")
        for call_id, name in ((local, "agent2"), (other, "agent1")):
            world.ends(call_id, name)


def routing(world: World) -> None:
    """A number's rules send a caller on a list to another group, one from Guangdong to voicemail, one to an extension.

    The extension is busy, and everybody else comes to a group to which nobody is signed in. A dry run says so before.
    """
    busy = _extension_of(world, "agent5")
    voicemail = {"kind": "voicemail", "id": GROUP}
    rules = [
        _rule("caller", "matches", f"{TO_EXTENSION}?", {"kind": "extension", "id": busy}),
        _rule("list.scenario", "is_set", "", {"kind": "group", "id": OTHER_GROUP}),
        _rule("place", "within", "CN/guangdong", voicemail),
    ]
    emptied = world.group(empty_route={"kind": "voicemail", "id": OTHER_GROUP})
    with world.listed(CALLER), world.extension(busy, busy={"kind": "voicemail"}), world.rules(rules), emptied:
        world.agent("agent5").work(OTHER_GROUP)
        world.report.check("a dry run says the list decides", _tried(world, CALLER) == f"group {OTHER_GROUP}")
        listed = world.call()
        world.served_by(listed, "agent5")
        for caller, box in (
            (f"{TO_EXTENSION}0", f"extension:{busy}"),
            (FROM_SHENZHEN, f"group:{GROUP}"),
            ("+14155552671", f"group:{OTHER_GROUP}"),
        ):
            world.report.check(f"a dry run says where {caller} goes", _tried(world, caller) == f"voicemail {box}")
            call_id = world.call(caller)
            world.report.wait(f"{caller} comes to {box}", lambda call_id=call_id, box=box: _box(world, call_id) == box)
        world.ends(listed, "agent5")


def _rule(field: str, op: str, value: str, route: Json) -> Json:
    return {"name": field, "hours": "any", "when": [{"field": field, "op": op, "value": value}], "route": route}


def _tried(world: World, caller: str) -> str:
    final = world.admin.post("/routing/dry-run", number=DIRECT_NUMBER, caller=caller)["final"]
    return f"{final['kind']} {final['id']}"


def _box(world: World, call_id: str) -> str:
    return world.view(call_id).get("variables", {}).get("voicemail_box", "")


def _extension_of(world: World, username: str) -> str:
    held = world.admin.get("/extensions")["items"]
    return next(one["extension"] for one in held if one["username"] == username)


def callback(world: World) -> None:
    """A waiting caller asks to be called back; in his turn an agent is rung, then he is."""
    world.phone(CALLER, result="answer", answer_after_s=1)
    with world.group(callback_key=CALLBACK_KEY):
        call_id = world.call(CALLER, {"wait_until": "listening"}, {"press": CALLBACK_KEY})
        world.report.wait("the caller is off the line", lambda: world.view(call_id).get("state") == "ended")
        called_back = f"callback-{call_id}"
        world.report.wait("he waits all the same", lambda: world.view(called_back).get("state") == "queued")
        agent = world.agent("agent1")
        agent.work()
        world.served_by(called_back, "agent1")
        legs = world.view(called_back)["legs"]
        customer = next(leg for leg in legs if leg["role"] == "customer")
        world.report.check("his own phone was called", customer["address"] == CALLER, customer["address"])
        agent.post(f"/calls/{called_back}/hangup")
        record = world.report.wait("the call record is there", lambda: record_of(agent, called_back))
    world.report.check("it is a call out", record["direction"] == "outbound", record["direction"])
    world.report.check("it was answered", record["answered_at"] is not None)


def voicemail(world: World) -> None:
    """A caller leaves a message; it is listed, can be heard, and is handled."""
    before = {one["voicemail_id"] for one in _messages(world)}
    steps = ({"wait_until": "listening"}, {"press": "9"}, {"wait_until": "recording"}, {"wait_s": 2}, {"press": "#"})
    world.call(CALLER, *steps, to=DEMO_NUMBER)
    found = world.report.wait(
        "the message is listed", lambda: [one for one in _messages(world) if one["voicemail_id"] not in before]
    )[0]
    world.report.check(
        "it is for the group that the caller chose", found["box"] == f"group:{OTHER_GROUP}", found["box"]
    )
    path = f"/voicemails/{found['voicemail_id']}"
    world.report.wait("its audio is there", lambda: _message(world, found["voicemail_id"])["audio"] == "stored")
    audio = httpx.get(world.admin.post(f"{path}/listen")["url"], timeout=30)
    world.report.check("it can be heard", audio.is_success, f"{len(audio.content)} bytes")
    handled = world.admin.post(f"{path}/handle", note="make call")
    world.report.check("it is handled", handled["state"] == "handled", handled["state"])


def survey(world: World) -> None:
    """After the conversation the caller judges it by key, while the agent already wraps up."""
    with world.survey() as survey_id, world.group(survey_id=survey_id, survey_asked="every"):
        agent = world.agent("agent1")
        agent.work()
        call_id = world.call(CALLER, {"wait_until": "connected"}, {"wait_until": "listening"}, {"press": "2"})
        world.served_by(call_id, "agent1")
        world.report.wait("both are in the conversation", lambda: world.hears(call_id) == "conversation")
        agent.post(f"/calls/{call_id}/hangup")
        world.report.wait("agent1 wraps up", lambda: agent.get("/agent")["agent"]["state"] == "wrap_up")
        found = world.report.wait("the result is filed", lambda: _results(world, call_id))[0]
        marks = [(answer["key"], answer["low"]) for answer in found["answers"]]
        world.report.check("it is what he pressed", marks == [("2", True)], marks)
        world.report.check("it is about agent1", found["agent_id"] == "agent1", found["agent_id"])
        world.report.check("the call is over", world.view(call_id)["state"] == "ended")


def _results(world: World, call_id: str) -> list[Json]:
    return [one for one in world.admin.get("/survey-results")["items"] if one["call_id"] == call_id]


def in_queue_flow(world: World) -> None:
    """A flow asks a waiting caller for his account; he keeps his place, and the agent has what he keyed in."""
    with world.flow(_asks_for_account()) as flow_id, world.group(queue_flow_id=flow_id):
        steps = ({"wait_until": "listening"}, {"press": f"{ACCOUNT}#"})
        call_id = world.call(CALLER, *steps)
        queued = world.report.wait("he waits", lambda: world.view(call_id).get("queued_at"))
        world.report.wait("he keyed in his account", lambda: world.view(call_id)["variables"].get("account") == ACCOUNT)
        world.report.check("he has waited since he came", world.view(call_id)["queued_at"] == queued)
        world.agent("agent1").work()
        world.served_by(call_id, "agent1")
        kept = world.agent("agent1").get("/agent")["call"]["variables"]
        world.report.check("the agent sees the account", kept.get("account") == ACCOUNT, kept.get("account"))
        world.ends(call_id, "agent1")


def _asks_for_account() -> Json:
    """Return a flow that asks for an account number and then has the caller wait on."""
    prompt = {"texts": {"zh-CN": "请输入您的账号,按井号键结束。", "en": "Enter your account number, then hash."}}
    collect = {
        "kind": "collect", "variable": "account", "prompts": [prompt], "max_attempts": 1,
        "edges": {"next": "wait", "exhausted": "wait"},
    }  # fmt: skip
    nodes = {"ask": collect, "wait": {"kind": "queue", "group_id": GROUP}}
    return {"name": "排队中询问账号", "start": "ask", "nodes": nodes}


def barge(world: World) -> None:
    """A supervisor listens, whispers, barges in and stops; nobody hears him who should not, and no leg stays behind."""
    world.agent("agent1").work()
    call_id = world.call()
    world.served_by(call_id, "agent1")
    boss = world.agent("supervisor1")
    live = _Live(world, call_id)
    live.supervised("listen")
    live.check("he listens: both talk with each other alone", caller=False, agent=False)
    told = world.agent("agent1").get("/agent")["call"]["watchers"]
    world.report.check("the agent sees who listens", told == [{"by": "supervisor1", "mode": "listen"}], told)
    live.supervised("whisper")
    live.check("he whispers: the agent alone hears him", caller=False, agent=True)
    live.supervised("barge")
    live.check("he barges in: both hear him", caller=True, agent=True)
    live.supervised("listen")
    live.check("he listens again: nobody hears him", caller=False, agent=False)
    world.report.check("all that with one leg", len(live.legs()) == 1, len(live.legs()))
    boss.http.delete("/supervision/session").raise_for_status()
    world.report.wait("his leg is over", lambda: not live.in_progress())
    world.report.check("the call goes on", world.view(call_id)["state"] == "talking", world.view(call_id)["state"])
    live.supervised("barge")
    world.agent("agent1").post(f"/calls/{call_id}/hangup")
    world.report.wait("his leg ends when the agent hangs up", lambda: not live.in_progress())
    world.report.wait("and the call with it", lambda: world.view(call_id).get("ended_at"))
    world.report.wait("his session is over", lambda: boss.get("/agent")["agent"]["supervising"] is None)
    world.ends(call_id, "agent1")


@dataclass
class _Live:
    """A call that is supervised, as the carrier mixes it."""

    world: World
    call_id: str

    def supervised(self, mode: str) -> None:
        """Have the supervisor do that, and wait until the carrier has done it."""
        boss = self.world.agent("supervisor1")
        boss.http.put("/supervision/session", json={"call_id": self.call_id, "mode": mode}).raise_for_status()

        def done() -> bool:
            session = boss.get("/agent")["agent"]["supervising"]
            return session["state"] == "joined" and session["mode"] == mode and not session["pending"]

        self.world.report.wait(f"{mode}: the carrier has done it", done)

    def legs(self) -> list[Json]:
        """The supervisor's legs at the carrier."""
        found = self.world.simulator.get("/calls").json()["items"]
        return [one for one in found if one["to"] == BOSS_PHONE and one["created_at"] >= self._begun()]

    def in_progress(self) -> list[Json]:
        """Those that are not over."""
        return [one for one in self.legs() if one["ended_at"] is None]

    def _begun(self) -> int:
        return self.world.simulator.get(f"/calls/{self.call_id}").json()["created_at"]

    def check(self, what: str, *, caller: bool, agent: bool) -> None:
        """Wait until exactly those hear the supervisor; caller and agent hear each other all the time."""
        heard_by_caller = {"client:agent1", *([BOSS_PHONE] if caller else [])}
        heard_by_agent = {CALLER, *([BOSS_PHONE] if agent else [])}
        self.world.report.wait(what, lambda: self._audible() == (heard_by_caller, heard_by_agent))

    def _audible(self) -> tuple[set[str], set[str]]:
        """Whom caller and agent hear."""
        legs = {one["call_sid"]: one["hearing"] for one in self.world.simulator.get("/calls").json()["items"]}
        view = self.world.view(self.call_id)
        agent_sid = next(leg["sid"] for leg in view["legs"] if leg["agent_id"] == "agent1")
        return set(legs[self.call_id].get("audible", [])), set(legs[agent_sid].get("audible", []))


def pause(world: World) -> None:
    """Card data is read out: the recording is silent meanwhile, its offsets stay true, and it goes on afterwards."""
    agent = world.agent("agent1")
    agent.work()
    call_id = world.call()
    world.served_by(call_id, "agent1")
    world.report.wait("it is recorded", lambda: _recordings(world, call_id) == ["in-progress"])
    shown = agent.post(f"/calls/{call_id}/recording/pause")["recording"]
    world.report.check("the agent sees the pause", shown["state"] == "paused", shown)
    world.report.check("nothing is recorded", _recordings(world, call_id) == ["paused"], _recordings(world, call_id))
    agent.post(f"/calls/{call_id}/recording/resume")
    world.report.check("it is recorded again", _recordings(world, call_id) == ["in-progress"])

    def told() -> list[str]:
        return [one["to"] for one in _events(world, call_id) if one["type"] == "call.recording"]

    world.report.wait("both are in the call's events", lambda: told() == ["paused", "on"])
    record = world.ends(call_id, "agent1")
    world.report.check("the record names one recording", len(record["recording_ids"]) == 1, record["recording_ids"])


def _recordings(world: World, call_id: str) -> list[str]:
    """Return the states of a call's recordings at the carrier."""
    found: dict[str, str] = {}
    for entry in world.simulator.get(f"/calls/{call_id}").json()["timeline"]:
        if entry["what"] == "recording":
            found[entry["detail"]["sid"]] = entry["detail"]["status"]
    return list(found.values())


SCENARIOS: dict[str, Callable[[World], None]] = {
    "timeout": timeout,
    "overflow": overflow,
    "memory": memory,
    "area": area,
    "skills": skills,
    "routing": routing,
    "callback": callback,
    "voicemail": voicemail,
    "in-queue-flow": in_queue_flow,
    "survey": survey,
    "barge": barge,
    "pause": pause,
    "prompts": prompts,
}


def run(settings: Settings, name: str) -> int:
    """Run a scenario on a stack and return the exit status: 0 when every check passed."""
    report = Report()
    with ExitStack() as stack:
        simulator = stack.enter_context(httpx.Client(base_url=f"{settings.simulator_url}/sim", timeout=30))
        admin = stack.enter_context(closing(User(settings, "admin1")))
        world = World(report, settings, simulator, admin, stack)
        world.direct_number()
        try:
            SCENARIOS[name](world)
        except Missing:
            return report.close()
    return report.close()


def _events(world: World, call_id: str) -> list[Json]:
    return world.admin.get(f"/calls/{call_id}/events")["items"]


def _happened(world: World, call_id: str, kind: str) -> int:
    """Return how often an event of a call is recorded; it is filed a moment after it happened."""
    world.report.wait(f"{kind} is recorded", lambda: any(one["type"] == kind for one in _events(world, call_id)))
    return sum(one["type"] == kind for one in _events(world, call_id))


def _messages(world: World) -> list[Json]:
    return world.admin.get("/voicemails")["items"]


def _message(world: World, voicemail_id: str) -> Json:
    return next(one for one in _messages(world) if one["voicemail_id"] == voicemail_id)
