"""Whether another process is alive."""

from pathlib import Path


def lives(pid: int) -> bool:
    """Tell whether a process of this host is there and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
