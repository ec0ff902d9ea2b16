"""Mend what an extraction broke: lines, hyphens, encodings, words without spaces. What was right is left alone."""

from __future__ import annotations

import re
from typing import Iterator, Optional

import ftfy
from ftfy.badness import is_bad

from knowledge.ingest.blocks import Edit
from knowledge.ingest.gluing import Gluing
from knowledge.ingest.tracing import Trace
from knowledge.ingest.words import Vocabulary, frequencies, is_known

COMMON = 2_000_000  # a word counted less often may be two words with a hyphen

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SIGNS = re.compile("[ﬀﬁﬂﬃﬄﬅﬆ\u00ad\u200b\u2060\ufeff\ufffe\u0002]")
_BREAK = re.compile(r"(?<![^\S\n])[^\S\n]*\n\s*")  # tried where spaces begin, or the time is quadratic
_LEFT = re.compile(r"\S{1,40}$")
_LEFT_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]+$")
_RIGHT_WORD = re.compile(r"[^\W\d_]+")


class Repair:
    """The mending of one document's paragraphs."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self.gluing = Gluing(known)

    def mend(self, trace: Trace) -> None:
        """Mend a paragraph, step by step; each step sees what the one before it did."""
        for step in (self.encoding, self.signs, self.breaks, self.gluing.edits):
            edits = list(step(trace.text))
            if edits:
                trace.edit(edits)

    def encoding(self, text: str) -> Iterator[Edit]:
        """Mend UTF-8 that was read as another encoding."""
        if text.isascii() or not is_bad(text):
            return
        for match in re.finditer(r"[^ \t\n]*[^\x00-\x7f][^ \t\n]*", text):
            mended = ftfy.fix_encoding(match[0])
            if mended != match[0]:
                yield Edit(match.start(), match.end(), mended, "mojibake")

    def signs(self, text: str) -> Iterator[Edit]:
        """Spell out ligatures and leave out invisible signs."""
        if not text.isascii():
            for match in _SIGNS.finditer(text):
                new = _LIGATURES.get(match[0], "")
                yield Edit(match.start(), match.end(), new, "ligature" if new else "invisible sign")

    def breaks(self, text: str) -> Iterator[Edit]:
        """Mend words that a line's end broke."""
        done = 0
        for match in _BREAK.finditer(text):
            edit = self.line_break(text, match.start(), match.end()) if match.end() < len(text) else None
            if edit and edit.start >= done:
                done = edit.end
                yield edit

    def line_break(self, text: str, start: int, end: int) -> Optional[Edit]:
        """Mend one line's end, if it broke a word."""
        left = _LEFT.search(text, max(0, start - 40), start)
        right = re.compile(r"\S{1,40}").match(text, end)
        if not left or not right:
            return None
        if self.is_repeated(left[0], right[0]):
            return Edit(start, right.end(), "", "repeated fragment")
        if left[0].endswith("—"):
            return Edit(start, end, "", "broken line")
        if re.search(r"[^\W\d_]-$", left[0]) and right[0][0].isalpha():
            return self.hyphen(text, start, end)
        if self.gluing.is_glued(text, start, end):
            return Edit(start, end, "", "run-together words")
        return self.torn(text, start, end)

    def is_repeated(self, left: str, right: str) -> bool:
        """See whether a line begins with the end of the line before it, cut in mid-word."""
        word = _RIGHT_WORD.match(right)
        cut = len(right) < len(left) and left.endswith(right) and len(right) > 1
        return bool(cut and word and left[-len(right) - 1].isalpha() and not is_known(word[0]))

    def hyphen(self, text: str, start: int, end: int) -> Edit:
        """Take the hyphen out if it only divided a word, and leave it if it joined two."""
        left, right = _LEFT_WORD.search(text, max(0, start - 41), start - 1), _RIGHT_WORD.match(text, end)
        if left and right and right[0].islower() and self.is_divided(left[0].lower(), right[0].lower()):
            return Edit(start - 1, end, "", "hyphenated break")
        return Edit(start, end, "", "broken line")

    def is_divided(self, left: str, right: str) -> bool:
        """Tell a divided word from a compound with a hyphen."""
        whole = left + right
        if f"{left}-{right}" in self.known.hyphened:
            return False
        if self.known.words[whole]:
            return True
        both = is_known(left) and is_known(right)
        return is_known(whole) and (not both or frequencies().get(whole, 0) >= COMMON)

    def torn(self, text: str, start: int, end: int) -> Optional[Edit]:
        """Join a word that was torn without a hyphen, if its halves are no words but it is one."""
        left, right = _LEFT_WORD.search(text, max(0, start - 41), start), _RIGHT_WORD.match(text, end)
        if not left or not right or not right[0].islower():
            return None
        whole, first, last = left[0] + right[0], is_known(left[0]), is_known(right[0])
        broken = not last or (not first and left[0].islower() and len(left[0]) > 2)
        if (
            broken
            and (len(right[0]) == 1 or self.known.words[right[0]] < 3)
            and (is_known(whole) or self.known.words[whole.lower()] > 0)
        ):
            return Edit(start, end, "", "torn word")
        return None
