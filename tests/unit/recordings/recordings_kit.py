"""AWS in the process (moto), a carrier's HTTP server that streams, and people with different rights."""

import hashlib
import http.server
import json
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec
import pytest

from chalicelib.kernel.aws import client
from chalicelib.kernel.config import config
from chalicelib.recordings import tables as recording_tables
from chalicelib.recordings.model import LegFacts, Recording, Work
from chalicelib.telephony import carriers

NOW = 1_795_334_400_000  # 2026-11-22T08:00:00Z
CALL, LEG = "01KAQZ0000000000000000CA11", "01KAQZ0000000000000000001E"
BUCKET = "zhiyin-test-recordings"


def message_wav(seconds: int = 1) -> bytes:
    """Return a message as carriers have it: one channel, 16 bit, 8 kHz."""
    data = bytes(16_000 * seconds)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16,
                       b"data", len(data))  # fmt: skip
    return head + data


def wav(seconds: int = 1, left: int = 1, right: int = 2) -> bytes:
    """Return a two-channel 16-bit WAV at 8 kHz: `left` in every sample of channel 0, `right` in channel 1."""
    data = struct.pack("<hh", left, right) * (8000 * seconds)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 2, 8000, 32000, 4, 16,
                       b"data", len(data))  # fmt: skip
    return head + data


@dataclass
class FakeCarrier:
    """What the carrier holds and how it misbehaves. fail: HTTP status to answer; cut: bytes after which it hangs up."""

    media: dict[str, bytes] = field(default_factory=dict)
    listed: list[dict[str, Any]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    fail: int = 0
    delete_fails: int = 0
    cut: int | None = None
    list_fails: int = 0
    on_fetch: Callable[[], None] = lambda: None
    url: str = ""


class Handler(http.server.BaseHTTPRequestHandler):
    carrier: ClassVar[FakeCarrier]

    def do_GET(self) -> None:
        if self.path.split("?")[0].endswith(".wav"):
            self.send_media(self.path.split("?")[0].rsplit("/", 1)[1].removesuffix(".wav"))
        elif self.carrier.list_fails:
            self.answer(self.carrier.list_fails, b"{}")
        else:
            body = {"recordings": self.carrier.listed, "page": 0, "page_size": 50, "next_page_uri": None}
            self.answer(200, json.dumps(body).encode())

    def do_DELETE(self) -> None:
        sid = self.path.rsplit("/", 1)[1].removesuffix(".json")
        if self.carrier.delete_fails:
            self.answer(self.carrier.delete_fails, b"{}")
        elif self.carrier.media.pop(sid, None) is None:
            self.answer(404, json.dumps({"code": 20404, "message": "gone", "status": 404}).encode())
        else:
            self.carrier.deleted.append(sid)
            self.answer(204, b"")

    def send_media(self, sid: str) -> None:
        self.carrier.fetched.append(sid)
        self.carrier.on_fetch()
        body = self.carrier.media.get(sid)
        if self.carrier.fail or body is None:
            self.answer(self.carrier.fail or 404, b"{}")
            return
        if "RequestedChannels=2" in self.path and len(body) > 24 and body[22:24] == b"\x01\x00":
            self.answer(400, b"{}")  # there is no second channel to give
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.carrier.cut])
        self.close_connection = True

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def carrier() -> Iterator[FakeCarrier]:
    fake = FakeCarrier()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("H", (Handler,), {"carrier": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def stack(carrier: FakeCarrier, monkeypatch: pytest.MonkeyPatch, tables: None) -> Iterator[FakeCarrier]:  # noqa: ARG001
    """Tables, bucket, queue and one carrier; the clock stands at NOW."""
    queue = client("sqs").create_queue(QueueName="recordings")["QueueUrl"]
    monkeypatch.setenv("ZHIYIN_RECORDINGS_QUEUE_URL", queue)
    monkeypatch.setenv("ZHIYIN_RECORDINGS_BUCKET", BUCKET)
    config.cache_clear()
    client("s3").create_bucket(Bucket=BUCKET)
    known = [{"name": "fake", "account_sid": "AC1", "auth_token": "t", "base_url": carrier.url}]
    client("ssm").put_parameter(Name=config().carriers_parameter_name, Type="SecureString", Value=json.dumps(known))
    carriers.forget()
    for module in ("service", "copying", "triggers"):
        monkeypatch.setattr(f"chalicelib.recordings.{module}.now_ms", lambda: NOW)
    yield carrier
    carriers.forget()
    config.cache_clear()


def leg_facts(**more: Any) -> LegFacts:
    values: dict[str, Any] = {
        "carrier": "fake",
        "started_at": NOW - 60_000,
        "call_sid": "CA1",
        "caller": "+8613800138000",
        "callee": "+861055550100",
        "agent_ids": ("agent1",),
        "group_id": "8001",
        "departments": ("d1",),
    }
    return LegFacts(**(values | more))


def messages() -> list[dict[str, Any]]:
    """Take every message off the queue, as records of a trigger's event."""
    sqs, found = client("sqs"), []
    while batch := sqs.receive_message(QueueUrl=config().recordings_queue_url, MaxNumberOfMessages=10).get("Messages"):
        for message in batch:
            sqs.delete_message(QueueUrl=config().recordings_queue_url, ReceiptHandle=message["ReceiptHandle"])
            found.append({"messageId": message["MessageId"], "body": message["Body"]})
    return found


def works() -> list[Work]:
    return [msgspec.json.decode(message["body"], type=Work) for message in messages()]


def stored(recording_id: str) -> Recording:
    found = recording_tables.find(recording_id)
    assert found is not None
    return found


def objects() -> dict[str, str]:
    """Return what the bucket holds: key → SHA-256 of the content."""
    s3 = client("s3")
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {
        key: hashlib.sha256(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()).hexdigest() for key in keys
    }  # fmt: skip


def open_uploads() -> list[Any]:
    return client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
