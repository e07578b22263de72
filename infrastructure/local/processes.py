"""Child processes that cannot outlive their supervisor and are started again when they die."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Protocol

from infrastructure.local.lifetime import die_with_parent
from infrastructure.local.parts import Part, inherited
from infrastructure.local.pidfile import STOP_LIMIT_S, end_leftover, write_pid
from infrastructure.local.settings import PROJECT

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 5.0
STEADY_S = 10.0
LOG_BYTES = 50_000_000


class Places(Protocol):
    """Where log files and pid files lie."""

    @property
    def logs(self) -> Path:
        """Return the folder of one log file a part."""
        ...

    @property
    def pids(self) -> Path:
        """Return the folder of one pid file a part."""
        ...


class Process:
    """One part, kept running."""

    def __init__(self, part: Part, settings: Places) -> None:
        self.part = part
        self._log = settings.logs / f"{part.name}.log"
        self._pid_file = settings.pids / f"{part.name}.pid"
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE_S

    def start(self) -> None:
        """Start the process, and end what an earlier supervisor may have left behind under this name."""
        end_leftover(self._pid_file, self.part.command)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self.part.command,
                cwd=PROJECT,
                env={**inherited(), **self.part.environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops the parts in order
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )
        self._started = time.monotonic()
        write_pid(self._pid_file, self._child.pid)

    def look(self) -> bool:
        """Start the process again if it died; tell whether it had. Failures in a row are tried ever more slowly."""
        if self._child is None or self._child.poll() is None:
            return False
        lived = time.monotonic() - self._started
        self._pause = FIRST_PAUSE_S if lived > STEADY_S else min(self._pause * 2, LONGEST_PAUSE_S)
        print(f"{self.part.name} ended with {self._child.returncode}; starting it again", flush=True)
        time.sleep(self._pause)
        self.start()
        return True

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to the process if it runs."""
        if self._child and self._child.poll() is None:
            self._child.send_signal(what)

    def stop(self) -> None:
        """End the process, in peace if it can."""
        if self._child is None:
            return
        self.signal(signal.SIGTERM)
        try:
            self._child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._pid_file.unlink(missing_ok=True)
        self._child = None
