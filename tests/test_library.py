"""The library as the tutor uses it: a new state is taken up while the old one answers, and originals are opened."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Callable, List

import pytest

from index.library import KEPT, Store, _load_document
from index.shelf import Link, Shelf
from index.vocabulary import Vocabulary
from knowledge.ingest.document import Document, Format, Mend, Paragraph
from knowledge.ingest.reading import read_document
from tests.conftest import ToyEncoder
from tests.readings import shelve, write
from tutor import library as module
from tutor.library import Library, locator, original, passage_id, quoted

YEAST, SODA = "Yeast raises dough. It needs a night.", "Soda lifts dough."
BRIEF = Link(paragraph=1, start=20, end=37, score=0.9)  # "It needs a night."

Shelving = Callable[..., object]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A library."""
    return Store(tmp_path / "library")


@pytest.fixture
def use(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Shelving:
    """Put readings, by id, into use."""
    return lambda readings, **more: shelve(store, readings, toy_encoder, vocabulary, **more)


@pytest.fixture
def library(store: Store, toy_encoder: ToyEncoder, use: Shelving) -> Library:
    """A library with the reading a."""
    use({"a": [YEAST, SODA]}, links={"a": {"type-2.weakness": BRIEF}})
    return Library(store, toy_encoder, "toy")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> List[Callable[[], None]]:
    """What would run in the background, to be run when a test says so."""
    waiting: List[Callable[[], None]] = []

    class Later:
        def __init__(self, target: Callable[[], None], daemon: bool) -> None:
            self.start = lambda: waiting.append(target)

    monkeypatch.setattr(module.threading, "Thread", Later)
    return waiting


def held(library: Library) -> List[str]:
    """The documents that are searched."""
    return list(library.shelf.entries) if library.shelf else []


# -- taking up -----------------------------------------------------------------------------------------------------


def test_empty(store: Store, toy_encoder: ToyEncoder) -> None:
    """Without a library there is nothing to search, and nothing is made on disk."""
    library = Library(store, toy_encoder, "toy")

    assert library.shelf is None
    assert (library.passage("a.paragraph.1"), library.behind("a", "type-2.weakness", "")) == (None, None)
    assert not store.root.exists()


def test_first_reading(store: Store, toy_encoder: ToyEncoder, use: Shelving) -> None:
    """What is ingested while the tutor runs is taken up."""
    library = Library(store, toy_encoder, "toy")
    use({"a": [YEAST]})

    library.take_up()

    assert held(library) == ["a"]


def test_old_state_answers(library: Library, use: Shelving, later: List[Callable[[], None]]) -> None:
    """A change is fetched in the background, and until it is there the old state answers."""
    use({"a": [YEAST], "b": [SODA]})

    before = held(library)
    later[0]()

    assert (before, held(library)) == (["a"], ["a", "b"])


def test_no_change_no_work(library: Library, later: List[Callable[[], None]]) -> None:
    """As long as nothing changes, nothing is fetched."""
    held(library)

    assert later == []


def test_loading_once(library: Library, use: Shelving, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a state is being fetched, questions neither wait for it nor fetch it again."""
    opened, go, calls = Shelf.open, threading.Event(), []

    def slow(*given: object) -> Shelf:
        calls.append(given)
        assert go.wait(10)
        return opened(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Shelf, "open", slow)
    use({"b": [SODA]})
    while not calls:
        assert held(library) == ["a"]

    seen = [held(library) for _ in range(20)]
    go.set()
    library.take_up()

    assert seen == [["a"]] * 20
    assert held(library) == ["b"]
    assert len(calls) == 1


def test_many_readers(library: Library, use: Shelving) -> None:
    """Whoever asks while states come and go sees a whole state, and in the end all see the last."""
    seen: List[List[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            shelf = library.shelf
            seen.append([find.document for find in shelf.search("yeast")] if shelf else ["nothing"])

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for wanted in ("b", "c", "d"):
        use({wanted: [YEAST]})
    patience = time.monotonic() + 20
    while held(library) != ["d"] and time.monotonic() < patience:
        time.sleep(0.01)
    stop.set()
    for reader in readers:
        reader.join(10)

    assert held(library) == ["d"]
    assert {tuple(set(documents)) for documents in seen} <= {("a",), ("b",), ("c",), ("d",)}


def test_going_back(library: Library, use: Shelving, store: Store) -> None:
    """A step back is a change like any other."""
    use({"b": [SODA]})
    library.take_up()

    store.rollback()
    library.take_up()

    assert held(library) == ["a"]


def test_going_back_to_nothing(library: Library, store: Store) -> None:
    """After the step back to the empty library there is nothing to search."""
    store.rollback()

    library.take_up()

    assert library.shelf is None


def test_emptied(library: Library, use: Shelving) -> None:
    """A library without documents is as none."""
    use({})

    library.take_up()

    assert library.shelf is None


@pytest.mark.parametrize("damage", ["pointer", "stale"])
def test_damaged(library: Library, store: Store, use: Shelving, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    """A state that cannot be used is told in the log, once, and the old one goes on answering."""
    if damage == "pointer":
        store.pointer.write_text("no number at all", encoding="ascii")
    else:
        use({"b": [SODA]}, made_with="other")

    library.take_up()
    library.take_up()

    assert held(library) == ["a"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert str(store.root) in caplog.text


def test_mended(library: Library, store: Store, use: Shelving, later: List[Callable[[], None]]) -> None:
    """Once the damage is mended the new state is taken up."""
    store.pointer.write_text("no number at all", encoding="ascii")
    library.take_up()
    store.pointer.unlink()
    use({"b": [SODA]})

    held(library)
    later[0]()

    assert held(library) == ["b"]


def test_damaged_from_the_start(store: Store, toy_encoder: ToyEncoder) -> None:
    """A tutor starts with a library that cannot be read, as if there were none."""
    store.root.mkdir()
    store.pointer.write_text("no number at all", encoding="ascii")

    assert Library(store, toy_encoder, "toy").shelf is None


# -- passages ------------------------------------------------------------------------------------------------------


def test_passage(library: Library) -> None:
    """A paragraph is found by the id that a citation has, with its document and how that is cited."""
    found = library.passage(passage_id("a", 2))

    assert passage_id("a", 2) == "a.paragraph.2"
    assert found is not None
    assert (found[0].title, found[1].text, found[2].name) == ("On a", SODA, "a.txt")


@pytest.mark.parametrize(
    "number", ["", "x", "0", "3", "-1", "+1", "1.0", " 1", "1 ", "01", "²", "١", "9" * 5000, "1.paragraph.1"], ids=lambda n: n[:9]
)
def test_no_passage(library: Library, number: str) -> None:
    """What is no paragraph of the reading is found by no id, whatever is typed."""
    assert library.passage(f"a.paragraph.{number}") is None


@pytest.mark.parametrize("wrong", ["", "a", "a.paragraph", ".paragraph.1", "b.paragraph.1", "../a.paragraph.1", "a.type-1"])
def test_no_document(library: Library, wrong: str) -> None:
    """What names no document of the library is found by no id."""
    assert library.passage(wrong) is None


def test_id_within_an_id(store: Store, toy_encoder: ToyEncoder, use: Shelving) -> None:
    """A document may have the id of a paragraph of another."""
    use({"a": [YEAST], "a.paragraph.1": [SODA]})
    library = Library(store, toy_encoder, "toy")

    found = [library.passage(i) for i in ("a.paragraph.1", "a.paragraph.1.paragraph.1")]

    assert [f and f[1].text for f in found] == [YEAST, SODA]


def test_cited_a_moment_ago(library: Library, use: Shelving) -> None:
    """What was cited from the state before can still be opened."""
    use({"b": [SODA]})
    library.take_up()

    assert [bool(library.passage(f"{name}.paragraph.1")) for name in "ab"] == [True, True]


def test_cited_and_gone(library: Library, use: Shelving, store: Store) -> None:
    """What was cited from a state whose documents are dropped from disk is no longer found; nothing breaks."""
    for _ in range(KEPT + 1):
        use({"b": [SODA]})
    library.take_up()
    _load_document.cache_clear()

    assert not store.has("a")
    assert library.passage("a.paragraph.1") is None


# -- originals -----------------------------------------------------------------------------------------------------


def test_behind(library: Library) -> None:
    """Behind a claim stands the original paragraph, with the words on which the claim rests highlighted."""
    found = library.behind("a", "type-2.weakness", "")

    assert found is not None
    assert (found["document"], found["paragraph"], found["locator"], found["text"]) == ("a.txt", 1, "paragraph 1", YEAST)
    assert [found["text"][a:b] for a, b in found["highlights"]] == ["It needs a night."]
    assert (found["start"], found["end"], found["mended"], found["page"], found["heading"]) == (0, len(YEAST), None, None, None)


@pytest.mark.parametrize("source, claim", [("a", "type-1.weakness"), ("b", "type-2.weakness"), ("", "")])
def test_nothing_behind(library: Library, source: str, claim: str) -> None:
    """Behind a claim that its reading does not seem to make, or whose reading is not here, stands nothing."""
    assert library.behind(source, claim, "") is None


def test_original_of_two_stretches() -> None:
    """A paragraph from which something was taken out is shown as its stretches, a line each, highlights where they fall."""
    text = "Yeast raises\n[3]\nthe dough."
    paragraph = Paragraph(1, "Yeast raises the dough.", ((0, 12), (17, 27)))
    document = Document("a.txt", "0", Format.text, None, text, (paragraph,))

    found = original(document, paragraph, 6, 16)  # "raises the"

    assert found["text"] == "Yeast raises\nthe dough."
    assert [found["text"][a:b] for a, b in found["highlights"]] == ["raises", "the"]
    assert (found["start"], found["end"], found["mended"]) == (0, 27, None)


def test_original_of_a_mended_paragraph() -> None:
    """Where a paragraph was mended the original is shown with the mended text beside it."""
    text = "Yeast rai-\nses dough."
    mend = Mend(6, 14, "rai-\nses", "raises", "hyphenated break")
    paragraph = Paragraph(1, "Yeast raises dough.", ((0, 21),))
    document = Document("a.txt", "0", Format.text, None, text, (paragraph,), (mend,))

    found = original(document, paragraph, 6, 12)

    assert (found["text"], found["mended"]) == (text, "Yeast raises dough.")
    assert [text[a:b] for a, b in found["highlights"]] == ["rai-\nses"]


def test_original_of_a_file(tmp_path: Path) -> None:
    """Highlights fall on the right words of a file as it was read, broken lines and all."""
    lines = "Yeast raises the dough overnight, which takes\nsome warmth. Soda needs no night at all, for it\nworks in the oven."
    document = read_document(write(tmp_path, "a.txt", lines, "Salt slows the yeast down."))
    paragraph = document.paragraphs[0]
    start = paragraph.text.index("Soda")

    found = original(document, paragraph, start, len(paragraph.text))

    assert " ".join(found["text"].split()) == paragraph.text
    assert [found["text"][a:b] for a, b in found["highlights"]] == [lines[lines.index("Soda") :]]


def test_no_highlight(library: Library) -> None:
    """A paragraph of which no part is meant has no highlight."""
    found = library.passage("a.paragraph.1")
    assert found is not None

    assert original(found[2], found[1], 0, 0)["highlights"] == []


@pytest.mark.parametrize(
    "page, heading, where",
    [
        (None, None, "paragraph 7"),
        (3, None, "page 3, paragraph 7"),
        (3, "Rising", "page 3, paragraph 7, under “Rising”"),
        (None, "yeast " * 12, f"paragraph 7, under “{'yeast ' * 9}…”"),
    ],
)
def test_locator(page: int | None, heading: str | None, where: str) -> None:
    """A locator tells page, paragraph and heading, as far as there are any."""
    assert locator(Paragraph(7, "Dough.", ((0, 6),), heading, page)) == where


@pytest.mark.parametrize(
    "passage, span",
    [
        ("a.paragraph.2.16-35", (16, 35)),
        ("a.paragraph.2", (0, 0)),
        ("a.paragraph.2.35", (0, 0)),
        ("a.paragraph.2.0-0", (0, 0)),
        ("type-1.definition", (0, 0)),
    ],
)
def test_quoted(passage: str, span: tuple[int, int]) -> None:
    """The id of a quotation tells which characters are quoted, so that they can be marked."""
    assert quoted(passage) == span


def test_passage_of_a_quotation(library: Library) -> None:
    """A quotation opens the paragraph it is taken from."""
    assert library.passage("a.paragraph.1.0-5") == library.passage("a.paragraph.1") is not None
