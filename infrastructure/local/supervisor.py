"""Run the whole stack in the foreground: start the parts in order, keep them running, deploy what changed."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from infrastructure.local import carrier, deploy, origin, parts, seed
from infrastructure.local.parts import Part
from infrastructure.local.settings import DEMO_PASSWORD, Settings
from infrastructure.supervision import PROJECT
from infrastructure.supervision.background import alone
from infrastructure.supervision.kept import Kept
from infrastructure.supervision.lifetime import leave_on

LOOK_EVERY_S = 0.1
START_LIMIT_S = 180
DEPLOY_RETRY_S = 5.0


class Supervisor:
    """Everything of one running stack."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        inherited = parts.inherited()
        self._emulator = Kept(parts.emulator(settings), settings, inherited)
        self._runner = Kept(parts.runner(settings), settings, inherited)
        self._proxy = Kept(parts.proxy(settings), settings, inherited)
        self._simulator = Kept(parts.simulator(settings), settings, inherited)
        self._deployed_sources: dict[Path, int] = {}
        self._deploy_at = 0.0
        self._listed_at = 0

    def run(self) -> None:
        """Start everything, say `ready`, and supervise until a signal comes."""
        with alone(self._settings):
            try:
                self._start()
                _announce(self._settings)
                while True:
                    self._supervise()
                    time.sleep(LOOK_EVERY_S)
            finally:
                self._stop()
                print("stopped", flush=True)

    def _start(self) -> None:
        self._emulator.start()
        self._wait(self._emulator)
        self._deployed_sources = _template_sources()
        deployed = deploy.deploy(self._settings)
        self._listed_at = carrier.listed_at(self._settings)
        origin.write(self._settings, deployed)
        for process in (self._runner, self._proxy, self._simulator):
            process.start()
        self._wait(self._runner)
        self._wait(self._simulator)
        _seed(self._settings)

    def _supervise(self) -> None:
        if self._emulator.look():
            self._wait(self._emulator)
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

    def _wait(self, kept: Kept[Part]) -> None:
        """Return when a part answers; one that dies meanwhile is started again."""
        deadline = time.monotonic() + START_LIMIT_S
        while not kept.program.answers():
            if time.monotonic() > deadline:
                raise SystemExit(f"{kept.program.name} does not answer; see {self._settings.logs}")
            kept.look()
            time.sleep(LOOK_EVERY_S)

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


def _announce(settings: Settings) -> None:
    accounts = ", ".join(account.username for account in seed.ACCOUNTS)
    print(f"ready: {settings.public_url}")
    print(f"demo accounts: {accounts} (password of all: {DEMO_PASSWORD})", flush=True)


def run(settings: Settings) -> None:
    """Run the stack until SIGINT or SIGTERM."""
    leave_on(signal.SIGTERM, signal.SIGINT)
    Supervisor(settings).run()
