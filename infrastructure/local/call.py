"""`make call`: one scripted call through the public interfaces of the running stack, from webhook to recording.

Agents 1 and 2 answer with scripted phones; the caller presses 1, is answered, held, retrieved, transferred to agent 2
and hangs up; then agent 5 dials out on his desk phone. Prints the time line and the record; ends with
`N passed, N failed`. `make call SCENARIO=…` tries one thing that a queue does instead, see scenarios.
"""

import io
import sys
import time
import wave
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx

from infrastructure.local import settings as stack
from infrastructure.local.carrier import DEMO_NUMBER, PHONES_REALM
from infrastructure.local.settings import DEMO_PASSWORD, Settings

CALLER = "+8613800138000"
GROUP = "8001"
DESK_GROUP = "8002"
DESK_PHONE = f"sip:1005@{PHONES_REALM}"
DIALLED = "13900139000"
PATIENCE_S = 60.0
PAUSE_S = 0.25

Json = dict[str, Any]


class Missing(Exception):
    """What the call waited for did not come."""


class User:
    """A signed-in user of the API."""

    def __init__(self, settings: Settings, username: str) -> None:
        self.username = username
        self.http = httpx.Client(base_url=f"{settings.public_url}/api", timeout=30)
        signed_in = self.http.post("/session", json={"username": username, "password": DEMO_PASSWORD}).json()
        self.http.headers["Authorization"] = f"Bearer {signed_in['access_token']}"

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def get(self, path: str) -> Json:
        """Read; raises on an error answer."""
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Json:
        """Act; raises on an error answer, with its problem."""
        answer = self.http.post(path, json=body)
        if answer.is_error:
            raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    def work(self, group: str = GROUP, phone: Json | None = None) -> None:
        """Sign in to a group (with a browser phone unless told otherwise) and become ready, whatever he was before."""
        if self.get("/agent")["agent"]["state"] == "wrap_up":
            self.post("/agent/wrap-up/finish")
        self.post("/agent/sign-in", groups=[group], phone=phone or {"kind": "browser"})
        self.post("/agent/ready")
        self.post("/agent/heartbeat", phone_ready=True)


class Report:
    """Counts checks and prints each."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, what: str, ok: bool, detail: object = "") -> None:
        """Print and count one check."""
        self.passed, self.failed = self.passed + ok, self.failed + (not ok)
        print(f"{'ok  ' if ok else 'FAIL'} {what}{f' ({detail})' if detail != '' else ''}", flush=True)

    def wait(self, what: str, look: Callable[[], Any]) -> Any:
        """Look until something is there; a check that fails when it does not come."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_S:
            if found := look():
                self.check(what, True, f"{time.monotonic() - begun:.2f} s")
                return found
            time.sleep(PAUSE_S)
        self.check(what, False, f"not within {PATIENCE_S:.0f} s")
        raise Missing(what)

    def close(self) -> int:
        """Print the closing line and return the exit status."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def run(settings: Settings) -> int:
    """Run the call on a stack and return the exit status: 0 when every check passed."""
    with (
        httpx.Client(base_url=f"{settings.simulator_url}/sim", timeout=30) as simulator,
        closing(User(settings, "agent1")) as agent,
        closing(User(settings, "agent2")) as colleague,
        closing(User(settings, "agent5")) as dialler,
    ):
        return _run(Report(), simulator, agent, colleague, dialler)


def _run(report: Report, simulator: httpx.Client, agent: User, colleague: User, dialler: User) -> int:
    for user in (agent, colleague):
        phone = {"pattern": f"client:{user.username}", "result": "answer", "answer_after_s": 1}
        simulator.put("/phones", json=phone).raise_for_status()
    try:
        _whole_call(report, simulator, agent, colleague)
        desk_call(report, simulator, dialler)
    except Missing:
        return report.close()
    finally:
        for user in (agent, colleague, dialler):
            user.post("/agent/sign-out")
    return report.close()


def _whole_call(report: Report, simulator: httpx.Client, agent: User, colleague: User) -> None:
    agent.work()
    report.check("agent1 is ready", agent.get("/agent")["agent"]["state"] == "ready")
    steps = [{"wait_until": "listening"}, {"press": "1"}, {"wait_until": "connected"}]
    placed = simulator.post("/calls", json={"from": CALLER, "to": DEMO_NUMBER, "steps": steps}).json()
    call_id = placed["call_sid"]
    served(report, agent, call_id)
    held(report, agent, simulator, call_id)
    transferred(report, agent, colleague, simulator, call_id)
    simulator.post(f"/calls/{call_id}/hang-up").raise_for_status()
    finished(report, agent, colleague, call_id)
    recorded(report, colleague, call_id)
    show(agent, colleague, simulator, call_id)


def state_of(user: User, call_id: str) -> str:
    """Return the state of the call as its agent sees it."""
    call = user.get("/agent")["call"]
    return call["state"] if call and call["call_id"] == call_id else ""


def served(report: Report, agent: User, call_id: str) -> None:
    """The caller is brought to agent 1."""
    report.wait("the call is offered to agent1", lambda: state_of(agent, call_id) in ("connecting", "talking"))
    report.wait("agent1 talks with the caller", lambda: state_of(agent, call_id) == "talking")
    pop = agent.get(f"/screen-pop?number={CALLER.replace('+', '%2B')}&call_id={call_id}")
    path = [word for step in pop["call"]["ivr_path"] for word in (step["label"], step["digits"]) if word]
    report.check("the screen pop knows the call", pop["call"]["group_id"] == GROUP, " → ".join(path))


def held(report: Report, agent: User, simulator: httpx.Client, call_id: str) -> None:
    """Hold with music, then back."""

    def hearing() -> str:
        return simulator.get(f"/calls/{call_id}").json()["hearing"]["kind"]

    report.wait("both are in the conversation", lambda: hearing() == "conversation")
    agent.post(f"/calls/{call_id}/hold")
    report.wait("the caller is on hold", lambda: hearing() != "conversation")
    agent.post(f"/calls/{call_id}/retrieve")
    report.wait("the caller is back", lambda: hearing() == "conversation")


def transferred(report: Report, agent: User, colleague: User, simulator: httpx.Client, call_id: str) -> None:
    """Blind transfer to agent 2."""
    colleague.work()
    agent.post(f"/calls/{call_id}/transfer", target={"kind": "agent", "id": colleague.username})
    report.wait("agent1 wraps up", lambda: agent.get("/agent")["agent"]["state"] == "wrap_up")
    report.wait("agent2 talks with the caller", lambda: state_of(colleague, call_id) == "talking")

    def hears_colleague_alone() -> bool:
        hearing = simulator.get(f"/calls/{call_id}").json()["hearing"]
        return hearing.get("with") == [f"client:{colleague.username}"]

    report.wait("the caller hears agent2 alone", hears_colleague_alone)


def finished(report: Report, agent: User, colleague: User, call_id: str) -> None:
    """The caller has hung up: wrap-up, disposition, the record."""
    report.wait("agent2 wraps up", lambda: colleague.get("/agent")["agent"]["state"] == "wrap_up")
    colleague.post(f"/calls/{call_id}/disposition", code="resolved", note="make call")
    for user in (agent, colleague):
        user.post("/agent/wrap-up/finish")
    record = report.wait("the call record is there", lambda: record_of(colleague, call_id))
    report.check("the record names both agents", record["agent_ids"] == ["agent1", "agent2"], record["agent_ids"])
    report.check("the record says how it ended", record["cause"] == "customer_hang_up", record["cause"])
    events = colleague.get(f"/calls/{call_id}/events")["items"]
    ends = [event for event in events if event["type"] == "call.state" and event["to"] == "ended"]
    report.check("the call ended once", len(ends) == 1, len(ends))


def desk_call(report: Report, simulator: httpx.Client, dialler: User) -> None:
    """Agent 5 dials an outside number on his desk phone; nobody has to be rung for him."""
    dialler.work(DESK_GROUP, {"kind": "sip", "address": DESK_PHONE})
    steps = [{"wait_until": "connected"}, {"wait_s": 1}, {"hang_up": True}]
    placed = (
        simulator.post("/calls", json={"from": DESK_PHONE, "to": DIALLED, "steps": steps}).raise_for_status().json()
    )
    call_id = placed["call_sid"]
    report.wait(
        "agent5 is in the call that he dialled", lambda: state_of(dialler, call_id) in ("connecting", "talking")
    )
    report.wait("agent5 wraps up", lambda: dialler.get("/agent")["agent"]["state"] == "wrap_up")
    record = report.wait("the record of the dialled call is there", lambda: record_of(dialler, call_id))
    told = (record["direction"], record["customer_number"], record["agent_ids"])
    report.check("it is agent5's call out", told == ("outbound", f"+86{DIALLED}", ["agent5"]), told)
    report.check("it was answered and recorded", bool(record["answered_at"] and record["recording_ids"]))
    dialler.post("/agent/wrap-up/finish")


def record_of(user: User, call_id: str) -> Json | None:
    """Return the call's record once it is filed."""
    return next((one for one in user.get("/calls")["items"] if one["call_id"] == call_id), None)


def recorded(report: Report, user: User, call_id: str) -> None:
    """The recording is in S3 and plays, with a channel for each side."""

    def stored() -> Json | None:
        items = user.get("/recordings")["items"]
        return next((one for one in items if one["call_id"] == call_id and one["state"] == "stored"), None)

    recording = report.wait("the recording is stored", stored)
    url = user.get(f"/recordings/{recording['recording_id']}/url")["url"]
    audio = httpx.get(url, timeout=30)
    report.check("the recording can be fetched", audio.status_code == 200, f"{len(audio.content)} bytes")
    with wave.open(io.BytesIO(audio.content)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        report.check("it has two channels", sound.getnchannels() == 2)
        report.check("it is as long as the row says", abs(seconds - recording["duration_s"]) <= 1, f"{seconds:.1f} s")
    agents = [segment["agent_id"] for segment in recording["segments"]]
    report.check("it has a segment for each agent", agents == ["agent1", "agent2"], agents)


def show(agent: User, colleague: User, simulator: httpx.Client, call_id: str) -> None:
    """Print the time line: what the carrier saw and what the platform recorded, in ms since the call was placed."""
    timeline = simulator.get(f"/calls/{call_id}").json()["timeline"]
    origin = timeline[0]["at"]
    lines = [(entry["at"], "carrier", entry["what"], _told(entry["detail"])) for entry in timeline]
    for event in colleague.get(f"/calls/{call_id}/events")["items"]:
        who = event["who"] or event["data"].get("agent_id") or ""
        lines.append(
            (event["at"], "platform", event["type"], f"{event['from']} → {event['to']} {event['cause']} {who}")
        )
    for at, where, what, told in sorted(lines, key=lambda line: line[0]):
        print(f"{at - origin:>8} ms  {where:<8}  {what:<14} {told}")
    print("record:", record_of(agent, call_id))


def _told(detail: Json) -> str:
    known = {
        name: value for name, value in detail.items() if name in ("url", "text", "kind", "result", "status", "digit")
    }
    return " ".join(f"{name}={value}" for name, value in known.items())[:110]


def main() -> int:
    """Run the whole call, or the scenario that the command line names."""
    from infrastructure.local import scenarios  # they are made of what is here

    if len(sys.argv) < 2:
        return run(stack.load())
    if sys.argv[1] not in scenarios.SCENARIOS:
        print(f"no such scenario: {sys.argv[1]}; there are {' '.join(scenarios.SCENARIOS)}", file=sys.stderr)
        return 2
    return scenarios.run(stack.load(), sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
