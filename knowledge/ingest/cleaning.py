"""Take out what is no part of the text: furniture of pages, adverts, footnotes, references, another script."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, Dict, List, Optional, Sequence, Set, Tuple

from knowledge.ingest import phrases
from knowledge.ingest.blocks import Draft, Kind, Span
from knowledge.ingest.document import Format, Removal

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(SUPERSCRIPTS, "0123456789")
_NOTE = re.compile(rf"\s*(?:([{SUPERSCRIPTS}]+)|\[\^([^\]\s]{{1,20}})\]:)\s*")
_MARKER = re.compile(
    rf"(?<=\S)(?:([{SUPERSCRIPTS}]+)|\[\^([^\]\s]{{1,20}})\]|\[(\d{{1,3}}(?:[,–-] ?\d{{1,3}}){{0,5}}|citation needed|note \d+)\])"
)
_BARE_MARKER = re.compile(r"(\d{1,3}) (?=[A-Z])")
_BRACKETED = re.compile(r"\[(\d{1,3})\]\s")
_UNITS = {"m", "km", "cm", "mm", "dm", "nm", "ft", "in", "mi", "yd", "kg", "s", "h", "mc"}
_OTHER_SCRIPT = re.compile(
    "[\u0370-\u1dff\u2c00-\u2c5f\u2c80-\u2dff\u2e80-\ua71f\ua800-\uab2f\uab70-\ufaff\ufb13-\ufdff\ufe70-\uffef\U00010000-\U0003ffff]"
)
_TOKEN = re.compile(r"(?<![^\W\d_])[^\W\d_]+$")  # tried at the beginnings of words alone, or the time is quadratic


class Cleaner:
    """One document on its way through the removals; what is removed is kept in `removals`."""

    def __init__(self, original: str, drafts: Sequence[Draft], format: Format, title: Optional[str]) -> None:
        self.original = original
        self.drafts = list(drafts)
        self.format = format
        self.title = title
        self.removals: List[Removal] = []

    def text(self, draft: Draft) -> str:
        """Give a draft's text with its notation taken off."""
        if draft.plain is None:
            draft.plain = self.plain(draft)
        return draft.plain

    def plain(self, draft: Draft) -> str:
        """Take the notation off a draft's text."""
        if not draft.edits:
            return draft.text(self.original).strip()
        start, end = draft.spans[0]
        parts = []
        for edit in draft.edits:
            parts += [self.original[start : edit.start], edit.new]
            start = edit.end
        return "".join([*parts, self.original[start:end]]).strip()

    def run(self) -> List[Draft]:
        """Take out whole blocks, kind by kind, and then stretches inside of blocks."""
        for why, find in self.steps():
            self.drop(find(), why)
            if why == "repeated caption":
                self.labels()
        self.markers()
        self.credits()
        return self.drafts

    def steps(self) -> List[Tuple[str, Callable[[], Set[int]]]]:
        """Name what to take out, in order."""
        return [
            ("page furniture", lambda: self.of_kind(Kind.furniture)),
            ("table header", lambda: self.of_kind(Kind.header)),
            ("another script", self.foreign),
            ("navigation", self.breadcrumbs),
            ("byline", self.bylines),
            ("teaser", self.teasers),
            ("repeated caption", self.captions),
            ("footnote", self.footnotes),
            ("references", self.references),
            ("front matter", self.front),
        ]

    def of_kind(self, kind: Kind) -> Set[int]:
        """Find what the parser has told."""
        return {number for number, draft in enumerate(self.drafts) if draft.kind is kind}

    def drop(self, numbers: Set[int], why: str) -> None:
        """Remove drafts by their place."""
        kept: List[Draft] = []
        for number, draft in enumerate(self.drafts):
            if number in numbers:
                self.removals += [Removal(start, end, self.original[start:end], why) for start, end in draft.spans]
            else:
                draft.hole = draft.hole or number - 1 in numbers
                kept.append(draft)
        self.drafts = kept

    def labels(self) -> None:
        """Remove the lines that say by themselves that they are no part of the text."""
        found: Dict[str, Set[int]] = {}
        for number, draft in enumerate(self.drafts):
            text = self.text(draft)
            why = (
                "" if draft.kind in (Kind.code, Kind.row) or (draft.kind is Kind.item and " " not in text) else phrases.label(text)
            )
            if why and text != self.title:
                found.setdefault(why, set()).add(number)
        by_draft = {id(self.drafts[number]): why for why, numbers in found.items() for number in numbers}
        for why in found:
            self.drop({number for number, draft in enumerate(self.drafts) if by_draft.get(id(draft)) == why}, why)

    def foreign(self) -> Set[int]:
        """Find blocks that are mostly in a script other than the Latin one."""
        return {number for number, draft in enumerate(self.drafts) if draft.kind is not Kind.code and is_foreign(self.text(draft))}

    def breadcrumbs(self) -> Set[int]:
        """Find a path from the home page that ends in the title, near the top."""
        early = [self.text(draft) for draft in self.drafts[:8]]
        for number, path in enumerate(early):
            ends = [at for at, text in enumerate(early) if at != number and 3 < len(text) < len(path) and path.endswith(text)]
            if ends and re.match(r"home\b", path, re.IGNORECASE):
                self.title = self.title or early[ends[0]]
                self.drafts[ends[0]].kind, self.drafts[ends[0]].marked = Kind.heading, True
                return {number}
        return set()

    def bylines(self) -> Set[int]:
        """Find the line near the top that names the author, and the same name once more."""
        early = [self.text(draft) for draft in self.drafts[:8]]
        names = {match[1] for match in map(phrases.BYLINE.fullmatch, early) if match}
        return {number for number, text in enumerate(early) if names and (text in names or phrases.BYLINE.fullmatch(text))}

    def teasers(self) -> Set[int]:
        """Find the labels of teasers and the headlines that they announce, whether those stand above or below."""
        found: Set[int] = set()
        for number, draft in enumerate(self.drafts):
            if draft.kind is not Kind.code and len(self.text(draft)) < 80 and phrases.TEASER_LABEL.fullmatch(self.text(draft)):
                found |= {number, *self.headlines(number)}
        return found

    def headlines(self, number: int) -> List[int]:
        """Find the headlines that belong to a teaser's label."""
        draft, above = self.drafts[number], number - 1
        if above >= 0 and not draft.apart and not self.drafts[above].marked and phrases.is_headline(self.text(self.drafts[above])):
            return [above]
        below = []
        for after in range(number + 1, min(number + 9, len(self.drafts))):
            if self.drafts[after].marked or not phrases.is_headline(self.text(self.drafts[after])):
                break
            if self.drafts[after].kind is Kind.text and (
                (self.drafts[after].apart and after > number + 1) or self.stands_above_text(after)
            ):
                break
            below.append(after)
        return below

    def stands_above_text(self, number: int) -> bool:
        """See whether running text follows, so that a headline is a heading of this document."""
        return number + 1 < len(self.drafts) and len(self.text(self.drafts[number + 1])) > 150

    def captions(self) -> Set[int]:
        """Find captions that stand once more."""
        seen: Dict[str, int] = {}
        found: Set[int] = set()
        for number, draft in enumerate(self.drafts):
            text = self.text(draft)
            if len(text) < 30 or len(text) > 1000 or draft.kind in (Kind.row, Kind.code):
                continue
            bare = phrases.CREDIT.sub("", phrases.CAPTION.sub("", text, count=1))
            key = " ".join(bare.lower().split())
            if key in seen and (bare != text or number - seen[key] == 1):
                found.add(number)
            seen[key] = number
        return found

    def footnotes(self) -> Set[int]:
        """Find the notes under a page, with their lines."""
        found: Set[int] = set()
        for number, draft in enumerate(self.drafts):
            starts = draft.kind is Kind.footnote or (draft.kind is Kind.text and _NOTE.match(self.text(draft)))
            if starts or (number - 1 in found and not draft.apart and draft.kind is Kind.text and self.format is Format.text):
                found.add(number)
        self.notes = {self.note(self.drafts[number]) for number in found} - {""}
        return found

    def note(self, draft: Draft) -> str:
        """Give the number or name of a note."""
        match = _NOTE.match(self.text(draft)) or re.match(r"(\d{1,3})()\b", self.text(draft))
        return (match[1] or match[2] or "").translate(_DIGITS) if match else ""

    def references(self) -> Set[int]:
        """Find lists of references: a heading that says so, and what follows in their form."""
        found: Set[int] = set()
        for number, draft in enumerate(self.drafts):
            if (
                number not in found
                and draft.kind in (Kind.heading, Kind.text)
                and len(self.text(draft)) < 60
                and phrases.REFERENCES.fullmatch(self.text(draft))
            ):
                end = self.end_of_list(number + 1)
                cited = sum(bool(phrases.CITED.search(self.text(each))) for each in self.drafts[number + 1 : end])
                if cited * 2 >= end - number - 1 > 0:
                    found.update(range(number, end))
        return found

    def end_of_list(self, number: int) -> int:
        """Find where a list of references ends: at prose, or at a marked heading under which none stand."""
        while number < len(self.drafts):
            draft, text = self.drafts[number], self.text(self.drafts[number])
            ahead = self.drafts[number + 1 : number + 4]
            listed = sum(bool(phrases.CITED.search(self.text(each))) for each in ahead)
            if draft.marked and listed * 2 < max(len(ahead), 1):
                break
            if (len(text) > 200 and not phrases.CITED.search(text)) or (len(text) > 600 and draft.kind is Kind.text):
                break
            number += 1
        return number

    def front(self) -> Set[int]:
        """Find what stands before an abstract: the journal, the authors, their addresses."""
        for number, draft in enumerate(self.drafts[:40]):
            text = self.text(draft)
            if number and len(text) < 40 and phrases.FRONT.fullmatch(text):
                return {at for at in range(number) if not self.drafts[at].marked and self.text(self.drafts[at]) != self.title}
            if len(text) > 200 or draft.kind in (Kind.item, Kind.row, Kind.code):
                break
        return set()

    def markers(self) -> None:
        """Take the numbers of notes out of the text."""
        listed = {match[1] for draft in self.drafts for match in [_BRACKETED.match(draft.text(self.original))] if match}
        placed: Set[str] = set()
        for draft in self.drafts:
            if draft.kind is not Kind.code:
                found = [match for span in draft.spans for match in _MARKER.finditer(self.original, *span)]
                marks = [match for match in found if self.is_marker(match, listed)]
                placed.update((match[1] or match[2] or match[3]).translate(_DIGITS) for match in marks)
                if marks:
                    self.cut(draft, [match.span() for match in marks], "footnote marker")
        self.bare_markers(placed)

    def is_marker(self, match: re.Match[str], listed: Set[str]) -> bool:
        """Tell the number of a note from a power, a unit or an index."""
        before = self.original[max(0, match.start() - 30) : match.start()]
        if match[3]:
            return before[-1] in ".,;:!?”\"')]" or match[3] in listed or not match[3][0].isdigit()
        word = _TOKEN.search(before)
        if match[2]:
            return True
        if before[-1].isdigit() or (word and (word[0] in _UNITS or len(word[0]) == 1)):
            return False
        return match[1].translate(_DIGITS) in self.notes or before[-1] in ".,;:!?”\"')]" or bool(word and len(word[0]) > 3)

    def bare_markers(self, placed: Set[str]) -> None:
        """Take out a number before a paragraph if its note has no other marker."""
        for draft in self.drafts:
            match = _BARE_MARKER.match(self.original, *draft.spans[0])
            if match and match[1] in self.notes and match[1] not in placed and draft.kind is Kind.text:
                self.cut(draft, [match.span()], "footnote marker")

    def credits(self) -> None:
        """Take the photographer off the end of a caption."""
        for draft in self.drafts:
            start, end = draft.spans[-1]
            if draft.kind is Kind.text and end - start < 1000 and self.original[end - 2 : end].rstrip()[-1:] in (")", "]", "."):
                match = phrases.CREDIT.search(self.original[start:end])
                if match and match.start():
                    self.cut(draft, [(start + match.start(), start + match.end())], "photo credit")

    def cut(self, draft: Draft, ranges: Sequence[Span], why: str) -> None:
        """Remove stretches, in order, from within a draft."""
        self.removals += [Removal(start, end, self.original[start:end], why) for start, end in ranges]
        left = iter(ranges)
        gap = next(left, None)
        spans: List[Span] = []
        for span in draft.spans:
            start = span[0]
            while gap and gap[1] <= span[1]:
                spans.append((start, gap[0]))
                start, gap = gap[1], next(left, None)
            spans.append((start, span[1]))
        draft.spans = [span for span in spans if span[0] < span[1]] or [spans[0]]
        draft.edits = [edit for edit in draft.edits if any(start <= edit.start and edit.end <= end for start, end in draft.spans)]
        draft.plain = None


def is_foreign(text: str) -> bool:
    """See whether most of a text's letters are not Latin ones."""
    if not _OTHER_SCRIPT.search(text):
        return False
    letters = [char for char in text if char.isalpha()]
    latin = sum(char < "\u0250" or "LATIN" in unicodedata.name(char, "") for char in letters)
    return len(letters) - latin > latin
