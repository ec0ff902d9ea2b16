"""Chromium, headless."""

from __future__ import annotations

import os
import shutil
from typing import Any, Iterator

import pytest

FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")  # playwright keeps an event loop running, in which other modules could not run their own
def chromium() -> Iterator[Any]:
    """A browser; without Chromium these tests are skipped, but never on the test machine."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "Chromium is missing, and CI must not skip the tests of the page; install it (Debian: apt install chromium)"
            )
        pytest.skip("Chromium is missing; install it to test the page (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
