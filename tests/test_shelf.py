"""One state, searched: as numpy does by trying all; links; and what is stale or damaged is refused."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Dict, List
from zlib import crc32

import numpy as np
import pytest

from index.encoder import Vectors
from index.lexical import LexicalIndex, terms
from index.library import REMEDY, LibraryError, Store
from index.retrieval import RRF_CONSTANT
from index.shelf import CANDIDATES, LEXICAL, LINKS, Link, Shelf
from index.vocabulary import Vocabulary
from tests.conftest import ToyEncoder
from tests.readings import put, reading, shelve

READINGS = {
    "rising": ["Yeast raises the dough.", "Yeast and soda raise the heavy dough.", "Soda lifts a loaf."],
    "baking": ["Salt slows yeast down.", "Flour is ground."],
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A library."""
    return Store(tmp_path / "library")


@pytest.fixture
def shelf(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Shelf:
    """Two readings, searched together."""
    shelve(store, READINGS, toy_encoder, vocabulary)
    return Shelf.open(store, toy_encoder, "toy")


class Random:
    """Gives each text a direction drawn by chance, always the same one."""

    name, dimension = "random", 16

    def encode(self, texts: List[str]) -> Vectors:
        """Embed texts as unit rows."""
        seeds = [crc32(text.encode()) for text in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds]).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# -- search --------------------------------------------------------------------------------------------------------


def test_search(shelf: Shelf) -> None:
    """A passage is found with its cosine, its words and its place, and the score fuses its two ranks."""
    finds = shelf.search("soda")

    found = {(f.document, f.paragraph): f for f in finds}
    assert [(f.document, f.paragraph) for f in finds[:2]] == [("rising", 3), ("rising", 2)]
    assert found["rising", 3].cosine == pytest.approx(1)
    assert found["rising", 2].cosine == pytest.approx(1 / sqrt(2))
    assert [found["rising", n].coverage for n in (1, 2, 3)] == [0, 1, 1]
    assert found["rising", 3].score == pytest.approx(2 / (RRF_CONSTANT + 1))
    assert (finds[0].start, finds[0].end) == (0, len("Soda lifts a loaf."))


def test_brute_force(store: Store, vocabulary: Vocabulary) -> None:
    """What is found, in which order and with which measures, is what numpy finds by trying all."""
    rng = np.random.default_rng(7)
    words = ["yeast", "soda", "salt", "flour", "oven", "crust", "crumb", "rye"]
    readings = {f"r{n}": [" ".join(rng.choice(words, 9)) + f" {n}{i}." for i in range(40)] for n in range(3)}
    shelve(store, readings, Random(), vocabulary)
    shelf = Shelf.open(store, Random(), "toy")
    texts = [(r, n, text) for r, of in readings.items() for n, text in enumerate(of, 1)]
    cosines = Random().encode([t for _, _, t in texts]) @ Random().encode(["rye crust"])[0]
    bm25 = LexicalIndex([terms(t) for _, _, t in texts]).scores(terms("rye crust"))
    expected: Dict[int, float] = {}
    near, alike = np.argsort(-cosines, kind="stable"), [i for i in np.argsort(-bm25, kind="stable") if bm25[i] > 0]
    for order in (near[:CANDIDATES], alike[:CANDIDATES]):
        for rank, i in enumerate(order, 1):
            expected[int(i)] = expected.get(int(i), 0) + 1 / (RRF_CONSTANT + rank)

    finds = shelf.search("rye crust")

    at = {(r, n): i for i, (r, n, _) in enumerate(texts)}
    rows = [at[f.document, f.paragraph] for f in finds]
    assert sorted(rows) == sorted(expected)
    assert [f.score for f in finds] == pytest.approx(sorted(expected.values(), reverse=True))
    assert [f.score for f in finds] == pytest.approx([expected[i] for i in rows])
    assert [f.cosine for f in finds] == pytest.approx([float(cosines[i]) for i in rows], abs=1e-5)
    assert [f.bm25 for f in finds] == pytest.approx([float(bm25[i]) for i in rows])
    assert any(i not in near[:CANDIDATES] for i in rows)  # found by its words alone


def test_one_for_each_paragraph(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """Of a long paragraph only the passage that bears most is found, with its range."""
    long = "Salt is dull, as all agree. " * 40 + "Yeast lives."
    shelve(store, {"a": [long]}, toy_encoder, vocabulary)
    shelf = Shelf.open(store, toy_encoder, "toy")

    (find,) = shelf.search("yeast")

    assert len(shelf) > 1
    assert long[find.start : find.end].endswith("Yeast lives.")
    assert 0 < find.start < find.end == len(long)


def test_heading_is_searched(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A passage is searched with its heading, and names written one way."""
    put(store, "a", reading("a.txt", ["t2 rises."], heading="Yeast"), toy_encoder, vocabulary)

    assert list(store.texts("a")) == ["Yeast: Type 2 rises."]


def test_search_is_remembered(shelf: Shelf) -> None:
    """The same question is searched once."""
    assert shelf.search("soda") is shelf.search("soda")


@pytest.mark.parametrize("query", ["", "zebra", "the"])
def test_no_word(shelf: Shelf, query: str) -> None:
    """A question that shares no word with a passage is still ranked by meaning, and covers nothing."""
    finds = shelf.search(query)

    assert len(finds) == 5
    assert {(f.bm25, f.coverage) for f in finds} == {(0, 0)}


def test_nearest(shelf: Shelf, toy_encoder: ToyEncoder) -> None:
    """The nearest passage to each vector is given with its paragraph and cosine."""
    found = shelf.nearest(toy_encoder.encode(["soda", "salt yeast"]))

    assert [f and f[:2] for f in found] == [("rising", 3), ("baking", 1)]
    assert [f and f[2] for f in found] == pytest.approx([1, 1])


def test_words(shelf: Shelf) -> None:
    """A library knows the words of its passages, and how rare they are."""
    assert (shelf.knows("yeast"), shelf.knows("zebra")) == (True, False)
    assert shelf.idf("yeast") < shelf.idf("salt") < shelf.idf("zebra")


# -- paragraphs and links ------------------------------------------------------------------------------------------


def test_paragraph(shelf: Shelf) -> None:
    """A paragraph is found by document and number, from 1."""
    last = shelf.paragraph("rising", 3)

    assert last is not None
    assert last.text == "Soda lifts a loaf."
    assert [shelf.paragraph("rising", n) for n in (-1, 0, 4)] == [None] * 3
    assert shelf.paragraph("nowhere", 1) is None


def test_links(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A claim is linked to its paragraph in a reading, and to none in a reading that is not here."""
    link = Link(2, 0, 5, 0.12345)
    shelve(store, READINGS, toy_encoder, vocabulary, {"rising": {"type-1.weakness": link}})

    shelf = Shelf.open(store, toy_encoder, "toy")

    assert shelf.link("rising", "type-1.weakness") == Link(2, 0, 5, 0.1235)
    assert shelf.link("rising", "type-2.weakness") is None
    assert shelf.link("nowhere", "type-1.weakness") is None
    assert list(shelf.links) == ["rising"]


def test_without_links(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A state without links links nothing."""
    state = shelve(store, READINGS, toy_encoder, vocabulary)
    (store.folder(state.number) / LINKS).unlink()

    assert Shelf.open(store, toy_encoder, "toy").links == {}


# -- little or nothing ---------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("error")
def test_empty(store: Store, toy_encoder: ToyEncoder) -> None:
    """An empty library finds nothing, links nothing and warns of nothing."""
    shelf = Shelf.open(store, toy_encoder, "toy")

    assert (len(shelf), shelf.search("yeast"), shelf.nearest(toy_encoder.encode(["a", "b"]))) == (0, (), [None, None])
    assert (shelf.knows("yeast"), shelf.links, shelf.paragraph("a", 1)) == (False, {}, None)


@pytest.mark.filterwarnings("error")
def test_emptied(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A library from which the last document was taken finds nothing."""
    shelve(store, READINGS, toy_encoder, vocabulary)
    shelve(store, {}, toy_encoder, vocabulary)

    assert Shelf.open(store, toy_encoder, "toy").search("yeast") == ()


def test_document_without_passages(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A document of which nothing can be searched does no harm, alone or between others."""
    shelve(store, {"none": []}, toy_encoder, vocabulary)
    alone = Shelf.open(store, toy_encoder, "toy")
    shelve(store, {"rising": READINGS["rising"], "none": [], "baking": READINGS["baking"]}, toy_encoder, vocabulary)
    between = Shelf.open(store, toy_encoder, "toy")

    assert (len(alone), alone.search("salt")) == (0, ())
    assert next((f.document, f.paragraph) for f in between.search("salt")) == ("baking", 1)


# -- stale or damaged ----------------------------------------------------------------------------------------------


def test_stale(shelf: Shelf, store: Store, toy_encoder: ToyEncoder) -> None:
    """A library made with another encoder, or other rules, is refused with the command that mends it."""
    with pytest.raises(LibraryError) as caught:
        Shelf.open(store, toy_encoder, "other")

    message = f"the library {store.root} is stale: encoder, names or rules of reading have changed; {REMEDY}"
    assert str(caught.value) == message


def test_empty_is_never_stale(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """What holds nothing fits any encoder."""
    shelve(store, {}, toy_encoder, vocabulary)

    assert len(Shelf.open(store, toy_encoder, "other")) == 0


@pytest.mark.parametrize("name", ["passages.npy", "vectors.npy", LEXICAL])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty", "junk"])
def test_damaged(shelf: Shelf, store: Store, toy_encoder: ToyEncoder, name: str, damage: str) -> None:
    """A file that is not as it was written is damage, told with the remedy."""
    folder = store.folder(1) if name == LEXICAL else store.root / "documents" / "rising"
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    if damage != "gone":
        (folder / name).write_bytes({"cut": content[: len(content) // 2], "empty": b"", "junk": b"junk" * 40}[damage])

    with pytest.raises(LibraryError, match=f"the library {store.root} is damaged .*; remove the folder and ingest again"):
        Shelf.open(store, toy_encoder, "toy")


@pytest.mark.parametrize("content", ["", "{", "\xff"])
def test_damaged_links(shelf: Shelf, store: Store, toy_encoder: ToyEncoder, content: str) -> None:
    """Links that cannot be read are damage."""
    (store.folder(1) / LINKS).write_text(content, encoding="latin-1")

    with pytest.raises(LibraryError, match="is damaged"):
        Shelf.open(store, toy_encoder, "toy")


def test_document_is_gone(shelf: Shelf, store: Store, toy_encoder: ToyEncoder) -> None:
    """A document whose folder was deleted by hand is damage."""
    (store.root / "documents" / "baking").rename(store.root / "elsewhere")

    with pytest.raises(LibraryError, match="is damaged"):
        Shelf.open(store, toy_encoder, "toy")
