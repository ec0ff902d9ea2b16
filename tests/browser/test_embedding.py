"""The widget on a page of another origin, which has a strict policy of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests import serving as servers
from tests.browser.visiting import PATIENCE, Visit
from tests.serving import Server, ready_var

pytestmark = pytest.mark.browser

STRICT = (
    "default-src 'none'; script-src {server}; connect-src {server}; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types track-tutor"
)
BY_NONCE = "default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; connect-src {server}; base-uri 'none'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Another course</title>{script}</head>
<body><h1>Another course</h1><p>Week one.</p>{element}</body></html>"""
SCRIPT = '<script src="{server}/widget.js" defer nonce="r4nd0m"></script>'
LOOK = """() => JSON.stringify({
  names: Object.getOwnPropertyNames(window).filter((name) => !/^\\d+$|playwright/i.test(name)).sort(),
  head: document.head.querySelectorAll(":not(script)").length, sheets: document.styleSheets.length,
  adopted: document.adoptedStyleSheets.length, body: getComputedStyle(document.body).cssText,
  title: getComputedStyle(document.querySelector("h1")).cssText,
  root: [...document.documentElement.attributes].map(({ name }) => name) })"""


class Site:
    """A site of one page, with a policy."""

    def __init__(self) -> None:
        site = self
        self.page, self.policy = "", ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if site.policy:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(site.page.encode() if self.path == "/" else b"")

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", servers.free_port()), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close the site."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The site of a course, whose origin the tutor allows."""
    site = Site()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def allowing(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A tutor that allows the site."""
    folder = tmp_path_factory.mktemp("allowing")
    var = ready_var(folder)
    with servers.serving(folder / "log.txt", TUTOR_VAR=str(var), TUTOR_ORIGINS=site.url) as running:
        running.wait()
        yield running
        running.stop()


@pytest.fixture
def tabs(chromium: Any) -> Iterator[Any]:
    """A browser's window."""
    context = chromium.new_context(viewport={"width": 1000, "height": 800})
    yield context
    context.close()


def embed(tabs: Any, site: Site, server: Server, policy: str = "", element: str = "<track-tutor></track-tutor>") -> Visit:
    """A visit to the site, with the widget on its page."""
    site.policy = policy.format(server=server.url)
    site.page = PAGE.format(script=SCRIPT.format(server=server.url), element=element)
    visit = Visit(tabs.new_page(), server.url)
    visit.page.goto(site.url)
    return visit


@pytest.mark.parametrize("policy", [STRICT, BY_NONCE], ids=["by host and trusted types", "by nonce"])
def test_strict_policy(tabs: Any, site: Site, allowing: Server, policy: str) -> None:
    """Under a strict policy the widget looks as it should and works: question, passage, quiz; the browser reports no violation."""
    visit = embed(tabs, site, allowing, policy)
    visit.open()
    visit.ask("What is Track 2?")
    visit.page.locator(".cite").first.click()
    visit.page.locator("dialog.sheet[open]").wait_for()
    visit.page.keyboard.press("Escape")
    visit.ask("2 multiple choice questions")
    visit.form().locator("input").first.check()
    visit.page.get_by_role("button", name="Answer", exact=True).click()

    assert visit.answered(3).get_attribute("data-kind") == "feedback"
    assert visit.page.locator(".sign").bounding_box()["height"] == 28  # the style sheet holds
    assert visit.page.locator(".panel").evaluate("node => getComputedStyle(node).position") == "fixed"
    assert visit.errors == []
    assert {url for url in visit.foreign if not url.startswith(site.url)} == set()


def test_conversation_of_a_site(tabs: Any, site: Site, allowing: Server) -> None:
    """Over a reload the conversation stays, also on another site's page."""
    visit = embed(tabs, site, allowing, STRICT)
    visit.open()
    visit.ask("What is Track 2?")
    visit.page.reload()
    visit.open()

    assert visit.answered(1).is_visible()
    assert visit.said() == ["What is Track 2?"]


def test_host_untouched(tabs: Any, site: Site, allowing: Server) -> None:
    """The page around it has the same look, names and head as without the widget, and its rules do not reach into it."""
    looks: List[str] = []
    for element in ("", "<track-tutor open></track-tutor>"):
        visit = embed(tabs, site, allowing, element=element)
        if element:
            visit.page.locator(".greeting .choice").first.wait_for(timeout=PATIENCE)
        else:
            site.page = site.page.replace(SCRIPT.format(server=allowing.url), "")
            visit.page.reload()
        looks.append(visit.page.evaluate(LOOK))
        children = visit.page.evaluate("[...document.body.children, ...document.documentElement.children].map((n) => n.localName)")

    assert looks[0] == looks[1]
    assert children == ["h1", "p", "track-tutor", "head", "body"]


def test_costs_nothing_until_opened(tabs: Any, site: Site, allowing: Server) -> None:
    """Closed, the widget loads its two files and asks the server nothing more; nothing but a token is kept in the browser."""
    visit = embed(tabs, site, allowing)
    seen: List[Tuple[str, str]] = []
    visit.page.on("request", lambda r: seen.append((r.method, r.url.removeprefix(allowing.url))))
    visit.page.reload()
    visit.page.locator(".launcher").wait_for()
    visit.page.wait_for_load_state("networkidle")

    assert [path for _, path in seen if path.startswith("/")] == ["/widget.js", "/strings.js"]
    assert visit.page.evaluate("localStorage.length") == 0


def test_address_with_version(tabs: Any, site: Site, allowing: Server) -> None:
    """Under its version's address the widget loads its strings of the same version, to be kept for a year, and finds the tutor."""
    version = str(allowing.http.get("/").text.split("/widget/")[1].split("/")[0])
    site.policy, kept = "", {}
    script = SCRIPT.format(server=f"{allowing.url}/widget/{version}")
    site.page = PAGE.format(script=script, element="<track-tutor></track-tutor>")
    visit = Visit(tabs.new_page(), allowing.url)

    def note(response: Any) -> None:
        kept[response.url.removeprefix(allowing.url)] = response.headers.get("cache-control", "")

    visit.page.on("response", note)
    visit.page.goto(site.url)
    visit.open()

    files: Dict[str, str] = {path: kept[path] for path in (f"/widget/{version}/widget.js", f"/widget/{version}/strings.js")}
    assert all("immutable" in how for how in files.values())


def test_foreign_site(tabs: Any, allowing: Server) -> None:
    """A site that is not allowed shows that the tutor cannot be reached, and gets nothing."""
    other = Site()
    try:
        visit = embed(tabs, other, allowing)
        visit.page.click(".launcher")
        visit.page.locator(".error", has_text="The conversation could not be loaded.").wait_for(timeout=PATIENCE)
        assert visit.page.evaluate("localStorage.length") == 0
    finally:
        other.stop()


def test_two_on_a_page(tabs: Any, site: Site, allowing: Server) -> None:
    """An element that is moved or made by a script works; the script may stand twice."""
    visit = embed(
        tabs, site, allowing, element=SCRIPT.format(server=allowing.url) + '<div id="a"><track-tutor inline></track-tutor></div>'
    )
    visit.page.locator(".greeting .choice").first.wait_for(timeout=PATIENCE)
    visit.ask("What is Track 2?")

    visit.page.evaluate("document.body.append(document.querySelector('track-tutor'))")

    assert visit.ask("and its weaknesses?").locator("h4").first.inner_text() == "Weaknesses of Track 2"
    assert visit.errors == []
