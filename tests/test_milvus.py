"""The library in Milvus, as Milvus Lite runs it, against FAISS and numpy; and what happens when it is not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, Iterator, Tuple

import numpy as np
import pytest

from index.encoder import Vectors
from index.library import LibraryError, State, Store
from index.milvus import Milvus, MilvusIndex, Place, VectorsGone
from index.shelf import Shelf, drop_vectors, has_vectors, prepare_vectors
from index.vocabulary import Vocabulary
from tests.conftest import ToyEncoder, lacking
from tests.readings import shelve

DIMENSION = 16
READINGS = {
    "rising": ["Yeast raises the dough.", "Yeast and soda raise the heavy dough.", "Soda lifts a loaf."],
    "baking": ["Salt slows yeast down.", "Flour is ground."],
}


def unit_rows(seed: int, rows: int) -> Vectors:
    """Random directions."""
    drawn = np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32)
    unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A Milvus in a file; skipped with its reason where Milvus Lite does not run."""
    place = Place(str(tmp_path_factory.mktemp("milvus") / "lite.db"), "bread")
    try:
        Milvus(place).close()
    except VectorsGone as error:
        lacking(f"Milvus Lite does not run here: {error}")
    yield place


@pytest.fixture(scope="module")
def parts() -> Dict[str, Vectors]:
    """The passages of three documents, one of them longer than what is sent at once."""
    return {"aa": unit_rows(1, 7), "bb": unit_rows(2, 1203), "cc": unit_rows(3, 5)}


@pytest.fixture(scope="module")
def milvus(place: Place, parts: Dict[str, Vectors]) -> Iterator[Milvus]:
    """The three documents in Milvus."""
    milvus = Milvus(place)
    milvus.add({key: (len(rows), lambda rows=rows: rows) for key, rows in parts.items()}, DIMENSION)
    yield milvus
    milvus.close()


def index_of(milvus: Milvus, parts: Dict[str, Vectors], keys: Tuple[str, ...]) -> Tuple[MilvusIndex, Vectors]:
    """The documents of these keys as one state, and their rows in its order."""
    passages = {key: len(parts[key]) for key in keys}
    return MilvusIndex(milvus, passages, parts.keys() - set(keys), DIMENSION), np.concatenate([parts[key] for key in keys])


@pytest.mark.parametrize("keys", [("aa", "bb", "cc"), ("cc", "aa"), ("bb",)])
def test_brute_force(milvus: Milvus, parts: Dict[str, Vectors], keys: Tuple[str, ...]) -> None:
    """The nearest rows and their cosines are those that numpy finds by trying all rows of the state and no others."""
    index, rows = index_of(milvus, parts, keys)
    for query in unit_rows(9, 8):
        expected = rows @ query

        numbers, cosines = index.search(query, 10)

        assert numbers.tolist() == np.argsort(-expected)[:10].tolist()
        assert cosines == pytest.approx(np.sort(expected)[::-1][:10], abs=1e-4)


def test_rows(milvus: Milvus, parts: Dict[str, Vectors]) -> None:
    """Rows are given back by their numbers in the state."""
    index, rows = index_of(milvus, parts, ("cc", "bb"))

    assert index.rows([4, 5, 1207, 0]) == pytest.approx(rows[[4, 5, 1207, 0]])
    assert index.rows([]).shape == (0, DIMENSION)
    assert len(index) == 1208


def test_sent_once(milvus: Milvus, parts: Dict[str, Vectors]) -> None:
    """A document that is there is not sent again."""

    def never() -> Vectors:
        raise AssertionError("sent again")

    milvus.add({key: (len(rows), never) for key, rows in parts.items()}, DIMENSION)

    assert milvus.count(parts) == 1215


def test_missing_passages(milvus: Milvus) -> None:
    """A state whose passages are not all there is refused, with the command that sends them."""
    with pytest.raises(VectorsGone, match=r"TUTOR_VECTORS: Milvus has 7 of 10 passages; run: python -m tutor index"):
        MilvusIndex(milvus, {"aa": 7, "dd": 3}, (), DIMENSION)


def test_drop(place: Place, parts: Dict[str, Vectors]) -> None:
    """What is dropped is gone, the rest stays."""
    milvus = Milvus(replace(place, collection="dropped"))
    milvus.add({key: (len(rows), lambda rows=rows: rows) for key, rows in parts.items()}, DIMENSION)

    milvus.drop(["aa", "bb"])

    assert (milvus.count(["aa", "bb"]), milvus.count(["cc"])) == (0, 5)
    milvus.close()


def test_password_is_not_shown() -> None:
    """A fault names the Milvus without the password."""
    assert Place("http://ada:s%40cret@milvus:19530", "bread").shown == "http://milvus:19530"


def test_nobody_there() -> None:
    """A Milvus that is not there is told in one line, with the setting and what to do."""
    with pytest.raises(VectorsGone) as caught:
        Milvus(Place("http://ada:secret@127.0.0.1:1", "bread"))

    assert str(caught.value).startswith("TUTOR_VECTORS: http://127.0.0.1:1 cannot be used: ")
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


# -- a library -----------------------------------------------------------------------------------------------------


@pytest.fixture
def shelved(tmp_path: Path, place: Place, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Tuple[Store, State]:
    """Two readings, sent to a Milvus of their own."""
    store = Store(tmp_path / "bread-course", place.uri)
    state = shelve(store, READINGS, toy_encoder, vocabulary)
    prepare_vectors(store, state.entries, state.made_with, tmp_path)
    return store, state


def test_library(shelved: Tuple[Store, State], toy_encoder: ToyEncoder) -> None:
    """A library finds the same passages, with the same measures, in Milvus and in FAISS."""
    store, state = shelved
    remote, local = Shelf(store, state, toy_encoder), Shelf(Store(store.root), state, toy_encoder)
    for query in ("soda", "salt and yeast", "yeast", "what is flour?"):
        found, expected = (sorted(shelf.search(query), key=lambda f: (f.document, f.paragraph)) for shelf in (remote, local))

        assert [(f.document, f.paragraph) for f in found] == [(f.document, f.paragraph) for f in expected]
        assert [(f.cosine, f.bm25) for f in found] == [pytest.approx((f.cosine, f.bm25), abs=1e-4) for f in expected]


def test_not_sent(shelved: Tuple[Store, State], toy_encoder: ToyEncoder) -> None:
    """A library whose passages left Milvus is refused, and known not to be searchable, so that `index` sends them again."""
    store, state = shelved
    assert has_vectors(store, state)
    drop_vectors(store, [state.entries[0].key], state.made_with)

    assert not has_vectors(store, state)
    with pytest.raises(LibraryError, match="run: python -m tutor index"):
        Shelf(store, state, toy_encoder)


def test_gone_while_serving(
    shelved: Tuple[Store, State], toy_encoder: ToyEncoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While Milvus cannot be reached the library finds nothing, once it is back it finds again; the log tells."""
    store, state = shelved
    shelf = Shelf(store, state, toy_encoder)

    def gone(*_: object) -> None:
        raise VectorsGone("TUTOR_VECTORS: gone")

    with monkeypatch.context() as broken:
        broken.setattr(Milvus, "nearest", gone)
        meanwhile = shelf.search("soda")

    assert (list(meanwhile), "TUTOR_VECTORS: gone" in caplog.text) == ([], True)
    assert shelf.search("soda")
