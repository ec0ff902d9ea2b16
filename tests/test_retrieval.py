"""Search: the order and the numbers by hand, and an index that is whole, current, or refused."""

from __future__ import annotations

import json
import shutil
from math import exp, log, sqrt
from pathlib import Path
from typing import Callable, Iterator, List, Sequence

import numpy as np
import pytest

from index import retrieval
from index.dense import DenseIndex
from index.encoder import Encoder, Knowing, Vectors
from index.lexical import LexicalIndex
from index.retrieval import Document, IndexUnusable, Learned, Retriever, documents, embedded, is_current
from index.vocabulary import Vocabulary
from knowledge.models import Course

FILES = ["dense.npy", "learned.npy", "map.npy", "classes.npy", "lexical.npz", "documents.json", "manifest.json"]
RULES = ["words.py", "series.py", "vocabulary.py", "lexical.py", "stopwords.txt", "shorthand.txt"]
MEND = "run: python -m tutor index"
DOCUMENTS = [
    Document("salted", ("salt water",)),  # (0, 0, 1, 0)
    Document("soda", ("soda soda salt", "a question about soda")),  # (0, 2, 1, 0) / sqrt 5, and (0, 1, 0, 0)
    Document("mixed", ("yeast and soda",)),  # (1, 1, 0, 0) / sqrt 2
    Document("plain", ("flour",)),  # (0, 0, 0, 1)
]


@pytest.fixture
def small(toy_encoder: Encoder) -> Retriever:
    """Search over the four documents."""
    return Retriever.build(DOCUMENTS, toy_encoder)


@pytest.fixture
def saved(retriever: Retriever, course: Course, tmp_path: Path) -> Path:
    """The folder of a saved index of the test course."""
    retriever.save(tmp_path / "index", course)
    return tmp_path / "index"


def changed(course: Course) -> Course:
    """The course after an author's change."""
    return Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "version": "0123456789ab"})


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    """Change a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy, to change, of the folder with the rules by which texts are read; nothing is remembered of it."""
    folder = Path(retrieval.__file__).parent
    copied = Path(shutil.copytree(folder, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr(retrieval, "__file__", str(copied / "retrieval.py"))
    retrieval.text_rules.cache_clear()
    yield copied
    retrieval.text_rules.cache_clear()
    retrieval.learning_rules.cache_clear()


def interrupt(*_: object) -> None:
    """Stop, as with Ctrl-C."""
    raise KeyboardInterrupt


# -- documents -----------------------------------------------------------------------------------------------------


def test_documents(course: Course, vocabulary: Vocabulary) -> None:
    """A claim is searched by its text and its questions, with names written one way, in the order of the course."""
    docs = documents(course, vocabulary)

    assert [d.id for d in docs] == list(course.claim)
    assert docs[1] == Document("type-1.definition", ("Type 1 is dough that is baked without any rising.", "what is Type 1?"))


def test_documents_name_their_concept(course: Course, vocabulary: Vocabulary) -> None:
    """A claim that does not name its concept is searched as if it did."""
    origin = documents(course, vocabulary)[-1]

    assert origin.id == "type-2.origin"
    assert origin.texts == ("Type 2: Yeast was first kept in jars by Egyptian brewers. They passed it on to their bakers.",)


# -- search --------------------------------------------------------------------------------------------------------


def test_search(small: Retriever) -> None:
    """A claim's cosine is that of its best text, and its score fuses its two ranks."""
    hits = small.search("soda")

    assert [hit.id for hit in hits] == ["soda", "mixed", "salted", "plain"]
    assert [hit.cosine for hit in hits] == pytest.approx([1, 1 / sqrt(2), 0, 0], abs=1e-6)
    assert [hit.coverage for hit in hits] == [1, 1, 0, 0]
    assert [hit.score for hit in hits] == pytest.approx([1 / 61 + 1 / 61, 1 / 62 + 1 / 62, 1 / 63, 1 / 64])


def test_search_some(small: Retriever) -> None:
    """Of the documents that are kept, the first so many are as they are among all."""
    whole = small.search("soda")

    assert small.search("soda", keep=lambda i: i != "soda") == [hit for hit in whole if hit.id != "soda"]
    assert small.search("soda", most=2) == whole[:2]
    assert small.search("soda", keep=lambda i: i in ("plain", "mixed"), most=1) == [hit for hit in whole if hit.id == "mixed"]
    assert small.search("soda", keep=lambda i: False) == []


def test_search_bm25(small: Retriever) -> None:
    """The raw BM25 is that of all of a claim's texts together."""
    bags = [["salt", "water"], ["soda", "soda", "salt", "soda"], ["yeast", "soda"], ["flour"]]

    hits = {hit.id: hit.bm25 for hit in small.search("soda")}

    assert [hits[d.id] for d in DOCUMENTS] == pytest.approx(LexicalIndex(bags).scores(["soda"]).tolist())


def test_search_disagreement(small: Retriever) -> None:
    """What both rankings find, be it last in one, ranks above what only one of them finds."""
    towards_salt = np.array([0, 0, 1, 0], dtype=np.float32)

    hits = small.search("flour", towards_salt)

    assert [hit.id for hit in hits] == ["plain", "salted", "soda", "mixed"]
    assert [hit.cosine for hit in hits] == pytest.approx([0, 1, 1 / sqrt(5), 0], abs=1e-6)
    assert [hit.score for hit in hits] == pytest.approx([1 / 64 + 1 / 61, 1 / 61, 1 / 62, 1 / 63])


def test_search_no_word(small: Retriever) -> None:
    """A claim that shares no word with the query earns nothing from the ranking by words."""
    hits = small.search("zebra")  # the fourth way, as is flour

    assert [(hit.id, hit.bm25, hit.coverage) for hit in hits] == [(i, 0, 0) for i in ("plain", "salted", "soda", "mixed")]
    assert [hit.score for hit in hits] == pytest.approx([1 / 61, 1 / 62, 1 / 63, 1 / 64])


def test_search_ties(toy_encoder: Encoder) -> None:
    """Claims that tie keep the order of the course."""
    twins = Retriever.build([Document(i, ("salt",)) for i in "cab"], toy_encoder)

    assert [hit.id for hit in twins.search("salt")] == ["c", "a", "b"]


def test_search_vector(small: Retriever) -> None:
    """A vector that is already there is used in the place of the query's own."""
    hits = small.search("zebra", np.array([0, 0, 1, 0], dtype=np.float32))

    assert hits[0].id == "salted"
    assert hits[0].cosine == 1


def test_search_learned(toy_encoder: Encoder) -> None:
    """What was learned decides the order by vectors; the cosines before it stay beside those after it."""
    swapped = np.eye(4, dtype=np.float32)[[1, 0, 2, 3]]
    plain = Retriever.build(DOCUMENTS, toy_encoder)
    rows = plain._dense.all_rows
    turned = Retriever(
        DOCUMENTS, plain._dense, Learned(DenseIndex(rows), swapped, plain._learned.classes), plain._lexical, toy_encoder
    )

    hits = turned.search("soda")  # is yeast, to what was learned

    assert [hit.id for hit in hits] == ["mixed", "soda", "salted", "plain"]
    assert {hit.id: (hit.cosine, hit.learned) for hit in hits}["soda"] == pytest.approx((1, 0), abs=1e-6)
    assert {hit.id: (hit.cosine, hit.learned) for hit in hits}["mixed"] == pytest.approx((1 / sqrt(2), 1 / sqrt(2)), abs=1e-6)


def test_search_likely(toy_encoder: Encoder) -> None:
    """A claim is as likely as its texts make it; before anything was learned, all are as likely."""
    learned = Retriever.build(DOCUMENTS, toy_encoder, learning=True).search("yeast")
    plain = Retriever.build(DOCUMENTS, toy_encoder).search("yeast")

    assert max(learned, key=lambda hit: hit.likely).id == "mixed"
    assert sum(exp(hit.likely) for hit in learned) == pytest.approx(1)
    assert [hit.likely for hit in plain] == pytest.approx([log(1 / 4)] * 4)


def test_learning_rules(rules: Path, course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """An index that learned by other rules is refused."""
    (rules / "adapting.py").write_text("", encoding="utf-8")
    retrieval.learning_rules.cache_clear()

    with pytest.raises(IndexUnusable, match="its learning is "):
        Retriever.load(saved, course, toy_encoder)


def test_search_course(retriever: Retriever, course: Course) -> None:
    """Every claim of the course is ranked, each once."""
    hits = retriever.search("does yeast raise dough?")

    assert hits[0].id == "type-2.definition.baker"
    assert sorted(hit.id for hit in hits) == sorted(course.claim)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_over(small: Retriever) -> None:
    """A search over other documents uses the same encoder, finds only those, and leaves the first search alone."""
    before = small.search("soda")

    other = small.over([Document("a", ("salt",)), Document("b", ("soda", "yeast"))])

    assert [(hit.id, hit.cosine) for hit in other.search("soda")] == [("b", 1), ("a", 0)]
    assert small.search("soda") == before


def test_encode(small: Retriever) -> None:
    """One text is one vector."""
    assert small.encode("yeast").tolist() == [1, 0, 0, 0]


def test_rarity(small: Retriever) -> None:
    """A term's rarity and a claim's coverage are those of the ranking by words."""
    once, thrice = log(1 + 3.5 / 1.5), log(1 + 2.5 / 2.5)  # flour stands in one of four, soda in two

    assert [small.idf("flour"), small.idf("soda")] == pytest.approx([once, thrice])
    assert small.coverage(["flour", "soda"], "plain") == pytest.approx(once / (once + thrice))
    assert small.common_idf == pytest.approx(log(1 / 0.075))


# -- saving and loading --------------------------------------------------------------------------------------------


def test_round_trip(retriever: Retriever, course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """What is saved ranks the same once loaded."""
    loaded = Retriever.load(saved, course, toy_encoder)

    assert loaded.documents == retriever.documents
    assert loaded.search("soda and salt") == retriever.search("soda and salt")


def test_whole(saved: Path) -> None:
    """A saved index is its files, with nothing left beside it."""
    assert sorted(path.name for path in saved.iterdir()) == sorted(FILES)
    assert [path.name for path in saved.parent.iterdir()] == ["index"]


def test_save_again(retriever: Retriever, course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """A new index takes the place of the old one, of which nothing stays."""
    (saved / "leftover").touch()

    retriever.save(saved, changed(course))

    assert not (saved / "leftover").exists()
    assert Retriever.load(saved, changed(course), toy_encoder).documents == retriever.documents


def test_missing(course: Course, toy_encoder: Encoder, tmp_path: Path) -> None:
    """A missing index is refused with the command that builds it."""
    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(tmp_path / "index", course, toy_encoder)

    assert str(caught.value) == f"there is no index in {tmp_path / 'index'}; {MEND}"


def test_stale_course(course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """An index of an older course is refused by its version."""
    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(saved, changed(course), toy_encoder)

    assert str(caught.value) == f"the index {saved} is stale: its course is {course.version}, not 0123456789ab; {MEND}"


@pytest.mark.parametrize("field, old, new", [("name", "toy", "other"), ("dimension", 4, 5)])
def test_stale_encoder(course: Course, saved: Path, field: str, old: object, new: object) -> None:
    """An index of another encoder is refused by its name or size."""

    class Other:
        name, dimension = "toy", 4

        def encode(self, texts: object) -> Vectors:
            raise AssertionError("nothing is encoded")

    other = Other()
    setattr(other, field, new)

    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(saved, course, other)

    key = "encoder" if field == "name" else field
    assert str(caught.value) == f"the index {saved} is stale: its {key} is {old}, not {new}; {MEND}"


def test_stale_format(course: Course, toy_encoder: Encoder, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of an older format is refused by its number."""
    monkeypatch.setattr(retrieval, "FORMAT", 77)

    with pytest.raises(IndexUnusable, match=f"is stale: its format is .*, not 77; {MEND}"):
        Retriever.load(saved, course, toy_encoder)


@pytest.mark.parametrize("name", RULES)
def test_stale_rules(rules: Path, course: Course, toy_encoder: Encoder, saved: Path, name: str) -> None:
    """An index built by other rules for reading texts is refused, and is not current."""
    assert is_current(saved, course, "toy")
    written = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))["text rules"]
    with (rules / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    retrieval.text_rules.cache_clear()

    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(saved, course, toy_encoder)

    assert str(caught.value) == f"the index {saved} is stale: its text rules is {written}, not {retrieval.text_rules()}; {MEND}"
    assert retrieval.text_rules() != written
    assert not is_current(saved, course, "toy")


def test_rules_elsewhere(rules: Path, course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """A change in a file that does not decide how texts are read leaves an index as good as it was."""
    (rules / "dense.py").write_text("", encoding="utf-8")

    assert is_current(saved, course, "toy")
    assert Retriever.load(saved, course, toy_encoder).documents


@pytest.mark.parametrize("name", FILES[:-1])
@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_damaged(course: Course, toy_encoder: Encoder, saved: Path, name: str, damage: str) -> None:
    """A file that is not as it was written is named, with the command that mends it."""
    content = (saved / name).read_bytes()
    if damage == "gone":
        (saved / name).unlink()
    else:
        (saved / name).write_bytes(content[:-1] + b"!" if damage == "changed" else content[: len(content) // 2])

    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(saved, course, toy_encoder)

    assert str(caught.value) == f"the index {saved} is damaged ({name} is not as it was written); {MEND}"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"files": []}', b"\xff\xfe"])
def test_damaged_manifest(course: Course, toy_encoder: Encoder, saved: Path, content: bytes) -> None:
    """A manifest that cannot be read is named, with the command that mends it."""
    (saved / "manifest.json").write_bytes(content)

    with pytest.raises(IndexUnusable) as caught:
        Retriever.load(saved, course, toy_encoder)

    assert str(caught.value) == f"the index {saved} is damaged (manifest.json cannot be read); {MEND}"


def test_manifest_lists_nothing(course: Course, toy_encoder: Encoder, saved: Path) -> None:
    """A manifest that leaves out a file is damaged."""
    rewrite(saved / "manifest.json", lambda manifest: manifest.update(files={}))
    (saved / "dense.npy").write_bytes(b"")

    with pytest.raises(IndexUnusable, match="damaged"):
        Retriever.load(saved, course, toy_encoder)


@pytest.mark.parametrize("owner, step", [(LexicalIndex, "save"), (retrieval, "_digest")])
def test_interrupted(request: pytest.FixtureRequest, saved: Path, owner: object, step: str) -> None:
    """A save that is interrupted leaves the old index as it was, and nothing beside it."""
    retriever, course, toy_encoder = map(request.getfixturevalue, ("retriever", "course", "toy_encoder"))

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(owner, step, interrupt)
        retriever.save(saved, changed(course))

    assert Retriever.load(saved, course, toy_encoder).documents == retriever.documents
    assert [path.name for path in saved.parent.iterdir()] == ["index"]


def test_interrupted_move(
    retriever: Retriever, course: Course, toy_encoder: Encoder, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save whose last step fails leaves the old index as it was."""
    move = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if Path(target) == saved and path.name == "index":
            raise OSError("no space left")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no space left"):
        retriever.save(saved, changed(course))

    assert Retriever.load(saved, course, toy_encoder).documents == retriever.documents


# -- current or not ------------------------------------------------------------------------------------------------


def test_current(course: Course, saved: Path) -> None:
    """An index is current for its own course and encoder, and for no other."""
    assert is_current(saved, course, "toy")
    assert not is_current(saved, changed(course), "toy")
    assert not is_current(saved, course, "other")
    assert not is_current(saved.parent / "nowhere", course, "toy")


@pytest.mark.parametrize("name", FILES)
def test_current_without_file(course: Course, saved: Path, name: str) -> None:
    """An index that lacks a file is not current."""
    (saved / name).unlink()

    assert not is_current(saved, course, "toy")


@pytest.mark.parametrize("name", FILES[:-1])
def test_current_damaged(course: Course, saved: Path, name: str) -> None:
    """An index that `load` refuses is not current, so that the mending command mends it."""
    (saved / name).write_bytes(b"damaged")

    assert not is_current(saved, course, "toy")


class Counted:
    """The toy encoder; tells what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self.asked: List[str] = []
        self._encoder = encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), 4)."""
        self.asked += texts
        return self._encoder.encode(texts)


def test_embedded(retriever: Retriever, toy_encoder: Encoder, saved: Path) -> None:
    """The texts of an index come with the rows that the encoder makes of them."""
    rows = embedded(saved, "toy")

    texts = [text for d in retriever.documents for text in d.texts]
    assert set(rows) == set(texts)
    assert np.array_equal([rows[text] for text in texts], toy_encoder.encode(texts))


@pytest.mark.parametrize("owner", ["another encoder", "another format", "damaged", "missing"])
def test_embedded_unusable(saved: Path, owner: str) -> None:
    """Rows of another encoder, of another format or of a damaged index are not taken over."""
    if owner == "another format":
        rewrite(saved / "manifest.json", lambda m: m.update(format=0))
    elif owner == "damaged":
        (saved / "dense.npy").write_bytes(b"damaged")
    elif owner == "missing":
        shutil.rmtree(saved)

    assert embedded(saved, "other" if owner == "another encoder" else "toy") == {}


def test_knowing(toy_encoder: Encoder, saved: Path) -> None:
    """What an index knows is not embedded again, and what is embedded once is known."""
    counted = Counted(toy_encoder)
    rows = embedded(saved, "toy")
    old = next(iter(rows))
    knowing = Knowing(counted, rows)

    first = knowing.encode(["soda", old, "soda"])
    second = knowing.encode(["soda"])

    assert counted.asked == ["soda"]
    assert np.array_equal(first, toy_encoder.encode(["soda", old, "soda"]))
    assert np.array_equal(second, toy_encoder.encode(["soda"]))
    assert knowing.encode([]).shape == (0, 4)
