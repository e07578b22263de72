"""One private stack for a whole pytest run, whichever of tests/stack and tests/e2e ask for it."""

import fcntl
import os
import subprocess
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infrastructure.local import settings as stack
from infrastructure.local.private import private_stack
from infrastructure.local.runner import rights
from infrastructure.local.settings import Settings
from infrastructure.supervision import PROJECT

FRONTEND = PROJECT / "frontend"
INDEX = FRONTEND / "dist" / "index.html"


class _Shared:
    """The running stack and how many fixtures hold it; the last to leave stops it."""

    holders = 0
    opened = ExitStack()
    settings: Settings | None = None


@contextmanager
def shared_stack() -> Generator[Settings]:
    """Yield the run's stack with demo data, started by the first who asks.

    With ZHIYIN_STACK_UP set it is the one that the environment's ports name, already up, so that a test being written
    need not wait for a start.
    """
    if os.environ.get("ZHIYIN_STACK_UP"):
        yield stack.load()
        return
    if _Shared.settings is None:
        _Shared.settings = _Shared.opened.enter_context(private_stack())
    _Shared.holders += 1
    try:
        yield _Shared.settings
    finally:
        _Shared.holders -= 1
        if _Shared.holders == 0:
            refused = _refused(_Shared.settings)
            _Shared.settings = None
            _Shared.opened.close()
            assert not refused, f"AWS would have refused (packaging/functions.yaml):\n{refused}"


def _refused(settings: Settings) -> str:
    """Return what the functions asked for without a right to it."""
    found = settings.home / rights.FILE
    return found.read_text() if found.exists() else ""


def build_web_app() -> None:
    """Build the web app that the stack serves, unless what is built is newer than every source.

    Workers of one run that ask together build it once.
    """
    if os.environ.get("ZHIYIN_BUILT"):
        return
    with (FRONTEND / "package.json").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not INDEX.exists() or INDEX.stat().st_mtime <= _newest_source():
            _build()


def _build() -> None:
    done = subprocess.run(["npm", "run", "build"], cwd=FRONTEND, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the web app does not build:\n{done.stdout}{done.stderr}")


def _newest_source() -> float:
    return max(file.stat().st_mtime for file in _sources())


def _sources() -> Iterator[Path]:
    for folder in ("src", "public"):
        yield from (file for file in (FRONTEND / folder).rglob("*") if file.is_file() and ".test." not in file.name)
    yield from (FRONTEND / name for name in ("index.html", "package.json", "vite.config.ts"))
