"""Debian's Chromium for the browser tests, started in one way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Yield a browser for the tests of a module."""
    if not CHROMIUM.exists():
        pytest.fail("no Chromium: apt-get update && apt-get install -y --no-install-recommends chromium", pytrace=False)
    expect.set_options(timeout=60_000)  # a machine that is busy with other tests is slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
