"""Notice that the product's code or the deployed stack changed."""

import time
from collections.abc import Iterator
from pathlib import Path

from infrastructure.local.settings import Settings
from infrastructure.supervision import PROJECT

QUIET_S = 0.7
"""Editors and tools write several files in a row; a change counts when nothing has changed for this long."""

State = dict[Path, tuple[int, int]]


def state(settings: Settings) -> State:
    """Return size and time of every file that the functions are made of, and of what the last deploy wrote."""
    found: State = {}
    for path in (settings.outputs_file, *_sources()):
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def settled(settings: Settings, before: State) -> State:
    """Return the present state; after a change, wait until the files are quiet."""
    now = state(settings)
    while now != before:
        before = now
        time.sleep(QUIET_S)
        now = state(settings)
    return now


def _sources() -> Iterator[Path]:
    yield PROJECT / "app.py"
    for path in (PROJECT / "chalicelib").rglob("*"):
        if path.suffix in {".py", ".json", ".yaml"}:
            yield path
