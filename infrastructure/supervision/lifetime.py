"""Bind a child process's life to its parent's (Linux), so that kill -9 of a parent leaves no orphan on its ports."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


def leave_on(*signals: signal.Signals) -> None:
    """Make each of the signals end this process in order, through its `finally` clauses."""
    for each in signals:
        signal.signal(each, _leave)


def _leave(*_: object) -> None:
    sys.exit(0)


def die_with_parent(by: signal.Signals) -> None:
    """Ask the kernel to send this process the signal `by` when its parent ends. Call it in the child."""
    _libc.prctl(PR_SET_PDEATHSIG, by)
