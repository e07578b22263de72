"""One program, kept running without ever making the others wait. It cannot outlive its supervisor."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from infrastructure.supervision import PROJECT
from infrastructure.supervision.lifetime import die_with_parent
from infrastructure.supervision.pidfile import STOP_LIMIT_S, end_leftover, write_pid
from infrastructure.supervision.program import Places, Program

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
STEADY_S = 10.0
LOG_BYTES = 50_000_000
P = TypeVar("P", bound=Program)


class Kept(Generic[P]):
    """A program and its process. Failures in a row are tried ever more slowly. inherited: what it gets of our own
    environment."""

    def __init__(self, program: P, places: Places, inherited: Mapping[str, str]) -> None:
        self.program = program
        self._inherited = inherited
        self._log = places.logs / f"{program.name}.log"
        self._pid_file: Path = places.pids / f"{program.name}.pid"
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at: float | None = None
        self._pause = FIRST_PAUSE_S
        self._retired = False

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def age_s(self) -> float:
        """Return for how long the process has run."""
        return time.monotonic() - self._started_at

    def start(self) -> None:
        """Start the process, and end what a supervisor that was killed may have left behind under this name."""
        end_leftover(self._pid_file, self.program.command)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self.program.command,
                cwd=PROJECT,
                env={**self._inherited, **self.program.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops the programs in order
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        self._started_at, self._due_at = time.monotonic(), None
        write_pid(self._pid_file, self._child.pid)

    def look(self) -> bool:
        """Tell once of each death; start the process again when its pause is over. One that was stopped stays so."""
        if self._child is not None:
            if self._child.poll() is None:
                return False
            self._note_death(self._child)
            return True
        if self._due_at is not None and time.monotonic() >= self._due_at:
            self.start()
        return False

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to the process if it runs."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(what)

    def kill(self) -> None:
        """End the process at once, with all its children (a hung node; Kamailio's workers)."""
        if self._child is not None:
            _kill_group(self._child.pid)

    def ask_to_end(self) -> None:
        """Ask the process to end; a node lets its calls end first and ends them when it is asked again."""
        self.signal(signal.SIGTERM)

    def retire(self) -> None:
        """Ask the process to end in its own time; it is not started again."""
        self._retired, self._due_at = True, None
        self.ask_to_end()

    def stop(self) -> None:
        """End the process, in peace if it can."""
        self.ask_to_end()
        child, self._child, self._due_at = self._child, None, None
        if child is None:
            return
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_LIMIT_S)
        _kill_group(child.pid)
        child.wait()
        self._pid_file.unlink(missing_ok=True)

    def _note_death(self, child: subprocess.Popen[bytes]) -> None:
        _kill_group(child.pid)  # workers that outlive their parent would hold its ports
        self._child = None
        if self._retired:
            self._pid_file.unlink(missing_ok=True)
            print(f"{self.program.name} ended with {child.returncode}", flush=True)
            return
        self._pause = FIRST_PAUSE_S if self.age_s > STEADY_S else min(self._pause * 2, LONGEST_PAUSE_S)
        self._due_at = time.monotonic() + self._pause
        print(f"{self.program.name} ended with {child.returncode}; starting it again", flush=True)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
