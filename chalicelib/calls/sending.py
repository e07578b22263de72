"""The short messages that flows asked for, sent by who files the calls' events."""

from chalicelib.acd.model.events import Event
from chalicelib.calls.records import Filing
from chalicelib.messages import service as messages
from chalicelib.messages.model import TextMessage

MESSAGE = "call.message"


def send_from(filing: Filing) -> None:
    """Send the messages that the events of a call ask for; filed again, they have been sent."""
    for event in filing.events:
        if event.type == MESSAGE:
            messages.send(_message(event, filing.subject.removeprefix("call#")))


def _message(event: Event, call_id: str) -> TextMessage:
    data = event.data
    return TextMessage(
        message_id=str(data["message_id"]), carrier=str(data["carrier"]), from_=str(data["from"]), to=str(data["to"]),
        text=str(data["text"]), call_id=call_id, asked_at=event.at,
    )  # fmt: skip
