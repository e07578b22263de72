"""One worker: takes one invocation at a time from the shared socket, as a Lambda execution environment does."""

import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler
from types import ModuleType
from typing import Any, TypedDict

Fork = Callable[[], int]
TIMED_OUT = 124


class Function(TypedDict):
    """What the deploy wrote down of one function."""

    handler: str
    timeout_s: int
    memory_mb: int
    environment: dict[str, str]
    policy: list[dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """The context object that Lambda gives to a handler, under Lambda's names."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    deadline_ms: int
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left until the function's time-out."""
        return max(0, self.deadline_ms - round(time.time() * 1000))


class _Idle:
    """Whether this worker may leave now, and whether it was asked to."""

    def __init__(self) -> None:
        self.busy = False
        self.leaving = False

    def asked_to_leave(self, *_: Any) -> None:
        """Leave at once when idle, otherwise after the present invocation."""
        self.leaving = True
        if not self.busy:
            os._exit(0)


def serve(listening: socket.socket, app: ModuleType, functions: dict[str, Function]) -> None:
    """Answer invocations one after the other until asked to leave."""
    idle = _Idle()
    signal.signal(signal.SIGTERM, idle.asked_to_leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _timed_out)
    _Handler.app, _Handler.functions = app, functions
    while not idle.leaving:
        connection, address = listening.accept()
        idle.busy = True
        with connection:
            _Handler(connection, address, None)  # pyright: ignore[reportArgumentType]
        idle.busy = False


class _Handler(BaseHTTPRequestHandler):
    """Turns one HTTP request of the emulator into one call of a handler."""

    app: ModuleType
    functions: dict[str, Function]

    def do_POST(self) -> None:
        """Run the function named in the headers with the body as its event."""
        name = self.headers["X-Amzn-Lambda-Function-Name"]
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        function = self.functions.get(name)
        if function is None:
            return self._answer(404, {"errorType": "ResourceNotFound", "errorMessage": f"{name} is not deployed"})
        context = _context(name, function, self.headers)
        os.environ["AWS_LAMBDA_FUNCTION_NAME"] = name
        os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = str(function["memory_mb"])
        signal.setitimer(signal.ITIMER_REAL, max(0.001, context.get_remaining_time_in_millis() / 1000))
        try:
            result = _handler(self.app, function["handler"])(event, context)
            body = json.dumps(result).encode()
        except Exception as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            traceback.print_exc()
            sys.stderr.flush()
            return self._answer(500, {"errorType": type(error).__name__, "errorMessage": str(error)})
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.flush()
        return self._send(200, body)

    def _answer(self, status: int, content: dict[str, str]) -> None:
        self._send(status, json.dumps(content).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the functions' own lines are the log."""


def _timed_out(*_: Any) -> None:
    """End as Lambda ends a function that passed its time-out: the process goes, a new one takes its place."""
    print(f"Task timed out: {os.environ.get('AWS_LAMBDA_FUNCTION_NAME')}", file=sys.stderr, flush=True)
    traceback.print_stack()
    sys.stderr.flush()
    os._exit(TIMED_OUT)


def _handler(app: ModuleType, path: str) -> Callable[[Any, Context], Any]:
    """Return `app.on_dispatch`'s callable."""
    return getattr(app, path.partition(".")[2])


def _context(name: str, function: Function, headers: Message) -> Context:
    return Context(
        function_name=name,
        function_version=headers["X-Amzn-Lambda-Function-Version"],
        invoked_function_arn=headers["X-Amzn-Lambda-Function-Arn"],
        memory_limit_in_mb=function["memory_mb"],
        aws_request_id=headers["X-Amzn-Lambda-Request-Id"],
        log_group_name=f"/aws/lambda/{name}",
        log_stream_name="local",
        deadline_ms=int(headers["X-Amzn-Lambda-Deadline-Ms"]),
    )
