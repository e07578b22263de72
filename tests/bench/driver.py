"""The application with its queues and streams in this process, on a clock that jumps: no time passes in between."""

import contextlib
import heapq
import io
import itertools
from dataclasses import dataclass, field
from typing import Any

import msgspec
import yaml

from infrastructure.supervision import PROJECT
from tests.bench.gateway import CARRIERS, CONTEXT, request, webhook
from tests.bench.meter import Meter

CUSTOMER = "CA" + "1" * 32
AGENT = "agent1"
AGENT_CONNECTION = "agent"
QUEUES = {
    "dispatch": "on_dispatch",
    "dial": "on_dial",
    "timers": "on_timer",
    "events": "on_filing",
    "recordings": "on_recording",
    "realtime": "on_realtime",
}
RUN_MS = 10
"""How long a function runs, for the clock: nothing happens in no time, and what is coalesced depends on it."""
BATCH = 10
DEDUPLICATION_MS = 300_000
Json = dict[str, Any]
Delayed = tuple[int, int, str, str]
"""A message: when it is due (ms), its number, queue and body."""


@dataclass
class Invocation:
    """One run of a function.

    kind: webhook, api or trigger. requests: what it asked of whom, by name. read, write: capacity units.
    """

    function: str
    kind: str
    memory_mb: int
    requests: list[str] = field(default_factory=list[str])
    log_bytes: int = 0
    read: float = 0.0
    write: float = 0.0


class Clock:
    """Stands in the place of the module `time` in the product's clock."""

    def __init__(self) -> None:
        self.ms = 1_800_000_000_000

    def time_ns(self) -> int:
        """Return the present."""
        return self.ms * 1_000_000


class Centre:
    """The application, its queues, streams and carrier."""

    def __init__(self, app: Any, clock: Clock) -> None:
        self.app, self.clock, self.meter = app, clock, Meter()
        rows = yaml.safe_load((PROJECT / "infrastructure/packaging/functions.yaml").read_text())
        self.memory = {name: row["memory"] for name, row in rows.items()}
        self.windows = {name: row.get("events", {}).get("window", 0) for name, row in rows.items()}
        self.invocations: list[Invocation] = []
        self.messages: list[Delayed] = []
        self.numbers = itertools.count()
        self.sent: dict[str, int] = {}
        self.asked: list[Json] = []
        self.streams = Streams()

    # --- what the product sends

    def instead(self, client: Any, operation: str, params: Json) -> Any:
        """Keep messages, answer for the parameter store and the sockets."""
        service = client.meta.service_model.service_name
        if service == "sqs":
            for entry in filter(self._is_new, params.get("Entries", [params])):
                name = params["QueueUrl"].rpartition("/")[2]
                due = self.clock.ms + (entry.get("DelaySeconds", 0) + self.windows[QUEUES[name]]) * 1000
                heapq.heappush(self.messages, (due, next(self.numbers), name, entry["MessageBody"]))
            return {"MessageId": "1", "Successful": [], "Failed": []}
        if service == "ssm":
            return {"Parameter": {"Value": CARRIERS}}
        return {} if operation == "PostToConnection" else None

    def _is_new(self, entry: Json) -> bool:
        """FIFO queues drop what they were sent within five minutes."""
        name = entry.get("MessageDeduplicationId")
        again = name in self.sent and self.clock.ms - self.sent[name] < DEDUPLICATION_MS
        if name and not again:
            self.sent[name] = self.clock.ms
        return not again

    # --- invocations

    def invoke(self, function: str, kind: str, handler: Any, event: Json) -> Any:
        """Run a handler as one invocation and note what it did."""
        self.clock.ms += RUN_MS
        before, log = len(self.meter.requests), io.StringIO()
        self.asked.clear()
        with contextlib.redirect_stdout(log):
            answer = handler(event, CONTEXT)
        new = self.meter.requests[before:]
        made = [f"{one.service}.{one.operation}" for one in new]
        asked = [name for one in self.asked for name in one["names"]]
        self.invocations.append(
            Invocation(
                function, kind, self.memory[function], [*made, *asked], len(log.getvalue().encode()),
                sum(one.read for one in new), sum(one.write for one in new),
            )
        )  # fmt: skip
        if isinstance(answer, dict) and (answer.get("batchItemFailures") or answer.get("statusCode", 200) >= 400):
            raise RuntimeError(f"{function} failed: {answer}\n{log.getvalue()[-3000:]}")
        return answer

    def webhook(self, url: str, sid: str = CUSTOMER, **form: str) -> str:
        """The carrier asks or tells; then everything that follows at this moment."""
        given = {"CallSid": sid, "From": "+8613800138000", "To": "+861055550100", "CallStatus": "in-progress", **form}
        body = self.invoke("voice", "webhook", self.app.app, webhook(url, **given))["body"]
        self.settle()
        return body

    def api(self, path: str, body: Any, *, query: dict[str, str] | None = None, **parameters: str) -> None:
        """The agent's browser asks; with `query` it only reads."""
        from chalicelib.identity.permissions import ALL
        from chalicelib.kernel.principal import Principal

        who = Principal(username=AGENT, name=AGENT, permissions=frozenset(ALL), scope="all", department_id="sales")
        method, carried = "POST" if query is None else "GET", msgspec.json.encode(who).decode()
        self.invoke("api", "api", self.app.app, request(method, f"/api{path}", parameters, query or {}, body, carried))
        self.settle()

    def settle(self) -> None:
        """Deliver the tables' changes and the messages that are due, until there are none."""
        while True:
            moved = False
            for table, handler in (("calls", "on_call_change"), ("agents", "on_agent_change")):
                for record in self.streams.read(table):
                    self.invoke(handler, "trigger", getattr(self.app, handler), {"Records": [record]})
                    moved = True
            if self.messages and self.messages[0][0] <= self.clock.ms:
                self._deliver(self._batch())
            elif not moved:
                return

    def _batch(self) -> list[Delayed]:
        """Take the next message, and what a queue that waits for company has collected with it."""
        first = heapq.heappop(self.messages)
        if not self.windows[QUEUES[first[2]]]:
            return [first]
        until = first[0] + self.windows[QUEUES[first[2]]] * 1000
        also = sorted(one for one in self.messages if one[2] == first[2] and one[0] <= until)[: BATCH - 1]
        self.messages = [one for one in self.messages if one not in also]
        heapq.heapify(self.messages)
        return [first, *also]

    def _deliver(self, batch: list[Delayed]) -> None:
        function = QUEUES[batch[0][2]]
        records = [
            {"messageId": str(number), "body": body, "receiptHandle": "x", "attributes": {}}
            for _, number, _, body in batch
        ]
        self.invoke(function, "trigger", getattr(self.app, function), {"Records": records})

    def advance(self, seconds: float, *, beating: bool = True) -> None:
        """Let time pass: messages come when they are due, the agent's page beats over its socket every 20 s."""
        until = self.clock.ms + round(seconds * 1000)
        beats = [at for at in range(self.clock.ms, until, 20_000)] if beating else []
        while (beats and beats[0] <= until) or (self.messages and self.messages[0][0] <= until):
            due = self.messages[0][0] if self.messages else until + 1
            self.clock.ms = max(self.clock.ms, min(due, beats[0] if beats else due))
            if beats and beats[0] <= self.clock.ms:
                beats.pop(0)
                self._beat()
            self.settle()
        self.clock.ms = max(self.clock.ms, until)
        self.settle()

    def _beat(self) -> None:
        body = '{"action":"ping","phone_ready":true}'
        context = {"connectionId": AGENT_CONNECTION, "domainName": "socket.example", "stage": "live", "apiId": "1"}
        event = {"requestContext": context, "body": body}
        self.invoke("websocket_message", "socket", self.app.websocket_message, event)


class Streams:
    """The streams of calls and agents, made from the writes as they happen."""

    def __init__(self) -> None:
        self.images: dict[tuple[str, str], Json] = {}
        self.records: list[tuple[str, Json]] = []

    def hear(self, operation: str, params: Json) -> None:
        """Take note of a request that succeeded."""
        if operation == "PutItem":
            self._put(params)
        elif operation == "UpdateItem":
            self._renewed(params)
        for action in params.get("TransactItems", ()):
            self._put(action.get("Put", {}))

    def _put(self, params: Json) -> None:
        table = params.get("TableName", "").rpartition("-")[2]
        if table in ("calls", "agents"):
            self._record(table, params["Item"])

    def _renewed(self, params: Json) -> None:
        """The only update of these tables is the renewal of a lease: the same version again."""
        table = params["TableName"].rpartition("-")[2]
        if table in ("calls", "agents"):
            self._record(table, dict(self.images[table, _id(params["Key"])]))

    def _record(self, table: str, item: Json) -> None:
        old = self.images.get((table, _id(item)))
        self.images[table, _id(item)] = item
        change = {"SequenceNumber": str(len(self.images)), "NewImage": item, **({"OldImage": old} if old else {})}
        self.records.append((table, {"eventName": "MODIFY" if old else "INSERT", "dynamodb": change}))

    def read(self, table: str) -> list[Json]:
        """Return the new records of a table."""
        found = [record for name, record in self.records if name == table]
        self.records = [(name, record) for name, record in self.records if name != table]
        return found


def _id(item: Json) -> str:
    return str(item.get("call_id") or item.get("agent_id"))
