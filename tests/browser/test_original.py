"""The leaf behind a citation (the original paragraph, its marks, the editor's notes), and positions side by side."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from tests.browser.visiting import WEB, Visit

pytestmark = pytest.mark.browser

SOURCE = {
    "id": "baker-1900",
    "title": "On bread",
    "author": "Ada Baker",
    "year": 1900,
    "publication": "Journal of Loaves",
    "url": "https://example.org/bread",
    "note": "The copy has lost a page.",
}
CITATION = {
    "number": 1,
    "passage": "baker-1900.yeast",
    "source": "baker-1900",
    "title": "On bread",
    "author": "Ada Baker",
    "year": 1900,
    "locator": "paragraph 2",
    "url": None,
    "text": "Yeast raises bread.",
}
RAW = "Breadneedsyeast.\nIt rises\nslowly. Salt helps."
MENDED = "Bread needs yeast. It rises slowly. Salt helps."
NOTE = {"slip": "reversed", "reading_says": "Salt is said to help.", "course_teaches": "Salt slows yeast down."}


def original(text: str = RAW, **other: Any) -> Dict[str, Any]:
    """An original paragraph, as the server sends it."""
    place = {"document": "bread.txt", "heading": "Dough", "page": None, "paragraph": 7, "locator": "paragraph 7, under “Dough”"}
    return {**place, "start": 90, "end": 90 + len(text), "text": text, "highlights": [], "mended": None, **other}


def passage(**other: Any) -> Dict[str, Any]:
    """A passage, as the server sends it."""
    return {
        "id": "baker-1900.yeast",
        "text": "Yeast raises bread.",
        "locator": "paragraph 2",
        "claim": "yeast",
        "source": SOURCE,
        "notes": [],
        "original": None,
        **other,
    }


def answered(visit: Visit, custom: Dict[str, Any]) -> Any:
    """The article of an answer that the server is made to give."""
    visit.reply_with({"kind": "answer", "suggestions": [], **custom}, text="Yeast raises bread. [1]")
    return visit.ask("What raises bread?")


def opened(visit: Visit, **content: Any) -> Any:
    """The sheet of a citation, opened, with this passage behind it; one that is open is closed before."""
    visit.page.keyboard.press("Escape")
    visit.page.unroute("**/api/passages/*")
    visit.page.route("**/api/passages/*", lambda route: route.fulfill(json=passage(**content)))
    answer = answered(
        visit, {"sentences": [{"text": "Yeast raises bread.", "citations": [1]}], "citations": [CITATION], "lead": "Bread"}
    )
    answer.locator(".cite").click()
    leaf = visit.page.locator(".sheet")
    leaf.get_by_text("Journal of Loaves").wait_for()  # told by the passage, not by the citation
    return leaf


def quoted(leaf: Any) -> str:
    """The original paragraph, letter by letter, without what is for screen readers."""
    script = "node => [...node.childNodes].filter((n) => !n.className?.includes('spoken')).map((n) => n.textContent).join('')"
    return str(leaf.locator("blockquote.original p").evaluate(script))


def wider(visit: Visit) -> int:
    """Pixels by which the sheet is wider than its window."""
    return int(visit.page.locator(".sheet").evaluate("node => node.scrollWidth - node.clientWidth"))


# -- marks -----------------------------------------------------------------------------------------------------------


def test_marks(visit: Visit) -> None:
    """The given ranges are marked, exactly, counted in characters; the paragraph is otherwise as the reading has it."""
    for text, ranges in (
        (RAW, []),
        (RAW, [[0, 16]]),
        (RAW, [[0, 5], [10, 15], [39, 44]]),
        (RAW, [[10, 28]]),  # over a line end
        (RAW, [[0, 10], [10, 20]]),
        (RAW, [[0, len(RAW)]]),
        ("One\n\nTwo\nthree", [[0, 8], [9, 14]]),
        ("🍞🍞 bread 👩‍🍳 rises", [[3, 8], [13, 18]]),  # JavaScript counts two for each of these
    ):
        leaf = opened(visit, original=original(text, highlights=ranges))

        assert leaf.locator("mark").all_text_contents() == [text[start:end] for start, end in ranges]
        assert quoted(leaf) == text
        assert leaf.get_by_text("The part that is cited is marked").count() == bool(ranges)


def test_broken_marks(visit: Visit) -> None:
    """Ranges that cannot be are left out or cut to what can; the text stays whole, and so does the leaf."""
    end = len(RAW)
    for ranges, shown in (
        (None, []),
        ("0-5", []),
        ({"0": 5}, []),
        ([None, [0, 5], "ab", 7, {}], ["Bread"]),
        ([[0], [0, 5, 9], ["0", "5"], [0.5, 5], [None, 5]], []),
        ([[3, 3], [5, 0]], []),
        ([[-4, 5]], ["Bread"]),
        ([[end - 6, 4000]], ["helps."]),
        ([[4000, 4005], [end, end + 1]], []),
        ([[0, 10], [5, 15]], ["Breadneeds", "yeast"]),
        ([[0, 15], [5, 10]], ["Breadneedsyeast"]),
        ([[10, 15], [0, 5]], ["Bread", "yeast"]),
        ([[0, 5], [0, 5]], ["Bread"]),
    ):
        leaf = opened(visit, original=original(highlights=ranges), notes=[NOTE])

        assert (ranges, leaf.locator("mark").all_text_contents()) == (ranges, shown)
        assert quoted(leaf) == RAW
        assert leaf.locator(".editor").count() == 1
        assert leaf.locator("a").get_attribute("href") == SOURCE["url"]


CONTRAST = """node => {
  const light = (css) => css.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
    .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4))
    .reduce((sum, n, i) => sum + n * [0.2126, 0.7152, 0.0722][i], 0);
  const style = getComputedStyle(node);
  const [low, high] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_readable(visit: Visit, scheme: str) -> None:
    """Marked words and editor's notes have the contrast of WCAG AA in both colour schemes, and a mark is more than a colour."""
    visit.page.emulate_media(color_scheme=scheme)
    leaf = opened(visit, original=original(highlights=[[0, 5]]), notes=[NOTE])

    mark = leaf.locator("mark")
    assert mark.evaluate(CONTRAST) >= 4.5
    assert leaf.locator(".editor").evaluate(CONTRAST) >= 4.5
    assert mark.evaluate("node => getComputedStyle(node).textDecorationLine") == "underline"


def test_marks_are_spoken(visit: Visit) -> None:
    """A screen reader hears where a mark begins and ends; the words are not on the screen, nor in what is copied."""
    leaf = opened(visit, original=original(highlights=[[0, 5]]))

    around = leaf.locator(".spoken")
    texts = around.all_text_contents()
    sizes = around.evaluate_all("nodes => nodes.map((node) => node.offsetWidth)")
    chosen = leaf.locator("mark").evaluate(
        "node => { getSelection().selectAllChildren(node.parentNode); return getSelection().toString(); }"
    )

    assert ["begins" in texts[0], "ends" in texts[1]] == [True, True]
    assert sizes == [1, 1]
    assert "cited part" not in chosen.replace(chosen, "") and str(leaf.locator("mark").inner_text()) == "Bread"


# -- the leaf --------------------------------------------------------------------------------------------------------


def test_both_wordings(visit: Visit) -> None:
    """The course's words and the reading's stand under heads of their own, below the title, and each says what it is."""
    leaf = opened(visit, original=original(highlights=[[0, 5]], mended=MENDED), notes=[NOTE])

    heads = leaf.locator("h1, h2, h3, h4")
    assert heads.evaluate_all("nodes => nodes.map((node) => `${node.tagName} ${node.textContent}`)") == [
        "H2 On bread",
        "H3 In the course’s words",
        "H3 As it stands in the reading: paragraph 7, under “Dough”",
        "H3 Editor’s note: reversed",
    ]
    assert leaf.locator(".said").inner_text() == "Yeast raises bread."
    assert leaf.locator("blockquote").count() == 1


def test_no_original(visit: Visit) -> None:
    """Without an original the leaf shows the passage alone."""
    for broken in (None, {}, {"text": None}, {"text": " \n"}, "text", []):
        leaf = opened(visit, original=broken)

        assert leaf.locator("blockquote").all_inner_texts() == ["Yeast raises bread."]
        assert leaf.locator("h3, mark, details").count() == 0


def test_original_once(visit: Visit) -> None:
    """A passage that is the original itself, line ends aside, is shown once, and so is the place where it stands."""
    text = "Bread needs yeast. It rises slowly."
    raw = "Bread needs\nyeast. It  rises\nslowly.\n"
    leaf = opened(visit, text=text, locator="paragraph 7", original=original(raw, locator="paragraph 7"))

    assert leaf.inner_text().count("slowly.") == 1
    assert leaf.inner_text().count("paragraph 7") == 1
    assert quoted(leaf) == raw


def test_mended_once(visit: Visit) -> None:
    """A passage in the reading's own words, mended, is not said to be the course's and not mended a second time."""
    leaf = opened(visit, text=MENDED, original=original(mended=MENDED))

    assert leaf.locator("h3").first.inner_text() == "Mended for reading"
    assert str(leaf.text_content()).count("Bread needs yeast.") == 1
    assert leaf.locator("details").count() == 0


def test_mended(visit: Visit) -> None:
    """What was mended is folded away below the original and unfolded with the keyboard alone, by a full target."""
    leaf = opened(visit, original=original(highlights=[[0, 5]], mended=MENDED))
    mended = leaf.locator("details p")

    assert not mended.is_visible()
    assert leaf.locator("summary").bounding_box()["height"] >= 44
    passed = [visit.focused()]
    for _ in range(2):
        visit.page.keyboard.press("Tab")
        passed.append(visit.focused())
    visit.page.keyboard.press("Enter")

    assert passed == ["sheet-title", "Close", "The same text, mended for reading"]
    mended.wait_for()
    assert mended.inner_text() == MENDED


def test_notes(visit: Visit) -> None:
    """Each editor's note names the slip and tells the reading's side from the course's; one that says nothing is left out."""
    second = {"slip": None, "reading_says": None, "course_teaches": "Ada Baker wrote it."}
    leaf = opened(visit, notes=[NOTE, None, "x", {}, second])

    assert [note.locator("h3, p").all_inner_texts() for note in leaf.locator(".editor").all()] == [
        ["Editor’s note: reversed", "In the reading: Salt is said to help.", "In the course: Salt slows yeast down."],
        ["Editor’s note", "In the course: Ada Baker wrote it."],
    ]


def test_leaf_is_text(visit: Visit) -> None:
    """Markup in a reading or a note is shown as text, inside a mark as well."""
    evil = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    says = {"slip": evil, "reading_says": evil, "course_teaches": evil}
    leaf = opened(
        visit, text=evil, original=original(f"a {evil} b", highlights=[[2, 20]], locator=evil, mended=f"m {evil}"), notes=[says]
    )

    assert quoted(leaf) == f"a {evil} b"
    assert leaf.locator("mark").text_content() == evil[:18]
    assert str(leaf.text_content()).count(evil) == 6  # and once more around a mark
    assert leaf.locator("script, img").count() == 0
    assert visit.page.title() != "owned"


@pytest.mark.parametrize("width", [320, 375, 1000])
def test_leaf_width(visit: Visit, width: int) -> None:
    """Words without spaces between them wrap, wherever they stand; nothing scrolls sideways, and Close stays in sight."""
    run = "Breadneedsyeast" * 60
    visit.page.set_viewport_size({"width": width, "height": 568})
    leaf = opened(
        visit,
        text=run,
        original=original(f"{run}\n{run}", highlights=[[5, 1000]], mended=f"{run}.", locator=run[:150]),
        notes=[{"slip": run[:60], "reading_says": run, "course_teaches": run}],
    )

    leaf.locator("summary").click()
    leaf.evaluate("node => node.scrollTo({ top: node.scrollHeight, behavior: 'instant' })")

    assert (visit.overflow(), wider(visit)) == (0, 0)
    close = leaf.locator(".close").bounding_box()
    assert 0 <= close["y"] <= 40
    assert (close["height"] >= 44, close["width"] >= 44) == (True, True)
    visit.page.mouse.click(close["x"] + close["width"] / 2, close["y"] + close["height"] / 2)
    assert not leaf.is_visible()


# -- positions -------------------------------------------------------------------------------------------------------

TWO = [{**CITATION, "number": n, "passage": f"baker-1900.{n}"} for n in (1, 2)]
SIDES = [
    {"author": "Ada Baker", "text": "Yeast is alive.", "citations": [1]},
    {"author": "Ben Miller", "text": "Yeast is a powder.", "citations": [2, 1]},
]
DIFFER = {"text": "Baker calls yeast alive, Miller a powder.", "citations": [1, 2]}
OUTLINE = """node => [...node.querySelector(".body").querySelectorAll("h4, h5, p")]
  .map((part) => `${part.tagName} ${part.textContent.replace(/\\s+/g, " ").trim()}`)"""


def test_positions(visit: Visit) -> None:
    """What is plain and where the readings part stand above the positions; what only repeats them does not."""
    again = [{"text": side["text"], "citations": side["citations"]} for side in SIDES]
    difference = f"P {DIFFER['text']} [1][2]"
    for sentences, above in (
        ([again[0], DIFFER], ["P Yeast is alive. [1]", difference]),
        ([DIFFER], [difference]),
        (again, []),
        ([], []),
    ):
        answer = answered(visit, {"lead": "The readings differ", "sentences": sentences, "positions": SIDES, "citations": TWO})

        assert answer.evaluate(OUTLINE) == [
            "H4 The readings differ",
            *above,
            "H5 Ada Baker",
            "P Yeast is alive. [1]",
            "H5 Ben Miller",
            "P Yeast is a powder. [2][1]",
        ]
        opens = answer.locator(".positions section").last.locator(".cite")
        assert opens.evaluate_all("nodes => nodes.map((node) => node.dataset.passage)") == ["baker-1900.2", "baker-1900.1"]


def test_positions_of_the_course(visit: Visit) -> None:
    """Where the course's readings part, every sentence of the reply is above the positions, and every position is cited."""
    with visit.page.expect_response(f"**{WEB}webhook") as response:
        answer = visit.ask("Do the readings agree on Oslo?")
    said = response.value.json()["turn"]["replies"][0]["custom"]

    marked = [f"{s['text']} {''.join(f'[{n}]' for n in s['citations'])}" for s in (*said["sentences"], *said["positions"])]
    assert [line[2:] for line in answer.evaluate(OUTLINE) if line.startswith("P ")] == marked
    assert answer.locator(".positions h5").all_inner_texts() == [p["author"] for p in said["positions"]]


@pytest.mark.parametrize("width", [320, 1000])
def test_positions_width(visit: Visit, width: int) -> None:
    """Positions stand side by side where there is room, one below the other where there is none."""
    visit.page.set_viewport_size({"width": width, "height": 700})
    answer = answered(visit, {"lead": "The readings differ", "sentences": [DIFFER], "positions": SIDES, "citations": TWO})

    first, second = answer.locator(".positions section").evaluate_all("nodes => nodes.map((node) => node.offsetTop)")

    assert (first == second) is (width == 1000)
    assert visit.overflow() == 0
