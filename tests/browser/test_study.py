"""The study page: the widget beside progress, exports, linking and forgetting."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest

from tests.browser.looking import progress
from tests.browser.visiting import PATIENCE, WEB, Visit
from tests.serving import Server

pytestmark = pytest.mark.browser


def standing(visit: Visit, server: Server) -> Dict[str, Any]:
    """How the learner stands, as the server has it."""
    return dict(server.http.get(f"{WEB}progress", headers={"Authorization": f"Bearer {visit.token()}"}).json())


def cells(visit: Visit, of: str) -> Any:
    """The rows of a chart's table, as texts."""
    table = visit.page.locator(f'details[data-of="{of}"]')
    table.locator("summary").click()
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def test_nothing_yet(visit: Visit) -> None:
    """Before the first question it says how to begin."""
    assert "Say “quiz me” to the tutor" in visit.page.inner_text("#standing")


def test_progress(visit: Visit, server: Server) -> None:
    """Charts and tables have the server's numbers, and follow each answer without a reload."""
    progress(visit)
    told = standing(visit, server)
    page = visit.page

    names = [row["name"].casefold() for row in told["by_concept"]]
    shares = [f"{int(row['mastery'] * 100)}%" for row in told["by_concept"]]
    assert [name.casefold() for name in page.locator(".bars .name").all_inner_texts()] == names
    assert page.locator(".bars .figure").all_inner_texts() == shares
    assert [[row[0].casefold(), row[1], row[2]] for row in cells(visit, "masteryBy")] == [
        [row["name"].casefold(), share, f"{row['correct']} of {row['asked']}"]
        for row, share in zip(told["by_concept"], shares, strict=True)
    ]
    forecast = [str(day["due"]) for day in told["forecast"]]
    assert len(forecast) == 30
    assert [row[1] for row in cells(visit, "forecast")] == forecast
    assert page.locator("section:has(> h3#title-forecast) .columns text.figure").all_text_contents() == [
        n for n in forecast if n != "0"
    ]
    assert [row[1:] for row in cells(visit, "history")] == [[str(day["answered"]), str(day["right"])] for day in told["history"]]
    assert sum(day["answered"] for day in told["history"]) == 4


def test_own_data(visit: Visit) -> None:
    """One's own data come as a JSON file, the questions as Anki and GIFT files."""
    visit.ask("What is Track 2?")
    with visit.page.expect_download() as download:
        visit.page.click("#mine")

    data = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert "What is Track 2?" in json.dumps(data)
    links = visit.page.locator("#progress a.button").evaluate_all("nodes => nodes.map((node) => node.pathname)")
    assert links == ["/api/quiz/export/anki", "/api/quiz/export/gift"]


def test_forget_me(visit: Visit, server: Server) -> None:
    """Forgetting asks first; then conversation and progress are gone, here and on the server, and one can go on."""
    progress(visit)
    visit.page.click("#forget")
    visit.page.get_by_role("button", name="Keep it").click()
    asked = standing(visit, server)["by_concept"]

    visit.page.click("#forget")
    visit.page.get_by_role("button", name="Yes, delete everything").click()
    visit.page.get_by_text("Everything about you is deleted.").wait_for()

    assert len(asked) > 0
    assert standing(visit, server)["by_concept"] == []
    assert visit.said() == []
    assert "Say “quiz me”" in visit.page.inner_text("#standing")
    visit.ask("What is Track 2?")
    assert visit.said() == ["What is Track 2?"]


def test_forget_me_in_words(visit: Visit, server: Server) -> None:
    """Typed to the tutor it does the same; what it says about it is all that is left."""
    visit.ask("What is Track 2?")
    visit.send("forget me")
    visit.page.locator(".turn .body", has_text="nothing").wait_for(timeout=PATIENCE)

    assert "What is Track 2?" not in visit.said()
    history = server.http.get(f"{WEB}history", headers={"Authorization": f"Bearer {visit.token()}"}).json()
    assert history["turns"] == []


def test_wrong_code(visit: Visit) -> None:
    """A link code that is wrong is refused with the reason."""
    visit.page.fill("#code", "AAAA-0000")
    visit.page.press("#code", "Enter")

    visit.page.locator("#linking-said", has_text="The link code was not accepted").wait_for()
    visit.forgive()


def test_linked(visit: Visit) -> None:
    """A code that is accepted links this browser, which then can be undone."""
    linked = {"now": False}

    def standing(route: Any) -> None:
        route.fulfill(json={**route.fetch().json(), "linked": linked["now"]})

    def link(route: Any) -> None:
        linked["now"] = route.request.url.endswith("/link")
        route.fulfill(json={"linked": linked["now"]})

    visit.page.route(f"**{WEB}progress", standing)
    visit.page.route(f"**{WEB}link", link)
    visit.page.route(f"**{WEB}unlink", link)
    visit.page.fill("#code", "k7q2-9fhm")
    visit.page.press("#code", "Enter")
    visit.page.locator("#linked", has_text="This browser is linked.").wait_for()
    at = visit.focused()
    visit.page.click("#unlink")
    visit.page.locator("#linking").wait_for()

    assert at == "unlink"
    assert "The link is undone." in visit.page.inner_text("#linking-said")


def test_strict_policy(visit: Visit, server: Server) -> None:
    """The page itself has a strict policy: nothing inline, nothing from elsewhere."""
    policy = server.http.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert visit.page.locator("[style], [onclick], script:not([src]), style").count() == 0
