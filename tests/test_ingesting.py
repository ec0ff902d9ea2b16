"""Documents into the library and out of it. `tutor.support` is replaced: a reading supports what stands in it word for word."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, List, Sequence

import pytest

from index.encoder import Vectors
from index.library import EMPTY, LibraryError, Store
from index.shelf import Shelf
from index.vocabulary import Vocabulary
from knowledge.ingest.document import UnreadableDocument
from knowledge.models import Course, Source
from tests import readings
from tests.conftest import ToyEncoder
from tests.readings import CountingEncoder, write
from tutor import ingesting
from tutor.ingesting import UNNAMED, Description, Effect, Ingester, Outcome, digest_of, made_with, readable, slug

NOTHING = Description()
YEAST = "Yeast raises the dough of every loaf overnight."
SODA = "Soda lifts the other loaves in the oven at once."
SALT = "Salt slows the yeast down, which some bakers like."
HARD = "Type 1 turns hard within a day."  # type-1.weakness, in baker-1950
FAST = "Type 1 is ready within ten minutes."  # type-1.strength.fast, in baker-1950

Ingest = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _support(monkeypatch: pytest.MonkeyPatch) -> None:
    """Support that can be read off."""
    monkeypatch.setitem(sys.modules, "tutor.support", SimpleNamespace(support=readings.support))


@pytest.fixture
def ingester(course: Course, vocabulary: Vocabulary, toy_encoder: ToyEncoder, tmp_path: Path) -> Ingester:
    """Adds to an empty library of the test course."""
    return Ingester(course, vocabulary, toy_encoder, Store(tmp_path / "library"))


@pytest.fixture
def add(ingester: Ingester) -> Ingest:
    """Add files, with what is said of them."""
    return lambda *files, described=None, **said: ingester.add(files, Description(**said), described or {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where documents are."""
    return tmp_path / "documents"


def ids(entries: Sequence[Any]) -> List[str]:
    """The ids of documents."""
    return [e.source.id for e in entries]


def held(ingester: Ingester) -> List[str]:
    """The ids of the documents in the library."""
    return ids(ingester.store.state().entries)


def outcome(done: Outcome) -> dict[str, List[str]]:
    """The ids by what was done with them."""
    kinds = ("added", "replaced", "unchanged", "removed")
    return {kind: ids(getattr(done, kind)) for kind in kinds if getattr(done, kind)}


# -- adding --------------------------------------------------------------------------------------------------------


def test_add(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document is cited under an id and a title made of its file's name, and can be searched."""
    done = add(write(folder, "My_Notes on rye.txt", YEAST, SODA))

    (entry,) = done.added
    assert entry.source == Source(id="my-notes-on-rye", title="My Notes on rye", author=UNNAMED)
    assert (entry.name, entry.passages, outcome(done)) == ("My_Notes on rye.txt", 2, {"added": ["my-notes-on-rye"]})
    shelf = Shelf.open(ingester.store, ingester.encoder, ingester.made_with())
    assert next((f.document, f.paragraph) for f in shelf.search("soda")) == ("my-notes-on-rye", 2)


def test_add_again(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """What is there already is left as it is: no new state."""
    file = write(folder, "a.txt", YEAST)
    add(file)

    again = add(file)

    assert (outcome(again), again.effect) == ({"unchanged": ["a"]}, None)
    assert ingester.store.state().number == 1


def test_add_twice_at_once(add: Ingest, folder: Path) -> None:
    """A document that is named twice is added once."""
    file = write(folder, "a.txt", YEAST)

    assert outcome(add(file, file)) == {"added": ["a"], "unchanged": ["a"]}


def test_same_content(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A copy under another name is the same document."""
    assert outcome(add(write(folder, "a.txt", YEAST), write(folder, "b.txt", YEAST))) == {"added": ["a"], "unchanged": ["a"]}
    assert held(ingester) == ["a"]


def test_replace(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document that has changed takes the place of the one before, which can be brought back."""
    add(write(folder, "a.txt", YEAST))

    done = add(write(folder, "a.txt", SODA))

    assert outcome(done) == {"replaced": ["a"]}
    assert [p.text for p in ingester.store.document(done.replaced[0].key).paragraphs] == [SODA]
    ingester.rollback()
    assert [p.text for p in ingester.store.document(ingester.store.state().entries[0].key).paragraphs] == [YEAST]


def test_described_by_hand(add: Ingest, folder: Path) -> None:
    """What is said of a document goes before what is guessed."""
    said = {"source": "rye", "title": "On Rye", "author": "Eva Eater", "year": 1999, "url": "https://example.org"}

    (entry,) = add(write(folder, "a.txt", YEAST), **said).added

    assert entry.source == Source(id="rye", **{k: v for k, v in said.items() if k != "source"})


def test_described_later(add: Ingest, folder: Path) -> None:
    """A document that is there already can be described anew; what is left unsaid stays, and nothing is embedded again."""
    file = write(folder, "a.txt", YEAST)
    first = add(file, author="Eva Eater")

    (entry,) = add(file, title="On Rye").replaced

    assert (entry.source.title, entry.source.author) == ("On Rye", "Eva Eater")
    assert entry.key == first.added[0].key


def test_description_survives_a_new_version(add: Ingest, folder: Path) -> None:
    """A new version of a document is cited as the one before was."""
    add(write(folder, "a.txt", YEAST), title="On Rye", author="Eva Eater", year=1999)

    (entry,) = add(write(folder, "a.txt", SODA)).replaced

    assert (entry.source.title, entry.source.author, entry.source.year) == ("On Rye", "Eva Eater", 1999)


def test_described_in_a_file(add: Ingest, folder: Path) -> None:
    """A `sources.yml` beside a document describes it by the file's name."""
    source = Source(id="a", title="On Rye", author="Eva Eater", note="A gift.")

    (entry,) = add(write(folder, "a.txt", YEAST), described={"a": source}).added

    assert entry.source == source


def test_redescribed_in_a_file(add: Ingest, folder: Path) -> None:
    """A description that has changed is taken over; one that has not leaves the document as it is."""
    file = write(folder, "a.txt", YEAST)
    source, other = (Source(id="a", title=title, author="Eva Eater") for title in ("On Rye", "On Oats"))
    add(file, described={"a": source})

    assert outcome(add(file, described={"a": source})) == {"unchanged": ["a"]}
    assert outcome(add(file, described={"a": other})) == {"replaced": ["a"]}


def test_title_of_a_document(add: Ingest, folder: Path) -> None:
    """A document that carries a title is called by it."""
    (entry,) = add(write(folder, "a.md", "# The Whole Truth about Rye", YEAST)).added

    assert entry.source.title == "The Whole Truth about Rye"


def test_failed(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A file that cannot be read is told in one line that names it, and the others are added."""
    bad = [write(folder, "empty.txt"), write(folder, "song.mp3", "la"), write(folder, "blank.md", "   ")]

    done = add(bad[0], write(folder, "a.txt", YEAST), *bad[1:])

    assert outcome(done) == {"added": ["a"]}
    assert [line.partition(":")[0] for line in done.failed] == ["empty.txt", "song.mp3", "blank.md"]
    assert all("\n" not in line for line in done.failed)
    assert held(ingester) == ["a"]


def test_all_failed(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """If nothing can be read the library stays as it was."""
    done = add(write(folder, "empty.txt"))

    assert (outcome(done), done.effect, ingester.store.state()) == ({}, None, EMPTY)


def test_too_large(ingester: Ingester, folder: Path) -> None:
    """A file beyond the limit is not read."""
    ingester.max_bytes = 10

    (line,) = ingester.add([write(folder, "a.txt", YEAST)], NOTHING, {}).failed

    assert line.startswith("a.txt: is too large")


def test_missing_file(add: Ingest, folder: Path) -> None:
    """A file that has gone is told like any other that cannot be read."""
    (line,) = add(folder / "gone.txt").failed

    assert line.startswith("gone.txt: ")


def test_same_stem(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """Two different documents of the same name in different folders are both kept, or the second is told to have failed."""
    files = [write(folder / "one", "intro.txt", YEAST), write(folder / "two", "intro.txt", SODA)]

    done = add(*files)

    assert len(held(ingester)) + len(done.failed) == 2
    assert not done.replaced


def test_same_stem_again(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A folder that is added again changes nothing, even if two of its files share a name."""
    files = [write(folder / "one", "intro.txt", YEAST), write(folder / "two", "intro.txt", SODA)]
    add(*files)
    before = ingester.store.state().number

    add(*files)

    assert ingester.store.state().number == before


def test_renamed_by_hand(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document that is given another id is not searched twice."""
    file = write(folder, "a.txt", YEAST)
    add(file)

    add(file, source="rye")

    assert held(ingester) == ["rye"]


@pytest.mark.parametrize(
    "said", [{"source": "My Rye"}, {"source": "a/b"}, {"year": 99999}, {"url": "example.org"}, {"author": "x" * 121}], ids=str
)
def test_description_refused(add: Ingest, ingester: Ingester, folder: Path, said: dict[str, Any]) -> None:
    """A description that no source may have is told as a fault of the input, and nothing is added."""
    with pytest.raises(LibraryError):
        add(write(folder, "a.txt", YEAST), **said)

    assert held(ingester) == []


# -- readings of the course ----------------------------------------------------------------------------------------


def test_recognised_by_name(add: Ingest, course: Course, folder: Path) -> None:
    """A file that is named as a reading of the course is that reading, whatever is said of it."""
    (entry,) = add(write(folder, "baker-1950.txt", YEAST), title="On Rye").added

    assert entry.source == course.source["baker-1950"]


def test_recognised_by_title(add: Ingest, course: Course, folder: Path) -> None:
    """A file that begins with the title of a reading of the course is that reading."""
    (entry,) = add(write(folder, "scan 7.md", "# A DIGEST of Bread!", YEAST)).added

    assert entry.source == course.source["digest-2000"]


def test_said_to_be_a_reading(add: Ingest, course: Course, folder: Path) -> None:
    """A file that is said to be a reading of the course is that reading."""
    (entry,) = add(write(folder, "scan.txt", YEAST), source="miller-1980").added

    assert entry.source == course.source["miller-1980"]


@pytest.mark.parametrize("text", ["The Three Types of loaves are many.", "A Digest of Breads that are flat.", "Flour and water."])
def test_not_recognised(add: Ingest, folder: Path, text: str) -> None:
    """A short title is too common to go by, and a title that is not there is none."""
    assert outcome(add(write(folder, "scan.txt", text + " " + YEAST))) == {"added": ["scan"]}


def test_title_far_down(add: Ingest, folder: Path) -> None:
    """A document that names a reading only far down is not that reading."""
    assert outcome(add(write(folder, "scan.txt", *[YEAST] * 80, "See A Digest of Bread for more on this."))) == {"added": ["scan"]}


def test_reading_that_is_there_already(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document that names a reading which the library has is another document: it takes no one's place."""
    add(write(folder, "digest-2000.txt", YEAST))

    add(write(folder, "essay.txt", "In A Digest of Bread we read of soda. " + SODA))

    assert held(ingester) == ["digest-2000", "essay"]


def test_reading_named_beside_itself(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document that names a reading does not take its name from the file that has it, whichever comes first."""
    essay = write(folder, "essay.txt", "In A Digest of Bread we read of soda. " + SODA)

    add(essay, write(folder, "digest-2000.txt", YEAST))

    assert held(ingester) == ["essay", "digest-2000"]


def test_description_before_a_title(add: Ingest, folder: Path) -> None:
    """A document that a `sources.yml` describes is what that says, whatever titles it names."""
    source = Source(id="essay", title="On the Digest", author="Eva Eater")
    essay = write(folder, "essay.txt", "In A Digest of Bread we read of soda. " + SODA)

    assert ids(add(essay, described={"essay": source}).added) == ["essay"]


def test_new_version_of_a_reading_known_by_title(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A new version of a file that was recognised by its title takes the place of the old one."""
    add(write(folder, "scan.md", "# A Digest of Bread", YEAST))

    add(write(folder, "scan.md", "# A Digest of Bread", SODA))

    assert held(ingester) == ["digest-2000"]


def test_name_that_becomes_the_id_of_a_reading(add: Ingest, ingester: Ingester, course: Course, folder: Path) -> None:
    """A name from which the id of a reading of the course would be made is taken for that reading, cited as the course does."""
    (entry,) = add(write(folder, "Baker 1950.txt", YEAST)).added

    assert entry.source == course.source["baker-1950"]


# -- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, made",
    [
        ("Rye", "rye"),
        ("My_Notes on rye (2)", "my-notes-on-rye-2"),
        ("Crème brûlée", "creme-brulee"),
        ("--a--", "a"),
        ("x" * 99, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
        ("v1.5", "v1-5"),
    ],
)
def test_slug(name: str, made: str) -> None:
    """An id is the name in small letters and digits, with a hyphen for everything else."""
    assert slug(name) == made


@pytest.mark.parametrize("name", ["面包", "...", "", "Ⅳ٣", "хлеб"])
def test_slug_of_no_letters(name: str) -> None:
    """A name without a letter that an id may have is an id of its own, always the same."""
    assert slug(name) == slug(name)
    assert Source(id=slug(name), title="T", author="A").id
    assert slug(name) != slug(name + "x")


@pytest.mark.parametrize("stem, title", [("my_notes-on rye", "My notes on rye"), ("RYE", "RYE"), ("-", "-"), ("é", "É")])
def test_readable(stem: str, title: str) -> None:
    """A title made of a file's name has spaces and begins with a capital."""
    assert readable(stem) == title


def test_digest(folder: Path) -> None:
    """The digest of a file is that of its bytes; a file that cannot be opened is told."""
    file = write(folder, "a.txt", "")
    file.write_bytes(b"")

    assert digest_of(file) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with pytest.raises(UnreadableDocument, match=r"gone\.txt: cannot be opened \(No such file or directory\)"):
        digest_of(folder / "gone.txt")


# -- taking out ----------------------------------------------------------------------------------------------------


def test_remove(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """What is taken out is no longer searched, and the rest is."""
    add(write(folder, "a.txt", YEAST), write(folder, "b.txt", SODA))

    done = ingester.remove(["a"])

    assert (outcome(done), held(ingester)) == ({"removed": ["a"]}, ["b"])
    shelf = Shelf.open(ingester.store, ingester.encoder, ingester.made_with())
    assert {f.document for f in shelf.search("yeast soda")} == {"b"}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_remove_the_last(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """The last document can be taken out, and what follows works: nothing is found, one can go back, or add."""
    file = write(folder, "a.txt", YEAST)
    add(file)

    ingester.remove(["a"])

    assert held(ingester) == []
    assert len(Shelf.open(ingester.store, ingester.encoder, ingester.made_with())) == 0
    assert ingester.refresh() is False
    assert outcome(add(file)) == {"added": ["a"]}
    ingester.rollback()
    assert held(ingester) == []
    ingester.rollback()
    assert held(ingester) == ["a"]


def test_remove_twice_named(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A document that is named twice is taken out once."""
    add(write(folder, "a.txt", YEAST))

    assert outcome(ingester.remove(["a", "a"])) == {"removed": ["a"]}


@pytest.mark.parametrize("wrong", [["x"], ["a", "x"]])
def test_remove_unknown(add: Ingest, ingester: Ingester, folder: Path, wrong: List[str]) -> None:
    """A document that is not there is told with those that are, and nothing is taken out."""
    add(write(folder, "a.txt", YEAST), write(folder, "b.txt", SODA))

    with pytest.raises(LibraryError, match="the library has no document 'x'; it has: a, b"):
        ingester.remove(wrong)

    assert held(ingester) == ["a", "b"]


def test_remove_from_nothing(ingester: Ingester) -> None:
    """From an empty library nothing can be taken."""
    with pytest.raises(LibraryError, match="the library has no document 'x'; it has: none"):
        ingester.remove(["x"])


def test_rollback(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A step back says what came back and what went; two steps go two states back."""
    add(write(folder, "a.txt", YEAST))
    add(write(folder, "b.txt", SODA))
    ingester.remove(["a"])

    first, second = ingester.rollback(), ingester.rollback()

    assert (outcome(first), outcome(second), held(ingester)) == ({"added": ["a"]}, {"removed": ["b"]}, ["a"])


def test_rollback_to_nothing(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """The first addition can be undone, and then nothing more."""
    add(write(folder, "a.txt", YEAST))

    assert outcome(ingester.rollback()) == {"removed": ["a"]}
    with pytest.raises(LibraryError, match="nothing to go back to"):
        ingester.rollback()


def test_add_after_rollback(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """What was undone can be done again."""
    file = write(folder, "a.txt", YEAST)
    add(file)
    ingester.rollback()

    assert outcome(add(file)) == {"added": ["a"]}
    assert held(ingester) == ["a"]


# -- one writer, and interruptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["add", "remove", "rollback"])
def test_locked(add: Ingest, ingester: Ingester, folder: Path, step: str) -> None:
    """While another command changes the library, none else does."""
    file = write(folder, "a.txt", YEAST)
    add(file)
    steps = {
        "add": lambda: add(write(folder, "b.txt", SODA)),
        "remove": lambda: ingester.remove(["a"]),
        "rollback": ingester.rollback,
    }

    with Store(ingester.store.root).locked(), pytest.raises(LibraryError, match="another command is changing the library"):
        steps[step]()

    assert held(ingester) == ["a"]


def test_refresh_of_what_is_fresh_needs_no_lock(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A tutor starts while a document is being added: what is fresh is left alone."""
    add(write(folder, "a.txt", YEAST))

    with Store(ingester.store.root).locked():
        assert ingester.refresh() is False


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A document of ten passages, of which three are embedded at once."""
    monkeypatch.setattr(ingesting, "BATCH", 3)
    return write(folder, "a.txt", *(f"{YEAST[:-1]}, and this is loaf number {n}." for n in range(10)))


def test_interrupted(course: Course, vocabulary: Vocabulary, many: Path, tmp_path: Path) -> None:
    """A run that is interrupted goes on where it stopped: no passage is embedded twice, and the result is the same."""
    store = Store(tmp_path / "library")
    first, second = CountingEncoder(most=7), CountingEncoder()
    with pytest.raises(KeyboardInterrupt):
        Ingester(course, vocabulary, first, store).add([many], NOTHING, {})
    assert (store.state(), len(first.seen)) == (EMPTY, 6)
    marks: List[Any] = []

    done = Ingester(course, vocabulary, second, store, progress=lambda *mark: marks.append(mark)).add([many], NOTHING, {})

    texts = [text for text in second.seen if "loaf number" in text]
    (entry,) = done.added
    assert [text[-2] for text in [*first.seen, *texts]] == list("0123456789")
    assert marks == [("a.txt", 9, 10), ("a.txt", 10, 10)]
    assert store.vectors(entry.key).tolist() == ToyEncoder().encode([*first.seen, *texts]).tolist()


def test_interrupted_between_documents(course: Course, vocabulary: Vocabulary, many: Path, folder: Path, tmp_path: Path) -> None:
    """A document that was finished before the interruption is not embedded again."""
    store = Store(tmp_path / "library")
    other = write(folder, "b.txt", SODA, SALT)
    with pytest.raises(KeyboardInterrupt):
        Ingester(course, vocabulary, CountingEncoder(most=11), store).add([many, other], NOTHING, {})
    second = CountingEncoder()

    done = Ingester(course, vocabulary, second, store).add([many, other], NOTHING, {})

    assert ids(done.added) == ["a", "b"]
    assert second.seen[:2] == [SODA, SALT]
    assert not [text for text in second.seen if "loaf number" in text]


def test_interrupted_replacement(course: Course, vocabulary: Vocabulary, many: Path, folder: Path, tmp_path: Path) -> None:
    """While a replacement is interrupted the old document stays in use."""
    store = Store(tmp_path / "library")
    old = write(folder / "old", "a.txt", SODA)
    Ingester(course, vocabulary, CountingEncoder(), store).add([old], NOTHING, {})
    with pytest.raises(KeyboardInterrupt):
        Ingester(course, vocabulary, CountingEncoder(most=4), store).add([many], NOTHING, {})

    assert [e.digest for e in store.state().entries] == [digest_of(old)]


def test_document_that_shrank(course: Course, vocabulary: Vocabulary, many: Path, folder: Path, tmp_path: Path) -> None:
    """A document that was changed after the interruption begins anew."""
    store = Store(tmp_path / "library")
    with pytest.raises(KeyboardInterrupt):
        Ingester(course, vocabulary, CountingEncoder(most=7), store).add([many], NOTHING, {})

    (entry,) = Ingester(course, vocabulary, CountingEncoder(), store).add([write(folder, "a.txt", SODA)], NOTHING, {}).added

    assert store.vectors(entry.key).tolist() == [[0, 1, 0, 0]]


# -- refreshing ----------------------------------------------------------------------------------------------------


class Renamed(CountingEncoder):
    """The toy encoder under another name, with two ways exchanged."""

    name = "renamed"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows."""
        return super().encode(texts)[:, [1, 0, 2, 3]]


def with_version(course: Course, version: str) -> Course:
    """The course in another version."""
    return Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "version": version})


def test_refresh_of_nothing(ingester: Ingester) -> None:
    """An empty library is fresh."""
    assert ingester.refresh() is False


def test_fresh(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """What fits is left as it is."""
    add(write(folder, "a.txt", YEAST))

    assert ingester.refresh() is False
    assert ingester.store.state().number == 1


def test_refresh_for_another_encoder(add: Ingest, ingester: Ingester, course: Course, vocabulary: Vocabulary, folder: Path) -> None:
    """With another encoder every document is embedded anew from the copy that the library keeps."""
    file = write(folder, "a.txt", YEAST)
    add(file, title="On Rye")
    file.unlink()
    other = Ingester(course, vocabulary, Renamed(), ingester.store)

    assert other.refresh() is True
    assert other.refresh() is False

    (entry,) = other.store.state().entries
    assert other.store.vectors(entry.key).tolist() == [[0, 1, 0, 0]]
    assert (entry.source.title, entry.name, entry.passages) == ("On Rye", "a.txt", 1)
    assert len(Shelf.open(other.store, other.encoder, other.made_with())) == 1


def test_refresh_for_another_course_version(
    add: Ingest, ingester: Ingester, course: Course, vocabulary: Vocabulary, folder: Path
) -> None:
    """With another version of the course only the links are made anew."""
    add(write(folder, "baker-1950.txt", HARD))
    encoder = CountingEncoder()
    other = Ingester(with_version(course, "new"), vocabulary, encoder, ingester.store)

    assert other.refresh() is True
    assert other.refresh() is False
    assert encoder.seen == []


def test_rollback_after_refresh(add: Ingest, ingester: Ingester, course: Course, vocabulary: Vocabulary, folder: Path) -> None:
    """After a refresh a step back undoes the last change of the documents, and what it leads to can be used."""
    add(write(folder, "a.txt", YEAST))
    add(write(folder, "b.txt", SODA))
    other = Ingester(course, vocabulary, Renamed(), ingester.store)
    other.refresh()

    other.rollback()
    other.refresh()

    assert held(other) == ["a"]


def test_made_with(course: Course, toy_encoder: ToyEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors fit the encoder, the rules and the numbered names they were made with; the course's claims do not matter."""
    first = made_with(course, toy_encoder)
    fewer = Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "concepts": course.concepts[:-1]})

    assert made_with(with_version(course, "new"), toy_encoder) == first
    assert len({first, made_with(course, Renamed()), made_with(fewer, toy_encoder)}) == 3
    monkeypatch.setattr(ingesting, "reading_rules", lambda: "other")
    assert made_with(course, toy_encoder) != first


# -- what a change does to answers ---------------------------------------------------------------------------------


def test_effect_of_a_reading(add: Ingest, folder: Path) -> None:
    """A reading of the course opens the claims that it holds; those that it should hold and does not are told."""
    effect = add(write(folder, "baker-1950.txt", YEAST, HARD, FAST)).effect

    assert effect is not None
    assert effect.gained == ("type-1.strength.fast", "type-1.weakness")
    assert (effect.lost, effect.moved) == ((), ())
    assert "type-1.5.weakness" in effect.unsupported
    assert not {"type-1.weakness", "type-1.participants"} & set(effect.unsupported)  # the latter is not of this reading


def test_effect_of_a_new_version(add: Ingest, folder: Path) -> None:
    """A new version of a reading moves claims and loses others."""
    add(write(folder, "baker-1950.txt", YEAST, HARD, FAST))

    effect = add(write(folder, "baker-1950.txt", HARD, YEAST)).effect

    assert effect is not None
    assert (effect.gained, effect.lost, effect.moved) == ((), ("type-1.strength.fast",), ("type-1.weakness",))


def test_effect_on_questions(add: Ingest, folder: Path) -> None:
    """Questions of the course that find another passage now are told, with its place."""
    first = add(write(folder, "a.txt", YEAST, "The crust is what all bakers are proud of.")).effect
    second = add(write(folder, "b.txt", SODA)).effect

    assert first is not None
    assert ("which loaf stays soft?", "a, paragraph 2") in first.questions
    assert second is not None
    assert second.questions == ()


def test_effect_of_removing(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """Taking a reading out closes its claims, and its questions find nothing."""
    add(write(folder, "baker-1950.txt", HARD))

    effect = ingester.remove(["baker-1950"]).effect

    assert effect is not None
    assert (effect.lost, effect.gained, effect.unsupported) == (("type-1.weakness",), (), ())
    assert {place for _, place in effect.questions} == {"nothing"}


def test_effect_of_going_back(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """Going back has the opposite effect."""
    add(write(folder, "baker-1950.txt", HARD))

    effect = ingester.rollback().effect

    assert effect is not None
    assert effect.lost == ("type-1.weakness",)


def test_no_effect(add: Ingest, folder: Path) -> None:
    """A document far from every question changes no answer."""
    add(write(folder, "a.txt", "The crust is what all bakers are proud of."))

    assert add(write(folder, "b.txt", YEAST)).effect == Effect()


def test_links(add: Ingest, ingester: Ingester, folder: Path) -> None:
    """A claim is linked to the words that it rests on in its reading; a document of one's own links nothing."""
    add(write(folder, "baker-1950.txt", YEAST, f"So it is. {HARD}"), write(folder, "a.txt", HARD))

    shelf = Shelf.open(ingester.store, ingester.encoder, ingester.made_with())

    assert list(shelf.links) == ["baker-1950"]
    link = shelf.link("baker-1950", "type-1.weakness")
    assert link is not None
    paragraph = shelf.paragraph("baker-1950", link.paragraph)
    assert paragraph is not None
    assert (link.paragraph, paragraph.text[link.start : link.end]) == (2, HARD)
