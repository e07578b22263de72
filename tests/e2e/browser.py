"""The system's Chromium, never one that is downloaded."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--mute-audio",
]

PATIENCE_MS = 30_000
"""Enough for two cores with other work; nothing waits for it when the condition is there."""


@contextmanager
def launched() -> Generator[Browser]:
    """Start the browser and yield it; every expectation has patience."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
