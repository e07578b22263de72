"""`python -m infrastructure.local run|up|down|reset|deploy|restart PART|status`: the laptop stack."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from infrastructure.local import deploy, parts, settings, supervisor
from infrastructure.local.settings import PROJECT, Settings

UP_LIMIT_S = 400
DOWN_LIMIT_S = 45


def up(given: Settings) -> None:
    """Start the stack in the background and return when it is ready."""
    if _supervisor_pid(given):
        print(f"ready: {given.public_url} (it was running)")
        return
    given.logs.mkdir(parents=True, exist_ok=True)
    given.pids.mkdir(parents=True, exist_ok=True)
    log_path = given.logs / "supervisor.log"
    with log_path.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "infrastructure.local", "run"],
            cwd=PROJECT,
            env={**os.environ, **given.own_environment(), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + UP_LIMIT_S
    while "ready:" not in log_path.read_text():
        if child.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the stack did not start:\n{log_path.read_text()}")
        time.sleep(0.1)
    print(log_path.read_text(), end="")


def down(given: Settings) -> None:
    """Stop a stack that runs in the background or elsewhere."""
    pid = _supervisor_pid(given)
    if pid is None:
        print("not running")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DOWN_LIMIT_S
    while _supervisor_pid(given):
        if time.monotonic() > deadline:
            raise SystemExit(f"process {pid} does not stop")
        time.sleep(0.1)
    print("stopped")


def reset(given: Settings) -> None:
    """Stop the stack and delete everything that it kept."""
    down(given)
    shutil.rmtree(given.home, ignore_errors=True)


def restart(given: Settings, part: str) -> None:
    """End one part; the supervisor starts it again within a second."""
    os.kill(int((given.pids / f"{part}.pid").read_text()), signal.SIGTERM)


def status(given: Settings) -> None:
    """Print which part answers."""
    for part in (parts.emulator(given), parts.runner(given), parts.simulator(given), parts.proxy(given)):
        print(f"{part.name}: {'answers' if part.answers() else 'does not answer'}")


def _supervisor_pid(given: Settings) -> int | None:
    try:
        pid = int(supervisor.pid_file(given).read_text())
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, ValueError):
        return None
    return pid if "infrastructure.local" in command else None


def main() -> None:
    """Do what the command line says with the stack of the environment's settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run", "up", "down", "reset", "deploy", "restart", "status"])
    parser.add_argument("part", nargs="?", choices=["emulator", "runner", "simulator", "nginx"])
    asked = parser.parse_args()
    given = settings.load()
    if asked.command == "restart":
        restart(given, asked.part)
    elif asked.command == "deploy":
        deploy.deploy(given)
    else:
        {"run": supervisor.run, "up": up, "down": down, "reset": reset, "status": status}[asked.command](given)


if __name__ == "__main__":
    main()
