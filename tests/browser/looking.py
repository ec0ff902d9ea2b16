"""The states of the widget that are tested for accessibility and pictured."""

from __future__ import annotations

from typing import Any, Callable, Dict

from tests.browser.visiting import WEB, Visit

State = Callable[[Visit], Any]


def closed(visit: Visit) -> None:
    """A page of a course, with the launcher."""
    visit.host()
    visit.page.locator(".launcher").wait_for()


def opened(visit: Visit) -> None:
    """The panel, with its greeting."""
    visit.host()
    visit.open()


def answer(visit: Visit) -> None:
    """An answer with its sources."""
    opened(visit)
    visit.ask("What are the strengths of Track 2?")


def passage(visit: Visit) -> None:
    """The passage behind a citation."""
    answer(visit)
    visit.page.locator(".cite").first.click()
    visit.page.wait_for_load_state("networkidle")


def table(visit: Visit) -> None:
    """A comparison, in the larger panel where there is one."""
    opened(visit)
    visit.ask("Compare Track 1.5 and Track 2")
    if visit.page.locator(".size").is_visible():
        visit.page.click(".size")


def positions(visit: Visit) -> None:
    """Where the readings disagree."""
    opened(visit)
    visit.ask("Do the readings agree on Oslo?")


def quiz(visit: Visit) -> None:
    """A question of a quiz."""
    opened(visit)
    visit.ask("4 multiple choice questions on weaknesses")


def match(visit: Visit) -> None:
    """Pairs to be made."""
    opened(visit)
    visit.ask("quiz me with matching questions")


def feedback(visit: Visit) -> None:
    """What was right and what was not."""
    quiz(visit)
    visit.page.locator("form.question input").first.check()
    visit.page.get_by_role("button", name="Answer", exact=True).click()
    visit.answered(2)


def summary(visit: Visit) -> None:
    """The end of a quiz."""
    feedback(visit)
    visit.page.get_by_role("button", name="Stop the quiz").click()
    visit.answered(3)


def progress(visit: Visit) -> None:
    """The study page, after some questions."""
    visit.study()
    visit.ask("4 multiple choice questions")
    for n in range(4):
        visit.page.locator("form.question input").first.check()
        visit.page.get_by_role("button", name="Answer", exact=True).click()
        visit.answered(2 * n + 2)
        visit.page.locator(".turn.live .choice").first.click()
        visit.answered(2 * n + 3)
    visit.page.locator("#standing .bars").wait_for()
    if visit.page.viewport_size["width"] < 992:  # there it stands below the tutor
        visit.page.locator("#progress").evaluate("node => node.scrollIntoView({ behavior: 'instant' })")


def error(visit: Visit) -> None:
    """A message without an answer."""
    opened(visit)
    visit.page.route(f"**{WEB}webhook", lambda route: route.fulfill(status=500, json={"error": {"message": "it broke"}}), times=1)
    visit.send("What is Track 2?")
    visit.page.locator(".error button").wait_for()
    visit.forgive()


STATES: Dict[str, State] = {
    "closed": closed,
    "open": opened,
    "answer": answer,
    "passage": passage,
    "table": table,
    "positions": positions,
    "quiz": quiz,
    "match": match,
    "feedback": feedback,
    "summary": summary,
    "progress": progress,
    "error": error,
}
