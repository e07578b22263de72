"""Keep one good generation of workers: replace it when a source file or the deployed stack changes, or when it dies.

A generation is one process that imports app.py once and forks the workers from there (see generation.py). An edit that
does not import leaves the old generation in service and says so in the log, so a half-written file stops nobody.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from infrastructure.local import deploy, settings
from infrastructure.local.runner import watch
from infrastructure.supervision.lifetime import die_with_parent, leave_on

READY_LIMIT_S = 60
LOOK_EVERY_S = 0.5
RETRY_AFTER_S = 2.0
STOP_LIMIT_S = 12.0


class Runner:
    """The listening socket and the generation that serves it."""

    def __init__(self, given: settings.Settings) -> None:
        self._settings = given
        self._socket = socket.create_server(("127.0.0.1", given.runner_port), backlog=512, reuse_port=False)
        self._socket.set_inheritable(True)
        self._generation: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        """Run until a signal ends the process."""
        seen = watch.state(self._settings)
        self._renew()
        while True:
            time.sleep(LOOK_EVERY_S)
            now = watch.settled(self._settings, seen)
            if now != seen:
                seen = now
                self._renew()
            elif self._generation is None or self._generation.poll() is not None:
                time.sleep(RETRY_AFTER_S)
                self._renew()

    def _renew(self) -> None:
        """Start a new generation and, once it serves, let the old one finish what it is doing and go."""
        environment = deploy.read(self._settings).get("functions", {})
        if not environment:
            return  # nothing is deployed yet; the file's appearance brings us back here
        old, new = self._generation, self._start()
        if new is None:
            print("runner: app.py cannot be imported; the generation before it stays", flush=True)
            return
        print("runner: serving the code as it is now", flush=True)
        self._generation = new
        if old and old.poll() is None:
            old.send_signal(signal.SIGTERM)

    def _start(self) -> subprocess.Popen[bytes] | None:
        ready, told = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "infrastructure.local.runner.generation", str(self._socket.fileno()), str(told)],
            pass_fds=(self._socket.fileno(), told),
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        )
        os.close(told)
        good = _read_within(ready, READY_LIMIT_S) == b"ready"
        os.close(ready)
        if not good:
            process.kill()
            process.wait()
        return process if good else None

    def stop(self) -> None:
        """End the generation, giving its workers a moment to finish."""
        if self._generation and self._generation.poll() is None:
            self._generation.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._generation.wait(STOP_LIMIT_S)


def _read_within(descriptor: int, limit_s: float) -> bytes:
    """Return what a child says on a pipe; empty if it ends or says nothing in time."""
    deadline = time.monotonic() + limit_s
    os.set_blocking(descriptor, False)
    while time.monotonic() < deadline:
        with suppress(BlockingIOError):
            return os.read(descriptor, 16)
        time.sleep(0.02)
    return b""


def main() -> None:
    """Serve with the settings of the environment until SIGTERM or SIGINT."""
    runner = Runner(settings.load())
    leave_on(signal.SIGTERM)
    try:
        runner.serve()
    except KeyboardInterrupt:
        pass
    finally:
        runner.stop()


if __name__ == "__main__":
    main()
