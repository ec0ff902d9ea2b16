"""Cutting paragraphs: nothing is lost, nothing is too long, and a cut falls between sentences where it can."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import LONGEST, sentence_spans, windows

WORDS = st.sampled_from(
    ["yeast", "Dough", "e.g.", "rises.", "U.S.", "why?", "no!”", "a", "I.", "(so.)", "1.5", "x" * 25, "…", "Dr."]
)
TEXTS = st.lists(WORDS, max_size=60).map(" ".join)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text, parts",
    [
        ("Dough rises.", ["Dough rises."]),
        ("Dough rises. It falls.", ["Dough rises.", "It falls."]),
        ("Does it rise? No! It falls …", ["Does it rise?", "No!", "It falls …"]),
        ("She said “it rises.” It fell.", ["She said “it rises.”", "It fell."]),
        ("It rises (at night.) It falls.", ["It rises (at night.)", "It falls."]),
        ("Dr. Baker bakes. He sells.", ["Dr. Baker bakes.", "He sells."]),
        ("A. B. Miller mills. He rests.", ["A. B. Miller mills.", "He rests."]),
        ("Grain, e.g. Spelt, is old. It keeps.", ["Grain, e.g. Spelt, is old.", "It keeps."]),
        ("Loaves (rye etc.) keep. They sell.", ["Loaves (rye etc.) keep.", "They sell."]),
        ("Type 1.5 rises. Type 2 waits.", ["Type 1.5 rises.", "Type 2 waits."]),
        ("It rises. it goes on", ["It rises. it goes on"]),
        ("It rises.  ", ["It rises."]),
        ("no end", ["no end"]),
        ("", []),
        ("  ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    """A sentence ends at a stop before a space, but not after an abbreviation or before a small letter."""
    assert sentences(text) == parts


def test_short() -> None:
    """A paragraph that an encoder reads whole is one passage."""
    assert windows("Dough rises. It falls.") == [(0, 22)]


def test_nothing() -> None:
    """A text without a letter has no passage."""
    assert windows("") == []


def test_cut_between_sentences() -> None:
    """A long paragraph is cut between sentences, as many to a passage as fit."""
    text = "One is one. Two is two. Six is six. Ten is ten."

    assert [text[a:b] for a, b in windows(text, 24)] == ["One is one. Two is two.", "Six is six. Ten is ten."]


def test_cut_between_words() -> None:
    """A sentence that is too long is cut between words, and what is left of it may share a passage with the next."""
    text = "One two three four five six. Ten."

    assert [text[a:b] for a, b in windows(text, 15)] == ["One two three", "four five six.", "Ten."]


def test_cut_within_a_word() -> None:
    """What has no gap is cut after the greatest length."""
    assert windows("x" * 25, 10) == [(0, 10), (10, 20), (20, 25)]


def test_greatest_length() -> None:
    """A paragraph of the greatest length is one passage, of one character more it is two."""
    text = "word " * (LONGEST // 5 - 1) + "word."

    assert len(text) == LONGEST
    assert len(windows(text)) == 1
    assert len(windows("a" + text)) == 2


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, longest=st.integers(30, 120))
def test_any_text(text: str, longest: int) -> None:
    """Passages are short enough, in order and apart, and leave out nothing but white space."""
    cut = windows(text, longest)

    assert all(0 < end - start <= longest for start, end in cut)
    assert all(left[1] <= right[0] for left, right in pairwise(cut))
    assert "".join(text[a:b] for a, b in cut).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_any_sentences(text: str) -> None:
    """Sentences leave out nothing but white space, and none begins or ends with it."""
    parts = sentences(text)

    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert all(part and part == part.strip() for part in parts)
