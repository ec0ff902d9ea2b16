"""Threat: a script in a message, a course file or a reading that runs in the page of whoever is shown it. In a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from tests.serving import Server

pytestmark = pytest.mark.browser

PATIENCE = 20_000  # ms
MARK = "window.__ran=1"
ATTACKS = [
    f"<script>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    f'"><svg onload={MARK}>',
    f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"[click](javascript:{MARK})",
    f"**<b onmouseover={MARK}>bold</b>**",
    f"<a href='javascript:{MARK}'>x</a>",
    f"<details open ontoggle={MARK}>",
    f"{{{{constructor.constructor('{MARK}')()}}}}",
    "<style>*{display:none}</style>",
    f"javascript:{MARK}",
    f"</textarea><script>{MARK}</script>",
]
FOUND = """() => {
  const roots = [document], strange = [];
  while (roots.length) for (const node of roots.pop().querySelectorAll("*")) {
    if (node.shadowRoot) roots.push(node.shadowRoot);
    if ([...node.attributes].some((a) => /^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value) && a.name !== "value"
      && a.name !== "aria-label" && !a.name.startsWith("data-"))) strange.push(node.outerHTML.slice(0, 200));
    if (/^(iframe|object|embed)$/i.test(node.tagName)) strange.push(node.outerHTML.slice(0, 200));
    if (/^script$/i.test(node.tagName) && !node.src) strange.push(node.outerHTML.slice(0, 200));
    if (/^img$/i.test(node.tagName) && node.getAttribute("src") === "x") strange.push(node.outerHTML.slice(0, 200));
  }
  return strange;
}"""


@pytest.fixture
def page(server: Server, chromium: Any) -> Iterator[Any]:
    """The study page as the server gives it. However a test ends, no script of another's ran and none stands in it."""
    context = chromium.new_context()
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    asked: List[str] = []
    tab.on("request", lambda r: asked.append(r.url) if not r.url.startswith((server.url, "data:", "blob:")) else None)
    tab.on("dialog", lambda d: asked.append(f"dialog {d.message}"))
    tab.goto(server.url + "/")
    tab.locator("#input").wait_for(state="visible")
    yield tab
    tab.wait_for_timeout(200)
    left = (tab.evaluate("window.__ran"), tab.evaluate(FOUND), asked)
    context.close()
    assert left == (None, [], [])


def say(page: Any, text: str) -> None:
    """Send a message and wait until it is answered."""
    with page.expect_response(lambda response: response.url.endswith("/webhook")):
        page.fill("#input", text)
        page.press("#input", "Enter")
    page.wait_for_timeout(300)


def visible(page: Any) -> str:
    """All text that is shown, whichever root it is in."""
    return str(
        page.evaluate(
            """() => [document, ...[...document.querySelectorAll("*")].map((n) => n.shadowRoot).filter(Boolean)]
            .map((root) => (root.body ?? root).textContent).join(" ")"""
        )
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_message(page: Any, attack: str) -> None:
    """What a student types is shown as the text that it is; also after the page was loaded anew."""
    say(page, attack)

    assert attack.split("'", maxsplit=1)[0][:20] in visible(page)
    page.reload()
    page.locator("#input").wait_for(state="visible")
    page.wait_for_timeout(500)


def evil(attack: str) -> Dict[str, Any]:
    """An answer of a course, and of readings, that hold an attack wherever text can stand."""
    citation = {
        "number": 1, "passage": attack, "source": attack, "title": attack, "author": attack, "year": 1950, "locator": attack,
        "url": f"javascript:{MARK}", "text": attack,
    }  # fmt: skip
    cell = {"text": attack, "citations": [1]}
    return {
        "kind": "answer",
        "lead": attack,
        "sentences": [{"text": attack, "citations": [1], "quoted": True}],
        "citations": [citation],
        "table": {"columns": [attack, attack], "rows": [{"aspect": attack, "cells": [cell, cell]}]},
        "positions": [{"author": attack, "text": attack, "citations": [1]}],
        "sections": [{"title": attack, "heading": attack, "sentences": [0]}],
        "suggestions": [attack],
        "item": None,
        "course": {"id": attack, "version": attack},
    }


def put(attack: str) -> Dict[str, Any]:
    """A quiz question that holds an attack wherever text can stand."""
    options = [{"id": letter, "text": attack} for letter in "ab"]
    item = {
        "id": attack, "type": "multiple_choice", "stem": attack, "options": options, "prompts": [], "struck": [], "number": 1,
        "of": 2, "hint": attack,
    }  # fmt: skip
    return {"kind": "quiz_item", "item": item, "message": attack, "suggestions": [attack], "course": {"id": "x", "version": "x"}}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("made", [evil, put], ids=["answer", "question"])
def test_course_and_readings(page: Any, made: Any, attack: str) -> None:
    """What stands in a course or in a reading is shown as text: in sentences, titles, tables, positions, buttons and options."""

    def fulfil(route: Any) -> None:
        sent = json.loads(route.request.post_data)
        reply = {"text": attack, "buttons": [{"title": attack, "payload": attack}], "custom": made(attack)}
        if "/rest/" in route.request.url:
            route.fulfill(json=[{"recipient_id": "x", **reply}])
            return
        turn = {"number": 1, "at": "2026-03-02T09:00:00.000Z", "id": sent["id"], "said": attack, "replies": [reply]}
        route.fulfill(json={"turn": turn})

    page.route("**/webhooks/*/webhook", fulfil)
    say(page, "hello")

    assert attack.split("'", maxsplit=1)[0][:20].replace("**", "") in visible(page).replace("**", "")


@pytest.mark.parametrize("attack", ATTACKS[:4])
def test_start(page: Any, server: Server, attack: str) -> None:
    """The course's title and the questions to begin with are text, too."""
    course = {"id": "x", "title": attack, "version": "x", "start_with": [attack], "concepts": [{"id": attack, "name": attack}]}
    page.route("**/api/course", lambda route: route.fulfill(json=course))
    page.route("**/health", lambda route: route.fulfill(json={"status": "ready", "course": course, "start_with": [attack]}))

    page.goto(server.url + "/")

    page.wait_for_timeout(1500)
    assert attack[:12] in visible(page)


def test_ingested_page_is_text() -> None:
    """Scripts and their like are no part of what is read of a web page; what is written as text stays text."""
    from knowledge.ingest.document import Format
    from knowledge.ingest.parsers import parse

    source = "".join(f"<p>Bread {n} is baked. {attack}</p>" for n, attack in enumerate(ATTACKS[:4]))

    text = parse(f"<html><body>{source}<p>&lt;b&gt;</p></body></html>".encode(), Format.html, "a.html").text

    assert MARK not in text
    assert "onerror" not in text


def test_policy(server: Server) -> None:
    """If all else failed, the browser runs no script that does not come from the tutor."""
    policy = server.http.get("/").headers["content-security-policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}

    assert rules.get("script-src", rules["default-src"]) == ["'self'"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy


def test_no_markup_from_text() -> None:
    """No script of ours writes text as markup."""
    for folder in ("bot/widget", "bot/page"):
        for path in Path(folder).glob("*.js"):
            text = path.read_text(encoding="utf-8")
            assert not [
                way for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(") if way in text
            ], path
