"""Chromium, headless."""

from __future__ import annotations

from typing import Any, Iterator

import pytest

from tests.browser.visiting import Visit
from tests.serving import Server


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
