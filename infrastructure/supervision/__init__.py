"""Keeping programs running: on a laptop the stack's, on a gateway's host the gateway's."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""Where the programs are started."""
