"""Answers in the widget, in a real browser, against the real server."""

from __future__ import annotations

import re
from typing import Any, List

import pytest

from tests.browser.visiting import PATIENCE, Visit
from tests.serving import Server

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelector("track-tutor").shadowRoot
  .querySelectorAll("button, summary, textarea, select, .option, a")]
  .filter((node) => node.checkVisibility()).map((node) => [node.textContent.trim().slice(0, 30), node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.9 || box.height < 43.9).map(([text, box]) => `${text} ${box.width} x ${box.height}`)"""


def test_greeting(visit: Visit, server: Server) -> None:
    """The widget greets with the course's title and the questions to begin with."""
    course = server.http.get("/api/course").json()

    assert visit.page.inner_text("h1") == course["title"]
    assert course["title"] in visit.page.inner_text(".greeting .body")
    assert visit.page.title() == f"{course['title']} · Course tutor"
    assert visit.page.locator(".greeting .choice").all_inner_texts() == course["start_with"]


def test_answer(visit: Visit) -> None:
    """A question is answered below it, with a mark on every sentence and the readings under Sources."""
    answer = visit.ask("What are the strengths of Track 2?")

    assert visit.said() == ["What are the strengths of Track 2?"]
    sentences = answer.locator(".body > p, .body > ul > li").all_inner_texts()
    assert len(sentences) > 1
    assert all(re.search(r"\[\d+\]$", text) for text in sentences)
    numbers = answer.locator(".sources .number").all_text_contents()
    assert numbers == [f"[{n + 1}]" for n in range(answer.locator(".sources li").count())]
    assert visit.page.input_value("#input") == ""


def test_follow_up(visit: Visit) -> None:
    """The tutor knows what the conversation is about."""
    visit.ask("What are the strengths of Track 2?")

    assert visit.ask("and its weaknesses?").locator("h4").first.inner_text() == "Weaknesses of Track 2"


def test_citation(visit: Visit, server: Server) -> None:
    """A mark opens the passage with author, title and place; Esc closes it, and the focus is back where it was."""
    cite = visit.ask("What is Track 2?").locator(".cite").first
    passage = server.http.get(f"/api/passages/{cite.get_attribute('data-passage')}").json()

    cite.click()
    sheet = visit.page.locator("dialog.sheet[open]")
    sheet.wait_for()
    visit.page.wait_for_load_state("networkidle")

    told = sheet.inner_text()
    assert sheet.locator("h2").inner_text() == passage["source"]["title"]
    assert [part for part in (passage["source"]["author"], passage["locator"], passage["text"]) if part not in told] == []
    assert visit.focused() == "sheet-title"
    visit.page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert cite.evaluate("node => node === node.getRootNode().activeElement")


def test_copies(visit: Visit, server: Server) -> None:
    """An answer is copied with its sources, a passage as a reference."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = visit.ask("What are the strengths of Track 2?")

    answer.get_by_role("button", name="Copy").click()
    visit.page.get_by_text("Copied.").wait_for()
    copied = str(visit.page.evaluate("navigator.clipboard.readText()"))
    answer.locator(".cite").first.click()
    visit.page.get_by_role("button", name="Copy as reference").click()
    visit.page.locator(".told", has_text="Copied.").wait_for()
    reference = str(visit.page.evaluate("navigator.clipboard.readText()"))

    source = server.http.get(f"/api/passages/{answer.locator('.cite').first.get_attribute('data-passage')}").json()
    assert "Strengths of Track 2" in copied and "Sources:" in copied
    assert reference.startswith(f"{source['source']['author']} (")
    assert source["source"]["title"] in reference and source["locator"] in reference


def test_source_link(visit: Visit) -> None:
    """The reading's address opens in a new tab that knows nothing of this one."""
    visit.ask("What does Schiller say about soft diplomacy?").locator(".cite").first.click()
    link = visit.page.locator(".sheet a")

    assert link.get_attribute("href") == "https://diplomatmagazine.eu/2019/08/03/what-is-a-track-1-5-diplomat/"
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_suggestion(visit: Visit) -> None:
    """A suggestion is asked as a message when it is pressed, the old ones go, and the focus goes on in the answer."""
    choice = visit.ask("What is Track 2?").locator(".choice").first
    text = choice.inner_text()

    choice.click()
    answer = visit.answered(2)

    assert visit.said() == ["What is Track 2?", text]
    assert visit.page.locator(".suggestions:visible").count() == 1
    assert answer.evaluate("node => node === node.getRootNode().activeElement")


def test_comparison(visit: Visit) -> None:
    """A comparison is a table with a head for each concept, a row for each aspect, and marks in its cells."""
    table = visit.ask("Compare Track 1.5 and Track 2").locator("table")

    assert table.locator("thead th").all_inner_texts() == ["Aspect", "Track 1.5", "Track 2"]
    assert "Definition" in table.locator("tbody th").all_inner_texts()
    assert table.locator("tbody tr").first.locator("td .cite").count() > 1
    assert table.locator("caption").inner_text() == "Side by side: Track 1.5, Track 2"


def test_report(visit: Visit, server: Server) -> None:
    """A report reaches the instructor's log with question, answer and note, and without the learner."""
    visit.ask("What are the strengths of Track 2?").get_by_role("button", name="Report").click()
    note = f"The third is missing. {visit.token()[-9:]}"
    visit.page.fill("#note", note)
    visit.page.get_by_role("button", name="Send the report").click()
    visit.page.get_by_text("Thank you. The report is with your instructor.").wait_for()

    logs = list((server.var / "reports").glob("*.jsonl"))
    lines = [line for log in logs for line in log.read_text(encoding="utf-8").splitlines()]
    mine = [line for line in lines if note in line]
    assert len(mine) == 1
    assert "What are the strengths of Track 2?" in mine[0]
    assert "web." not in mine[0]


def test_shared_answer(visit: Visit) -> None:
    """An answer's address shows question, answer and course version to anybody, and nothing to send a message with."""
    answer = visit.ask("What are the strengths of Track 2?")
    said = answer.locator(".body > ul > li").all_inner_texts()
    answer.get_by_role("button", name="Link", exact=True).click()
    address = visit.page.locator("#address")
    address.wait_for()

    visit.page.context.clear_cookies()
    visit.page.evaluate("localStorage.clear()")
    visit.page.goto(address.input_value())
    shown = visit.page.locator(".turn .tutor")
    shown.wait_for(timeout=PATIENCE)

    assert visit.said() == ["What are the strengths of Track 2?"]
    assert shown.locator(".body > ul > li").all_inner_texts() == said
    visit.page.get_by_text("Every sentence still stands in the course.").wait_for()
    visit.page.locator("main.alone").get_by_text("Ask the tutor yourself").wait_for()
    assert visit.page.locator("#input:visible, .tools:visible, #progress").count() == 0
    shown.locator(".cite").first.click()
    visit.page.locator("dialog.sheet[open]").wait_for()


def test_no_such_answer(visit: Visit) -> None:
    """An address of no answer says so."""
    visit.page.goto(f"{visit.url}/answers/{'0' * 24}")

    visit.page.get_by_text("There is no answer at this address.").wait_for(timeout=PATIENCE)
    visit.forgive()


def test_keyboard_only(visit: Visit) -> None:
    """Everything is reached without a mouse: the tutor by the skip link, a citation by Tab, its passage by Enter."""
    page = visit.page
    page.keyboard.press("Tab")
    assert visit.focused() == "Skip to the tutor"
    page.keyboard.press("Enter")
    reached: List[str] = []
    while "input" not in reached and len(reached) < 10:
        page.keyboard.press("Tab")
        reached.append(visit.focused())
    page.keyboard.type("What is Track 2?")
    page.keyboard.press("Enter")
    visit.answered(1)

    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if visit.focused().startswith("[1] "):
            break
    page.keyboard.press("Enter")
    page.locator("dialog.sheet[open]").wait_for()
    page.keyboard.press("Escape")

    assert reached[-1] == "input"
    assert visit.focused().startswith("[1] ")


def test_shift_enter(visit: Visit) -> None:
    """Shift and Enter start a new line and send nothing."""
    visit.page.fill("#input", "one")
    visit.page.press("#input", "Shift+Enter")
    visit.page.keyboard.type("two")

    assert visit.page.input_value("#input") == "one\ntwo"
    assert visit.said() == []


def test_nothing_to_send(visit: Visit) -> None:
    """An empty field sends nothing and takes the focus."""
    visit.page.fill("#input", "   ")
    visit.page.get_by_role("button", name="Send").click()

    assert visit.focused() == "input"
    assert visit.said() == []


def test_long_text(visit: Visit) -> None:
    """The field takes no more than is read, and tells near the end how much is left."""
    visit.page.fill("#input", "x" * 1990)
    assert visit.page.inner_text(".left") == "At most 50 characters left"

    visit.page.press("#input", "End")
    visit.page.keyboard.type("y" * 20)

    assert visit.page.input_value("#input") == "x" * 1990 + "y" * 10


def test_markup_is_text(visit: Visit) -> None:
    """Markup that a student types, or a server sends, is shown as text, wherever it stands."""
    evil = "<img src=x onerror=\"document.title='owned'\"> **bold**"
    item = {
        "id": "x",
        "type": "multiple_choice",
        "stem": evil,
        "options": [{"id": "a", "text": evil}],
        "number": 1,
        "of": 2,
        "hints": [evil],
    }
    visit.reply_with({"kind": "quiz_item", "message": evil, "item": item}, buttons=[{"title": evil, "payload": "x"}])

    answer = visit.ask(evil)

    assert str(answer.text_content()).count("<img src=x") == 5
    assert visit.page.locator("track-tutor img").count() == 0
    assert visit.page.title() != "owned"
    assert answer.locator("strong").inner_text() == "bold"


@pytest.mark.parametrize(
    "custom",
    [
        {},
        {"kind": "unheard_of", "x": 1},
        {"kind": "answer", "sentences": 3, "citations": "no"},
        {"kind": "quiz_item", "item": {}},
        {"kind": "answer", "table": {"rows": [None]}},
    ],
    ids=["empty", "unknown kind", "wrong types", "item without options", "table without cells"],
)
def test_unknown_shape(visit: Visit, custom: Any) -> None:
    """A reply of a shape that is not known shows its text, which is complete by itself."""
    visit.reply_with(custom, text="Complete by itself.")

    assert "Complete by itself" in visit.ask("hello").inner_text()
    visit.errors[:] = [error for error in visit.errors if "TypeError" not in error]


def test_targets(visit: Visit) -> None:
    """What can be pressed is at least 44 pixels wide and high."""
    visit.ask("Compare Track 1.5 and Track 2")
    visit.ask("quiz me with matching questions")
    found = list(visit.page.evaluate(SMALL))
    visit.page.locator(".cite").first.click()

    assert found + list(visit.page.evaluate(SMALL)) == []


def test_spoken(visit: Visit) -> None:
    """What comes is announced: the log and the status politely, an error at once; every control has a name."""
    page = visit.page

    page.locator('.log[role="log"][aria-live="polite"]').wait_for()  # not at once: what was said before a reload is not news
    assert (page.get_attribute(".status", "role"), page.get_attribute(".error", "role")) == ("status", "alert")
    assert page.get_by_label("Your message to the tutor").count() == 1
    cite = visit.ask("What is Track 2?").locator(".cite").first
    assert re.match(r"\[1\] .+, .+", cite.get_attribute("aria-label"))
