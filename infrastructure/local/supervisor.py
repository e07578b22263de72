"""Run the whole stack in the foreground: start the parts in order, keep them running, deploy what changed."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from infrastructure.local import carrier, deploy, origin, parts, seed
from infrastructure.local.lifetime import leave_on
from infrastructure.local.pidfile import write_pid
from infrastructure.local.processes import Process
from infrastructure.local.settings import DEMO_PASSWORD, PROJECT, Settings

LOOK_EVERY_S = 0.2
START_LIMIT_S = 180
DEPLOY_RETRY_S = 5.0


class Supervisor:
    """Everything of one running stack."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._emulator = Process(parts.emulator(settings), settings)
        self._runner = Process(parts.runner(settings), settings)
        self._proxy = Process(parts.proxy(settings), settings)
        self._simulator = Process(parts.simulator(settings), settings)
        self._deployed_sources: dict[Path, int] = {}
        self._deploy_at = 0.0
        self._listed_at = 0

    def run(self) -> None:
        """Start everything, say `ready`, and supervise until a signal comes."""
        settings = self._settings
        for folder in (settings.home, settings.logs, settings.pids):
            folder.mkdir(parents=True, exist_ok=True)
        lock = (settings.home / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"a stack is already running in {settings.home}") from None
        write_pid(pid_file(settings), os.getpid())
        try:
            self._start()
            _announce(settings)
            while True:
                self._supervise()
                time.sleep(LOOK_EVERY_S)
        finally:
            self._stop()
            print("stopped", flush=True)

    def _start(self) -> None:
        self._emulator.start()
        _wait(self._emulator.part.answers, "the emulator", self._settings)
        self._deployed_sources = _template_sources()
        deployed = deploy.deploy(self._settings)
        self._listed_at = carrier.listed_at(self._settings)
        origin.write(self._settings, deployed)
        for process in (self._runner, self._proxy, self._simulator):
            process.start()
        _wait(self._runner.part.answers, "the API", self._settings)
        _wait(self._simulator.part.answers, "the simulator", self._settings)
        _seed(self._settings)

    def _supervise(self) -> None:
        if self._emulator.look():
            _wait(self._emulator.part.answers, "the emulator", self._settings)
            self._deploy_at = time.monotonic()
        for process in (self._runner, self._proxy, self._simulator):
            process.look()
        sources = _template_sources()
        if sources != self._deployed_sources:
            self._deployed_sources = sources
            self._deploy_at = time.monotonic() + 1.0  # several files are often written in a row
        self._look_at_carriers()
        if self._deploy_at and time.monotonic() >= self._deploy_at:
            self._deploy_again()

    def _look_at_carriers(self) -> None:
        """Let pages reach the edge of a gateway that was made beside the stack."""
        listed_at = carrier.listed_at(self._settings)
        if listed_at == self._listed_at:
            return
        with suppress(ValueError):  # it is being written
            self._renew_origin(deploy.read(self._settings))
            self._listed_at = listed_at

    def _deploy_again(self) -> None:
        """Deploy a changed template beside running traffic; a template that cannot be made changes nothing."""
        self._deploy_at = 0.0
        try:
            before = deploy.read(self._settings)
            deployed = deploy.deploy(self._settings)
            if deployed != before:
                print("deployed a changed template", flush=True)
            _seed(self._settings)
        except Exception as error:
            print(f"not deployed: {error}", flush=True)
            return
        self._renew_origin(deployed)

    def _renew_origin(self, deployed: dict[str, str]) -> None:
        if origin.write(self._settings, deployed):
            self._proxy.signal(signal.SIGHUP)

    def _stop(self) -> None:
        for process in (self._proxy, self._simulator, self._runner, self._emulator):
            process.stop()


def _seed(settings: Settings) -> None:
    """Make the demo data in a process of its own, which imports the product as it is now. The stack runs without it."""
    environment = {**parts.inherited(), **settings.own_environment()}
    command = [sys.executable, "-m", "infrastructure.local.seed"]
    made = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    if made.returncode:
        print(f"the demo data is not complete:\n{made.stdout}{made.stderr}", flush=True)


def _template_sources() -> dict[Path, int]:
    """Return the times of the files that the template is made of."""
    found = [PROJECT / "app.py", PROJECT / ".chalice" / "config.json"]
    found += (PROJECT / "chalicelib").glob("*/routes*.py")
    found += (PROJECT / "infrastructure" / "cloud").glob("*")
    found += (PROJECT / "infrastructure" / "packaging").glob("*.yaml")
    return {path: path.stat().st_mtime_ns for path in found if path.exists()}


def _wait(answers: Callable[[], bool], what: str, settings: Settings) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not answers():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} does not answer; see {settings.logs}")
        time.sleep(0.1)


def _announce(settings: Settings) -> None:
    accounts = ", ".join(account.username for account in seed.ACCOUNTS)
    print(f"ready: {settings.public_url}")
    print(f"demo accounts: {accounts} (password of all: {DEMO_PASSWORD})", flush=True)


def pid_file(settings: Settings) -> Path:
    """Return the file with the pid of the stack's supervisor."""
    return settings.pids / "supervisor.pid"


def run(settings: Settings) -> None:
    """Run the stack until SIGINT or SIGTERM."""
    leave_on(signal.SIGTERM, signal.SIGINT)
    Supervisor(settings).run()
