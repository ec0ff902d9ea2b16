"""A tab on the study page, as a test drives it."""

from __future__ import annotations

from typing import Any, List

ANSWERED = "#log .tutor:not(.greeting)"


class Visit:
    """A tab on the page, with everything that went wrong in it."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.errors: List[str] = []
        self.foreign: List[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", lambda r: self.foreign.append(r.url) if not r.url.startswith((url, "data:")) else None)

    def ask(self, text: str) -> Any:
        """Type a message and send it with Enter; the answer's article."""
        before = self.page.locator(ANSWERED).count()
        self.page.fill("#input", text)
        self.page.press("#input", "Enter")
        answer = self.page.locator(ANSWERED).nth(before)
        answer.wait_for(timeout=15_000)
        return answer

    def focused(self) -> str:
        """What has the focus: its id, else its text."""
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.textContent"))

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
