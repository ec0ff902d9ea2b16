"""The widget for everyone: assistive technology, keyboards, narrow and enlarged windows, other directions of writing."""

from __future__ import annotations

from typing import Any, List

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.looking import STATES, feedback, passage, table
from tests.browser.visiting import Visit

pytestmark = pytest.mark.browser

ARABIC = """customElements.get("track-tutor").languages({ ar: {
  launch: "اسأل المعلم", heading: "معلم المقرر", send: "إرسال", you: "أنت", tutor: "المعلم", close: "إغلاق" } });"""
ANEW = """lang => {
  document.querySelector("track-tutor")?.remove();
  const node = document.createElement("track-tutor");
  node.lang = lang;
  document.querySelector("main").append(node);
}"""
COARSE = "html { font-size: 62.5%; } body { font: 9px/1 serif; color: red; text-transform: uppercase }"


def violations(visit: Visit) -> List[str]:
    """What axe-core finds wrong, with the first node of each."""
    found = Axe().run(visit.page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]} ({len(fault['nodes'])})" for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe(tab: Visit, state: str, scheme: str) -> None:
    """axe-core finds no violation in any state, in both colour schemes."""
    tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    STATES[state](tab)

    assert violations(tab) == []


def test_axe_sees(tab: Visit) -> None:
    """The check does look into the widget: letters too faint to read are found."""
    tab.host('<track-tutor open style="--tutor-ink: #ccc"></track-tutor>')
    tab.page.locator(".greeting .choice").first.wait_for()

    assert [fault.split(":")[0] for fault in violations(tab)] == ["color-contrast"]


@pytest.mark.parametrize("state", STATES)
def test_narrow(tab: Visit, state: str) -> None:
    """At 320 pixels nothing scrolls sideways but tables in their own frame, and axe-core finds no violation."""
    tab.page.set_viewport_size({"width": 320, "height": 640})
    STATES[state](tab)

    assert tab.overflow() <= 0
    assert violations(tab) == []


def test_enlarged(tab: Visit) -> None:
    """Enlarged to 400 %, a window of 1280 x 1024 leaves 320 x 256: everything can be reached by scrolling in one direction."""
    tab.page.set_viewport_size({"width": 320, "height": 256})
    table(tab)

    assert tab.overflow() <= 0
    for name in ("#input", ".cite >> nth=0", ".masthead .symbol >> nth=-1"):
        node = tab.page.locator(name)
        node.scroll_into_view_if_needed()
        box = node.bounding_box()
        assert box["y"] >= -1 and box["y"] + min(box["height"], 44) <= 257, name


def test_large_letters(tab: Visit) -> None:
    """A browser set to letters of double size gets them, whatever size the page around the widget sets."""
    tab.host(f"<style>{COARSE}</style><track-tutor></track-tutor>")
    tab.open()
    body = tab.page.locator(".greeting .body p")

    size, color, case = body.evaluate("(node) => ((s) => [s.fontSize, s.color, s.textTransform])(getComputedStyle(node))")

    assert (float(size.removesuffix("px")) >= 16, color, case) == (True, "rgb(28, 36, 34)", "none")


def test_focus(tab: Visit) -> None:
    """Opened, the focus is in the message field; closed, by Escape or the button, it is back on the launcher."""
    tab.host()
    launcher = tab.page.locator(".launcher")
    launcher.focus()
    tab.page.keyboard.press("Enter")
    tab.page.locator(".greeting .choice").first.wait_for()
    opened = tab.focused()
    tab.page.keyboard.press("Escape")
    closed = tab.focused()
    tab.page.keyboard.press("Enter")
    tab.page.locator(".masthead").get_by_role("button", name="Close").click()

    assert (opened, closed, tab.focused()) == ("input", "Ask the tutor", "Ask the tutor")
    assert launcher.get_attribute("aria-expanded") == "false"


def test_escape_closes_one_thing(tab: Visit) -> None:
    """Escape closes the passage first, then the panel."""
    passage(tab)
    tab.page.keyboard.press("Escape")
    sheet, panel = tab.page.locator(".sheet").is_visible(), tab.page.locator(".panel").is_visible()
    tab.page.keyboard.press("Escape")

    assert (sheet, panel, tab.page.locator(".panel").is_visible()) == (False, True, False)


def test_page_behind(tab: Visit) -> None:
    """Beside the panel the page can be used; where the panel fills the window, the focus stays in it."""
    for width, leaves in ((1000, True), (400, False)):
        tab.page.set_viewport_size({"width": width, "height": 700})
        tab.host()
        tab.open()
        passed = []
        for _ in range(12):
            tab.page.keyboard.press("Tab")
            passed.append(tab.focused())
        assert ("Reading" in passed) is leaves, passed


def test_opened_by_the_page(tab: Visit) -> None:
    """A page that opens the panel with an attribute does not lose the focus to it; the attribute follows the panel."""
    tab.host("<track-tutor open></track-tutor>")
    tab.page.locator(".greeting .choice").first.wait_for()
    taken = tab.page.evaluate("document.activeElement === document.querySelector('track-tutor')")
    tab.page.locator(".masthead").get_by_role("button", name="Close").click()

    assert taken is False
    assert tab.page.locator("track-tutor").get_attribute("open") is None


def test_right_to_left(tab: Visit) -> None:
    """In a language that is written from right to left the interface is mirrored, while English answers keep their direction."""
    tab.host("<track-tutor></track-tutor>", lang="ar")
    tab.page.locator(".launcher").wait_for()
    tab.page.evaluate(ARABIC)
    tab.page.evaluate(ANEW, "")
    launcher = tab.page.locator(".launcher", has_text="اسأل المعلم").bounding_box()
    tab.open()
    tab.ask("What are the strengths of Track 2?")
    sent = tab.page.get_by_role("button", name="إرسال").bounding_box()
    field = tab.page.locator("#input").bounding_box()
    direction = tab.page.locator(".turn .body li").first.evaluate("node => getComputedStyle(node).direction")

    assert launcher["x"] < 200  # at the left edge
    assert sent["x"] < field["x"]
    assert (tab.page.locator(".panel").get_attribute("dir"), direction) == ("rtl", "ltr")
    assert tab.overflow() <= 0
    assert violations(tab) == []


@pytest.mark.parametrize(
    "page, element, shown",
    [
        ("ar", "", "اسأل المعلم"),
        ("ar-EG", "", "اسأل المعلم"),
        ("en", "ar", "اسأل المعلم"),
        ("tlh", "", "Ask the tutor"),
        ("ar", "en", "Ask the tutor"),
    ],
)
def test_language(tab: Visit, page: str, element: str, shown: str) -> None:
    """The interface speaks the language of its attribute, else the page's, else English."""
    tab.host("", lang=page)
    tab.page.wait_for_function("Boolean(customElements.get('track-tutor'))")
    tab.page.evaluate(ARABIC)
    tab.page.evaluate(ANEW, element)

    assert tab.page.locator(".launcher").inner_text() == shown


def test_reduced_motion(tab: Visit) -> None:
    """Whoever asked for less motion sees none."""
    moving = []
    for motion in ("no-preference", "reduce"):
        tab.page.emulate_media(reduced_motion=motion)
        tab.host()
        tab.open()
        tab.page.route("**/webhooks/web/webhook", lambda route: None, times=1)
        tab.page.locator(".status:empty").wait_for(state="attached")
        tab.send("hello")
        moving.append(tab.page.locator(".dots i").first.evaluate("node => getComputedStyle(node).animationName"))
        tab.page.evaluate("sessionStorage.clear()")

    assert moving == ["breathe", "none"]


def test_theme(tab: Visit) -> None:
    """`theme` holds against the system's setting; --tutor-accent colours what can be pressed."""
    colours: List[Any] = []
    for attributes in ("", 'theme="dark"', 'theme="light"', 'style="--tutor-accent: rgb(120, 20, 90)"'):
        tab.host(f"<track-tutor {attributes}></track-tutor>")
        colours.append(tab.page.locator(".launcher").evaluate("node => getComputedStyle(node).backgroundColor"))

    assert colours == ["rgb(11, 90, 85)", "rgb(134, 208, 196)", "rgb(11, 90, 85)", "rgb(120, 20, 90)"]


def test_attributes(tab: Visit) -> None:
    """Heading, first message and side are the page's to choose."""
    tab.host('<track-tutor heading="Ask Ada" start="Ask me about bread." position="left"></track-tutor>')
    side = tab.page.locator(".launcher").bounding_box()["x"]
    tab.open()

    assert (tab.page.inner_text(".masthead h2"), tab.page.inner_text(".greeting .body")) == ("Ask Ada", "Ask me about bread.")
    assert (side, tab.page.locator(".panel").bounding_box()["x"]) == (20, 20)


def test_forced_colours(tab: Visit) -> None:
    """Without any colours of ours, what was right and what was not still differ."""
    tab.page.emulate_media(forced_colors="active")
    feedback(tab)

    assert tab.page.locator(".sign").inner_text() in ("✓", "✗", "◐")
