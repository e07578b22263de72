"""What is to be kept running, and where its traces lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Program:
    """One supervised process. environment: what it gets beside what its supervisor passes on."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


class Places(Protocol):
    """Where a supervisor's home is, and in it log files and pid files, one a program."""

    @property
    def home(self) -> Path:
        """Return the folder of everything."""
        ...

    @property
    def logs(self) -> Path:
        """Return the folder of log files."""
        ...

    @property
    def pids(self) -> Path:
        """Return the folder of pid files."""
        ...
