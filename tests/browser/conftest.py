"""Chromium, headless."""

from __future__ import annotations

import os
import shutil
from typing import Any, Iterator

import pytest

from tests.browser.visiting import Visit
from tests.serving import Server

FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")  # playwright keeps an event loop running, in which other modules could not run their own
def chromium() -> Iterator[Any]:
    """A browser; without Chromium these tests are skipped, but never on the test machine."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(
                "Chromium is missing, and CI must not skip the tests of the widget; install it (Debian: apt install chromium)"
            )
        pytest.skip("Chromium is missing; install it to test the widget (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(server: Server, chromium: Any) -> Iterator[Visit]:
    """An empty tab of a new student. However it ends, nothing was logged as an error and no other host was asked."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800})
    visit = Visit(context.new_page(), server.url)
    yield visit
    context.close()
    assert (visit.errors, visit.foreign) == ([], [])


@pytest.fixture
def visit(tab: Visit) -> Visit:
    """A fresh visit to the study page."""
    tab.study()
    return tab
