"""Keep track of where each character of a mended text comes from."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Dict, Iterator, List, Sequence, Tuple

from knowledge.ingest.blocks import Edit, Span
from knowledge.ingest.document import Document, Mend, Paragraph

ADDED = -1  # the origin of a character that the original lacks


@dataclass
class Trace:
    """A text in the making; `origins` holds for each character its offset in the original, or ADDED."""

    text: str
    origins: List[int]
    whys: Dict[int, str] = field(default_factory=dict)  # by the offset of what was left out, or after which was added

    def edit(self, edits: Sequence[Edit]) -> None:
        """Make edits given in offsets of the present text, in order and apart from each other."""
        texts: List[str] = []
        origins: List[int] = []
        at = 0
        for start, end, new, why in edits:
            texts += [self.text[at:start], new]
            origins += self.origins[at:start] + [ADDED] * len(new)
            self._note(origins, self.origins[start:end], why)
            at = end
        self.text = "".join([*texts, self.text[at:]])
        self.origins = origins + self.origins[at:]

    def edit_origins(self, edits: Sequence[Edit]) -> None:
        """Make edits given in offsets of the original, as far as their places are still there."""
        if not edits:
            return
        places = {origin: at for at, origin in enumerate(self.origins)}
        found = [edit for edit in edits if edit.start in places and max(edit.start, edit.end - 1) in places]
        self.edit([edit._replace(start=places[edit.start], end=_after(places, edit)) for edit in found])

    def _note(self, before: List[int], gone: List[int], why: str) -> None:
        for origin in gone:
            self.whys.setdefault(origin, why)
        last = next((origin for origin in reversed(before) if origin != ADDED), ADDED)
        self.whys.setdefault(~last, why)


def _after(places: Dict[int, int], edit: Edit) -> int:
    return places[edit.end - 1] + 1 if edit.end > edit.start else places[edit.start]


def trace(original: str, spans: Sequence[Span]) -> Trace:
    """Begin with the stretches as they are."""
    text = "".join(original[start:end] for start, end in spans)
    if len(spans) == 1:
        return Trace(text, list(range(*spans[0])))
    return Trace(text, [at for start, end in spans for at in range(start, end)])


def mends_of(done: Trace, original: str, spans: Sequence[Span]) -> List[Mend]:
    """Give what was mended, each as the whole words that it touches."""
    if not done.whys:
        return []
    mends: List[Mend] = []
    at = 0
    for start, end in spans:
        until = _end_of(done.origins, at, end)
        mends += _of_span(done, original, (start, end), (at, until))
        at = until
    return mends


def _end_of(origins: Sequence[int], at: int, end: int) -> int:
    """Find where the characters of a span end; what is added there belongs to it."""
    while at < len(origins) and (origins[at] == ADDED or origins[at] < end):
        at += 1
    return at


def _of_span(done: Trace, original: str, span: Span, part: Span) -> Iterator[Mend]:
    """Compare a span with what became of it, token by token."""
    for left, right, low, high in _changed(done, span, part):
        whys = Counter(done.whys[key] for at in range(left - 1, right) for key in (at, ~at) if key in done.whys)
        why = whys.most_common(1)[0][0] if whys else done.whys.get(~ADDED, "markup")
        yield Mend(left, right, original[left:right], done.text[low:high], why)


def _changed(done: Trace, span: Span, part: Span) -> Iterator[Tuple[int, int, int, int]]:
    """Give the ranges (of the original, of the text) that differ, widened to white space that stands in both."""
    breaks = [(span[0], part[0])]  # places at which both are known to agree
    dirty = []
    expected = span[0]
    changed = False
    for at in range(*part):
        origin = done.origins[at]
        if origin != expected:
            changed = True
        if origin != ADDED:
            expected = origin + 1
            if done.text[at].isspace():
                if changed:
                    dirty.append((*breaks[-1], origin, at))
                breaks.append((origin, at))
                changed = False
    if changed or expected != span[1]:
        dirty.append((*breaks[-1], span[1], part[1]))
    for left, low, right, high in dirty:
        skip = 1 if left < right and low < high and done.origins[low] == left and done.text[low].isspace() else 0
        yield left + skip, right, low + skip, high


def mends_within(document: Document, start: int, end: int) -> Sequence[Mend]:
    """Give the mends that lie in a range of the original."""
    first = bisect_left(document.mends, start, key=lambda mend: mend.start)
    last = bisect_left(document.mends, end + 1, key=lambda mend: mend.start)
    return [mend for mend in document.mends[first:last] if mend.end <= end]


def _mapped(document: Document, paragraph: Paragraph) -> Iterator[Tuple[str, int, Span]]:
    """Give each character of the mended spans, the number of its span, and where it stands in the original."""
    for number, (start, end) in enumerate(paragraph.spans):
        at = start
        for mend in mends_within(document, start, end):
            yield from ((document.original[i], number, (i, i + 1)) for i in range(at, mend.start))
            yield from ((char, number, place) for char, place in _aligned(mend))
            at = mend.end
        yield from ((document.original[i], number, (i, i + 1)) for i in range(at, end))


def _aligned(mend: Mend) -> Iterator[Tuple[str, Span]]:
    """Align a mend on what is no white space."""
    old = [(char, mend.start + at) for at, char in enumerate(mend.original) if not char.isspace()]
    new = [char for char in mend.mended if not char.isspace()]
    places = [(at, at + 1) for _, at in old] if [char for char, _ in old] == new else _matched(mend, old, new)
    at = iter(places)
    for char in mend.mended:
        yield char, (mend.start, mend.start) if char.isspace() else next(at)


def _matched(mend: Mend, old: List[Tuple[str, int]], new: List[str]) -> List[Span]:
    """Align by the characters in common; the others stand for the range between those."""
    places: List[Span] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, [char for char, _ in old], new, autojunk=False).get_opcodes():
        if tag == "equal":
            places += [(at, at + 1) for _, at in old[i1:i2]]
        else:
            low = old[i1][1] if i1 < len(old) else mend.end
            places += [(low, old[i2 - 1][1] + 1 if i2 > i1 else low)] * (j2 - j1)
    return places


def locate(document: Document, paragraph: Paragraph, start: int, end: int) -> Tuple[Span, ...]:
    """Say where characters `start` to `end` of a paragraph's text stand in the original: a range for each span they touch."""
    ranges: Dict[int, Span] = {}
    at, space = 0, True
    for char, number, (left, right) in _mapped(document, paragraph):
        if char.isspace():
            at, space = at + (not space), True
            continue
        space = False
        if start <= at < end and left < right:
            low, high = ranges.get(number, (left, right))
            ranges[number] = (min(low, left), max(high, right))
        at += 1
        if at >= end:
            break
    return tuple(ranges[number] for number in sorted(ranges))


def mended(document: Document, paragraph: Paragraph) -> str:
    """Make a paragraph's text anew from its spans and mends."""
    parts = []
    for start, end in paragraph.spans:
        at = start
        for mend in mends_within(document, start, end):
            parts += [document.original[at : mend.start], mend.mended]
            at = mend.end
        parts.append(document.original[at:end])
    return re.sub(r"\s+", " ", "".join(parts)).strip()
