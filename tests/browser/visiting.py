"""A tab with the widget in it, as a test drives it."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

WEB = "/webhooks/web/"
PATIENCE = 20_000  # ms
NOT_FOUND_NOTE = "Failed to load resource"  # Chromium's own note on a status that is not 200
HOST = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A course</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="{server}/widget.js" defer></script>
<style>body {{ max-width: 34rem; margin: 2rem; font: 1rem/1.6 sans-serif; color: #222; background: #fff; }}</style></head>
<body><main><h1>A course</h1><p>Week three: who talks to whom when governments do not. Read the two articles, then write
half a page on what each of them leaves out.</p><p><a href="#">Reading</a></p>{element}</main></body></html>"""
ACTIVE = """(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
})()"""
WIDER = """() => Math.max(...[document.documentElement,
  ...document.querySelector("track-tutor").shadowRoot.querySelectorAll(".panel, .log, .sheet")]
  .map((node) => node.scrollWidth - node.clientWidth))"""


class Visit:
    """A tab, with everything that went wrong in it. Selectors reach into the widget's shadow root."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.errors: List[str] = []
        self.foreign: List[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", lambda r: self.foreign.append(r.url) if not r.url.startswith((url, "data:", "blob:")) else None)

    def study(self, path: str = "/") -> None:
        """Go to the study page and wait for the greeting."""
        self.page.goto(self.url + path)
        self.page.locator(".greeting").wait_for(state="attached", timeout=PATIENCE)
        self.page.locator("#standing > *").first.wait_for(timeout=PATIENCE)

    def host(self, element: str = "<track-tutor></track-tutor>", lang: str = "en") -> None:
        """Go to a page of a course that embeds the widget, on the tutor's own origin."""
        body = HOST.format(server=self.url, element=element, lang=lang)
        self.page.route(f"{self.url}/course.html", lambda route: route.fulfill(body=body, content_type="text/html"))
        self.page.goto(f"{self.url}/course.html")

    def open(self) -> None:
        """Open the panel by its launcher, and wait for the greeting."""
        self.page.click(".launcher")
        self.page.locator(".greeting .tutor, .turn").first.wait_for(timeout=PATIENCE)

    def send(self, text: str) -> None:
        """Type a message and send it with Enter."""
        self.page.fill("#input", text)
        self.page.press("#input", "Enter")

    def answered(self, count: int) -> Any:
        """The reply that is the so-manieth, once it is there."""
        reply = self.page.locator(".turn .tutor").nth(count - 1)
        reply.wait_for(timeout=PATIENCE)
        return reply

    def ask(self, text: str) -> Any:
        """Type a message, send it with Enter, wait; the reply's article."""
        before = int(self.page.locator(".turn .tutor").count())
        self.send(text)
        return self.answered(before + 1)

    def reply_with(self, custom: Dict[str, Any], text: str = "", **reply: Any) -> None:
        """Let the next message get this reply instead of the server's."""
        turn = {"number": 1_000_000 + len(self.said()), "at": "2026-03-02T09:00:00.000Z"}

        def fulfil(route: Any) -> None:
            sent = json.loads(route.request.post_data)
            replies = [{"text": text, "buttons": [], "custom": custom, **reply}]
            route.fulfill(
                json={"turn": {**turn, "id": sent["id"], "said": sent.get("shown") or sent["message"], "replies": replies}}
            )

        self.page.route(f"**{WEB}webhook", fulfil, times=1)

    def said(self) -> List[str]:
        """What the student said, as it stands in the log."""
        return list(self.page.locator(".turn .student p").all_inner_texts())

    def focused(self) -> str:
        """What has the focus: its id, else its label or text."""
        script = f"(at => at.id || at.getAttribute('aria-label') || at.value || at.textContent.trim())({ACTIVE})"
        return str(self.page.evaluate(script))

    def overflow(self) -> int:
        """Pixels by which the page, or the panel, is wider than there is room."""
        return int(self.page.evaluate(WIDER))

    def token(self) -> str:
        """The learner's token, as this browser keeps it."""
        kept = self.page.evaluate("Object.entries(localStorage).find(([name]) => /^track-tutor http/.test(name))[1]")
        return str(json.loads(kept)["token"])

    def forgive(self, note: str = NOT_FOUND_NOTE) -> None:
        """Leave out what Chromium itself notes of a request that was meant to fail."""
        self.errors[:] = [error for error in self.errors if note not in error]

    def form(self, kind: Optional[str] = None) -> Any:
        """The open quiz question, perhaps of one type."""
        return self.page.locator(f'form.question[data-type="{kind}"]' if kind else "form.question")
