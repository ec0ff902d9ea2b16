"""Quizzes in the widget, in a real browser, against the real server."""

from __future__ import annotations

import re
from typing import Any, Dict, List

import pytest

from tests.browser.visiting import PATIENCE, Visit

pytestmark = pytest.mark.browser

ITEM: Dict[str, Any] = {
    "id": "bread.1",
    "type": "multiple_choice",
    "stem": "What raises bread?",
    "options": [{"id": "a", "text": "Salt"}, {"id": "b", "text": "Yeast"}, {"id": "c", "text": "Water"}],
    "prompts": [],
    "number": 4,
    "of": 10,
    "hints": [],
    "struck": [],
}


IN_QUESTION = """() => {
  const root = document.querySelector("track-tutor").shadowRoot;
  const fields = [...root.querySelectorAll("form.question :is(input, select)")];
  return fields.indexOf(root.activeElement) === 0 || (root.activeElement.type === "radio" && fields.includes(root.activeElement));
}"""


def put(visit: Visit, **other: Any) -> Any:
    """Let the server put a question; its form."""
    visit.reply_with({"kind": "quiz_item", "message": "", "item": {**ITEM, **other}})
    visit.ask("quiz me")
    return visit.form()


def sent(visit: Visit, act: Any) -> Dict[str, Any]:
    """The message that an act sends to the server."""
    with visit.page.expect_request("**/webhooks/web/webhook") as request:
        act()
    return dict(request.value.post_data_json)


def answer_by_keyboard(visit: Visit) -> None:
    """Answer the open question with keys alone, whatever its type; the focus is where the last reply left it."""
    kind = visit.form().get_attribute("data-type")
    keys = visit.page.keyboard
    while kind != "short_answer" and not visit.page.evaluate(IN_QUESTION):
        keys.press("Shift+Tab")  # from the message field back to the question's first field
    if kind == "short_answer":
        keys.type("They lack the weight of official talks")
    elif kind == "match":
        for _ in range(visit.form().locator("select").count()):
            keys.type("a")  # the first partner; a menu finds it by its letter
            keys.press("Tab")
    else:
        keys.press("1")
    keys.press("Enter")


def test_ten_questions_by_keyboard(visit: Visit) -> None:
    """A quiz of ten is begun, answered and ended with the keyboard alone; the summary counts all ten, by topic, with bars."""
    page = visit.page
    page.focus("#input")
    page.keyboard.type("10 questions on weaknesses")
    page.keyboard.press("Enter")
    replies = 1
    visit.answered(replies)
    counted: List[str] = []
    for n in range(1, 11):
        counted.append(page.locator("form.question .count").inner_text())
        answer_by_keyboard(visit)
        assert visit.answered(replies + 1).get_attribute("data-kind") == "feedback"
        if visit.focused() == "input":  # a short answer is typed there, and so the focus stays
            page.keyboard.type("next question" if n < 10 else "show my results")
        page.keyboard.press("Enter")
        replies += 2
        visit.answered(replies)

    summary = page.locator('[data-kind="quiz_summary"]')
    assert counted == [f"Question {n} of 10" for n in range(1, 11)]
    assert re.search(r"\d+ of 10 right", summary.inner_text())
    rows = summary.locator("tbody tr")
    assert rows.count() == summary.locator("tbody .bar").count() > 0
    assert summary.locator("thead th").all_inner_texts() == ["Topic", "Right", "Mastery", "Next review"]
    asked = [int(cell.split(" of ")[1]) for cell in rows.locator("td:nth-of-type(1)").all_inner_texts()]
    assert sum(asked) == 10


def test_feedback_of_a_wrong_choice(visit: Visit) -> None:
    """What is wrong is told with a sign, why the key is right and where the choice belongs, each with a citation of its own."""
    visit.ask("10 multiple choice questions on weaknesses")
    for _ in range(10):
        visit.form("multiple_choice").locator("input").first.check()
        count = visit.page.locator(".turn .tutor").count()
        visit.page.get_by_role("button", name="Answer", exact=True).click()
        feedback = visit.answered(count + 1)
        if feedback.locator('[data-verdict="wrong"]').count():
            break
        visit.page.get_by_role("button", name="Next question").click()
        visit.answered(count + 2)

    assert "Not quite." in feedback.locator(".verdict").inner_text()
    assert feedback.locator(".sign").inner_text() == "✗"
    heads = feedback.locator("h4").all_inner_texts()
    assert heads[0].startswith("Why ") and len(heads) >= 2
    assert feedback.locator(".marks").count() >= 2
    assert feedback.locator(".sources li").count() >= 2


def test_number_keys(visit: Visit) -> None:
    """A number chooses, another one changes it, Enter answers with the letter; the label is what the student sees."""
    form = put(visit)
    form.locator("input").first.focus()
    visit.page.keyboard.press("1")
    visit.page.keyboard.press("2")
    chosen = form.locator("input:checked").evaluate_all("nodes => nodes.map((node) => node.value)")
    visit.page.keyboard.press("9")  # there is no ninth

    message = sent(visit, lambda: visit.page.keyboard.press("Enter"))

    assert chosen == ["b"]
    assert (message["message"], message["shown"]) == ("b", "b) Yeast")


def test_numbers_are_typed_elsewhere(visit: Visit) -> None:
    """In the message field a number is a number."""
    form = put(visit)
    visit.page.focus("#input")
    visit.page.keyboard.type("1")

    assert (visit.page.input_value("#input"), form.locator("input:checked").count()) == ("1", 0)


@pytest.mark.parametrize("keys, message", [("2", "b"), ("13", "a and c"), ("123", "a, b and c"), ("1123", "b and c")])
def test_select_all(visit: Visit, keys: str, message: str) -> None:
    """Check boxes are answered with their letters, as a student would type them; a number pressed twice takes back."""
    form = put(visit, type="select_all")
    form.locator("input").first.focus()
    for key in keys:
        visit.page.keyboard.press(key)

    assert sent(visit, lambda: visit.page.keyboard.press("Enter"))["message"] == message


def test_true_or_false(visit: Visit) -> None:
    """True and false are two radio buttons; nobody needs letters for them."""
    form = put(visit, type="true_false", options=[{"id": "true", "text": "True"}, {"id": "false", "text": "False"}])

    assert form.locator(".option").all_inner_texts() == ["True", "False"]
    form.get_by_label("False").check()
    message = sent(visit, lambda: form.get_by_role("button", name="Answer").click())
    assert (message["message"], message["shown"]) == ("false", "False")


def test_match(visit: Visit) -> None:
    """Pairs are made with menus and answered together; one that is missing is asked for, and nothing is sent."""
    form = put(visit, type="match", prompts=[{"id": "1", "text": "Raises"}, {"id": "2", "text": "Slows"}])
    menus = form.locator("select")
    menus.nth(0).select_option("b")

    form.get_by_role("button", name="Answer").click()
    told = form.locator(".missing").inner_text()
    at, missing = visit.focused(), menus.nth(1).get_attribute("aria-label")  # read now: a form that is answered goes away
    menus.nth(1).select_option("a")
    message = sent(visit, lambda: form.get_by_role("button", name="Answer").click())

    assert told == "Choose first, then answer."
    assert at == missing
    assert (message["message"], visit.said()[-1]) == ("1b, 2a", "1b, 2a")


def test_short_answer(visit: Visit) -> None:
    """A short answer is typed in the message field, which says so."""
    form = put(visit, type="short_answer", options=[])

    assert form.locator("input").count() == 0
    assert visit.page.get_attribute("#input", "placeholder") == "Your answer, in your own words"


def test_hint_keeps_the_choice(visit: Visit) -> None:
    """A hint puts the question again with what was chosen; what it rules out can no longer be chosen; the first copy is no form."""
    form = put(visit)
    form.get_by_label("Yeast").check()
    hinted = {**ITEM, "hints": ["It is not a."], "struck": ["a"]}
    visit.reply_with({"kind": "quiz_item", "message": "", "item": hinted})

    message = sent(visit, lambda: form.get_by_role("button", name="Hint").click())
    visit.answered(2)

    assert message["message"] == "hint"
    assert visit.page.locator("form.question").count() == 1
    assert visit.page.get_by_text("Hint: It is not a.").is_visible()
    assert visit.form().locator("input:checked").input_value() == "b"
    assert visit.form().locator("input:disabled").input_value() == "a"


def test_question_between(visit: Visit) -> None:
    """The question stays open under an answer to something else, and skipping goes on to the next."""
    visit.ask("3 questions on weaknesses of track 2")
    stem = visit.form().locator(".stem").inner_text()

    answer = visit.ask("what are the strengths of track 1?")
    again = visit.form().locator(".stem").inner_text()
    visit.form().get_by_role("button", name="Skip").click()
    visit.answered(3)

    assert answer.get_attribute("data-kind") == "answer"
    assert again == stem
    assert visit.form().locator(".count").inner_text() == "Question 2 of 3"


def test_reload_in_the_middle(visit: Visit) -> None:
    """A reload keeps the conversation and the open question, which can be answered."""
    visit.ask("3 multiple choice questions on weaknesses")
    visit.form().locator("input").first.check()
    visit.page.get_by_role("button", name="Answer", exact=True).click()
    visit.answered(2)
    visit.page.get_by_role("button", name="Next question").click()
    visit.answered(3)
    before = visit.page.locator(".log .message:visible").all_inner_texts()
    stem = visit.form().locator(".stem").inner_text()

    visit.study()
    visit.page.locator("form.question").wait_for(timeout=PATIENCE)
    after = visit.page.locator(".log .message:visible").all_inner_texts()
    visit.form().locator("input").first.check()
    visit.page.get_by_role("button", name="Answer", exact=True).click()

    assert after == before
    assert visit.page.locator("form.question .stem").all_inner_texts() in ([stem], [])
    assert visit.answered(4).get_attribute("data-kind") == "feedback"


def test_downloads(visit: Visit) -> None:
    """The quiz's files are links, one's own data a file."""
    links = visit.ask("export the quiz").locator("a")

    assert links.evaluate_all("nodes => nodes.map((node) => new URL(node.href).pathname)") == [
        f"/api/quiz/export/{kind}" for kind in ("anki", "gift", "qti", "csv")
    ]
    visit.ask("export my data")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save as a file").click()
    assert download.value.suggested_filename == "track-tutor.json"
