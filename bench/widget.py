"""`python -m bench.widget` (part of `make bench`): what the widget costs a page and how fast it is, by the browser's own clock.

Starts the tutor on a free port and visits it with headless Chromium: on a page that embeds the widget, as it is and as a slow phone
would have it (processor slowed four times, 1.6 Mbit/s, 150 ms a round trip). Prints a table, and writes it with the raw figures
to var/bench/.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

from bench.figures import folder, keep
from bench.processes import free_port, is_ready, stop, wait_until

ROUNDS = 10
QUESTIONS = ("What is Track 2?", "strengths of track 1.5", "compare 1.5 vs 2", "who coined the term track two?")
FILES = ("widget.js", "strings.js", "study.html", "study.js", "study.css")
FOLDER = Path(__file__).resolve().parent.parent / "bot" / "widget"
SLOW = {"offline": False, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8, "latency": 150}  # bytes a second, ms
SLOWER = 4  # times, of the processor
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A course</title>
<script src="/widget.js" defer></script></head><body><h1>A course</h1><track-tutor></track-tutor></body></html>"""
WATCH = """window.blocked = 0;
new PerformanceObserver((list) => { for (const task of list.getEntries()) window.blocked += Math.max(0, task.duration - 50); })
  .observe({ type: "longtask", buffered: true });
window.seen = (selector, count = 1) => new Promise((done) => {
  const look = () => {
    const found = document.querySelector("track-tutor")?.shadowRoot?.querySelectorAll(selector) ?? [];
    if (found.length >= count) requestAnimationFrame(() => setTimeout(() => done(performance.now()))); // painted
    else setTimeout(look, 1);
  };
  look();
});
addEventListener("DOMContentLoaded", () => { window.interactive = window.seen(".launcher"); });"""
OPEN = """async () => {
  const begun = performance.now();
  document.querySelector("track-tutor").setAttribute("open", "");
  return (await window.seen(".greeting .choice")) - begun;
}"""
ASK = """async (text) => {
  const root = document.querySelector("track-tutor").shadowRoot;
  const count = root.querySelectorAll(".turn .tutor").length + 1;
  root.querySelector("#input").value = text;
  const begun = performance.now();
  root.querySelector(".composer").requestSubmit();
  return (await window.seen(".turn .tutor", count)) - begun;
}"""
SENT = "() => performance.getEntriesByType('resource').reduce((sum, entry) => sum + entry.transferSize, 0)"


def main() -> int:
    """Measure, print a Markdown table, and write it with the raw figures to var/bench/."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: the widget was not measured (Debian: apt install chromium)", file=sys.stderr)
        return 0
    port = free_port()
    own = {**os.environ, "PORT": str(port), "TUTOR_LOG_LEVEL": "warning"}
    server = subprocess.Popen([sys.executable, "-m", "bot"], env=own, stdout=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        wait_until(lambda: is_ready(base), [server])
        figures = {"bytes": _bytes(), "usual": _visit(chromium, base, slow=False), "slow": _visit(chromium, base, slow=True)}
    finally:
        stop([server])
    table = _table(figures)
    keep("widget", figures)
    (folder() / "widget.md").write_text(table, encoding="utf-8")
    print(table)
    return 0


def _bytes() -> Dict[str, List[int]]:
    """Bytes of each file: as it is, and gzipped."""
    contents = {name: (FOLDER / name).read_bytes() for name in FILES}
    return {name: [len(content), len(gzip.compress(content, mtime=0))] for name, content in contents.items()}


def _visit(chromium: str, base: str, slow: bool) -> Dict[str, List[float]]:
    """Milliseconds (and bytes) of visits with an empty cache: to interactive, blocked, to open, from send to answer shown."""
    from playwright.sync_api import sync_playwright

    figures: Dict[str, List[float]] = {"interactive": [], "blocked": [], "transferred": [], "open": [], "answer": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for number in range(ROUNDS + 1):
            one = _once(browser, base, slow)
            for name, values in one.items() if number else ():  # the first visit warms up
                figures[name] += values
        browser.close()
    return figures


def _once(browser: Any, base: str, slow: bool) -> Dict[str, List[float]]:
    context = browser.new_context(viewport={"width": 360, "height": 740} if slow else {"width": 1100, "height": 760})
    page = context.new_page()
    if slow:
        session = context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    page.route("**/course.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto(f"{base}/course.html")
    interactive = page.evaluate("() => window.interactive")
    sent, blocked = page.evaluate(SENT), page.evaluate("() => window.blocked")
    opened = page.evaluate(OPEN)
    answers = [page.evaluate(ASK, question) for question in QUESTIONS]
    context.close()
    return {"interactive": [interactive], "blocked": [blocked], "transferred": [sent], "open": [opened], "answer": answers}


def _table(figures: Dict[str, Any]) -> str:
    rows = ["| file of the widget | bytes | gzipped |", "|---|---|---|"]
    rows += [f"| `{name}` | {raw:,} | {packed:,} |" for name, (raw, packed) in figures["bytes"].items()]
    rows += ["", "| what | this machine: p50 / p95 | as a slow phone: p50 / p95 |", "|---|---|---|"]
    for name, what in _MEANING.items():
        rows.append(f"| {what} | {_percentiles(figures['usual'][name])} | {_percentiles(figures['slow'][name])} |")
    return "\n".join(rows) + "\n"


_MEANING = {
    "transferred": "sent to a page that embeds it, bytes",
    "interactive": "from navigation to a launcher that can be pressed, ms",
    "blocked": "of that, the page was blocked, ms",
    "open": "from opening to the greeting shown, ms",
    "answer": "from send to answer shown, ms",
}


def _percentiles(values: List[float]) -> str:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return f"{cuts[49]:,.0f} / {cuts[94]:,.0f}"


if __name__ == "__main__":
    sys.exit(main())
