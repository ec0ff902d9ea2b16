"""The widget's files: how large they may be, and what may not stand in them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Set

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "bot" / "widget"
LARGEST = 25_000  # bytes, gzipped: all that an embedding page loads
NEVER = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "setAttribute('style",
    "cssText",
)
SVG = "http://www.w3.org/2000/svg"  # a name, not an address


def read(name: str) -> str:
    """The text of a file."""
    return (FOLDER / name).read_text(encoding="utf-8")


def defined() -> Set[str]:
    """The names of the English strings."""
    return set(re.findall(r"^    (\w+): ", read("strings.js"), re.MULTILINE))


def test_size() -> None:
    """What a page loads to embed the tutor is under 25 kB gzipped, strings included."""
    assert sum(len(gzip.compress((FOLDER / name).read_bytes(), mtime=0)) for name in ("widget.js", "strings.js")) < LARGEST


@pytest.mark.parametrize("name", ["widget.js", "study.js", "strings.js"])
def test_no_markup_from_text(name: str) -> None:
    """Text becomes text nodes: nothing in the scripts could make markup or code of it, or needs a policy to be loosened."""
    assert [word for word in NEVER if word in read(name)] == []


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_nothing_from_elsewhere(path: Path) -> None:
    """No file names another host."""
    assert re.findall(r"https?://|[\"'(`]//", path.read_text(encoding="utf-8").replace(SVG, "")) == []


def test_every_string_is_there() -> None:
    """Every string that the scripts and the page ask for is defined, and none is defined in vain."""
    used = set(re.findall(r'data-t="(\w+)"', read("study.html")))
    for name in ("widget.js", "study.js"):
        quoted = set(re.findall(r'"(\w+)"', read(name)))
        used |= quoted & defined()
        missing = set(re.findall(r'\bt\("(\w+)"', read(name))) - defined()
        assert missing == set(), name
    by_type = {"multiple_choice", "true_false", "select_all", "match", "short_answer"}  # asked for by the type of a question
    assert used - defined() == set()
    assert defined() - used - by_type == set()


def test_one_element() -> None:
    """The script defines one element, once, however often it is loaded."""
    assert read("widget.js").count("customElements.define(") == 1
    assert 'if (customElements.get("track-tutor")) return;' in read("widget.js")
