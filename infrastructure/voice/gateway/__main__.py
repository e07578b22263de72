"""`python -m infrastructure.voice.gateway run|up|down|status|front|check`: the gateway of one host."""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from infrastructure.local.settings import PROJECT
from infrastructure.voice.gateway import certificate, front, programs, rendering, settings, supervisor
from infrastructure.voice.gateway.settings import Settings

UP_LIMIT_S, DOWN_LIMIT_S = 120, 45


def up(given: Settings) -> None:
    """Start the gateway in the background and return when all its programs answer."""
    if _supervisor_pid(given):
        print("ready (it was running)")
        return
    given.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    log_path = given.logs / "supervisor.log"
    with log_path.open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "infrastructure.voice.gateway", "run"],
            cwd=PROJECT,
            env={**os.environ, settings.CONFIG_FILE: str(supervisor.settings_file(given)), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + UP_LIMIT_S
    while "ready:" not in log_path.read_text():
        if child.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the gateway did not start:\n{log_path.read_text()}")
        time.sleep(0.1)
    print(log_path.read_text(), end="")


def down(given: Settings) -> None:
    """Stop a gateway that runs in the background or elsewhere."""
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


def status(given: Settings) -> None:
    """Print which programs run."""
    print(f"supervisor: {'runs' if _supervisor_pid(given) else 'does not run'}")
    for path in sorted(given.pids.glob("*.pid")):
        if path.stem != "supervisor":
            print(f"{path.stem}: {'runs' if _command(path) else 'does not run'}")


def check(given: Settings) -> None:
    """Write the configuration and let Kamailio read it. Errors: CalledProcessError when it is refused."""
    certificate.ensure(given)
    path = rendering.render(given)
    subprocess.run([programs.executable("kamailio"), "-c", "-f", str(path)], check=True, stderr=subprocess.STDOUT)


def _supervisor_pid(given: Settings) -> int | None:
    path = supervisor.pid_file(given)
    return int(path.read_text()) if "infrastructure.voice.gateway" in _command(path) else None


def _command(pid_file: Path) -> str:
    try:
        return Path(f"/proc/{int(pid_file.read_text())}/cmdline").read_text()
    except (OSError, ValueError):
        return ""


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m infrastructure.voice.gateway", description=__doc__)
    parser.add_argument("command", choices=["run", "up", "down", "status", "front", "check"])
    parser.add_argument("--config", help="settings (JSON); else $ZHIYIN_GATEWAY_CONFIG, else a laptop's defaults")
    parser.add_argument("--nodes", type=int, help="how many nodes run on this host")
    asked = parser.parse_args()
    try:
        given = settings.load(asked.config)
    except (OSError, ValueError) as error:
        raise SystemExit(f"configuration: {error}") from error
    if asked.nodes is not None:
        given = msgspec.structs.replace(given, nodes=asked.nodes)
    if asked.command == "front":
        asyncio.run(front.serve(given))
    else:
        {"run": supervisor.run, "up": up, "down": down, "status": status, "check": check}[asked.command](given)


if __name__ == "__main__":
    main()
