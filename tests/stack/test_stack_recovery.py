"""Any part may be killed at any moment: it comes back by itself, and what was stored a few seconds ago is there."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from infrastructure.local.private import kill, start
from infrastructure.local.settings import Settings
from infrastructure.local.waiting import eventually

TABLE = "zhiyin-local-snapshots"


def put(aws: Callable[[str], Any], name: str) -> None:
    """Store one item."""
    aws("dynamodb").put_item(TableName=TABLE, Item={"snapshot_id": {"S": name}})


def has(aws: Callable[[str], Any], name: str) -> bool:
    """Tell whether the item is there."""
    return "Item" in aws("dynamodb").get_item(TableName=TABLE, Key={"snapshot_id": {"S": name}}, ConsistentRead=True)


def saved(stack: Settings, name: str) -> bool:
    """Tell whether a snapshot on disk has the item."""
    return name in (stack.home / "state" / "dynamodb.json").read_text()


def restarted(stack: Settings, part: str, before: int) -> bool:
    """Tell whether the part runs as another process than before."""
    return int((stack.pids / f"{part}.pid").read_text()) != before


@pytest.mark.parametrize("part", ["nginx", "runner", "simulator"])
def test_killed_part_is_back(part: str, stack: Settings, http: httpx.Client) -> None:
    before = kill(stack, part)
    eventually(lambda: restarted(stack, part, before), f"{part} runs again")
    path = "/sim/health" if part == "simulator" else "/api/health"
    eventually(lambda: http.get(path).status_code == 200, f"{path} is answered again")


def test_killed_supervisor_leaves_nothing_behind_and_the_next_start_goes_on(
    stack: Settings, aws: Callable[[str], Any], http: httpx.Client
) -> None:
    name = uuid.uuid4().hex
    put(aws, name)
    eventually(lambda: saved(stack, name), "the item is in a snapshot", 10)
    kill(stack, "supervisor")
    start(stack)
    assert http.get("/api/health").status_code == 200
    assert has(aws, name)


def test_killed_emulator_keeps_what_was_stored(stack: Settings, aws: Callable[[str], Any], http: httpx.Client) -> None:
    name = uuid.uuid4().hex
    put(aws, name)
    eventually(lambda: saved(stack, name), "the item is in a snapshot", 10)
    before = kill(stack, "emulator")
    eventually(lambda: restarted(stack, "emulator", before), "the emulator runs again")
    eventually(lambda: http.get("/api/health").status_code == 200, "the API answers again")
    assert has(aws, name)


@pytest.mark.usefixtures("http")
def test_message_in_flight_survives_the_emulator(
    stack: Settings, aws: Callable[[str], Any], environment: dict[str, str]
) -> None:
    sqs, body = aws("sqs"), uuid.uuid4().hex
    url = environment["ZHIYIN_TIMERS_QUEUE_URL"] + "-dead"
    sqs.send_message(QueueUrl=url, MessageBody=body)
    received = sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)["Messages"]
    assert [message["Body"] for message in received] == [body]
    eventually(lambda: body in (stack.home / "state" / "sqs.json").read_text(), "the message is in a snapshot", 10)
    before = kill(stack, "emulator")
    eventually(lambda: restarted(stack, "emulator", before), "the emulator runs again")
    again = aws("sqs")
    eventually(
        lambda: body in str(again.receive_message(QueueUrl=url).get("Messages")), "the message is delivered again", 10
    )
    again.purge_queue(QueueUrl=url)
