"""Processor time of a voice webhook, from API Gateway's event to the document; AWS is answered at the HTTP layer."""

import contextlib
import copy
import io
import json
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from tests.bench.emulator import table_definitions
from tests.bench.environment import on_emulator
from tests.bench.gateway import CARRIERS, CONTEXT, VARIABLES, webhook

SAMPLES = 200
Json = dict[str, Any]
ARRIVAL = {"CallSid": "CA" + "1" * 32, "From": "+8613800138000", "To": "+861055550100", "CallStatus": "ringing"}


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Measure `/voice/flow` (a key that leads into a queue) and `/voice/wait`, and say the medians."""
    samples = max(20, round(SAMPLES * size))
    cloud = Cloud(table_definitions())
    with on_emulator(VARIABLES), patch.object(URLLib3Session, "send", cloud.send):
        figures = _measure(cloud, samples)
    say("webhook_cpu_ms", f"{max(figures.values()):.1f}")
    for name, value in figures.items():
        say(f"webhook_cpu_ms_{name}", f"{value:.1f}")


def _measure(cloud: "Cloud", samples: int) -> dict[str, float]:
    import app
    from infrastructure.local import demo

    for step in (demo.people, demo.numbers, demo.groups, demo.flow):
        step()
    document = _answer(app, webhook("/voice/inbound", **ARRIVAL))[1]
    url = _first(r'action="([^"]+)"', document)
    in_flow = copy.deepcopy(cloud.tables)
    flow = [_cpu(app, cloud, in_flow, webhook(url, **ARRIVAL, Digits="1")) for _ in range(samples)]
    queued = copy.deepcopy(cloud.tables)
    wait_url = f"/voice/wait?call_id={ARRIVAL['CallSid']}"
    wait = [_cpu(app, cloud, queued, webhook(wait_url, **ARRIVAL, QueueTime="40")) for _ in range(samples)]
    if "Enqueue" not in flow[-1][1] or "Say" not in wait[-1][1]:
        raise RuntimeError(f"not the documents that were to be measured: {flow[-1][1]} {wait[-1][1]}")
    return {name: statistics.median(ms for ms, _ in runs) for name, runs in (("flow", flow), ("wait", wait))}


def _first(pattern: str, document: str) -> str:
    found = re.search(pattern, document)
    if found is None:
        raise RuntimeError(f"no {pattern} in {document}")
    return found[1].replace("&amp;", "&")


def _answer(app: Any, event: Json) -> tuple[float, str]:
    with contextlib.redirect_stdout(io.StringIO()):
        began = time.process_time()
        answer = app.app(event, CONTEXT)
        took = (time.process_time() - began) * 1000
    if answer["statusCode"] != 200:
        raise RuntimeError(f"{event['path']}: {answer}")
    return took, answer["body"]


def _cpu(app: Any, cloud: "Cloud", tables: Any, event: Json) -> tuple[float, str]:
    cloud.tables = copy.deepcopy(tables)
    return _answer(app, event)


class Cloud:
    """Answers botocore's HTTP requests: tables without conditions or indexes, one parameter, deaf queues."""

    def __init__(self, definitions: list[Json]) -> None:
        self.keys = {one["TableName"]: [part["AttributeName"] for part in one["KeySchema"]] for one in definitions}
        self.tables: dict[str, dict[tuple[str, ...], Json]] = defaultdict(dict)

    def send(self, request: Any) -> AWSResponse:
        """Answer one prepared request (set in the place of botocore's HTTP session)."""
        target = str(request.headers.get("X-Amz-Target", b"").decode())
        operation = target.rpartition(".")[2]
        content = getattr(self, f"_{operation.lower()}")(json.loads(request.body))
        headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench"}
        return AWSResponse(request.url, 200, headers, _Body(json.dumps(content).encode()))  # type: ignore[arg-type]

    def _key(self, table: str, item: Json) -> tuple[str, ...]:
        return tuple(str(item[name]) for name in self.keys[table])

    def _getitem(self, asked: Json) -> Json:
        found = self.tables[asked["TableName"]].get(self._key(asked["TableName"], asked["Key"]))
        return {"Item": found} if found else {}

    def _batchgetitem(self, asked: Json) -> Json:
        found = {
            table: [item for key in wanted["Keys"] if (item := self.tables[table].get(self._key(table, key)))]
            for table, wanted in asked["RequestItems"].items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def _putitem(self, asked: Json) -> Json:
        self.tables[asked["TableName"]][self._key(asked["TableName"], asked["Item"])] = asked["Item"]
        return {}

    def _updateitem(self, asked: Json) -> Json:
        del asked
        return {}

    def _transactwriteitems(self, asked: Json) -> Json:
        for action in asked["TransactItems"]:
            if "Put" in action:
                self._putitem(action["Put"])
            elif "Delete" in action:
                given = action["Delete"]
                self.tables[given["TableName"]].pop(self._key(given["TableName"], given["Key"]), None)
        return {}

    def _batchwriteitem(self, asked: Json) -> Json:
        for table, wanted in asked["RequestItems"].items():
            for one in wanted:
                if "PutRequest" in one:
                    self._putitem({"TableName": table, "Item": one["PutRequest"]["Item"]})
        return {"UnprocessedItems": {}}

    def _query(self, asked: Json) -> Json:
        values = set(map(str, asked["ExpressionAttributeValues"].values()))
        found = [item for key, item in sorted(self.tables[asked["TableName"]].items()) if key[0] in values]
        items = [] if "IndexName" in asked else found[: asked.get("Limit", 1_000)]
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def _getparameter(self, asked: Json) -> Json:
        del asked
        return {"Parameter": {"Value": CARRIERS}}

    def _sendmessage(self, asked: Json) -> Json:
        del asked
        return {"MessageId": "1"}

    _sendmessagebatch = _sendmessage


class _Body:
    """The raw body of an answer."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self) -> list[bytes]:
        """Return the body in parts, as urllib3 does."""
        return [self.content]
