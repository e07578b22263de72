"""One generation of workers: import app.py once, fork the workers, replace those that die, end with the generation."""

import importlib
import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from types import ModuleType

from infrastructure.local import deploy, settings
from infrastructure.local.runner import rights, worker
from infrastructure.supervision import PROJECT
from infrastructure.supervision.lifetime import die_with_parent, leave_on

GRACE_S = 30.0
CRASH_PAUSE_S = 0.2


def main() -> None:
    """Arguments: descriptor of the listening socket, descriptor on which to say `ready`."""
    listening, told = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    given = settings.load()
    functions = deploy.read(given)["functions"]
    rights.watch({name: each["policy"] for name, each in functions.items()}, given.home)
    app = _import(functions)
    workers = {_fork(listening, app, functions) for _ in range(given.workers)}
    os.write(told, b"ready")
    os.close(told)
    leave_on(signal.SIGTERM, signal.SIGINT)
    try:
        while True:
            workers = _replace_dead(workers, lambda: _fork(listening, app, functions))
            time.sleep(CRASH_PAUSE_S)
    finally:
        listening.close()
        _retire(workers)


def _import(functions: dict[str, worker.Function]) -> ModuleType:
    """Import the application in the environment that Lambda would give it."""
    os.environ.update(next(iter(functions.values()))["environment"])
    sys.path.insert(0, str(PROJECT))
    try:
        return importlib.import_module("app")
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _fork(listening: socket.socket, app: ModuleType, functions: dict[str, worker.Function]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    die_with_parent(signal.SIGKILL)
    try:
        worker.serve(listening, app, functions)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _replace_dead(workers: set[int], fork: "worker.Fork") -> set[int]:
    alive: set[int] = set()
    for pid in workers:
        done, _ = os.waitpid(pid, os.WNOHANG)
        alive.add(fork() if done else pid)
    return alive


def _retire(workers: set[int]) -> None:
    """Ask every worker to finish its invocation and leave; end those that take too long."""
    for pid in workers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    while workers and time.monotonic() < deadline:
        workers = {pid for pid in workers if os.waitpid(pid, os.WNOHANG)[0] == 0}
        time.sleep(0.05)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
