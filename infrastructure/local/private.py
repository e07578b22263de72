"""A stack for one purpose (tests, benchmarks): own ports, own empty state, gone afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infrastructure.local.settings import Settings
from infrastructure.supervision import PROJECT

WORKERS = 4


@contextmanager
def private_stack(workers: int = WORKERS) -> Generator[Settings]:
    """Start a stack on free ports, yield its settings when it is ready, and remove it. Never touches `.local/`."""
    home = Path(tempfile.mkdtemp(prefix="zhiyin-stack-"))
    origin, emulator, simulator, runner = _free_ports(4)
    given = Settings(
        home=home,
        port=origin,
        emulator_port=emulator,
        simulator_port=simulator,
        runner_port=runner,
        workers=workers,
    )
    try:
        start(given)
        yield given
    finally:
        _command(given, "down")
        if not os.environ.get("ZHIYIN_KEEP"):
            shutil.rmtree(home, ignore_errors=True)


def start(given: Settings) -> None:
    """Start a stack in the background and return when it is ready."""
    _command(given, "up")


def _command(given: Settings, name: str) -> None:
    command = [sys.executable, "-m", "infrastructure.local", name]
    environment = {**os.environ, **given.own_environment()}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"`{name}` failed:\n{done.stdout}{done.stderr}")


def kill(given: Settings, part: str) -> int:
    """End a part (or the `supervisor`) with SIGKILL, as a crash would, and return the pid that it had."""
    pid = int((given.pids / f"{part}.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    return pid


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
