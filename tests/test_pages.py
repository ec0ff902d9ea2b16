"""The widget's files: where they are served, how long they are kept, and that nothing else is."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Iterator

import pytest

from bot.pages import Parts
from index.retrieval import Retriever
from knowledge.models import Course
from tests.toy_app import ToyServer, toy_server

SCRIPT = "customElements.define('track-tutor', class extends HTMLElement {});\n" * 20
STUDY = '<!doctype html><script src="/widget/{version}/widget.js" defer></script>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A widget of three files, and one that is not for the outside."""
    made = tmp_path / "widget"
    made.mkdir()
    (made / "widget.js").write_text(SCRIPT)
    (made / "study.html").write_text(STUDY)
    (made / "study.css").write_text("body { margin: 0 }")
    (made / "notes.txt").write_text("secret")
    return made


@pytest.fixture
def server(course: Course, retriever: Retriever, tmp_path: Path, folder: Path) -> Iterator[ToyServer]:
    """A server of this widget."""
    made = toy_server(course, retriever, tmp_path, widget=folder)
    yield made
    made.close()


def test_widget(server: ToyServer) -> None:
    """The script is at a fixed address, asked for each time whether it changed, and may be embedded elsewhere."""
    response = server.call("GET", "/widget.js")

    assert (response.status_code, response.text) == (200, SCRIPT)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_unchanged(server: ToyServer) -> None:
    """A browser that has the script is told so, without sending it again."""
    tag = server.call("GET", "/widget.js").headers["etag"]

    for given in (tag, f"W/{tag}", f'"x", {tag}'):
        response = server.call("GET", "/widget.js", headers={"If-None-Match": given})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert server.call("GET", "/widget.js", headers={"If-None-Match": '"x"'}).status_code == 200


def test_packed(server: ToyServer, folder: Path) -> None:
    """It is sent packed to those who can unpack it, and as it is to others."""
    plain = Parts(folder).get("widget.js")
    assert plain

    async def raw(encoding: str) -> bytes:
        async with server.client() as client, client.stream("GET", "/widget.js", headers={"Accept-Encoding": encoding}) as response:
            return b"".join([chunk async for chunk in response.aiter_raw()])

    assert gzip.decompress(server.run(raw("gzip, br"))) == SCRIPT.encode()
    assert server.run(raw("identity")) == SCRIPT.encode()


def test_version(server: ToyServer, folder: Path) -> None:
    """The study page names its parts with their version, under which they may be kept for a year; a change makes another."""
    page = server.call("GET", "/")
    (address,) = re.findall(r"/widget/[0-9a-f]{10}/widget.js", page.text)

    kept = server.call("GET", address)
    assert (kept.text, kept.headers["cache-control"]) == (SCRIPT, "public, max-age=31536000, immutable")

    (folder / "study.css").write_text("body { margin: 1px }")
    assert address not in server.call("GET", "/").text
    old = server.call("GET", address)
    assert (old.text, old.headers["cache-control"]) == (SCRIPT, "no-cache")


@pytest.mark.parametrize("path", ["/", "/answers/" + "0a" * 12])
def test_study_page(server: ToyServer, path: str) -> None:
    """The study page stands at / and under each shared answer, and may run no script but ours."""
    page = server.call("GET", path)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/notes.txt",
        "/widget/0123456789/notes.txt",
        "/widget/0123456789/..%2fnotes.txt",
        "/widget/0123456789/../notes.txt",
        "/..%2fvar%2fsecret",
        "/widget/0123456789/study.html",
        "/nothing.js",
        "/WIDGET.JS",
        "/answers/" + "z" * 24,
        "/answers/../widget.js%00",
    ],
)
def test_nothing_else(server: ToyServer, path: str) -> None:
    """Only the widget's own files can be had, whatever the path says."""
    assert server.call("GET", path).status_code == 404


def test_without_the_files(course: Course, retriever: Retriever, tmp_path: Path) -> None:
    """Where the widget's files are missing, that is said; the tutor answers all the same."""
    server = toy_server(course, retriever, tmp_path)

    assert [server.call("GET", path).status_code for path in ("/", "/widget.js")] == [404, 404]
    assert server.call("GET", "/health").status_code == 200
    server.close()
