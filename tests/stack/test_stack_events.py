"""Messages and table changes reach their functions, and quickly: the assignment of calls relies on it."""

import json
import time
from collections.abc import Callable
from typing import Any

from infrastructure.local.waiting import eventually

QUEUE_LIMIT_S = 20.0


def depth(aws: Callable[[str], Any], url: str) -> int:
    """Return how many messages a queue has, hidden ones included."""
    made = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(made[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible", "Delayed"))


def test_message_reaches_its_function_and_is_done(aws: Callable[[str], Any], environment: dict[str, str]) -> None:
    url = environment["ZHIYIN_TIMERS_QUEUE_URL"]
    others = depth(aws, url)  # timers of earlier tests' calls, due in minutes
    aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"kind": "call", "id": "none", "timer_at": 0}))
    eventually(lambda: depth(aws, url) <= others, "the message left the timer queue", QUEUE_LIMIT_S)


def test_dispatches_of_several_groups_are_all_done(aws: Callable[[str], Any], environment: dict[str, str]) -> None:
    url = environment["ZHIYIN_DISPATCH_QUEUE_URL"]
    for number in range(10):
        aws("sqs").send_message(
            QueueUrl=url,
            MessageBody=json.dumps({"target": f"group:none-{number}"}),
            MessageGroupId=f"group:none-{number}",
            MessageDeduplicationId=f"test-{number}-{time.time_ns()}",
        )
    eventually(lambda: depth(aws, url) == 0, "the dispatch queue is empty", QUEUE_LIMIT_S)
