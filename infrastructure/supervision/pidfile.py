"""Who runs under a name: pid files, and the end of processes whose supervisor was killed."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

STOP_LIMIT_S = 15.0


def write_pid(path: Path, pid: int) -> None:
    """Write a pid file at once, so that a reader never finds it empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(str(pid))
    draft.replace(path)


def end_leftover(pid_file: Path, command: list[str]) -> None:
    """End a process whose supervisor was killed, if the pid is still that process and not another one by now."""
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text())
        if command_line(pid)[: len(command)] != command:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT_S
        while time.monotonic() < deadline and command_line(pid):
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def command_line(pid: int) -> list[str]:
    """Return the words with which a process was started, none when there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []
