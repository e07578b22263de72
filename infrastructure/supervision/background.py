"""A supervisor in the background: started, found, stopped, and never twice in one home."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infrastructure.supervision import PROJECT
from infrastructure.supervision.pidfile import command_line, write_pid
from infrastructure.supervision.program import Places

DOWN_LIMIT_S = 60
LOOK_EVERY_S = 0.1


@contextmanager
def alone(places: Places) -> Generator[None]:
    """Make the folders, and hold the home for this process as its supervisor. Errors: SystemExit when it is held."""
    for folder in (places.home, places.logs, places.pids):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (places.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"it is already running in {places.home}") from None
        write_pid(_pid_file(places), os.getpid())
        yield


def up(module: str, places: Places, environment: Mapping[str, str], limit_s: float) -> None:
    """Run `python -m module run` in the background and return when it has printed `ready:`. Errors: SystemExit."""
    if pid_of(module, places) is not None:
        print("ready (it was running)")
        return
    places.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log_path = places.logs / "supervisor.log"
    with log_path.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", module, "run"],
            cwd=PROJECT,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + limit_s
    while "ready:" not in log_path.read_text():
        if child.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"it did not start:\n{log_path.read_text()}")
        time.sleep(LOOK_EVERY_S)
    print(log_path.read_text(), end="")


def down(module: str, places: Places) -> None:
    """Stop the supervisor of these places, wherever it was started. Errors: SystemExit when it does not stop."""
    pid = pid_of(module, places)
    if pid is None:
        print("not running")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_LIMIT_S
    while pid_of(module, places) is not None:
        if time.monotonic() > deadline:
            raise SystemExit(f"process {pid} does not stop")
        time.sleep(LOOK_EVERY_S)
    print("stopped")


def pid_of(module: str, places: Places) -> int | None:
    """Return the pid of the running supervisor, None when there is none (the pid may be another program's by now)."""
    try:
        pid = int(_pid_file(places).read_text())
    except (OSError, ValueError):
        return None
    return pid if module in command_line(pid) else None


def _pid_file(places: Places) -> Path:
    return places.pids / "supervisor.pid"
