"""The study page in a real browser, against the real server."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.visiting import ANSWERED, Visit
from tests.serving import WEBHOOK, Server

pytestmark = pytest.mark.browser


def test_greeting(visit: Visit, server: Server) -> None:
    """The page greets with the course's title and the questions to begin with."""
    health = server.http.get("/health").json()

    assert visit.page.inner_text("#course") == health["course"]["title"]
    assert visit.page.title() == f"{health['course']['title']} · Course tutor"
    assert visit.page.locator(".greeting .choice").all_inner_texts() == health["start_with"]


def test_answer(visit: Visit) -> None:
    """A question is answered below it, with a mark on every sentence and the readings under Sources."""
    answer = visit.ask("What is Track 2?")

    assert visit.page.locator("#log .student p").all_inner_texts() == ["What is Track 2?"]
    sentences = answer.locator(".body > p, .body > ul > li")
    assert sentences.count() > 0
    assert all(re.search(r"\[\d+\]$", text) for text in sentences.all_inner_texts())
    numbers = answer.locator(".sources .number").all_text_contents()
    assert numbers == [f"[{n + 1}]" for n in range(answer.locator(".sources li").count())]
    assert visit.page.input_value("#input") == ""


def test_citation(visit: Visit, server: Server) -> None:
    """A mark opens the passage with author, title and place; Esc closes it, and the focus is back where it was."""
    cite = visit.ask("What is Track 2?").locator(".cite").first
    passage = server.http.get(f"/api/passages/{cite.get_attribute('data-passage')}").json()

    cite.click()
    visit.page.locator("dialog[open]").wait_for()
    visit.page.wait_for_load_state("networkidle")

    dialog = visit.page.locator("#passage")
    assert dialog.locator("#passage-title").inner_text() == passage["source"]["title"]
    assert passage["source"]["author"] in dialog.inner_text()
    assert passage["locator"] in dialog.inner_text()
    assert passage["text"] in dialog.inner_text()
    assert visit.focused() == "passage-title"
    visit.page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert cite.evaluate("node => node === document.activeElement")


def test_source_link(visit: Visit, server: Server) -> None:
    """The reading's address opens in a new tab that knows nothing of this one."""
    answer = visit.ask("What does Schiller say about soft diplomacy?")

    answer.locator(".cite").first.click()
    link = visit.page.locator("#passage a")

    assert link.get_attribute("href") == "https://diplomatmagazine.eu/2019/08/03/what-is-a-track-1-5-diplomat/"
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_suggestion(visit: Visit) -> None:
    """A suggestion is asked as a message when it is pressed, and the old suggestions go."""
    choice = visit.ask("What is Track 2?").locator(".choice").first
    text = choice.inner_text()

    choice.click()
    visit.page.locator(ANSWERED).nth(1).wait_for()

    assert visit.page.locator("#log .student p").all_inner_texts() == ["What is Track 2?", text]
    assert visit.page.locator(".suggestions:visible").count() == 1


def test_comparison(visit: Visit) -> None:
    """A comparison is a table with a head for each concept, a row for each aspect, and marks in its cells."""
    table = visit.ask("Compare Track 1.5 and Track 2").locator("table")

    assert table.locator("thead th").all_inner_texts() == ["Aspect", "Track 1.5", "Track 2"]
    assert "Definition" in table.locator("tbody th").all_inner_texts()
    assert table.locator("tbody tr").first.locator("td .cite").count() > 1
    assert table.locator("caption").inner_text() == "Side by side: Track 1.5, Track 2"


def test_keyboard_only(visit: Visit) -> None:
    """Everything is reached without a mouse: the field by the skip link, a citation by Tab, its passage by Enter."""
    page = visit.page
    page.keyboard.press("Tab")
    assert visit.focused() == "Skip to the message field"
    page.keyboard.press("Enter")
    page.keyboard.type("What is Track 2?")
    page.keyboard.press("Enter")
    page.locator(ANSWERED).wait_for()
    page.locator("#log .student").evaluate("node => { node.tabIndex = -1; node.focus() }")  # as a reader would begin to read

    page.keyboard.press("Tab")
    assert visit.focused() == "[1]"
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")

    assert visit.focused() == "[1]"


def test_shift_enter(visit: Visit) -> None:
    """Shift and Enter start a new line and send nothing."""
    visit.page.fill("#input", "one")
    visit.page.press("#input", "Shift+Enter")
    visit.page.keyboard.type("two")

    assert visit.page.input_value("#input") == "one\ntwo"
    assert visit.page.locator("#log .student").count() == 0


def test_nothing_to_send(visit: Visit) -> None:
    """An empty field sends nothing and takes the focus."""
    visit.page.fill("#input", "   ")
    visit.page.click("#send")

    assert visit.focused() == "input"
    assert visit.page.locator("#log .student").count() == 0


def test_reload(visit: Visit) -> None:
    """A reload keeps what was said, and the tutor still knows what it was about."""
    visit.ask("What are the strengths of Track 2?")
    before = visit.page.locator("#log .message:not(.greeting)").all_inner_texts()

    visit.page.reload()
    visit.page.locator(".greeting").wait_for()
    after = visit.page.locator("#log .message:not(.greeting)").all_inner_texts()
    follow_up = visit.ask("and its weaknesses?")

    assert after == before
    assert follow_up.locator("h3").first.inner_text() == "Weaknesses of Track 2"


def test_new_conversation(visit: Visit) -> None:
    """A new conversation begins with an empty page and an unknown subject."""
    visit.ask("What are the strengths of Track 2?")

    visit.page.click("#new")
    assert visit.page.locator("#log .message:not(.greeting)").count() == 0
    reply = visit.ask("and its weaknesses?")

    assert "Which one do you mean?" in reply.inner_text()


@pytest.mark.parametrize(
    "fault, shown",
    [
        (
            {"status": 500, "json": {"error": {"message": "something went wrong here; try again"}}},
            "something went wrong here; try again",
        ),
        ({"status": 503, "json": {"error": {"message": "still starting"}}}, "still starting"),
        ({"status": 413, "json": {"error": {"field": "message", "message": "is too long"}}}, "message is too long"),
        ({"status": 502, "body": "<html>Bad Gateway</html>"}, "The tutor had a problem (error 502)."),
        ({"status": 200, "json": []}, "The tutor sent no answer."),
    ],
    ids=["500", "503", "413", "502 without JSON", "no message"],
)
def test_server_error(visit: Visit, fault: Any, shown: str) -> None:
    """A failure is told with its reason, the text is kept, and Retry sends it again."""
    visit.page.route(f"**{WEBHOOK}", lambda route: route.fulfill(**fault), times=1)
    visit.page.fill("#input", "What is Track 2?")
    visit.page.press("#input", "Enter")
    visit.page.locator("#error button").wait_for()

    assert shown in visit.page.inner_text("#error")
    assert visit.page.input_value("#input") == "What is Track 2?"
    visit.page.click("#error button")
    visit.page.locator(ANSWERED).wait_for()
    assert visit.page.inner_text("#error") == ""
    assert visit.page.locator("#log .student p").all_inner_texts() == ["What is Track 2?"]
    visit.errors[:] = [e for e in visit.errors if "Failed to load resource" not in e]  # Chromium's own note on the status


def test_unreachable(visit: Visit) -> None:
    """A server that cannot be reached is told so, with Retry."""
    visit.page.route(f"**{WEBHOOK}", lambda route: route.abort(), times=1)
    visit.page.fill("#input", "What is Track 2?")
    visit.page.press("#input", "Enter")
    visit.page.locator("#error button").wait_for()

    assert "The tutor cannot be reached." in visit.page.inner_text("#error")
    visit.page.click("#error button")
    visit.page.locator(ANSWERED).wait_for()
    visit.errors[:] = [e for e in visit.errors if "Failed to load resource" not in e]


def test_markup_is_text(visit: Visit) -> None:
    """Markup that a student types, or a server sends, is shown as text."""
    evil = "<img src=x onerror=\"document.title='owned'\"> **bold**"
    reply = [{"text": evil, "custom": {"kind": "chat"}, "buttons": [{"title": evil, "payload": "x"}]}]
    visit.page.route(f"**{WEBHOOK}", lambda route: route.fulfill(json=reply), times=1)

    answer = visit.ask(evil)

    assert "<img src=x" in answer.inner_text()
    assert visit.page.locator("#log img").count() == 0
    assert visit.page.title() != "owned"
    assert answer.locator("strong").inner_text() == "bold"


@pytest.mark.parametrize("width", [320, 375, 1400])
def test_width(visit: Visit, width: int) -> None:
    """On a narrow screen nothing makes the page scroll sideways: not a table, not a long word, not an open passage."""
    visit.page.set_viewport_size({"width": width, "height": 600})

    visit.ask("Compare Track 1, Track 1.5 and Track 2")
    answer = visit.ask("x" * 300 + " what is Track 2?")
    widest = [visit.overflow()]
    visit.page.locator(".cite").first.click()
    visit.page.locator("dialog[open]").wait_for()
    widest.append(visit.overflow())

    assert answer.is_visible()
    assert widest == [0, 0]


def test_long_text(visit: Visit) -> None:
    """The field takes no more than is read, and counts near the end."""
    visit.page.fill("#input", "x" * 1990)
    assert visit.page.inner_text("#counter") == "1,990 / 2,000"

    visit.page.press("#input", "End")
    visit.page.keyboard.type("y" * 20)

    assert visit.page.input_value("#input") == "x" * 1990 + "y" * 10


def test_spoken(visit: Visit) -> None:
    """What comes is announced: the log and the status politely, an error at once; every control has a name."""
    page = visit.page

    page.locator('#log[role="log"][aria-live="polite"]').wait_for()  # not at once: what was said before a reload is not news
    assert (page.get_attribute("#status", "role"), page.get_attribute("#error", "role")) == ("status", "alert")
    assert page.get_by_label("Your message to the tutor").count() == 1
    cite = visit.ask("What is Track 2?").locator(".cite").first
    assert re.match(r"\[1\] .+, .+", cite.get_attribute("aria-label"))
