"""One program, kept running without ever making the others wait."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from infrastructure.local.lifetime import die_with_parent
from infrastructure.local.pidfile import STOP_LIMIT_S, end_leftover, write_pid
from infrastructure.local.settings import PROJECT
from infrastructure.voice.gateway.programs import Program, inherited
from infrastructure.voice.gateway.settings import Settings

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
STEADY_S = 10.0
LOG_BYTES = 50_000_000


class Kept:
    """A program and its process. Failures in a row are tried ever more slowly."""

    def __init__(self, program: Program, settings: Settings) -> None:
        self.program = program
        self._log = settings.logs / f"{program.name}.log"
        self._pid_file: Path = settings.pids / f"{program.name}.pid"
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause = FIRST_PAUSE_S

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
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self.program.command,
                cwd=PROJECT,
                env={**inherited(), **self.program.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        self._started_at = time.monotonic()
        write_pid(self._pid_file, self._child.pid)

    def look(self) -> bool:
        """Tell once of each death; start the process again when its pause is over."""
        if self._child is not None:
            if self._child.poll() is None:
                return False
            self._note_death(self._child)
            return True
        if time.monotonic() >= self._due_at:
            self.start()
        return False

    def kill(self) -> None:
        """End the process at once, with all its children (a hung node; Kamailio's workers)."""
        if self._child is not None:
            _kill_group(self._child.pid)

    def ask_to_end(self) -> None:
        """Ask the process to end; a node lets its calls end first and ends them when it is asked again."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def stop(self) -> None:
        """End the process, in peace if it can."""
        self.ask_to_end()
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_LIMIT_S)
        _kill_group(child.pid)
        child.wait()
        self._pid_file.unlink(missing_ok=True)

    def _note_death(self, child: subprocess.Popen[bytes]) -> None:
        _kill_group(child.pid)  # workers that outlive their parent would hold its ports
        self._pause = FIRST_PAUSE_S if self.age_s > STEADY_S else min(self._pause * 2, LONGEST_PAUSE_S)
        self._due_at = time.monotonic() + self._pause
        self._child = None
        print(f"{self.program.name} ended with {child.returncode}; starting it again", flush=True)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
