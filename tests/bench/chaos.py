"""What goes wrong between the product and AWS: lost, repeated and late messages; conflicts, throttling, time-outs."""

import heapq
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

TRIES = 30
Work = Callable[[], object]


class Scheduler:
    """Runs messages on many threads, each at its time; one that fails comes again, as from a queue."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.failures: Counter[str] = Counter()
        self.given_up: list[str] = []
        self._heap: list[tuple[float, int, str, Work, int]] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._ready = threading.Condition()
        self._closing = False

    def at(self, delay_s: float, name: str, work: Work, tries: int = TRIES) -> None:
        """Run `work` after a time."""
        with self._ready:
            heapq.heappush(self._heap, (time.monotonic() + delay_s, next(self._numbers), name, work, tries))
            self._ready.notify()

    @contextmanager
    def running(self) -> Generator[None]:
        """Run the threads meanwhile."""
        threads = [threading.Thread(target=self._loop, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            with self._ready:
                self._closing = True
                self._ready.notify_all()
            for thread in threads:
                thread.join(30)

    def quiet(self, within_s: float) -> bool:
        """Return whether nothing runs and nothing is due within a time."""
        with self._ready:
            return not self._busy and (not self._heap or self._heap[0][0] > time.monotonic() + within_s)

    def _loop(self) -> None:
        FAULTY.on = True
        while (taken := self._take()) is not None:
            name, work, tries = taken
            try:
                work()
            except Exception as error:
                self.failures[f"{name}: {type(error).__name__} {error}"[:160]] += 1
                if tries > 1:
                    self.at(random.uniform(0.05, 0.3), name, work, tries - 1)
                else:
                    self.given_up.append(f"{name}: {error!r}")
            with self._ready:
                self._busy -= 1
                self._ready.notify()

    def _take(self) -> tuple[str, Work, int] | None:
        with self._ready:
            while not self._closing:
                now = time.monotonic()
                if self._heap and self._heap[0][0] <= now:
                    _, _, name, work, tries = heapq.heappop(self._heap)
                    self._busy += 1
                    return name, work, tries
                self._ready.wait(self._heap[0][0] - now if self._heap else 1)
            return None


class _Faulty(threading.local):
    """Whether this thread's requests may fail (the audit's own must not)."""

    on = False


FAULTY = _Faulty()


class _Body:
    """The raw body of an answer that nobody sent."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = json.dumps(content).encode()

    def stream(self) -> list[bytes]:
        """Return the body in parts, as urllib3 does."""
        return [self.content]


class Faults:
    """Makes requests to DynamoDB fail with seeded probability, below botocore's own retries."""

    def __init__(self, seed: int, share: float) -> None:
        self.random, self.share, self.lock = random.Random(seed), share, threading.Lock()
        self.done: Counter[str] = Counter()

    @contextmanager
    def injected(self) -> Generator[None]:
        """Inject meanwhile."""
        real: Any = URLLib3Session.send

        def send(session: Any, request: Any) -> Any:
            operation = str(request.headers.get("X-Amz-Target", b"")).rpartition(".")[2].strip("'")
            kind = self._pick(operation) if FAULTY.on else ""
            if kind == "time-out before":
                raise ConnectTimeoutError(endpoint_url=request.url)
            if kind == "throttled":
                return _refusal(request, {"__type": "x#ProvisionedThroughputExceededException", "message": "injected"})
            if kind == "conflict":
                return _refusal(request, _conflict(json.loads(request.body)))
            answer = real(session, request)
            if kind == "time-out after":
                raise ReadTimeoutError(endpoint_url=request.url)
            return answer

        with patch.object(URLLib3Session, "send", send):
            yield

    def _pick(self, operation: str) -> str:
        kinds = ["time-out before", "throttled", "time-out after"]
        if operation == "TransactWriteItems":
            kinds.append("conflict")
        with self.lock:
            if self.random.random() >= self.share * len(kinds):
                return ""
            kind = self.random.choice(kinds)
            self.done[kind] += 1
            return kind


def _conflict(body: dict[str, Any]) -> dict[str, Any]:
    reasons = [{"Code": "None"} for _ in body["TransactItems"]]
    reasons[-1] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    codes = ", ".join(reason["Code"] for reason in reasons)
    return {
        "__type": "x#TransactionCanceledException",
        "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "CancellationReasons": reasons,
    }


def _refusal(request: Any, content: dict[str, Any]) -> AWSResponse:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "injected"}
    return AWSResponse(request.url, 400, headers, _Body(content))  # type: ignore[arg-type]


class ChaosBus:
    """The product's wake-ups: some are never sent (the process died first), some come twice, all come late."""

    def __init__(self, scheduler: Scheduler, seed: int, handle: Callable[[str, tuple[Any, ...]], None]) -> None:
        self.scheduler, self.random, self.handle = scheduler, random.Random(seed), handle
        self.lock = threading.Lock()
        self.sent: Counter[str] = Counter()

    def dispatch(self, target: str, cause: str) -> None:
        del cause
        self.send("dispatch", (target,), 0, may_be_lost=True)

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        self.send("dial", (call_id, offer_id), delay_s, may_be_lost=True)

    def timer(self, kind: str, id: str, timer_at: int, now: int, due: int) -> None:
        self.send("timer", (kind, id, timer_at), max(0, due - now) / 1000)

    def send(self, name: str, what: tuple[Any, ...], delay_s: float, *, may_be_lost: bool = False) -> None:
        """Send a message. may_be_lost: the table's stream sends it again."""
        with self.lock:
            lost = may_be_lost and self.random.random() < 0.1
            times = 0 if lost else 2 if self.random.random() < 0.2 else 1
            delays = [self.random.uniform(0, 0.3) for _ in range(times)]
            self.sent["lost" if lost else "sent"] += 1
        for more in delays:
            self.scheduler.at(delay_s + more, name, lambda: self.handle(name, what))
