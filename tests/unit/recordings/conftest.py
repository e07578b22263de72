"""Fixtures of the recordings' tests."""

from recordings_kit import carrier, stack

__all__ = ["carrier", "stack"]
