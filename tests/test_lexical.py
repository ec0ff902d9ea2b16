"""BM25, by hand: k1 is 1.5, b is 0.75."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex, stopwords, terms

# Three documents of 2, 3 and 1 terms, 2 on average; `a` stands in two of them, `b`, `c` and `d` in one.
DOCUMENTS = [["a", "b"], ["a", "a", "c"], ["d"]]
IDF_OF_TWO = log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # log 1.6
IDF_OF_ONE = log(1 + (3 - 1 + 0.5) / (1 + 0.5))
IDF_OF_NONE = log(1 + (3 + 0.5) / 0.5)  # log 8


@pytest.fixture(scope="module")
def lexical() -> LexicalIndex:
    """The three documents."""
    return LexicalIndex(DOCUMENTS)


def bm25(idf: float, times: int, length: int) -> float:
    """One term's share of a document's score."""
    return idf * times / (times + 1.5 * (1 - 0.75 + 0.75 * length / 2))


@pytest.mark.parametrize(
    "text, stems",
    [
        ("Tracks and weaknesses", ["track", "weak"]),
        ("Type 1.5, type 2", ["type", "1.5", "type", "2"]),
        ("t1.5", ["1.5"]),
        ("What is the definition of it?", ["definit"]),
        ("don't", []),
        ("", []),
        ("?!", []),
        ("Crème", ["creme"]),
        ("Organised, organized, recognise", ["organiz", "organiz", "recogn"]),
    ],
)
def test_terms(text: str, stems: list[str]) -> None:
    """Terms are stems in order, with repetitions; function words are left out and numbers stay whole."""
    assert terms(text) == stems


def test_stopwords() -> None:
    """The words that students wrap a question in carry no topic; a topic's words do."""
    assert {"what", "is", "the", "of", "please", "explain"} <= stopwords()
    assert not {"track", "type", "strength", "weakness", "peace"} & stopwords()


def test_scores(lexical: LexicalIndex) -> None:
    """A document scores by how rare a term is, how often it has it, and how short it is."""
    scores = lexical.scores(["a"])

    assert scores.tolist() == pytest.approx([bm25(IDF_OF_TWO, 1, 2), bm25(IDF_OF_TWO, 2, 3), 0])
    assert np.argsort(-scores).tolist() == [1, 0, 2]


def test_scores_add(lexical: LexicalIndex) -> None:
    """The scores of several terms add up, and a term that is wanted twice counts twice."""
    assert lexical.scores(["b", "d"]).tolist() == pytest.approx([bm25(IDF_OF_ONE, 1, 2), 0, bm25(IDF_OF_ONE, 1, 1)])
    assert lexical.scores(["a", "a"]).tolist() == pytest.approx((2 * lexical.scores(["a"])).tolist())


@pytest.mark.parametrize("query", [[], ["z"], ["z", ""]])
def test_scores_of_unknown(lexical: LexicalIndex, query: list[str]) -> None:
    """Terms that no document has score nothing."""
    assert lexical.scores(query).tolist() == [0, 0, 0]


def test_scores_ignore_unknown(lexical: LexicalIndex) -> None:
    """A term that no document has leaves the others' scores alone."""
    assert lexical.scores(["a", "z"]).tolist() == lexical.scores(["a"]).tolist()


def test_empty_document() -> None:
    """A document without terms is found by nothing."""
    lexical = LexicalIndex([[], ["a"]])

    assert lexical.scores(["a"])[0] == 0
    assert lexical.scores(["a"])[1] > 0
    assert lexical.coverage(["a"], 0) == 0


def test_idf(lexical: LexicalIndex) -> None:
    """A term is the rarer the fewer documents have it, and rarest if none has."""
    assert [lexical.idf(t) for t in ("a", "b", "z")] == pytest.approx([IDF_OF_TWO, IDF_OF_ONE, IDF_OF_NONE])


def test_coverage(lexical: LexicalIndex) -> None:
    """Coverage is the share of the query's terms that a document has, weighted by rarity, repetitions aside."""
    assert lexical.coverage(["a", "b"], 0) == 1
    assert lexical.coverage(["a", "b"], 1) == pytest.approx(IDF_OF_TWO / (IDF_OF_TWO + IDF_OF_ONE))
    assert lexical.coverage(["a", "a", "b"], 1) == lexical.coverage(["a", "b"], 1)
    assert lexical.coverage(["a", "z"], 0) == pytest.approx(IDF_OF_TWO / (IDF_OF_TWO + IDF_OF_NONE))
    assert lexical.coverage([], 0) == 0


def test_coverages(lexical: LexicalIndex) -> None:
    """The coverage of every document is that of each, one by one."""
    for query in (["a", "b"], ["a", "a", "z"], ["d", "c", "b", "a"], ["z"], [], [""]):
        assert lexical.coverages(query).tolist() == pytest.approx([lexical.coverage(query, row) for row in range(3)])
    assert lexical.coverages(["a", "b"]).tolist() == pytest.approx([1, IDF_OF_TWO / (IDF_OF_TWO + IDF_OF_ONE), 0])


@settings(max_examples=60, deadline=None)
@given(documents=st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=9))
def test_coverages_by_counting(documents: list[list[str]]) -> None:
    """Coverage and rarity are what counting the documents that have a term gives."""
    lexical = LexicalIndex(documents)
    having = {t: [t in document for document in documents] for t in "abcz"}
    idf = {t: log(1 + (len(documents) - sum(has) + 0.5) / (sum(has) + 0.5)) for t, has in having.items()}

    expected = [sum(idf[t] for t in "abcz" if having[t][row]) / sum(idf.values()) for row in range(len(documents))]

    assert {t: lexical.idf(t) for t in "abcz"} == pytest.approx(idf)
    assert lexical.coverages(list("abcz")).tolist() == pytest.approx(expected)


def test_knows(lexical: LexicalIndex) -> None:
    """A term is known if any document has it; nothing is no term."""
    assert [t for t in ("a", "d", "z", "") if lexical.knows(t)] == ["a", "d"]


@pytest.mark.filterwarnings("error")
def test_no_documents(tmp_path: Path) -> None:
    """Without documents nothing is found, known or warned of, also once saved and loaded."""
    LexicalIndex([]).save(tmp_path / "lexical.npz")

    for lexical in (LexicalIndex([]), LexicalIndex.load(tmp_path / "lexical.npz")):
        assert (len(lexical), lexical.scores(["a"]).tolist(), lexical.coverages(["a"]).tolist()) == (0, [], [])
        assert not lexical.knows("a")


def test_one_pass() -> None:
    """Documents may come one at a time, and are read once."""
    lexical = LexicalIndex(iter(DOCUMENTS))

    assert lexical.scores(["a"]).tolist() == LexicalIndex(DOCUMENTS).scores(["a"]).tolist()


def test_only_empty_documents() -> None:
    """Documents without a single term are found by nothing."""
    lexical = LexicalIndex([[], []])

    assert (lexical.scores(["a"]).tolist(), lexical.coverages(["a"]).tolist()) == ([0, 0], [0, 0])


def test_compact(tmp_path: Path) -> None:
    """A saved index is numbers, four bytes for each term of a document and no more for its words than once."""
    small, large = tmp_path / "small.npz", tmp_path / "large.npz"

    LexicalIndex([["bread", "dough"]] * 10).save(small)
    LexicalIndex([["bread", "dough"]] * 1010).save(large)

    assert large.stat().st_size - small.stat().st_size == 1000 * (2 * 4 + 8)


def test_round_trip(lexical: LexicalIndex, tmp_path: Path) -> None:
    """What is saved scores the same once loaded."""
    lexical.save(tmp_path / "lexical.npz")

    loaded = LexicalIndex.load(tmp_path / "lexical.npz")

    assert len(loaded) == 3
    assert loaded.scores(["a", "d"]).tolist() == lexical.scores(["a", "d"]).tolist()
    assert loaded.idf("b") == lexical.idf("b")
    assert loaded.coverages(["a", "z"]).tolist() == lexical.coverages(["a", "z"]).tolist()
    assert [t for t in ("a", "z", "") if loaded.knows(t)] == ["a"]


@pytest.mark.parametrize("content", [b'[["a"', b"", b"PK\x03\x04", b"\x00" * 99])
def test_damaged(tmp_path: Path, content: bytes) -> None:
    """A damaged file is a ValueError."""
    (tmp_path / "lexical.npz").write_bytes(content)

    with pytest.raises(ValueError, match=r"lexical\.npz is damaged"):
        LexicalIndex.load(tmp_path / "lexical.npz")
