"""Wake-ups over SQS: dispatch (FIFO, one message group per target), dial and timers (standard, delayed)."""

import msgspec

from chalicelib.acd.ports import Kind
from chalicelib.kernel import aws
from chalicelib.kernel.config import config

SQS_DELAY_LIMIT_S = 900


class DispatchMessage(msgspec.Struct, frozen=True):
    """target: `group:<id>` or `agent:<id>`."""

    target: str


class DialMessage(msgspec.Struct, frozen=True):
    """The offer to dial."""

    call_id: str
    offer_id: str


class TimerMessage(msgspec.Struct, frozen=True):
    """A timer of a record; acts only if the record still names `timer_at`."""

    kind: Kind
    id: str
    timer_at: int


class SqsBus:
    """The wake-ups of the product."""

    def dispatch(self, target: str, cause: str) -> None:
        """Wake the dispatcher of `target`; a repeated `cause` within five minutes is dropped by the queue."""
        aws.client("sqs").send_message(
            QueueUrl=config().dispatch_queue_url,
            MessageBody=msgspec.json.encode(DispatchMessage(target)).decode(),
            MessageGroupId=target,
            MessageDeduplicationId=f"{target}-{cause}"[:128],
        )

    def dial(self, call_id: str, offer_id: str, delay_s: int = 0) -> None:
        """Ask the dial worker to ring an offer's agent."""
        self._send(config().dial_queue_url, DialMessage(call_id, offer_id), delay_s)

    def timer(self, kind: Kind, id: str, timer_at: int, now: int, due: int) -> None:
        """Arm a timer; beyond the queue's longest delay it arms itself again."""
        delay = max(0, -(-(due - now) // 1000))
        self._send(config().timers_queue_url, TimerMessage(kind, id, timer_at), min(delay, SQS_DELAY_LIMIT_S))

    @staticmethod
    def _send(url: str, message: msgspec.Struct, delay_s: int) -> None:
        aws.client("sqs").send_message(
            QueueUrl=url, MessageBody=msgspec.json.encode(message).decode(), DelaySeconds=delay_s
        )
