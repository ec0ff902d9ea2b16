"""The widget under bad conditions: no connection, a slow server, faults, reloads, two tabs, long conversations."""

from __future__ import annotations

from typing import Any, Dict, List
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.visiting import PATIENCE, WEB, Visit
from tests.serving import Server

pytestmark = pytest.mark.browser

QUESTION = "What are the strengths of Track 2?"
WEBHOOK = f"**{WEB}webhook"


def ids(visit: Visit) -> List[str]:
    """Gather the ids of the messages that are sent from now on."""
    seen: List[str] = []
    visit.page.on("request", lambda r: seen.append(r.post_data_json["id"]) if r.url.endswith(f"{WEB}webhook") else None)
    return seen


def kept(visit: Visit, server: Server) -> List[str]:
    """What the server keeps of what this student said."""
    history = server.http.get(f"{WEB}history", headers={"Authorization": f"Bearer {visit.token()}"}).json()
    return [turn["said"] for turn in history["turns"]]


def test_offline_and_back(visit: Visit, server: Server) -> None:
    """Without a connection it says so and keeps the message; once it is back the message is sent, and counts once."""
    sent = ids(visit)
    visit.page.context.set_offline(True)
    visit.send(QUESTION)
    visit.page.locator(".status", has_text="The connection is lost").wait_for()

    visit.page.context.set_offline(False)
    visit.answered(1)

    assert visit.said() == [QUESTION] == kept(visit, server)
    assert len(set(sent)) == 1
    visit.forgive()


def test_lost_answer(visit: Visit, server: Server) -> None:
    """If the answer is lost on its way, the message is sent again under the same id; the server answers it once."""
    sent = ids(visit)

    def lose(route: Any) -> None:
        route.fetch()
        route.abort()

    visit.page.route(WEBHOOK, lose, times=1)
    visit.send(QUESTION)
    visit.answered(1)

    assert (len(sent), len(set(sent))) == (2, 1)
    assert visit.said() == [QUESTION] == kept(visit, server)
    visit.forgive()


def test_lost_twice(visit: Visit, server: Server) -> None:
    """After the second loss it stops by itself and says so; the text is not lost, and trying again works."""
    sent = ids(visit)
    visit.page.route(WEBHOOK, lambda route: route.abort(), times=2)
    visit.send(QUESTION)
    visit.page.locator(".error button").wait_for(timeout=PATIENCE)

    assert len(sent) == 2
    assert "The tutor cannot be reached." in visit.page.inner_text(".error")
    assert visit.page.input_value("#input") == QUESTION
    visit.page.click(".error button")
    visit.answered(1)
    assert visit.page.inner_text(".error") == ""
    assert visit.page.input_value("#input") == ""
    assert visit.said() == [QUESTION] == kept(visit, server)
    visit.forgive()


def test_slow_server(tab: Visit, server: Server) -> None:
    """While it waits there is a sign of typing; after five seconds a notice, and a way to try again that doubles nothing."""
    tab.page.clock.install()
    tab.study()
    sent = ids(tab)
    tab.page.route(WEBHOOK, lambda route: None, times=1)  # never answered
    tab.send(QUESTION)
    tab.page.locator(".status", has_text="The tutor is writing").wait_for()
    dots = tab.page.locator(".status .dots i").count()

    tab.page.clock.fast_forward(5_100)
    tab.page.locator(".status", has_text="This takes longer than usual").wait_for()
    tab.page.locator(".status button").click()
    tab.answered(1)

    assert dots == 3
    assert (len(sent), len(set(sent))) == (2, 1)
    assert tab.said() == [QUESTION] == kept(tab, server)
    assert tab.page.inner_text(".status") == ""


@pytest.mark.parametrize(
    "fault, shown",
    [
        ({"status": 500, "json": {"error": {"message": "something went wrong here"}}}, "something went wrong here"),
        ({"status": 413, "json": {"error": {"field": "message", "message": "is too long"}}}, "message: is too long"),
        ({"status": 502, "body": "<html>Bad Gateway</html>"}, "The tutor had a problem (error 502)."),
        ({"status": 200, "json": {}}, "The tutor sent no answer."),
    ],
    ids=["500", "413", "502 without JSON", "no turn"],
)
def test_fault(visit: Visit, fault: Any, shown: str) -> None:
    """A failure is told with its reason, and the message can be sent again."""
    visit.page.route(WEBHOOK, lambda route: route.fulfill(**fault), times=1)
    visit.send(QUESTION)
    visit.page.locator(".error button").wait_for()

    assert shown in visit.page.inner_text(".error")
    visit.page.click(".error button")
    visit.answered(1)
    assert visit.said() == [QUESTION]
    visit.forgive()


@pytest.mark.parametrize(
    "status, shown", [(503, "The tutor is not ready yet"), (429, "too many messages")], ids=["starting", "too many messages"]
)
def test_server_that_puts_off(visit: Visit, status: int, shown: str) -> None:
    """A server that says when to come again is waited for."""
    busy = {"status": status, "headers": {"Retry-After": "1"}, "json": {"error": {"message": "too many messages from you"}}}
    visit.page.route(WEBHOOK, lambda route: route.fulfill(**busy), times=2)
    visit.send(QUESTION)
    visit.page.locator(".status", has_text=shown).wait_for()

    visit.answered(1)
    assert visit.page.inner_text(".error") == ""
    visit.forgive()


def test_refused_token(visit: Visit) -> None:
    """A token that is refused is replaced once, and the message goes on; nothing of the other learner stays on the page."""
    visit.ask("What is Track 1?")
    tokens: List[str] = []
    visit.page.on("request", lambda r: tokens.append(r.url) if r.url.endswith(f"{WEB}token") else None)
    visit.page.evaluate(
        """() => {
          const name = Object.keys(localStorage).find((key) => /^track-tutor http/.test(key));
          const kept = JSON.parse(localStorage.getItem(name));
          localStorage.setItem(name, JSON.stringify({ ...kept, token: "forged.forged.forged" }));
        }"""
    )

    visit.send(QUESTION)
    visit.page.locator(".student", has_text=QUESTION).wait_for()
    visit.page.locator(".turn .tutor h4", has_text="Strengths of Track 2").wait_for(timeout=PATIENCE)

    assert visit.said() == [QUESTION]
    assert len(tokens) == 1
    visit.forgive()


def test_cut_off_by_a_reload(visit: Visit, server: Server) -> None:
    """A message that was under way when the page was reloaded gets its answer afterwards, once."""
    sent = ids(visit)
    visit.page.route(WEBHOOK, lambda route: None, times=1)  # never answered
    with visit.page.expect_request(WEBHOOK):
        visit.send(QUESTION)

    visit.study()
    visit.answered(1)

    assert (len(sent), len(set(sent))) == (2, 1)
    assert visit.said() == [QUESTION] == kept(visit, server)


def test_reload(visit: Visit) -> None:
    """A reload keeps what was said, and the tutor still knows what it was about."""
    visit.ask(QUESTION)
    before = visit.page.locator(".turn .message").all_inner_texts()

    visit.study()
    visit.answered(1)

    assert visit.page.locator(".turn .message").all_inner_texts() == before
    assert visit.ask("and its weaknesses?").locator("h4").first.inner_text() == "Weaknesses of Track 2"


def test_two_tabs(visit: Visit) -> None:
    """What is said in one tab shows in the other, in the same order, and the open question can be answered in either."""
    other = Visit(visit.page.context.new_page(), visit.url)
    other.study()
    visit.ask(QUESTION)
    other.answered(1)
    other.ask("2 multiple choice questions on weaknesses")
    visit.answered(2)

    visit.form().locator("input").first.check()
    visit.page.get_by_role("button", name="Answer", exact=True).click()
    visit.answered(3)
    other.answered(3)

    texts = [tab.page.locator(".turn .message").all_text_contents() for tab in (visit, other)]
    assert texts[0] == texts[1]
    assert other.page.locator("form.question").count() == 0
    assert (other.errors, other.foreign) == ([], [])


def test_forgotten_in_another_tab(visit: Visit) -> None:
    """What is deleted in one tab is gone from the other."""
    visit.ask(QUESTION)
    other = Visit(visit.page.context.new_page(), visit.url)
    other.study()
    other.answered(1)

    other.page.get_by_role("button", name="Forget me …").click()
    other.page.get_by_role("button", name="Yes, delete everything").click()
    other.page.get_by_text("Everything about you is deleted.").wait_for()

    visit.page.locator(".turn").first.wait_for(state="detached")
    assert other.said() == []


def test_question_before_the_history(tab: Visit) -> None:
    """A question that is sent while the conversation still loads is answered after it, and both stand in the log."""
    tab.study()
    tab.ask("What is Track 1?")
    held: List[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    tab.page.route(f"**{WEB}history*", hold, times=1)
    tab.host()
    tab.page.click(".launcher")
    tab.page.locator(".greeting .tutor").wait_for()

    tab.send(QUESTION)
    tab.page.locator(".student", has_text=QUESTION).wait_for()
    held[0].continue_()
    tab.answered(2)

    assert tab.said() == ["What is Track 1?", QUESTION]


def turns(first: int, last: int) -> List[Dict[str, Any]]:
    """Turns of a long conversation."""
    reply = {"text": "", "buttons": [], "custom": {"kind": "chat", "message": "Yeast raises bread. " * 20}}
    return [
        {"number": n, "id": f"message-{n}", "said": f"Question {n}", "at": "2026-03-02T09:00:00Z", "replies": [reply]}
        for n in range(first, last + 1)
    ]


def test_thousand_messages(tab: Visit) -> None:
    """Of a thousand messages the newest hundred are loaded, the others on scrolling up, without moving what is read."""

    def history(route: Any) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        last = int(query.get("before", ["501"])[0]) - 1
        found = [] if "after" in query else turns(max(1, last - 49), last)
        route.fulfill(json={"turns": found, "more": last > 50 and bool(found), "oldest": 1})

    tab.page.route(f"**{WEB}history*", history)
    tab.study()
    tab.page.locator(".turn").nth(49).wait_for()
    counts = [tab.page.locator(".turn").count()]

    place = """(number) => {
      const log = document.querySelector("track-tutor").shadowRoot.querySelector(".log");
      return log.querySelector(`[data-number="${number}"]`).getBoundingClientRect().top - log.getBoundingClientRect().top;
    }"""
    tab.page.locator(".log").evaluate("node => node.scrollTo(0, 150)")
    tab.page.locator(".turn").nth(99).wait_for(state="attached")
    seen = float(tab.page.evaluate(place, 451))  # the first turn that was there before
    for page in range(3, 11):
        tab.page.locator(".older").evaluate("node => node.click()")
        tab.page.locator(".turn").nth(page * 50 - 1).wait_for(state="attached")
    counts.append(tab.page.locator(".turn").count())

    assert counts == [50, 500]
    assert -250 < seen < 250  # it is where it was, though fifty others are above it now
    assert tab.page.locator(".turn .student p").all_text_contents() == [f"Question {n}" for n in range(1, 501)]
    assert not tab.page.locator(".older").is_visible()
    skipped = tab.page.locator(".turn").first.evaluate("node => getComputedStyle(node).contentVisibility")
    assert skipped == "auto"  # what is out of sight is not laid out
